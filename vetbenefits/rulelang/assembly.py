"""The cold start: read every file of a rule book, check its shape and build the rule book."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from vetbenefits.problems import Span
from vetbenefits.rulelang.builder import Documents, build_rulebook
from vetbenefits.rulelang.document import (
    Block,
    CommonBlock,
    OverlayBlock,
    RateTableBlock,
    RuleBlock,
    RuleBookBlock,
    read_document,
)
from vetbenefits.rulelang.facts_document import FactsBlock
from vetbenefits.rulelang.findings import Findings
from vetbenefits.rulelang.folder import COMMON, CONFLICTS, FACTS, HEAD, REGIONS, RULE
from vetbenefits.rulelang.reading import RuleFile
from vetbenefits.rulelang.scalars import Unreadable, read_division
from vetbenefits.rulelang.source import SourceText, parse_yaml
from vetbenefits.rulelang.text_file import decode

if TYPE_CHECKING:
    from vetbenefits.model.rulebook import RuleBook
    from vetbenefits.problems import Problem
    from vetbenefits.rulelang.folder import RuleFolder
    from vetbenefits.rulelang.source import LongText, YamlNode

B = TypeVar("B", bound=Block)


def assemble(folder: RuleFolder) -> tuple[RuleBook, tuple[Problem, ...]]:
    """Build the rule book of a folder; it can be used only if no problem is an error."""
    reader = _FolderReader(folder)
    documents = reader.documents()
    book = build_rulebook(documents, folder.fingerprint, folder.shown_as, reader.findings)
    if not reader.findings.errors:
        for path in sorted(set(documents.rate_files) - documents.used_rate_files):
            reader.findings.warn("VB604", "no rate uses this file", Span(path), "delete it")
    return book, reader.placed()


@dataclass(slots=True)
class _FolderReader:
    """Reads the files of one folder; remembers their lines, to show them beside the problems."""

    folder: RuleFolder
    findings: Findings = field(default_factory=Findings)
    _lines: dict[str, list[str]] = field(default_factory=dict)
    _long_texts: dict[str, dict[int, LongText]] = field(default_factory=dict)
    _overlaid: dict[tuple[str, str], str] = field(default_factory=dict)

    def documents(self) -> Documents:
        """Read every file into its shape."""
        rules: list[tuple[RuleFile, RuleBlock]] = []
        overlays: list[tuple[str, RuleFile, OverlayBlock]] = []
        unusable: set[str] = set()
        rate_files: dict[str, bytes] = {}
        for path, content in self.folder.files.items():
            shown = self.folder.shown(path)
            if path.endswith(".csv"):
                rate_files[shown] = content
                self._remember(content, shown)
            elif path.startswith(f"{REGIONS}/"):
                overlay = self._overlay(path)
                if overlay is not None:
                    overlays.append(overlay)
            elif path.endswith(f"/{RULE}"):
                rule = self._rule(path)
                if rule is not None:
                    rules.append(rule)
                else:
                    unusable.add(path.partition("/")[0])
            elif path == CONFLICTS:
                message = "conflicts between benefits are not supported yet"
                self.findings.error("VB208", message, Span(shown), "leave the file out")
        if not rules and not unusable:
            message = "the folder holds no rules"
            hint = f"a benefit is a folder with a {RULE} in it"
            self.findings.error("VB221", message, Span(self.folder.shown_as), hint)
        return Documents(
            facts=self._facts(),
            common=self._block(CommonBlock, COMMON),
            head=self._block(RuleBookBlock, HEAD),
            rules=rules,
            overlays=overlays,
            rate_files=rate_files,
            read_table=_read_table,
            unusable_rules=frozenset(unusable),
        )

    def placed(self) -> tuple[Problem, ...]:
        """Return all problems with the lines they speak of."""
        return tuple(self._placed(problem) for problem in self.findings.problems)

    # --- files ------------------------------------------------------------------------------

    def _facts(self) -> FactsBlock | None:
        if FACTS not in self.folder.files:
            message = f"the folder has no {FACTS}"
            hint = "it names the columns of the roster; begin with a copy of the one shipped"
            self.findings.error("VB221", message, Span(self.folder.shown_as), hint)
            return None
        return self._block(FactsBlock, FACTS)

    def _rule(self, path: str) -> tuple[RuleFile, RuleBlock] | None:
        found = self._shaped(RuleBlock, path)
        if found is None:
            return None
        root, block = found
        self._has_name(path.partition("/")[0], block.benefit, "folder")
        shown = self.folder.shown(path)
        return RuleFile(shown, shown.rpartition("/")[0], root, block), block

    def _overlay(self, path: str) -> tuple[str, RuleFile, OverlayBlock] | None:
        _, division, name = path.split("/", 2)
        shown = self.folder.shown(path)
        try:
            division = read_division(SourceText(division, Span(shown)))
        except Unreadable as wrong:
            message = f"the folder `{division}` is named after no division"
            self.findings.error("VB222", message, Span(shown), wrong.hint)
        found = self._shaped(OverlayBlock, path)
        if found is None:
            return None
        root, block = found
        if not self._has_name(name.removesuffix(".yaml"), block.benefit, "file"):
            return None
        self._is_alone(division, block.benefit, shown)
        return division, RuleFile(shown, shown.rpartition("/")[0], root, block), block

    def _is_alone(self, division: str, benefit: SourceText, shown: str) -> None:
        first = self._overlaid.setdefault((division, benefit), shown)
        if first != shown:
            message = f"`{first}` is for the same division, {division}"
            self.findings.error("VB222", message, Span(shown), "put the two files together")

    def _has_name(self, name: str, benefit: SourceText, what: str) -> bool:
        if name != benefit:
            message = f"the benefit is called `{benefit}`, its {what} `{name}`"
            self.findings.error("VB222", message, benefit.span, "give both one name")
        return name == benefit

    def _block(self, model: type[B], path: str) -> B | None:
        found = self._shaped(model, path) if path in self.folder.files else None
        return found[1] if found is not None else None

    def _shaped(self, model: type[B], path: str) -> tuple[YamlNode, B] | None:
        shown = self.folder.shown(path)
        text = self._remember(self.folder.files[path], shown)
        if text is None:
            return None
        file, problems = parse_yaml(text, shown)
        self.findings.extend(problems)
        if file is None:
            return None
        self._long_texts[shown] = file.long_texts
        block, problems = read_document(model, file.root, shown)
        self.findings.extend(problems)
        return (file.root, block) if block is not None else None

    def _remember(self, content: bytes, shown: str) -> str | None:
        text, problems = decode(content, shown)
        if not shown.endswith(".csv"):
            self.findings.extend(problems)
        is_utf_8 = all(problem.code != "VB101" for problem in problems)
        self._lines[shown] = content.decode("utf-8-sig").splitlines() if is_utf_8 else []
        return text

    # --- places -----------------------------------------------------------------------------

    def _placed(self, problem: Problem) -> Problem:
        span = problem.span
        long_text = self._long_texts.get(span.file, {}).get(span.line)
        if long_text is not None and span.column >= long_text.span.column:
            span = long_text.place_of(span)
        lines = self._lines.get(span.file, [])
        excerpt = lines[span.line - 1] if 0 < span.line <= len(lines) else ""
        return replace(problem, span=span, excerpt=problem.excerpt or excerpt)


def _read_table(root: YamlNode, shown_as: str) -> tuple[RateTableBlock | None, tuple[Problem, ...]]:
    return read_document(RateTableBlock, root, shown_as)
