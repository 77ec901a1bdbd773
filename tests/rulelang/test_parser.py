from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.rulelang.building import HERE, SCOPE
from vetbenefits.money import format_exact
from vetbenefits.rulelang.lexer import Lexicon
from vetbenefits.rulelang.parser import parse
from vetbenefits.rulelang.syntax import (
    Binary,
    Braces,
    Call,
    Choice,
    Day,
    Interval,
    Joined,
    Membership,
    Name,
    NoneWord,
    Number,
    Rate,
    Truth,
    Unary,
)

if TYPE_CHECKING:
    from vetbenefits.problems import Problem
    from vetbenefits.rulelang.syntax import (
        Syntax,
    )

LEXICON = Lexicon(SCOPE.words())


def read(text: str) -> Syntax:
    syntax, problems = parse(text, HERE, LEXICON)
    assert syntax is not None, [one.first_line() for one in problems]
    assert problems == ()
    return syntax


def wrong(text: str) -> Problem:
    syntax, problems = parse(text, HERE, LEXICON)
    assert syntax is None, shown(syntax)
    (problem,) = problems
    return problem


def shown(syntax: Syntax | Braces | Interval) -> str:  # noqa: C901, PLR0911, PLR0912  one case a node
    """Return the syntax with every bracket that the grammar puts in."""
    match syntax:
        case Number():
            return f"{format_exact(syntax.value)}{'' if syntax.unit == '%' else syntax.unit}"
        case Day():
            return syntax.value.isoformat()
        case Name() | NoneWord():
            return syntax.word
        case Truth():
            return "yes" if syntax.value else "no"
        case Rate(keys=None):
            return f"rate.{syntax.name}"
        case Rate():
            return f"rate.{syntax.name}[{_listed(syntax.keys or ())}]"
        case Call():
            options = [f"{name}: {value.word}" for name, value in syntax.options]
            return f"{syntax.function}({', '.join([*map(shown, syntax.arguments), *options])})"
        case Binary():
            return f"({shown(syntax.left)} {syntax.op} {shown(syntax.right)})"
        case Joined():
            return "(" + f" {syntax.op} ".join(map(shown, syntax.parts)) + ")"
        case Unary():
            return f"({syntax.op} {shown(syntax.term)})"
        case Choice():
            parts = (syntax.condition, syntax.then, syntax.otherwise)
            return "(if {} then {} else {})".format(*map(shown, parts))
        case Braces():
            return f"{{{_listed(syntax.items)}}}"
        case Interval():
            opening, closing = "[" if syntax.low_closed else "(", "]" if syntax.high_closed else ")"
            return f"{opening}{shown(syntax.low)} .. {shown(syntax.high)}{closing}"
        case Membership():
            word = "any of" if syntax.any_of else "in"
            return f"({shown(syntax.term)} {word} {shown(syntax.among)})"


