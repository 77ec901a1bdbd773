from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from vetbenefits.commands.options import Format, Language
from vetbenefits.commands.settings import WORKSPACE, read_workspace, settle, system_language
from vetbenefits.problems import InvalidInput

LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in LOCALES:
        monkeypatch.delenv(name, raising=False)


def write(text: str) -> None:
    Path(WORKSPACE).write_text(text, encoding="utf-8")


def test_without_anything_the_shipped_rules_are_used_and_no_roster_is_known() -> None:
    settings = settle()
    assert settings.roster is None
    assert settings.rules.name == "rules"
    assert settings.rules_name == "shipped rules"
    assert (settings.form, settings.language) == (Format.TABLE, Language.EN)


def test_workspace_file_fills_what_no_option_says() -> None:
    write("roster: my.csv\nregion: '0371'\nlang: zh\nformat: json\nbenefit: [a, b]\nrules: own\n")
    settings = settle()
    assert settings.roster == Path("my.csv")
    assert settings.region == "0371"
    assert settings.language is Language.ZH
    assert settings.form is Format.JSON
    assert settings.benefits == ("a", "b")
    assert (settings.rules, settings.rules_name) == (Path("own"), "own")


def test_options_beat_the_workspace_file() -> None:
    write("roster: my.csv\nregion: '990101'\nlang: zh\nbenefit: a\n")
    settings = settle(
        roster=Path("other.csv"), region="990102", language=Language.EN, benefits=["b"]
    )
    assert settings.roster == Path("other.csv")
    assert settings.region == "990102"
    assert settings.language is Language.EN
    assert settings.benefits == ("b",)


def test_single_benefit_may_stand_without_brackets() -> None:
    write("benefit: a\n")
    assert settle().benefits == ("a",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("roaster: a.csv\n", "unknown key `roaster`"),
        ("roster: [a.csv]\n", "takes a single value"),
        ("- roster\n", "key: value"),
        ("roster: a\nroster: b\n", "stands twice"),
        ("format: xlsx\n", "is one of table, csv"),
    ],
)
def test_mistake_in_the_workspace_file_is_told(text: str, message: str) -> None:
    write(text)
    with pytest.raises(InvalidInput, match=message):
        settle()


def test_blank_line_of_the_workspace_file_says_nothing() -> None:
    write("roster:\nlang: en\n")
    assert read_workspace().values == {"lang": "en"}


@pytest.mark.parametrize(
    ("name", "locale", "language"),
    [
        ("LANG", "zh_CN.UTF-8", Language.ZH),
        ("LC_ALL", "zh", Language.ZH),
        ("LANG", "en_GB.UTF-8", Language.EN),
        ("LANG", "C", Language.EN),
    ],
)
def test_language_is_that_of_the_locale(
    monkeypatch: pytest.MonkeyPatch, name: str, locale: str, language: Language
) -> None:
    monkeypatch.setenv(name, locale)
    assert system_language() is language


def test_lc_all_beats_lang(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert system_language() is Language.EN


def test_given_day_is_kept() -> None:
    assert settle(as_of=date(2024, 2, 29)).as_of == date(2024, 2, 29)
