"""What an interpreter's trace says: the values that were met, the rates looked up, each step.

Speaks of one `Result`; which condition or amount it belongs to is for the explanation to tell.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from vetbenefits.model.expressions import (
    Arithmetic,
    Between,
    Extreme,
    Fact,
    If,
    Named,
    Operation,
    RateOf,
    Shift,
    ToWhole,
    YearOf,
)
from vetbenefits.model.facts import Role
from vetbenefits.model.kinds import Kind
from vetbenefits.model.values import Special
from vetbenefits.money import format_exact
from vetbenefits.reports.labels import fact_label, missing_label, unit_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vetbenefits.engine.interpreter import Result
    from vetbenefits.model.expressions import Term
    from vetbenefits.model.facts import Text, Vocabulary
    from vetbenefits.model.kinds import Type
    from vetbenefits.model.rates import RateRow, RateSchedule
    from vetbenefits.model.values import Value
    from vetbenefits.reports.wording import Wording

_SIGNS = {
    Operation.ADD: "+",
    Operation.SUBTRACT: "−",
    Operation.MULTIPLY: "×",
    Operation.DIVIDE: "÷",
}
_SHOWN_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the expression as written, the same with its values, and what it came to."""

    text: str
    with_values: str
    value: str


@dataclass(frozen=True, slots=True)
class RateUse:
    """One rate that was looked up: its value as text, the row it stands in, the day and keys.

    `label` is its name in words. `lacks_row`: all that it depends on is known, and no row answered.
    """

    name: str
    label: str
    value: str
    unit: str
    day: str
    keys: tuple[str, ...]
    row: RateRow | None
    provisional: bool
    lacks_row: bool


@dataclass(frozen=True, slots=True)
class Met:
    """A fact or definition that took part: its name, its name in words, and its value."""

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Tracer:
    """Reads traces in one language.

    `titles` are the wordings of definitions, `places` the facts that are places, as far as they are
    known: one of them that is missing all the same is known too roughly.
    """

    vocabulary: Vocabulary
    say: Wording
    titles: Mapping[str, Text] = field(default_factory=dict)
    rates_by_name: Mapping[str, RateSchedule] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)

    def value(self, value: Value, kind: Type) -> str:
        """Return a value as people read it; numbers without their unit."""
        if isinstance(value, Special):
            return self.say(value.value)
        if isinstance(value, bool):
            return self.say("yes" if value else "no")
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Fraction):
            return exact_text(value)
        if isinstance(value, frozenset):
            titles = sorted(self._code(code, kind) for code in value)
            return self.say("list_mark").join(titles) or self.say("none")
        return self._code(value, kind) if kind.kind is Kind.CODE else value

    def missing(self, name: str) -> str:
        """Return what is missing in words: a fact as `label` has it, or a rate."""
        if name in self.places:
            return self.say("place_too_wide", fact=self.label(name), code=self.places[name])
        if not name.startswith("rate."):
            return self.label(name)
        return missing_label(name, self.rates_by_name, self.vocabulary, self.say)

    def label(self, name: str) -> str:
        """Return a fact or definition by its Chinese title, or by its name in English."""
        if name in self.titles and self.say.language == "zh":
            return self.titles[name].zh or name
        return fact_label(name, self.vocabulary, self.say)

    def rate_label(self, schedule: RateSchedule) -> str:
        """Return a rate by its Chinese title, or by its name in English."""
        return (schedule.title.zh if self.say.language == "zh" else "") or schedule.name

    def values(self, result: Result) -> tuple[Met, ...]:
        """Return the facts and definitions that took part, in the order in which they were met."""
        found: dict[str, Met] = {}
        for one in _all(result):
            match one.term:
                case Named(name=name) | Fact(name=name):
                    found.setdefault(name, Met(name, self.label(name), self._shown(one)))
                case _:
                    pass
        return tuple(found.values())

    def rates(self, result: Result) -> Iterator[RateUse]:
        """Yield every rate that was looked up."""
        for one in _all(result):
            if isinstance(one.term, RateOf):
                keys = one.parts[: len(one.term.keys)]
                own = f"rate.{one.term.schedule.name}"
                yield RateUse(
                    one.term.schedule.name,
                    self.rate_label(one.term.schedule),
                    self.value(one.value, one.term.type),
                    self.unit(one.term.type),
                    self.value(one.parts[-1].value, one.term.day.type),
                    tuple(self.value(key.value, key.term.type) for key in keys),
                    one.row,
                    one.provisional,
                    any(name.partition("[")[0] == own for name in one.missing),
                )

    def steps(self, result: Result) -> Iterator[Step]:
        """Yield each step of a computation, the innermost first, each once."""
        seen: dict[tuple[str, str], None] = {}
        for step in self._steps(result):
            if (step.text, step.value) not in seen:
                seen[step.text, step.value] = None
                yield step

    def unit(self, kind: Type) -> str:
        """Return the unit of a number in words."""
        if kind.kind is not Kind.NUMBER or kind.unit.is_plain:
            return ""
        return unit_label(kind.unit, self.say)

    def _steps(self, result: Result) -> Iterator[Step]:
        if isinstance(result.term, Named):
            yield from self._named_steps(result.term.name, result.parts[0])
            return
        parts = _chain(result)
        for part in parts:
            yield from self._steps(part)
        operands = [self.value(part.value, part.term.type) for part in parts]
        if isinstance(result.term, Arithmetic):
            shown = " ".join(_woven(operands, _signs(result)))
        else:
            shown = self._with_values(result.term, operands)
        if shown:
            unit = self.unit(result.term.type)
            value = f"{self.value(result.value, result.term.type)} {unit}".strip()
            yield Step(_written(result.term), shown, value)

    def _named_steps(self, name: str, body: Result) -> Iterator[Step]:
        """Yield the steps of a definition, the last one under its name."""
        steps = list(self._steps(body))
        yield from steps[:-1]
        for last in steps[-1:]:
            yield Step(f"{self.label(name)} = {last.text}", last.with_values, last.value)

    def _with_values(self, term: Term, operands: list[str]) -> str:  # noqa: PLR0911
        """Return a term with values in the place of its parts; empty where that tells nothing."""
        match term:
            case Extreme():
                return f"{term.which}({', '.join(operands)})"
            case ToWhole():
                return f"{term.how}({operands[0]})"
            case Between():
                return self.say("between", start=operands[0], end=operands[1])
            case Shift():
                return f"{operands[0]} {term.count:+} {self.say.code(term.unit)}"
            case YearOf():
                return operands[0]
            case If():
                return self.say("if_branch", condition=term.condition.text, value=operands[0])
            case RateOf():
                return self.say("rate_on", day=operands[-1])
            case _:
                return ""

    def _shown(self, result: Result) -> str:
        if isinstance(result.term, Fact) and not isinstance(result.value, Special):
            spec = self.vocabulary.facts.get(result.term.name)
            if spec is not None and spec.role in (Role.ID_NUMBER, Role.ACCOUNT, Role.PHONE):
                return "********"
        unit = self.unit(result.term.type) if isinstance(result.value, Fraction) else ""
        if unit == self.say("years") and self._is_age(result.term):
            unit = self.say("years_of_age")
        return f"{self.value(result.value, result.term.type)} {unit}".strip()

    def _is_age(self, term: Term) -> bool:
        """Tell whether a term is an age, which Chinese counts in another word than years."""
        title = self.titles.get(term.name) if isinstance(term, Named) else None
        return title is not None and title.zh.endswith("年龄")

    def _code(self, code: str, kind: Type) -> str:
        spec = self.vocabulary.facts.get(kind.fact)
        for one in spec.values if spec is not None else ():
            if one.id == code:
                return self.say.of(one.title)
        return code


