"""The list of changes that `upcoming` writes, read back from its machine formats.

What is read is only what the format promises; a file that anybody has changed by hand is checked
like any other, and each wrong cell is told with its row.
"""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from vetbenefits.dates import parse_iso_day, unpack
from vetbenefits.intake.days import read_day
from vetbenefits.intake.files import ByteSource, detect_encoding, invalid
from vetbenefits.intake.status import Status
from vetbenefits.money import FEN_PER_YUAN, parse_number
from vetbenefits.problems import InvalidInput, Problem, Span, closest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

CHANGES = ("begins", "ends", "rises", "falls", "becomes_undetermined", "becomes_known")
OUTCOMES = ("due", "not_due", "undetermined")
SCHEMA: Mapping[str, type[pl.DataType]] = {
    "row": pl.Int64,
    "person_id": pl.String,
    "name": pl.String,
    "id_number": pl.String,
    "division": pl.String,
    "benefit": pl.String,
    "on": pl.Date,
    "change": pl.String,
    "from_outcome": pl.String,
    "from_amount_fen": pl.Int64,
    "to_outcome": pl.String,
    "to_amount_fen": pl.Int64,
    "per": pl.String,
    "cause": pl.String,
    "first_month": pl.String,
    "apply_by": pl.Date,
    "missing": pl.String,
}

_NEEDED = ("person_id", "benefit", "on", "change", "to_outcome", "to_amount")
_MOST_BYTES = 512 << 20
_AMOUNT = re.compile(r"-?\d{1,13}(?:\.\d{1,2})?")  # a spreadsheet drops zeros at the end
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_MADE_HARMLESS = re.compile(r"'[=+\-@\t\r\n＝＋－＠]")
_BEGINS_JSON = ("[", "{")

Cells = dict[str, str]


def read_changes(
    path: Path, benefits: Iterable[str] | None = None, *, may_be_masked: bool = False
) -> pl.DataFrame:
    """Read a list of changes: CSV, a JSON array, or a JSON object a line.

    Args:
        path: the file.
        benefits: the ids of the benefits that the rule book has; None takes any.
        may_be_masked: take people whose numbers are masked, who cannot be told apart for sure.

    Shape: one row a person, benefit and day of change, in the order of the file, with the columns
    of `SCHEMA`. Units: amounts in fen, null where there is none.

    Raises:
        InvalidInput: the file cannot be read, or something in it is not as the format has it.
    """
    shown = str(path)
    text = _text(path, shown)
    rows = list(_json_rows(text, shown) if _is_json(text) else _csv_rows(text, shown))
    known = None if benefits is None else frozenset(benefits)
    reader = _Reader(shown, known, may_be_masked=may_be_masked)
    read = [reader.row(at, cells) for at, cells in rows]
    if reader.problems:
        raise InvalidInput(reader.problems)
    return pl.DataFrame(read, schema=dict(SCHEMA))


def _text(path: Path, shown: str) -> str:
    source = ByteSource.open(path)
    if source.size > _MOST_BYTES:
        raise invalid("VB750", "the list is larger than 512 MiB", Span(shown), "write a part of it")
    encoding = detect_encoding(source.head(), shown)
    source.file.seek(encoding.mark_bytes)
    try:
        return source.file.read().decode(encoding.name)
    except UnicodeDecodeError as error:
        message = f"the text is not {encoding.name}: byte {error.start} does not fit"
        raise invalid("VB750", message, Span(shown), _HINT) from None


def _day_of_a_spreadsheet(text: str) -> date | None:
    """Return a day as a spreadsheet writes it back: 2027/2/8."""
    status, packed = read_day(text)
    return unpack(packed) if status is Status.FILLED else None


_HINT = "take the file as `vetbenefits upcoming --format csv` (or jsonl) writes it"


def _is_json(text: str) -> bool:
    return text.lstrip().startswith(_BEGINS_JSON)


