from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.rulelang.building import HERE, SCOPE, underlined
from vetbenefits.rulelang.lexer import Lexicon
from vetbenefits.rulelang.parser import DEEPEST_NESTING, parse

if TYPE_CHECKING:
    from vetbenefits.problems import Problem

LEXICON = Lexicon(SCOPE.words())


def reads(text: str) -> bool:
    syntax, problems = parse(text, HERE, LEXICON)
    return syntax is not None and problems == ()


def wrong(text: str) -> Problem:
    syntax, problems = parse(text, HERE, LEXICON)
    assert syntax is None
    (problem,) = problems
    return problem


INFIX = "write `x != y` or `x not in {…}`"
IF = "write `if condition then a else b`"


@pytest.mark.parametrize(
    ("text", "code", "at", "message", "hint"),
    [
        ("", "VB302", "", "the expression is empty", "write a condition or an amount"),
        ("  ", "VB302", " ", "the expression is empty", "write a condition or an amount"),
        ("a b", "VB302", "b", "did not expect `b` here", "join conditions with `and` or `or`"),
        ("a AND b", "VB302", "AND", "`AND` is no word of the language", "write `and`"),
        ("a == b", "VB302", "==", "`==` is not used here", "write `=`"),
        ("(a == b)", "VB302", "==", "`==` is not used here", "write `=`"),
        ("a <> b", "VB302", "<>", "`<>` is not used here", "write `!=`"),
        ("a => b", "VB302", "=>", "`=>` is not used here", "write `>=`"),
        ("a =< b", "VB302", "=<", "`=<` is not used here", "write `<=`"),
        ("a && b", "VB302", "&&", "`&&` is not used here", "write `and`"),
        ("a || b", "VB302", "||", "`||` is not used here", "write `or`"),
        (
            "1 < a < 5",
            "VB302",
            "<",
            "a comparison has just two sides",
            "join two comparisons with `and`, or write `x in [a .. b]`",
        ),
        (
            "(1 < a < 5)",
            "VB302",
            "<",
            "a comparison has just two sides",
            "join two comparisons with `and`, or write `x in [a .. b]`",
        ),
        ("a not b", "VB302", "not", "did not expect `not` here", INFIX),
        ("年龄 不是 5", "VB302", "不是", "did not expect `不是` here", INFIX),
        ("a then b", "VB302", "then", "did not expect `then` here", IF),
        (
            "1 2",
            "VB302",
            "2",
            "did not expect `2` here",
            "write a number without spaces, and a day as YYYY-MM-DD",
        ),
        (
            "a > 2011.10.31",
            "VB302",
            ".",
            "did not expect `.` here",
            "write a number without spaces, and a day as YYYY-MM-DD",
        ),
        (
            "a > 2011年10月",
            "VB302",
            "10",
            "did not expect `10` here",
            "write a number without spaces, and a day as YYYY-MM-DD",
        ),
        (
            "a > 1,000",
            "VB302",
            ",",
            "did not expect `,` here",
            "write a number without separators: `1000`",
        ),
        ("a 5", "VB302", "5", "did not expect `5` here", ""),
        ("a)", "VB302", ")", "did not expect `)` here", ""),
        ("(a", "VB302", "a", "expected `)` to close the bracket, found the end", ""),
        (
            "(a b)",
            "VB302",
            "b",
            "expected `)` to close the bracket, found `b`",
            "join conditions with `and` or `or`",
        ),
        ("a +", "VB302", "+", "expected a name, a number or `(`, found the end", ""),
        ("a = ", "VB302", "=", "expected a name, a number or `(`, found the end", ""),
        ("* a", "VB302", "*", "expected a name, a number or `(`, found `*`", ""),
        ("a = = b", "VB302", "=", "expected a name, a number or `(`, found `=`", ""),
        ("and a", "VB302", "and", "`and` needs something before and after it", ""),
        ("a or or b", "VB302", "or", "`or` needs something before and after it", ""),
        ("a 且", "VB302", "且", "expected a name, a number or `(`, found the end", ""),
        ("含任一 a", "VB302", "含任一", "`含任一` needs something before and after it", ""),
        ("{a}", "VB302", "{", "expected a name, a number or `(`, found `{`", ""),
        ("[a]", "VB302", "[", "expected a name, a number or `(`, found `[`", ""),
        ("a in {b", "VB302", "b", "expected `}` to close the list, found the end", ""),
        ("a in {b c}", "VB302", "c", "expected `}` to close the list, found `c`", ""),
        ("a in {}", "VB302", "}", "expected a name, a number or `(`, found `}`", ""),
        (
            "a in [1, 2]",
            "VB302",
            ",",
            "expected `..` between the two ends, found `,`",
            "write `[first .. last]`, or a list as `{a, b}`",
        ),
        ("a in (1 .. 2", "VB302", "2", "expected `]` or `)`, found the end", ""),
        ("a in", "VB302", "n", "expected `{a, b}` or `[a .. b]`, found the end", ""),
        ("a in 5", "VB302", "5", "expected `{a, b}` or `[a .. b]`, found `5`", ""),
        ("a in not b", "VB302", "not", "expected `{a, b}` or `[a .. b]`, found `not`", ""),
        ("a any of [1 .. 2]", "VB302", "[", "expected `{a, b}`, found `[`", ""),
        ("a any b", "VB302", "b", "expected `of` after `any`", "write `x any of {a, b}`"),
        ("if a then b", "VB302", "b", "expected `else`, found the end", IF),
        ("if a else b", "VB302", "else", "expected `then`, found `else`", IF),
        ("rate.5", "VB302", "5", "expected the name of a rate after `rate.`", ""),
        ("rate.x[a", "VB302", "a", "expected `]` to close the keys, found the end", ""),
        (
            "max(a b)",
            "VB302",
            "b",
            "expected `,` or `)`, found `b`",
            "join conditions with `and` or `or`",
        ),
        ("max(a,", "VB302", ",", "expected a name, a number or `(`, found the end", ""),
        ("max(a", "VB302", "a", "expected `,` or `)`, found the end", ""),
        (
            "years_between(a, b, part_year = 5)",
            "VB302",
            "5",
            "expected a word for `part_year`, found `5`",
            "",
        ),
        (
            "2023-02-29",
            "VB601",
            "2023-02-29",
            "`2023-02-29` is no day",
            "write YYYY-MM-DD, a day that exists",
        ),
        (
            "2023-2-1",
            "VB601",
            "2023-2-1",
            "`2023-2-1` is no day",
            "write YYYY-MM-DD, a day that exists",
        ),
        (
            "2023年2月29日",
            "VB601",
            "2023年2月29日",
            "`2023-02-29` is no day",
            "write YYYY-MM-DD, a day that exists",
        ),
        (
            "a ? b",
            "VB301",
            "?",
            "`?` is no part of an expression",
            "use names, numbers and + - * / = < > ( )",
        ),
    ],
)
def test_mistake_is_named_where_it_stands(
    text: str, code: str, at: str, message: str, hint: str
) -> None:
    problem = wrong(text)
    assert (problem.code, problem.message, problem.hint) == (code, message, hint)
    assert underlined(problem, text) == at


