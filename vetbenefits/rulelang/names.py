"""Names that a rule gives: none twice, none that means something else already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetbenefits.model.rulebook import MOST_ENTRIES, RESERVED_IDS
from vetbenefits.rulelang.reading import ids_of
from vetbenefits.rulelang.vocabulary_builder import LANGUAGE_WORDS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from vetbenefits.model.facts import Vocabulary
    from vetbenefits.model.rulebook import Quantifier
    from vetbenefits.problems import Span
    from vetbenefits.rulelang.document import ClauseBlock, DefinitionBlock
    from vetbenefits.rulelang.findings import Findings
    from vetbenefits.rulelang.source import SourceText


def check_names(
    define: Mapping[SourceText, DefinitionBlock],
    vocabulary: Vocabulary,
    common: Collection[str],
    findings: Findings,
) -> None:
    """Note definitions whose name or title means something else already.

    Args:
        define: the definitions of one file.
        vocabulary: the facts.
        common: names that are defined elsewhere and may not be defined here.
        findings: takes the problems.
    """
    facts = vocabulary.by_word()
    for name, block in define.items():
        title = str(block.title.zh) if block.title is not None else ""
        for word in dict.fromkeys(one for one in (str(name), title) if one):
            if word in LANGUAGE_WORDS:
                message = f"`{word}` is a word of the rule language and cannot be defined"
                findings.error("VB212", message, name.span, "choose another name")
            elif word in facts:
                message = f"`{word}` is the name of a fact already"
                findings.error("VB337", message, name.span, "choose another name")
        if name in common:
            message = f"`{name}` is defined in common.yaml already"
            findings.error("VB337", message, name.span, "choose another name")


def check_ids(
    entries: Sequence[tuple[Quantifier, ClauseBlock]], place: Span, findings: Findings
) -> None:
    """Note clause ids that stand twice or are reserved, and too many or no conditions at all.

    Args:
        entries: the conditions as they read in one place.
        place: where `due_when` stands.
        findings: takes the problems.
    """
    seen: dict[str, SourceText] = {}
    for _, clause in entries:
        for name in ids_of(clause):
            if name in RESERVED_IDS:
                message = f"`{name}` is reserved: the program itself uses it in `unmet`"
                findings.error("VB212", message, name.span, "choose another id")
            first = seen.setdefault(name, name)
            if first is not name:
                message = f"two clauses are called `{name}`; the first is on line "
                findings.error("VB211", f"{message}{first.span.line}", name.span)
    if len(entries) > MOST_ENTRIES:
        message = f"`due_when` has {len(entries)} entries, more than {MOST_ENTRIES}"
        findings.error("VB216", message, place, "put some of them into groups")
    if not entries:
        findings.error("VB209", "`due_when` has no conditions", place, "add one")
