"""Conditions: from the blocks of `due_when` to typed clauses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetbenefits.model.expressions import And, Not, Or
from vetbenefits.model.kinds import TRUTH
from vetbenefits.model.rulebook import Citation, Clause, Entry, Quantifier
from vetbenefits.rulelang.fact_builder import wording
from vetbenefits.rulelang.resolver import read_condition

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vetbenefits.model.expressions import Term
    from vetbenefits.rulelang.document import CitationBlock, ClauseBlock
    from vetbenefits.rulelang.findings import Findings
    from vetbenefits.rulelang.scope import Scope

DEEPEST_GROUP = 2  # the lists of `due_when` are the first level


def citations(blocks: Iterable[CitationBlock]) -> tuple[Citation, ...]:
    """Return where something stands in the law."""
    return tuple(
        Citation(
            document=str(block.document),
            article=str(block.article or ""),
            note=str(block.note or block.title or ""),
            confidence=str(block.confidence or ""),
        )
        for block in blocks
    )


def build_entries(
    blocks: Iterable[tuple[Quantifier, ClauseBlock]], scope: Scope, findings: Findings
) -> tuple[Entry, ...]:
    """Return the top-level clauses that can be used; what is wrong is noted."""
    entries: list[Entry] = []
    for how, block in blocks:
        clause = _clause(block, scope, findings, 1)
        if clause is not None:
            entries.append(Entry(clause, how))
    return tuple(entries)


def _clause(block: ClauseBlock, scope: Scope, findings: Findings, level: int) -> Clause | None:
    groups = {
        Quantifier.ALL: block.all_,
        Quantifier.ANY: block.any_,
        Quantifier.NONE: block.none_,
    }
    given = {how: parts for how, parts in groups.items() if parts is not None}
    if (block.if_ is not None) + len(given) != 1:
        message = f"the clause `{block.id}` needs one of `if`, `all`, `any`, `none`"
        findings.error("VB214", message, block.id.span)
        _read_on(block, scope, findings)
        return None
    if block.if_ is not None:
        term, problems = read_condition(block.if_, block.if_.span, scope)
        findings.extend(problems)
        return None if term is None else _plain_clause(block, term, str(block.if_))
    how, parts = next(iter(given.items()))
    return _group(block, how, parts, scope, findings, level)


def _read_on(block: ClauseBlock, scope: Scope, findings: Findings) -> None:
    """Note what is wrong in the conditions of a clause that cannot be used."""
    if block.if_ is not None:
        findings.extend(read_condition(block.if_, block.if_.span, scope)[1])
    for parts in (block.all_, block.any_, block.none_):
        for one in parts or ():
            _clause(one, scope, findings, 1)


def _plain_clause(block: ClauseBlock, term: Term, text: str) -> Clause:
    return Clause(
        id=str(block.id),
        test=term,
        say=wording(block.say),
        law=citations(block.law),
        text=text,
        span=block.id.span,
    )


def _group(
    block: ClauseBlock,
    how: Quantifier,
    blocks: tuple[ClauseBlock, ...],
    scope: Scope,
    findings: Findings,
    level: int,
) -> Clause | None:
    if level >= DEEPEST_GROUP:
        message = "groups of conditions are nested more than two deep"
        hint = "give the inner group a name under `define`"
        findings.error("VB215", message, block.id.span, hint)
        _read_on(block, scope, findings)
        return None
    if not blocks:
        message = f"the group `{block.id}` holds no conditions"
        findings.error("VB209", message, block.id.span, "add one, or remove the group")
        return None
    built = [_clause(one, scope, findings, level + 1) for one in blocks]
    parts = tuple(one for one in built if one is not None)
    if len(parts) < len(blocks):
        return None
    tests = tuple(one.test for one in parts)
    test: Term = And(tests, type=TRUTH) if how is Quantifier.ALL else Or(tests, type=TRUTH)
    if how is Quantifier.NONE:
        test = Not(test, type=TRUTH)
    return Clause(
        id=str(block.id),
        test=test,
        say=wording(block.say),
        law=citations(block.law),
        how=how,
        parts=parts,
        span=block.id.span,
    )
