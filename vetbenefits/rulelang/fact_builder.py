"""One fact of facts.yaml: from its block to its specification."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from vetbenefits.dates import parse_iso_day
from vetbenefits.model.facts import (
    NO_TEXT,
    Blank,
    Code,
    Derivation,
    FactSpec,
    FactType,
    MonthOnly,
    Role,
    Text,
)
from vetbenefits.model.kinds import WIDEST_COUNT, WIDEST_YUAN
from vetbenefits.money import parse_number
from vetbenefits.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vetbenefits.rulelang.document import TextBlock
    from vetbenefits.rulelang.facts_document import (
        CodeBlock,
        DerivationBlock,
        FactBlock,
        GroupBlock,
    )
    from vetbenefits.rulelang.findings import Findings
    from vetbenefits.rulelang.source import SourceText

RATIO_DECIMALS = 4
FIRST_DAY, LAST_DAY = date(1850, 1, 1), date(2199, 12, 31)
_NUMBERS = (FactType.INTEGER, FactType.MONEY, FactType.RATIO)
_DATES = (FactType.DATE, FactType.MONTH)
_CODED = (FactType.CODE, FactType.CODES)


def wording(block: TextBlock | None) -> Text:
    """Return the wording of a block as plain text."""
    return NO_TEXT if block is None else Text(str(block.zh), str(block.en))


@dataclass(frozen=True, slots=True)
class FactBuilder:
    """Builds the specification of one fact; what refers to other facts is checked afterwards."""

    name: SourceText
    table: str
    block: FactBlock
    findings: Findings

    def specification(self) -> FactSpec:
        """Return the specification. Where something is wrong it is noted and left out."""
        block = self.block
        kind = FactType(block.type)
        low, high = self._bounds(kind)
        first_on, last_on = self._days(kind)
        values = self._codes(kind)
        no_column = str(block.no_column_means or "unknown")
        title = wording(block.title)
        return FactSpec(
            name=str(self.name),
            type=kind,
            title=title,
            headers=tuple(str(header) for header in block.headers),
            table=self.table,
            unit=str(block.unit or ""),
            low=low,
            high=high,
            decimals=self._decimals(kind),
            first_on=first_on,
            last_on=last_on,
            values=values,
            groups=self._groups(kind, values),
            blank=self._blank(kind, values),
            no_column_means_none=no_column == "none",
            no_column_means=self._meaning(kind, values, block.no_column_means),
            month_only=self._month_only(kind),
            derive=tuple(self._derivation(one) for one in block.derive),
            role=Role(block.role) if block.role is not None else None,
            changes_never=block.changes == "never",
            is_private=block.private is not None and block.private.value,
            span=self.name.span,
        )

    def _bounds(self, kind: FactType) -> tuple[Fraction, Fraction]:
        if kind not in _NUMBERS:
            if self.block.range is not None and kind not in _DATES:
                message = f"a fact of type {kind} has no `range`"
                self.findings.error("VB214", message, self.name.span, "leave it out")
            return Fraction(0), Fraction(0)
        widest = WIDEST_YUAN if kind is FactType.MONEY else WIDEST_COUNT
        written = self._range()
        if written is None:
            return -widest, widest
        ends = [parse_number(text) for text in written]
        for text, end in zip(written, ends, strict=True):
            if end is None:
                self.findings.error("VB206", f"`{text}` is no number", text.span)
        low, high = ends
        if low is None or high is None:
            return -widest, widest
        if low > high:
            self.findings.error(
                "VB210", "the range is empty: its ends are swapped", written[0].span
            )
        return low, high

    def _days(self, kind: FactType) -> tuple[date, date]:
        first, last = FIRST_DAY, LAST_DAY
        written = self._range() if kind in _DATES else None
        if written is None:
            return first, last
        ends = [parse_iso_day(text) for text in written]
        for text, end in zip(written, ends, strict=True):
            if end is None:
                hint = "write YYYY-MM-DD, a day that exists"
                self.findings.error("VB205", f"`{text}` is no day", text.span, hint)
        if ends[0] is None or ends[1] is None:
            return first, last
        if ends[0] > ends[1]:
            self.findings.error(
                "VB210", "the range is empty: its ends are swapped", written[0].span
            )
        return ends[0], ends[1]

    def _range(self) -> Sequence[SourceText] | None:
        written = self.block.range
        if written is None:
            return None
        if len(written) != 2:  # noqa: PLR2004  a range has two ends
            span = written[0].span if written else self.name.span
            self.findings.error("VB210", "a range has two ends: [lowest, highest]", span)
            return None
        return written

    def _decimals(self, kind: FactType) -> int:
        written = self.block.decimals
        if kind is not FactType.RATIO:
            if written is not None:
                message = f"a fact of type {kind} has no `decimals`"
                self.findings.error("VB214", message, written.span, "leave it out")
            return 0
        return RATIO_DECIMALS if written is None else min(written.value, 8)

    def _month_only(self, kind: FactType) -> MonthOnly:
        written = self.block.month_only
        if written is None:
            return MonthOnly.UNKNOWN
        if kind is not FactType.DATE:
            message = f"a fact of type {kind} has no `month_only`"
            self.findings.error("VB214", message, written.span, "leave it out")
        return MonthOnly(written)

    # --- codes ------------------------------------------------------------------------------

    def _codes(self, kind: FactType) -> tuple[Code, ...]:
        blocks = self.block.values
        if kind not in _CODED:
            if blocks is not None:
                message = f"a fact of type {kind} has no `values`"
                self.findings.error("VB214", message, self.name.span, "make it `type: code`")
            return ()
        if not blocks:
            message = f"`{self.name}` has no codes"
            self.findings.error("VB201", message, self.name.span, "list them under `values`")
            return ()
        self._check_spellings(blocks)
        return tuple(_code(code, block) for code, block in blocks.items())

    def _check_spellings(self, blocks: Mapping[SourceText, CodeBlock]) -> None:
        owner: dict[str, SourceText] = {}
        for code, block in blocks.items():
            for spelling in (code, block.zh, block.en, *block.also):
                if spelling is None:
                    continue
                first = owner.setdefault(str(spelling), code)
                if first != code:
                    message = f"`{spelling}` stands for both `{first}` and `{code}`"
                    self.findings.error("VB220", message, spelling.span, "keep it under one code")

    def _groups(self, kind: FactType, values: Sequence[Code]) -> dict[str, tuple[str, ...]]:
        groups: dict[str, tuple[str, ...]] = {}
        for name, block in self.block.groups.items():
            if kind not in _CODED:
                message = f"a fact of type {kind} has no `groups`"
                self.findings.error("VB214", message, name.span, "leave them out")
                continue
            if any(name in (code.id, *code.spellings) for code in values):
                message = f"`{name}` is a code and cannot be a group as well"
                self.findings.error("VB211", message, name.span, "give the group another name")
            groups[str(name)] = self._members(name, block, values)
        return groups

    def _members(
        self, name: SourceText, block: GroupBlock, values: Sequence[Code]
    ) -> tuple[str, ...]:
        listed = block.codes if block.codes is not None else block.all_but
        if listed is None or (block.codes is not None and block.all_but is not None):
            hint = "write [a, b] or {all_but: [a]}"
            self.findings.error("VB214", f"the group `{name}` has no codes", name.span, hint)
            return ()
        known = [code.id for code in values]
        for code in listed:
            if code not in known:
                message = f"`{code}` is no code of `{self.name}`"
                self.findings.error("VB218", message, code.span, did_you_mean(code, known))
        wanted = {str(code) for code in listed}
        if block.codes is not None:
            return tuple(code for code in known if code in wanted)
        return tuple(code for code in known if code not in wanted)

    # --- blanks -----------------------------------------------------------------------------

    def _blank(self, kind: FactType, values: Sequence[Code]) -> Blank:
        block = self.block.blank
        if block is None:
            return Blank()
        if block.none_when is not None:
            if len(block.none_when) != 1 or block.meaning is not None:
                message = "`none_when` names one fact with its codes"
                self.findings.error("VB214", message, self.name.span)
                return Blank()
            fact, codes = next(iter(block.none_when.items()))
            self._check_none(values, fact)
            return Blank("unknown", str(fact), tuple(str(code) for code in codes))
        return Blank(self._meaning(kind, values, block.meaning))

    def _meaning(self, kind: FactType, values: Sequence[Code], written: SourceText | None) -> str:
        """Return what a blank or a missing column means: unknown, none, or a cell's text."""
        if written is None or written == "unknown":
            return "unknown"
        if written == "none":
            self._check_none(values, written)
            return "none"
        readable = {
            FactType.YES_NO: written in ("yes", "no"),
            FactType.CODE: any(written in (one.id, *one.spellings) for one in values),
            FactType.INTEGER: parse_number(written) is not None and "." not in written,
            FactType.MONEY: parse_number(written) is not None,
            FactType.RATIO: parse_number(written) is not None,
            FactType.DATE: parse_iso_day(written) is not None,
        }.get(kind, False)
        if not readable:
            message = f"`{written}` is no value of `{self.name}`"
            hint = "write unknown, none, or a value that a cell could hold"
            self.findings.error("VB218", message, written.span, hint)
        return str(written)

    def _check_none(self, values: Sequence[Code], written: SourceText) -> None:
        if any(code.id == "none" for code in values):
            message = f"`{self.name}` has a code `none`, so a blank cannot mean none"
            hint = "let a blank mean unknown, or rename the code"
            self.findings.error("VB220", message, written.span, hint)

    def _derivation(self, block: DerivationBlock) -> Derivation:
        forms = [block.from_, block.when, block.when_known]
        if sum(form is not None for form in forms) != 1:
            hint = "write {from, part}, {when, value} or {when_known, value}"
            self.findings.error("VB214", "a derivation has one form", self.name.span, hint)
        if block.when is not None and len(block.when) == 1:
            fact, codes = next(iter(block.when.items()))
            return Derivation(
                str(fact), codes=tuple(str(code) for code in codes), value=str(block.value or "")
            )
        if block.from_ is not None:
            return Derivation(str(block.from_), part=str(block.part or ""))
        return Derivation(str(block.when_known or ""), value=str(block.value or ""))


def _code(code: SourceText, block: CodeBlock) -> Code:
    title = Text(str(block.zh or ""), str(block.en or ""))
    spellings = (code, *(one for one in (block.zh, block.en) if one is not None), *block.also)
    return Code(str(code), title, tuple(dict.fromkeys(str(one) for one in spellings)))
