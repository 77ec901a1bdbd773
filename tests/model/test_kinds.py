from __future__ import annotations

from fractions import Fraction

import pytest

from tests.rulelang.building import bounds
from vetbenefits.model.kinds import PLAIN, RATIO, YUAN, Kind, Type, Unit, number


@pytest.mark.parametrize(
    ("unit", "shown", "is_money", "is_plain"),
    [
        (PLAIN, "number", False, True),
        (RATIO, "ratio", False, True),
        (YUAN, "yuan", True, False),
        (Unit("yuan", "year"), "yuan per year", True, False),
        (Unit("months"), "months", False, False),
        (Unit("", "year"), "number", False, False),
    ],
)
def test_unit_knows_what_it_is(unit: Unit, shown: str, *, is_money: bool, is_plain: bool) -> None:
    assert str(unit) == shown
    assert unit.is_money is is_money
    assert unit.is_plain is is_plain


def test_number_without_a_unit_takes_one_and_is_then_no_bare_number() -> None:
    bare = Type(Kind.NUMBER, low=Fraction(5), high=Fraction(5), is_literal_number=True)
    taken = bare.in_unit(YUAN)
    assert (taken.unit, taken.is_literal_number) == (YUAN, False)
    assert bounds(taken) == (5, 5)
    assert bare.is_literal_number


def test_number_keeps_its_bounds() -> None:
    kind = number(YUAN, Fraction(-1), Fraction(9), 100, may_be_none=True)
    assert (kind.kind, kind.unit) == (Kind.NUMBER, YUAN)
    assert bounds(kind) == (-1, 9)
    assert kind.denominator == 100
    assert kind.may_be_none
    assert not number(YUAN, Fraction(0), Fraction(1)).may_be_none
