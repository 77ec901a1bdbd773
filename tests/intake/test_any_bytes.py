"""Whatever bytes a file holds: a table or clear problems, never an exception, never for long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.intake.building import MAN, VOCABULARY
from vetbenefits.intake.bills import open_bills
from vetbenefits.intake.roster import open_roster

if TYPE_CHECKING:
    from pathlib import Path

NEEDED = frozenset({"birth_date", "draws", "unit_name", "total_cost"})
HEADER = "人员编号,姓名,公民身份号码,出生日期,在领待遇\n"
ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
PIECES = [
    '"',
    "'",
    ",",
    "\n",
    "\r\n",
    "\r",
    "\t",
    ";",
    "，",
    "合计",
    "\x1e",
    "=",
    '=""',
    "\ufeff",
    MAN,
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bytes")


def read_everything(folder: Path, content: bytes) -> None:
    path = folder / "roster.csv"
    path.write_bytes(content)
    reader, problems = open_roster(path, VOCABULARY, NEEDED, batch_rows=3)
    if reader is None:
        assert any(one.is_error for one in problems)
    else:
        rows = sum(batch.frame.height + batch.set_aside.height for batch in reader.batches())
        assert rows == reader.counts.rows_read > 0
    bills, problems = open_bills(path, VOCABULARY, NEEDED)
    assert bills is not None or any(one.is_error for one in problems)


# Each example reads a whole file; a third of them finds as much and keeps the default run short.
fewer = settings(max_examples=settings().max_examples // 3)


@fewer
@given(st.binary(max_size=300))
def test_any_bytes(folder: Path, content: bytes) -> None:
    read_everything(folder, content)


@fewer
@given(st.binary(max_size=200), st.sampled_from(ENCODINGS))
def test_any_bytes_behind_a_header(folder: Path, content: bytes, encoding: str) -> None:
    read_everything(folder, HEADER.encode(encoding) + content)


@fewer
@given(
    st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=60),
    st.sampled_from(ENCODINGS),
)
def test_any_text_behind_a_header(folder: Path, pieces: list[str], encoding: str) -> None:
    read_everything(folder, (HEADER + "".join(pieces)).encode(encoding, "replace"))


@fewer
@given(st.integers(0, 400), st.binary(min_size=1, max_size=3))
def test_a_sound_file_with_some_bytes_struck_over(folder: Path, at: int, by: bytes) -> None:
    rows = "".join(f"P{number},王 国庆,{MAN},1963-01-15,参战\n" for number in range(6))
    content = (HEADER + rows).encode()
    read_everything(folder, content[:at] + by + content[at + len(by) :])
