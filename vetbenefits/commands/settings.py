"""What a command was asked to do: options, environment and workspace file brought together.

Options beat the environment, the environment beats `vetbenefits.yaml` in the current folder. Here,
and nowhere below, the program asks for today, the locale and the current folder.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer

from vetbenefits.commands.options import Format, Language
from vetbenefits.problems import InvalidInput, Problem, Span, did_you_mean
from vetbenefits.reports.wording import Wording
from vetbenefits.shipped import shipped_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vetbenefits.model.rulebook import Benefit, RuleBook
    from vetbenefits.rulelang.source import SourceText, YamlNode

C = TypeVar("C", Format, Language)

WORKSPACE = "vetbenefits.yaml"
WORKSPACE_KEYS = (
    "roster",
    "bills",
    "rules",
    "region",
    "benefit",
    "format",
    "out",
    "lang",
    "office",
    "contact",
)


@dataclass(frozen=True, slots=True)
class Workspace:
    """The workspace file of the current folder; empty where there is none.

    Paths in it are relative to its folder, which is the current one.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    benefits: tuple[str, ...] = ()

    def path(self, key: str, chosen: Path | None) -> Path | None:
        """Return the chosen path, else the one in the file."""
        return chosen or (Path(self.values[key]) if key in self.values else None)


def read_workspace() -> Workspace:
    """Read `vetbenefits.yaml` of the current folder.

    Raises:
        InvalidInput: the file is there and something in it is wrong.
    """
    path = Path(WORKSPACE)
    if not path.is_file():
        return Workspace()
    from vetbenefits.rulelang.source import read_yaml

    root, problems = read_yaml(path, WORKSPACE)
    if root is None:
        raise InvalidInput(problems)
    if root.entries is None:
        raise InvalidInput([Problem("VB720", "this file holds `key: value` lines", root.span)])
    wrong = [*problems, *_wrong_entries(root.entries)]
    if wrong:
        raise InvalidInput(wrong)
    listed = root.get("benefit")
    benefits = (listed.items or (listed,)) if listed is not None else ()
    return Workspace(
        {str(key): node.text for key, node in root.entries.items() if node.text},
        tuple(str(node.text) for node in benefits),
    )


def _wrong_entries(entries: Mapping[SourceText, YamlNode]) -> Iterator[Problem]:
    """Yield what is wrong with the lines of a workspace file."""
    for key, node in entries.items():
        values = node.items if key == "benefit" and node.items is not None else (node,)
        if key not in WORKSPACE_KEYS:
            hint = did_you_mean(key, WORKSPACE_KEYS)
            yield Problem("VB720", f"unknown key `{key}`", key.span, hint=hint)
        elif any(one.text is None for one in values):
            yield Problem("VB720", f"`{key}` takes a single value", node.span)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a command was told, from wherever; `None` where it was told nothing."""

    roster: Path | None
    rules: Path
    rules_name: str
    as_of: date
    language: str
    form: Format
    region: str | None = None
    benefits: tuple[str, ...] = ()
    bills: Path | None = None
    out: Path | None = None
    show_all: bool = False
    full_ids: bool = False
    quiet: bool = False
    strict: bool = False
    office: str = ""
    contact: str = ""

    @property
    def say(self) -> Wording:
        """Return the words of the chosen language."""
        return Wording(self.language)

    def chosen_benefits(self, book: RuleBook) -> tuple[Benefit, ...]:
        """Return the benefits that were named, all of them where none was.

        Raises:
            typer.BadParameter: the rule book has no benefit of that name.
        """
        ids = tuple(one.id for one in book.benefits)
        for name in self.benefits:
            if name not in ids:
                hint = did_you_mean(name, ids) or f"there are: {', '.join(ids)}"
                raise typer.BadParameter(f"there is no benefit `{name}`; {hint}")
        return tuple(one for one in book.benefits if one.id in self.benefits or not self.benefits)

    def chosen_ids(self, book: RuleBook) -> tuple[str, ...]:
        """Return the ids of the chosen benefits."""
        return tuple(one.id for one in self.chosen_benefits(book))

    @property
    def needed_roster(self) -> Path:
        """Return the roster.

        Raises:
            typer.BadParameter: none was named anywhere.
        """
        if self.roster is None:
            raise typer.BadParameter(
                "no roster is named. Give the file (`vetbenefits check roster.csv`), set "
                f"VETBENEFITS_ROSTER, or let `vetbenefits init` write a {WORKSPACE} that names it"
            )
        return self.roster


def settle(  # each argument is an option of several commands
    *,
    roster: Path | None = None,
    as_of: date | None = None,
    rules: Path | None = None,
    region: str | None = None,
    benefits: list[str] | None = None,
    bills: Path | None = None,
    form: Format | None = None,
    out: Path | None = None,
    language: Language | None = None,
    show_all: bool = False,
    full_ids: bool = False,
    quiet: bool = False,
    strict: bool = False,
    default_language: Language | None = None,
) -> Settings:
    """Bring together what the options (and the environment) say and the workspace file."""
    workspace = read_workspace()
    values = workspace.values
    folder, shipped = workspace.path("rules", rules), shipped_folder("rules")
    return Settings(
        roster=workspace.path("roster", roster),
        rules=folder or shipped,
        rules_name="shipped rules" if _is_same(folder or shipped, shipped) else str(folder),
        as_of=as_of or date.today(),  # noqa: DTZ011, TID251  the command layer may ask
        language=(
            language or _known(Language, values, "lang") or default_language or system_language()
        ),
        form=form or _known(Format, values, "format") or Format.TABLE,
        region=region or values.get("region"),
        benefits=tuple(benefits or workspace.benefits),
        bills=workspace.path("bills", bills),
        out=workspace.path("out", out),
        show_all=show_all,
        full_ids=full_ids,
        quiet=quiet,
        strict=strict,
        office=values.get("office", ""),
        contact=values.get("contact", ""),
    )


def _is_same(folder: Path, other: Path) -> bool:
    return folder.resolve() == other.resolve()


def system_language() -> Language:
    """Return the language of the locale: Chinese where it says so, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        locale = os.environ.get(name, "")
        if locale:
            return Language.ZH if locale.lower().startswith("zh") else Language.EN
    return Language.EN


def _known(kind: type[C], values: Mapping[str, str], key: str) -> C | None:
    """Return a value of the workspace file as one of the allowed words."""
    if key not in values:
        return None
    try:
        return kind(values[key])
    except ValueError:
        message = f"`{key}` is one of {', '.join(kind)}, not `{values[key]}`"
        hint = did_you_mean(values[key], kind)
        raise InvalidInput([Problem("VB720", message, Span(WORKSPACE), hint=hint)]) from None
