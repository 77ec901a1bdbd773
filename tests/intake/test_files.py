"""Files as they arrive: encodings, separators, rows above the headers, and what is no table."""

from __future__ import annotations

import io
import os
import sys
import threading
import time
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from tests.intake.building import EVERYTHING, MAN, VOCABULARY, WOMAN, read_path, read_text, refusal
from vetbenefits.intake.roster import open_roster

if TYPE_CHECKING:
    from pathlib import Path

    from tests.intake.building import Reading

NAMES = ["李建军", "王 国庆", "赵大山", "欧阳春晓"]
ROWS = "".join(f"P{number},{name},,退役\n" for number, name in enumerate(NAMES))
HEADERS = "人员编号,姓名,公民身份号码,人员状态"
TEXT = f"{HEADERS}\n{ROWS}"


def names(reading: Reading) -> list[object]:
    return reading.frame.get_column("name").to_list()


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_every_encoding_gives_the_same_people(tmp_path: Path, encoding: str, ends: str) -> None:
    reading = read_text(tmp_path, TEXT.replace("\n", ends).encode(encoding))
    assert names(reading) == NAMES
    assert reading.frame["row"].to_list() == [2, 3, 4, 5]
    assert reading.frame["service_status"].to_list() == [1, 1, 1, 1]


def test_lines_may_end_as_on_old_machines(tmp_path: Path) -> None:
    reading = read_text(tmp_path, TEXT.replace("\n", "\r"))
    assert names(reading) == NAMES


def test_big_endian_with_a_mark_is_read(tmp_path: Path) -> None:
    reading = read_text(tmp_path, b"\xfe\xff" + TEXT.encode("utf-16-be"))
    assert names(reading) == NAMES


@pytest.mark.parametrize("separator", [",", "\t", ";", "，", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_every_separator_is_found(tmp_path: Path, separator: str, encoding: str) -> None:
    reading = read_text(tmp_path, TEXT.replace(",", separator).encode(encoding))
    assert names(reading) == NAMES


def test_another_separator_in_the_title_does_not_mislead(tmp_path: Path) -> None:
    text = "某县退役军人；花名册; 2024年;共2人;第1页;其他\n" + TEXT
    assert names(read_text(tmp_path, text)) == NAMES


def test_rows_above_the_headers_are_passed_over(tmp_path: Path) -> None:
    above = '某县退役军人花名册\n\n\n"制表人：李\n建军",,,\n单位: 元,,,\n'
    reading = read_text(tmp_path, above + TEXT)
    assert names(reading) == NAMES
    assert reading.frame["row"].to_list() == [8, 9, 10, 11]


def test_a_header_may_stand_on_two_lines(tmp_path: Path) -> None:
    text = TEXT.replace("公民身份号码", '"公民身份\n号码*"')
    reading = read_text(tmp_path, text)
    assert names(reading) == NAMES
    assert reading.frame["row"].to_list() == [3, 4, 5, 6]


def test_the_last_line_may_lack_its_end(tmp_path: Path) -> None:
    assert names(read_text(tmp_path, TEXT.rstrip("\n"))) == NAMES


def test_gb18030_deep_in_a_file_that_begins_as_ascii(tmp_path: Path) -> None:
    plain = "".join(f"Q{number},Name,,retired\n" for number in range(60_000))
    text = f"person_id,name,id_number,service status\n{plain}Z1,李建军,,退役\n"
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode("gb18030"))
    assert path.stat().st_size > 1 << 20
    reading = read_path(path)
    assert names(reading)[-1] == "李建军"
    assert reading.counts.rows_read == 60_001


def test_the_fingerprint_is_that_of_the_bytes(tmp_path: Path) -> None:
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        content = TEXT.encode(encoding)
        assert read_text(tmp_path, content).sha256 == sha256(content).hexdigest()


def test_standard_input_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode("gb18030"))))
    reader, _ = open_roster("-", VOCABULARY, EVERYTHING)
    assert reader is not None
    assert [row for batch in reader.batches() for row in batch.frame["name"]] == NAMES
    assert reader.sha256 == sha256(TEXT.encode("gb18030")).hexdigest()
    assert tmp_path.exists()


def test_a_pipe_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(TEXT.encode(),))
    writer.start()
    assert names(read_path(pipe)) == NAMES
    writer.join()


