"""Checks that need a whole rule or the whole book, one file a topic."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vetbenefits.model.expressions import Named, walk
from vetbenefits.model.facts import PERSON
from vetbenefits.model.rulebook import CheckEffect
from vetbenefits.rulelang.amount_checks import check_amount
from vetbenefits.rulelang.condition_checks import check_conditions
from vetbenefits.rulelang.findings import Findings
from vetbenefits.rulelang.ranges import Ranges, bare
from vetbenefits.rulelang.rate_checks import check_rate
from vetbenefits.rulelang.usage import names_used

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vetbenefits.model.expressions import Term
    from vetbenefits.model.facts import Vocabulary
    from vetbenefits.model.rates import RateSchedule
    from vetbenefits.model.rulebook import Benefit, RosterCheck, RuleBook
    from vetbenefits.rulelang.document import OverlayBlock, RuleBlock
    from vetbenefits.rulelang.scope import Definition

_WORD = re.compile(r"[\w\u3400-\u9fff]+")


def check_benefit(
    benefit: Benefit,
    blocks: Sequence[RuleBlock | OverlayBlock],
    checks: Sequence[RosterCheck],
    vocabulary: Vocabulary,
    findings: Findings,
) -> None:
    """Check one benefit in every place.

    Args:
        benefit: the benefit, built without errors.
        blocks: its rule.yaml and overlays.
        checks: the checks of the roster; those that set rows aside hold of everyone who is decided.
        vocabulary: the facts and their ranges.
        findings: takes the problems.
    """
    ranges = Ranges(vocabulary)
    for check in checks:
        if check.effect is CheckEffect.SET_ASIDE and check.table in (PERSON, benefit.table):
            ranges = ranges.rested().assuming(bare(check.holds), holds=True)
    own = Findings()
    seen: dict[int, RateSchedule] = {}
    for variant in benefit.variants:
        if variant.is_open:
            continue  # it holds nothing that the others do not
        check_conditions(variant, ranges, own)
        check_amount(variant, ranges, own)
        seen.update((id(schedule), schedule) for schedule in variant.rates.values())
    for schedule in seen.values():
        check_rate(schedule, own)
    # What is wrong in every place is said once.
    once = {(problem.code, problem.span): problem for problem in reversed(own.problems)}
    findings.extend(reversed(once.values()))
    _check_unused(benefit, blocks, findings)


def check_whole_book(book: RuleBook, common: Mapping[str, Definition], findings: Findings) -> None:
    """Note definitions of common.yaml that no rule and no check uses."""
    used = names_used(variant for one in book.benefits for variant in one.variants)
    used |= _definitions_in(check.holds for check in book.checks)
    for name, definition in common.items():
        if name not in used:
            message = f"nothing uses the definition `{name}`"
            findings.warn("VB345", message, definition.span, "delete it, or use it")


def _definitions_in(terms: Iterable[Term]) -> frozenset[str]:
    return frozenset(one.name for term in terms for one in walk(term) if isinstance(one, Named))


def _check_unused(
    benefit: Benefit, blocks: Sequence[RuleBlock | OverlayBlock], findings: Findings
) -> None:
    used = set(names_used(one for one in benefit.variants if not one.is_open))
    payable = [benefit.payable, *(one.payable for one in benefit.variants)]
    used.update(_WORD.findall(repr(payable)))
    for block in blocks:
        for what, names in (("definition", block.define), ("rate", block.rates)):
            for name in names:
                if name not in used:
                    message = f"nothing uses the {what} `{name}`"
                    findings.warn("VB345", message, name.span, "delete it, or use it")
