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

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

BATCH = 250_000
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)

PERSON, NAME, ID, SEX, PLACE = "人员编号", "姓名", "公民身份号码", "性别", "行政区划代码"
APPROVAL_PLACE, DRAWS = "批准入伍地代码", "在领待遇"

DATES = {
    "birth_date": "出生日期",
    "enlisted_on": "入伍时间",
    "discharged_on": "退役时间",
    "conscript_from": "服义务兵开始时间",
    "conscript_until": "服义务兵结束时间",
    "deceased_on": "死亡日期",
    "enlistment_approved_on": "批准入伍时间",
}
# Header, and for each value its usual spelling first: that one the fast path knows, the others only the slow path.
CODES: dict[str, tuple[str, dict[str, tuple[str, ...]]]] = {
    "service_status": (
        "人员状态",
        {
            "serving": ("现役", "serving", "在役", "服现役"),
            "retired": ("退役", "retired", "退伍", "已退役", "退役军人"),
            "civilian": ("非军人", "civilian"),
        },
    ),
    "household": (
        "退役时户籍类别",
        {
            "rural": ("农村", "rural", "1", "农业", "农业户口", "农业户籍", "农村户口", "农村户籍", "农村籍"),
            "urban": ("城镇", "urban", "2", "城镇户口", "城镇户籍", "非农", "非农业", "非农户口", "非农业户口"),
            "unified": ("居民户口", "unified", "居民", "统一居民户口"),
        },
    ),
    "insurance": (
        "养老保障方式",
        {
            "employee": ("城镇职工", "employee", "职工", "职工养老保险", "城镇职工养老保险"),
            "resident": ("城乡居民", "resident", "居民", "城乡居民养老保险", "居民养老保险"),
            "public_retirement": ("机关退休", "public_retirement", "public retirement"),
            "none": ("无", "none"),
        },
    ),
    "draws_pension": ("在领养老金", {"yes": ("是", "1", "Y", "√", "●", "yes"), "no": ("否", "0", "N", "no")}),
    "posting_area": (
        "服役地区类别",
        {
            "ordinary": ("普通", "ordinary", "一般", "普通地区"),
            "tibet": ("西藏", "tibet", "进藏"),
            "xinjiang": ("新疆", "xinjiang", "进疆"),
            "plateau": ("高原", "plateau", "高原地区"),
        },
    ),
    "leaving_reason": (
        "离队原因",
        {
            "term_ended": ("期满", "term_ended", "服役期满", "期满退役"),
            "illness": ("病退", "illness", "因病退役"),
            "academy": ("考学提干", "academy", "考学", "提干"),
            "nco": ("转改军士", "nco", "转改士官", "选取军士", "选取士官"),
            "removed": ("除名", "removed"),
            "expelled": ("开除军籍", "expelled"),
        },
    ),
    "sex": (SEX, {"male": ("男", "male", "1", "M"), "female": ("女", "female", "2", "F")}),
}
BENEFITS_DRAWN: dict[str, tuple[str, ...]] = {
    "disability_pension": ("伤残抚恤", "残疾抚恤金", "残疾抚恤", "伤残抚恤金"),
    "survivor_pension": ("定期抚恤", "定期抚恤金"),
    "war_veteran": ("参战", "参战补助", "参战退役军人"),
    "test_veteran": ("参试", "参试补助", "参试退役军人"),
    "returned_ill": ("带病回乡", "带病回乡补助", "带病回乡退役军人"),
    "rural_demobilised": ("在乡复员", "在乡复员军人", "在乡复员军人补助"),
    "red_army": ("三红",),
    "martyr_child": ("烈士子女", "部分烈士子女", "老年烈士子女", "烈士子女补助"),
    "rural_veteran_subsidy": ("农村籍老年补助", "农村籍退役士兵老年生活补助", "农村籍老年生活补助"),
}
BIT_OF = {benefit: 1 << place for place, benefit in enumerate(BENEFITS_DRAWN)}
UNREADABLE_DRAWS = 1 << len(BENEFITS_DRAWN)
WARNED_ONLY = ("enlisted_on", "sex")
"""Facts that no generated rule asks for: an unreadable cell there does not set the row aside."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4)
_LOW_DIGITS = 0x000F000F000F000F
_NO_DAY = pl.lit(None, dtype=pl.Date)


@dataclass(frozen=True, slots=True)
class People:
    """One batch, read: typed people (one row each), and what was wrong with their rows.

    Attributes:
        batch: person_id, name, number, place of every row of the batch, in its order.
        usual: facts of all rows; those to decide from here are `usable`.
        unusual: facts of the few rows that took the slow path; same columns.
        problems: columns row, person_id, column, text, reason, effect (`set_aside` or `warning`).
        set_aside: how many rows were set aside.
    """

    batch: pl.DataFrame
    usual: pl.DataFrame
    unusual: pl.DataFrame
    problems: pl.DataFrame
    set_aside: int


@dataclass(frozen=True, slots=True)
class Doubles:
    """Hashes that occur more than once in the whole file, found before any row is decided."""

    persons: pl.Series
    numbers: pl.Series


def sha256(path: Path) -> str:
    """Hash the file; runs beside the reading, since hashlib lets other threads work."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def find_doubles(path: Path) -> Doubles:
    """Pass once over the two ID columns."""
    person, number = pl.col(PERSON).str.strip_chars(), pl.col(ID).str.strip_chars()
    hashes = (
        pl.scan_csv(path, infer_schema=False)
        .select(person=person.hash(), number=pl.when(number.is_not_null()).then(number.hash()))
        .collect()
    )
    return Doubles(_repeated(hashes["person"]), _repeated(hashes["number"].drop_nulls()))


