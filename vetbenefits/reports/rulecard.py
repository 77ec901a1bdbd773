"""Rules in words: what is in force, what it rests on, and what a place does differently."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from vetbenefits.model.facts import PERSON
from vetbenefits.model.values import Special
from vetbenefits.money import format_exact, format_fen
from vetbenefits.reports.labels import unit_label
from vetbenefits.reports.report import Column, Report, Section, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from vetbenefits.model.expressions import Term
    from vetbenefits.model.facts import Text, Vocabulary
    from vetbenefits.model.rates import Key, RateRow, RateSchedule
    from vetbenefits.model.rulebook import Amount, Benefit, Citation, Clause, RuleBook, Variant
    from vetbenefits.reports.wording import Wording

_FOREVER = date(2199, 1, 1)  # an end from here on means: none is known
_INDENT = "    "


def build_rules_list(book: RuleBook, name: str, say: Wording) -> Report:
    """Return which benefits are in force and how sure their rates are.

    Args:
        book: the rules.
        name: how they are called, the folder as it was given.
        say: the words.
    """
    benefits = Section(
        say("benefits"),
        tuple(Column(say(word)) for word in ("benefit_id", "benefit", "in_force", "per", "places")),
        tuple(_benefit_row(one, say) for one in book.benefits),
    )
    rates = Section(
        say("rates_known"),
        (
            Column(say("benefit_id")),
            Column(say("division")),
            Column(say("rate")),
            Column(say("rate_words")),
            Column(say("unit")),
            Column(say("rows_count"), is_number=True),
            Column(say("confidences")),
            Column(say("first_from")),
            Column(say("last_from")),
            Column(say("next_notice")),
        ),
        tuple(_rate_row(*one, say) for one in _schedules(book.benefits)),
        (say("confidence_note"),),
    )
    lines = (say("rules_source", source=Source(say.code(name), book.fingerprint).short),)
    title = say.of(book.title) or say("rules_title")
    return Report(title, lines, tuple(one for one in (benefits, rates) if one.rows))


def build_rule_card(benefit: Benefit, book: RuleBook, say: Wording) -> Report:
    """Return one rule in words: conditions, amount, rates, what places change, how to apply."""
    variant = benefit.national
    schedules = [*variant.rates.values()]
    sections = (
        Section(say("conditions"), lines=tuple(_entries(variant, say))),
        Section(
            say("definitions"), lines=tuple(_definitions(variant.definitions, variant.titles, say))
        ),
        Section(say("sum"), lines=tuple(_amount(variant.amount, say))),
        *(_rate_table(one, book.vocabulary, say) for one in schedules),
        *(_place(one, variant, say) for one in _of_divisions(benefit)),
        Section(say("payable"), lines=tuple(_plain(benefit.payable, say))),
        Section(say("notice"), lines=tuple(_plain(benefit.notice, say))),
        Section(say("apply"), lines=tuple(_plain(benefit.apply, say))),
    )
    head = (
        f"{benefit.id}",
        say("in_force_line", span=_span(benefit.from_on, benefit.until_on, say)),
        *([say("paid_by", fact=benefit.place.text)] if benefit.place is not None else []),
        *([say("for_each", table=benefit.table)] if benefit.table != PERSON else []),
        *_law(benefit.law, say),
    )
    return Report(say.of(benefit.title), head, tuple(one for one in sections if not one.is_empty))


def _benefit_row(benefit: Benefit, say: Wording) -> tuple[str, ...]:
    places = sorted({one.division or "" for one in _of_divisions(benefit)})
    return (
        benefit.id,
        say.of(benefit.title),
        _span(benefit.from_on, benefit.until_on, say),
        say(benefit.national.amount.payment_per),
        say("list_mark").join(places),
    )


def _of_divisions(benefit: Benefit) -> list[Variant]:
    return [one for one in benefit.variants if one.division and not one.is_open]


def _schedules(benefits: Iterable[Benefit]) -> Iterator[tuple[str, RateSchedule]]:
    """Yield each rate of each benefit once, with the place whose overlay it comes from."""
    seen: set[int] = set()
    for benefit in benefits:
        for variant in benefit.variants:
            for schedule in variant.rates.values():
                if id(schedule) not in seen:
                    seen.add(id(schedule))
                    yield variant.division or "", schedule


def _rate_row(place: str, schedule: RateSchedule, say: Wording) -> tuple[str, ...]:
    counts = Counter(row.confidence or "?" for row in schedule.rows)
    days = sorted(row.from_on for row in schedule.rows)
    expected = schedule.expected
    return (
        schedule.benefit,
        place,
        schedule.name,
        say.of(schedule.title),
        unit_label(schedule.type.unit, say),
        str(len(schedule.rows)),
        say("list_mark").join(f"{mark} {count}" for mark, count in sorted(counts.items())),
        days[0].isoformat() if days else "",
        days[-1].isoformat() if days else "",
        say("each_year_on", month=expected[0], day=expected[1]) if expected is not None else "",
    )


def _entries(variant: Variant, say: Wording) -> Iterator[str]:
    for how in dict.fromkeys(entry.how for entry in variant.entries):
        yield say(f"list_{how}")
        for entry in variant.entries:
            if entry.how is how:
                yield from _clause(entry.clause, say, _INDENT)


def _clause(clause: Clause, say: Wording, indent: str) -> Iterator[str]:
    words = say.of(clause.say)
    yield f"{indent}{words or clause.text}  [{clause.id}]"
    if words and clause.text:
        yield f"{indent}{_INDENT}{clause.text}"
    for line in _law(clause.law, say):
        yield f"{indent}{_INDENT}{line}"
    if clause.how is not None:
        yield f"{indent}{_INDENT}{say(f'list_{clause.how}')}"
        for part in clause.parts:
            yield from _clause(part, say, indent + 2 * _INDENT)


def _definitions(
    definitions: Mapping[str, Term], titles: Mapping[str, Text], say: Wording
) -> Iterator[str]:
    for name, term in definitions.items():
        words = say.of(titles[name]) if name in titles else ""
        if term.text and term.text != name:
            yield f"{name} = {term.text}" + (say("in_brackets", what=words) if words else "")


def _amount(amount: Amount, say: Wording) -> Iterator[str]:
    yield say("sum_is", text=amount.text or amount.value.text, each=say.each(amount.per))
    if amount.parts > 1:
        yield say("in_parts", parts=amount.parts, each=say.each(amount.payment_per))
    if amount.rounding is not None:
        step = format_fen(amount.rounding.step_fen)
        yield say("rounding", mode=say(amount.rounding.mode), step=step)
    if amount.ceiling is not None:
        yield say("at_most", text=amount.ceiling.value.text, used=amount.ceiling.used.text)


def _rate_table(schedule: RateSchedule, vocabulary: Vocabulary, say: Wording) -> Section:
    rows = sorted(schedule.rows, key=lambda row: (row.division, row.from_on, str(row.keys)))
    head = (*schedule.keys, *(["division"] if schedule.regional else []))
    words = ("from", "value", "published", "checked_on", "confidence", "source", "note")
    columns = (
        Column(say("from")),
        *(Column(_fact_title(word, vocabulary, say)) for word in head),
        *(Column(say(word), is_number=word == "value") for word in words[1:]),
    )
    name = say.of(schedule.title) or schedule.name
    title = say("rate_title", name=name, unit=unit_label(schedule.type.unit, say))
    return Section(title, columns, tuple(_rate_cells(row, schedule, say) for row in rows))


def _rate_cells(row: RateRow, schedule: RateSchedule, say: Wording) -> tuple[str, ...]:
    until = "" if row.until_on is None else say("until", day=row.until_on.isoformat())
    value = row.value
    return (
        row.from_on.isoformat() + until,
        *(_key(key) for key in row.keys),
        *([row.division] if schedule.regional else []),
        say(value.value) if isinstance(value, Special) else format_exact(value),
        row.published_on.isoformat() if row.published_on is not None else "",
        row.checked_on.isoformat() if row.checked_on is not None else "",
        row.confidence,
        row.source,
        row.note,
    )


def _key(key: Key) -> str:
    return format_exact(key) if isinstance(key, Fraction) else key


def _fact_title(word: str, vocabulary: Vocabulary, say: Wording) -> str:
    spec = vocabulary.facts.get(word)
    return say.of(spec.title) if spec is not None else say.code(word)


def _place(variant: Variant, national: Variant, say: Wording) -> Section:
    """Return what a place does differently from the country."""
    whole = {entry.clause.id: entry for entry in national.entries}
    lines = [
        line
        for entry in variant.entries
        if whole.get(entry.clause.id) != entry
        for line in _clause(entry.clause, say, "")
    ]
    kept = {entry.clause.id for entry in variant.entries}
    lines += [say("taken_away", id=one) for one in whole if one not in kept]
    changed = {
        name: term
        for name, term in variant.definitions.items()
        if national.definitions.get(name) != term
    }
    lines += _definitions(changed, variant.titles, say)
    # Equal words over a definition that the place changed are told by the definition.
    if variant.amount.text != national.amount.text or _payment(variant) != _payment(national):
        lines += _amount(variant.amount, say)
    for name, schedule in variant.rates.items():
        if national.rates.get(name) is not schedule:
            lines.append(say("other_rates", name=name, rows=len(schedule.rows)))
    span = _span(variant.from_on, variant.until_on, say)
    title = say("place_title", division=variant.division, span=span)
    return Section(title, lines=tuple(lines))


def _payment(variant: Variant) -> tuple[object, ...]:
    amount = variant.amount
    ceiling = amount.ceiling
    most = (ceiling.value.text, ceiling.used.text) if ceiling is not None else ()
    return amount.per, amount.parts, amount.rounding, amount.residual, most


def _plain(value: object, say: Wording, indent: str = "") -> Iterator[str]:
    """Yield texts, lists and mappings as written, in one language where both are given."""
    if isinstance(value, dict) and set(value) <= {"zh", "en"} and value:
        yield indent + str(value.get(say.language) or next(iter(value.values())))
    elif isinstance(value, dict):
        for key, inner in value.items():
            lines = list(_plain(inner, say, indent + _INDENT))
            if len(lines) == 1:
                yield f"{indent}{key}: {lines[0].strip()}"
            else:
                yield f"{indent}{key}:"
                yield from lines
    elif isinstance(value, list | tuple):
        for inner in value:
            first, *rest = list(_plain(inner, say, indent + "  ")) or [""]
            yield f"{indent}- {first.strip()}"
            yield from rest
    elif value not in (None, ""):
        yield f"{indent}{value}"


def _law(law: Iterable[Citation], say: Wording) -> Iterator[str]:
    cited = say("group_mark").join(str(one) for one in law)
    if cited:
        yield say("law", law=cited)


def _span(from_on: date, until_on: date, say: Wording) -> str:
    if from_on == date.min and until_on >= _FOREVER:
        return say("always")
    if until_on >= _FOREVER:
        return say("from_on", day=from_on.isoformat())
    return say("from_until", day=from_on.isoformat(), until=until_on.isoformat())
