"""What each person is told about the changes to come: one notice a person, in words.

The list of changes says what happens; the rule book says on which law it rests, where to apply and
what to bring. Numbers are masked here, so nothing behind this file can show a whole one. Nothing
is decided.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vetbenefits.dates import parse_iso_day
from vetbenefits.masking import mask_id_number, mask_numbers
from vetbenefits.model.facts import Role
from vetbenefits.model.rulebook import Quantifier
from vetbenefits.money import format_fen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    import polars as pl

    from vetbenefits.model.rulebook import Benefit, Citation, Entry, Variant
    from vetbenefits.reports.labels import Labels
    from vetbenefits.reports.wording import Wording

_TO_APPLY = ("begins", "becomes_known")
_SOURCE_MARK = re.compile(r"^[A-Z]\d{1,2} ")  # how docs/sources.md numbers a document


@dataclass(frozen=True, slots=True)
class Sender:
    """Who tells, and on which day; empty where the workspace does not say."""

    office: str
    contact: str
    day: date


@dataclass(frozen=True, slots=True)
class ChangeTold:
    """One change in words. These are the fields of a `change` in a template; all are text or lists.

    Units: `from_amount` and `to_amount` are `172.00`, empty where there is none; `each` says what
    one payment is for, and `before` and `after` say both: `每月 172.00 元`.
    """

    title: str
    change: str
    on: str
    what: str
    from_amount: str
    to_amount: str
    each: str
    before: str
    after: str
    first_month: str
    law: str
    reason: str
    missing: str
    where: str
    steps: tuple[str, ...]
    documents: tuple[str, ...]
    deadline: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One notice. These are the fields of a template; ID numbers in them are masked."""

    person_id: str
    name: str
    id_number: str
    division: str
    changes: tuple[ChangeTold, ...]
    office: str
    contact: str
    date: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A letter, the whole phone number to send it to, and who it is about in the roster's words."""

    letter: Letter
    phone: str


def build_notices(changes: pl.DataFrame, words: Labels, sender: Sender) -> tuple[Notice, ...]:
    """Return one notice for each person of a list of changes.

    Shape: CHANGES with a column `phone` -> people in order of their division, then of their first
    change in the list; the changes of a person in the order of the list.
    """
    of_person: dict[str, list[dict[str, Any]]] = {}
    for row in changes.iter_rows(named=True):
        of_person.setdefault(row["person_id"], []).append(row)
    in_order = sorted(of_person.values(), key=lambda rows: rows[0]["division"] or "")
    return tuple(_notice(rows, words, sender) for rows in in_order)


def _notice(rows: list[dict[str, Any]], words: Labels, sender: Sender) -> Notice:
    first = rows[0]
    person_id = mask_numbers(first["person_id"])
    letter = Letter(
        person_id=person_id,
        name=first["name"] or person_id,
        id_number=shown_number(first["id_number"] or ""),
        division=first["division"] or "",
        changes=tuple(_told(row, words, sender.day) for row in rows),
        office=sender.office,
        contact=sender.contact,
        date=day_in_words(sender.day, words.say),
    )
    return Notice(letter, first["phone"] or "")


def shown_number(id_number: str) -> str:
    """Return an ID number as it may be shown; one that is masked already stays as it is."""
    return id_number if "*" in id_number else mask_id_number(id_number)


def _told(row: Mapping[str, Any], words: Labels, today: date) -> ChangeTold:
    say = words.say
    benefit = words.book.benefit(row["benefit"])
    if benefit is None:
        raise KeyError(row["benefit"])  # whoever read the list has looked
    variant = _variant(benefit, row, words)
    apply = variant.apply or benefit.apply
    is_open = row["change"] in _TO_APPLY and row["to_outcome"] == "due"
    must_ask = is_open or row["to_outcome"] == "undetermined"
    steps = [_text(one, say) for one in _listed(apply, "steps")]
    papers = [
        _text(one.get("title", one.get("id", "")), say) for one in _listed(apply, "documents")
    ]
    deadline = _text(apply.get("deadline", ""), say)
    if row["apply_by"] is not None:
        word = "by_day" if row["apply_by"] >= today else "by_day_passed"
        deadline = say(word, day=day_in_words(row["apply_by"], say))
    return ChangeTold(
        title=words.titles[benefit.id],
        change=say(row["change"]),
        on=day_in_words(row["on"], say),
        what=_sentence(row, words),
        from_amount=_yuan(row["from_amount_fen"]),
        to_amount=_yuan(row["to_amount_fen"]),
        each=say.each(row["per"]) if row["per"] else "",
        before=_sum(row, "from_amount_fen", say),
        after=_sum(row, "to_amount_fen", say),
        first_month=_month(row["first_month"], say),
        law=_law((*benefit.law, *variant.law), say),
        reason=_reason(row, benefit, say),
        missing=words.missing(benefit.id, row["missing"]) if row["missing"] else "",
        where=_text(apply.get("where", ""), say) if must_ask else "",
        steps=tuple(steps) if is_open else (),
        documents=tuple(papers) if is_open else (),
        deadline=deadline if is_open or row["apply_by"] is not None else "",
    )