def _listed(parts: tuple[Syntax, ...]) -> str:
    return ", ".join(map(shown, parts))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # what binds tighter
        ("a or b and c", "(a or (b and c))"),
        ("a and b or c", "((a and b) or c)"),
        ("a and b and c", "(a and b and c)"),
        ("not a and b", "((not a) and b)"),
        ("not a = b", "(not (a = b))"),
        ("not not a", "(not (not a))"),
        ("a + b * c", "(a + (b * c))"),
        ("a - b - c", "((a - b) - c)"),
        ("a / b / c", "((a / b) / c)"),
        ("a * b / c", "((a * b) / c)"),
        ("(a + b) * c", "((a + b) * c)"),
        ("-a * b", "((- a) * b)"),
        ("a * -b", "(a * (- b))"),
        ("--a", "(- (- a))"),
        ("a - -1", "(a - (- 1))"),
        ("a + b >= c - d", "((a + b) >= (c - d))"),
        ("a on b + c", "((a on b) + c)"),
        ("a on (b + c)", "(a on (b + c))"),
        ("a on b on c", "((a on b) on c)"),
        ("-a on b", "(- (a on b))"),
        ("(a)", "a"),
        # values
        ("none", "none"),
        ("yes", "yes"),
        ("no", "no"),
        ("as_of", "as_of"),
        ("2024-02-29", "2024-02-29"),
        ("12.50", "12.5"),
        ("50%", "0.5"),
        ("12.5 %", "0.125"),
        ("5 yuan", "5yuan"),
        ("1 year", "1years"),
        ("24 months", "24months"),
        ("3 days", "3days"),
        # comparisons
        ("a = 1", "(a = 1)"),
        ("a != 1", "(a != 1)"),
        ("a < 1", "(a < 1)"),
        ("a <= 1", "(a <= 1)"),
        ("a > 1", "(a > 1)"),
        ("a >= 1", "(a >= 1)"),
        ("a = none or b", "((a = none) or b)"),
        # lists and ranges
        ("a in {b}", "(a in {b})"),
        ("a in {b, 1, -2, none}", "(a in {b, 1, (- 2), none})"),
        ("a not in {b}", "(not (a in {b}))"),
        ("a in b", "(a in b)"),
        ("a any of {b, c}", "(a any of {b, c})"),
        ("a any of b", "(a any of b)"),
        ("a in [1 .. 2]", "(a in [1 .. 2])"),
        ("a in (1 .. 2]", "(a in (1 .. 2])"),
        ("a in [1 .. 2)", "(a in [1 .. 2))"),
        ("a in (1 .. 2)", "(a in (1 .. 2))"),
        ("a in [b - 1 .. b + 1] and c", "((a in [(b - 1) .. (b + 1)]) and c)"),
        ("a + 1 in {2}", "((a + 1) in {2})"),
        # choices
        ("if a then b else c", "(if a then b else c)"),
        ("if a then 1 else if b then 2 else 3", "(if a then 1 else (if b then 2 else 3))"),
        ("if a then 1 else 2 + 3", "(if a then 1 else (2 + 3))"),
        ("(if a then 1 else 2) + 3", "((if a then 1 else 2) + 3)"),
        ("if a then b else c and d", "(if a then b else (c and d))"),
        # rates and calls
        ("rate.x", "rate.x"),
        ("rate . x [a]", "rate.x[a]"),
        ("rate.x[a, b + 1] * 2", "(rate.x[a, (b + 1)] * 2)"),
        ("rate.x on d", "(rate.x on d)"),
        ("rate", "rate"),
        ("floor(a / b)", "floor((a / b))"),
        ("min(a, b, 3)", "min(a, b, 3)"),
        (
            "years_between(a, b, part_year = half_steps)",
            "years_between(a, b, part_year: half_steps)",
        ),
        ("known(a = b)", "known((a = b))"),
        ("due(x)", "due(x)"),
        ("any(x) and sum()", "(any(x) and sum())"),
    ],
)
def test_text_has_this_structure(text: str, expected: str) -> None:
    assert shown(read(text)) == expected


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("年龄 >= 60 且 人员状态 = 退役", "年龄 >= 60 and 人员状态 = 退役"),
        ("年龄大于等于60并且人员状态等于退役", "年龄 >= 60 and 人员状态 = 退役"),
        ("已去世或在领养老金或者年龄小于60", "已去世 or 在领养老金 or 年龄 < 60"),
        ("非已去世", "not 已去世"),
        ("不是已去世", "not 已去世"),
        ("年龄高于60", "年龄 > 60"),
        ("年龄低于60", "年龄 < 60"),
        ("年龄不低于60", "年龄 >= 60"),
        ("年龄不高于60", "年龄 <= 60"),
        ("年龄不大于60", "年龄 <= 60"),
        ("年龄小于等于60", "年龄 <= 60"),
        ("人员状态不等于退役", "人员状态 != 退役"),
        ("人员状态属于｛退役、现役｝", "人员状态 in {退役, 现役}"),
        ("人员状态不属于｛退役｝", "人员状态 not in {退役}"),
        ("入伍时间属于［1954年11月1日．．2011－10－31］", "入伍时间 in [1954-11-01 .. 2011-10-31]"),
        ("在领待遇含任一{参战}", "在领待遇 any of {参战}"),
        ("在领待遇包含任一national", "在领待遇 any of national"),
        ("如果已去世那么1否则2", "if 已去世 then 1 else 2"),
        ("若已去世则1否则2", "if 已去世 then 1 else 2"),
        ("标准.per_year于退役时间", "rate.per_year on 退役时间"),
        ("标准.standard【残疾等级，残疾性质】", "rate.standard[残疾等级, 残疾性质]"),
        ("在领养老金=是", "在领养老金 = yes"),
        ("在领养老金=否", "在领养老金 = no"),
        ("满月数（入伍时间，截至日）", "months_between(入伍时间, as_of)"),
        ("天数（入伍时间，截至日）", "days_between(入伍时间, as_of)"),
        ("年份（入伍时间）", "year_of(入伍时间)"),
        ("较小者（1，2）＋较大者（1，2）", "min(1, 2) + max(1, 2)"),
        ("进位取整（1）－舍尾取整（1）", "ceil(1) - floor(1)"),
        ("已知（年龄）", "known(年龄)"),
        ("死亡日期＋1年－2个月＋3天", "死亡日期 + 1 year - 2 months + 3 days"),
        ("年龄>=60周岁", "年龄 >= 60 years"),
        ("收入>5000元", "收入 > 5000 yuan"),
        (
            "满年数(入伍时间, 截至日, 不足一年 = 按一年计)",
            "years_between(入伍时间, as_of, part_year = counts_as_one)",
        ),
        (
            "满年数(入伍时间, 截至日, 不足一年=按半年计, 无此日时=当月末日)",
            "years_between(入伍时间, as_of, part_year = half_steps, month_end = last_day)",
        ),
        (
            "满年数(入伍时间, 截至日, 不足一年=舍去, 无此日时=次月首日)",
            "years_between(入伍时间, as_of, part_year = dropped, month_end = first_of_next)",
        ),
    ],
)
def test_chinese_expression_is_the_same_as_its_twin(chinese: str, english: str) -> None:
    assert shown(read(chinese)) == shown(read(english))


