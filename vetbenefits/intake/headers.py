"""Which column holds which fact: headers in Chinese or English, as people write them.

A header is a fact's id, one of its titles or one of the further headers that the vocabulary gives
it. Stars, spaces, width, case and remarks such as `(元)` do not count. Nothing is taken for a fact
because it looks similar: what is near is suggested, never used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vetbenefits.intake.findings import Place
from vetbenefits.intake.status import CHINESE
from vetbenefits.intake.wording import as_header
from vetbenefits.model.facts import Role
from vetbenefits.problems import Problem, Severity, Span, closest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vetbenefits.model.facts import FactSpec

_MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class HeaderWords:
    """Every accepted header of some facts, in comparable form, with the fact it means."""

    fact_of: Mapping[str, str]
    specs: Mapping[str, FactSpec]
    language: str = "en"

    @classmethod
    def of(cls, specs: Iterable[FactSpec], language: str = "en") -> HeaderWords:
        """Collect the headers of facts; of two facts that claim one header, the first has it."""
        known = {spec.name: spec for spec in specs}
        words: dict[str, str] = {}
        for spec in known.values():
            for header in (spec.name, spec.title.zh, spec.title.en, *spec.headers):
                word = as_header(header)
                if word:
                    words.setdefault(word, spec.name)
        return cls(words, known, language)

    def fact(self, header: str) -> str | None:
        """Return the fact that a header means, if it means one."""
        return self.fact_of.get(as_header(header))

    def matches(self, headers: Sequence[str]) -> int:
        """Count the distinct facts that a row of cells names: how much it is like a header."""
        return len({fact for header in headers if (fact := self.fact(header))})


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Where each fact stands: the index of its column and the header as it is written.

    `language` is that of what is told of the table.
    """

    file: str
    row: int
    headers: tuple[str, ...]
    columns: Mapping[str, int]
    language: str = "en"

    def header(self, fact: str) -> str:
        """Return the header of a fact that has a column."""
        return " ".join(self.headers[self.columns[fact]].split())

    @property
    def facts_by_header(self) -> dict[str, str]:
        """Return the fact that each recognised header means, in the order of the file."""
        in_order = sorted(self.columns, key=lambda fact: self.columns[fact])
        return {self.header(fact): fact for fact in in_order}

    def place(self, fact: str) -> Place:
        """Return the place of the column of a fact that has one."""
        return Place(self.file, self.header(fact), self.columns[fact] + 1, self.language)

    def span(self, index: int = -1) -> Span:
        """Return the place of one header, or of the header row."""
        return Span(self.file, self.row, index + 1)


def map_headers(
    headers: tuple[str, ...], row: int, file: str, words: HeaderWords
) -> tuple[ColumnMap, tuple[Problem, ...]]:
    """Find the column of each fact; an error where two columns hold the same one."""
    columns: dict[str, int] = {}
    found = ColumnMap(file, row, headers, columns, words.language)
    problems = []
    for index, header in enumerate(headers):
        fact = words.fact(header)
        if fact is None:
            continue
        if fact in columns:
            problems.append(_same_fact(fact, columns[fact], index, found))
        else:
            columns[fact] = index
    return found, (*problems, *_unknown_headers(found, words))


def no_identity(found: ColumnMap, words: HeaderWords) -> tuple[Problem, ...]:
    """Return the error of a table in which no column tells who a row is about."""
    wanted = [words.specs[role] for role in _identities(words)]
    if any(spec.name in found.columns for spec in wanted):
        return ()
    near = _suggestion(
        [header for header in found.headers if words.fact(header) is None],
        {word: spec.name for spec in wanted for word in _words_of(spec)},
        found.language,
    )
    named = [f"{spec.title.zh or spec.name} (`{spec.name}`)" for spec in wanted]
    shown = _listed(found.headers, found.language)
    message = f"no column tells whose row it is: {' or '.join(named)} is needed"
    hint = f"the headers are: {shown}"
    if found.language == CHINESE:
        message = f"没有一列说明每行是谁：需要 {' 或 '.join(named)}"
        hint = f"现有表头：{shown}"
    return (Problem("VB430", message, found.span(), hint=near or hint),)


