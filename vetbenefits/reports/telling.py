"""Explanations as reports for reading: conditions, rates, arithmetic, near miss, in that order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetbenefits.model.rulebook import Quantifier
from vetbenefits.money import format_fen
from vetbenefits.reports.nearmiss import YEARS_AHEAD
from vetbenefits.reports.report import Report, Section

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vetbenefits.model.rulebook import Citation
    from vetbenefits.reports.explanation import AmountTold, ConditionTold, Explanation
    from vetbenefits.reports.nearmiss import NearMiss
    from vetbenefits.reports.trace import RateUse
    from vetbenefits.reports.wording import Wording

_MARKS = {True: "✓", False: "✗", None: "?"}
_INDENT = "    "


def build_explanation_report(told: Explanation, say: Wording) -> Report:
    """Return one explanation as a report."""
    decision, who = told.decision, told.identity
    identity = " ".join(
        part for part in (who.person_id, who.name, who.id_number, who.bill_id) if part
    )
    title = say("explain_title", title=told.title, as_of=decision.as_of.isoformat())
    head = (identity, _outcome(told, say), *_cited(decision.benefit.law, say))
    conditions = (line for one in told.conditions for line in _condition(one, say, ""))
    sections = (
        Section(say("conditions"), lines=tuple(conditions)),
        Section(say("rates"), lines=tuple(_rate(use, say) for use in told.rates)),
        Section(say("computation"), lines=tuple(_computation(told.amount, say))),
        Section(say("near_miss"), lines=tuple(_near(told.near, say))),
    )
    return Report(title, head, tuple(one for one in sections if not one.is_empty))


def _outcome(told: Explanation, say: Wording) -> str:
    decision = told.decision
    answer = say(decision.outcome)
    if decision.amount_fen is not None and told.amount is not None:
        each = say.each(told.amount.payment_per)
        amount = say("amount_per", amount=format_fen(decision.amount_fen), each=each)
        answer = say("with_detail", what=answer, detail=amount)
    if told.reasons:
        word = "because_unmet" if decision.unmet else "because_missing"
        answer = say(
            "with_detail", what=answer, detail=say(word, what=say("list_mark").join(told.reasons))
        )
    if decision.provisional:
        answer += say("in_brackets", what=say("provisional"))
    return say("outcome", answer=answer)


def _cited(law: Iterable[Citation], say: Wording) -> Iterator[str]:
    cited = say("group_mark").join(str(one) for one in law)
    if cited:
        yield say("law", law=cited)


def _condition(told: ConditionTold, say: Wording, indent: str) -> Iterator[str]:
    words = say("must_not_hold", what=told.words) if told.how is Quantifier.NONE else told.words
    yield f"{indent}{_MARKS[told.met]} {words}  [{told.id}]"
    deeper = indent + _INDENT
    if told.text and not told.parts:
        yield f"{deeper}{told.text}"
    if told.values:
        yield deeper + say(
            "here",
            values=say("list_mark").join(f"{one.label} = {one.value}" for one in told.values),
        )
    if told.met is None:
        yield deeper + say("lacking", what=say("list_mark").join(one.label for one in told.missing))
    for line in _cited(told.law, say):
        yield deeper + line
    for part in told.parts:
        yield from _condition(part, say, deeper)


def _rate(use: RateUse, say: Wording) -> str:
    name = f"{use.label}[{say('list_mark').join(use.keys)}]" if use.keys else use.label
    row = use.row
    if row is None and use.lacks_row:
        return say("rate_missing", name=name, day=use.day)
    if row is None:
        return say("rate_key_unknown", name=name)
    until = "" if row.until_on is None else say("until", day=row.until_on.isoformat())
    line = say(
        "rate_line",
        name=name,
        value=f"{use.value} {use.unit}".strip(),
        from_on=row.from_on.isoformat(),
        until=until,
        source=row.source,
        confidence=row.confidence,
    )
    if row.checked_on is not None:
        line += say("checked", day=row.checked_on.isoformat())
    return line + say("in_brackets", what=say("provisional")) if use.provisional else line


def _computation(told: AmountTold | None, say: Wording) -> Iterator[str]:
    if told is None:
        return
    for step in told.steps:
        yield f"{step.text} = {step.with_values} = {step.value}"
    # The last step is the amount itself, unless the rule names a rate or a literal alone.
    if not told.steps or told.steps[-1].value.split(" ")[0] != told.value:
        yield say("sum_per", text=told.text, value=told.value, each=say.each(told.per))
    if told.exact and told.parts > 1:
        each = say.each(told.payment_per)
        yield f"{told.value} ÷ {told.parts} = {say('amount_per', amount=told.exact, each=each)}"
    if told.rounding and told.rounded is not None:
        yield say("rounded", how=told.rounding, value=told.rounded)
    if told.ceiling is not None:
        yield say("ceiling", ceiling=told.ceiling, used=told.used, before=told.paid_before)
    if told.paid is not None:
        yield say("paid", amount=told.paid, each=say.each(told.payment_per))


def _near(near: NearMiss | None, say: Wording) -> Iterator[str]:
    if near is None:
        return
    clause, then = near.entry.clause, near.then
    words = say.of(clause.say) or clause.text
    if near.entry.how is Quantifier.NONE:
        words = say("must_not_hold", what=words)
    if then is None:
        yield say("near_never", words=words, id=clause.id, years=YEARS_AHEAD)
        return
    yield say("near_on", words=words, id=clause.id, day=then.as_of.isoformat())
    if then.amount_fen is not None and then.variant is not None:
        each = say.each(then.variant.amount.payment_per)
        amount = say("amount_per", amount=format_fen(then.amount_fen), each=each)
        mark = say("in_brackets", what=say("provisional")) if then.provisional else ""
        yield say("near_amount", amount=amount + mark)
