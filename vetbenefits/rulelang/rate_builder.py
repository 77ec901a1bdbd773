"""Rates: from the rows of a rule or a CSV file to a schedule with its proved bounds."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from vetbenefits.model.kinds import PLAIN, Kind, Unit, number
from vetbenefits.model.rates import RateRow, RateSchedule, Valid
from vetbenefits.model.values import Special
from vetbenefits.money import parse_number
from vetbenefits.problems import did_you_mean
from vetbenefits.rulelang.fact_builder import wording
from vetbenefits.rulelang.rate_file import read_rate_file
from vetbenefits.rulelang.resolver import read_term
from vetbenefits.rulelang.scope import codes_meant
from vetbenefits.rulelang.source import SourceText

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from vetbenefits.model.facts import FactSpec
    from vetbenefits.model.kinds import Type
    from vetbenefits.model.rates import Key
    from vetbenefits.problems import Problem
    from vetbenefits.rulelang.document import RateBlock, RateRowBlock, RateTableBlock
    from vetbenefits.rulelang.findings import Findings
    from vetbenefits.rulelang.scope import Scope
    from vetbenefits.rulelang.source import YamlNode

COUNTS = ("yuan", "ratio", "number", "years", "months", "days")
_PERIODS = ("month", "year")


def read_unit(text: str) -> Unit | None:
    """Read the unit of a rate, such as `yuan per year` or `ratio`; None if it is none."""
    count, _, per = text.partition(" per ")
    if count not in COUNTS or (per and (per not in _PERIODS or count != "yuan")):
        return None
    return Unit("" if count == "number" else count, per)


@dataclass(frozen=True, slots=True)
class RateReader:
    """Builds schedules of one benefit.

    `files` are the CSV files of the rule's folder by their name in `file:`; `read_table` gives the
    rows of such a file their shape; `prefix` is the folder as shown in problems.
    """

    benefit: str
    files: Mapping[str, bytes]
    read_table: Callable[[YamlNode, str], tuple[RateTableBlock | None, tuple[Problem, ...]]]
    recheck_months: int | None
    findings: Findings
    used_files: set[str] = field(default_factory=set)

    def schedule(
        self, name: SourceText, block: RateBlock, scope: Scope, folder: str
    ) -> RateSchedule:
        """Return the schedule; what is wrong is noted, and then it serves only to read on."""
        before = self.findings.errors
        unit = read_unit(block.unit)
        if unit is None:
            message = f"`{block.unit}` is no unit of a rate"
            hint = did_you_mean(block.unit, [*COUNTS, "yuan per year", "yuan per month"])
            hint = hint or "write yuan, yuan per month, yuan per year, ratio, number, years …"
            self.findings.error("VB603", message, block.unit.span, hint)
        blocks = self._rows(name, block, folder)
        keys = self._key_types(block, scope)
        rows = [self._row(row, block, keys, unit, scope) for row in blocks]
        kind = _type(unit or PLAIN, rows)
        if self.findings.errors > before:
            # Fits any unit, so that the expressions that use it give no further errors.
            kind = replace(kind, is_literal_number=unit is None)
        return RateSchedule(
            benefit=self.benefit,
            name=str(name),
            type=kind,
            rows=tuple(rows),
            keys=tuple(str(key) for key in block.key),
            regional=block.by is not None,
            valid=Valid(block.valid or Valid.UNTIL_NEXT),
            expected=block.expect.every.value if block.expect is not None else None,
            recheck_months=self.recheck_months,
            title=wording(block.title),
            span=name.span,
        )

    # --- rows -------------------------------------------------------------------------------

    def _rows(self, name: SourceText, block: RateBlock, folder: str) -> Sequence[RateRowBlock]:
        if (block.values is None) == (block.file is None):
            message = f"the rate `{name}` needs its rows: `values` or `file`, and not both"
            self.findings.error("VB214", message, name.span)
            return ()
        rows: Sequence[RateRowBlock] = ()
        if block.values is not None:
            rows = block.values
        elif block.file is not None:
            rows = self._file_rows(block.file, folder)
        if not rows and not self.findings.errors:
            message = f"the rate `{name}` has no rows"
            self.findings.error("VB602", message, name.span, "add a row or delete the rate")
        return rows

    def _file_rows(self, file: SourceText, folder: str) -> Sequence[RateRowBlock]:
        path = f"{folder}/{file}"
        content = self.files.get(path)
        if content is None:
            here = [one.removeprefix(f"{folder}/") for one in self.files]
            message = f"there is no file `{file}` beside this one"
            hint = did_you_mean(file, here) or "CSV files of rates lie in the folder `rates/`"
            self.findings.error("VB604", message, file.span, hint)
            return ()
        self.used_files.add(path)
        root, problems = read_rate_file(content, path)
        self.findings.extend(problems)
        if root is None:
            return ()
        table, problems = self.read_table(root, path)
        self.findings.extend(problems)
        return table.values if table is not None else ()

    def _row(
        self,
        row: RateRowBlock,
        block: RateBlock,
        keys: Mapping[str, Type | None],
        unit: Unit | None,
        scope: Scope,
    ) -> RateRow:
        span = row.from_.span
        value = row.value.value
        if value.is_percent and unit is not None and not unit.is_plain:
            message = f"a percentage is no {unit}"
            self.findings.error("VB603", message, row.value.span, "make it `unit: ratio`")
        if row.division is not None and block.by is None:
            message = "the row names a division, yet the rate does not differ by place"
            self.findings.error("VB605", message, row.division.span, "add `by: division`")
        if row.until is not None and row.until.value <= row.from_.value:
            message = "the row ends before it begins: `until` is the first day no longer in force"
            self.findings.error("VB606", message, row.until.span)
        self._check_named(row, keys)
        return RateRow(
            from_on=row.from_.value,
            value=value.value,
            keys=tuple(self._key(row, name, kind, scope) for name, kind in keys.items()),
            division=str(row.division or ""),
            until_on=row.until.value if row.until is not None else None,
            published_on=row.published.value if row.published is not None else None,
            checked_on=row.checked_on.value if row.checked_on is not None else None,
            source=str(row.source or ""),
            confidence=str(row.confidence or ""),
            note=str(row.note or ""),
            span=span,
        )

    def _check_named(self, row: RateRowBlock, keys: Mapping[str, Type | None]) -> None:
        known = [*row.keys(), *keys]
        for name in row.model_extra or {}:
            if name not in keys:
                place = name.span if isinstance(name, SourceText) else row.from_.span
                hint = did_you_mean(name, known) or "a column of its own is named under `key`"
                self.findings.error("VB203", f"unknown key `{name}`", place, hint)
        grounds = {"source": row.source, "confidence": row.confidence}
        absent = [f"`{name}`" for name, given in grounds.items() if given is None]
        if absent and row.value.value.value is not Special.UNKNOWN:
            message = f"the rate row from {row.from_.text} has no {' and no '.join(absent)}"
            hint = "say where the figure stands, and how sure it is (A to D)"
            self.findings.error("VB607", message, row.from_.span, hint)

    # --- keys -------------------------------------------------------------------------------

    def _key_types(self, block: RateBlock, scope: Scope) -> dict[str, Type | None]:
        types: dict[str, Type | None] = {}
        for key in block.key:
            if key in types:
                self.findings.error("VB211", f"the key `{key}` stands twice", key.span)
            term, problems = read_term(key, key.span, scope)
            self.findings.extend(problems)
            types[str(key)] = None
            if term is None:
                continue
            if term.type.kind not in (Kind.CODE, Kind.NUMBER):
                message = f"`{key}` is a {term.type.kind}: a rate is keyed by codes or numbers"
                self.findings.error("VB608", message, key.span)
                continue
            types[str(key)] = term.type
        return types

    def _key(self, row: RateRowBlock, name: str, kind: Type | None, scope: Scope) -> Key:
        cell = (row.model_extra or {}).get(name)
        if cell is None and kind is not None:
            message = f"the row has no `{name}`, by which the rate is keyed"
            self.findings.error("VB608", message, row.from_.span, f"add `{name}: …`")
            return ""
        if kind is None:
            return str(cell)
        if not isinstance(cell, SourceText):
            self.findings.error("VB202", f"`{name}` must hold one value", row.from_.span)
            return ""
        if kind.kind is Kind.NUMBER:
            return self._number_key(cell, name, kind)
        return self._code_key(cell, scope.vocabulary.facts[kind.fact])

    def _number_key(self, cell: SourceText, name: str, kind: Type) -> Key:
        value = parse_number(cell)
        if value is None:
            self.findings.error("VB206", f"`{cell}` is no number", cell.span)
            return ""
        if not kind.low <= value <= kind.high:
            message = f"`{name}` is never {cell}: it lies between {kind.low} and {kind.high}"
            self.findings.error("VB608", message, cell.span)
        return value

    def _code_key(self, cell: SourceText, spec: FactSpec) -> Key:
        codes = codes_meant(spec, cell)
        if codes is None or len(codes) != 1:
            message = f"`{cell}` is no code of `{spec.name}`"
            hint = did_you_mean(cell, spec.code_ids) or "the codes are " + ", ".join(spec.code_ids)
            self.findings.error("VB218", message, cell.span, hint)
            return ""
        return codes[0]


def _type(unit: Unit, rows: Sequence[RateRow]) -> Type:
    """Return unit, exact bounds and least denominator over all rows."""
    values = [row.value for row in rows if isinstance(row.value, Fraction)] or [Fraction(0)]
    return number(
        unit,
        min(values),
        max(values),
        math.lcm(*(value.denominator for value in values)),
        may_be_none=any(row.value is Special.NONE for row in rows),
    )
