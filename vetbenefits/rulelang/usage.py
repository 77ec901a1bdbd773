"""Which definitions and rates a rule uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetbenefits.model.expressions import Named, RateOf, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vetbenefits.model.expressions import Term
    from vetbenefits.model.rulebook import Clause, Variant


def terms_of(variant: Variant) -> Iterator[Term]:
    """Yield every condition and value of a variant."""
    for entry in variant.entries:
        yield from _tests(entry.clause)
    yield variant.amount.value
    if variant.amount.ceiling is not None:
        yield variant.amount.ceiling.value
        yield variant.amount.ceiling.used


def names_used(variants: Iterable[Variant]) -> frozenset[str]:
    """Return the names of the definitions and rates that the terms of the variants use."""
    used: set[str] = set()
    for variant in variants:
        for term in terms_of(variant):
            for one in walk(term):
                if isinstance(one, Named):
                    used.add(one.name)
                elif isinstance(one, RateOf):
                    used.add(one.schedule.name)
                    used.update(one.schedule.keys)
    return frozenset(used)


def _tests(clause: Clause) -> Iterator[Term]:
    if not clause.parts:
        yield clause.test
    for part in clause.parts:
        yield from _tests(part)
