from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.intake.building import DAMAGED, MAN, OLD_FORM, VOCABULARY, WOMAN, iso
from vetbenefits.intake.bills import bills_from_frame, open_bills
from vetbenefits.problems import Severity

if TYPE_CHECKING:
    from pathlib import Path

    from vetbenefits.intake.bills import BillTable
    from vetbenefits.problems import Problem

NEEDED = frozenset({"bill_id", "settled_on", "total_cost", "used_this_year", "birth_date"})
HEADER = "账单编号,人员编号,公民身份号码,结算日期,医疗费总额（元）,本年已补助\n"


def read(folder: Path, text: str) -> tuple[BillTable, tuple[Problem, ...]]:
    path = folder / "bills.csv"
    path.write_text(text)
    table, problems = open_bills(path, VOCABULARY, NEEDED)
    assert table is not None, problems
    return table, problems


def test_a_bill_names_its_person_by_either_number_or_both(tmp_path: Path) -> None:
    table, problems = read(
        tmp_path,
        f'{HEADER}B1,P1,,2024-03-05,1000,\nB2,,{MAN},2024/3/6,"1,234.50",200\n'
        f"B3,P3,{OLD_FORM},20240307,-50.00元,0\n",
    )
    assert table.frame.columns == [
        "row",
        "bill_id",
        "person_id",
        "id_number",
        "settled_on",
        "total_cost",
        "used_this_year",
    ]
    assert table.frame["person_id"].to_list() == ["P1", None, "P3"]
    assert table.frame["id_number"].to_list() == [None, MAN, MAN]
    assert [iso(one) for one in table.frame["settled_on"]] == [
        "2024-03-05",
        "2024-03-06",
        "2024-03-07",
    ]
    assert table.frame["total_cost"].to_list() == [100_000, 123_450, -5_000]
    assert table.frame["used_this_year"].to_list() == [0, 20_000, 0]
    assert [one.code for one in problems] == ["VB429"]
    assert table.counts.rows_kept == table.counts.rows_read == 3
    assert len(table.sha256) == 64


def test_bills_that_cannot_be_used_are_set_aside(tmp_path: Path) -> None:
    table, problems = read(
        tmp_path,
        f"{HEADER}B1,P1,,2024-03-05,1,\nB1,P2,,2024-03-05,1,\nB3,,,2024-03-05,1,\n"
        f"B4,,{DAMAGED},2024-03-05,1,\nB5,P5,,2024-02-30,1,\nB6,P6,,2024-03-05,1.234,\n"
        "B7,P7,,2024-03-05,1\nB8,P8,,2024-03-05,1,-3\n合计,,,,7,\nB9,P9,,,,\n",
    )
    assert dict(table.set_aside.select("row", "code").iter_rows()) == {
        2: "VB450",
        3: "VB450",
        4: "VB428",
        5: "VB420",
        6: "VB411",
        7: "VB415",
        8: "VB440",
        9: "VB413",
    }
    assert table.frame["bill_id"].to_list() == ["B9"]
    assert table.frame["total_cost"].to_list() == [None]
    assert (table.counts.rows_read, table.counts.total_rows_dropped) == (9, 1)
    assert len({one.code for one in problems}) == 7


@pytest.mark.parametrize(
    ("needed", "fate"), [(NEEDED, "set aside"), (NEEDED - {"settled_on"}, "kept")]
)
def test_a_bill_with_only_a_month_is_told_of_once(needed: frozenset[str], fate: str) -> None:
    frame = pl.DataFrame({"人员编号": ["P1", "P2"], "结算日期": ["2024-03", "2024-03-01"]})
    table, problems = bills_from_frame(
        frame, VOCABULARY, needed, only_checked=frozenset({"settled_on"})
    )
    assert table is not None
    (told,) = (one for one in problems if one.code == "VB427")
    assert told.message.endswith(f"; the row is {fate}")
    assert (told.severity is Severity.WARNING, "2026-03-15" in told.hint) == (
        (True, True) if fate == "set aside" else (False, False)
    )
    aside = [(1, "结算日期", "2024-03", "VB427")] if fate == "set aside" else []
    assert table.set_aside.select("row", "column", "text", "code").rows() == aside
    assert 2 in table.frame["row"].to_list()


def test_a_bill_without_an_id_is_called_by_its_row(tmp_path: Path) -> None:
    table, _ = read(tmp_path, f"身份证号,结算日期\n{MAN},2024-03-05\n{MAN},2024-03-06\n")
    assert table.frame["bill_id"].to_list() == ["b2", "b3"]
    table, _ = read(tmp_path, f"账单编号,身份证号\n,{MAN}\nB2,{WOMAN}\n")
    assert table.frame["bill_id"].to_list() == ["b2", "B2"]


def test_missing_columns_are_told(tmp_path: Path) -> None:
    _, problems = read(tmp_path, "账单编号,人员编号\nB1,P1\n")
    assert [one.message.split(":")[0] for one in problems] == [
        "no column holds 结算日期 (`settled_on`)",
        "no column holds 医疗费总额 (`total_cost`)",
        "no column holds 本年已补助 (`used_this_year`)",
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("账单编号,结算日期\nB1,2024-01-01\n", "VB430"),
        ("账单编号,人员编号,账单编号\nB1,P1,B1\n", "VB431"),
        (HEADER, "VB403"),
        ("", "VB403"),
    ],
)
def test_a_file_that_is_no_list_of_bills_is_one_error(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "bills.csv"
    path.write_text(text)
    table, problems = open_bills(path, VOCABULARY, NEEDED)
    assert table is None
    assert [one.code for one in problems if one.is_error] == [code]


def test_a_data_frame_of_bills_is_read_alike() -> None:
    frame = pl.DataFrame(
        {"bill_id": ["B1", "B2"], "person_id": [1, 2], "total_cost": [12.5, 3.0]},
    )
    table, _ = bills_from_frame(frame, VOCABULARY, NEEDED)
    assert table is not None
    assert table.frame["total_cost"].to_list() == [1250, 300]
    assert table.frame["person_id"].to_list() == ["1", "2"]
    assert table.frame["row"].to_list() == [1, 2]
    table, problems = bills_from_frame(frame.with_columns(person_id=[[1], [2]]), VOCABULARY, NEEDED)
    assert table is None
    assert [one.code for one in problems if one.is_error] == ["VB402"]
