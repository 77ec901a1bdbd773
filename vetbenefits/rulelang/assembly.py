"""The cold start: read every file of a rule book, check its shape and build the rule book."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Generic, TypeVar

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
from vetbenefits.rulelang.lost import NOTHING_LOST, Lost
from vetbenefits.rulelang.pruning import is_stand_in
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
R = TypeVar("R", RuleBlock, OverlayBlock)


def assemble(folder: RuleFolder) -> tuple[RuleBook, tuple[Problem, ...]]:
    """Build the rule book of a folder; it can be used only if no problem is an error."""
    reader = _FolderReader(folder)
    documents = reader.documents()
    book = build_rulebook(documents, folder.fingerprint, folder.shown_as, reader.findings)
    if not reader.findings.errors:
        for path in sorted(set(documents.rate_files) - documents.used_rate_files):
            reader.findings.warn("VB604", "no rate uses this file", Span(path), "delete it")
    return book, reader.placed()


@dataclass(frozen=True, slots=True)
class _Shaped(Generic[B]):
    """One file in its shape; without a block where it cannot be used at all."""

    root: YamlNode | None = None
    block: B | None = None
    lost: Lost = NOTHING_LOST


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
                if rule is None or rule[0].is_unnamed:
                    unusable.add(path.partition("/")[0])
            elif path == CONFLICTS:
                message = "conflicts between benefits are not supported yet"
                self.findings.error("VB208", message, Span(shown), "leave the file out")
        if not rules and not unusable:
            message = "the folder holds no rules"
            hint = f"a benefit is a folder with a {RULE} in it"
            self.findings.error("VB221", message, Span(self.folder.shown_as), hint)
        facts, common = self._facts(), self._named_in(CommonBlock, COMMON)
        head = self._shaped(RuleBookBlock, HEAD) if HEAD in self.folder.files else None
        return Documents(
            facts=facts.block,
            common=common.block,
            head=head.block if head is not None else None,
            rules=rules,
            overlays=overlays,
            rate_files=rate_files,
            read_table=_read_table,
            unusable_rules=frozenset(unusable),
            lost=facts.lost | common.lost,
        )

    def placed(self) -> tuple[Problem, ...]:
        """Return all problems with the lines they speak of."""
        return tuple(self._placed(problem) for problem in self.findings.problems)

    # --- files ------------------------------------------------------------------------------

    def _facts(self) -> _Shaped[FactsBlock]:
        if FACTS not in self.folder.files:
            message = f"the folder has no {FACTS}"
            hint = "it names the columns of the roster; begin with a copy of the one shipped"
            self.findings.error("VB221", message, Span(self.folder.shown_as), hint)
        return self._named_in(FactsBlock, FACTS)

    def _rule(self, path: str) -> tuple[RuleFile, RuleBlock] | None:
        found = self._shaped(RuleBlock, path)
        if found.block is None or found.root is None:
            return None
        block = self._named(found.block, path.partition("/")[0], "folder")
        shown = self.folder.shown(path)
        file = RuleFile(shown, shown.rpartition("/")[0], found.root, block, found.lost)
        return file, block

    def _overlay(self, path: str) -> tuple[str, RuleFile, OverlayBlock] | None:
        _, division, name = path.split("/", 2)
        shown = self.folder.shown(path)
        try:
            division = read_division(SourceText(division, Span(shown)))
        except Unreadable as wrong:
            message = f"the folder `{division}` is named after no division"
            self.findings.error("VB222", message, Span(shown), wrong.hint)
        found = self._shaped(OverlayBlock, path)
        if found.block is None or found.root is None:
            return None
        benefit = name.removesuffix(".yaml")
        block = self._named(found.block, benefit, "file")
        if block.benefit != benefit:
            return None
        self._is_alone(division, block.benefit, shown)
        file = RuleFile(shown, shown.rpartition("/")[0], found.root, block, found.lost)
        return division, file, block

    def _is_alone(self, division: str, benefit: SourceText, shown: str) -> None:
        first = self._overlaid.setdefault((division, benefit), shown)
        if first != shown:
            message = f"`{first}` is for the same division, {division}"
            self.findings.error("VB222", message, Span(shown), "put the two files together")

    def _named(self, block: R, name: str, what: str) -> R:
        """Return a block that is called as its folder or file where nothing else is said."""
        if is_stand_in(block.benefit):
            return block.model_copy(update={"benefit": SourceText(name, Span(""))})
        if name != block.benefit:
            message = f"the benefit is called `{block.benefit}`, its {what} `{name}`"
            self.findings.error("VB222", message, block.benefit.span, "give both one name")
        return block

    def _named_in(self, model: type[B], path: str) -> _Shaped[B]:
        """Return a file that gives names to others; what it would name is lost if it is broken."""
        if path not in self.folder.files:
            return _Shaped()
        found = self._shaped(model, path)
        return found if found.block is not None else _Shaped(lost=Lost(any_name=True))

    def _shaped(self, model: type[B], path: str) -> _Shaped[B]:
        shown = self.folder.shown(path)
        text = self._remember(self.folder.files[path], shown)
        if text is None:
            return _Shaped()
        file, problems = parse_yaml(text, shown)
        self.findings.extend(problems)
        if file is None:
            return _Shaped()
        self._long_texts[shown] = file.long_texts
        block, problems, lost = read_document(model, file.root, shown)
        self.findings.extend(problems)
        return _Shaped(file.root, block, lost)

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
    block, problems, _ = read_document(RateTableBlock, root, shown_as)
    return block, problems
