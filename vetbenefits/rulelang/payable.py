"""The shape of `payable`: from and to which month is paid, and in which months.

It is read, checked and kept as it was written; what it means is for payments, not for the day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetbenefits.problems import did_you_mean
from vetbenefits.rulelang.scalars import Unreadable, read_choice, read_duration

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from vetbenefits.rulelang.document import PayableBlock, WhenBlock
    from vetbenefits.rulelang.findings import Findings
    from vetbenefits.rulelang.source import SourceText

STARTS = ("this_month", "next_month", "this_year")
STOPS = ("next_month", "this_month", "next_year")
_LAST_MONTH = 12


def check_payable(
    block: PayableBlock | None, clause_ids: Collection[str], findings: Findings
) -> None:
    """Note what is wrong with `payable`.

    Args:
        block: its shape, or None where the rule has none.
        clause_ids: the clauses whose change may have a start or stop of its own.
        findings: takes the problems.
    """
    if block is None:
        return
    _check_ends(block.start or {}, STARTS, clause_ids, findings)
    _check_ends(block.stop or {}, STOPS, clause_ids, findings)
    if block.when is not None:
        _check_when(block.when, findings)


def _check_ends(
    ends: Mapping[SourceText, SourceText],
    words: tuple[str, ...],
    clause_ids: Collection[str],
    findings: Findings,
) -> None:
    for name, value in ends.items():
        if name != "default" and name not in clause_ids:
            known = ["default", *clause_ids]
            message = f"there is no clause `{name}`"
            findings.error("VB338", message, name.span, did_you_mean(name, known))
        if " " not in value.strip() and value not in words:
            _note(value, words, findings)


def _note(value: SourceText, words: tuple[str, ...], findings: Findings) -> None:
    try:
        read_choice(value, words)
    except Unreadable as wrong:
        findings.error(wrong.code, wrong.message, value.span, wrong.hint)


def _check_when(block: WhenBlock, findings: Findings) -> None:
    every = block.every
    if every is not None and every not in ("every_month", "month"):
        try:
            read_duration(every)
        except Unreadable as wrong:
            hint = "write every_month, {every: 6 months, from: …} or {months: [6, 12]}"
            findings.error(wrong.code, wrong.message, every.span, hint)
        else:
            if block.from_ is None:
                message = f"payments each {every} need the day they are counted from"
                findings.error("VB201", message, every.span, "add `from: …`")
    for month in block.months or ():
        if month.value > _LAST_MONTH:
            findings.error("VB210", f"there is no month {month.text}", month.span)
