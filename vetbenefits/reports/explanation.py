"""Why one person is due a benefit, or not, or cannot be told: the whole derivation, in order.

Tells what the interpreter found; decides nothing itself. `telling.py` puts it into words for
reading, `as_data` into plain values for scripts.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from vetbenefits.engine.interpreter import evaluate
from vetbenefits.model.facts import FactType
from vetbenefits.model.rulebook import Quantifier
from vetbenefits.money import FEN_PER_YUAN, format_fen
from vetbenefits.reports.nearmiss import YEARS_AHEAD, near_miss
from vetbenefits.reports.trace import Met, Tracer, exact_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vetbenefits.engine.decision import ClauseResult, PersonDecision
    from vetbenefits.engine.interpreter import Person, Result
    from vetbenefits.model.facts import Vocabulary
    from vetbenefits.model.rulebook import Citation, Clause
    from vetbenefits.reports.nearmiss import NearMiss
    from vetbenefits.reports.trace import RateUse, Step
    from vetbenefits.reports.wording import Wording


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is spoken of, as it may be shown (ID numbers already masked)."""

    person_id: str
    name: str = ""
    id_number: str = ""
    division: str = ""
    bill_id: str = ""


@dataclass(frozen=True, slots=True)
class ConditionTold:
    """One condition: its words, what it met, and whether that is enough.

    `how` is the list it stands in: under `none` it must not hold. `met` speaks of the requirement
    (a condition under `none` that does not hold is met); None where it cannot be told.
    """

    id: str
    how: Quantifier
    words: str
    text: str
    met: bool | None
    values: tuple[Met, ...]
    missing: tuple[Met, ...]
    law: tuple[Citation, ...]
    parts: tuple[ConditionTold, ...] = ()


@dataclass(frozen=True, slots=True)
class AmountTold:
    """How the amount came about; money in yuan with two decimals, None where it is unknown."""

    steps: tuple[Step, ...]
    text: str
    value: str
    per: str
    parts: int
    payment_per: str
    exact: str
    rounding: str
    rounded: str | None
    ceiling: str | None
    used: str | None
    paid_before: str | None
    paid: str | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """One decision told; `near` is the near miss, if it is one."""

    identity: Identity
    decision: PersonDecision
    title: str
    conditions: tuple[ConditionTold, ...]
    rates: tuple[RateUse, ...]
    amount: AmountTold | None
    near: NearMiss | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explainer:
    """Builds explanations of one run in one language."""

    vocabulary: Vocabulary
    say: Wording
    region: str | None = None

    def explain(self, identity: Identity, decision: PersonDecision, person: Person) -> Explanation:
        """Return the explanation of a decision; the same person must have been decided."""
        variant = decision.variant
        tracer = (
            Tracer(self.vocabulary, self.say)
            if variant is None
            else Tracer(
                self.vocabulary, self.say, variant.titles, variant.rates, self._places(person)
            )
        )
        traces = _traces(decision)
        rates = (use for trace in traces for use in tracer.rates(trace))
        told = tuple(self._condition(one, decision, person, tracer) for one in decision.clauses)
        words = {one.id: one.words for one in told}
        return Explanation(
            identity,
            decision,
            self.say.of(decision.benefit.title),
            told,
            tuple(dict.fromkeys(rates)),
            self._amount(decision, tracer),
            near_miss(decision, person, region=self.region),
            (
                *(words.get(one, self.say.code(one)) for one in decision.unmet),
                *(tracer.missing(one) for one in decision.missing),
            ),
        )

    def _places(self, person: Person) -> dict[str, str]:
        """Return the facts of a person that are places, as far as they are known."""
        return {
            name: value
            for name, value in person.facts.items()
            if isinstance(value, str) and self.vocabulary.facts[name].type is FactType.DIVISION
        }

    def _condition(
        self, told: ClauseResult, decision: PersonDecision, person: Person, tracer: Tracer
    ) -> ConditionTold:
        clause = told.entry.clause
        parts = tuple(
            self._part(part, clause.how, decision, person, tracer) for part in clause.parts
        )
        return self._told(clause, told.entry.how, told.result, tracer, parts)

    def _part(
        self,
        clause: Clause,
        how: Quantifier | None,
        decision: PersonDecision,
        person: Person,
        tracer: Tracer,
    ) -> ConditionTold:
        result = evaluate(clause.test, person, decision.as_of)
        parts = tuple(
            self._part(part, clause.how, decision, person, tracer) for part in clause.parts
        )
        return self._told(clause, how or Quantifier.ALL, result, tracer, parts)

    def _told(
        self,
        clause: Clause,
        how: Quantifier,
        result: Result,
        tracer: Tracer,
        parts: tuple[ConditionTold, ...],
    ) -> ConditionTold:
        met = None if result.is_unknown else result.value is (how is not Quantifier.NONE)
        words = self.say.of(clause.say) or self.say.code(clause.id)
        return ConditionTold(
            clause.id,
            how,
            words if words != clause.id else clause.text,
            clause.text,
            met,
            () if parts else tracer.values(result),
            tuple(Met(one, tracer.missing(one), "") for one in sorted(result.missing)),
            clause.law,
            parts,
        )

    def _amount(self, decision: PersonDecision, tracer: Tracer) -> AmountTold | None:
        told, variant = decision.amount, decision.variant
        if told is None or variant is None:
            return None
        rule = variant.amount
        rounding = ""
        if rule.rounding is not None:
            step = format_fen(rule.rounding.step_fen)
            rounding = self.say("rounding", mode=self.say(rule.rounding.mode), step=step)
        ceiling, used = told.ceiling, told.used
        exact = None if told.exact_fen is None else told.exact_fen / 100
        return AmountTold(
            tuple(tracer.steps(told.value)),
            rule.text or rule.value.text,
            tracer.value(told.value.value, rule.value.type),
            rule.per,
            rule.parts,
            rule.payment_per,
            "" if exact is None else tracer.value(exact, rule.value.type),
            rounding,
            _yuan(told.rounded_fen),
            None if ceiling is None else _sum(ceiling, tracer),
            None if used is None else _sum(used, tracer),
            None if ceiling is None else _yuan(told.paid_before_fen),
            _yuan(told.fen),
        )


