"""Rows and cells: quotes, line breaks in cells, ragged rows. Nothing shifts, nothing vanishes."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetbenefits.intake.quoting import MOST_LINES_IN_A_CELL, records
from vetbenefits.intake.records import RecordReader
from vetbenefits.intake.text_table import FIELDS, SHAPE, Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL = (0, 1, 2)
HEADERS = ("甲", "乙", "丙")


def read(*blocks: str, separator: str = ",", columns: tuple[int, ...] = ALL) -> pl.DataFrame:
    """Read blocks of lines under three headers; return the rows of all batches."""
    reader = RecordReader(separator, HEADERS, columns)
    texts: Iterator[bytes] = (block.encode() for block in blocks)
    return pl.concat([batch.frame for batch in reader.batches(texts, 1)])


def rows(*blocks: str, separator: str = ",") -> list[tuple[object, ...]]:
    return read(*blocks, separator=separator).drop(SHAPE, FIELDS).rows()


def shapes(*blocks: str) -> dict[int, Shape]:
    return {row: Shape(shape) for row, shape in read(*blocks).select("row", SHAPE).iter_rows()}


def test_plain_rows_are_numbered_by_line() -> None:
    assert rows("a,b,c\nd,e,f\n") == [(1, "a", "b", "c"), (2, "d", "e", "f")]


def test_quotes_may_hold_separators_and_quotes() -> None:
    assert rows('"a,1","b ""x""",c\n') == [(1, "a,1", 'b "x"', "c")]


def test_a_cell_may_hold_line_breaks_and_the_rows_after_it_keep_their_number() -> None:
    assert rows('a,"b\n\nb",c\nd,e,f\n') == [(1, "a", "b\n\nb", "c"), (4, "d", "e", "f")]


def test_a_cell_may_reach_over_the_end_of_a_block() -> None:
    assert rows('a,"b\n', "b\n", 'b",c\nd,e,f\n') == [(1, "a", "b\nb\nb", "c"), (4, "d", "e", "f")]


def test_web_exports_keep_digits_from_becoming_numbers() -> None:
    assert rows('="01",b,="02"\n') == [(1, '="01"', "b", '="02"')]
    assert rows('"=""01""",b,c\n') == [(1, '="01"', "b", "c")]


def test_a_stray_quote_inside_a_cell_is_a_character() -> None:
    assert rows('王"建国,b,c\nd,e,f\n') == [(1, '王"建国', "b", "c"), (2, "d", "e", "f")]
    assert rows('5" pipe,6" pipe,c\n') == [(1, '5" pipe', '6" pipe', "c")]


def test_a_quote_that_is_never_closed_costs_its_own_line_only() -> None:
    assert shapes('a,"b,c\nd,e,f\ng,h,i\n') == {1: Shape.BROKEN, 2: Shape.WHOLE, 3: Shape.WHOLE}


def test_a_quote_is_not_closed_by_that_of_another_row() -> None:
    assert shapes('a,"b,c\nd,e,f\ng,"h,i\n') == {
        1: Shape.BROKEN,
        2: Shape.WHOLE,
        3: Shape.BROKEN,
    }


def test_a_quote_open_for_too_many_lines_costs_its_own_line_only() -> None:
    many = "d,e,f\n" * (2 * MOST_LINES_IN_A_CELL)
    found = shapes(f'a,"b,c\n{many}')
    assert found.pop(1) is Shape.BROKEN
    assert set(found.values()) == {Shape.WHOLE}
    assert len(found) == 2 * MOST_LINES_IN_A_CELL


def test_text_behind_a_closed_quote_does_not_shift_the_row() -> None:
    assert rows('"a"x,b,c\n') == [(1, "ax", "b", "c")]
    assert rows('"a" ,b,c\n') == [(1, "a ", "b", "c")]
    assert shapes('"a"x,"b,c\n') == {1: Shape.BROKEN}


def test_rows_with_other_than_one_cell_per_header_are_marked() -> None:
    found = read("a,b\na,b,c\na,b,c,d\na\n\n")
    assert found.select("row", SHAPE, FIELDS).rows() == [
        (1, Shape.SHORT, 2),
        (2, Shape.WHOLE, 3),
        (3, Shape.LONG, 4),
        (4, Shape.SHORT, 1),
    ]


def test_a_short_row_is_found_even_where_another_is_longer_by_as_much() -> None:
    assert shapes("a,b\na,b,c,\n") == {1: Shape.SHORT, 2: Shape.WHOLE}


