"""The shape of facts.yaml: facts, their codes and derivations, tables and checks of the roster."""

# ruff: noqa: TC001  pydantic reads the annotations while running
from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from vetbenefits.model.facts import FactType, MonthOnly, Role
from vetbenefits.model.rulebook import CheckEffect
from vetbenefits.rulelang.document import (
    AnyScalar,
    Block,
    Count,
    Expression,
    Id,
    Name,
    NotYet,
    Wording,
    Words,
    YesNo,
    choice,
)
from vetbenefits.rulelang.shape import both_languages, only_key, under_key_if_list
from vetbenefits.rulelang.source import SourceText


class CodeBlock(Block):
    """One allowed value: how it is called, and which further spellings a cell may hold."""

    zh: Words | None = None
    en: Words | None = None
    also: tuple[Words, ...] = ()


class DerivationBlock(Block):
    """How a blank cell follows from others: `from` and `part`, `when`, or `when_known`."""

    from_: Name | None = Field(default=None, alias="from")
    part: Annotated[SourceText, choice("birth_date", "sex")] | None = None
    when: dict[Name, tuple[Words, ...]] | None = None
    when_known: Name | None = None
    value: Words | None = None


class BlankBlock(Block):
    """What a blank cell means: a word, or `none` where another fact has certain codes."""

    meaning: Words | None = None
    none_when: dict[Name, tuple[Words, ...]] | None = None


class GroupBlock(Block):
    """A group of codes: a list, or all but a list."""

    codes: tuple[Words, ...] | None = None
    all_but: tuple[Words, ...] | None = None


class FactBlock(Block):
    """One fact."""

    title: Wording
    type: Annotated[SourceText, choice(*FactType)]
    unit: Words | None = None
    range: tuple[Words, ...] | None = None
    decimals: Count | None = None
    headers: tuple[Words, ...] = ()
    values: (
        dict[
            Id,
            Annotated[
                CodeBlock, BeforeValidator(both_languages, json_schema_input_type=CodeBlock | str)
            ],
        ]
        | None
    ) = None
    groups: dict[
        Id,
        Annotated[
            GroupBlock,
            BeforeValidator(
                under_key_if_list("codes"), json_schema_input_type=GroupBlock | list[str]
            ),
        ],
    ] = Field(default_factory=dict)
    role: Annotated[SourceText, choice(*Role)] | None = None
    month_only: Annotated[SourceText, choice(*MonthOnly)] | None = None
    blank: (
        Annotated[
            BlankBlock,
            BeforeValidator(only_key("meaning"), json_schema_input_type=BlankBlock | AnyScalar),
        ]
        | None
    ) = None
    no_column_means: Words | None = None
    derive: tuple[DerivationBlock, ...] = ()
    changes: Annotated[SourceText, choice("never", "may")] | None = None
    private: YesNo | None = None
    note: Words | None = None
    since: NotYet = None


class TableBlock(Block):
    """A further table whose rows are decided one by one."""

    title: Wording
    date: Name
    key: Name
    facts: dict[Id, FactBlock]
    household: NotYet = None


class CheckBlock(Block):
    """A check over several columns of one row."""

    id: Name
    holds: Expression
    effect: Annotated[SourceText, choice(*CheckEffect)]
    say: Wording
    table: Name | None = None


class FactsBlock(Block):
    """A whole facts.yaml."""

    facts: dict[Id, FactBlock]
    tables: dict[Id, TableBlock] = Field(default_factory=dict)
    checks: tuple[CheckBlock, ...] = ()
    households: NotYet = None
    history: NotYet = None
