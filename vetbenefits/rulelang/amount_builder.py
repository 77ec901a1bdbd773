"""Amounts: from the block of `amount` to an exact value, its rounding and its ceiling."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from vetbenefits.model.expressions import Extreme, Extremum, If, Literal
from vetbenefits.model.kinds import YUAN, Unit, number
from vetbenefits.model.rulebook import Amount, Ceiling
from vetbenefits.money import FEN_PER_YUAN, Rounding, RoundingMode
from vetbenefits.rulelang.arithmetic import either, extreme_type
from vetbenefits.rulelang.pruning import is_stand_in
from vetbenefits.rulelang.resolver import read_condition, read_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetbenefits.model.expressions import Term
    from vetbenefits.problems import Span
    from vetbenefits.rulelang.document import AmountChangeBlock, CandidateBlock, CeilingBlock
    from vetbenefits.rulelang.findings import Findings
    from vetbenefits.rulelang.scope import Scope
    from vetbenefits.rulelang.source import SourceText

PARTS_OF_A_YEAR = (1, 2, 4, 12)
_FLOWS = ("year", "month")


def build_amount(
    block: AmountChangeBlock, table: str, scope: Scope, span: Span, findings: Findings
) -> Amount | None:
    """Return the amount, or None where it cannot be used; what is wrong is noted.

    Args:
        block: the keys of `amount`, those of overlays taken over.
        table: whose rows the rule decides.
        scope: what names mean.
        span: the place of the key `amount`.
        findings: takes the problems.
    """
    before = findings.errors
    per = str(block.per or "")
    _check_per(block, table, findings)
    parts = block.parts.value if block.parts is not None else 1
    unit: Unit | None = Unit("yuan", per) if per in _FLOWS else YUAN
    if is_stand_in(block.per):  # any unit may be right
        unit = None
    value = _value(block.value, block.highest, unit, scope, span, findings)
    ceiling = None
    if block.ceiling is not None:
        ceiling = _ceiling(block.ceiling, scope, span, findings)
    rounding = None
    if block.round is not None:
        rounding = Rounding(block.round.to.value, RoundingMode(block.round.mode))
    elif value is not None and not is_whole_fen(value, parts):
        message = "an amount may be finer than a fen, and no rounding is given"
        hint = "add `round: {to: fen, mode: half_up}`, as the policy orders"
        findings.error("VB333", message, span, hint)
    if value is None or findings.errors > before:
        return None
    return Amount(
        value=value,
        per=per,
        parts=parts,
        rounding=rounding,
        residual=str(block.residual or ""),
        ceiling=ceiling,
        text=_text(block.value, block.highest),
    )


def is_whole_fen(value: Term, parts: int) -> bool:
    """Tell whether a payment, value / parts in yuan, is proved to be a whole number of fen."""
    return FEN_PER_YUAN % (value.type.denominator * parts) == 0


def _check_per(block: AmountChangeBlock, table: str, findings: Findings) -> None:
    per, parts, residual = block.per, block.parts, block.residual
    if per is not None and (per == "bill") != (table == "bill"):
        message = f"`per: {per}` does not go with `for_each: {table}`"
        findings.error("VB334", message, per.span, "a bill is paid per bill, a person is not")
    if parts is not None:
        if per != "year":
            message = f"`parts` divides what is due per year, not per {per}"
            findings.error("VB334", message, parts.span, "leave it out")
        elif parts.value not in PARTS_OF_A_YEAR:
            message = f"a year is paid in 1, 2, 4 or 12 parts, not in {parts.text}"
            findings.error("VB334", message, parts.span)
    if residual is not None and (parts is None or parts.value != PARTS_OF_A_YEAR[-1]):
        message = "`residual: december` needs twelve parts of a year"
        findings.error("VB334", message, residual.span, "add `parts: 12`, or leave it out")
    if residual is not None and block.round is None:
        message = "`residual` is what rounding leaves over, and no rounding is given"
        findings.error("VB334", message, residual.span, "add `round`, or leave it out")
    if block.ceiling is not None and per is not None and per != "bill":
        message = "a ceiling is for amounts per bill"
        findings.error("VB334", message, block.ceiling.per.span, "write the most as `min(a, b)`")


def _value(
    value: SourceText | None,
    highest: Sequence[CandidateBlock] | None,
    unit: Unit | None,
    scope: Scope,
    span: Span,
    findings: Findings,
) -> Term | None:
    if (value is None) == (highest is None):
        message = "an amount needs `value` or `highest`, and not both"
        findings.error("VB214", message, span)
        if value is not None and highest is not None:
            _number(value, unit, scope, findings)
            _highest(highest, unit, scope, span, findings)
        return None
    if value is not None:
        return _number(value, unit, scope, findings)
    return _highest(highest or (), unit, scope, span, findings)


def _number(text: SourceText, unit: Unit | None, scope: Scope, findings: Findings) -> Term | None:
    term, problems = read_number(text, text.span, scope, unit)
    findings.extend(problems)
    return term


def _highest(
    candidates: Sequence[CandidateBlock],
    unit: Unit | None,
    scope: Scope,
    span: Span,
    findings: Findings,
) -> Term | None:
    """Return the greatest value of those whose condition holds, 0 where none does."""
    if not candidates:
        findings.error("VB209", "`highest` holds no values", span)
        return None
    zero = Literal(Fraction(0), type=number(unit or YUAN, Fraction(0), Fraction(0)), text="0")
    found: list[Term] = []
    for one in candidates:
        condition, problems = read_condition(one.if_, one.if_.span, scope)
        findings.extend(problems)
        value = _number(one.value, unit, scope, findings)
        if condition is not None and value is not None:
            text = f"{one.value} if {one.if_}"
            kind = either(value.type, zero.type)
            chosen = If(condition, value, zero, type=kind, span=one.value.span, text=text)
            found.append(chosen)
    if len(found) < len(candidates) or unit is None:
        return None
    if len(found) == 1:
        return found[0]
    kind = extreme_type(Extremum.MAX, [one.type for one in found])
    return Extreme(Extremum.MAX, tuple(found), type=kind, span=span, text=_text(None, candidates))


def _ceiling(block: CeilingBlock, scope: Scope, span: Span, findings: Findings) -> Ceiling | None:
    per_year = Unit("yuan", str(block.per))
    # A yearly cap may be written as the plain sum that it is: `5000 yuan`.
    trial = type(findings)()
    value = _value(block.value, block.highest, per_year, scope, span, trial)
    if value is None and all(one.code == "VB306" for one in trial.problems if one.is_error):
        plain = type(findings)()
        value = _value(block.value, block.highest, YUAN, scope, span, plain)
        trial = plain if value is not None else trial
    findings.extend(trial.problems)
    used = _number(block.used, YUAN, scope, findings)
    return Ceiling(value, used, str(block.per)) if value is not None and used is not None else None


def _text(value: SourceText | None, highest: Sequence[CandidateBlock] | None) -> str:
    if value is not None:
        return str(value)
    return "highest of " + ", ".join(f"{one.value} (if {one.if_})" for one in highest or ())
