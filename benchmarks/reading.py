"""The careful half of the hand-written peers: a roster as text in, typed people and problems out.

Everything is read as text and parsed without raising. The usual spelling of a cell goes through one fast expression; a row
in which that fails anywhere goes, alone, through the slow path that knows the other spellings. What is still unreadable
there is a problem. That division keeps the care affordable: about one row in fifty is looked at twice.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from benchmarks.vocabulary import (
    BENEFITS_DRAWN,
    BIT_OF,
    CODES,
    DATES,
    DRAWS,
    HEADERS,
    NAME,
    NUMBER,
    PERSON,
    PLACES,
    SEX,
    UNREADABLE_DRAWS,
    WARNED_ONLY,
    code,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BATCH = 250000
SET_ASIDE, WARNING = "set_aside", "warning"
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)

PLAIN = dict(zip("０１２３４５６７８９", "0123456789", strict=True))
"""Full-width digits and the plain ones."""

FACTS = (
    "birth_date",
    "conscript_from",
    "conscript_until",
    "discharged_on",
    "still_serving",  # the day of discharge is known to be none
    "deceased_on",
    "enlistment_approved_on",
    "never_enlisted",  # the day of approval is known to be none
    "service_status",
    "household",
    "draws_pension",
    "posting_area",
    "leaving_reason",
    "approval_place",
    "draws",
)


@dataclass(frozen=True, slots=True)
class People:
    """One batch, read.

    Attributes:
        batch: person_id, name, number and place of every row of the batch, in its order.
        facts: two frames with the typed facts, of which only the `usable` rows count: of all rows, and of the few that
            took the slow path. `at` is the row's position in `batch`.
        problems: columns row, person_id, column, text, reason, effect (`set_aside` or `warning`).
        set_aside: how many rows were set aside.
    """

    batch: pl.DataFrame
    facts: tuple[pl.DataFrame, pl.DataFrame]
    problems: pl.DataFrame
    set_aside: int


@dataclass(frozen=True, slots=True)
class Doubles:
    """Hashes that occur more than once in the whole file, found before any row is decided."""

    persons: list[int]
    numbers: list[int]


@dataclass(frozen=True, slots=True)
class Check:
    """Something that can be wrong with a row: the column to name, the condition that finds it, and what follows."""

    header: str
    finds: pl.Expr
    effect: str
    reason: str


def sha256(path: Path) -> str:
    """Hash the file; runs beside the reading, since hashlib lets other threads work."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def find_doubles(path: Path) -> Doubles:
    """Pass once over the two ID columns."""
    person, number = pl.col(PERSON).str.strip_chars(), pl.col(NUMBER)
    hashes = (
        pl.scan_csv(path, infer_schema=False)
        .select(person=person.hash(), number=pl.when(number.is_not_null()).then(number.hash()))
        .collect()
    )
    return Doubles(_repeated(hashes["person"]), _repeated(hashes["number"].drop_nulls()))


def _repeated(hashes: pl.Series) -> list[int]:
    ordered = hashes.sort()
    return ordered.filter(ordered == ordered.shift(1)).unique().to_list()


def read_batches(path: Path, doubles: Doubles) -> Iterator[People]:
    """Read the file in batches of people, in the order of the file."""
    scan = pl.scan_csv(path, infer_schema=False, row_index_name="row", row_index_offset=2)
    for text in scan.collect_batches(chunk_size=BATCH, maintain_order=True):
        yield read_people(text, doubles)


def read_people(text: pl.DataFrame, doubles: Doubles) -> People:
    """Turn a batch of text into people."""
    drawn = _drawn_bits(text[DRAWS])
    numbered = text.with_columns(at=pl.int_range(pl.len(), dtype=pl.Int64))
    unread = pl.any_horizontal(f"?{fact}" for fact in HEADERS)
    usual = _judge(numbered.lazy().with_columns(*_usual_cells(), drawn), doubles, odd=unread)
    odd = usual["odd"].arg_true()
    cells = numbered[odd].with_columns(_tidied(header) for header in text.columns[1:])
    unusual = _judge(cells.lazy().with_columns(*_unusual_cells(), drawn), doubles, odd=pl.lit(value=False))
    batch = usual.select("person_id", text[NAME].alias("name"), "number", "place")
    if len(odd):
        batch = batch.with_columns(batch[name].scatter(odd, unusual[name]) for name in ("person_id", "number", "place"))
    problems = pl.concat([_found(usual, text), _found(unusual, cells), _unreadable(unusual, cells)])
    aside = int(usual["aside"].sum()) + int(unusual["aside"].sum())
    return People(batch, (usual, unusual), problems, aside)


