"""Why a decision changes, in words: conditions, rates and the rule itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetbenefits.model.rulebook import Quantifier
from vetbenefits.reports.changes import BEGINS, ENDS

if TYPE_CHECKING:
    from vetbenefits.reports.labels import Labels

_RATE = "rate."


def cause_in_words(benefit: str, change: str, joined: str, words: Labels) -> str:
    """Return why, in words.

    Args:
        benefit: its id.
        change: the kind of change, one of those that `upcoming` knows.
        joined: what changes, joined by `;`, as the spans name it.
        words: the words.
    """
    names = filter(None, joined.split(";"))
    told = (
        words.rate(benefit, name.removeprefix(_RATE))
        if name.startswith(_RATE)
        else _condition(benefit, change, name, words)
        for name in names
    )
    return words.say("list_mark").join(told)


def _condition(benefit: str, change: str, name: str, words: Labels) -> str:
    """Return a condition, and that it holds no longer where that is what begins or ends it."""
    text, how = words.unmet(benefit, name), words.quantifier(benefit, name)
    no_longer = {BEGINS: how is Quantifier.NONE, ENDS: how in (Quantifier.ALL, Quantifier.ANY)}
    return words.say("holds_no_longer", what=text) if no_longer.get(change) else text
