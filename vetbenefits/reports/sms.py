"""Notices as text messages: short, and cut into parts that a network carries as one message each.

A message in Chinese holds 70 characters (of UTF-16, so a rare character counts twice). A part never
ends inside an amount, a date, a word, a telephone number or a name, and never begins with a comma.

Policy: none: our convention. English messages keep to the same length, as names may be Chinese.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vetbenefits.reports.notices import ChangeTold, Letter
    from vetbenefits.reports.wording import Wording

MOST_CHARACTERS = 70

_PAPERS_NAMED = 2
# A day, a month, an amount with its unit, a number, a word: each is kept in one piece.
_PIECE = (
    r"\d{4}年\d{1,2}月(?:\d{1,2}日)?|\d{4}-\d{2}(?:-\d{2})?(?!\d)"
    r"|\d[\d.,:/*\-]*(?: ?元| yuan)?"
    r"|[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’\-]*"
    r"|."
)
_CLOSING = r"[，。；：、！？）】》”,.;:!?)\]]*"


def message_text(letter: Letter, say: Wording) -> str:
    """Return the whole text of a notice for a message."""
    text = say("sms_from", office=letter.office) if letter.office else ""
    text += say("sms_to", name=letter.name)
    told = (_change(one, say) for one in letter.changes)
    text += say("group_mark").join(told)
    if letter.contact:
        text += say("sms_contact", contact=letter.contact)
    return text + say("sms_end")


def message_parts(text: str, keep: Iterable[str] = ()) -> tuple[str, ...]:
    """Cut a text into messages of at most 70 characters, numbered `(1/2)` where there are several.

    Args:
        text: the whole text; line breaks become blanks.
        keep: further texts that are not to be cut, such as a name or a telephone number.
    """
    text = " ".join(text.split())
    if _length(text) <= MOST_CHARACTERS:
        return (text,)
    pieces = list(_pieces(text, tuple(keep)))
    digits = 1
    while True:
        room = MOST_CHARACTERS - len("(/)") - 2 * digits
        parts = _filled(pieces, room)
        if len(str(len(parts))) <= digits:
            count = len(parts)
            return tuple(f"({at}/{count}){part}" for at, part in enumerate(parts, start=1))
        digits += 1


def _change(told: ChangeTold, say: Wording) -> str:
    text = say("sms_change", title=told.title, what=told.what)
    if told.where:
        text += say("sms_where", where=told.where)
    if told.documents:
        papers = say("list_mark").join(told.documents[:_PAPERS_NAMED])
        if len(told.documents) > _PAPERS_NAMED:
            papers = say("sms_papers_more", papers=papers, count=len(told.documents))
        text += say("sms_papers", papers=papers)
    if told.deadline:
        text += say("sms_deadline", deadline=told.deadline)
    return text


def _pieces(text: str, keep: tuple[str, ...]) -> Iterator[str]:
    """Yield the smallest parts of a text, each with the punctuation that closes it."""
    kept = "|".join(re.escape(one) for one in sorted(filter(None, keep), key=len, reverse=True))
    pattern = rf"(?:{kept + '|' if kept else ''}{_PIECE}){_CLOSING}"
    yield from (found[0] for found in re.finditer(pattern, text, flags=re.DOTALL))


def _filled(pieces: Iterable[str], room: int) -> list[str]:
    parts = [""]
    for piece in pieces:
        for fitting in _fitting(piece, room):
            if _length(parts[-1]) + _length(fitting) > room:
                parts[-1] = parts[-1].rstrip()
                parts.append("")
            parts[-1] += fitting if parts[-1] else fitting.lstrip()
    return [one.rstrip() for one in parts if one.strip()]


def _fitting(piece: str, room: int) -> Iterator[str]:
    """Yield a piece whole, or in pieces that fit where no message could hold it."""
    rest = ""
    for letter in piece:
        if _length(rest + letter) > room:
            yield rest
            rest = ""
        rest += letter
    yield rest


def _length(text: str) -> int:
    """Return the number of UTF-16 units, which is what a network counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
