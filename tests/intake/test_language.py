"""Whatever is told of a roster or of bills is told in Chinese as well."""

from __future__ import annotations

import importlib
import pkgutil
import re
from typing import TYPE_CHECKING

import pytest

from tests.intake.building import DAMAGED, MAN, OLD_FORM, OTHER_MAN, VOCABULARY
from vetbenefits import intake
from vetbenefits.intake.bills import open_bills
from vetbenefits.intake.roster import open_roster
from vetbenefits.intake.status import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vetbenefits.problems import Problem

NEEDED = frozenset(VOCABULARY.facts) - {"phone"}
ENGLISH = re.compile(r"[a-z]{3,}")
HAN = re.compile("[\u4e00-\u9fff]")


def reasons() -> Iterator[Reason]:
    """Yield every reason that a module of the room holds, in tables too."""
    for module in pkgutil.iter_modules(intake.__path__, "vetbenefits.intake."):
        for value in vars(importlib.import_module(module.name)).values():
            inner = value.values() if isinstance(value, dict) else (value,)
            yield from (one for one in inner if isinstance(one, Reason))


def plain(text: str) -> str:
    """Return a text without what it quotes."""
    return re.sub(r"`[^`]*`", "", text)


def test_every_reason_has_its_chinese() -> None:
    found = {one.text: one for one in reasons()}.values()
    assert len(found) >= 30
    for one in found:
        assert HAN.search(one.zh), one
        assert bool(one.zh_hint) is bool(one.hint), one
        assert (one.told("zh"), one.told("en")) == (one.zh, one.text)
        assert (one.way_out("zh"), one.way_out("en")) == (one.zh_hint, one.hint)


HEADER = "人员编号,姓名,公民身份号码,性别,出生日期,人员状态,残疾等级,家庭住址,退役时间,退役日子\n"
ROWS = (
    f"P1,甲,{MAN},女,1963-02-15,退役,11,x,1990-01-01,\n"
    f"P2,乙,{DAMAGED},男,1963.1,退休,x,x,1990-02,\n"
    f"P3,丙,{OLD_FORM},男,1963,退役,1.5,x,1990-02-30,\n"
    f"P4,丁,{OTHER_MAN},男,,退役,1\n"
    "P5,戊,13800138000,男,,,,,,\n"
    "P5,戊,1234,男,,,,,,\n"
    ",己,,男,,,,,,\n"
)


def told(problems: tuple[Problem, ...]) -> list[str]:
    return [plain(text) for one in problems for text in (one.message, one.hint, *one.examples)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_messages_of_a_roster_are_in_one_language(tmp_path: Path, language: str) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(HEADER + ROWS, encoding="utf-8")
    reader, problems = open_roster(path, VOCABULARY, NEEDED, language=language)
    assert reader is not None
    batches = list(reader.batches())
    texts = [one for one in told((*problems, *reader.problems)) if one]
    texts += [text for batch in batches for text in batch.set_aside["reason"]]
    assert len({one.code for one in (*problems, *reader.problems)}) >= 12
    wrong, right = (ENGLISH, HAN) if language == "zh" else (None, ENGLISH)
    for text in texts:
        assert right.search(text), text
        assert wrong is None or not wrong.search(text), text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("姓名,地址\n甲,乙\n", "VB430"),
        ("人员编号,公民身份号码,人员编号\nP1,,P1\n", "VB431"),
        ("人员编号,公民身份号码\n合计,\n", "VB403"),
    ],
)
def test_errors_of_a_table_are_chinese_too(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(text, encoding="utf-8")
    reader, problems = open_roster(path, VOCABULARY, NEEDED, language="zh")
    assert reader is None
    (error,) = (one for one in problems if one.is_error)
    assert error.code == code
    assert not ENGLISH.search(plain(error.message + error.hint))


def test_messages_of_bills_are_chinese_too(tmp_path: Path) -> None:
    path = tmp_path / "bills.csv"
    path.write_text(
        "账单编号,人员编号,结算日期,医疗费总额\nB1,P1,2024-03,1\nB2,P2,2024-03-01,x\nB2,P2,2024-03-01,1\n",
        encoding="utf-8",
    )
    needed = frozenset({"bill_id", "settled_on", "total_cost", "used_this_year"})
    table, problems = open_bills(path, VOCABULARY, needed, language="zh")
    assert table is not None
    assert {one.code for one in problems} == {"VB414", "VB427", "VB435", "VB450"}
    for text in (*told(problems), *table.set_aside["reason"]):
        assert not ENGLISH.search(text), text