# --- cells ---------------------------------------------------------------------------------------


def _usual_cells() -> list[pl.Expr]:
    """Read every cell that has its usual spelling; null where it is blank or has another."""
    return [
        pl.col(PERSON).str.strip_chars().alias("person_id"),
        pl.col(NUMBER).alias("number"),
        *(_division(header).alias(fact) for fact, header in PLACES.items()),
        *(_iso_day(header).alias(fact) for fact, header in DATES.items()),
        *(
            pl.col(header)
            .cast(pl.Enum([spellings[0] for spellings in values.values()]), strict=False)
            .to_physical()
            .alias(fact)
            for fact, (header, values) in CODES.items()
        ),
    ]


def _unusual_cells() -> list[pl.Expr]:
    """Read tidied cells in any accepted spelling."""
    number = pl.col(NUMBER).str.replace_many(PLAIN | {"x": "X", "×": "X", "Χ": "X", " ": "", "-": ""})
    return [
        pl.col(PERSON).alias("person_id"),
        pl.when(number.str.contains(r"^\d{15}$")).then(_upgraded(number)).otherwise(number).alias("number"),
        *(_division(header).alias(fact) for fact, header in PLACES.items()),
        *(_any_day(header).alias(fact) for fact, header in DATES.items()),
        *(
            pl.col(header)
            .replace_strict(
                {text: place for place, texts in enumerate(values.values()) for text in texts},
                default=None,
                return_dtype=pl.UInt8,
            )
            .alias(fact)
            for fact, (header, values) in CODES.items()
        ),
    ]


def _tidied(header: str) -> pl.Expr:
    """Strip what is not seen; an empty cell is null."""
    cell = pl.col(header).str.strip_chars(" \t\r\n\u00a0\u3000\ufeff'")
    return pl.when(cell.str.len_bytes() > 0).then(cell)


def _iso_day(header: str) -> pl.Expr:
    # `to_date` also takes signs, blanks and short years; ten bytes and the range of years leave none that misleads.
    cell = pl.col(header)
    day = cell.str.to_date("%Y-%m-%d", strict=False, cache=False)
    return pl.when((cell.str.len_bytes() == len("2024-10-15")) & day.is_between(FIRST_DAY, LAST_DAY)).then(day)


def _any_day(header: str) -> pl.Expr:
    plain = pl.col(header).str.replace_many(PLAIN | {"年": "-", "月": "-", "日": "", "/": "-", ".": "-"})
    parted = plain.str.strip_suffix(" 0:00:00").str.to_date("%Y-%m-%d", strict=False, cache=False)
    packed = pl.when(plain.str.len_bytes() == len("20241015")).then(plain)
    day = pl.coalesce(parted, packed.str.to_date("%Y%m%d", strict=False, cache=False))
    return pl.when(day.is_between(FIRST_DAY, LAST_DAY)).then(day)


def _division(header: str) -> pl.Expr:
    cell = pl.col(header)
    number = cell.cast(pl.Int64, strict=False)
    digits = pl.any_horizontal(
        (cell.str.len_bytes() == size) & (number >= 10 ** (size - 1)) for size in (6, 9, 12)
    )
    return pl.when(digits).then(cell)


def _drawn_bits(cells: pl.Series) -> pl.Expr:
    """Read the benefits drawn now: few different cells occur, so each is taken apart once."""
    bits = BIT_OF | {text: BIT_OF[benefit] for benefit, texts in BENEFITS_DRAWN.items() for text in texts}
    known = {}
    for cell in cells.unique().drop_nulls():
        parts = cell.replace("、", ";").replace("；", ";").replace(",", ";").split(";")
        known[cell] = sum({bits.get(part.strip(), UNREADABLE_DRAWS) for part in parts if part.strip()})
    drawn = pl.col(DRAWS).replace_strict(known, default=None, return_dtype=pl.UInt16)
    return drawn.fill_null(0).alias("draws")


# --- ID numbers (GB 11643) -----------------------------------------------------------------------

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_EVERY_OTHER_DIGIT = 0x000F000F000F000F


