"""One benefit: rule.yaml and its overlays into all variants."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from vetbenefits.model.facts import PERSON, FactType
from vetbenefits.model.rulebook import MOST_ENTRIES, RESERVED_IDS, Benefit
from vetbenefits.problems import did_you_mean
from vetbenefits.rulelang.clause_builder import citations
from vetbenefits.rulelang.fact_builder import wording
from vetbenefits.rulelang.payable import check_payable
from vetbenefits.rulelang.reading import (
    days_of,
    ids_of,
    national,
    new_names,
    overlaid,
)
from vetbenefits.rulelang.scope import fact_term
from vetbenefits.rulelang.unknown_place import unknown_place_variant
from vetbenefits.rulelang.usage import names_used
from vetbenefits.rulelang.variant_builder import VariantBuilder
from vetbenefits.rulelang.vocabulary_builder import LANGUAGE_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from vetbenefits.model.expressions import Term
    from vetbenefits.model.facts import Vocabulary
    from vetbenefits.model.rulebook import Variant
    from vetbenefits.rulelang.document import RuleBlock
    from vetbenefits.rulelang.findings import Findings
    from vetbenefits.rulelang.rate_builder import RateReader
    from vetbenefits.rulelang.reading import (
        Overlay,
        Reading,
        RuleFile,
    )
    from vetbenefits.rulelang.scope import Definition
    from vetbenefits.rulelang.source import SourceText

_TABLES = (PERSON, "bill")


@dataclass(frozen=True, slots=True)
class BenefitBuilder:
    """Builds one benefit; what is wrong is noted in `findings`."""

    file: RuleFile
    block: RuleBlock
    overlays: Sequence[Overlay]
    vocabulary: Vocabulary
    common: Mapping[str, Definition]
    rate_reader: RateReader
    findings: Findings

    def benefit(self) -> Benefit | None:
        """Return the benefit, or None where it cannot be used."""
        before = self.findings.errors
        block = self.block
        if not block.law:
            message = f"`{block.benefit}` cites no law"
            hint = "add `law: [{document: …, article: …}]`"
            self.findings.error("VB335", message, block.benefit.span, hint)
        from_on, until_on = days_of(block.in_force, self.findings)
        place = self._place()
        base = national(self.file, block)
        self._check_names(base, self.common)
        self._check_ids(base)
        builder = VariantBuilder(
            self.vocabulary,
            self._table(),
            place,
            self.common,
            self.rate_reader,
            self.file.root.key_span("amount"),
            self.findings,
        )
        check_payable(block.payable, self._all_ids(), self.findings)
        first = builder.variant(base, "", from_on, until_on)
        if self.findings.errors > before or first is None:
            return None
        variants = self._variants(builder, base, first, place)
        if self.findings.errors > before:
            return None
        return Benefit(
            id=str(block.benefit),
            title=wording(block.title),
            law=citations(block.law),
            from_on=from_on,
            until_on=until_on,
            variants=variants,
            table=builder.table,
            place=place,
            payable=base.blocks["payable"],
            notice=base.blocks["notice"],
            apply=base.blocks["apply"],
            span=block.benefit.span,
        )

    # --- what the rule says about itself ----------------------------------------------------

    def _table(self) -> str:
        word = self.block.for_each
        if word not in _TABLES:
            message = f"`for_each: {word}` is not supported yet"
            self.findings.error("VB208", message, word.span, "write person or bill")
            return PERSON
        if word != PERSON and word not in self.vocabulary.tables:
            message = f"facts.yaml has no table `{word}`"
            self.findings.error("VB217", message, word.span)
            return PERSON
        return str(word)

    def _place(self) -> Term | None:
        if self.block.paid_by is None:
            regional = [one for one in self.block.rates.values() if one.by is not None]
            if self.overlays or regional:
                message = "parts differ by place, and nothing says which fact names the place"
                hint = "add `paid_by: {place: …}`"
                self.findings.error("VB336", message, self.block.benefit.span, hint)
            return None
        word = self.block.paid_by.place
        name = self.vocabulary.by_word().get(word, "")
        spec = self.vocabulary.facts.get(name)
        places = [
            one.name for one in self.vocabulary.facts.values() if one.type is FactType.DIVISION
        ]
        if spec is None:
            hint = did_you_mean(word, places) or "the places are " + ", ".join(places)
            self.findings.error("VB217", f"there is no fact `{word}`", word.span, hint)
            return None
        if spec.type is not FactType.DIVISION:
            message = f"`{word}` is no place"
            hint = "name a fact of type division: " + ", ".join(places)
            self.findings.error("VB217", message, word.span, hint)
            return None
        return fact_term(spec, word.span, str(word))

    def _all_ids(self) -> list[str]:
        blocks = [self.block.due_when, *(one.block.due_when for one in self.overlays)]
        return [
            str(name)
            for due_when in blocks
            if due_when is not None
            for clause in (*due_when.all_, *due_when.any_, *due_when.none_)
            for name in ids_of(clause)
        ]

    def _check_names(self, reading: Reading, common: Mapping[str, Definition]) -> None:
        facts = self.vocabulary.by_word()
        for name, block in reading.define.items():
            title = str(block.title.zh) if block.title is not None else ""
            for word in dict.fromkeys(one for one in (str(name), title) if one):
                if word in LANGUAGE_WORDS:
                    message = f"`{word}` is a word of the rule language and cannot be defined"
                    self.findings.error("VB212", message, name.span, "choose another name")
                elif word in facts:
                    message = f"`{word}` is the name of a fact already"
                    self.findings.error("VB337", message, name.span, "choose another name")
            if name in common:
                message = f"`{name}` is defined in common.yaml already"
                self.findings.error("VB337", message, name.span, "choose another name")

    def _check_ids(self, reading: Reading) -> None:
        seen: dict[str, SourceText] = {}
        for _, clause in reading.entries:
            for name in ids_of(clause):
                if name in RESERVED_IDS:
                    message = f"`{name}` is reserved: the program itself uses it in `unmet`"
                    self.findings.error("VB212", message, name.span, "choose another id")
                first = seen.setdefault(name, name)
                if first is not name:
                    message = f"two clauses are called `{name}`; the first is on line "
                    self.findings.error("VB211", f"{message}{first.span.line}", name.span)
        if len(reading.entries) > MOST_ENTRIES:
            message = f"`due_when` has {len(reading.entries)} entries, more than {MOST_ENTRIES}"
            hint = "put some of them into groups"
            self.findings.error("VB216", message, self.file.root.key_span("due_when"), hint)
        if not reading.entries:
            message = "`due_when` has no conditions"
            self.findings.error("VB209", message, self.file.root.key_span("due_when"))

    # --- places -----------------------------------------------------------------------------

    def _variants(
        self, builder: VariantBuilder, base: Reading, first: Variant, place: Term | None
    ) -> tuple[Variant, ...]:
        """Return the national variant, those of the regions, and those of unknown place."""
        found = [first]
        checked: set[str] = set()
        for overlay in self.overlays:
            for from_on, until_on in self._spans(overlay, first):
                chain = self._chain(overlay, from_on)
                variant = self._regional(builder, base, chain, (from_on, until_on), checked)
                if variant is not None:
                    found.append(variant)
        if place is not None and len(found) > 1:
            found.extend(self._unknown_place(found, place))
        return tuple(found)

    def _regional(
        self,
        builder: VariantBuilder,
        base: Reading,
        chain: Sequence[Overlay],
        days: tuple[date, date],
        checked: set[str],
    ) -> Variant | None:
        reading = base
        fresh: list[SourceText] = []
        for overlay in chain:
            is_new = overlay.shown_as not in checked
            fresh = new_names(reading, overlay, self.common) if is_new else []
            reading = overlaid(reading, overlay, self.findings if is_new else type(self.findings)())
            if is_new:
                self._check_ids(reading)
            checked.add(overlay.shown_as)
        variant = builder.variant(reading, chain[-1].division, *days)
        if variant is not None and fresh:
            used = names_used((variant,))
            known = [*base.define, *self.common, *base.rates]
            for name in fresh:
                if name not in used:
                    message = f"`{name}` replaces nothing, and nothing uses it"
                    self.findings.error("VB331", message, name.span, did_you_mean(name, known))
        return variant

    def _chain(self, overlay: Overlay, day: date) -> list[Overlay]:
        """Return the overlays that hold in a division on a day, the widest first."""
        held = [
            one
            for one in self.overlays
            if overlay.division.startswith(one.division) and one.from_on <= day < one.until_on
        ]
        return sorted(held, key=lambda one: len(one.division))

    def _spans(self, overlay: Overlay, first: Variant) -> list[tuple[date, date]]:
        """Cut the days of an overlay wherever one of its wider divisions changes."""
        wider = [one for one in self.overlays if overlay.division.startswith(one.division)]
        from_on = max(overlay.from_on, first.from_on)
        return _pieces(from_on, min(overlay.until_on, first.until_on), wider)

    def _unknown_place(self, found: Sequence[Variant], place: Term) -> list[Variant]:
        result: list[Variant] = []
        first = found[0]
        for from_on, until_on in _pieces(first.from_on, first.until_on, self.overlays):
            held = [one for one in found if one.from_on <= from_on < one.until_on]
            variant = unknown_place_variant(held, place)
            result.append(_on_days(variant, from_on, until_on))
        return result


def _on_days(variant: Variant, from_on: date, until_on: date) -> Variant:
    return replace(variant, from_on=from_on, until_on=until_on)


def _pieces(from_on: date, until_on: date, overlays: Iterable[Overlay]) -> list[tuple[date, date]]:
    """Return the span cut at the first and last days of the overlays."""
    cuts = {from_on, until_on}
    for one in overlays:
        cuts.update(day for day in (one.from_on, one.until_on) if from_on < day < until_on)
    ordered = sorted(cuts)
    return list(pairwise(ordered))
