"""Checks of the conditions of a variant: none decides nothing, none contradicts another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetbenefits.model.expressions import If, Or, walk
from vetbenefits.model.rulebook import Quantifier
from vetbenefits.rulelang.ranges import bare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vetbenefits.model.expressions import Term
    from vetbenefits.model.rulebook import Clause, Entry, Variant
    from vetbenefits.problems import Span
    from vetbenefits.rulelang.findings import Findings
    from vetbenefits.rulelang.ranges import Ranges

_FIX = "check the numbers, the days and the ranges in facts.yaml"


def check_conditions(variant: Variant, ranges: Ranges, findings: Findings) -> None:
    """Note conditions that decide nothing.

    Args:
        variant: the rule in one place.
        ranges: what the roster's own checks let through.
        findings: takes the problems.
    """
    for entry in variant.entries:
        for clause in _plain_clauses(entry.clause):
            _check_one(clause, ranges, findings)
    _check_together(variant.entries, ranges, findings)
    for value in (variant.amount.value, *variant.definitions.values()):
        _check_branches(value, ranges, findings)


def assuming_due(variant: Variant, ranges: Ranges) -> Ranges:
    """Return what holds of a person who meets every condition of the variant."""
    for entry in variant.entries:
        if entry.how is not Quantifier.ANY:
            holds = entry.how is Quantifier.ALL
            ranges = ranges.rested().assuming(bare(entry.clause.test), holds=holds)
    return ranges.rested()


def _plain_clauses(clause: Clause) -> Iterator[Clause]:
    if not clause.parts:
        yield clause
    for part in clause.parts:
        yield from _plain_clauses(part)


def _check_one(clause: Clause, ranges: Ranges, findings: Findings) -> None:
    can_be_true, can_be_false = ranges.rested().truth(bare(clause.test))
    if not can_be_true:
        message = f"`{clause.id}` can never be true: {clause.text}"
        findings.error("VB340", message, clause.span, _FIX)
    elif not can_be_false:
        message = f"`{clause.id}` is always true: {clause.text}"
        findings.error("VB341", message, clause.span, _FIX)
    else:
        _check_parts(clause.test, clause.span, ranges, findings)


def _check_parts(term: Term, span: Span, ranges: Ranges, findings: Findings) -> None:
    """Note a part of an `or` that can never be true: a dead alternative."""
    for one in walk(term):
        if not isinstance(one, Or):
            continue
        for part in one.parts:
            if not ranges.rested().truth(bare(part))[0]:
                message = f"this alternative can never be true: {part.text}"
                findings.error("VB340", message, part.span if part.text else span, _FIX)


def _check_together(entries: tuple[Entry, ...], ranges: Ranges, findings: Findings) -> None:
    """Note two conditions that nobody can meet at once, such as `age >= 60` and `age < 50`."""
    wanted: list[tuple[Entry, Term]] = []
    for entry in entries:
        test = bare(entry.clause.test)
        if entry.how is Quantifier.ANY or not _can_be_met(entry, test, ranges):
            continue
        for other, other_test in wanted:
            holds = other.how is Quantifier.ALL
            assumed = ranges.rested().assuming(other_test, holds=holds)
            if not _can_be_met(entry, test, assumed):
                first, second = other.clause.id, entry.clause.id
                message = f"nobody can meet both `{first}` and `{second}`"
                findings.error("VB342", message, entry.clause.span, _FIX)
                break
        wanted.append((entry, test))


def _can_be_met(entry: Entry, test: Term, ranges: Ranges) -> bool:
    can_be_true, can_be_false = ranges.rested().truth(test)
    return can_be_true if entry.how is Quantifier.ALL else can_be_false


def _check_branches(term: Term, ranges: Ranges, findings: Findings) -> None:
    for one in walk(term):
        # What `highest` makes of a condition has no text of its own `if`.
        if not isinstance(one, If) or not one.condition.text:
            continue
        can_be_true, can_be_false = ranges.rested().truth(bare(one.condition))
        if can_be_true and can_be_false:
            continue
        what, code = ("is always true", "VB341") if can_be_true else ("can never be true", "VB340")
        findings.error(code, f"this {what}: {one.condition.text}", one.condition.span, _FIX)