def _digit_sum() -> pl.Expr:
    """Weigh the first sixteen digits, eight characters at a time.

    Eight digits fill one 64-bit word. Every other one of them is multiplied by its weight, and all are summed into the top
    16 bits, by one multiplication: three times faster than cutting the text into characters.
    """

    def word(start: int) -> pl.Expr:
        part = pl.col("number").str.slice(start, 8).cast(pl.Binary)
        return part.bin.reinterpret(dtype=pl.UInt64, endianness="little")

    def weighed(digits: pl.Expr, weights: tuple[int, ...]) -> pl.Expr:
        factor = sum(weight << 16 * (3 - lane) for lane, weight in enumerate(weights))
        return (digits & _whole(_EVERY_OTHER_DIGIT)) * _whole(factor) // _whole(1 << 48)

    total = _whole(0)
    for start in (0, 8):
        weights = _WEIGHTS[start : start + 8]
        total = total + weighed(word(start), weights[0::2]) + weighed(word(start) // _whole(256), weights[1::2])
    return total


def _whole(value: int) -> pl.Expr:
    return pl.lit(value, dtype=pl.UInt64)


def _number_parts() -> list[pl.Expr]:
    number = pl.col("number")
    ends = number.str.slice(16, 2).cast(pl.Binary).bin.reinterpret(dtype=pl.UInt16, endianness="little")
    first_digits = number.str.slice(0, 17).cast(pl.Int64, strict=False)
    return [
        _digit_sum().alias("digit_sum"),
        ends.cast(pl.UInt64).alias("ends"),
        ((number.str.len_bytes() == len("990101196301150191")) & (first_digits >= 10**16)).alias("shaped"),
        number.str.slice(6, 8).str.to_date("%Y%m%d", strict=False, cache=False).alias("born"),
    ]


def _number_is_valid() -> pl.Expr:
    sixth, last = pl.col("ends") & _whole(15), pl.col("ends") // _whole(256)
    check = pl.when(last == _whole(ord("X"))).then(_whole(10)).otherwise(last & _whole(15))
    adds_up = (pl.col("digit_sum") + sixth * _whole(_WEIGHTS[16]) + check) % _whole(11) == _whole(1)
    return (pl.col("shaped") & adds_up & pl.col("born").is_between(FIRST_DAY, LAST_DAY)).fill_null(value=False)


def _upgraded(number: pl.Expr) -> pl.Expr:
    """Bring 15 digits to 18: the century, and the check digit that follows from the rest."""
    body = number.str.slice(0, 6) + "19" + number.str.slice(6)
    digits = [body.str.slice(place, 1).cast(pl.Int64, strict=False) for place in range(17)]
    total = pl.sum_horizontal(digit * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return body + (total % 11).replace_strict(list(range(11)), list("10X98765432"), default=None)


# --- rows ----------------------------------------------------------------------------------------


def _judge(cells: pl.LazyFrame, doubles: Doubles, *, odd: pl.Expr) -> pl.DataFrame:
    """Derive facts and apply the checks; `odd` rows are left to the slow path."""
    marks = {f"!{name}": check for name, check in _checks(doubles).items()}
    stops = [mark for mark, check in marks.items() if check.effect == SET_ASIDE]
    stops += [f"?{fact}" for fact in HEADERS if fact not in WARNED_ONLY]
    return (
        cells.with_columns(_number_parts())
        .with_columns(valid=_number_is_valid())
        .with_columns(_unread(fact).alias(f"?{fact}") for fact in HEADERS)
        .with_columns(odd=odd, **_derived())
        .with_columns(check.finds.fill_null(value=False).alias(mark) for mark, check in marks.items())
        .with_columns(noted=pl.any_horizontal(*marks), aside=pl.any_horizontal(*stops) & ~pl.col("odd"))
        .with_columns(noted=pl.col("noted") & ~pl.col("odd"), usable=~pl.col("aside") & ~pl.col("odd"))
        .select(
            *("at", "row", "noted", "odd", "aside", "usable", "person_id", "number", "place", *FACTS),
            *marks,
            *(f"?{fact}" for fact in HEADERS),
        )
        .collect()
    )


def _unread(fact: str) -> pl.Expr:
    """Say whether the cell is filled and yet was not read."""
    if fact == "number":
        return pl.col(NUMBER).is_not_null() & ~pl.col("valid")
    if fact == "draws":
        return pl.col("draws") >= UNREADABLE_DRAWS
    return pl.col(HEADERS[fact]).is_not_null() & pl.col(fact).is_null()


def _derived() -> dict[str, pl.Expr]:
    retired = pl.lit(code("service_status", "retired"), pl.UInt8)
    status = pl.coalesce("service_status", pl.when(pl.col("discharged_on").is_not_null()).then(retired))
    draws_none = pl.lit(code("draws_pension", "no"), pl.UInt8)
    without_pension = pl.col("insurance").is_in([code("insurance", "resident"), code("insurance", "none")])
    return {
        "service_status": status,
        "birth_cell": pl.col("birth_date"),
        "birth_date": pl.when("valid").then("born").otherwise("birth_date"),
        "draws_pension": pl.coalesce("draws_pension", pl.when(without_pension).then(draws_none)),
        "still_serving": _known_none("discharged_on", status, "serving"),
        "never_enlisted": _known_none("enlistment_approved_on", status, "civilian"),
    }


def _known_none(day: str, status: pl.Expr, value: str) -> pl.Expr:
    return pl.col(day).is_null() & (status == code("service_status", value)).fill_null(value=False)


def _checks(doubles: Doubles) -> dict[str, Check]:
    """Return the checks over a whole row; unknown counts as nothing found."""
    born, enlisted, left = pl.col("birth_date"), pl.col("enlisted_on"), pl.col("discharged_on")
    first, last = pl.col("conscript_from"), pl.col("conscript_until")
    ended = [code("leaving_reason", reason) for reason in ("term_ended", "illness", "academy", "nco")]
    male = (pl.col("ends") & _whole(1)) == _whole(1)
    says_male = pl.col("sex") == code("sex", "male")
    same_person = pl.col("person_id").hash().is_in(doubles.persons)
    same_number = pl.col("number").is_not_null() & pl.col("number").hash().is_in(doubles.numbers)
    unended = pl.col("leaving_reason").is_in(ended) & pl.col("still_serving")
    return {
        "double": Check(PERSON, same_person, SET_ASIDE, "several rows have this person id"),
        "twice": Check(NUMBER, same_number, WARNING, "several persons have this ID number"),
        "born": Check(DATES["birth_date"], pl.col("valid") & (pl.col("birth_cell") != pl.col("born")), WARNING, "differs from the ID number"),
        "sex": Check(SEX, pl.col("valid") & (says_male != male), WARNING, "differs from the ID number"),
        "V04": Check(DATES["enlisted_on"], enlisted >= left, WARNING, "not before the day of discharge"),
        "V05": Check(DATES["conscript_from"], first >= last, SET_ASIDE, "not before the end of conscript service"),
        "V21": Check(DATES["enlisted_on"], born >= enlisted, WARNING, "not after the day of birth"),
        "V22": Check(DATES["conscript_from"], (enlisted > first) | (last > left), WARNING, "outside the span of service"),
        "V23": Check(DATES["enlistment_approved_on"], pl.col("enlistment_approved_on") >= left, WARNING, "not before the day of discharge"),
        "V24": Check(CODES["leaving_reason"][0], unended, SET_ASIDE, "a reason for leaving without a day"),
    }


def _found(judged: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """List what the checks found; `cells` are the same rows as text."""
    noted = judged["noted"].arg_true()
    judged, cells = judged[noted], cells[noted]
    return pl.concat(
        _told(judged, cells, f"!{name}", check) for name, check in _checks(Doubles([], [])).items()
    )


def _unreadable(judged: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """List the cells that no spelling explains."""
    return pl.concat(
        _told(
            judged,
            cells,
            f"?{fact}",
            Check(header, pl.lit(value=True), WARNING if fact in WARNED_ONLY else SET_ASIDE, "cannot be read"),
        )
        for fact, header in HEADERS.items()
    )


def _told(judged: pl.DataFrame, cells: pl.DataFrame, mark: str, check: Check) -> pl.DataFrame:
    hit = judged[mark].arg_true()
    return judged[hit].select(
        "row",
        "person_id",
        pl.lit(check.header).alias("column"),
        cells[check.header][hit].alias("text"),
        pl.lit(check.reason).alias("reason"),
        pl.lit(check.effect).alias("effect"),
    )
