"""The columns that a roster needs for the rules in force, as an empty table to fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetbenefits.model.facts import PERSON, Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vetbenefits.model.facts import FactSpec, Vocabulary

_ALWAYS = (Role.PERSON_ID, Role.NAME, Role.ID_NUMBER, Role.DIVISION, Role.DRAWS)


def template_columns(
    vocabulary: Vocabulary, needed: Iterable[str], language: str, table: str = PERSON
) -> tuple[str, ...]:
    """Return the headers of the facts that the rules use, in the order of the vocabulary.

    Args:
        vocabulary: all facts.
        needed: the names of the facts that the rules in force ask for; those that they follow from
            are added.
        language: of the headers.
        table: the table to fill in, the roster or that of bills.
    """
    wanted = _with_sources(vocabulary, needed)
    specs = [
        spec
        for spec in vocabulary.of_table(table)
        if spec.name in wanted or spec.role in _ALWAYS or table != PERSON
    ]
    who = [spec for role in (Role.PERSON_ID,) if (spec := vocabulary.with_role(role)) is not None]
    listed: list[FactSpec] = specs if table == PERSON else [*specs[:1], *who, *specs[1:]]
    return tuple(spec.title.in_language(language) for spec in listed)


def _with_sources(vocabulary: Vocabulary, needed: Iterable[str]) -> frozenset[str]:
    """Return facts together with those that fill their blank cells."""
    wanted: set[str] = set()
    waiting = [name for name in needed if name in vocabulary.facts]
    while waiting:
        spec = vocabulary.facts[waiting.pop()]
        if spec.name in wanted:
            continue
        wanted.add(spec.name)
        sources = (*(one.source for one in spec.derive), spec.blank.none_when_fact)
        waiting += [source for source in sources if source in vocabulary.facts]
    return frozenset(wanted)