# --- what cannot be read -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "VB403", "empty"),
        (b"\n \r\n\n", "VB403", "blank lines"),
        (HEADERS.encode(), "VB403", "nothing stands under the headers"),
        (HEADERS.encode() + b"\n,,,\n\n", "VB403", "nothing stands under the headers"),
        ((HEADERS + "\n合计,2人,,\n").encode(), "VB403", "1 rows of totals"),
        (b"PK\x03\x04whatever", "VB402", "Excel workbook"),
        (b"\xd0\xcf\x11\xe0whatever", "VB402", "old Excel workbook"),
        (b"\x1f\x8bwhatever", "VB402", "compressed"),
        (b"%PDF-1.7", "VB402", "PDF"),
        (TEXT.encode("utf-32"), "VB404", "UTF-32"),
        (TEXT.encode() + b"P9,\xff\xff,,\n", "VB404", "on line 6"),
        (TEXT.encode("gb18030") + b"P9,\xff\xff,,\n", "VB404", "on line 6"),
        (TEXT.encode() + "P9,李".encode()[:-1] + b",,\n", "VB404", "not UTF-8"),
        (TEXT.encode("utf-16") + b"\x00\xd8\n\x00", "VB404", "not UTF-16"),
        (TEXT.encode() + b"P9,a\0b,,\n", "VB405", "line 6 holds a zero byte"),
        (b"\0\1\2\3\4\5\6\7" * 1000, "VB405", "zero byte"),
        ("甲,乙\n1,2\n".encode(), "VB407", "no header row"),
        (b"just a sentence\n", "VB407", "no header row"),
        ("姓名,性别\n李,男\n".encode(), "VB430", "no column tells whose row it is"),
        (
            "人员编号,姓名,身份证号,公民身份号码\n1,2,3,4\n".encode(),
            "VB431",
            "both hold `id_number`",
        ),
        (
            "人员编号,姓名,人员编号\n1,2,3\n".encode(),
            "VB431",
            "columns 1 `人员编号` and 3 `人员编号`",
        ),
    ],
)
def test_what_is_no_table_is_one_clear_error(
    tmp_path: Path, content: bytes, code: str, words: str
) -> None:
    error = refusal(tmp_path, content)
    assert error.code == code
    assert words in error.message
    assert error.span.file.endswith("roster.csv")


def test_the_byte_that_is_no_text_is_named(tmp_path: Path) -> None:
    content = TEXT.encode()
    error = refusal(tmp_path, content + b"P9,\xff,,\n")
    assert f"byte {len(content) + 4} of the file" in error.message


def test_a_workbook_is_known_by_its_name(tmp_path: Path) -> None:
    for name in ("roster.xlsx", "花名册.XLS", "roster.et"):
        error = refusal(tmp_path, TEXT.encode(), name)
        assert (error.code, error.hint) == ("VB402", "open it and save the sheet as CSV (UTF-8)")


@pytest.mark.parametrize("name", ["missing.csv", ".", "a\0b"])
def test_what_is_no_file_is_one_clear_error(tmp_path: Path, name: str) -> None:
    reader, problems = open_roster(tmp_path / name, VOCABULARY, EVERYTHING)
    assert reader is None
    assert [one.code for one in problems] == ["VB401"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_one_clear_error(
    tmp_path: Path,
) -> None:  # pragma: no cover  not as root
    path = tmp_path / "roster.csv"
    path.write_text(TEXT)
    path.chmod(0)
    reader, problems = open_roster(path, VOCABULARY, EVERYTHING)
    assert reader is None
    assert "permission" in problems[0].message


def test_a_refused_permission_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("pathlib.Path.open", refuse)
    reader, problems = open_roster(tmp_path / "roster.csv", VOCABULARY, EVERYTHING)
    assert reader is None
    assert "permission" in problems[0].message


def test_a_file_changed_meanwhile_is_told(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(TEXT)
    from vetbenefits.intake.blocks import BlockReader
    from vetbenefits.intake.files import ByteSource, Encoding
    from vetbenefits.problems import InvalidInput

    blocks = BlockReader(ByteSource.open(path), Encoding("utf-8"), 1 << 16).blocks()
    next(blocks)
    path.write_text(TEXT + TEXT)
    with pytest.raises(InvalidInput, match="VB408"):
        list(blocks)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_a_line_without_end_is_refused_quickly(tmp_path: Path, encoding: str, quote: str) -> None:
    path = tmp_path / "roster.csv"
    with path.open("wb") as file:
        file.write(TEXT.encode(encoding) + f"P9,{quote}".encode())
        for _ in range(40):
            file.write(b"x" * (1 << 20))
    started = time.monotonic()
    reader, problems = open_roster(path, VOCABULARY, EVERYTHING)
    assert reader is None
    assert [one.code for one in problems if one.is_error] == ["VB406"]
    assert time.monotonic() - started < 10


def test_lines_longer_than_a_block_are_read_whole(tmp_path: Path) -> None:
    rows = "".join(f"P{number},{'长' * 30_000},,退役\n" for number in range(8))
    for end in ("", "P9,尾,,退役"):
        reading = read_text(tmp_path, HEADERS + "\n" + rows + end, batch_rows=1)
        assert reading.frame["row"].to_list() == list(range(2, 10 + bool(end)))
        assert reading.frame["name"].str.len_chars().to_list()[:8] == [30_000] * 8


def test_a_long_last_line_without_its_end_is_read(tmp_path: Path) -> None:
    text = TEXT + f"P9,{'长' * 100_000},,退役"
    assert read_text(tmp_path, text, batch_rows=1).frame["row"].to_list() == [2, 3, 4, 5, 6]


def test_a_long_line_within_reason_is_one_row(tmp_path: Path) -> None:
    text = TEXT + f"P9,{'长' * 100_000},,退役\n" + f"P10,后,{WOMAN},退役\n"
    reading = read_text(tmp_path, text)
    assert reading.frame["row"].to_list() == [2, 3, 4, 5, 6, 7]
    assert reading.counts.rows_set_aside == 0


def test_a_table_whose_rows_do_not_fit_its_headers_is_refused(tmp_path: Path) -> None:
    rows = "".join(f"P{number};x;y;z\n" for number in range(2_000))
    error = refusal(tmp_path, (f"人员编号,姓名,{MAN}\n" + rows).encode())
    assert error.code == "VB442"
    assert "2000 of the first 2000 rows" in error.message
