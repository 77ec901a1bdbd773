"""Whole rosters: who is who, what is no person, and that no row ever vanishes."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.intake.building import (
    EVERYTHING,
    MAN,
    OLD_FORM,
    OTHER_MAN,
    VOCABULARY,
    WOMAN,
    read_path,
    read_text,
)
from vetbenefits.intake import roster as roster_module
from vetbenefits.intake.identity import check_character
from vetbenefits.intake.roster import open_roster

if TYPE_CHECKING:
    from pathlib import Path

    from tests.intake.building import Reading

HEADER = "人员编号,姓名,公民身份号码,出生日期,人员状态\n"
SOME = frozenset({"birth_date", "service_status"})


def problem(reading: Reading, code: str) -> object:
    return next(one for one in reading.problems if one.code == code)


def test_all_rows_that_share_a_person_id_are_set_aside_wherever_they_stand(tmp_path: Path) -> None:
    between = "".join(f"Q{number},乙,,,\n" for number in range(50))
    text = f"{HEADER}P1,甲,{MAN},,\n{between} P1 ,丙,{WOMAN},,\nＰ１,丁,,,\n"
    for batch_rows in (7, 1000):
        reading = read_text(tmp_path, text, batch_rows=batch_rows)
        assert reading.aside() == {2: "VB424", 53: "VB424", 54: "VB424"}
        assert reading.set_aside["text"].unique().to_list() == ["P1 in rows 2, 53, 54"]
        assert reading.counts.rows_kept == 50


def test_one_id_number_under_two_person_ids_is_kept_with_a_warning(tmp_path: Path) -> None:
    reading = read_text(tmp_path, f"{HEADER}P1,甲,{MAN},,\nP2,甲,{OLD_FORM},,\nP3,乙,{WOMAN},,\n")
    assert reading.counts.rows_kept == 3
    warning = problem(reading, "VB424")
    assert warning.count == 2  # type: ignore[attr-defined]
    assert warning.examples == (  # type: ignore[attr-defined]
        "row 2: `990101********001X in rows 2, 3`",
        "row 3: `990101********001X in rows 2, 3`",
    )


def test_the_same_number_without_person_ids_is_kept_with_a_warning(tmp_path: Path) -> None:
    reading = read_text(tmp_path, f"公民身份号码\n{MAN}\n{MAN}\n{WOMAN}\n")
    assert reading.frame["person_id"].to_list() == ["r2", "r3", "r4"]
    assert reading.codes() == ["VB424"]


def test_many_rows_of_one_person_are_named_briefly(tmp_path: Path) -> None:
    reading = read_text(tmp_path, HEADER + "P1,甲,,,\n" * 3_000)
    assert reading.counts.rows_set_aside == 3_000
    (one,) = reading.problems
    assert (one.count, len(one.examples)) == (3_000, 3)
    assert one.excerpt == "P1 in rows 2, 3, 4, 5 and 2996 more"
    assert reading.set_aside.height == 3_000


def test_homonyms_are_two_people(tmp_path: Path) -> None:
    text = f"{HEADER}P1,李建军,{MAN},1963-01-15,\nP2,李建军,{OTHER_MAN},1963.1,\n"
    reading = read_text(tmp_path, text)
    assert reading.counts.rows_kept == 2
    assert reading.codes() == []


def test_a_blank_person_id_beside_an_id_number_is_stood_in_for(tmp_path: Path) -> None:
    reading = read_text(tmp_path, f"{HEADER}P1,甲,{MAN},,\n,乙,{WOMAN},,\n ,丙,,,\n")
    assert reading.frame["person_id"].to_list() == ["P1", "r3"]
    assert reading.aside() == {4: "VB428"}


def test_a_person_without_an_id_number_is_known_by_the_person_id(tmp_path: Path) -> None:
    reading = read_text(tmp_path, '人员编号,姓名\nP1,甲\n\'002,乙\n="003",丙\n４,丁\n')
    assert reading.frame["person_id"].to_list() == ["P1", "002", "003", "4"]
    assert reading.frame["id_number"].null_count() == 4


def test_a_person_without_any_number_cannot_be_told_apart(tmp_path: Path) -> None:
    reading = read_text(tmp_path, f"姓名,公民身份号码\n甲,\n乙,{MAN}\n")
    assert reading.aside() == {2: "VB428"}


# --- rows that are nobody ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    [
        "合计,,,,",
        "合 计,2人,,,",
        ",合计,,,",
        ",,合计,,",
        "总计：2人,,,,",
        "本页合计,,,,",
        "本页小计,,25,,",
        "累计,合计,,,",
        "　小　计,,,,",
        "Total,,,,",
        "Grand total: 2,,,,",
        "人员编号,姓名,公民身份号码,出生日期,人员状态",
    ],
)
def test_totals_and_repeated_headers_are_left_out_and_counted(tmp_path: Path, row: str) -> None:
    reading = read_text(tmp_path, f"{HEADER}P1,甲,{MAN},,\n{row}\nP2,乙,{WOMAN},,\n{row}\n")
    assert reading.frame["row"].to_list() == [2, 4]
    assert (reading.counts.total_rows_dropped, reading.counts.rows_read) == (2, 2)
    assert reading.problems == ()


@pytest.mark.parametrize("row", [f"P9,合计,{OTHER_MAN},,", "P9,总计,,,", "P9,小计生,,,"])
def test_a_person_with_a_number_is_never_a_total(tmp_path: Path, row: str) -> None:
    reading = read_text(tmp_path, f"{HEADER}P1,甲,{MAN},,\n{row}\n")
    assert reading.counts.rows_read == 2
    assert reading.counts.total_rows_dropped == 0


def test_a_total_in_the_first_column_is_seen_where_that_is_no_fact(tmp_path: Path) -> None:
    reading = read_text(tmp_path, f"序号,姓名,公民身份号码\n1,甲,{MAN}\n合计,,\n2,乙,{WOMAN}\n")
    assert reading.counts.total_rows_dropped == 1
    assert reading.counts.rows_kept == 2


def test_blank_rows_are_counted_apart(tmp_path: Path) -> None:
    reading = read_text(tmp_path, f"{HEADER}\n,,,,\nP1,甲,{MAN},,\n , ,\t,,\n\n\n")
    assert reading.counts.blank_rows == 5
    assert reading.frame["row"].to_list() == [4]


def test_a_row_with_only_a_note_is_no_blank_row(tmp_path: Path) -> None:
    reading = read_text(tmp_path, f"公民身份号码,备注\n{MAN},\n,见附件\n")
    assert reading.aside() == {3: "VB428"}
    assert reading.counts.blank_rows == 0


def test_a_footer_is_set_aside_with_its_reason(tmp_path: Path) -> None:
    reading = read_text(tmp_path, f"{HEADER}P1,甲,{MAN},,\n制表人：李,审核人：王\n")
    assert reading.aside() == {3: "VB440"}
    assert reading.set_aside["text"].to_list() == ["2 cells, the header row has 5"]


def test_nothing_in_a_shifted_row_is_believed(tmp_path: Path) -> None:
    reading = read_text(tmp_path, f"{HEADER}P1,甲,{MAN},1963-01-15,退役,x\nP2,乙,{WOMAN},退役\n")
    assert reading.aside() == {2: "VB440", 3: "VB440"}
    assert [one.code for one in reading.problems] == ["VB440", "VB440"]


def test_a_broken_quote_costs_one_row(tmp_path: Path) -> None:
    text = f'{HEADER}P1,"甲,{MAN},,\nP2,乙,{WOMAN},,\nP3,丙,{OTHER_MAN},,\n'
    reading = read_text(tmp_path, text)
    assert reading.aside() == {2: "VB441"}
    assert reading.frame["person_id"].to_list() == ["P2", "P3"]


def test_line_breaks_in_cells_do_not_move_row_numbers(tmp_path: Path) -> None:
    text = f'{HEADER}P1,"甲\n乙",{MAN},,\nP2,丙,{WOMAN},1962-02-30,\n'
    reading = read_text(tmp_path, text)
    assert reading.frame["row"].to_list() == [2]
    assert reading.aside() == {4: "VB411"}


# --- rounded numbers -----------------------------------------------------------------------------


def round_number() -> str:
    """Return a right ID number that ends as the rounded ones do."""
    for region in range(990110, 990199):
        digits = f"{region}19630115000"
        if check_character(digits) == "0":
            return digits + "0"
    raise AssertionError


def test_a_number_ending_in_zeros_is_kept_where_no_other_was_rounded(tmp_path: Path) -> None:
    reading = read_text(tmp_path, f"{HEADER}P1,甲,{round_number()},,\n")
    assert (reading.counts.rows_kept, reading.problems) == (1, ())


def test_a_number_ending_in_zeros_is_not_believed_among_rounded_ones(tmp_path: Path) -> None:
    text = f"{HEADER}P1,甲,{round_number()},,\nP2,乙,990103196203151000,,\n"
    reading = read_text(tmp_path, text)
    assert reading.aside() == {2: "VB420", 3: "VB420"}
    assert round_number() not in str(reading.set_aside.rows())


def test_a_number_ending_in_zeros_is_told_of_where_few_were_rounded(tmp_path: Path) -> None:
    sound = "".join(f"Q{number},丙,,,\n" for number in range(200))
    text = f"{HEADER}P1,甲,{round_number()},,\nP2,乙,9.90103E+17,,\n{sound}"
    reading = read_text(tmp_path, text)
    assert reading.aside() == {3: "VB420"}
    assert [one.span.line for one in reading.problems] == [2, 3]


# --- what is shown -------------------------------------------------------------------------------


def test_no_problem_ever_shows_an_id_number(tmp_path: Path) -> None:
    wrong = [MAN[:-1] + "9", "990103196203151000", "99010119630115001", "990101630115009"]
    rows = "".join(f"P{at},{number},{number},{number},\n" for at, number in enumerate(wrong))
    reading = read_text(tmp_path, f"{HEADER}{rows}{WOMAN},甲,{WOMAN},{WOMAN},\n{WOMAN},乙,,,\n")
    shown = str(reading.problems) + str(reading.set_aside.drop("person_id").rows())
    for number in (*wrong, WOMAN):
        assert number not in shown
        assert number[:14] not in shown


def test_a_phone_number_in_a_wrong_place_is_masked(tmp_path: Path) -> None:
    reading = read_text(tmp_path, f"{HEADER}P1,甲,{MAN},13800001234,\n")
    assert reading.set_aside["text"].to_list() == ["138****1234"]


def test_a_very_long_cell_is_cut_where_it_is_shown(tmp_path: Path) -> None:
    reading = read_text(tmp_path, f"{HEADER}P1,甲,{MAN},{'长' * 500},\n")
    assert reading.set_aside["text"].str.len_chars().to_list() == [41]


def test_the_same_mistake_in_many_batches_is_one_line(tmp_path: Path) -> None:
    rows = "".join(f"P{number},甲,,1962.1,\n" for number in range(3_000))
    reading = read_text(tmp_path, HEADER + rows, batch_rows=100)
    (one,) = reading.problems
    assert (one.count, one.span.line) == (3_000, 2)
    assert one.examples == ("row 2: `1962.1`", "row 3: `1962.1`", "row 4: `1962.1`")
    assert reading.set_aside.height == 3_000
    assert "1962.01 or 1962.10" in one.hint


# --- properties ----------------------------------------------------------------------------------

CELLS = (
    ["P1", "P2", "P3", "P4", "P5", "", " P1", "合计"],
    ["甲", "王 国庆", "", "合 计", '"引"', "a,b", "行\n行"],
    [MAN, MAN.lower(), OLD_FORM, WOMAN, OTHER_MAN, "990103196203151000", "", "x"],
    ["1963-01-15", "1963.1", "1963.2", "", "unknown", "1963-02-30", "合计"],
    ["现役", "退役", "", "谁", "serving"],
)
people = st.tuples(*(st.sampled_from(values) for values in CELLS))


def line(cells: tuple[object, ...], width: int) -> str:
    quoted = ('"' + str(cell).replace('"', '""') + '"' for cell in cells[:width])
    return ",".join(quoted) + "\n"


# A short row with a line break in a cell is two broken lines, which is why there is none here.
drawn = st.tuples(people, st.sampled_from([5, 5, 5, 5, 4])).filter(
    lambda row: row[1] == 5 or "\n" not in row[0][1]
)
rosters = st.lists(drawn, min_size=1, max_size=8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rosters")


@settings(max_examples=settings().max_examples // 3)  # each reads a whole file, twice
@given(rosters)
def test_every_row_is_kept_or_set_aside_or_counted(
    folder: Path, rows: list[tuple[tuple[str, ...], int]]
) -> None:
    text = HEADER + "".join(line(*row) for row in rows)
    path = folder / "roster.csv"
    path.write_text(text)
    reader, problems = open_roster(path, VOCABULARY, SOME, batch_rows=4)
    if reader is None:
        assert [one.code for one in problems if one.is_error] == ["VB403"]
        return
    batches = list(reader.batches())
    counts = reader.counts
    kept = [row for batch in batches for row in batch.frame["row"]]
    aside = [row for batch in batches for row in batch.set_aside["row"]]
    assert (counts.rows_kept, counts.rows_set_aside) == (len(kept), len(aside))
    assert counts.rows_read == len(kept) + len(aside)
    assert counts.rows_read + counts.total_rows_dropped + counts.blank_rows == len(rows)
    assert not set(kept) & set(aside)
    assert kept == sorted(kept)
    assert len(set(kept)) == len(kept)
    assert aside == sorted(aside)
    assert len(set(aside)) == len(aside)
    ids = [one for batch in batches for one in batch.frame["person_id"]]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("seed", range(8))
def test_batches_and_reading_twice_change_nothing(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  a choice, not a secret
    rows = [
        line(tuple(chance.choice(values) for values in CELLS), chance.choice([5, 5, 5, 4]))
        for _ in range(60)
    ]
    path = tmp_path / "roster.csv"
    path.write_text(HEADER + "".join(rows) + f"P9,末,{WOMAN},,\n")
    whole = read_path(path, SOME)
    parts = read_path(path, SOME, batch_rows=chance.randint(2, 20))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(roster_module, "READ_ONCE_ROWS", 0)
        again = read_path(path, SOME, batch_rows=chance.randint(2, 20))
    for other in (parts, again):
        assert_frame_equal(whole.frame, other.frame)
        assert_frame_equal(whole.set_aside, other.set_aside)
        assert (whole.counts, whole.problems) == (other.counts, other.problems)
        assert whole.sha256 == other.sha256


def test_a_large_roster_of_id_numbers_alone_is_read_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"公民身份号码\n{MAN}\n{round_number()}\n9.90103E+17\n{OLD_FORM}\n合计\n"
    small = read_text(tmp_path, text)
    monkeypatch.setattr(roster_module, "READ_ONCE_ROWS", 0)
    large = read_text(tmp_path, text)
    assert_frame_equal(small.frame, large.frame)
    assert_frame_equal(small.set_aside, large.set_aside)
    assert (small.counts, small.problems) == (large.counts, large.problems)
    assert large.aside() == {3: "VB420", 4: "VB420"}


def test_the_columns_of_a_reader_are_those_of_its_batches(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(f"{HEADER}P1,甲,{MAN},,\n")
    reader, _ = open_roster(path, VOCABULARY, EVERYTHING)
    assert reader is not None
    assert [tuple(batch.frame.columns) for batch in reader.batches()] == [reader.columns]


def without_rows(reading: Reading) -> pl.DataFrame:
    return reading.frame.drop("row").sort("person_id")


def test_the_order_of_rows_changes_no_fact(tmp_path: Path) -> None:
    chance = random.Random(5)  # noqa: S311  a shuffle, not a secret
    numbers, days, states = [MAN, WOMAN, "", "x"], ["1963-01-15", "1963.1", "", "y"], ["现役", ""]
    rows = [
        f"P{row},甲,{chance.choice(numbers)},{chance.choice(days)},{chance.choice(states)}\n"
        for row in range(200)
    ]
    first = read_text(tmp_path, HEADER + "".join(rows))
    chance.shuffle(rows)
    second = read_text(tmp_path, HEADER + "".join(rows))
    assert_frame_equal(without_rows(first), without_rows(second))
    assert first.counts == second.counts
    assert sorted(first.codes()) == sorted(second.codes())


def test_a_second_run_gives_the_same(tmp_path: Path) -> None:
    text = f"{HEADER}P1,甲,{MAN},1962-01-01,\nP2,乙,x,,\nP2,丙,,,\n"
    first, second = read_text(tmp_path, text), read_text(tmp_path, text)
    assert_frame_equal(first.frame, second.frame)
    assert_frame_equal(first.set_aside, second.set_aside)
    assert first.problems == second.problems


def test_a_roster_can_be_read_through_twice(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(f"{HEADER}P1,甲,{MAN},,\nP1,乙,,,\nP3,丙,{WOMAN},,\n")
    reader, _ = open_roster(path, VOCABULARY, EVERYTHING)
    assert reader is not None
    first = [batch.frame for batch in reader.batches()]
    second = [batch.frame for batch in reader.batches()]
    assert_frame_equal(pl.concat(first), pl.concat(second))
    assert reader.counts.rows_kept == 1
