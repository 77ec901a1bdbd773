"""What the names in an expression can mean, and the terms of what is written out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from vetbenefits.model.expressions import AsOf, Fact, Literal
from vetbenefits.model.facts import NO_TEXT, PERSON
from vetbenefits.model.kinds import TRUTH, Kind, Type, number

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from fractions import Fraction

    from vetbenefits.model.expressions import Term
    from vetbenefits.model.facts import FactSpec, Text, Vocabulary
    from vetbenefits.model.kinds import Unit
    from vetbenefits.model.rates import RateSchedule
    from vetbenefits.problems import Span

AS_OF = AsOf(type=Type(Kind.DATE, moving=True), text="as_of")


@dataclass(frozen=True, slots=True)
class Definition:
    """A named expression; resolved anew wherever it is used, so that `on` can move its day."""

    name: str
    text: str
    span: Span
    title: Text = NO_TEXT


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything that a name in an expression may stand for.

    `table` is whose rows are decided: facts of the person are always known, those of `table` too.
    `definitions` and `rates` are keyed by name; `place` is the fact that says who pays, which
    regional rates need. `day` is what `as_of` means here. `may_use_private` lets checks of the
    roster (never rules) read private columns.
    """

    vocabulary: Vocabulary
    table: str = PERSON
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    rates: Mapping[str, RateSchedule] = field(default_factory=dict)
    place: Term | None = None
    day: Term = AS_OF
    using: tuple[str, ...] = ()

    def on(self, day: Term) -> Scope:
        """Return this scope with another day in the place of `as_of`."""
        return replace(self, day=day)

    def within(self, definition: str) -> Scope:
        """Return this scope while the body of a definition is resolved."""
        return replace(self, using=(*self.using, definition))

    def fact(self, word: str) -> FactSpec | None:
        """Return the fact that a word names, by id or title."""
        name = self.vocabulary.by_word().get(word)
        spec = self.vocabulary.facts.get(name) if name is not None else None
        return spec if spec is not None and spec.table in (PERSON, self.table) else None

    def definition(self, word: str) -> Definition | None:
        """Return the definition that a word names, by name or Chinese title."""
        found = self.definitions.get(word)
        if found is not None:
            return found
        for one in self.definitions.values():
            if word in (one.title.zh, one.title.en):
                return one
        return None

    def words(self) -> frozenset[str]:
        """Return every name that an expression may hold, codes and groups included."""
        names = {"as_of", *self.definitions, *self.vocabulary.by_word()}
        names.update(one.title.zh for one in self.definitions.values() if one.title.zh)
        for spec in self.vocabulary.facts.values():
            names.update(spec.groups)
            for code in spec.values:
                names.update((code.id, *code.spellings))
        return frozenset(names)

    def names(self) -> frozenset[str]:
        """Return the names of values: facts, definitions and `as_of`."""
        return frozenset({"as_of", *self.definitions, *self.vocabulary.by_word()})


def codes_meant(spec: FactSpec, word: str) -> tuple[str, ...] | None:
    """Return the code ids that a word names in a fact: one code, or those of a group."""
    if word in spec.groups:
        return spec.groups[word]
    for code in spec.values:
        if word == code.id or word in code.spellings:
            return (code.id,)
    return None


def fact_term(spec: FactSpec, span: Span, text: str) -> Fact:
    """Return the term that reads a fact."""
    return Fact(spec.name, type=spec.term_type, span=span, text=text)


def literal_number(value: Fraction, unit: Unit, span: Span, text: str, *, bare: bool) -> Literal:
    """Return a number written in a rule; `bare` where it has no unit of its own."""
    kind = number(unit, value, value, value.denominator)
    return Literal(value, type=replace(kind, is_literal_number=bare), span=span, text=text)


def literal_day(value: date, span: Span, text: str) -> Literal:
    """Return a day written in a rule."""
    return Literal(value, type=Type(Kind.DATE), span=span, text=text)


def literal_truth(*, value: bool, span: Span, text: str) -> Literal:
    """Return `yes` or `no` written in a rule."""
    return Literal(value, type=TRUTH, span=span, text=text)
