"""`payable`: from and to which month is paid, and in which months.

Its shape is checked once for the rule; what it means is read for each variant, since expressions in
it can use definitions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from vetbenefits.model.facts import DECEASED_ON
from vetbenefits.model.kinds import Kind
from vetbenefits.model.payable import (
    AfterDeath,
    Choice,
    Ends,
    EveryMonth,
    InMonths,
    Payable,
    Start,
    Stop,
    Tranches,
)
from vetbenefits.problems import Problem, did_you_mean
from vetbenefits.rulelang import syntax
from vetbenefits.rulelang.resolver import Resolver, read_condition, read_term
from vetbenefits.rulelang.resolving import Effort, Unresolved, quoted
from vetbenefits.rulelang.scalars import Unreadable, read_choice, read_duration

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from vetbenefits.model.expressions import Term
    from vetbenefits.model.payable import When
    from vetbenefits.rulelang.document import AfterDeathBlock, PayableBlock, WhenBlock
    from vetbenefits.rulelang.findings import Findings
    from vetbenefits.rulelang.scope import Scope
    from vetbenefits.rulelang.source import SourceText

End = TypeVar("End", Start, Stop)

STARTS = ("this_month", "next_month", "this_year")
STOPS = ("next_month", "this_month", "next_year")
_LAST_MONTH = 12
_EVERY_MONTH = ("every_month", "month")


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
    if every is not None and every not in _EVERY_MONTH:
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


# --- what it means ---------------------------------------------------------------------------


def build_payable(block: PayableBlock | None, scope: Scope, findings: Findings) -> Payable:
    """Return which months a variant pays; what is wrong with its expressions is noted.

    The shape must have been checked: what cannot be read is left at its default.
    """
    if block is None:
        return Payable()
    after_death = tuple(
        one for part in block.after_death or () for one in _after_death(part, scope, findings)
    )
    return Payable(
        start=_ends(block.start or {}, Start.THIS_MONTH, scope, findings),
        stop=_ends(block.stop or {}, Stop.NEXT_MONTH, scope, findings),
        when=EveryMonth() if block.when is None else _when(block.when, scope, findings),
        after_death=after_death,
    )


def _ends(
    block: Mapping[SourceText, SourceText], default: End, scope: Scope, findings: Findings
) -> Ends[End]:
    found = {str(name): _end(text, default, scope, findings) for name, text in block.items()}
    return Ends(found.pop("default", default), found)


def _end(text: SourceText, default: End, scope: Scope, findings: Findings) -> End | Choice[End]:
    """Return a month by its word, or by an `if` between two words."""
    words = type(default)
    if text.strip() in list(words):
        return words(text.strip())
    if " " not in text.strip():
        return default  # noted with the shape
    written, problems = scope.parse(text, text.span)
    findings.extend(problems)
    if written is None:
        return default
    names = (written.then, written.otherwise) if isinstance(written, syntax.Choice) else ()
    months = [one.word for one in names if isinstance(one, syntax.Name) and one.word in list(words)]
    if not isinstance(written, syntax.Choice) or len(months) != len(names):
        known = ", ".join(words)
        hint = f"write `if … then … else …` with {known}"
        message = f"{quoted(text)} names no month"
        findings.error("VB204", message, text.span, hint)
        return default
    test = _test(text, written.condition, scope, findings)
    return default if test is None else Choice(test, words(months[0]), words(months[1]))


def _test(
    text: SourceText, condition: syntax.Syntax, scope: Scope, findings: Findings
) -> Term | None:
    resolver = Resolver(text, text.span, Effort())
    found: Term | None = None
    try:
        found = resolver.truth(condition, scope)
    except Unresolved as stop:
        findings.extend(() if stop.problem is None else (stop.problem,))
    findings.extend(resolver.problems)
    return found


def _when(block: WhenBlock, scope: Scope, findings: Findings) -> When:
    if block.months:
        return InMonths(tuple(sorted({one.value for one in block.months})))
    if block.every is None or block.every in _EVERY_MONTH or block.from_ is None:
        return EveryMonth()
    try:
        months = read_duration(block.every).value
    except Unreadable:
        return EveryMonth()  # noted with the shape
    from_on = _fixed_day(block.from_, scope, findings)
    if from_on is None:
        return EveryMonth()
    return Tranches(months, from_on, block.pay == "at_end", block.begun == "full_only")


def _fixed_day(text: SourceText, scope: Scope, findings: Findings) -> Term | None:
    term, problems = read_term(text, text.span, scope)
    findings.extend(problems)
    if term is None:
        return None
    if term.type.kind is not Kind.DATE or term.type.moving:
        message = f"{quoted(text)} is no day fixed per person"
        findings.extend([Problem("VB305", message, text.span, hint="name a fact that is a day")])
        return None
    return term


def _after_death(block: AfterDeathBlock, scope: Scope, findings: Findings) -> list[AfterDeath]:
    died_on, problems = read_term(DECEASED_ON, block.months.span, scope)
    findings.extend(problems)
    test = None
    if block.if_ is not None:
        test, problems = read_condition(block.if_, block.if_.span, scope)
        findings.extend(problems)
    if died_on is None:
        return []
    months, is_current = block.months.value, block.rate == "current"
    return [AfterDeath(died_on, months, test, is_current, block.pay == "at_once")]
