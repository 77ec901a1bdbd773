"""`cases.yaml` into cases, with the place of everything that is wrong in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from vetbenefits.dates import parse_iso_day
from vetbenefits.model.divisions import without_zeros
from vetbenefits.model.facts import PERSON
from vetbenefits.model.rates import RateRow
from vetbenefits.model.values import Special
from vetbenefits.money import parse_number
from vetbenefits.problems import Problem, did_you_mean
from vetbenefits.rulecases.case import Case, Expectation
from vetbenefits.rulecases.cells import cells_of
from vetbenefits.rulelang.source import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from vetbenefits.model.rates import Key, RateSchedule
    from vetbenefits.model.rulebook import Benefit, RuleBook
    from vetbenefits.problems import Span
    from vetbenefits.rulecases.case import Row
    from vetbenefits.rulelang.source import YamlNode

_CASE_KEYS = ("id", "title", "source", "as_of", "region", "person", "bills", "rates", "expect")
_EXPECT_KEYS = ("bill_id", "outcome", "amount", "per", "unmet", "missing", "provisional")
_RATE_KEYS = (
    "from",
    "until",
    "value",
    "division",
    "published",
    "source",
    "confidence",
    "checked_on",
    "note",
)
_AMOUNT = re.compile(r"-?\d+\.\d\d")


def read_cases(
    path: Path, shown_as: str, benefit: Benefit, book: RuleBook
) -> tuple[tuple[Case, ...], tuple[Problem, ...]]:
    """Read the cases of one benefit; those that can be read are returned beside the problems."""
    root, problems = read_yaml(path, shown_as)
    if root is None:
        return (), problems
    reading = _Reading(benefit, book, list(problems))
    cases = reading.cases(root)
    return cases, tuple(reading.problems)


class _Unreadable(Exception):  # noqa: N818  leaves one case; its problem is noted
    """Raised where a case cannot be read."""


@dataclass(slots=True)
class _Reading:
    benefit: Benefit
    book: RuleBook
    problems: list[Problem]
    bases: dict[str, dict[str, YamlNode]] = field(default_factory=dict)

    def cases(self, root: YamlNode) -> tuple[Case, ...]:
        entries = self._entries(root, ("people", "cases"))
        people = entries.get("people")
        for name, node in (people.entries or {}).items() if people is not None else ():
            self.bases[name] = {str(key): value for key, value in (node.entries or {}).items()}
        listed = entries.get("cases")
        found: list[Case] = []
        for node in (listed.items or ()) if listed is not None else ():
            try:
                found.append(self._case(node))
            except _Unreadable:
                continue
        self._note_repeats(found)
        return tuple(found)

    def _note_repeats(self, cases: list[Case]) -> None:
        seen: dict[str, Case] = {}
        for case in cases:
            if case.id in seen:
                message = f"the case `{case.id}` stands twice"
                self.problems.append(Problem("VB731", message, case.span))
            seen.setdefault(case.id, case)

    def _case(self, node: YamlNode) -> Case:
        entries = self._entries(node, _CASE_KEYS)
        for needed in ("id", "as_of", "person", "expect"):
            if needed not in entries:
                raise self._wrong(f"a case needs `{needed}`", node.span)
        title = entries.get("title")
        region = entries.get("region")
        return Case(
            id=self._text(entries["id"]),
            benefit=self.benefit.id,
            title=self._title(title),
            as_of=self._day(entries["as_of"]),
            person=self._person(entries["person"]),
            span=entries["id"].span,
            expected=self._expected(entries["expect"]),
            region=self._text(region) if region is not None else None,
            bills=self._bills(entries.get("bills")),
            rates=self._rates(entries.get("rates")),
        )

    # --- facts ------------------------------------------------------------------------------

    def _person(self, node: YamlNode) -> Row:
        given = {str(key): value for key, value in (node.entries or {}).items()}
        base = given.pop("base", None)
        if base is not None:
            name = self._text(base)
            if name not in self.bases:
                hint = did_you_mean(name, self.bases)
                raise self._wrong(f"there is no person `{name}`", base.span, hint)
            given = self.bases[name] | given
        return self._cells(given, PERSON)

    def _bills(self, node: YamlNode | None) -> tuple[Row, ...]:
        bills = (node.items or ()) if node is not None else ()
        table = self.benefit.table
        return tuple(
            self._cells({str(key): value for key, value in (bill.entries or {}).items()}, table)
            for bill in bills
        )

    def _cells(self, given: Mapping[str, YamlNode], table: str) -> Row:
        texts: dict[str, str] = {}
        specs = {spec.name: spec for spec in self.book.vocabulary.of_table(table)}
        for name, value in given.items():
            if name not in specs:
                hint = did_you_mean(name, specs)
                span = getattr(name, "span", value.span)
                raise self._wrong(f"there is no fact `{name}`", span, hint)
            texts[name] = self._text(value)
        row, unreadable = cells_of(texts, specs.values())
        for name, reason in unreadable.items():
            self._wrong(f"`{texts[name]}` {reason} for `{name}`", given[name].span)
        if unreadable:
            raise _Unreadable
        return row

    # --- rates ------------------------------------------------------------------------------

    def _rates(self, node: YamlNode | None) -> dict[str, tuple[RateRow, ...]]:
        schedules = {
            name: schedule
            for variant in self.benefit.variants
            for name, schedule in variant.rates.items()
        }
        rates: dict[str, tuple[RateRow, ...]] = {}
        for name, rows in (node.entries or {}).items() if node is not None else ():
            if name not in schedules:
                hint = did_you_mean(name, schedules)
                raise self._wrong(f"the rule has no rate `{name}`", name.span, hint)
            rates[name] = tuple(self._rate(row, schedules[name]) for row in rows.items or ())
        return rates

    def _rate(self, node: YamlNode, schedule: RateSchedule) -> RateRow:
        entries = self._entries(node, (*_RATE_KEYS, *schedule.keys))
        for needed in ("from", "value", *schedule.keys):
            if needed not in entries:
                raise self._wrong(f"a rate row needs `{needed}`", node.span)
        until = entries.get("until")
        division = entries.get("division")
        return RateRow(
            from_on=self._day(entries["from"]),
            value=self._rate_value(entries["value"]),
            keys=tuple(
                self._key(entries[key], schedule, at) for at, key in enumerate(schedule.keys)
            ),
            division=without_zeros(self._text(division)) if division is not None else "",
            until_on=self._day(until) if until is not None else None,
            source="case",
            confidence="H",
            span=node.span,
        )

    def _rate_value(self, node: YamlNode) -> Fraction | Special:
        text = self._text(node)
        if text in ("none", "unknown"):
            return Special(text)
        number = parse_number(text.removesuffix("%").strip())
        if number is None:
            raise self._wrong(f"`{text}` is no number", node.span)
        return number / 100 if text.endswith("%") else number

    def _key(self, node: YamlNode, schedule: RateSchedule, at: int) -> Key:
        text = self._text(node)
        if any(isinstance(row.keys[at], Fraction) for row in schedule.rows):
            number = parse_number(text)
            if number is None:
                raise self._wrong(f"`{text}` is no number", node.span)
            return number
        return text

    # --- what is expected -------------------------------------------------------------------

    def _expected(self, node: YamlNode) -> tuple[Expectation, ...]:
        if node.items is not None:
            return tuple(self._expectation(item) for item in node.items)
        return (self._expectation(node),)

    def _expectation(self, node: YamlNode) -> Expectation:
        entries = self._entries(node, _EXPECT_KEYS)
        texts = {
            key: self._text(entries[key])
            for key in ("bill_id", "outcome", "amount", "per", "provisional")
            if key in entries
        }
        outcome, amount = texts.get("outcome"), texts.get("amount")
        if outcome not in (None, "due", "not_due", "undetermined"):
            hint = did_you_mean(outcome, ("due", "not_due", "undetermined"))
            raise self._wrong(f"`{outcome}` is no outcome", entries["outcome"].span, hint)
        if amount is not None and _AMOUNT.fullmatch(amount) is None:
            hint = 'an amount is written with two decimals in quotes: "216.00"'
            raise self._wrong(f"`{amount}` is no amount", entries["amount"].span, hint)
        return Expectation(
            node.span,
            texts.get("bill_id", ""),
            outcome,
            amount,
            texts.get("per"),
            self._names(entries.get("unmet")),
            self._names(entries.get("missing")),
            self._yes_no(entries.get("provisional")),
        )

    def _names(self, node: YamlNode | None) -> tuple[str, ...] | None:
        if node is None:
            return None
        if node.items is not None:
            return tuple(sorted(self._text(item) for item in node.items))
        return (self._text(node),) if node.text else ()

    def _yes_no(self, node: YamlNode | None) -> bool | None:
        if node is None:
            return None
        text = self._text(node)
        if text not in ("yes", "no", "true", "false"):
            raise self._wrong(f"`{text}` is neither yes nor no", node.span)
        return text in ("yes", "true")

    # --- nodes ------------------------------------------------------------------------------

    def _entries(self, node: YamlNode, known: tuple[str, ...]) -> dict[str, YamlNode]:
        if node.entries is None:
            raise self._wrong("a mapping `key: value` is needed here", node.span)
        for key in node.entries:
            if key not in known:
                self._wrong(f"unknown key `{key}`", key.span, did_you_mean(key, known))
        return {str(key): value for key, value in node.entries.items()}

    def _text(self, node: YamlNode) -> str:
        if node.text is None:
            raise self._wrong("a single value is needed here", node.span)
        return str(node.text)

    def _title(self, node: YamlNode | None) -> str:
        if node is None:
            return ""
        if node.entries is not None:
            return str(next(iter(node.entries.values())).text or "")
        return self._text(node)

    def _day(self, node: YamlNode) -> date:
        day = parse_iso_day(self._text(node))
        if day is None:
            raise self._wrong(f"`{node.text}` is no day (YYYY-MM-DD)", node.span)
        return day

    def _wrong(self, message: str, span: Span, hint: str = "") -> _Unreadable:
        self.problems.append(Problem("VB730", message, span, hint=hint))
        return _Unreadable()