def missing_columns(
    specs: Mapping[str, FactSpec], outputs: Iterable[str], found: ColumnMap
) -> tuple[Problem, ...]:
    """Say once of each fact without a column what it is taken for; a warning if unknown."""
    missing = []
    for spec in (specs[name] for name in outputs if name not in found.columns):
        meaning = "none" if spec.no_column_means_none else spec.no_column_means
        is_unknown = meaning == "unknown" and not spec.derive
        severity = Severity.WARNING if is_unknown else Severity.NOTE
        message = _missing(spec, meaning, found.language)
        missing.append(Problem("VB435", message, Span(found.file, found.row), severity))
    return tuple(missing)


def _missing(spec: FactSpec, meaning: str, language: str) -> str:
    """Return what is told of a fact without a column."""
    sources = list(dict.fromkeys(f"`{one.source}`" for one in spec.derive))
    name = spec.title.zh or spec.name
    if language == CHINESE:
        word = {"none": "无", "unknown": "未知", "no": "否", "yes": "是"}.get(meaning, meaning)
        taken = f"由 {'、'.join(sources)} 得出，否则按“{word}”处理"
        return f"没有“{name}”（`{spec.name}`）列：" + (taken if sources else f"一律按“{word}”处理")
    taken = f"what {', '.join(sources)} tells, else {meaning}"
    return f"no column holds {name} (`{spec.name}`): taken for " + (
        taken if sources else f"{meaning} for everybody"
    )


def _identities(words: HeaderWords) -> list[str]:
    return [
        spec.name
        for role in (Role.PERSON_ID, Role.ID_NUMBER)
        for spec in words.specs.values()
        if spec.role is role
    ]


def _same_fact(fact: str, first: int, second: int, found: ColumnMap) -> Problem:
    one, other = (found.headers[index].strip() for index in (first, second))
    message = f"columns {first + 1} `{one}` and {second + 1} `{other}` both hold `{fact}`"
    hint = "rename or remove one of them"
    if found.language == CHINESE:
        message = f"第 {first + 1} 列 `{one}` 和第 {second + 1} 列 `{other}` 都是 `{fact}`"
        hint = "请改名或删去其中一列"
    return Problem("VB431", message, found.span(second), hint=hint, excerpt=other, header=other)


def _unknown_headers(found: ColumnMap, words: HeaderWords) -> tuple[Problem, ...]:
    """Return one note on the columns that are not read, and one per header near a missing fact."""
    unknown = [
        index
        for index, header in enumerate(found.headers)
        if as_header(header) and words.fact(header) is None
    ]
    if not unknown:
        return ()
    free = {word: fact for word, fact in words.fact_of.items() if fact not in found.columns}
    notes = []
    for index in unknown:
        header = found.headers[index].strip()
        near = _suggestion([header], free, found.language)
        message = f"column {index + 1} `{header}` is not read"
        if found.language == CHINESE:
            message = f"第 {index + 1} 列 `{header}` 没有读取"
        if near:
            span = found.span(index)
            notes.append(Problem("VB432", message, span, Severity.NOTE, hint=near, header=header))
    names = _listed([found.headers[index] for index in unknown], found.language)
    several = len(unknown) > 1
    belong = "columns belong" if several else "column belongs"
    are = "are" if several else "is"
    message = f"{len(unknown)} {belong} to no fact of the rules and {are} not read: {names}"
    if found.language == CHINESE:
        message = f"有 {len(unknown)} 列规则用不到，没有读取：{names}"
    return (*notes, Problem("VB433", message, found.span(), Severity.NOTE))


def _suggestion(headers: Sequence[str], words: Mapping[str, str], language: str) -> str:
    """Return which fact may be meant by headers that mean none."""
    for header in headers:
        near = closest(as_header(header), words, most=1)
        if near and language == CHINESE:
            return f"如果 `{header.strip()}` 就是 `{words[near[0]]}`，请把表头改为 {near[0]}"
        if near:
            return f"if `{header.strip()}` is `{words[near[0]]}`, call it {near[0]}"
    return ""


def _words_of(spec: FactSpec) -> list[str]:
    words = (spec.name, spec.title.zh, spec.title.en, *spec.headers)
    return [as_header(word) for word in words if word]


def _listed(headers: Iterable[str], language: str) -> str:
    named = [" ".join(header.split()) for header in headers if header.strip()]
    more = len(named) - _MOST_NAMED
    if language == CHINESE:
        return "、".join(named[:_MOST_NAMED]) + (f" 等 {len(named)} 列" if more > 0 else "")
    return ", ".join(named[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
