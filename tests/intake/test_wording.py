from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetbenefits.intake.wording import as_header, as_word, half_width, plain


@pytest.mark.parametrize(
    "text",
    [
        " 农村 ",
        "\u00a0农村\u3000",
        "农村\t",
        "\ufeff农村",
        "农\u200b村",
        "'农村",
        "‘农村’",
        '="农村"',
        "'农村'",
    ],
)
def test_marks_around_a_value_are_taken_off(text: str) -> None:
    assert plain(text) == "农村"


def test_marks_inside_a_value_stay() -> None:
    assert plain("王 国庆") == "王 国庆"
    assert plain("阿布都·热西提") == "阿布都·热西提"
    assert plain("O'Neill") == "O'Neill"


def test_full_width_and_dashes_become_half_width() -> None:
    assert half_width("１２Ｘ－３—４−５") == "12X-3-4-5"
    assert as_word(" Ｙ Ｅ\u3000Ｓ ") == "yes"


@pytest.mark.parametrize(
    "header",
    [
        "姓名",
        "姓名*",
        "＊姓名",
        " 姓 名 ",
        "姓\n名",
        "\ufeff姓名",
        "姓名：",
        "姓名（必填）",
        "*姓名(必填项)",
        '"姓名"',
        "★姓名",
    ],
)
def test_headers_are_compared_without_their_marks(header: str) -> None:
    assert as_header(header) == "姓名"


def test_units_in_headers_do_not_count_but_other_remarks_do() -> None:
    assert as_header("医疗费总额（元）") == as_header("医疗费总额 (单位：元)") == "医疗费总额"
    assert as_header("医疗费总额(万元)") == "医疗费总额(万元)"
    assert as_header("入伍（参加工作时间）*") == "入伍(参加工作时间)"


@given(st.text())
def test_cleaning_twice_changes_nothing_more_than_once(text: str) -> None:
    word = as_word(text)
    assert as_word(word) == as_word(as_word(word))
    assert as_header(as_header(text)) is not None
