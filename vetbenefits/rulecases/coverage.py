"""What the cases of a rule have exercised: each condition both ways, each branch, each rate row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vetbenefits.engine.interpreter import evaluate
from vetbenefits.model.expressions import If, walk
from vetbenefits.model.rulebook import Quantifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vetbenefits.engine.decision import PersonDecision
    from vetbenefits.engine.interpreter import Person, Result
    from vetbenefits.model.expressions import Term
    from vetbenefits.model.rates import RateSchedule
    from vetbenefits.model.rulebook import Benefit, Clause, Variant
    from vetbenefits.problems import Span


@dataclass(slots=True)
class Coverage:
    """Gathers what decisions touched; conditions by id, branches by place, rates by row.

    A clause or branch that several variants share is one; a place's own stands by itself.
    """

    conditions: dict[str, set[bool]] = field(default_factory=dict)
    branches: dict[tuple[Span, str], set[bool]] = field(default_factory=dict)
    rate_rows: set[int] = field(default_factory=set)

    def take(self, decided: PersonDecision, person: Person) -> None:
        """Take in one decision of a case."""
        for told in decided.clauses:
            self._clause(told.entry.clause, told.entry.how, told.result)
            for part in told.entry.clause.parts:
                self._part(part, decided, person)
        if decided.amount is not None:
            amount = decided.amount
            for result in (amount.value, amount.ceiling, amount.used):
                if result is not None:
                    self._trace(result)

    def unexercised(self, benefit: Benefit) -> tuple[str, ...]:
        """Return one line for each thing that no case has touched, in order of the rule."""
        lines = (
            line
            for variant in _of_divisions(benefit)
            for line in (*self._open_conditions(variant), *self._open_branches(variant))
        )
        return tuple(dict.fromkeys((*lines, *self._open_rates(benefit))))

    # --- taking in --------------------------------------------------------------------------

    def _clause(self, clause: Clause, how: Quantifier, result: Result) -> None:
        if isinstance(result.value, bool):
            met = result.value is not (how is Quantifier.NONE)
            self.conditions.setdefault(clause.id, set()).add(met)
        self._trace(result)

    def _part(self, clause: Clause, decided: PersonDecision, person: Person) -> None:
        result = evaluate(clause.test, person, decided.as_of)
        self._clause(clause, Quantifier.ALL, result)
        for part in clause.parts:
            self._part(part, decided, person)

    def _trace(self, result: Result) -> None:
        if isinstance(result.term, If) and isinstance(result.parts[0].value, bool):
            place = (result.term.span, result.term.text)
            self.branches.setdefault(place, set()).add(result.parts[0].value)
        if result.row is not None:
            self.rate_rows.add(id(result.row))
        for part in result.parts:
            self._trace(part)

    # --- what is open -----------------------------------------------------------------------

    def _open_conditions(self, variant: Variant) -> Iterator[str]:
        for entry in variant.entries:
            for clause in _flat(entry.clause):
                seen = self.conditions.get(clause.id, set())
                for met, word in ((True, "met"), (False, "not met")):
                    if met not in seen:
                        yield f"condition {clause.id}: never {word}"

    def _open_branches(self, variant: Variant) -> Iterator[str]:
        for term in _terms(variant):
            for one in walk(term):
                if isinstance(one, If):
                    seen = self.branches.get((one.span, one.text), set())
                    for taken, word in ((True, "holds"), (False, "fails")):
                        if taken not in seen:
                            yield f"bracket `{one.condition.text}`: never {word}"

    def _open_rates(self, benefit: Benefit) -> Iterator[str]:
        schedules: dict[int, tuple[str, RateSchedule]] = {}
        for variant in _of_divisions(benefit):
            for schedule in variant.rates.values():
                schedules.setdefault(id(schedule), (variant.division or "", schedule))
        for place, schedule in schedules.values():
            for row in schedule.rows:
                if id(row) not in self.rate_rows:
                    keys = f"[{', '.join(str(key) for key in row.keys)}]" if row.keys else ""
                    where = " ".join(word for word in (place, row.division) if word)
                    suffix = f" ({where})" if where else ""
                    yield f"rate {schedule.name}{keys} from {row.from_on}{suffix}: never used"


def _of_divisions(benefit: Benefit) -> list[Variant]:
    return [one for one in benefit.variants if not one.is_open]


def _flat(clause: Clause) -> Iterator[Clause]:
    yield clause
    for part in clause.parts:
        yield from _flat(part)


def _terms(variant: Variant) -> Iterator[Term]:
    for entry in variant.entries:
        yield entry.clause.test
    yield variant.amount.value
    if variant.amount.ceiling is not None:
        yield variant.amount.ceiling.value
        yield variant.amount.ceiling.used