def test_none_of_both_languages_is_a_value() -> None:
    syntax = read("死亡日期=无")
    assert isinstance(syntax, Binary)
    assert isinstance(syntax.right, NoneWord)
    assert syntax.right.word == "无"


def test_digits_of_a_number_are_kept_for_codes() -> None:
    syntax = read("place = 010203")
    assert isinstance(syntax, Binary)
    assert isinstance(syntax.right, Number)
    assert syntax.right.digits == "010203"


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("a and b >= 5 yuan", "b >= 5 yuan"),
        ("a and (b or c) and d", "b or c"),
        ("x or  - grade on left_on", "grade on left_on"),
        ("a + rate.x[b, c] * 2", "rate.x[b, c] * 2"),
        ("if a then floor( b / 2 ) else c", "floor( b / 2 )"),
        ("（a）且 b 属于｛c｝", "b 属于｛c｝"),
        ("a and not b = c", "not b = c"),
        ("not not a", "not a"),
        ("- -a", "-a"),
        ("a = - 5", "- 5"),
        ("a in [1 .. 2)", "[1 .. 2)"),
    ],
)
def test_every_piece_knows_where_it_stands(text: str, piece: str) -> None:
    pieces = [text[one.offset : one.offset + one.length] for one in _pieces(read(text))]
    assert piece in pieces


def _pieces(syntax: Syntax) -> list[Syntax]:
    found: list[Syntax] = [syntax]
    for name in type(syntax).__slots__:
        value = getattr(syntax, name)
        for one in value if isinstance(value, tuple) else (value,):
            if hasattr(one, "offset"):
                found.extend(_pieces(one))
    return found


def test_long_chains_are_one_list_or_lean_to_the_left() -> None:
    conditions = read(" and ".join(["a"] * 500))
    assert isinstance(conditions, Joined)
    assert len(conditions.parts) == 500
    assert isinstance(read(" + ".join(["1"] * 900)), Binary)
