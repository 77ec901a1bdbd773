"""Write a seeded roster of any size, so that every program reads the same file.

All people are invented: names are drawn from lists, and ID numbers lie in the regions 990101 to
990199, which are assigned to nobody. Most rows are clean; a few per thousand hold what real rosters
hold (facts nobody knew, dates in another spelling, days that do not exist, wrong check digits,
numbers damaged by Excel, persons entered twice), so that a program which skips those duties is not
faster but wrong. The same seed and size give the same bytes.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

AS_OF = np.datetime64("2024-10-15")
"""The day that the benchmark decides about; young people are enlisted up to shortly before it."""

HEADERS = (
    "人员编号",
    "姓名",
    "公民身份号码",
    "性别",
    "出生日期",
    "行政区划代码",
    "人员状态",
    "退役时户籍类别",
    "入伍时间",
    "退役时间",
    "服义务兵开始时间",
    "服义务兵结束时间",
    "养老保障方式",
    "在领养老金",
    "在领待遇",
    "死亡日期",
    "批准入伍时间",
    "批准入伍地代码",
    "服役地区类别",
    "离队原因",
)
"""The first twenty columns of a roster."""

DATE_HEADERS = tuple(header for header in HEADERS if header.endswith(("时间", "日期")))
CHUNK = 250_000
SLASHES, DOTS, CHINESE, PACKED = 0.005, 0.008, 0.010, 0.012
"""Shares of rows, added up, whose dates have another spelling than the usual one."""
ID_REGIONS = 99
SEQUENCES = 499
ID_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECK_DIGITS = np.array(list("10X98765432"))
SURNAMES = np.array(list("王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高"))
GIVEN = np.array([f"{a}{b}" for a in "建国志明德春海永文立" for b in "军强华平生福林根和兴"])
DRAWN_NOW = np.array(
    [
        "农村籍老年补助",
        "伤残抚恤",
        "参战",
        "带病回乡",
        "伤残抚恤、参战",
        "参试;定期抚恤",
        "烈士子女",
    ]
)


@dataclass(frozen=True, slots=True)
class Cohort:
    """A share of the roster with its own range of birthdays (`born_until` is exclusive).

    Birthdays of cohorts don't overlap, and within one cohort an ID number is a permutation of the
    row's place in it: that makes ID numbers unique at any size without remembering them.
    """

    per_twenty: int
    born_from: str
    born_until: str

    @property
    def days(self) -> int:
        """Count the possible birthdays."""
        return int((np.datetime64(self.born_until) - np.datetime64(self.born_from)).astype(int))


OLD = Cohort(12, "1938-01-01", "1973-01-01")
MIDDLE = Cohort(6, "1973-01-01", "1999-01-01")
YOUNG = Cohort(2, "1999-01-01", "2005-07-01")
COHORTS = (OLD, MIDDLE, YOUNG)


def id_numbers(
    rows: NDArray[np.int64],
) -> tuple[NDArray[np.object_], NDArray[np.datetime64], NDArray[np.bool_]]:
    """Give the rows their ID number, the birthday in it and whether it says male."""
    region = np.empty(len(rows), np.int64)
    sequence = np.empty(len(rows), np.int64)
    born = np.empty(len(rows), "datetime64[D]")
    first = 0
    for cohort in COHORTS:
        members = (rows % 20 >= first) & (rows % 20 < first + cohort.per_twenty)
        place = rows[members] // 20 * cohort.per_twenty + rows[members] % 20 - first
        size = ID_REGIONS * SEQUENCES * cohort.days
        # 1,000,003 is a prime that divides none of the sizes, so this visits each number once.
        place = (place * 1_000_003 + 12_345) % size
        born[members] = np.datetime64(cohort.born_from) + place % cohort.days
        sequence[members] = place // cohort.days % SEQUENCES
        region[members] = place // cohort.days // SEQUENCES
        first += cohort.per_twenty
    male = rows % 16 != 0
    digits = np.empty((len(rows), 17), np.int64)
    year, month, day = _year_month_day(born)
    serial = sequence * 2 + 2 - male
    for start, width, number in (
        (0, 6, 990_101 + region),
        (6, 4, year),
        (10, 2, month),
        (12, 2, day),
        (14, 3, serial),
    ):
        for place_in_part in range(width):
            digits[:, start + place_in_part] = number // 10 ** (width - 1 - place_in_part) % 10
    check = CHECK_DIGITS[(digits @ ID_WEIGHTS) % 11]
    whole = digits @ 10 ** np.arange(16, -1, -1)
    text = np.char.add(whole.astype("U17"), check).astype(object)
    return text, born, male


def _year_month_day(days: NDArray[np.datetime64]) -> tuple[NDArray[np.int64], ...]:
    months = days.astype("datetime64[M]")
    year = days.astype("datetime64[Y]").astype(np.int64) + 1970
    month = months.astype(np.int64) % 12 + 1
    day = (days - months).astype(np.int64) + 1
    return year, month, day


class Chunk:
    """The rows of one chunk while they are made, with a random stream of their own."""

    def __init__(self, *, seed: int, start: int, size: int) -> None:
        self.rows = np.arange(start, start + size, dtype=np.int64)
        self.size = size
        self.random = np.random.default_rng([seed, start])

    def chance(self, share: float) -> NDArray[np.bool_]:
        """Pick rows at random."""
        return self.random.random(self.size) < share

    def pick(self, values: Sequence[str], shares: Sequence[float]) -> NDArray[np.object_]:
        """Draw one of the texts for each row (`shares` add up to 1)."""
        bounds = np.cumsum(shares)
        chosen = np.minimum(np.searchsorted(bounds, self.random.random(self.size)), len(values) - 1)
        return np.array(values, dtype=object)[chosen]

    def whole(self, low: int, high: int) -> NDArray[np.int64]:
        """Draw a whole number from `low` up to and including `high` for each row."""
        return self.random.integers(low, high + 1, self.size)

    def make(self) -> pl.DataFrame:
        """Make all twenty columns as text, empty where a clerk would have left the cell empty."""
        numbers, born, male = id_numbers(self.rows)
        young = self.rows % 20 >= OLD.per_twenty + MIDDLE.per_twenty
        service = self._service(born, young)
        columns: dict[str, object] = {
            "人员编号": self._person_ids(),
            "姓名": self.random.choice(SURNAMES, self.size) + self.random.choice(GIVEN, self.size),
            "公民身份号码": self._damaged(numbers),
            "性别": np.where(self.chance(0.02), "", np.where(male, "男", "女")),
            "出生日期": np.where(self.chance(0.001), born + 31, born),
            "行政区划代码": self._place(blank=0.005),
            **service,
            **self._pensions(young),
        }
        frame = pl.DataFrame({header: columns[header] for header in HEADERS})
        return self._spoiled(frame)

    def _person_ids(self) -> NDArray[np.object_]:
        # Some persons are entered twice: once near by, once far away, where only a pass over the
        # whole file finds it.
        near = np.where(self.chance(0.0002), np.maximum(self.rows - 7, 0), self.rows)
        number = np.where(self.chance(0.0001), near // 2, near)
        return np.char.add("P", np.char.zfill(number.astype("U9"), 9)).astype(object)

    def _damaged(self, numbers: NDArray[np.object_]) -> NDArray[np.object_]:
        wrong = self.chance(0.0005)
        last = np.where(self.rows % 2 == 0, "0", "5").astype(object)
        head = numbers.astype("U17").astype(object)
        numbers = np.where(wrong, head + last, numbers)
        numbers = np.where(
            self.chance(0.0001), numbers.astype("U15").astype(object) + "000", numbers
        )
        twice = self.chance(0.0002)
        numbers = np.where(twice, np.roll(numbers, 1), numbers)
        return np.where(self.chance(0.01), "", numbers)

    def _place(self, *, blank: float) -> NDArray[np.object_]:
        # Ten counties with a local standard and two without one; townships and villages below them.
        county = (990_101 + np.minimum(self.whole(0, 400) // 40, 11)).astype("U6")
        town = np.char.zfill(self.whole(1, 11).astype("U3"), 3)
        village = np.char.zfill(self.whole(1, 15).astype("U3"), 3)
        full = np.char.add(np.char.add(county, town), village).astype(object)
        short = np.char.add(county, town).astype(object)
        return np.where(self.chance(blank), "", np.where(self.chance(0.1), short, full))

    def _service(self, born: NDArray[np.datetime64], young: NDArray[np.bool_]) -> dict[str, object]:
        enlisted = born + 18 * 365 + 5 + self.whole(0, 420)
        # Lengths of service lie on and around whole years, where counting them goes wrong first.
        length = (
            self.whole(2, 5) * 365
            + self.whole(0, 2)
            - 1
            + np.where(self.chance(0.7), self.whole(0, 364), 0)
        )
        length = np.where(young, 730 + self.whole(-200, 5), length)
        conscript_until = enlisted + np.where(self.chance(0.0001), -length, length)
        career = np.where(self.chance(0.2) & ~young, self.whole(1, 12) * 365, 0)
        discharged = conscript_until + career
        serving = discharged > AS_OF
        civilian = self.chance(0.02) & ~young
        status = np.where(serving, "现役", np.where(civilian, "非军人", "退役"))
        dead = self.chance(0.08) & ~young
        approved = enlisted - self.whole(0, 15)
        known_place = young | self.chance(0.3)
        return {
            "人员状态": np.where(self.chance(0.02), "", status),
            "退役时户籍类别": self.pick(
                ["农村", "城镇", "rural", "农业", ""], [0.577, 0.41, 0.001, 0.002, 0.01]
            ),
            "入伍时间": _or_null(enlisted, ~self.chance(0.02)),
            "退役时间": _or_null(discharged, ~serving & ~self.chance(0.01)),
            "服义务兵开始时间": _or_null(enlisted, ~self.chance(0.01)),
            "服义务兵结束时间": _or_null(conscript_until, ~self.chance(0.01) & ~serving),
            "死亡日期": _or_null(
                np.minimum(born + self.whole(45 * 365, 90 * 365), AS_OF + 60), dead
            ),
            "批准入伍时间": _or_null(approved, (young | self.chance(0.3)) & ~self.chance(0.01)),
            "批准入伍地代码": np.where(known_place, self._place(blank=0.01), ""),
            "服役地区类别": self.pick(
                ["普通", "西藏", "新疆", "高原", ""], [0.90, 0.03, 0.03, 0.02, 0.02]
            ),
            "离队原因": np.where(
                young & ~serving,
                self.pick(
                    ["期满", "病退", "考学提干", "转改军士", "除名", "开除军籍", ""],
                    [0.6, 0.08, 0.08, 0.1, 0.02, 0.02, 0.1],
                ),
                "",
            ),
        }

    def _pensions(self, young: NDArray[np.bool_]) -> dict[str, object]:
        insurance = self.pick(
            ["城乡居民", "城镇职工", "机关退休", "无", ""], [0.52, 0.30, 0.06, 0.07, 0.05]
        )
        covered = np.isin(insurance, ["城镇职工", "机关退休"])
        draws = self.pick(["是", "否", ""], [0.78, 0.18, 0.04])
        without = self.pick(["", "否"], [0.8, 0.2])
        drawn_now = np.where(self.chance(0.55), "", self.random.choice(DRAWN_NOW, self.size))
        usual = np.where(self.chance(0.6), DRAWN_NOW[0], drawn_now)
        return {
            "养老保障方式": insurance,
            "在领养老金": np.where(covered, draws, without),
            "在领待遇": np.where((drawn_now == "") | young, "", usual),
        }

    def _spoiled(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Spell some dates in another way and spoil a few cells."""
        style = pl.Series(self.random.random(self.size))
        day = pl.col(*DATE_HEADERS)
        frame = frame.with_columns(
            pl.when(style < SLASHES)
            .then(day.dt.strftime("%Y/%-m/%-d"))
            .when(style < DOTS)
            .then(day.dt.strftime("%Y.%m.%d"))
            .when(style < CHINESE)
            .then(day.dt.strftime("%Y年%-m月%-d日"))
            .when(style < PACKED)
            .then(day.dt.strftime("%Y%m%d"))
            .otherwise(day.cast(pl.String))
        ).with_columns(
            # A date of birth is often left to the ID number.
            pl.when(pl.Series(self.chance(0.15))).then(None).otherwise("出生日期").alias("出生日期")
        )
        for share, header, text in (
            (0.0002, "出生日期", "三月生"),
            (0.0002, "服义务兵开始时间", "1963-02-30"),
            (0.0002, "退役时间", "1985-13-01"),
            (0.0002, "入伍时间", "当年冬季"),
            (0.0002, "退役时户籍类别", "不明"),
            (0.0001, "在领待遇", "其他补贴"),
        ):
            hit = pl.Series(self.chance(share))
            frame = frame.with_columns(
                pl.when(hit).then(pl.lit(text)).otherwise(header).alias(header)
            )
        return frame.with_columns(pl.col(pl.String).replace("", None))


def _or_null(days: NDArray[np.datetime64], keep: NDArray[np.bool_]) -> NDArray[np.datetime64]:
    return np.where(keep, days, np.datetime64("NaT"))


def write_roster(path: Path, rows: int, *, seed: int = 2026) -> None:
    """Write a roster of `rows` people as UTF-8 CSV, chunk by chunk."""
    with path.open("wb") as file:
        for start in range(0, rows, CHUNK):
            size = min(CHUNK, rows - start)
            frame = Chunk(seed=seed, start=start, size=size).make()
            frame.write_csv(file, include_header=start == 0)


def main() -> None:
    """Read the options and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    write_roster(options.path, options.rows, seed=options.seed)
    sys.stdout.write(f"{options.path}: {options.rows:,} rows\n")


if __name__ == "__main__":
    main()
