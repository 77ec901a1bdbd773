"""facts.yaml into the vocabulary: all facts together, and what one says about another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetbenefits.model.facts import PERSON, FactType, TableSpec, Vocabulary
from vetbenefits.model.functions import FUNCTIONS, KEYWORDS, NOT_YET, UNITS
from vetbenefits.problems import did_you_mean
from vetbenefits.rulelang.fact_builder import FactBuilder, wording
from vetbenefits.rulelang.pruning import is_stand_in
from vetbenefits.rulelang.scope import codes_meant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vetbenefits.model.facts import FactSpec, Role
    from vetbenefits.rulelang.facts_document import FactBlock, FactsBlock, TableBlock
    from vetbenefits.rulelang.findings import Findings
    from vetbenefits.rulelang.source import SourceText

LANGUAGE_WORDS = frozenset(
    {
        *(word for key in KEYWORDS for word in key.split()),
        *(word for words in KEYWORDS.values() for word in words),
        *(word for words in UNITS.values() for word in words),
        *FUNCTIONS,
        *(word for one in FUNCTIONS.values() for word in one.chinese),
        *NOT_YET,
        "as_of",
        "of",
    }
)

_ONLY_TABLE = "bill"  # the one further table that there is something behind
_PARTS = {"birth_date": FactType.DATE, "sex": FactType.CODE}


def build_vocabulary(block: FactsBlock, findings: Findings) -> Vocabulary:
    """Build the vocabulary; what is wrong is noted and left out."""
    facts: dict[str, FactSpec] = {}
    tables: dict[str, TableSpec] = {}
    _add_facts(facts, block.facts, PERSON, findings)
    for name, table in block.tables.items():
        if name != _ONLY_TABLE:
            message = f"the table `{name}` is not supported yet"
            findings.error("VB208", message, name.span, f"only `{_ONLY_TABLE}` is")
            continue
        _add_facts(facts, table.facts, str(name), findings)
        tables[str(name)] = _table(name, table, facts, findings)
    vocabulary = Vocabulary(facts, tables)
    blocks = dict(block.facts)
    for table in block.tables.values():
        blocks.update(table.facts)
    for name, one in blocks.items():
        if name in facts:
            _check_references(facts[name], one, vocabulary, findings)
    _check_roles(facts.values(), findings)
    _check_headers(vocabulary, findings)
    return vocabulary


def _add_facts(
    facts: dict[str, FactSpec],
    blocks: dict[SourceText, FactBlock],
    table: str,
    findings: Findings,
) -> None:
    for name, block in blocks.items():
        if name in LANGUAGE_WORDS:
            message = f"`{name}` is a word of the rule language and cannot name a fact"
            findings.error("VB212", message, name.span, "choose another name")
            continue
        if name in facts:
            message = f"`{name}` is a fact of the table `{facts[name].table}` already"
            findings.error("VB211", message, name.span, "give it another name")
            continue
        facts[str(name)] = FactBuilder(name, table, block, findings).specification()


def _table(
    name: SourceText, block: TableBlock, facts: dict[str, FactSpec], findings: Findings
) -> TableSpec:
    own = tuple(str(fact) for fact in block.facts)
    for word in (block.date, block.key):
        if word not in own and not is_stand_in(word):
            message = f"`{word}` is no fact of the table `{name}`"
            findings.error("VB217", message, word.span, did_you_mean(word, own))
    dated = facts.get(block.date)
    if dated is not None and dated.type is not FactType.DATE:
        message = f"`{block.date}` is no date, so no row can be decided as of it"
        findings.error("VB217", message, block.date.span)
    return TableSpec(str(name), wording(block.title), str(block.date), str(block.key), own)


def _check_references(
    spec: FactSpec, block: FactBlock, vocabulary: Vocabulary, findings: Findings
) -> None:
    if block.blank is not None and block.blank.none_when is not None:
        for fact, codes in block.blank.none_when.items():
            _check_codes(fact, codes, vocabulary, findings)
    for one in block.derive:
        if one.when is not None:
            for fact, codes in one.when.items():
                _check_codes(fact, codes, vocabulary, findings)
        for source in (one.from_, one.when_known):
            if source is not None:
                _find(source, vocabulary, findings)
        if one.from_ is not None and _PARTS.get(str(one.part or "")) is not spec.type:
            message = f"`{spec.name}` cannot be derived so: a part of an ID number is a date or sex"
            hint = "write {from: id_number, part: birth_date} or part: sex"
            findings.error("VB214", message, one.from_.span, hint)
        if one.value is not None and not _is_value(spec, one.value):
            message = f"`{one.value}` is no value of `{spec.name}`"
            findings.error("VB218", message, one.value.span, did_you_mean(one.value, spec.code_ids))


def _is_value(spec: FactSpec, text: str) -> bool:
    if spec.type is FactType.YES_NO:
        return text in ("yes", "no")
    return spec.type is not FactType.CODE or codes_meant(spec, text) is not None


def _find(name: SourceText, vocabulary: Vocabulary, findings: Findings) -> FactSpec | None:
    spec = vocabulary.facts.get(name)
    if spec is None:
        hint = did_you_mean(name, vocabulary.facts)
        findings.error("VB217", f"there is no fact `{name}`", name.span, hint)
    return spec


def _check_codes(
    fact: SourceText, codes: Iterable[SourceText], vocabulary: Vocabulary, findings: Findings
) -> None:
    spec = _find(fact, vocabulary, findings)
    if spec is None:
        return
    if not spec.values:
        message = f"`{fact}` has no codes"
        findings.error("VB217", message, fact.span, "name a fact of type code")
        return
    for code in codes:
        if code not in spec.code_ids:
            message = f"`{code}` is no code of `{fact}`"
            findings.error("VB218", message, code.span, did_you_mean(code, spec.code_ids))


def _check_roles(facts: Iterable[FactSpec], findings: Findings) -> None:
    owner: dict[Role, FactSpec] = {}
    for spec in facts:
        if spec.role is None:
            continue
        first = owner.setdefault(spec.role, spec)
        if first is not spec:
            message = f"`{first.name}` has the role `{spec.role}` already"
            findings.error("VB219", message, spec.span, "a role is held by one fact")


def _check_headers(vocabulary: Vocabulary, findings: Findings) -> None:
    """Note words that would fit two facts: in a file as a header, in an expression as a name."""
    for table in (PERSON, *vocabulary.tables):
        owner: dict[str, FactSpec] = {}
        for spec in vocabulary.of_table(table):
            words = (spec.name, spec.title.zh, spec.title.en, *spec.headers)
            for word in dict.fromkeys(word for word in words if word):
                first = owner.setdefault(word, spec)
                if first is not spec:
                    message = f"`{word}` is a header of both `{first.name}` and `{spec.name}`"
                    findings.error("VB220", message, spec.span, "keep it with one of them")
    owners: dict[str, FactSpec] = {}
    for spec in vocabulary.facts.values():
        for word in {spec.name, spec.title.zh} - {""}:
            first = owners.setdefault(word, spec)
            if first is not spec and first.table != spec.table:
                message = f"`{word}` names both `{first.name}` and `{spec.name}`"
                findings.error("VB220", message, spec.span, "give one another title")