def _repeated(hashes: pl.Series) -> pl.Series:
    ordered = hashes.sort()
    return ordered.filter(ordered == ordered.shift(1)).unique()


def read_batches(path: Path, doubles: Doubles) -> Iterator[People]:
    """Read the file in batches of people, in the order of the file."""
    scan = pl.scan_csv(path, infer_schema=False, row_index_name="row", row_index_offset=2)
    for text in scan.collect_batches(chunk_size=BATCH, maintain_order=True):
        yield read_people(text, doubles)


def read_people(text: pl.DataFrame, doubles: Doubles) -> People:
    """Turn a batch of text into people."""
    drawn = _drawn_bits(text[DRAWS])
    usual = _judged(text.lazy().select(*_usual_cells(), drawn), doubles)
    odd = usual["odd"].arg_true()
    cells = text[odd].with_columns(_tidied(header) for header in text.columns[1:])
    unusual = _judged(cells.lazy().select(*_unusual_cells(), drawn), doubles)
    batch = usual.select("person_id", text[NAME].alias("name"), "number", "place")
    if len(odd):
        batch = batch.with_columns(
            batch[name].scatter(odd, unusual[name]) for name in ("person_id", "number", "place")
        )
    noted = usual.filter(pl.col("noted") & ~pl.col("odd"))
    return People(
        batch,
        usual,
        unusual,
        pl.concat([_problems(noted, text), _problems(unusual, cells)]).sort("row", maintain_order=True),
        int(usual.select(pl.col("aside") & ~pl.col("odd")).sum().item()) + int(unusual["aside"].sum()),
    )


def _usual_cells() -> list[pl.Expr]:
    """Read every cell that has its usual spelling; null where it is blank or has another."""
    dates = [_iso_day(pl.col(header)).alias(fact) for fact, header in DATES.items()]
    codes = [
        pl.col(header)
        .cast(pl.Enum([spellings[0] for spellings in values.values()]), strict=False)
        .to_physical()
        .alias(fact)
        for fact, (header, values) in CODES.items()
    ]
    return [
        pl.col("row"),
        pl.col(PERSON).str.strip_chars().alias("person_id"),
        pl.col(ID).alias("number"),
        _division(PLACE).alias("place"),
        _division(APPROVAL_PLACE).alias("approval_place"),
        *dates,
        *codes,
        *(pl.col(header).is_not_null().alias(f"{fact}?") for fact, header in _headers().items()),
    ]


def _headers() -> dict[str, str]:
    codes = {fact: header for fact, (header, _) in CODES.items()}
    return {**DATES, **codes, "place": PLACE, "approval_place": APPROVAL_PLACE}
