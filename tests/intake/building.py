"""A small vocabulary and rosters of a few rows, written as the files would be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.dates import unpack
from vetbenefits.intake.roster import open_roster
from vetbenefits.model.facts import (
    Blank,
    Code,
    Derivation,
    FactSpec,
    FactType,
    MonthOnly,
    Role,
    TableSpec,
    Text,
    Vocabulary,
)

if TYPE_CHECKING:
    from pathlib import Path

    from vetbenefits.intake.rows import Counts
    from vetbenefits.problems import Problem

FIRST, LAST = date(1900, 1, 1), date(2100, 12, 31)
MAN, WOMAN, OTHER_MAN = "99010119630115001X", "99010119700815004X", "990101196301150191"
OLD_FORM = "990101630115001"  # of MAN
DAMAGED = "990103196203151000"


def codes(**titles: str) -> tuple[Code, ...]:
    """Return codes from `id="中文 synonym …"`."""
    return tuple(
        Code(name, Text(words.split()[0], name), tuple(words.split()[1:]))
        for name, words in titles.items()
    )


def day(name: str, zh: str, **changes: object) -> FactSpec:
    spec: dict[str, object] = {"first_on": FIRST, "last_on": LAST, **changes}
    return FactSpec(name, FactType.DATE, Text(zh, name), (), **spec)  # type: ignore[arg-type]


def fact(name: str, kind: FactType, zh: str, **changes: object) -> FactSpec:
    headers = changes.pop("headers", ())
    return FactSpec(name, kind, Text(zh, name.replace("_", " ")), headers, **changes)  # type: ignore[arg-type]


NONE = Blank("none")
PEOPLE = (
    fact("person_id", FactType.TEXT, "人员编号", role=Role.PERSON_ID),
    fact("name", FactType.TEXT, "姓名", role=Role.NAME),
    fact("id_number", FactType.TEXT, "公民身份号码", headers=("身份证号",), role=Role.ID_NUMBER),
    fact(
        "sex",
        FactType.CODE,
        "性别",
        values=codes(male="男 1", female="女 2"),
        derive=(Derivation("id_number", part="sex"),),
    ),
    day(
        "birth_date",
        "出生日期",
        month_only=MonthOnly.LAST_DAY,
        derive=(Derivation("id_number", part="birth_date"),),
    ),
    fact("division_code", FactType.DIVISION, "行政区划代码", role=Role.DIVISION),
    fact(
        "service_status",
        FactType.CODE,
        "人员状态",
        values=codes(serving="现役", retired="退役", civilian="非军人"),
        derive=(Derivation("discharged_on", value="retired"),),
    ),
    fact(
        "household",
        FactType.CODE,
        "退役时户籍类别",
        values=codes(rural="农村 农业 农业户口", urban="城镇 非农"),
    ),
    day(
        "discharged_on",
        "退役时间",
        month_only=MonthOnly.FIRST_DAY,
        blank=Blank(none_when_fact="service_status", none_when_codes=("serving",)),
    ),
    fact(
        "insurance",
        FactType.CODE,
        "养老保障方式",
        values=codes(employee="城镇职工", resident="城乡居民", none="无"),
    ),
    fact(
        "draws_pension",
        FactType.YES_NO,
        "在领养老金",
        derive=(Derivation("insurance", codes=("resident", "none"), value="no"),),
    ),
    fact(
        "draws",
        FactType.CODES,
        "在领待遇",
        role=Role.DRAWS,
        values=codes(war="参战 51", ill="带病回乡 42"),
        blank=NONE,
    ),
    day("deceased_on", "死亡日期", blank=NONE, no_column_means="none", no_column_means_none=True),
    day("approved_on", "批准入伍时间"),
    fact(
        "grade",
        FactType.INTEGER,
        "残疾等级",
        low=Fraction(1),
        high=Fraction(10),
        blank=NONE,
        no_column_means="none",
        no_column_means_none=True,
    ),
    fact("trainee", FactType.YES_NO, "消防员类别", blank=Blank("no"), no_column_means="no"),
    fact("joined", FactType.MONTH, "参保月份", first_on=FIRST, last_on=LAST),
    fact("income", FactType.MONEY, "年收入", low=Fraction(0), high=Fraction(1_000_000)),
    fact("share", FactType.RATIO, "比例", low=Fraction(0), high=Fraction(1), decimals=4),
    fact("unit_name", FactType.TEXT, "部队", blank=NONE),
    fact("phone", FactType.TEXT, "手机", role=Role.PHONE, is_private=True),
)
BILLS = (
    fact("bill_id", FactType.TEXT, "账单编号", table="bill"),
    day("settled_on", "结算日期", table="bill"),
    fact(
        "total_cost",
        FactType.MONEY,
        "医疗费总额",
        table="bill",
        low=Fraction(-1_000_000),
        high=Fraction(1_000_000),
    ),
    fact(
        "used_this_year",
        FactType.MONEY,
        "本年已补助",
        table="bill",
        low=Fraction(0),
        high=Fraction(1_000_000),
        blank=Blank("0"),
    ),
)
VOCABULARY = Vocabulary(
    {spec.name: spec for spec in (*PEOPLE, *BILLS)},
    {
        "bill": TableSpec(
            "bill",
            Text("账单", "bill"),
            "settled_on",
            "bill_id",
            tuple(spec.name for spec in BILLS),
        )
    },
)
EVERYTHING = frozenset(VOCABULARY.facts) - {"phone"}


@dataclass(frozen=True)
class Reading:
    """All that came out of one roster."""

    frame: pl.DataFrame
    set_aside: pl.DataFrame
    opening: tuple[Problem, ...]
    problems: tuple[Problem, ...]
    counts: Counts
    sha256: str

    def codes(self) -> list[str]:
        """Return the code of every problem met in the rows, and of the notes left out: none."""
        return [one.code for one in self.problems]

    def aside(self) -> dict[int, str]:
        """Return the code for which each row was set aside."""
        return dict(self.set_aside.select("row", "code").iter_rows())

    def one(self, column: str) -> object:
        """Return the value in the only row."""
        assert self.frame.height == 1, self.set_aside
        return self.frame.get_column(column)[0]


def read_path(
    path: Path, needed: frozenset[str] = EVERYTHING, *, batch_rows: int = 250_000
) -> Reading:
    reader, opening = open_roster(path, VOCABULARY, needed, batch_rows=batch_rows)
    assert reader is not None, opening
    batches = list(reader.batches())
    return Reading(
        pl.concat([batch.frame for batch in batches]),
        pl.concat([batch.set_aside for batch in batches]),
        opening,
        reader.problems,
        reader.counts,
        reader.sha256,
    )


def read_text(
    folder: Path,
    text: str | bytes,
    needed: frozenset[str] = EVERYTHING,
    *,
    batch_rows: int = 250_000,
) -> Reading:
    path = folder / "roster.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_path(path, needed, batch_rows=batch_rows)


def read_row(folder: Path, **cells: str) -> Reading:
    """Read a roster of one row, given by fact; the headers are the Chinese titles."""
    cells = {"person_id": "P1", "id_number": MAN, **cells}
    headers = ",".join(VOCABULARY.facts[name].title.zh for name in cells)
    row = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells.values())
    return read_text(folder, f"{headers}\n{row}\n")


def refusal(folder: Path, content: bytes, name: str = "roster.csv") -> Problem:
    """Return the one error for which a file is refused."""
    path = folder / name
    path.write_bytes(content)
    reader, problems = open_roster(path, VOCABULARY, EVERYTHING)
    assert reader is None
    errors = [one for one in problems if one.is_error]
    assert len(errors) == 1, problems
    return errors[0]


def iso(packed: object) -> str:
    """Return a packed day as text, "" for null."""
    return "" if packed is None else unpack(int(str(packed))).isoformat()