def test_unknown_function_names_those_that_exist() -> None:
    problem = wrong("round(a)")
    assert (problem.code, problem.message) == ("VB307", "there is no function `round`")
    assert problem.hint.startswith("the functions are years_between, months_between")
    assert underlined(problem, "round(a)") == "round"


def test_nesting_goes_forty_deep_and_no_further() -> None:
    deep = DEEPEST_NESTING - 1
    assert reads("(" * deep + "a" + ")" * deep)
    problem = wrong("(" * (deep + 1) + "a" + ")" * (deep + 1))
    assert (problem.code, problem.message) == ("VB314", "this is nested more than 40 deep")
    assert problem.hint == "give its parts names under `define`"


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000 + "a" + ")" * 10_000,
        "(" * 1_900 + "a" + ")" * 1_900,
        "-" * 3_000 + "a",
        "not " * 900 + "a",
        "if a then " * 300 + "1",
        "if a then 1 else " * 200 + "2",
        "max(" * 900,
        "rate.x[" * 500,
        "a in {" * 10 + "b" + "}" * 10,
        "known(" * 600 + "a" + ")" * 600,
    ],
)
def test_deep_text_ends_in_a_problem(text: str) -> None:
    assert wrong(text).code in ("VB302", "VB314")


@pytest.mark.parametrize("word", ["not", "-"])
def test_forty_signs_in_a_row_are_read_and_no_more(word: str) -> None:
    assert reads(f"{word} " * DEEPEST_NESTING + "a")
    problem = wrong(f"{word} " * (DEEPEST_NESTING + 1) + "a")
    assert problem.code == "VB314"
    assert "in a row" in problem.message
