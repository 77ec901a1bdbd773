"""Which column holds which fact: headers in Chinese or English, as people write them.

A header is a fact's id, one of its titles or one of the further headers that the vocabulary gives
it. Stars, spaces, width, case and remarks such as `(元)` do not count. Nothing is taken for a fact
because it looks similar: what is near is suggested, never used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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

    @classmethod
    def of(cls, specs: Iterable[FactSpec]) -> HeaderWords:
        """Collect the headers of facts; of two facts that claim one header, the first has it."""
        known = {spec.name: spec for spec in specs}
        words: dict[str, str] = {}
        for spec in known.values():
            for header in (spec.name, spec.title.zh, spec.title.en, *spec.headers):
                word = as_header(header)
                if word:
                    words.setdefault(word, spec.name)
        return cls(words, known)

    def fact(self, header: str) -> str | None:
        """Return the fact that a header means, if it means one."""
        return self.fact_of.get(as_header(header))

    def matches(self, headers: Sequence[str]) -> int:
        """Count the distinct facts that a row of cells names: how much it is like a header."""
        return len({fact for header in headers if (fact := self.fact(header))})


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Where each fact stands: the index of its column and the header as it is written."""

    file: str
    row: int
    headers: tuple[str, ...]
    columns: Mapping[str, int]

    def header(self, fact: str) -> str:
        """Return the header of a fact that has a column."""
        return " ".join(self.headers[self.columns[fact]].split())

    @property
    def facts_by_header(self) -> dict[str, str]:
        """Return the fact that each recognised header means, in the order of the file."""
        in_order = sorted(self.columns, key=lambda fact: self.columns[fact])
        return {self.header(fact): fact for fact in in_order}

    def span(self, index: int = -1) -> Span:
        """Return the place of one header, or of the header row."""
        return Span(self.file, self.row, index + 1)


def map_headers(
    headers: tuple[str, ...], row: int, file: str, words: HeaderWords
) -> tuple[ColumnMap, tuple[Problem, ...]]:
    """Find the column of each fact; an error where two columns hold the same one."""
    columns: dict[str, int] = {}
    problems = []
    for index, header in enumerate(headers):
        fact = words.fact(header)
        if fact is None:
            continue
        if fact in columns:
            problems.append(_same_fact(fact, columns[fact], index, headers, Span(file, row)))
        else:
            columns[fact] = index
    found = ColumnMap(file, row, headers, columns)
    return found, (*problems, *_unknown_headers(found, words))


def no_identity(found: ColumnMap, words: HeaderWords) -> tuple[Problem, ...]:
    """Return the error of a table in which no column tells who a row is about."""
    wanted = [words.specs[role] for role in _identities(words)]
    if any(spec.name in found.columns for spec in wanted):
        return ()
    named = " or ".join(f"{spec.title.zh or spec.name} (`{spec.name}`)" for spec in wanted)
    near = _suggestion(
        [header for header in found.headers if words.fact(header) is None],
        {word: spec.name for spec in wanted for word in _words_of(spec)},
    )
    shown = _listed(found.headers)
    return (
        Problem(
            code="VB430",
            message=f"no column tells whose row it is: {named} is needed",
            span=found.span(),
            hint=near or f"the headers are: {shown}",
        ),
    )


def missing_columns(
    specs: Mapping[str, FactSpec], outputs: Iterable[str], found: ColumnMap
) -> tuple[Problem, ...]:
    """Say once of each fact without a column what it is taken for; a warning if unknown."""
    missing = []
    for spec in (specs[name] for name in outputs if name not in found.columns):
        meaning = "none" if spec.no_column_means_none else spec.no_column_means
        sources = ", ".join(dict.fromkeys(f"`{one.source}`" for one in spec.derive))
        taken = f"what {sources} tells, else {meaning}" if sources else f"{meaning} for everybody"
        is_unknown = meaning == "unknown" and not sources
        missing.append(
            Problem(
                code="VB435",
                message=f"no column holds {spec.title.zh or spec.name} (`{spec.name}`): "
                f"taken for {taken}",
                span=Span(found.file, found.row),
                severity=Severity.WARNING if is_unknown else Severity.NOTE,
            )
        )
    return tuple(missing)


def _identities(words: HeaderWords) -> list[str]:
    return [
        spec.name
        for role in (Role.PERSON_ID, Role.ID_NUMBER)
        for spec in words.specs.values()
        if spec.role is role
    ]


def _same_fact(fact: str, first: int, second: int, headers: Sequence[str], span: Span) -> Problem:
    return Problem(
        code="VB431",
        message=(
            f"columns {first + 1} `{headers[first].strip()}` and {second + 1} "
            f"`{headers[second].strip()}` both hold `{fact}`"
        ),
        span=Span(span.file, span.line, second + 1),
        hint="rename or remove one of them",
        excerpt=headers[second].strip(),
    )


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
        near = _suggestion([found.headers[index]], free)
        if near:
            notes.append(
                Problem(
                    code="VB432",
                    message=f"column {index + 1} `{found.headers[index].strip()}` is not read",
                    span=found.span(index),
                    severity=Severity.NOTE,
                    hint=near,
                )
            )
    names = _listed([found.headers[index] for index in unknown])
    several = len(unknown) > 1
    belong = "columns belong" if several else "column belongs"
    are = "are" if several else "is"
    notes.append(
        Problem(
            code="VB433",
            message=f"{len(unknown)} {belong} to no fact of the rules and {are} not read: {names}",
            span=found.span(),
            severity=Severity.NOTE,
        )
    )
    return tuple(notes)


def _suggestion(headers: Sequence[str], words: Mapping[str, str]) -> str:
    """Return which fact may be meant by headers that mean none."""
    for header in headers:
        near = closest(as_header(header), words, most=1)
        if near:
            return f"if `{header.strip()}` is `{words[near[0]]}`, call it {near[0]}"
    return ""


def _words_of(spec: FactSpec) -> list[str]:
    words = (spec.name, spec.title.zh, spec.title.en, *spec.headers)
    return [as_header(word) for word in words if word]


def _listed(headers: Iterable[str]) -> str:
    named = [" ".join(header.split()) for header in headers if header.strip()]
    more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
    return ", ".join(named[:_MOST_NAMED]) + more
