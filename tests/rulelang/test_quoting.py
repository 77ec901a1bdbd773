from __future__ import annotations

import pytest

from vetbenefits.rulelang.quoting import line_with_quotes
from vetbenefits.rulelang.source import is_readable


@pytest.mark.parametrize(
    ("line", "fixed"),
    [
        ("  if: a in {x, y}: b", '  if: "a in {x, y}: b"'),
        ("- {id: a, if: x in [1 .. 2]}", '- {id: a, if: "x in [1 .. 2]"}'),
        ("- {id: a, if: x in [1 .. 2)}", '- {id: a, if: "x in [1 .. 2)"}'),
        (
            "- {id: a, if: x in {b, c}, say: {zh: 甲, en: a}}",
            '- {id: a, if: "x in {b, c}", say: {zh: 甲, en: a}}',
        ),
        ("amount: {value: min(a, b), per: year}", 'amount: {value: "min(a, b)", per: year}'),
        ("  value: [a .. b] x", '  value: "[a .. b] x"'),
        ('- {id: a, note: a "b", c}', r'- {id: a, note: "a \"b\", c"}'),
        ("年龄: 截至日: x", '年龄: "截至日: x"'),
        ("a: {b: rate.x[k, l], c: 'y: z'}", "a: {b: \"rate.x[k, l]\", c: 'y: z'}"),
        ("if: x in {a} # a remark: here", 'if: "x in {a}" # a remark: here'),
    ],
)
def test_quotes_are_put_around_the_expression_alone(line: str, fixed: str) -> None:
    assert line_with_quotes(line, is_readable) == fixed


@pytest.mark.parametrize(
    "line",
    [
        "all: [a, b",  # a list that is not closed
        "title: {zh: 甲, en: a",  # a mapping that is not closed
        'if: "a" = b',  # quotes are there already
        "no key at all {",
        "if: age >= 60",
        "values: [{from: 2011-08-01}",
    ],
)
def test_no_cure_is_shown_where_quotes_are_none(line: str) -> None:
    assert line_with_quotes(line, is_readable) == ""
