"""A rule as it reads in one place: the national text with what regional overlays replace.

Works on the blocks of the files, before any expression is read. Overlays stack by the length of
their division code, so a county changes what its province already changed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from vetbenefits.model.rulebook import Quantifier
from vetbenefits.problems import did_you_mean
from vetbenefits.rulelang.lost import NOTHING_LOST
from vetbenefits.rulelang.pruning import is_stand_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetbenefits.rulelang.document import (
        AmountChangeBlock,
        CitationBlock,
        ClauseBlock,
        DefinitionBlock,
        DueWhenBlock,
        InForceBlock,
        OverlayBlock,
        PayableBlock,
        RateBlock,
        RuleBlock,
    )
    from vetbenefits.rulelang.findings import Findings
    from vetbenefits.rulelang.lost import Lost
    from vetbenefits.rulelang.source import SourceText, YamlNode

# Days before the first and after the last on which anything is decided.
OPEN_START = date.min
OPEN_END = date.max


@dataclass(frozen=True, slots=True)
class RuleFile:
    """One rule.yaml or overlay: its tree, its blocks, and the folder that its rate files lie in.

    `lost` are the names that its broken parts would have defined.
    """

    shown_as: str
    folder: str
    root: YamlNode
    block: RuleBlock | OverlayBlock
    lost: Lost = NOTHING_LOST

    @property
    def is_unnamed(self) -> bool:
        """Tell whether the file does not say which benefit it is about."""
        return is_stand_in(self.block.benefit)


@dataclass(frozen=True, slots=True)
class Overlay:
    """An overlay with the division it holds for. `from_on` inclusive, `until_on` exclusive."""

    division: str
    file: RuleFile
    block: OverlayBlock
    from_on: date
    until_on: date

    @property
    def shown_as(self) -> str:
        """Return the name of the file."""
        return self.file.shown_as


@dataclass(frozen=True, slots=True)
class Reading:
    """The parts of a rule in one place. `rates` keep the file they stand in for their CSV files."""

    define: Mapping[SourceText, DefinitionBlock]
    entries: tuple[tuple[Quantifier, ClauseBlock], ...]
    amount: AmountChangeBlock
    rates: Mapping[SourceText, tuple[RuleFile, RateBlock]]
    blocks: Mapping[str, Mapping[str, object]]
    payable: PayableBlock | None
    overlays: tuple[str, ...] = ()
    law: tuple[CitationBlock, ...] = ()
    lost: Lost = NOTHING_LOST


def days_of(block: InForceBlock | None, findings: Findings) -> tuple[date, date]:
    """Return first day and first day after; open where the rule is not dated."""
    if block is None:
        return OPEN_START, OPEN_END
    from_on = block.from_.value if block.from_ is not None else OPEN_START
    until_on = block.until.value if block.until is not None else OPEN_END
    if block.until is not None and until_on <= from_on:
        message = "it ends before it begins: `until` is the first day no longer in force"
        findings.error("VB606", message, block.until.span)
    return from_on, until_on


def national(file: RuleFile, block: RuleBlock) -> Reading:
    """Return the rule as rule.yaml has it."""
    return Reading(
        define=block.define,
        entries=_entries(block.due_when),
        amount=block.amount,
        rates={name: (file, one) for name, one in block.rates.items()},
        blocks={key: plain(file.root.get(key)) for key in ("payable", "notice", "apply")},
        lost=file.lost,
        payable=block.payable,
    )


def overlaid(base: Reading, overlay: Overlay, findings: Findings) -> Reading:
    """Return the rule with the parts that an overlay replaces, adds or removes."""
    block, file = overlay.block, overlay.file
    if not _says_anything(block):
        message = "the overlay replaces nothing"
        findings.error(
            "VB331", message, block.benefit.span, "name a part of the rule, or delete it"
        )
    entries = base.entries
    for name in block.remove:
        entries = _without(entries, name, findings)
    for how, clause in _entries(block.due_when):
        entries = _with(entries, how, clause)
    written = block.amount.model_fields_set if block.amount is not None else set()
    news = {key: getattr(block.amount, key) for key in written}
    # The two ways to write a value are one part: either replaces the other.
    if "value" in news or "highest" in news:
        news = {"value": None, "highest": None} | news
    blocks = {key: {**old, **plain(file.root.get(key))} for key, old in base.blocks.items()}
    return replace(
        base,
        define={**base.define, **block.define},
        entries=entries,
        amount=base.amount.model_copy(update=news),
        rates={**base.rates, **{name: (file, one) for name, one in block.rates.items()}},
        blocks=blocks,
        payable=_payable(base.payable, block.payable),
        overlays=(*base.overlays, overlay.shown_as),
        law=(*base.law, *block.law),
        lost=base.lost | file.lost,
    )


def _payable(old: PayableBlock | None, new: PayableBlock | None) -> PayableBlock | None:
    """Return `payable` with the keys that an overlay replaces."""
    if old is None or new is None:
        return new or old
    return old.model_copy(update={key: getattr(new, key) for key in new.model_fields_set})


def new_names(base: Reading, overlay: Overlay, common: Mapping[str, object]) -> list[SourceText]:
    """Return definitions and rates of an overlay that replace nothing.

    They are right only where the overlay itself uses them; else the name is a slip.
    """
    block = overlay.block
    fresh = [name for name in block.define if name not in base.define and name not in common]
    return fresh + [name for name in block.rates if name not in base.rates]


def plain(node: YamlNode | None) -> dict[str, object]:
    """Return a mapping as it was written, in plain texts, lists and dicts."""
    found = _plain(node) if node is not None else {}
    return found if isinstance(found, dict) else {}


def _plain(node: YamlNode) -> object:
    if node.text is not None:
        return str(node.text)
    if node.items is not None:
        return [_plain(item) for item in node.items]
    return {str(key): _plain(value) for key, value in (node.entries or {}).items()}


def _says_anything(block: OverlayBlock) -> bool:
    parts = (block.define, block.due_when, block.amount, block.rates)
    others = (block.payable, block.notice, block.apply, block.remove)
    return any(bool(part) for part in (*parts, *others))


def _entries(block: DueWhenBlock | None) -> tuple[tuple[Quantifier, ClauseBlock], ...]:
    if block is None:
        return ()
    return (
        *((Quantifier.ALL, clause) for clause in block.all_),
        *((Quantifier.ANY, clause) for clause in block.any_),
        *((Quantifier.NONE, clause) for clause in block.none_),
    )


def _parts(clause: ClauseBlock) -> tuple[str, tuple[ClauseBlock, ...]]:
    for key in ("all_", "any_", "none_"):
        parts: tuple[ClauseBlock, ...] | None = getattr(clause, key)
        if parts is not None:
            return key, parts
    return "", ()


def ids_of(clause: ClauseBlock) -> list[SourceText]:
    """Return the id of a clause and of everything in it."""
    return [clause.id, *(one for part in _parts(clause)[1] for one in ids_of(part))]


def _with(
    entries: tuple[tuple[Quantifier, ClauseBlock], ...], how: Quantifier, clause: ClauseBlock
) -> tuple[tuple[Quantifier, ClauseBlock], ...]:
    """Return the entries with one clause replaced where it stands, or added at the end."""
    changed = False
    result: list[tuple[Quantifier, ClauseBlock]] = []
    for old_how, old in entries:
        if old.id == clause.id:
            result.append((how, clause))
            changed = True
        else:
            new = _replaced_inside(old, clause)
            changed = changed or new is not old
            result.append((old_how, new))
    return tuple(result) if changed else (*entries, (how, clause))


def _replaced_inside(group: ClauseBlock, clause: ClauseBlock) -> ClauseBlock:
    key, parts = _parts(group)
    if clause.id not in ids_of(group)[1:]:
        return group
    news = tuple(clause if one.id == clause.id else _replaced_inside(one, clause) for one in parts)
    return group.model_copy(update={key: news})


def _without(
    entries: tuple[tuple[Quantifier, ClauseBlock], ...], name: SourceText, findings: Findings
) -> tuple[tuple[Quantifier, ClauseBlock], ...]:
    known = [one for _, clause in entries for one in ids_of(clause)]
    if name not in known:
        message = f"there is no clause `{name}` to remove"
        findings.error("VB332", message, name.span, did_you_mean(name, known))
        return entries
    kept = [(how, _pruned(clause, name)) for how, clause in entries if clause.id != name]
    return tuple(kept)


def _pruned(group: ClauseBlock, name: str) -> ClauseBlock:
    key, parts = _parts(group)
    if not parts or name not in ids_of(group)[1:]:
        return group
    news = tuple(_pruned(one, name) for one in parts if one.id != name)
    return group.model_copy(update={key: news})
