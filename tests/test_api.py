"""The Python API: pandas in, pandas out; polars likewise; the examples of its documentation."""

from __future__ import annotations

import doctest
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import vetbenefits
from vetbenefits import api
from vetbenefits.problems import InvalidInput
from vetbenefits.reports.records import RECORD_COLUMNS

if TYPE_CHECKING:
    from vetbenefits.problems import Problem

ROOT = Path(__file__).resolve().parent.parent
ROSTER = "examples/roster.csv"
DAY = "2026-11-22"


@pytest.fixture(autouse=True)
def at_the_top(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_examples_of_the_documentation() -> None:
    tried = doctest.testmod(api)
    assert tried.failed == 0
    assert tried.attempted >= 8


def checked(roster: object, **options: object) -> pl.DataFrame:
    found = vetbenefits.check(roster, as_of=DAY, **options)  # type: ignore[arg-type]
    return found if isinstance(found, pl.DataFrame) else as_polars(found)


def as_polars(frame: pd.DataFrame) -> pl.DataFrame:
    return pl.DataFrame(
        {
            name: frame[name].astype(object).where(frame[name].notna(), None).to_list()
            for name in frame
        },
        schema={
            name: pl.List(pl.String) if name in ("unmet", "missing") else pl.String
            for name in frame.columns
        }
        | {"provisional": pl.Boolean},
    )


def test_pandas_gives_pandas_and_polars_gives_polars() -> None:
    roster = vetbenefits.read_roster(ROSTER)
    assert isinstance(roster, pd.DataFrame)
    given = vetbenefits.check(roster, as_of=DAY)
    assert isinstance(given, pd.DataFrame)
    assert tuple(given.columns) == RECORD_COLUMNS
    assert isinstance(given.loc[0, "unmet"], list)
    assert isinstance(vetbenefits.check(pl.from_pandas(roster), as_of=DAY), pl.DataFrame)
    assert isinstance(vetbenefits.check(ROSTER, as_of=DAY), pd.DataFrame)


@pytest.mark.parametrize("show_all", [False, True])
def test_file_and_frames_give_the_same_decisions(*, show_all: bool) -> None:
    roster = vetbenefits.read_roster(ROSTER)
    bills = "examples/bills.csv"
    from_file = checked(ROSTER, show_all=show_all, bills=bills)
    assert from_file.height > 30
    for frame in (roster, pl.from_pandas(roster)):
        assert_frame_equal(checked(frame, show_all=show_all, bills=bills), from_file)


def test_place_that_zeros_fill_up_is_read_again_as_the_same_place(tmp_path: Path) -> None:
    rows = [("990101000000", "990101"), ("990101003", "990101003"), ("990100", "990100")]
    rows += [("990000000", "990000"), ("", "unknown")]
    path = tmp_path / "roster.csv"
    lines = [f"P{number},{given}" for number, (given, _) in enumerate(rows)]
    path.write_text("person_id,division_code\n" + "\n".join(lines), encoding="utf-8")
    roster = vetbenefits.read_roster(path)
    assert roster["division_code"].to_list() == [plain for _, plain in rows]
    roster.to_csv(path, index=False)
    assert vetbenefits.read_roster(path).equals(roster)


def test_frame_with_typed_columns_is_read() -> None:
    typed = pd.DataFrame(
        {
            "person_id": [1, 2],
            "birth_date": pd.to_datetime(["1963-01-15", "1970-01-01"]),
            "service_status": ["retired", "retired"],
            "household_at_discharge": ["rural", "rural"],
            "conscript_from": ["1981-10-20", "1988-11-01"],
            "conscript_until": ["1985-01-10", "1991-11-01"],
            "draws_pension": [False, False],
            "draws": [None, None],
            "division_code": [990101001001, 990101001001],
        }
    )
    due = vetbenefits.check(typed, as_of="2023-08-01", benefits=["rural_veteran_subsidy"])
    assert isinstance(due, pd.DataFrame)
    assert due[["person_id", "amount", "per"]].to_numpy().tolist() == [["1", "229.33", "month"]]


def test_problems_are_gathered_where_a_list_is_given() -> None:
    problems: list[Problem] = []
    vetbenefits.check(ROSTER, as_of=DAY, problems=problems)
    assert {"VB420", "VB454", "VB460"} <= {one.code for one in problems}


def test_id_numbers_are_masked_unless_asked_for() -> None:
    assert checked(ROSTER)["id_number"][0] == "990101********0110"
    assert checked(ROSTER, full_ids=True)["id_number"][0] == "990101196611050110"


def test_explanation_has_data_and_words() -> None:
    (told,) = vetbenefits.explain(
        ROSTER, "P001", as_of=DAY, benefits=["rural_veteran_subsidy"], language="zh"
    )
    assert told["outcome"] == "due"
    assert "农村籍退役士兵老年生活补助" in str(told["text"])


def test_day_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="YYYY-MM-DD"):
        vetbenefits.check(ROSTER, as_of="1.11.2026")


def test_file_that_is_missing_is_invalid_input() -> None:
    with pytest.raises(InvalidInput, match="VB401"):
        vetbenefits.check("nosuch.csv", as_of=DAY)
    with pytest.raises(InvalidInput):
        vetbenefits.load_rules("nosuch")
