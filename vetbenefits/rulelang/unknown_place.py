"""The reading of a rule for a person whose place is unknown, or known too roughly.

What all places in question have in common is decided; a part that differs between any two of them
is `Undecided`, and what is missing is the place.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vetbenefits.model.expressions import Undecided
from vetbenefits.model.kinds import TRUTH
from vetbenefits.model.rulebook import Clause, Entry
from vetbenefits.rulelang.arithmetic import either

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetbenefits.model.expressions import Term
    from vetbenefits.model.rulebook import Amount, Variant


def unknown_place_variant(variants: Sequence[Variant], place: Term) -> Variant:
    """Return the variant of unknown place out of all that hold on one span of days.

    Args:
        variants: that of the whole first (the country's, or what holds of all that is known of the
            place), then those of its parts; all on the same days.
        place: the fact that is missing.
    """
    whole = variants[0]
    ids = dict.fromkeys(entry.clause.id for one in variants for entry in one.entries)
    by_id = [{entry.clause.id: entry for entry in one.entries} for one in variants]
    entries = [_entry([entries.get(name) for entries in by_id], place) for name in ids]
    definitions = dict(whole.definitions)
    for name, term in whole.definitions.items():
        if any(one.definitions.get(name, term) != term for one in variants):
            definitions[name] = Undecided(place, type=term.type, span=term.span, text=term.text)
    return replace(
        whole,
        division=None,
        entries=tuple(entries),
        amount=_amount([one.amount for one in variants], place),
        definitions=definitions,
        overlays=(),
        law=(),
    )


def _entry(found: Sequence[Entry | None], place: Term) -> Entry:
    present = [one for one in found if one is not None]
    first = present[0]
    same = all(one.how is first.how and one.clause.test == first.clause.test for one in present)
    if same and len(present) == len(found):
        return first
    old = first.clause
    test = Undecided(place, type=TRUTH, span=old.test.span, text=old.text)
    clause = Clause(old.id, test, old.say, old.law, old.text, span=old.span)
    return Entry(clause, first.how)


def _amount(amounts: Sequence[Amount], place: Term) -> Amount:
    first = amounts[0]
    if all(replace(one, text=first.text) == first for one in amounts):
        return first
    kind = first.value.type
    for one in amounts[1:]:
        kind = either(kind, one.value.type)
    value = Undecided(place, type=kind, span=first.value.span, text=first.text)
    return replace(first, value=value, ceiling=None)