def exact_text(value: Fraction) -> str:
    """Return an exact number; one that does not end as a decimal and as the fraction it is."""
    text = format_exact(value)
    if "/" not in text:
        return text
    scale = 10**_SHOWN_DIGITS
    shortened = Fraction(int(value * scale), scale)  # toward zero: only shown, never computed with
    return f"{format_exact(shortened)}… ({text})"


def _continues(result: Result) -> bool:
    """Tell whether the left side goes on with the same kind of arithmetic: `a + b + c`."""
    left = result.parts[0].term
    if not isinstance(result.term, Arithmetic) or not isinstance(left, Arithmetic):
        return False
    sums = (Operation.ADD, Operation.SUBTRACT)
    return (result.term.op in sums) == (left.op in sums)


def _chain(result: Result) -> tuple[Result, ...]:
    """Return the parts of a result; of a chain of sums or of products all its members."""
    if not result.parts or not _continues(result):
        return result.parts
    return (*_chain(result.parts[0]), *result.parts[1:])


def _signs(result: Result) -> list[str]:
    """Return the signs between the members of a chain."""
    if not isinstance(result.term, Arithmetic):
        return []
    before = _signs(result.parts[0]) if _continues(result) else []
    return [*before, _SIGNS[result.term.op]]


def _woven(operands: list[str], signs: list[str]) -> Iterator[str]:
    yield operands[0]
    for sign, operand in zip(signs, operands[1:], strict=True):
        yield sign
        yield operand


def _written(term: Term) -> str:
    """Return a term as it was written; a rate by its name."""
    return term.text or (f"rate.{term.schedule.name}" if isinstance(term, RateOf) else "…")


def _all(result: Result) -> Iterator[Result]:
    yield result
    for part in result.parts:
        yield from _all(part)