def test_blank_cells_behind_the_last_header_do_not_matter() -> None:
    assert shapes("a,b,c,,, \n,,,\nd,e,f,,,x\n") == {1: Shape.WHOLE, 3: Shape.LONG}


def test_a_row_may_lack_cells_only_behind_the_last_header_with_a_name() -> None:
    reader = RecordReader(",", ("甲", "乙", "", " "), (0, 1))
    (batch,) = reader.batches(iter([b"a,b,,\na,b\na,b,c\na\na,b,,,,\na,b,,,x\n"]), 1)
    assert batch.frame[SHAPE].to_list() == [
        Shape.WHOLE,
        Shape.WHOLE,
        Shape.WHOLE,
        Shape.SHORT,
        Shape.WHOLE,
        Shape.LONG,
    ]


def test_blank_rows_are_counted_not_kept() -> None:
    reader = RecordReader(",", HEADERS, (1,))
    text = b'\n,,\na,,\n  \n"",,""\n,b,\n'
    (batch,) = reader.batches(iter([text]), 1)
    assert batch.blank_rows == 4
    assert batch.frame.select("row", "cell_1").rows() == [(3, ""), (6, "b")]


def test_marks_of_our_own_in_a_cell_change_nothing() -> None:
    for mark in "\x1c\x1d\x1e\x1f":
        assert rows(f"a{mark}b,{mark},c\nd,e,f\n") == [(1, f"a{mark}b", mark, "c"), (2, *"def")]
        assert shapes(f"a,{mark}\n") == {1: Shape.SHORT}


def test_only_the_columns_asked_for_are_read() -> None:
    assert read("a,b,c\n", columns=(2, 0)).columns == ["row", SHAPE, FIELDS, "cell_2", "cell_0"]


def test_lines_before_the_first_row_are_left_out_wherever_blocks_end() -> None:
    reader = RecordReader(",", HEADERS, ALL)
    for blocks in (["x\ny\na,b,c\n"], ["x\n", "y\n", "a,b,c\n"], ["x\ny\n", "a,b,c\n"]):
        texts = (block.encode() for block in blocks)
        found = pl.concat([batch.frame for batch in reader.batches(texts, 3)])
        assert found.select("row", "cell_0").rows() == [(3, "a")]


@pytest.mark.parametrize("separator", [",", "\t", ";", "，", "|"])
def test_every_separator_splits(separator: str) -> None:
    text = separator.join("abc") + "\n" + separator.join(["a", f'"x{separator}y"', "c"]) + "\n"
    assert rows(text, separator=separator) == [(1, *"abc"), (2, "a", f"x{separator}y", "c")]


cells = st.text(alphabet="ab,\"\n 中=;'\t", max_size=6)
tables = st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=12)


def written(table: list[list[str]], quoting: int) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=quoting, lineterminator="\n").writerows(table)  # type: ignore[arg-type]
    return out.getvalue()


@given(tables, st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.integers(0, 60))
def test_what_a_writer_wrote_is_read_back_wherever_blocks_end(
    table: list[list[str]], quoting: int, cut: int
) -> None:
    text = written(table, quoting)
    at = text.find("\n", cut) + 1
    parts = [part for part in (text[:at], text[at:]) if part]
    found = [row[1:] for row in rows(*parts)]
    assert found == [tuple(row) for row in table if any(cell.strip() for cell in row)]


@given(st.lists(st.text(alphabet='ab,"\x1e\x1f =', max_size=12), max_size=20))
def test_every_line_is_a_row_or_blank_or_part_of_a_quoted_cell(lines: list[str]) -> None:
    text = "".join(f"{line}\n" for line in lines)
    if not text:
        return
    reader = RecordReader(",", HEADERS, ALL)
    (batch,) = reader.batches(iter([text.encode()]), 1)
    found = list(records(lines, ",", width=3))
    assert sum(record.lines for record in found) == len(lines)
    assert batch.frame.height + batch.blank_rows == len(found)
    for record, shape in zip(
        (one for one in found if one.cells is None or any(cell.strip() for cell in one.cells)),
        batch.frame.select("row", SHAPE).iter_rows(),
        strict=True,
    ):
        assert record.line == shape[0]
        if record.cells is not None and len(record.cells) == 3:
            assert shape[1] == Shape.WHOLE
