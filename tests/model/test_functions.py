from __future__ import annotations

from collections import Counter

from vetbenefits.dates import MonthEnd, PartYear
from vetbenefits.model.functions import FUNCTIONS, KEYWORDS, NOT_YET, OPTION_WORDS, UNITS


def test_no_word_of_the_language_means_two_things() -> None:
    words = [word for twins in (*KEYWORDS.values(), *UNITS.values()) for word in twins]
    words += [word for twins in OPTION_WORDS.values() for word in twins]
    words += [word for one in FUNCTIONS.values() for word in one.chinese]
    assert [word for word, count in Counter(words).items() if count > 1] == []


def test_everything_that_can_be_written_has_a_chinese_twin() -> None:
    assert all(KEYWORDS.values())
    assert all(one.chinese for one in FUNCTIONS.values())
    assert all(any(not word.isascii() for word in words) for words in UNITS.values())
    options = {option for one in FUNCTIONS.values() for option in one.options}
    assert {*options, *MonthEnd, *PartYear} == set(OPTION_WORDS)


def test_functions_are_found_by_name_and_none_is_promised_twice() -> None:
    assert all(one.name == name for name, one in FUNCTIONS.items())
    assert not set(NOT_YET) & set(FUNCTIONS)
