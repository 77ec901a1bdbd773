from __future__ import annotations

import pytest

from tests.rulelang.building import SCOPE
from vetbenefits.rulelang.lexer import LONGEST_TEXT, Lexicon, Misread, tokens_of

LEXICON = Lexicon(SCOPE.words())


def texts(text: str, lexicon: Lexicon = LEXICON) -> list[str]:
    *found, end = tokens_of(text, lexicon)
    assert end.kind == "end"
    return [token.text for token in found]


def refused(text: str) -> Misread:
    with pytest.raises(Misread) as caught:
        tokens_of(text, LEXICON)
    return caught.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("age>=60", ["age", ">=", "60"]),
        ("a_1 != 0.50", ["a_1", "!=", "0.50"]),
        ("[1954-11-01..2011-10-31)", ["[", "1954-11-01", "..", "2011-10-31", ")"]),
        ("[1..5]", ["[", "1", "..", "5", "]"]),
        ("[1.5..2]", ["[", "1.5", "..", "2", "]"]),
        ("rate.x[a,b]", ["rate", ".", "x", "[", "a", ",", "b", "]"]),
        ("50%", ["50", "%"]),
        ("12024-01-01", ["12024", "-", "01", "-", "01"]),
        ("a <> b && c || d == e", ["a", "<>", "b", "&&", "c", "||", "d", "==", "e"]),
        ("", []),
        (" \t\n\r\u3000\u00a0\u2003 ", []),
        ("a\u200bb\ufeff", ["a", "b"]),
    ],
)
def test_text_is_cut_into_words_numbers_days_and_signs(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ａｇｅ＞＝６０", "age>=60"),
        ("（ａ，ｂ；ｃ、ｄ）", "(a,b,c,d)"),
        ("｛ａ｝【ｂ】〔ｃ〕［ｄ］", "{a}[b][c][d]"),
        ("ｘ≥１", "x>=1"),
        ("ｘ≤１", "x<=1"),
        ("ｘ≠１", "x!=1"),
        ("ｘ≧１ ｘ≦１ ！＝", "x>=1 x<=1 !="),
        ("《〈 》〉", "<< >>"),
        ("３×４÷２−１－１–１—１", "3*4/2-1-1-1-1"),
        ("１９５４－１１－０１．．２０１１－１０－３１", "1954-11-01..2011-10-31"),
        ("１。。５", "1..5"),
        ("1…5", "1..5"),
        ("1……5", "1..5"),
        ("５０％", "50%"),
        ("1954年11月1日", "1954-11-01"),
        ("２０１１年１０月３１日", "2011-10-31"),
    ],
)
def test_what_an_input_method_types_is_read_as_meant(typed: str, meant: str) -> None:
    assert texts(typed) == texts(meant)


