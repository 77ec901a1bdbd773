"""The commands of `notices`, from the list of changes to the ledger and back."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sqlite3
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from vetbenefits.commands.app import run

ROOT = Path(__file__).resolve().parents[2]
LEDGER = "vetbenefits-notices.sqlite3"
WHOLE_ID = re.compile(r"(?<!\d)99010\d{12}[\dX]")
HEAD = (ROOT / "examples" / "changes.csv").read_text("utf-8-sig").splitlines()[0]


@pytest.fixture(autouse=True)
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("VETBENEFITS_AS_OF", "2026-11-22")
    for name in ("roster.csv", "changes.csv"):
        (tmp_path / name).write_bytes((ROOT / "examples" / name).read_bytes())
    return tmp_path


def notices(*words: str, changes: str = "changes.csv", out: str = "letters", code: int = 0) -> None:
    assert run(["notices", *words, "--changes", changes, "--out", out]) == code


def listed(capfd: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    capfd.readouterr()
    assert run(["notices", "list", "--format", "json", *words]) == 0
    return list(json.loads(capfd.readouterr().out))


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))


def text_of(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def test_each_change_is_told_once(workplace: Path, capfd: pytest.CaptureFixture[str]) -> None:
    notices("roster.csv")
    assert [row["sent_on"] for row in listed(capfd)] == [None, None, None]
    assert run(["notices", "mark-sent", "--all", "--on", "2026-11-23"]) == 0
    assert {row["sent_on"] for row in listed(capfd)} == {"2026-11-23"}
    assert listed(capfd, "--unsent") == []
    notices("roster.csv", out="second")
    assert "没有需要告知的变动。" in capfd.readouterr().out
    assert not (workplace / "second").exists()
    notices("roster.csv", "--again", out="third")
    assert (workplace / "third" / "notices.docx").is_file()
    assert len(listed(capfd)) == 3


def test_only_what_is_new_is_written_next_month(
    workplace: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    notices("--format", "csv")
    assert run(["notices", "mark-sent", "--all"]) == 0
    changes = (workplace / "changes.csv").read_text("utf-8-sig")
    (workplace / "changes.csv").write_text(
        changes.replace("P004,", "P005,")
        .replace("7000.00", "1.00")
        .replace("2026-11-23", "2026-11-24")
    )
    notices("--format", "csv", "--as-of", "2026-12-22")
    people = [row["person_id"] for row in rows(workplace / "letters" / "mail-merge.csv")]
    # What P038 had before is no part of the notice; the other two are another person, another day.
    assert people == ["P003", "P005"]
    assert "另有 1 项" in capfd.readouterr().out


def test_people_who_were_not_sent_theirs_get_it_again(
    workplace: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    notices("--format", "csv")
    assert run(["notices", "mark-sent", "--person", "P003", "--person", "P038"]) == 0
    assert [row["person_id"] for row in listed(capfd, "--unsent")] == ["P004"]
    notices("--format", "csv")
    assert {row["person_id"] for row in rows(workplace / "letters" / "mail-merge.csv")} == {"P004"}


def test_all_formats_show_masked_numbers_only(
    workplace: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    notices("roster.csv", "--format", "all")
    run(["notices", "posting", "--changes", "changes.csv", "--out", "post"])
    run(["notices", "list"])
    said = capfd.readouterr()
    for path in [*(workplace / "letters").iterdir(), *(workplace / "post").iterdir()]:
        content = path.read_bytes()
        text = text_of(content) if path.suffix == ".docx" else content.decode("utf-8-sig")
        assert WHOLE_ID.search(text) is None, path
        if path.name != "manifest.json":
            posted = path.name.startswith("posting")
            number = "990101**********11" if posted else "990101********0411"
            assert number in text or path.name == "sms.csv"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert WHOLE_ID.search(said.out + said.err) is None
    assert WHOLE_ID.search((workplace / LEDGER).read_bytes().decode("latin-1")) is None


def test_id_numbers_of_the_roster_do_not_reach_the_ledger(
    workplace: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    roster = (workplace / "roster.csv").read_text("utf-8-sig").splitlines()
    without = [line.partition(",")[2] for line in roster]
    (workplace / "roster.csv").write_text("\n".join(without) + "\n", encoding="utf-8")
    changes = (workplace / "changes.csv").read_text("utf-8-sig")
    for person, row in (("P003", "r4"), ("P038", "r39"), ("P004", "r5")):
        changes = changes.replace(f"{person},", f"{row},")
    (workplace / "changes.csv").write_text(changes)
    notices("--format", "sms", code=1)
    assert "error VB758" in capfd.readouterr().err
    assert not (workplace / LEDGER).exists()
    notices("roster.csv", "--format", "sms")
    assert rows(workplace / "letters" / "sms.csv")[0]["phone"] == "00000000003"
    names = [row["person_id"] for row in listed(capfd)]
    assert names[0] == "990101********0314"  # what tells people apart would give the number away
    assert WHOLE_ID.search((workplace / LEDGER).read_bytes().decode("latin-1")) is None
    # Next month the same person stands in another row.
    assert run(["notices", "mark-sent", "--person", "990101196611230314"]) == 0
    moved = [without[0], "", "", *reversed(without[1:])]
    (workplace / "roster.csv").write_text("\n".join(moved) + "\n", encoding="utf-8")
    for at in (4, 5, 39):
        changes = changes.replace(f"r{at},", f"R{moved.index(without[at - 1]) + 1},")
    (workplace / "changes.csv").write_text(changes.replace("R", "r"))
    capfd.readouterr()
    notices("roster.csv", "--format", "sms", code=0)
    assert "另有 1 项" in capfd.readouterr().out


def test_person_called_by_the_id_number_is_masked_everywhere(
    workplace: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    changes = (workplace / "changes.csv").read_text("utf-8-sig")
    (workplace / "changes.csv").write_text(changes.replace("P004,", "990101196702080411,"))
    notices("--format", "all", "--each")
    names = [path.name for path in (workplace / "letters").iterdir()]
    assert not any(WHOLE_ID.search(name) for name in names)
    assert "letter-2-990101-0411.docx" in names
    assert run(["notices", "mark-sent", "--person", "990101196702080411"]) == 0
    said = capfd.readouterr()
    assert WHOLE_ID.search(said.out + said.err) is None


def test_files_for_each_person_are_replaced_as_a_whole(
    workplace: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    notices("--each", "--format", "html")
    assert "letters：letter-*.html (3)、manifest.json\n" in capfd.readouterr().err
    names = {path.name for path in (workplace / "letters").iterdir()}
    assert names == {
        *("letter-1-P003.html", "letter-2-P004.html", "letter-3-P038.html", "manifest.json"),
    }
    notices("--format", "sms")
    assert {path.name for path in (workplace / "letters").iterdir()} == {"sms.csv", "manifest.json"}
    assert list(workplace.glob(".letters*")) == []


def test_letters_that_a_clerk_has_changed_are_kept(
    workplace: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    notices("--format", "html")
    page = workplace / "letters" / "notices.html"
    page.write_text("better words")
    notices("--format", "html", code=1)
    assert "VB710: `notices.html` was changed after it was written" in capfd.readouterr().err
    assert page.read_text() == "better words"
    page.unlink()
    notices("--format", "html")
    (workplace / "letters" / "manifest.json").write_text("[]")
    notices("--format", "html", code=1)


def test_same_run_gives_the_same_bytes(workplace: Path) -> None:
    notices("roster.csv", "--format", "all", out="one")
    notices("roster.csv", "--format", "all", out="two")
    one, two = (
        {path.name: path.read_bytes() for path in (workplace / name).iterdir()}
        for name in ("one", "two")
    )
    assert one == two


def test_template_with_an_unknown_field_writes_nothing(
    workplace: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (workplace / "own.html").write_text("{% for l in letters %}{{ l.phone }}{% endfor %}")
    notices("--format", "html", "--template", "own.html", code=1)
    said = capfd.readouterr().err
    assert "own.html:1: error VB755: the template has no field `l.phone` to fill in" in said
    assert "there are: person_id, name," in said
    assert said.endswith("1 problem (1 error)\n")
    assert not (workplace / "letters").exists()
    assert not (workplace / LEDGER).exists()


def test_template_of_another_format_is_wrong_usage(workplace: Path) -> None:
    (workplace / "own.html").write_text("{{ date }}")
    notices("--format", "docx", "--template", "own.html", code=2)
    notices("--format", "all", "--template", "own.html")
    assert (workplace / "letters" / "notices.html").read_text("utf-8") == "2026年11月22日"


def test_office_and_contact_come_from_the_workspace(
    workplace: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    notices("--format", "html")
    assert "`office:`" in capfd.readouterr().err
    (workplace / "vetbenefits.yaml").write_text("office: 例县退役军人事务局\ncontact: 0000-1\n")
    notices("--format", "html")
    assert "`office:`" not in capfd.readouterr().err
    page = (workplace / "letters" / "notices.html").read_text("utf-8")
    assert "例县退役军人事务局" in page
    assert "联系方式：0000-1" in page


def test_language_is_chinese_unless_it_is_said(workplace: Path) -> None:
    notices("--format", "html")
    assert "待遇变动告知书" in (workplace / "letters" / "notices.html").read_text("utf-8")
    notices("--format", "html", "--lang", "en")
    assert "Legal basis" in (workplace / "letters" / "notices.html").read_text("utf-8")


def test_folder_of_another_command_is_kept(
    workplace: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", "roster.csv", "--out", "report", "--quiet"]) == 0
    before = {path.name: path.read_bytes() for path in (workplace / "report").iterdir()}
    notices(out="report", code=1)
    assert "VB710: this folder holds the files of another command" in capfd.readouterr().err
    assert before == {path.name: path.read_bytes() for path in (workplace / "report").iterdir()}
    notices(out="letters")
    assert run(["check", "roster.csv", "--out", "letters", "--quiet"]) == 1
    assert (workplace / "letters" / "notices.docx").is_file()


def test_damaged_ledger_writes_nothing(workplace: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (workplace / LEDGER).write_bytes(b"not a ledger" * 100)
    notices(code=1)
    said = capfd.readouterr().err
    assert f"{LEDGER}: error VB751: " in said
    assert "Traceback" not in said
    assert not (workplace / "letters").exists()
    for words in (["list"], ["mark-sent", "--all"]):
        assert run(["notices", *words]) == 1


def test_newer_ledger_writes_nothing(workplace: Path, capfd: pytest.CaptureFixture[str]) -> None:
    notices()
    with sqlite3.connect(workplace / LEDGER) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    notices(out="second", code=1)
    assert "VB752: the ledger of notices is of version 99" in capfd.readouterr().err
    assert not (workplace / "second").exists()


def test_ledger_that_cannot_be_written_stops_before_the_letters(workplace: Path) -> None:
    notices("--ledger", "no/such/folder/ledger.sqlite3", code=1)
    assert not (workplace / "letters").exists()


def test_folder_that_cannot_be_written_leaves_nothing_prepared(
    workplace: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (workplace / "letters").write_text("a file")
    notices(code=1)
    assert listed(capfd) == []


@pytest.mark.parametrize("words", [[], ["--all", "--person", "P003"]])
def test_whose_notices_were_sent_must_be_said(words: list[str]) -> None:
    assert run(["notices", "mark-sent", *words]) == 2


def test_stranger_is_not_marked(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["notices", "mark-sent", "--person", "P003"]) == 1
    notices()
    assert run(["notices", "mark-sent", "--person", "P003", "--person", "P03"]) == 1
    assert "error VB757: no notice was prepared for `P03`" in capfd.readouterr().err
    assert len(listed(capfd, "--unsent")) == 3


def test_nothing_to_mark_is_said(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["notices", "mark-sent", "--all"]) == 0
    assert "There is no ledger here" in capfd.readouterr().out
    assert not Path(LEDGER).exists()


def test_write_may_be_left_out(workplace: Path) -> None:
    assert run(["notices", "roster.csv", "--changes", "changes.csv", "--out", "one"]) == 0
    assert run(["notices", "write", "roster.csv", "--changes", "changes.csv", "--out", "two"]) == 0
    assert (workplace / "one/notices.docx").read_bytes() == (
        workplace / "two/notices.docx"
    ).read_bytes()


def test_benefit_chooses_among_the_changes(workplace: Path) -> None:
    notices("--benefit", "conscript_family_allowance", "--format", "sms")
    assert {row["person_id"] for row in rows(workplace / "letters" / "sms.csv")} == {"P038"}


def start(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "vetbenefits", "notices", *words],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.parametrize("wait", [0.3, 0.5, 0.7, 0.9])
def test_killed_run_leaves_all_letters_or_none(
    workplace: Path, capfd: pytest.CaptureFixture[str], wait: float
) -> None:
    words = ("--changes", "changes.csv", "--out", "letters", "--format", "all", "--each")
    with start(*words) as process:
        try:
            process.wait(wait)
        except subprocess.TimeoutExpired:
            process.kill()
    letters = workplace / "letters"
    written = {path.name for path in letters.iterdir()} if letters.exists() else set()
    assert len(written) in (0, 9)
    assert len(listed(capfd)) in (0, 3)
    notices("--format", "all", "--each")
    assert len({path.name for path in letters.iterdir()}) == 9
    assert len(listed(capfd)) == 3
    assert list(workplace.glob(".letters*")) == []


def test_two_runs_at_once_share_a_ledger(capfd: pytest.CaptureFixture[str]) -> None:
    runs = [start("--changes", "changes.csv", "--out", name) for name in ("one", "two")]
    for process in runs:
        with process:
            told, _ = process.communicate()
            assert process.returncode == 0, told
    assert len(listed(capfd)) == 3
    marking = [start("mark-sent", "--all", "--on", "2026-11-23", "--lang", "en") for _ in range(2)]
    counts = []
    for process in marking:
        with process:
            counts.append(process.communicate()[0])
    assert sorted(counts) == [f"Marked as sent on 2026-11-23: {count}.\n" for count in (0, 3)]


def test_nobody_to_post_writes_nothing(workplace: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (workplace / "changes.csv").write_text(HEAD + "\n")
    assert run(["notices", "posting", "--changes", "changes.csv", "--out", "post"]) == 0
    assert "没有需要公示的人员。" in capfd.readouterr().out
    assert not (workplace / "post").exists()


def test_cell_that_a_spreadsheet_would_run_is_made_harmless(workplace: Path) -> None:
    changes = (workplace / "changes.csv").read_text("utf-8-sig")
    (workplace / "changes.csv").write_text(changes.replace("例华山", "=HYPERLINK(1)"))
    notices("--format", "all")
    names = {row["name"] for row in rows(workplace / "letters" / "mail-merge.csv")}
    assert "'=HYPERLINK(1)" in names
    page = (workplace / "letters" / "notices.html").read_text("utf-8")
    assert "=HYPERLINK(1) 同志" in page


def test_notices_look_ahead_by_themselves(
    workplace: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    july = ["notices", "roster.csv", "--as-of", "2026-07-22", "--quiet", "--format", "csv"]
    assert run([*july, "--out", "ahead"]) == 0
    capfd.readouterr()
    assert run(["upcoming", "roster.csv", "--as-of", "2026-07-22", "--format", "csv"]) == 0
    (workplace / "july.csv").write_text(capfd.readouterr().out, encoding="utf-8")
    (workplace / "vetbenefits-notices.sqlite3").unlink()
    assert run([*july, "--changes", "july.csv", "--out", "listed"]) == 0
    ahead = (workplace / "ahead" / "mail-merge.csv").read_bytes()
    assert ahead == (workplace / "listed" / "mail-merge.csv").read_bytes()
    written = [one["person_id"] for one in rows(workplace / "ahead" / "mail-merge.csv")]
    assert len(written) == 5
    assert "P008" not in written  # who will have died by then


def test_a_letter_never_goes_to_another_person(
    workplace: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    roster = workplace / "roster.csv"
    lines = roster.read_text("utf-8-sig").splitlines()
    headers = lines[0].partition(",")[2]
    bare = [headers, *(line.partition(",")[2] for line in lines[1:])]
    roster.write_text("\n".join(bare) + "\n", encoding="utf-8")
    capfd.readouterr()
    assert run(["upcoming", "roster.csv", "--as-of", "2026-07-22", "--format", "csv"]) == 0
    (workplace / "july.csv").write_text(capfd.readouterr().out, encoding="utf-8")
    # Somebody sorts the roster, so every row number means another person.
    roster.write_text("\n".join([headers, *reversed(bare[1:])]) + "\n", encoding="utf-8")
    words = ["notices", "roster.csv", "--changes", "july.csv", "--out", "wrong"]
    assert run(words) == 1
    assert "VB759" in capfd.readouterr().err
    assert not (workplace / "wrong").exists()


def test_manifest_of_a_look_ahead_names_its_days(workplace: Path) -> None:
    words = ["notices", "roster.csv", "--as-of", "2026-07-22", "--quiet", "--format", "csv"]
    assert run([*words, "--out", "ahead"]) == 0
    manifest = json.loads((workplace / "ahead" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["changes"]["up_to"] == "2026-10-22"


def test_what_the_rules_change_for_everybody_is_not_written_to_each(workplace: Path) -> None:
    words = ["notices", "roster.csv", "--as-of", "2024-07-22", "--months", "1", "--format", "csv"]
    assert run([*words, "--out", "august", "--quiet"]) == 0
    assert not (workplace / "august").exists()


def test_a_list_has_its_own_time(workplace: Path) -> None:
    words = ["notices", "roster.csv", "--changes", "changes.csv", "--out", "letters"]
    assert run([*words, "--months", "3"]) == 2
    assert run([*words, "--month", "2026-10"]) == 2
    assert not (workplace / "letters").exists()


def test_a_month_forgets_nothing_of_the_others(
    workplace: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    july = ["notices", "roster.csv", "--as-of", "2026-07-22", "--quiet"]
    assert run([*july, "--out", "letters"]) == 0
    before = listed(capfd)
    assert run([*july, "--month", "2026-10", "--out", "october", "--again"]) == 0
    assert (workplace / "october" / "notices.docx").exists()
    assert listed(capfd) == before
    assert {one["prepared_on"] for one in before} == {"2026-07-22"}
