"""One reading of a rule into a variant: every name known, every expression typed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from vetbenefits.dates import MonthEnd
from vetbenefits.model.rulebook import Variant
from vetbenefits.rulelang.amount_builder import build_amount
from vetbenefits.rulelang.clause_builder import build_entries, citations
from vetbenefits.rulelang.fact_builder import wording
from vetbenefits.rulelang.lost import NOTHING_LOST
from vetbenefits.rulelang.payable import build_payable
from vetbenefits.rulelang.resolver import read_term
from vetbenefits.rulelang.scope import Definition, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from vetbenefits.model.expressions import Term
    from vetbenefits.model.facts import Vocabulary
    from vetbenefits.model.rates import RateSchedule
    from vetbenefits.problems import Span
    from vetbenefits.rulelang.document import DefinitionBlock
    from vetbenefits.rulelang.findings import Findings
    from vetbenefits.rulelang.lost import Lost
    from vetbenefits.rulelang.rate_builder import RateReader
    from vetbenefits.rulelang.reading import Reading
    from vetbenefits.rulelang.source import SourceText


_OF_RATES = frozenset({"VB306", "VB312", "VB311"})


def definitions_of(blocks: Mapping[SourceText, DefinitionBlock]) -> dict[str, Definition]:
    """Return definitions by name, not yet read."""
    return {
        str(name): Definition(str(name), str(one.value), one.value.span, wording(one.title))
        for name, one in blocks.items()
    }


@dataclass(slots=True)
class VariantBuilder:
    """Builds the variants of one benefit. A rate that no overlay replaces is one object in all."""

    vocabulary: Vocabulary
    table: str
    place: Term | None
    common: Mapping[str, Definition]
    rate_reader: RateReader
    amount_span: Span
    findings: Findings
    month_end: MonthEnd = MonthEnd.FIRST_OF_NEXT
    lost: Lost = NOTHING_LOST
    _schedules: dict[int, RateSchedule] = field(default_factory=dict)
    _broken: set[int] = field(default_factory=set)

    def variant(
        self, reading: Reading, division: str | None, from_on: date, until_on: date
    ) -> Variant | None:
        """Return the variant, or None where a part cannot be used; what is wrong is noted."""
        before = self.findings.errors
        scope = self.scope(reading)
        position = len(self.findings.problems)
        has_broken_rate = self.findings.errors > before or bool(
            self._broken & {id(block) for _, block in reading.rates.values()}
        )
        entries = build_entries(reading.entries, scope, self.findings)
        amount = build_amount(reading.amount, self.table, scope, self.amount_span, self.findings)
        pays = build_payable(reading.payable, scope, self.findings)
        definitions: dict[str, Term] = {}
        for name in reading.define:
            one = scope.definitions[name]
            term, problems = read_term(one.text, one.span, scope.within(one.name))
            self.findings.extend(problems)
            if term is not None:
                definitions[str(name)] = term
        if has_broken_rate:
            # Its unit and keys are not known, so what is said of them elsewhere is worth nothing.
            rest = self.findings.problems[position:]
            self.findings.problems[position:] = [one for one in rest if one.code not in _OF_RATES]
        if amount is None or has_broken_rate or self.findings.errors > before:
            return None
        return Variant(
            division=division,
            from_on=from_on,
            until_on=until_on,
            entries=entries,
            amount=amount,
            definitions=definitions,
            rates=scope.rates,
            overlays=reading.overlays,
            titles={name: one.title for name, one in scope.definitions.items() if one.title},
            law=citations(reading.law),
            pays=pays,
            payable=reading.blocks["payable"],
            notice=reading.blocks["notice"],
            apply=reading.blocks["apply"],
        )

    def scope(self, reading: Reading) -> Scope:
        """Return what names mean in a reading. Rates without keys come first: keys may use them."""
        definitions = {**self.common, **definitions_of(reading.define)}
        scope = Scope(
            self.vocabulary,
            self.table,
            definitions,
            {},
            self.place,
            month_end=self.month_end,
            lost=self.lost | reading.lost,
        )
        rates: dict[str, RateSchedule] = {}
        for has_keys in (False, True):
            for name, (file, block) in reading.rates.items():
                if bool(block.key) is not has_keys:
                    continue
                schedule = self._schedules.get(id(block))
                if schedule is None:
                    before = self.findings.errors
                    schedule = self.rate_reader.schedule(name, block, scope, file.folder)
                    self._schedules[id(block)] = schedule
                    if self.findings.errors > before:
                        self._broken.add(id(block))
                rates[str(name)] = schedule
            scope = replace(scope, rates=dict(rates))
        ordered = {str(name): rates[str(name)] for name in reading.rates}
        return replace(scope, rates=ordered)
