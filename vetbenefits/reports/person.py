"""One row of the roster as the exact facts that the interpreter takes."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from vetbenefits.dates import unpack
from vetbenefits.engine.interpreter import Person
from vetbenefits.model.facts import FactType
from vetbenefits.model.tables import code_column, month_only_column, none_column
from vetbenefits.model.values import Special

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vetbenefits.model.facts import FactSpec
    from vetbenefits.model.values import Value


def person_of(row: Mapping[str, object], specs: Iterable[FactSpec]) -> Person:
    """Return the person of one row of a ROSTER or BILLS batch.

    Args:
        row: the cells by column name, as `model.tables` names them.
        specs: the facts to take; one without a column is unknown.
    """
    specs = tuple(specs)
    facts = {spec.name: _value(row, spec) for spec in specs}
    month_only = (spec.name for spec in specs if row.get(month_only_column(spec.name)))
    return Person(facts, frozenset(month_only))


def _value(row: Mapping[str, object], spec: FactSpec) -> Value:
    if spec.type is FactType.CODES:
        held = {code: row.get(code_column(spec.name, code)) for code in spec.code_ids}
        if any(value is None for value in held.values()):
            return Special.UNKNOWN
        return frozenset(code for code, value in held.items() if value)
    if row.get(none_column(spec.name)):
        return Special.NONE
    cell = row.get(spec.name)
    return Special.UNKNOWN if cell is None else _known(cell, spec)


def _known(cell: object, spec: FactSpec) -> Value:
    """Return the exact value of a cell; its type is the one that the column contract promises."""
    if isinstance(cell, bool | str):
        return cell
    if not isinstance(cell, int):
        raise TypeError(f"{spec.name} holds {cell!r}")
    if spec.type in (FactType.DATE, FactType.MONTH):
        return unpack(cell)
    if spec.type is FactType.CODE:
        return spec.code_ids[cell]
    return Fraction(cell, spec.scale)
