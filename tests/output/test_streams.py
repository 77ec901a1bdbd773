from __future__ import annotations

import csv
import io
import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetbenefits.output.streams import BOM, CsvWriter, neutralised, table_writer

COLUMNS = ("name", "amount", "unmet", "missing", "provisional")


def rows(*names: str) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "name": list(names),
            "amount": ["-0.05"] * len(names),
            "unmet": [""] * len(names),
            "missing": ["a;b"] * len(names),
            "provisional": [True] * len(names),
        },
        schema={**dict.fromkeys(COLUMNS, pl.String), "provisional": pl.Boolean},
    )


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1+2", "@SUM(A1)", "\tx", "\rx", "＝1", "-"])
def test_text_that_a_spreadsheet_would_run_is_neutralised(start: str) -> None:
    assert neutralised(rows(start))["name"].to_list() == [f"'{start}"]


@pytest.mark.parametrize("text", ["-0.05", "-12", "0.00", "王=1", "a-b", "2026-01-01"])
def test_plain_text_and_negative_numbers_stay(text: str) -> None:
    assert neutralised(rows(text))["name"].to_list() == [text]


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8))
def test_no_cell_of_a_written_file_begins_a_formula(text: str) -> None:
    target = io.BytesIO()
    CsvWriter(target, COLUMNS, with_bom=False).write(rows(text))
    _, record = csv.reader(io.StringIO(target.getvalue().decode(), newline=""))
    number = record[0].lstrip("-").replace(".", "", 1)
    assert record[0][:1] not in set("=+-@\t\r") or (number.isascii() and number.isdigit())


def test_csv_has_one_header_and_a_byte_order_mark_only_in_files() -> None:
    with_bom, without = io.BytesIO(), io.BytesIO()
    for target, mark in ((with_bom, True), (without, False)):
        writer = CsvWriter(target, COLUMNS, with_bom=mark)
        writer.write(rows("a"))
        writer.write(rows())
        writer.write(rows("b"))
    assert with_bom.getvalue() == BOM + without.getvalue()
    assert without.getvalue().decode().splitlines() == [
        "name,amount,unmet,missing,provisional",
        "a,-0.05,,a;b,true",
        "b,-0.05,,a;b,true",
    ]


@pytest.mark.parametrize("batches", [[], [[]], [["a"]], [["a", "b"], [], ["c"]], [[], ["a"]]])
def test_json_is_one_array_whatever_the_batches(batches: list[list[str]]) -> None:
    target = io.BytesIO()
    writer = table_writer(target, "json", COLUMNS)
    for names in batches:
        writer.write(rows(*names))
    writer.finish()
    records = json.loads(target.getvalue())
    assert [record["name"] for record in records] == [name for one in batches for name in one]
    for record in records:
        assert record["unmet"] == []
        assert record["missing"] == ["a", "b"]


def test_json_lines_keep_a_line_break_inside_a_value_on_one_line() -> None:
    target = io.BytesIO()
    table_writer(target, "jsonl", COLUMNS).write(rows("王\n小明"))
    (line,) = target.getvalue().decode().splitlines()
    assert json.loads(line)["name"] == "王\n小明"