def _traces(decision: PersonDecision) -> list[Result]:
    traces = [one.result for one in decision.clauses]
    if decision.amount is not None:
        told = decision.amount
        traces += [one for one in (told.value, told.ceiling, told.used) if one is not None]
    return traces


def _sum(result: Result, tracer: Tracer) -> str:
    """Return money with two decimals, or what else it is."""
    value = result.value
    if not isinstance(value, Fraction):
        return tracer.value(value, result.term.type)
    fen = value * FEN_PER_YUAN
    return format_fen(fen.numerator) if fen.denominator == 1 else exact_text(value)


def _yuan(fen: int | None) -> str | None:
    return None if fen is None else format_fen(fen)


def as_data(told: Explanation, say: Wording) -> dict[str, object]:
    """Return an explanation as plain values for JSON; amounts are text in yuan."""
    decision, who = told.decision, told.identity
    amount = decision.amount_fen
    return {
        "person_id": who.person_id,
        "name": who.name or None,
        "id_number": who.id_number or None,
        "division": who.division or None,
        **({"bill_id": who.bill_id} if who.bill_id else {}),
        "benefit": decision.benefit.id,
        "title": told.title,
        "as_of": decision.as_of.isoformat(),
        "outcome": decision.outcome,
        "amount": _yuan(amount),
        "per": told.amount.payment_per if told.amount is not None and amount is not None else None,
        "provisional": decision.provisional,
        "unmet": list(decision.unmet),
        "missing": list(decision.missing),
        "law": _law(decision.benefit.law),
        "conditions": [_condition_data(one) for one in told.conditions],
        "rates": [_rate_data(one) for one in told.rates],
        "computation": None if told.amount is None else _amount_data(told.amount),
        "near_miss": None if told.near is None else _near_data(told.near, say),
    }


def _condition_data(told: ConditionTold) -> dict[str, object]:
    return {
        "id": told.id,
        "list": told.how.value,
        "say": told.words,
        "if": told.text,
        "met": told.met,
        "values": {one.name: one.value for one in told.values},
        "missing": [one.name for one in told.missing],
        "law": _law(told.law),
        **({"parts": [_condition_data(part) for part in told.parts]} if told.parts else {}),
    }


def _law(law: Iterable[Citation]) -> list[dict[str, str]]:
    return [{"document": one.document, "article": one.article} for one in law]


def _rate_data(use: RateUse) -> dict[str, object]:
    row = use.row
    published = None if row is None or row.published_on is None else row.published_on.isoformat()
    checked = None if row is None or row.checked_on is None else row.checked_on.isoformat()
    return {
        "name": use.name,
        "keys": list(use.keys),
        "day": use.day,
        "value": None if row is None else use.value,
        "unit": use.unit,
        "from": None if row is None else row.from_on.isoformat(),
        "published": published,
        "checked_on": checked,
        "source": None if row is None else row.source,
        "confidence": None if row is None else row.confidence,
        "provisional": use.provisional,
    }


def _amount_data(told: AmountTold) -> dict[str, object]:
    return {
        "steps": [
            {"text": step.text, "with_values": step.with_values, "value": step.value}
            for step in told.steps
        ],
        "value": told.value,
        "per": told.per,
        "parts": told.parts,
        "exact": told.exact or None,
        "rounding": told.rounding or None,
        "rounded": told.rounded,
        "ceiling": told.ceiling,
        "used": told.used,
        "paid_before": told.paid_before,
        "paid": told.paid,
    }


def _near_data(near: NearMiss, say: Wording) -> dict[str, object]:
    then = near.then
    per = then.variant.amount.payment_per if then is not None and then.variant is not None else None
    return {
        "condition": near.entry.clause.id,
        "say": say.of(near.entry.clause.say) or near.entry.clause.text,
        "on": None if then is None else then.as_of.isoformat(),
        "amount": None if then is None else _yuan(then.amount_fen),
        "per": per,
        "years_searched": YEARS_AHEAD,
    }