def _csv_rows(text: str, shown: str) -> Iterator[tuple[int, Cells]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        headers = next(reader, [])
        _require(headers, shown)
        at = reader.line_num + 1
        for cells in reader:
            if len(cells) > len(headers):
                message = f"the row has {len(cells)} cells, the header row {len(headers)}"
                raise invalid("VB750", message, Span(shown, at), _HINT)
            if any(cells):
                yield at, dict(zip(headers, map(_as_it_was, cells), strict=False))
            at = reader.line_num + 1
    except csv.Error as error:
        message = f"the row is no CSV: {error}"
        raise invalid("VB750", message, Span(shown, reader.line_num), _HINT) from None


def _as_it_was(cell: str) -> str:
    """Return a cell without the mark that keeps a spreadsheet from running it."""
    return cell[1:] if _MADE_HARMLESS.match(cell) else cell


def _json_rows(text: str, shown: str) -> Iterator[tuple[int, Cells]]:
    for at, value in _json_values(text, shown):
        if not isinstance(value, dict):
            raise invalid("VB750", "this is no JSON object", Span(shown, at), _HINT)
        _require(list(value), shown, at)
        yield at, {str(name): _as_text(cell) for name, cell in value.items()}


def _json_values(text: str, shown: str) -> Iterator[tuple[int, object]]:
    """Yield the objects of a JSON array, or one object a line, with the line of each."""
    if text.lstrip().startswith("["):
        yield from enumerate(cast("list[object]", _parsed(text, shown, 1)), start=1)
        return
    for at, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield at, _parsed(line, shown, at)


def _parsed(text: str, shown: str, at: int) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        message = f"this is no JSON: {error}"
        raise invalid("VB750", message, Span(shown, at), _HINT) from None


def _as_text(cell: object) -> str:
    if cell is None:
        return ""
    return ";".join(map(str, cell)) if isinstance(cell, list) else str(cell)


def _require(headers: Sequence[str], shown: str, at: int = 1) -> None:
    """Raise where a column that every notice needs is not there."""
    lacking = [name for name in _NEEDED if name not in headers]
    if lacking:
        names = ", ".join(f"`{name}`" for name in lacking)
        raise invalid("VB750", f"the list of changes has no {names}", Span(shown, at), _HINT)


class _Reader:
    """Turns the cells of rows into values and keeps what is wrong with them."""

    def __init__(self, shown: str, benefits: frozenset[str] | None, *, may_be_masked: bool) -> None:
        self._shown = shown
        self._benefits = benefits
        self._may_be_masked = may_be_masked
        self.problems: list[Problem] = []

    def row(self, at: int, cells: Cells) -> dict[str, Any]:
        """Return one row; a cell that cannot be read is a problem and null."""
        read: dict[str, Any] = {name: cells.get(name) or None for name in SCHEMA if name in cells}
        read |= {
            "row": at,
            "person_id": self._person(at, cells),
            "benefit": self._benefit(at, cells),
            "change": self._word(at, cells, "change", CHANGES),
            "to_outcome": self._word(at, cells, "to_outcome", OUTCOMES),
            "on": self._day(at, cells, "on"),
            "apply_by": self._day(at, cells, "apply_by", needed=False),
            "first_month": self._month(at, cells),
            "from_amount_fen": self._fen(at, cells, "from_amount"),
            "to_amount_fen": self._fen(at, cells, "to_amount"),
        }
        return {name: read.get(name) for name in SCHEMA}

    def _wrong(self, at: int, message: str, hint: str = "") -> None:
        self.problems.append(Problem("VB750", message, Span(self._shown, at), hint=hint or _HINT))

    def _person(self, at: int, cells: Cells) -> str | None:
        person = cells.get("person_id", "")
        if not person:
            self._wrong(at, "the row does not say whose it is")
        elif "********" in person and not self._may_be_masked:
            hint = "write the list with --full-ids, so that people can be told apart"
            self._wrong(at, f"the person's number is masked: `{person}`", hint)
        return person or None

    def _benefit(self, at: int, cells: Cells) -> str | None:
        if self._benefits is None:
            return cells.get("benefit") or None
        return self._word(at, cells, "benefit", sorted(self._benefits))

    def _word(self, at: int, cells: Cells, name: str, known: Sequence[str]) -> str | None:
        word = cells.get(name, "")
        if word in known:
            return word
        near = closest(word, known, most=1)
        hint = f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(known)}"
        self._wrong(at, f"`{word}` is no {name} that is known", hint)
        return None

    def _day(self, at: int, cells: Cells, name: str, *, needed: bool = True) -> date | None:
        text = cells.get(name, "")
        day = parse_iso_day(text) or _day_of_a_spreadsheet(text)
        if day is None and (text or needed):
            self._wrong(at, f"{name} `{text}` is no day written YYYY-MM-DD")
        return day

    def _month(self, at: int, cells: Cells) -> str | None:
        text = cells.get("first_month", "")
        if not text or _MONTH.fullmatch(text) is not None:
            return text or None
        status, packed = read_day(text, is_month=True)
        if status not in (Status.FILLED, Status.MONTH_ONLY):
            self._wrong(at, f"first_month `{text}` is no month written YYYY-MM")
            return None
        return f"{unpack(packed):%Y-%m}"

    def _fen(self, at: int, cells: Cells, name: str) -> int | None:
        text = cells.get(name, "")
        if not text:
            return None
        value = parse_number(text) if _AMOUNT.fullmatch(text) else None
        if value is None:
            self._wrong(at, f"{name} `{text}` is no amount in yuan with two decimals")
            return None
        return int(value * FEN_PER_YUAN)
