"""What the names in an expression can mean, and the terms of what is written out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from vetbenefits.dates import FIRST_ON, LAST_ON, MonthEnd
from vetbenefits.model.expressions import AsOf, Fact, Literal
from vetbenefits.model.facts import NO_TEXT, PERSON
from vetbenefits.model.kinds import TRUTH, Kind, Type, number
from vetbenefits.rulelang.lexer import Lexicon
from vetbenefits.rulelang.lost import NOTHING_LOST
from vetbenefits.rulelang.parser import parse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from vetbenefits.model.expressions import Term
    from vetbenefits.model.facts import FactSpec, Text, Vocabulary
    from vetbenefits.model.kinds import Unit
    from vetbenefits.model.rates import RateSchedule
    from vetbenefits.problems import Problem, Span
    from vetbenefits.rulelang.lost import Lost
    from vetbenefits.rulelang.syntax import Syntax

    Parsed: TypeAlias = tuple[Syntax | None, tuple[Problem, ...]]

AS_OF = AsOf(
    type=Type(Kind.DATE, low=Fraction(FIRST_ON.year), high=Fraction(LAST_ON.year), moving=True),
    text="as_of",
)


@dataclass(frozen=True, slots=True)
class Definition:
    """A named expression; resolved anew wherever it is used, so that `on` can move its day."""

    name: str
    text: str
    span: Span
    title: Text = NO_TEXT


@dataclass(frozen=True, slots=True)
class _Words:
    """Every word that has a meaning in a scope. Found once: a rule book reads thousands of texts.

    `read` holds what the parser made of a text, for definitions are read again at each use.
    """

    vocabulary: Vocabulary
    definitions: Mapping[str, Definition]
    rates: Mapping[str, RateSchedule]
    lost: Lost
    sizes: tuple[int, int]
    values: frozenset[str]
    every: frozenset[str]
    titles: Mapping[str, str]
    lexicon: Lexicon
    read: dict[tuple[str, Span], Parsed] = field(default_factory=dict)

    @classmethod
    def of(cls, scope: Scope) -> _Words:
        """Gather the words of a scope."""
        titles: dict[str, str] = {}
        for one in scope.definitions.values():
            for title in (one.title.zh, one.title.en):
                titles.setdefault(title, one.name)
        names = ("as_of", *scope.definitions, *titles, *scope.vocabulary.by_word())
        values = frozenset(name for name in names if _is_one_word(name))
        every = values | scope.vocabulary.code_words() | frozenset(scope.rates)
        every |= {name for name in scope.lost.names if _is_one_word(name)}
        sizes = (len(scope.definitions), len(scope.rates))
        known = (scope.vocabulary, scope.definitions, scope.rates, scope.lost)
        return cls(*known, sizes, values, every, titles, Lexicon(every))

    def fits(self, scope: Scope) -> bool:
        """Tell whether these are the words of a scope."""
        return (
            self.vocabulary is scope.vocabulary
            and self.definitions is scope.definitions
            and self.rates is scope.rates
            and self.lost is scope.lost
            and self.sizes == (len(scope.definitions), len(scope.rates))
        )


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything that a name in an expression may stand for.

    `table` is whose rows are decided: facts of the person are always known, those of `table` too.
    `definitions` and `rates` are keyed by name; `place` is the fact that says who pays, which
    regional rates need. `day` is what `as_of` means here. `using` are the definitions within whose
    body we are, the outermost first. `month_end` says which day is meant by one that a month does
    not have, where no function says otherwise. `lost` are names that mean something unknown.
    """

    vocabulary: Vocabulary
    table: str = PERSON
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    rates: Mapping[str, RateSchedule] = field(default_factory=dict)
    place: Term | None = None
    day: Term = AS_OF
    using: tuple[str, ...] = ()
    month_end: MonthEnd = MonthEnd.FIRST_OF_NEXT
    lost: Lost = NOTHING_LOST
    _words: _Words | None = field(default=None, repr=False, compare=False)

    def on(self, day: Term) -> Scope:
        """Return this scope with another day in the place of `as_of`."""
        self._known()
        return replace(self, day=day)

    def within(self, definition: str) -> Scope:
        """Return this scope while the body of a definition is resolved."""
        self._known()
        return replace(self, using=(*self.using, definition))

    def fact(self, word: str) -> FactSpec | None:
        """Return the fact that a word names, by id or title."""
        name = self.vocabulary.by_word().get(word)
        spec = self.vocabulary.facts.get(name) if name is not None else None
        return spec if spec is not None and spec.table in (PERSON, self.table) else None

    def definition(self, word: str) -> Definition | None:
        """Return the definition that a word names, by name or title."""
        found = self.definitions.get(word)
        if found is not None:
            return found
        name = self._known().titles.get(word)
        return self.definitions[name] if name is not None else None

    def words(self) -> frozenset[str]:
        """Return every name that an expression may hold, codes, groups and rates included."""
        return self._known().every

    def names(self) -> frozenset[str]:
        """Return the names of values: facts, definitions and `as_of`."""
        return self._known().values

    def parse(self, text: str, span: Span) -> Parsed:
        """Read the syntax of a text, once for all scopes with the same names."""
        words = self._known()
        found = words.read.get((text, span))
        if found is None:
            found = words.read[text, span] = parse(text, span, words.lexicon)
        return found

    def _known(self) -> _Words:
        if self._words is None or not self._words.fits(self):
            # Only remembers what follows from the other fields, so the scope is the same as before.
            object.__setattr__(self, "_words", _Words.of(self))
        assert self._words is not None  # noqa: S101  it was set above
        return self._words


def _is_one_word(name: str) -> bool:
    """Tell whether a name can be typed in an expression: a title of several words cannot."""
    return bool(name) and f"_{name}".isidentifier()


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
    year = Fraction(value.year)
    return Literal(value, type=Type(Kind.DATE, low=year, high=year), span=span, text=text)


def literal_truth(*, value: bool, span: Span, text: str) -> Literal:
    """Return `yes` or `no` written in a rule."""
    return Literal(value, type=TRUTH, span=span, text=text)
