"""Data frames of any types, read as the file would be that they came from."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.intake.building import EVERYTHING, MAN, OTHER_MAN, VOCABULARY, WOMAN, iso, read_text
from vetbenefits.intake.frame_table import FrameTable, as_text
from vetbenefits.intake.roster import roster_from_frame

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from vetbenefits.intake.roster import RosterReader

BEIJING = timezone(timedelta(hours=8))


def read(
    columns: Mapping[str, object], *, batch_rows: int = 1000
) -> tuple[pl.DataFrame, RosterReader]:
    reader, problems = roster_from_frame(
        pl.DataFrame(columns), VOCABULARY, EVERYTHING, batch_rows=batch_rows
    )
    assert reader is not None, problems
    return pl.concat([batch.frame for batch in reader.batches()]), reader


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (pl.Series(["a", None, ""]), ["a", "", ""]),
        (pl.Series([1, None, 990101196301150191]), ["1", "", "990101196301150191"]),
        (pl.Series([1.0, None, 1962.1, float("nan"), -2.0]), ["1", "", "1962.1", "", "-2"]),
        (pl.Series([9.90101963011502e17]), ["9.90101963011502E+17"]),
        (pl.Series([22720.0, 0.1 + 0.2]), ["22720", "0.30000000000000004"]),
        (pl.Series([float("inf")]), ["INF"]),
        (pl.Series([1962.1], dtype=pl.Float32), ["1962.1"]),
        (pl.Series([True, False, None]), ["true", "false", ""]),
        (pl.Series([date(1962, 3, 15), None]), ["1962-03-15", ""]),
        (pl.Series([datetime(1962, 3, 15)]), ["1962-03-15 00:00:00"]),  # noqa: DTZ001  as read
        (
            pl.Series([datetime(1962, 3, 15, 1, tzinfo=BEIJING)]).dt.convert_time_zone(
                "Asia/Shanghai"
            ),
            ["1962-03-15 01:00:00"],
        ),
        (pl.Series([Decimal("12.50")]), ["12.50"]),
        (pl.Series(["a", "b"], dtype=pl.Categorical), ["a", "b"]),
        (pl.Series(["a"], dtype=pl.Enum(["a"])), ["a"]),
        (pl.Series([None, None]), ["", ""]),
    ],
)
def test_values_of_every_type_become_text(values: pl.Series, texts: list[str]) -> None:
    assert as_text(values).to_list() == texts


def test_a_typed_frame_gives_the_same_people_as_its_file(tmp_path: Path) -> None:
    header = "人员编号,公民身份号码,出生日期,残疾等级,年收入,消防员类别,死亡日期"
    from_file = read_text(
        tmp_path,
        f"{header}\n1,{MAN},1963-01-15,7,12.5,是,\n2,{WOMAN},1970-08-15,,,否,2024-01-05\n",
    ).frame
    frame, reader = read(
        {
            "人员编号": [1, 2],
            "公民身份号码": [MAN, WOMAN],
            "出生日期": [date(1963, 1, 15), date(1970, 8, 15)],
            "残疾等级": [7.0, None],
            "年收入": [12.5, float("nan")],
            "消防员类别": [True, False],
            "死亡日期": [None, datetime(2024, 1, 5)],  # noqa: DTZ001  a plain day
        }
    )
    assert_frame_equal(frame.drop("row"), from_file.drop("row"))
    assert frame["row"].to_list() == [1, 2]
    assert reader.sha256 == ""


def test_id_numbers_kept_as_whole_numbers_survive(tmp_path: Path) -> None:
    frame, reader = read({"id_number": [int(OTHER_MAN)], "备注": [None]})
    assert frame["id_number"].to_list() == [OTHER_MAN]
    assert reader.headers == {"id_number": "id_number"}
    assert tmp_path.exists()


def test_id_numbers_kept_as_floats_are_damaged() -> None:
    frame, reader = read({"person_id": ["P1"], "id_number": [float(OTHER_MAN)]})
    assert frame.is_empty()
    assert [one.code for one in reader.problems] == ["VB420"]


def test_rows_of_a_frame_count_from_one_in_every_batch() -> None:
    columns = {"person_id": [f"P{number}" for number in range(10)], "birth_date": ["1962.3"] * 10}
    frame, reader = read(columns, batch_rows=3)
    assert frame["row"].to_list() == list(range(1, 11))
    assert {iso(one) for one in frame["birth_date"]} == {"1962-03-31"}
    assert reader.counts.rows_kept == 10


def test_blank_rows_of_a_frame_are_counted_apart() -> None:
    frame, reader = read(
        {"person_id": ["P1", None, None], "备注": [None, None, "x"], "列": [[1], [2], [3]]}
    )
    assert frame["row"].to_list() == [1]
    assert (reader.counts.blank_rows, reader.counts.rows_set_aside) == (1, 1)


def test_a_column_of_lists_is_refused_only_where_it_is_needed() -> None:
    columns = pl.DataFrame({"person_id": ["P1"], "household": [["农村"]]})
    reader, problems = roster_from_frame(columns, VOCABULARY, EVERYTHING)
    assert reader is None
    assert problems[-1].code == "VB402"
    assert "column `household` holds List(String)" in problems[-1].message
    reader, _ = roster_from_frame(columns, VOCABULARY, frozenset({"sex"}))
    assert reader is not None


def test_a_frame_without_rows_or_without_people_is_one_error() -> None:
    for columns, code in (({"person_id": []}, "VB403"), ({"姓名": ["甲"]}, "VB430")):
        reader, problems = roster_from_frame(pl.DataFrame(columns), VOCABULARY, EVERYTHING)
        assert reader is None
        assert [one.code for one in problems if one.is_error] == [code]


def test_a_frame_is_a_table_like_a_file() -> None:
    table = FrameTable(pl.DataFrame({"a": [1]}), "people")
    assert (table.shown_as, table.headers, table.header_row) == ("people", ("a",), 0)
    assert table.likely_rows == 1
