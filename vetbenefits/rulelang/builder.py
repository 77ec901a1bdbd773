"""All files of a rule book, each in its shape, into the rule book."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vetbenefits.model.facts import NO_TEXT, PERSON, Vocabulary
from vetbenefits.model.rulebook import CheckEffect, RosterCheck, RuleBook
from vetbenefits.problems import did_you_mean
from vetbenefits.rulelang.benefit_builder import BenefitBuilder
from vetbenefits.rulelang.checks import check_benefit, check_whole_book
from vetbenefits.rulelang.fact_builder import wording
from vetbenefits.rulelang.findings import EXPRESSIONS, Findings
from vetbenefits.rulelang.lost import NOTHING_LOST
from vetbenefits.rulelang.rate_builder import RateReader
from vetbenefits.rulelang.reading import Overlay, days_of
from vetbenefits.rulelang.resolver import read_condition, read_term
from vetbenefits.rulelang.scope import Scope
from vetbenefits.rulelang.variant_builder import definitions_of
from vetbenefits.rulelang.vocabulary_builder import LANGUAGE_WORDS, build_vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from vetbenefits.model.rulebook import Benefit
    from vetbenefits.problems import Problem
    from vetbenefits.rulelang.document import (
        CommonBlock,
        OverlayBlock,
        RateTableBlock,
        RuleBlock,
        RuleBookBlock,
    )
    from vetbenefits.rulelang.facts_document import FactsBlock
    from vetbenefits.rulelang.lost import Lost
    from vetbenefits.rulelang.reading import RuleFile
    from vetbenefits.rulelang.scope import Definition
    from vetbenefits.rulelang.source import YamlNode


# What cannot be said while some facts or definitions are lost.
_OF_OTHERS = re.compile("VB21[178]|VB33[37]|VB608")


@dataclass(frozen=True, slots=True)
class Documents:
    """Every file of a rule book in its shape; None or absent where a file has none.

    `rate_files` are the CSV files by their shown names; `lost` are the names that broken parts of
    facts.yaml and common.yaml would have defined.
    """

    facts: FactsBlock | None
    common: CommonBlock | None
    head: RuleBookBlock | None
    rules: Sequence[tuple[RuleFile, RuleBlock]]
    overlays: Sequence[tuple[str, RuleFile, OverlayBlock]]
    rate_files: Mapping[str, bytes]
    read_table: Callable[[YamlNode, str], tuple[RateTableBlock | None, tuple[Problem, ...]]]
    unusable_rules: frozenset[str] = frozenset()
    lost: Lost = NOTHING_LOST
    used_rate_files: set[str] = field(default_factory=set)


def build_rulebook(
    documents: Documents, fingerprint: str, folder: str, findings: Findings
) -> RuleBook:
    """Build the rule book; it can be used only if `findings` then hold no error."""
    facts = documents.facts
    if facts is None:
        return RuleBook(Vocabulary({}), ())
    own = Findings()
    vocabulary = build_vocabulary(facts, own)
    common = _common(documents, vocabulary, own)
    checks = _checks(documents, facts, vocabulary, common, own)
    findings.extend(_sayable(own, documents.lost))
    benefits = _benefits(documents, vocabulary, common, checks, findings)
    head = documents.head
    book = RuleBook(
        vocabulary=vocabulary,
        benefits=tuple(sorted(benefits, key=lambda one: one.id)),
        checks=checks,
        title=wording(head.title) if head is not None else NO_TEXT,
        fingerprint=fingerprint,
        folder=folder,
    )
    if not findings.errors:
        check_whole_book(book, common, findings)
    return book


def _sayable(own: Findings, lost: Lost) -> list[Problem]:
    """Return what holds even though some names are lost."""
    is_whole = lost == NOTHING_LOST
    return [one for one in own.problems if is_whole or not _OF_OTHERS.fullmatch(one.code)]


def _common(
    documents: Documents, vocabulary: Vocabulary, findings: Findings
) -> dict[str, Definition]:
    block = documents.common
    if block is None:
        return {}
    common = definitions_of(block.define)
    facts = vocabulary.by_word()
    scope = Scope(vocabulary, definitions=common, lost=documents.lost)
    for name, one in block.define.items():
        for word in {str(name), common[name].title.zh} - {""}:
            if word in LANGUAGE_WORDS or word in facts:
                message = f"`{word}` is the name of a fact or a word of the language already"
                findings.error("VB337", message, name.span, "choose another name")
        _, problems = read_term(one.value, one.value.span, scope.within(str(name)))
        findings.extend(problems)
    return common


def _checks(
    documents: Documents,
    facts: FactsBlock,
    vocabulary: Vocabulary,
    common: Mapping[str, Definition],
    findings: Findings,
) -> tuple[RosterCheck, ...]:
    found: list[RosterCheck] = []
    seen: set[str] = set()
    for block in facts.checks:
        if block.id in seen:
            message = f"two checks are called `{block.id}`"
            findings.error("VB211", message, block.id.span, "give one another id")
        seen.add(block.id)
        table = str(block.table or PERSON)
        if table != PERSON and table not in vocabulary.tables:
            message = f"there is no table `{table}`"
            hint = did_you_mean(table, vocabulary.tables)
            findings.error("VB217", message, (block.table or block.id).span, hint)
        scope = Scope(vocabulary, table, common, lost=documents.lost)
        term, problems = read_condition(block.holds, block.holds.span, scope)
        findings.extend(problems)
        if term is None:
            continue
        effect = CheckEffect(block.effect)
        found.append(
            RosterCheck(str(block.id), term, effect, wording(block.say), str(block.holds), table)
        )
    return tuple(found)


def _benefits(
    documents: Documents,
    vocabulary: Vocabulary,
    common: Mapping[str, Definition],
    checks: Sequence[RosterCheck],
    findings: Findings,
) -> list[Benefit]:
    overlays = _overlays(documents, findings)
    head = documents.head
    recheck = head.recheck_after.value if head is not None and head.recheck_after else None
    benefits: list[Benefit] = []
    broken = {problem.span.file for problem in findings.problems if problem.is_error}
    for file, block in documents.rules:
        name = str(block.benefit)
        own = Findings()
        blocks: tuple[RuleBlock | OverlayBlock, ...]
        of_place = overlays.get(name, ())
        blocks = (block, *(one.block for one in of_place))
        files = {file.shown_as, *(one.shown_as for one in of_place)}
        reader = RateReader(
            name,
            documents.rate_files,
            documents.read_table,
            recheck,
            own,
            documents.used_rate_files,
        )
        builder = BenefitBuilder(
            file, block, of_place, vocabulary, common, reader, own, documents.lost
        )
        benefit = builder.benefit()
        if broken & files:
            # Parts of its files are missing: what is said of the rest holds for expressions only.
            findings.extend(one for one in own.problems if EXPRESSIONS.fullmatch(one.code))
            continue
        if benefit is not None:
            benefits.append(benefit)
            if not broken:
                check_benefit(benefit, blocks, checks, vocabulary, own)
        findings.extend(_sayable(own, documents.lost))
    return benefits


def _overlays(documents: Documents, findings: Findings) -> dict[str, list[Overlay]]:
    """Return the overlays by benefit, those of wider divisions first."""
    known = {str(block.benefit) for _, block in documents.rules}
    found: dict[str, list[Overlay]] = {}
    for division, file, block in sorted(documents.overlays, key=lambda one: (len(one[0]), one[0])):
        from_on, until_on = days_of(block.in_force, findings)
        overlay = Overlay(division, file, block, from_on, until_on)
        found.setdefault(str(block.benefit), []).append(overlay)
        if block.benefit not in known | documents.unusable_rules:
            message = f"there is no benefit `{block.benefit}` for this overlay to change"
            findings.error("VB339", message, block.benefit.span, did_you_mean(block.benefit, known))
    return found
