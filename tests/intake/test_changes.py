from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from vetbenefits.intake.changes import SCHEMA, read_changes
from vetbenefits.problems import InvalidInput

ROOT = Path(__file__).resolve().parents[2]
BENEFITS = ("rural_veteran_subsidy", "medical_aid")
ROW = {
    "person_id": "P001",
    "name": "例泰山",
    "id_number": "990101********0110",
    "division": "990101001001",
    "benefit": "rural_veteran_subsidy",
    "title": "x",
    "on": "2027-02-08",
    "change": "begins",
    "from_outcome": "not_due",
    "from_amount": "",
    "to_outcome": "due",
    "to_amount": "240.00",
    "per": "month",
    "cause": "of_age;alive",
    "first_month": "2027-02",
    "apply_by": "2027-01-31",
    "missing": "",
}


def csv_of(*rows: dict[str, str]) -> str:
    lines = [",".join(rows[0])]
    return "\n".join([*lines, *(",".join(row.values()) for row in rows)]) + "\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "changes.csv"


def wrong(path: Path, **cells: str) -> tuple[str, str, int]:
    path.write_text(csv_of(ROW | cells), encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        read_changes(path, BENEFITS)
    (problem,) = refused.value.problems
    return problem.code, problem.message, problem.span.line


def test_cells_become_values(path: Path) -> None:
    path.write_text(csv_of(ROW), encoding="utf-8-sig")
    frame = read_changes(path, BENEFITS)
    assert frame.schema == SCHEMA
    assert frame.to_dicts() == [
        {
            "row": 2,
            "person_id": "P001",
            "name": "例泰山",
            "id_number": "990101********0110",
            "division": "990101001001",
            "benefit": "rural_veteran_subsidy",
            "on": date(2027, 2, 8),
            "change": "begins",
            "from_outcome": "not_due",
            "from_amount_fen": None,
            "to_outcome": "due",
            "to_amount_fen": 24000,
            "per": "month",
            "cause": "of_age;alive",
            "first_month": "2027-02",
            "apply_by": date(2027, 1, 31),
            "missing": None,
        }
    ]


def test_csv_json_and_json_lines_are_the_same(tmp_path: Path) -> None:
    second = ROW | {"person_id": "P002", "name": "例黄河"}
    objects = [
        {name: (cell.split(";") if name == "cause" else cell or None) for name, cell in row.items()}
        for row in (ROW, second)
    ]
    texts = {
        "a.csv": csv_of(ROW, second),
        "a.json": json.dumps(objects),
        "a.jsonl": "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects),
    }
    frames = []
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        frames.append(read_changes(tmp_path / name, BENEFITS).drop("row"))
    assert frames[0].equals(frames[1])
    assert frames[0].equals(frames[2])
    assert frames[0].height == 2


def test_list_without_changes_is_a_list(path: Path) -> None:
    path.write_text(csv_of(ROW).splitlines()[0] + "\n", encoding="utf-8")
    assert read_changes(path, BENEFITS).height == 0
    path.write_text("[]\n", encoding="utf-8")
    assert read_changes(path, BENEFITS).height == 0


def test_mark_against_formulas_is_taken_off(path: Path) -> None:
    path.write_text(csv_of(ROW | {"person_id": "'-5A", "name": "'=1+1", "cause": "'tis"}))
    (row,) = read_changes(path, BENEFITS).to_dicts()
    assert (row["person_id"], row["name"], row["cause"]) == ("-5A", "=1+1", "'tis")


def test_amount_below_zero_is_exact(path: Path) -> None:
    path.write_text(csv_of(ROW | {"from_amount": "-0.05", "to_amount": "9999999999999.99"}))
    (row,) = read_changes(path, BENEFITS).to_dicts()
    assert (row["from_amount_fen"], row["to_amount_fen"]) == (-5, 999999999999999)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"person_id": ""}, "the row does not say whose it is"),
        (
            {"person_id": "990101********0110"},
            "the person's number is masked: `990101********0110`",
        ),
        ({"benefit": "medical_ad"}, "`medical_ad` is no benefit that is known"),
        ({"change": "grows"}, "`grows` is no change that is known"),
        ({"to_outcome": "yes"}, "`yes` is no to_outcome that is known"),
        ({"on": "2027-02-30"}, "on `2027-02-30` is no day written YYYY-MM-DD"),
        ({"on": ""}, "on `` is no day written YYYY-MM-DD"),
        ({"apply_by": "soon"}, "apply_by `soon` is no day written YYYY-MM-DD"),
        ({"first_month": "2027-13"}, "first_month `2027-13` is no month written YYYY-MM"),
        ({"to_amount": "240.005"}, "to_amount `240.005` is no amount in yuan with two decimals"),
        ({"from_amount": "1e3"}, "from_amount `1e3` is no amount in yuan with two decimals"),
    ],
)
def test_wrong_cell_is_told_with_its_row(path: Path, cells: dict[str, str], said: str) -> None:
    assert wrong(path, **cells) == ("VB750", said, 2)


def test_all_wrong_cells_are_told_at_once(path: Path) -> None:
    path.write_text(csv_of(ROW | {"on": "x", "to_amount": "y"}, ROW | {"change": "z"}))
    with pytest.raises(InvalidInput) as refused:
        read_changes(path, BENEFITS)
    assert [problem.span.line for problem in refused.value.problems] == [2, 2, 3]


@pytest.mark.parametrize(
    "text",
    [
        "人员编号,姓名\nP001,例泰山\n",
        "person_id,benefit,on,change,to_outcome\n",
        '{"person_id": "P001"}\n',
        '{"person_id": \n',
        "[1, 2]\n",
        "[" * 100_000,
        csv_of(ROW) + '"broken\n',
        csv_of(ROW) + "," * 40 + "\n",
    ],
)
def test_what_is_no_such_list_is_one_problem(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        read_changes(path, BENEFITS)
    (problem,) = refused.value.problems
    assert problem.code == "VB750"


def test_file_that_is_not_there_is_one_problem(path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_changes(path, BENEFITS)
    assert refused.value.problems[0].code == "VB401"


def test_list_of_the_examples_can_be_read() -> None:
    benefits = ("rural_veteran_subsidy", "conscript_family_allowance")
    assert read_changes(ROOT / "examples" / "changes.csv", benefits).height == 3


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        ({"to_amount": "240"}, {"to_amount_fen": 24000}),
        ({"to_amount": "240.5"}, {"to_amount_fen": 24050}),
        ({"on": "2027/2/8"}, {"on": date(2027, 2, 8)}),
        ({"first_month": "2027/2"}, {"first_month": "2027-02"}),
        ({"first_month": "2027/2/1"}, {"first_month": "2027-02"}),
    ],
)
def test_what_a_spreadsheet_writes_back_is_read(
    tmp_path: Path, cells: dict[str, str], read: dict[str, object]
) -> None:
    path = tmp_path / "changes.csv"
    row = ROW | cells
    path.write_text(f"{','.join(row)}\n{','.join(row.values())}\n", encoding="utf-8")
    (found,) = read_changes(path, [row["benefit"]]).to_dicts()
    assert {name: found[name] for name in read} == read
