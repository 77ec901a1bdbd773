"""An earlier list of changes is read in each machine format, and anything else is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vetbenefits.intake.announced import read_announced
from vetbenefits.problems import InvalidInput

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = ("person_id", "on", "to_amount")
FIRST = '{"person_id":"P1","on":"2026-02-01","to_amount":"240.00","missing":[]}'
RECORDS = [("P1", "2026-02-01", "240.00"), ("P2", "2026-02-03", None)]


@pytest.mark.parametrize(
    "text",
    [
        "person_id,name,on,to_amount\nP1,例,2026-02-01,240.00\nP2,例,2026-02-03,\n",
        "\ufeffperson_id,on,to_amount\nP1,2026-02-01,240.00\nP2,2026-02-03,\n",
        f'{FIRST}\n{{"person_id":"P2","on":"2026-02-03","to_amount":null,"missing":["a"]}}\n',
        f'[\n{FIRST},\n{{"person_id":"P2","on":"2026-02-03","to_amount":null}}\n]\n',
    ],
)
def test_every_machine_format_is_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "earlier"
    path.write_text(text, encoding="utf-8")
    assert read_announced(path, COLUMNS).rows() == RECORDS


@pytest.mark.parametrize("text", ["[]\n", "person_id,on,to_amount\n"])
def test_an_empty_list_announced_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "earlier"
    path.write_text(text, encoding="utf-8")
    found = read_announced(path, COLUMNS)
    assert found.is_empty()
    assert tuple(found.columns) == COLUMNS


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"a,b\n1,2\n", "it has no `person_id`"),
        (b"person_id,on\nP1,2026-02-01\n", "it has no `to_amount`"),
        (b"{broken", "neither JSON nor JSON lines"),
        (b"[1, 2]", "other things than records"),
        (b"\xff\xfe", "not in UTF-8"),
    ],
)
def test_anything_else_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "earlier"
    path.write_bytes(content)
    with pytest.raises(InvalidInput) as refused:
        read_announced(path, COLUMNS)
    (problem,) = refused.value.problems
    assert problem.code == "VB470"
    assert said in problem.message
    assert problem.hint


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_announced(tmp_path / "nosuch.csv", COLUMNS)
