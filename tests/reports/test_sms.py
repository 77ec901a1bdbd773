from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetbenefits.reports.sms import MOST_CHARACTERS, message_parts

KEPT = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d{2}-\d{2}|\d+\.\d{2} ?(?:元|yuan)|138\d{8}")


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def joined(parts: tuple[str, ...]) -> str:
    return "".join(re.sub(r"^\(\d+/\d+\)", "", part) for part in parts)


def test_seventy_characters_are_one_message() -> None:
    text = "待" * 70
    assert message_parts(text) == (text,)


def test_seventy_one_characters_are_two_numbered_messages() -> None:
    parts = message_parts("待" * 71)
    assert [part[:5] for part in parts] == ["(1/2)", "(2/2)"]
    assert [len(part) for part in parts] == [70, 11]
    assert joined(parts) == "待" * 71


def test_rare_character_counts_twice() -> None:
    assert message_parts("𠮷" * 35) == ("𠮷" * 35,)
    parts = message_parts("𠮷" * 36)
    assert len(parts) == 2
    assert max(units(part) for part in parts) <= MOST_CHARACTERS


@pytest.mark.parametrize("before", range(50, 72))
@pytest.mark.parametrize(
    "kept", ["2027年2月8日", "2027-02-08", "1234567.89 元", "172.00 yuan", "13800001234"]
)
def test_amount_and_date_stay_in_one_piece(before: int, kept: str) -> None:
    parts = message_parts("待" * before + kept + "起发放" * 5)
    assert any(kept in part for part in parts)
    assert max(units(part) for part in parts) <= MOST_CHARACTERS


@pytest.mark.parametrize("before", range(50, 72))
def test_name_and_word_stay_in_one_piece(before: int) -> None:
    name = "例不都热依木·例买提"
    parts = message_parts("待" * before + name + "：subsidy 发放", keep=[name])
    assert any(name + "：" in part for part in parts)
    assert any("subsidy" in part for part in parts)


def test_no_part_begins_with_a_comma() -> None:
    for before in range(50, 75):
        for part in message_parts("待" * before + "，" + "遇" * 30)[1:]:
            assert not part.partition(")")[2].startswith("，")


def test_what_no_message_can_hold_is_cut() -> None:
    parts = message_parts("1" * 200)
    assert joined(parts) == "1" * 200
    assert max(len(part) for part in parts) <= MOST_CHARACTERS


def test_ten_parts_and_more_are_numbered_with_two_digits() -> None:
    parts = message_parts("待" * 700)
    assert parts[0].startswith("(1/12)")
    assert parts[-1].startswith("(12/12)")
    assert max(len(part) for part in parts) <= MOST_CHARACTERS


def test_line_breaks_become_blanks() -> None:
    assert message_parts("一\n二\t三") == ("一 二 三",)


@given(
    st.lists(
        st.sampled_from(
            [
                "2027年2月8日",
                "240.00 元",
                "农村籍老年生活补助",
                "，",
                "。",
                " ",
                "old-age subsidy",
                "（社区）",
                "𠮷",
            ]
        )
        | st.text(st.characters(exclude_categories=("N", "Cs")), max_size=8),
        max_size=40,
    )
)
def test_nothing_is_lost_and_no_part_is_too_long(pieces: list[str]) -> None:
    text = "".join(pieces).encode("utf-8", "ignore").decode()
    parts = message_parts(text)
    assert all(units(part) <= MOST_CHARACTERS for part in parts)
    if len(parts) == 1:
        assert parts[0] == " ".join(text.split())
        return
    # Blanks may go where a part ends.
    assert "".join(joined(parts).split()) == "".join(text.split())
    said = [found[0] for found in KEPT.finditer(" ".join(text.split()))]
    assert sum(len(KEPT.findall(part)) for part in parts) >= len(said)
