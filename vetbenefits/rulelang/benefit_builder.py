"""One benefit: rule.yaml and its overlays into all variants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vetbenefits.dates import MonthEnd
from vetbenefits.model.facts import PERSON, FactType
from vetbenefits.model.rulebook import Benefit
from vetbenefits.problems import did_you_mean
from vetbenefits.rulelang.clause_builder import citations
from vetbenefits.rulelang.fact_builder import wording
from vetbenefits.rulelang.lost import NOTHING_LOST
from vetbenefits.rulelang.names import check_ids, check_names
from vetbenefits.rulelang.payable import check_payable
from vetbenefits.rulelang.reading import days_of, ids_of, national
from vetbenefits.rulelang.region_builder import RegionBuilder, said_of_overlays
from vetbenefits.rulelang.scope import fact_term
from vetbenefits.rulelang.variant_builder import VariantBuilder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vetbenefits.model.expressions import Term
    from vetbenefits.model.facts import Vocabulary
    from vetbenefits.rulelang.document import RuleBlock
    from vetbenefits.rulelang.findings import Findings
    from vetbenefits.rulelang.lost import Lost
    from vetbenefits.rulelang.rate_builder import RateReader
    from vetbenefits.rulelang.reading import Overlay, RuleFile
    from vetbenefits.rulelang.scope import Definition

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
    lost: Lost = NOTHING_LOST

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
        places = self.file.root.key_span("due_when")
        check_names(block.define, self.vocabulary, self.common, self.findings)
        check_ids(base.entries, places, self.findings)
        builder = VariantBuilder(
            self.vocabulary,
            self._table(),
            place,
            self.common,
            self.rate_reader,
            self.file.root.key_span("amount"),
            self.findings,
            MonthEnd(block.month_end or MonthEnd.FIRST_OF_NEXT),
            self.lost,
        )
        check_payable(block.payable, self._all_ids(), self.findings)
        first = builder.variant(base, "", from_on, until_on)
        if self.findings.errors > before or first is None:
            self.findings.extend(said_of_overlays(builder, base, self.overlays))
            return None
        regions = RegionBuilder(builder, base, first, self.overlays, places)
        variants = regions.variants()
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
