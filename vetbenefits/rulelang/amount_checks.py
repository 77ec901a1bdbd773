"""Checks of the amount of a variant: never below zero, never too large for its column."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from vetbenefits.money import FEN_PER_YUAN, format_exact
from vetbenefits.rulelang.arithmetic import LARGEST_SCALED
from vetbenefits.rulelang.condition_checks import assuming_due
from vetbenefits.rulelang.ranges import bare

if TYPE_CHECKING:
    from vetbenefits.model.expressions import Term
    from vetbenefits.model.rulebook import Amount, Variant
    from vetbenefits.rulelang.findings import Findings
    from vetbenefits.rulelang.ranges import Ranges


def check_amount(variant: Variant, ranges: Ranges, findings: Findings) -> None:
    """Note amounts that can be negative or overflow.

    Args:
        variant: the rule in one place.
        ranges: what the roster's own checks let through.
        findings: takes the problems.
    """
    due = assuming_due(variant, ranges)
    amount = variant.amount
    values = [amount.value] + ([amount.ceiling.value] if amount.ceiling is not None else [])
    for value in values:
        _check_sign(value, due, findings)
    _check_size(amount, due, findings)


def _check_sign(value: Term, due: Ranges, findings: Findings) -> None:
    low = due.interval(bare(value)).low
    if low is None or low < 0:
        least = "below zero" if low is None else f"down to {format_exact(low)} {value.type.unit}"
        message = f"the amount can be negative, {least}: {value.text}"
        hint = (
            "write `max(…, 0)`, narrow the range of a fact, or let a check of the roster set aside"
        )
        findings.error("VB343", message, value.span, hint)


def _check_size(amount: Amount, due: Ranges, findings: Findings) -> None:
    found = due.interval(bare(amount.value))
    ends = [abs(end) for end in (found.low, found.high) if end is not None]
    largest = max(ends, default=Fraction(0))
    scale = math.lcm(amount.value.type.denominator * amount.parts, FEN_PER_YUAN)
    if len(ends) < 2 or largest * scale >= LARGEST_SCALED:  # noqa: PLR2004  both ends
        message = f"the amount can be too large to be computed exactly: {amount.text}"
        hint = "state a narrower range for a fact, or round in between with floor( ) or ceil( )"
        findings.error("VB344", message, amount.value.span, hint)
