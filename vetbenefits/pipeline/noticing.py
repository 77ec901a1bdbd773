"""Which changes are to be announced to whom: the list, the roster and the ledger held together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from vetbenefits.dates import PER_MONTH
from vetbenefits.ledger import NoticeKey, Prepared, Window, ledger_name
from vetbenefits.masking import mask_numbers
from vetbenefits.model import tables
from vetbenefits.model.facts import DECEASED_ON, Role
from vetbenefits.pipeline.opening import open_people
from vetbenefits.problems import InvalidInput, Problem, Span

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from vetbenefits.model.rulebook import RuleBook
    from vetbenefits.pipeline.opening import Table

PHONE, DIED = "phone", "died"
_FROM_ROSTER = (tables.NAME, tables.ID_NUMBER, tables.DIVISION)
_STANDS_IN = re.compile(r"r\d+")  # what the reader calls a person whose roster has no such column
_WHOLE_ID = re.compile(r"\d{17}[\dX]")


@dataclass(frozen=True, slots=True)
class Announcement:
    """What to announce, and what the ledger has to know of it.

    `changes` is CHANGES with `phone`, less what was announced before; `keys` are those of its rows,
    in their order; `listed` are those of the whole list; `left_out` counts the rows taken away.
    """

    changes: pl.DataFrame
    keys: tuple[NoticeKey, ...]
    listed: frozenset[NoticeKey]
    window: Window
    left_out: int = 0

    @property
    def prepared(self) -> tuple[Prepared, ...]:
        """Return the notices as the ledger takes them."""
        numbers = self.changes.get_column(tables.ID_NUMBER)
        pairs = zip(self.keys, numbers, strict=True)
        return tuple(Prepared(key, number or "") for key, number in pairs)


def with_people(
    changes: pl.DataFrame, roster: Table | None, book: RuleBook
) -> tuple[pl.DataFrame, bool | None]:
    """Add to a list of changes what the roster knows of the people in it.

    Returns:
        The list with `phone`, `died` (by the day of the change) and with whole ID numbers where the
        roster has them, and whether the roster has numbers of its own for people; None where there
        is no roster.

    Raises:
        InvalidInput: the roster cannot be used, or knows other people by the same numbers.
    """
    if roster is None:
        nobody = pl.lit(value=False).alias(DIED)
        return changes.with_columns(pl.lit(None, dtype=pl.String).alias(PHONE), nobody), None
    phone = book.vocabulary.with_role(Role.PHONE)
    death = book.vocabulary.facts.get(DECEASED_ON)
    needed = frozenset(one.name for one in (phone, death) if one is not None)
    reader, _ = open_people(roster, book.vocabulary, needed)
    meant = changes.select(tables.PERSON_ID).unique()
    found = [
        batch.frame.join(meant, on=tables.PERSON_ID, how="semi").select(
            tables.PERSON_ID,
            *(pl.col(name).alias(f"{name}_in_roster") for name in _FROM_ROSTER),
            (pl.lit(None, dtype=pl.String) if phone is None else pl.col(phone.name)).alias(PHONE),
            (pl.lit(None, dtype=pl.Int32) if death is None else pl.col(DECEASED_ON)).alias(
                DECEASED_ON
            ),
        )
        for batch in reader.batches()
    ]
    spec = book.vocabulary.with_role(Role.PERSON_ID)
    has_numbers = spec is not None and spec.name in reader.headers.values()
    known = changes.join(pl.concat(found), on=tables.PERSON_ID, how="left", maintain_order="left")
    _require_same_people(known)
    on = pl.col("on").dt
    day = (on.year().cast(pl.Int32) * 12 + on.month() - 1) * PER_MONTH + on.day()
    filled = known.with_columns(
        *(pl.coalesce(f"{name}_in_roster", name).alias(name) for name in _FROM_ROSTER),
        (pl.col(DECEASED_ON) <= day).fill_null(value=False).alias(DIED),
    )
    return filled.select(*changes.columns, PHONE, DIED), has_numbers


def _require_same_people(known: pl.DataFrame) -> None:
    """Refuse a list whose people have other names or ID numbers in the roster.

    A letter to the wrong person is worse than none: the roster may have been sorted anew since.

    Raises:
        InvalidInput: somebody is called otherwise.
    """
    name, number = pl.col(tables.NAME), pl.col(tables.ID_NUMBER)
    other_name = name != pl.col(f"{tables.NAME}_in_roster")
    whole = pl.col(f"{tables.ID_NUMBER}_in_roster")
    ends = (number.str.head(6) != whole.str.head(6)) | (number.str.tail(4) != whole.str.tail(4))
    wrong = known.filter(other_name.fill_null(value=False) | ends.fill_null(value=False))
    if wrong.is_empty():
        return
    persons = tuple(dict.fromkeys(map(mask_numbers, wrong[tables.PERSON_ID])))
    message = f"the roster knows somebody else as `{persons[0]}` than the list of changes does"
    hint = "make the list anew from this roster, or name the roster that it was made from"
    raise InvalidInput(
        [Problem("VB759", message, Span(""), hint=hint, count=len(persons), examples=persons[:3])]
    )


def to_announce(
    changes: pl.DataFrame,
    announced: frozenset[NoticeKey],
    as_of: date,
    *,
    window: Window | None = None,
    has_numbers: bool | None = None,
    again: bool = False,
) -> Announcement:
    """Return the changes of a list that nobody was told yet.

    Args:
        changes: CHANGES with `phone`.
        announced: what people were told and still go by.
        as_of: the day of the run.
        window: the days that were looked at; up to the last change where that is not known.
        has_numbers: whether people have numbers of their own; None where that is not known.
        again: take those too that were announced before.

    Raises:
        InvalidInput: somebody is known by the row alone, so next month they would be another.
    """
    rows = changes.to_dicts()
    names = _names(rows, has_numbers=has_numbers)
    keys = [
        NoticeKey(names[row["person_id"]], row["benefit"], row["change"], row["on"], fen)
        for row in rows
        for fen in [row["to_amount_fen"]]
    ]
    is_new = [again or key not in announced for key in keys]
    last = max((key.on for key in keys), default=as_of)
    return Announcement(
        changes.filter(pl.Series(is_new, dtype=pl.Boolean)),
        tuple(key for key, new in zip(keys, is_new, strict=True) if new),
        frozenset(keys),
        window or Window(as_of, max(as_of, last)),
        left_out=is_new.count(False),
    )


def _names(rows: Iterable[dict[str, Any]], *, has_numbers: bool | None) -> dict[str, str]:
    """Return how the ledger calls each person of a list.

    Where the roster has no column for it, a person's number is the row, which changes from month to
    month; then it is the ID number that tells people apart.
    """
    names: dict[str, str] = {}
    unsure: list[str] = []
    for row in rows:
        person, number = str(row["person_id"]), str(row["id_number"] or "")
        is_row = has_numbers is not True and _STANDS_IN.fullmatch(person) is not None
        if not is_row:
            names[person] = ledger_name(person)
        elif _WHOLE_ID.fullmatch(number):
            names[person] = ledger_name(number)
        else:
            unsure.append(person)
    if unsure:
        raise InvalidInput([_only_a_row(unsure)])
    return names


def _only_a_row(persons: list[str]) -> Problem:
    distinct = tuple(dict.fromkeys(persons))
    message = f"`{distinct[0]}` is the row of a person and not a number of their own"
    hint = "name the roster that the list was made from, so that the ID number tells who it is"
    return Problem(
        "VB758", message, Span(""), hint=hint, count=len(distinct), examples=distinct[:3]
    )
