"""Errors become exit codes in one place, and nobody's number is in a bug report."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from vetbenefits.commands import app as program
from vetbenefits.commands.app import run
from vetbenefits.problems import InvalidInput, Problem, Span

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = [
    ["check"],
    ["explain"],
    ["rules"],
    ["rules", "check"],
    ["rules", "list"],
    ["rules", "show"],
    ["rules", "test"],
    ["roster"],
    ["roster", "check"],
    ["roster", "template"],
    ["init"],
]


@pytest.fixture(autouse=True)
def at_the_top(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("command", [[], *COMMANDS], ids=" ".join)
def test_each_help_gives_an_example(command: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert run([*command, "--help"]) == 0
    assert "Example: vetbenefits " in capfd.readouterr().out


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_usage_names_arguments_without_braces(
    command: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    run([*command, "--help"])
    assert "{" not in capfd.readouterr().out


@pytest.mark.parametrize(
    ("language", "start"),
    [
        ("zh", "examples/roster.csv: 错误 VB740: 名册中没有号码为 `P999` 的人"),
        ("en", "examples/roster.csv: error VB740: nobody in the roster has the number `P999`"),
    ],
)
def test_what_ends_a_run_is_told_in_one_language(
    language: str, start: str, capfd: pytest.CaptureFixture[str]
) -> None:
    words = ["explain", "examples/roster.csv", "--person", "P999", "--lang", language]
    assert run(words) == 1
    assert capfd.readouterr().err.startswith(start)


def test_template_is_chinese_unless_asked_for(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["roster", "template", "--benefit", "rural_veteran_subsidy"]
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    run(words)
    assert capfd.readouterr().out.startswith("人员编号,")
    monkeypatch.setenv("VETBENEFITS_LANG", "en")
    run(words)
    assert capfd.readouterr().out.startswith("person id,")
    run([*words, "--lang", "zh"])
    assert capfd.readouterr().out.startswith("人员编号,")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], {"out": "No problem was found in the rules.\n", "err": ""}),
        (["--quiet"], {"out": "", "err": ""}),
        (["--quiet", "--format", "json"], {"out": "[]\n", "err": ""}),
    ],
    ids=" ".join,
)
def test_quiet_check_of_sound_rules_says_nothing(
    words: list[str],
    says: dict[str, str],
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VETBENEFITS_LANG", "en")
    assert run(["rules", "check", "rules", *words]) == 0
    assert capfd.readouterr()._asdict() == says


@pytest.mark.parametrize("form", [[], ["--format", "csv"], ["--format", "markdown"]], ids=" ".join)
def test_quiet_run_into_a_folder_says_nothing(
    form: list[str], capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = ["check", "examples/roster.csv", "--as-of", "2026-11-22", *form]
    assert run([*words, "--out", str(tmp_path / "loud")]) == 0
    loud = capfd.readouterr()
    assert loud.out
    assert loud.err
    assert run([*words, "--out", str(tmp_path / "quiet"), "--quiet"]) == 0
    assert capfd.readouterr() == ("", "")
    assert (tmp_path / "quiet" / "due.csv").read_bytes() == (
        tmp_path / "loud" / "due.csv"
    ).read_bytes()
    assert run([*words, "--quiet"]) == 0
    asked_for = capfd.readouterr()
    assert asked_for.out
    assert asked_for.err == ""


@pytest.mark.parametrize("command", [one for one in COMMANDS if one != ["init"]], ids=" ".join)
def test_example_of_each_help_works(
    command: list[str],
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    run([*command, "--help"])
    (example,) = [line for line in capfd.readouterr().out.splitlines() if "Example:" in line]
    words = example.partition("vetbenefits ")[2].split()
    monkeypatch.chdir(tmp_path)
    for name in ("examples", "rules"):
        (tmp_path / name).symlink_to(ROOT / name)
    assert run(words) == 0, capfd.readouterr().err


@pytest.mark.parametrize(
    "words",
    [["chek"], ["check", "--lnag", "zh"], ["check", "--as-of", "1.2.2026", "x"], ["rules", "show"]],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2_and_says_nothing_on_stdout(
    words: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err.startswith("Usage: ")


def raising(error: BaseException) -> object:
    def command(*_arguments: object, **_options: object) -> None:
        raise error

    return command


def test_unusable_input_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    problem = Problem("VB999", "nothing fits", Span("a.csv", 3), hint="mend it")
    monkeypatch.setattr(program, "app", raising(InvalidInput([problem])))
    assert run([]) == 1
    assert "a.csv:3: error VB999: nothing fits" in capfd.readouterr().err


def test_our_own_bug_ends_with_3_and_names_nobody(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(program, "app", raising(KeyError("99010119630115001X")))
    assert run(["explain", "--person", "99010119630115001X"]) == 3
    said = capfd.readouterr().err
    assert "VB901" in said
    assert "test_app.py" in said
    assert "Traceback" not in said
    assert "99010119630115001X" not in said


def test_debug_shows_the_traceback(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(program, "app", raising(ZeroDivisionError()))
    assert run(["check", "--debug"]) == 3
    assert "Traceback" in capfd.readouterr().err


def test_interruption_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "app", raising(KeyboardInterrupt()))
    assert run([]) == 130


def test_reader_that_goes_away_is_no_error() -> None:
    command = (
        f"{sys.executable} -m vetbenefits check examples/roster.csv --format csv --all --quiet"
    )
    done = subprocess.run(
        ["/bin/sh", "-c", f"{command} | head -1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("person_id,")
    assert done.stderr == ""


def test_program_is_started_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "vetbenefits", "--version"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("vetbenefits ")


def test_template_of_a_rule_that_begins_later_has_its_columns(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(ROOT / "rules", rules)
    rule = rules / "rural_veteran_subsidy" / "rule.yaml"
    text = rule.read_text(encoding="utf-8")
    rule.write_text(text.replace("{from: 2011-08-01}", "{from: 2099-01-01}", 1), encoding="utf-8")
    words = ["--rules", str(rules), "--benefit", "rural_veteran_subsidy", "--lang", "zh"]
    assert run(["roster", "template", *words]) == 0
    headers = capfdbinary.readouterr().out.decode().strip().split(",")
    assert {"出生日期", "人员状态", "死亡日期"} <= set(headers)


def test_table_of_all_names_those_who_are_not_due(capfd: pytest.CaptureFixture[str]) -> None:
    words = [str(ROOT / "examples" / "roster.csv"), "--as-of", "2026-11-22", "--lang", "en"]
    words += ["--benefit", "rural_veteran_subsidy", "--quiet"]
    heading = "Not due, and not drawn now: "
    assert run(["check", *words]) == 0
    assert heading not in capfd.readouterr().out
    assert run(["check", *words, "--all"]) == 0
    section = capfd.readouterr().out.partition(heading)[2].partition("\n\n")[0]
    assert "P004" in section
    assert "has turned 60" in section


def test_program_starts_where_there_are_no_marks_on_folders(tmp_path: Path) -> None:
    words = ["check", "examples/roster.csv", "--as-of", "2026-11-22", "--quiet"]
    words += ["--out", str(tmp_path / "out")]
    code = (
        "import sys; sys.modules['fcntl'] = None; "
        f"from vetbenefits.commands.app import run; sys.exit(run({words!r}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "due.csv").is_file()
