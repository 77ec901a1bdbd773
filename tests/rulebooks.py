"""Random benefits and rule books, made of random terms."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.strategies import PLACE, fact, kept, numbers, truths
from tests.vocabulary import AS_OF, VOCABULARY
from vetbenefits.model.divisions import wider
from vetbenefits.model.facts import Text
from vetbenefits.model.rulebook import (
    Amount,
    Benefit,
    Clause,
    Entry,
    Quantifier,
    RuleBook,
    Variant,
)
from vetbenefits.money import Rounding, RoundingMode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetbenefits.model.expressions import Term
    from vetbenefits.model.facts import Vocabulary

_MOST_YUAN = 10**12  # an amount beyond this is refused by the checker


def payable(term: Term) -> bool:
    return max(abs(term.type.low), abs(term.type.high)) < _MOST_YUAN


@kept
def amounts() -> st.SearchStrategy[Amount]:
    """Return amounts per month, per year in parts, or once, with every kind of rounding."""
    roundings = st.builds(
        Rounding, st.sampled_from((1, 10, 100, 1000)), st.sampled_from(RoundingMode)
    )
    return st.builds(
        lambda value, per, rounding: Amount(value, per[0], per[1], rounding),
        numbers(2).filter(payable),
        st.sampled_from((("month", 1), ("year", 1), ("year", 2), ("year", 12), ("once", 1))),
        roundings,
    )


@kept
def entries() -> st.SearchStrategy[tuple[Entry, ...]]:
    """Return top-level conditions of all three lists."""
    drawn = st.lists(st.tuples(truths(2), st.sampled_from(Quantifier)), max_size=4)
    return drawn.map(
        lambda found: tuple(
            Entry(Clause(f"c{at}", test), how) for at, (test, how) in enumerate(found)
        )
    )


REGIONS = ("99", "9901", "990101003", "990101003001", "110000")
SPANS = ((date(1900, 1, 1), date(2100, 1, 1)), (date(1900, 1, 1), AS_OF), (AS_OF, date(2100, 1, 1)))


@st.composite
def benefits(draw: st.DrawFn, name: str) -> Benefit:
    """Return a benefit, some with regional variants and some that begin or end on the day.

    Of the places that regions are smaller parts of, some have a variant that leaves parts open.
    """
    from_on, until_on = draw(st.sampled_from((SPANS[0], *SPANS)))
    variants = [Variant("", *SPANS[0], draw(entries()), draw(amounts()))]
    if draw(st.booleans()):
        for division in draw(st.lists(st.sampled_from(REGIONS), max_size=3, unique=True)):
            span = draw(st.sampled_from(SPANS))
            variants.append(Variant(division, *span, draw(entries()), draw(amounts())))
        for division in sorted({one for held in variants for one in wider(held.division or "")}):
            span = draw(st.sampled_from(SPANS))
            if draw(st.booleans()):
                wide = Variant(division, *span, draw(entries()), draw(amounts()), is_wide=True)
                variants.append(wide)
        variants.append(Variant(None, *SPANS[0], draw(entries()), draw(amounts())))
    place = draw(st.sampled_from((PLACE, fact("origin"), None)))
    title = Text(name, name)
    return Benefit(name, title, (), from_on, until_on, tuple(variants), place=place)


def rule_book(found: Sequence[Benefit], vocabulary: Vocabulary = VOCABULARY) -> RuleBook:
    """Return a rule book of some benefits."""
    return RuleBook(vocabulary, tuple(found))