def test_places_are_those_in_the_text_as_typed() -> None:
    text = "（年龄≥６０　且 已去世"
    found = [
        (text[one.offset : one.offset + one.length], one.text) for one in tokens_of(text, LEXICON)
    ]
    assert found == [
        ("（", "("),
        ("年龄", "年龄"),
        ("≥", ">="),
        ("６０", "60"),
        ("且", "且"),
        ("已去世", "已去世"),
        ("世", ""),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("年龄大于等于60且人员状态等于退役", ["年龄", ">=", "60", "且", "人员状态", "=", "退役"]),
        ("年龄大于60", ["年龄", ">", "60"]),
        ("年龄不小于60岁", ["年龄", ">=", "60", "岁"]),
        ("人员状态不等于退役", ["人员状态", "!=", "退役"]),
        ("人员状态不属于{退役}", ["人员状态", "不", "属于", "{", "退役", "}"]),
        ("退役时间于死亡日期", ["退役时间", "于", "死亡日期"]),
        ("如果已去世则1否则2", ["如果", "已去世", "则", "1", "否则", "2"]),
        ("满年数(出生日期,截至日)", ["满年数", "(", "出生日期", ",", "截至日", ")"]),
        ("出生日期+24个月", ["出生日期", "+", "24", "个月"]),
        ("在领待遇含任一{参战、三红}", ["在领待遇", "含任一", "{", "参战", ",", "三红", "}"]),
        ("非已去世", ["非", "已去世"]),
        ("不是已去世或者已去世", ["不是", "已去世", "或者", "已去世"]),
    ],
)
def test_run_of_chinese_characters_is_cut_into_known_words(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A code may hold digits: `农村籍60岁`; `60岁` by itself stays a number with its unit.
        ("{农村籍60岁}", ["{", "农村籍60岁", "}"]),
        ("{参战,农村籍60岁}", ["{", "参战", ",", "农村籍60岁", "}"]),
        ("且农村籍60岁", ["且", "农村籍60岁"]),
        ("年龄=60岁", ["年龄", "=", "60", "岁"]),
    ],
)
def test_word_of_characters_and_digits_is_one_word(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


def test_word_of_digits_and_characters_can_begin_with_a_digit() -> None:
    lexicon = Lexicon(["60周岁农村籍退役士兵", "B类", "60岁", "甲（乙）"])
    assert texts("{60周岁农村籍退役士兵、B类}", lexicon) == [
        "{",
        "60周岁农村籍退役士兵",
        ",",
        "B类",
        "}",
    ]
    assert texts("60岁", lexicon) == ["60", "岁"]
    assert texts("甲（乙）", lexicon) == ["甲", "(", "乙", ")"]


def test_word_that_ends_in_a_digit_is_not_cut_out_of_a_longer_one() -> None:
    lexicon = Lexicon(["类1"])
    assert texts("类1", lexicon) == ["类1"]
    assert texts("类12", lexicon) == ["类", "12"]


def test_longest_words_win_unless_the_rest_then_means_nothing() -> None:
    lexicon = Lexicon(["甲乙", "甲", "乙丙丁", "丁"])
    assert texts("甲乙", lexicon) == ["甲乙"]
    assert texts("甲乙丁", lexicon) == ["甲乙", "丁"]
    assert texts("甲乙丙丁", lexicon) == ["甲", "乙丙丁"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "年龄>=60且退役时户籍类型=农村",
            ["年龄", ">=", "60", "且", "退役时户籍类型", "=", "农村"],
        ),
        (
            "年龄>=60岁且退役时户籍类型=农村",
            ["年龄", ">=", "60", "岁", "且", "退役时户籍类型", "=", "农村"],
        ),
        ("年岭大于等于60", ["年岭", ">=", "60"]),
        ("则年岭否则", ["则", "年岭", "否则"]),
        ("且年龄", ["且", "年龄"]),
        ("非农业", ["非农业"]),
        ("且", ["且"]),
    ],
)
def test_unknown_word_stays_whole_between_the_words_that_join(
    text: str, expected: list[str]
) -> None:
    assert texts(text) == expected


def test_keywords_are_known_in_both_languages() -> None:
    twins = [
        one.keyword
        for one in tokens_of("and 且 or 或者 not 非 in 属于 none 无 as_of 截至日", LEXICON)
    ]
    assert twins == [
        *("and", "and", "or", "or", "not", "not", "in", "in", "none", "none", "", "as_of"),
        "",
    ]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("a $ b", "`$` is no part of an expression", "use names, numbers and + - * / = < > ( )"),
        ("a = 'b'", "`'` is no part of an expression", "a code stands without quotes"),
        ("a = “b”", '`"` is no part of an expression', "a code stands without quotes"),
        ("[1～5]", "`~` is no part of an expression", "write `..` between the ends of a range"),
        (
            "a\x00",
            "the character U+0000 is no part of an expression",
            "use names, numbers and + - * / = < > ( )",
        ),
        ("a ! b", "`!` is no part of an expression", "use names, numbers and + - * / = < > ( )"),
        ("é", "`é` is no part of an expression", "use names, numbers and + - * / = < > ( )"),
        ("٣", "`٣` is no part of an expression", "use names, numbers and + - * / = < > ( )"),
    ],
)
def test_other_characters_are_refused_where_they_stand(text: str, message: str, hint: str) -> None:
    found = refused(text)
    assert (found.code, str(found), found.hint) == ("VB301", message, hint)
    assert found.token.length == 1
    odd = next(index for index, char in enumerate(text) if char in "$'“～\x00!é٣")
    assert found.token.offset == odd


def test_text_of_the_greatest_length_is_read_and_a_longer_one_refused() -> None:
    assert texts("1" * LONGEST_TEXT) == ["1" * LONGEST_TEXT]
    found = refused("1" * (LONGEST_TEXT + 1))
    assert found.code == "VB314"
    assert str(found) == "the expression has 4001 characters, more than 4000"


@pytest.mark.parametrize(
    "run", ["且" * LONGEST_TEXT, "且" * (LONGEST_TEXT - 1) + "龘", "龘" * LONGEST_TEXT]
)
def test_longest_runs_are_cut_at_once(run: str) -> None:
    assert "".join(texts(run)) == run
