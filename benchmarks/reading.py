"""The careful half of the hand-written peers: a roster as text in, typed people and problems out.

Everything is read as text and parsed without raising. The usual spelling of a cell goes through one
fast expression; a row in which that fails anywhere goes, alone, through the slow path that knows
the other spellings. What is still unreadable there is a problem. That division keeps the care
affordable: about one row in fifty is looked at twice.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from benchmarks.cells import (
    drawn_bits,
    number_is_valid,
    number_parts,
    tidied,
    unusual_cells,
    usual_cells,
    whole,
)
from benchmarks.vocabulary import (
    CODES,
    DATES,
    DRAWS,
    HEADERS,
    NAME,
    NUMBER,
    PERSON,
    SEX,
    UNREADABLE_DRAWS,
    WARNED_ONLY,
    code,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BATCH = 250_000
SET_ASIDE, WARNING = "set_aside", "warning"

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
        facts: two frames with the typed facts, of which only the `usable` rows count: of all rows,
        and of the few that
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
    """Something that can be wrong with a row: where, how it is found, and what follows."""

    header: str
    finds: pl.Expr
    effect: str
    reason: str


def sha256(path: Path) -> str:
    """Hash the file; hashlib lets other threads work meanwhile."""
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
    drawn = drawn_bits(text[DRAWS])
    numbered = text.with_columns(at=pl.int_range(pl.len(), dtype=pl.Int64))
    unread = pl.any_horizontal(f"?{fact}" for fact in HEADERS)
    usual = _judge(numbered.lazy().with_columns(*usual_cells(), drawn), doubles, odd=unread)
    odd = usual["odd"].arg_true()
    cells = numbered[odd].with_columns(tidied(header) for header in text.columns[1:])
    unusual = _judge(
        cells.lazy().with_columns(*unusual_cells(), drawn), doubles, odd=pl.lit(value=False)
    )
    batch = usual.select("person_id", text[NAME].alias("name"), "number", "place")
    if len(odd):
        batch = batch.with_columns(
            batch[name].scatter(odd, unusual[name]) for name in ("person_id", "number", "place")
        )
    problems = pl.concat([_found(usual, text), _found(unusual, cells), _unreadable(unusual, cells)])
    aside = int(usual["aside"].sum()) + int(unusual["aside"].sum())
    return People(batch, (usual, unusual), problems, aside)


# --- rows ----------------------------------------------------------------------------------------


def _judge(cells: pl.LazyFrame, doubles: Doubles, *, odd: pl.Expr) -> pl.DataFrame:
    """Derive facts and apply the checks; `odd` rows are left to the slow path."""
    marks = {f"!{name}": check for name, check in _checks(doubles).items()}
    stops = [mark for mark, check in marks.items() if check.effect == SET_ASIDE]
    stops += [f"?{fact}" for fact in HEADERS if fact not in WARNED_ONLY]
    return (
        cells.with_columns(number_parts())
        .with_columns(valid=number_is_valid())
        .with_columns(_unread(fact).alias(f"?{fact}") for fact in HEADERS)
        .with_columns(odd=odd, **_derived())
        .with_columns(
            check.finds.fill_null(value=False).alias(mark) for mark, check in marks.items()
        )
        .with_columns(
            noted=pl.any_horizontal(*marks), aside=pl.any_horizontal(*stops) & ~pl.col("odd")
        )
        .with_columns(
            noted=pl.col("noted") & ~pl.col("odd"), usable=~pl.col("aside") & ~pl.col("odd")
        )
        .select(
            *(
                "at",
                "row",
                "noted",
                "odd",
                "aside",
                "usable",
                "person_id",
                "number",
                "place",
                *FACTS,
            ),
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
    status = pl.coalesce(
        "service_status", pl.when(pl.col("discharged_on").is_not_null()).then(retired)
    )
    draws_none = pl.lit(code("draws_pension", "no"), pl.UInt8)
    without_pension = pl.col("insurance").is_in(
        [code("insurance", "resident"), code("insurance", "none")]
    )
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
    ended = [
        code("leaving_reason", reason) for reason in ("term_ended", "illness", "academy", "nco")
    ]
    male = (pl.col("ends") & whole(1)) == whole(1)
    says_male = pl.col("sex") == code("sex", "male")
    same_person = pl.col("person_id").hash().is_in(doubles.persons)
    same_number = pl.col("number").is_not_null() & pl.col("number").hash().is_in(doubles.numbers)
    unended = pl.col("leaving_reason").is_in(ended) & pl.col("still_serving")
    return {
        "double": Check(PERSON, same_person, SET_ASIDE, "several rows have this person id"),
        "twice": Check(NUMBER, same_number, WARNING, "several persons have this ID number"),
        "born": Check(
            DATES["birth_date"],
            pl.col("valid") & (pl.col("birth_cell") != pl.col("born")),
            WARNING,
            "differs from the ID number",
        ),
        "sex": Check(
            SEX, pl.col("valid") & (says_male != male), WARNING, "differs from the ID number"
        ),
        "V04": Check(
            DATES["enlisted_on"], enlisted >= left, WARNING, "not before the day of discharge"
        ),
        "V05": Check(
            DATES["conscript_from"],
            first >= last,
            SET_ASIDE,
            "not before the end of conscript service",
        ),
        "V21": Check(DATES["enlisted_on"], born >= enlisted, WARNING, "not after the day of birth"),
        "V22": Check(
            DATES["conscript_from"],
            (enlisted > first) | (last > left),
            WARNING,
            "outside the span of service",
        ),
        "V23": Check(
            DATES["enlistment_approved_on"],
            pl.col("enlistment_approved_on") >= left,
            WARNING,
            "not before the day of discharge",
        ),
        "V24": Check(
            CODES["leaving_reason"][0], unended, SET_ASIDE, "a reason for leaving without a day"
        ),
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
            Check(
                header,
                pl.lit(value=True),
                WARNING if fact in WARNED_ONLY else SET_ASIDE,
                "cannot be read",
            ),
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