def _variant(benefit: Benefit, row: Mapping[str, Any], words: Labels) -> Variant:
    """Return the rule as it reads where the person lives, if that is what the rule goes by."""
    if not benefit.from_on <= row["on"] < benefit.until_on:
        return benefit.national
    place = words.book.vocabulary.with_role(Role.DIVISION)
    named = () if place is None else (place.name, place.title.zh)
    is_by_division = benefit.place is not None and benefit.place.text in named
    return benefit.variant_for(row["division"] if is_by_division else None, row["on"])


def _sentence(row: Mapping[str, Any], words: Labels) -> str:
    say, on = words.say, day_in_words(row["on"], words.say)
    before, after = _sum(row, "from_amount_fen", say), _sum(row, "to_amount_fen", say)
    month = _month(row["first_month"], say)
    change = row["change"]
    if change in ("rises", "falls"):
        return say(
            "will_rise" if change == "rises" else "will_fall", on=on, before=before, sum=after
        )
    if change == "becomes_undetermined":
        if not row["missing"]:
            return say("will_lack_something", on=on)
        return say("will_lack", on=on, missing=words.missing(row["benefit"], row["missing"]))
    if change == "ends":
        return say("will_end", on=on)
    if row["to_outcome"] == "not_due":
        return say("will_be_none", on=on)
    begun = say("will_begin", on=on, sum=after) if after else say("will_begin_unpriced", on=on)
    return begun + (say("first_paid", month=month) if month else "")


def _sum(row: Mapping[str, Any], column: str, say: Wording) -> str:
    """Return an amount with what it is for: `每月 172.00 元`."""
    fen = row[column]
    if fen is None:
        return ""
    if not row["per"]:
        return f"{format_fen(fen)} {say('yuan')}"
    return say("amount_per", amount=format_fen(fen), each=say.each(row["per"]))


def _reason(row: Mapping[str, Any], benefit: Benefit, say: Wording) -> str:
    """Return the conditions that turn, in words; what is none (a new rate) is left to the law."""
    entries = {entry.clause.id: entry for one in benefit.variants for entry in one.entries}
    turned = (entries.get(one) for one in (row["cause"] or "").split(";"))
    told = (_turned(entry, row["to_outcome"], say) for entry in turned if entry is not None)
    return say("list_mark").join(one for one in told if one)


def _turned(entry: Entry, outcome: str, say: Wording) -> str:
    """Return a condition as it stands after the change: met, no longer met, or not known."""
    words = say.of(entry.clause.say)
    if outcome == "undetermined":
        return ""  # what turned is known; what is not known stands under what is missing
    is_met = outcome == "due"
    holds = is_met is not (entry.how is Quantifier.NONE)
    return words if holds or not words else say("no_longer", what=words)


def _law(law: Iterable[Citation], say: Wording) -> str:
    cited = (_SOURCE_MARK.sub("", str(one)) for one in law)
    return say("group_mark").join(dict.fromkeys(cited))


def _yuan(fen: int | None) -> str:
    return "" if fen is None else format_fen(fen)


def day_in_words(day: date, say: Wording) -> str:
    """Return a day as a letter writes it: `2027年2月8日`, `2027-02-08`."""
    return say("day", year=day.year, month=day.month, day=day.day, iso=day.isoformat())


def _month(text: str | None, say: Wording) -> str:
    first = parse_iso_day(f"{text}-01") if text else None
    if first is None:
        return ""
    return say("calendar_month", year=first.year, month=first.month, iso=text)


def _listed(apply: Mapping[str, object], key: str) -> list[Any]:
    listed = apply.get(key, ())
    return list(listed) if isinstance(listed, list | tuple) else [listed]


def _text(value: object, say: Wording) -> str:
    """Return a text of a rule, which is given in both languages or in one for both."""
    if isinstance(value, dict):
        return str(value.get(say.language) or next(iter(value.values()), ""))
    return str(value)
