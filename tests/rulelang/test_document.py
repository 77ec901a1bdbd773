from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from tests.error_gallery import BASE
from vetbenefits.problems import Span
from vetbenefits.rulelang.document import (
    CommonBlock,
    OverlayBlock,
    RuleBlock,
    RuleBookBlock,
    read_document,
)
from vetbenefits.rulelang.facts_document import FactsBlock
from vetbenefits.rulelang.lost import NOTHING_LOST, Lost
from vetbenefits.rulelang.source import parse_yaml

if TYPE_CHECKING:
    from vetbenefits.problems import Problem
    from vetbenefits.rulelang.document import (
        Block,
    )

RULE = (BASE / "old_age" / "rule.yaml").read_text(encoding="utf-8")


def read(model: type[Block], text: str) -> tuple[Block | None, tuple[Problem, ...]]:
    file, problems = parse_yaml(text, "f.yaml")
    assert file is not None, problems
    block, problems, _ = read_document(model, file.root, "f.yaml")
    return block, problems


def rule(text: str) -> RuleBlock:
    block, problems = read(RuleBlock, text)
    assert problems == ()
    assert isinstance(block, RuleBlock)
    return block


def found(model: type[Block], text: str) -> list[tuple[str, str, Span]]:
    _, problems = read(model, text)
    return [(problem.code, problem.message, problem.span) for problem in problems]


def test_sound_rule_has_no_problems() -> None:
    block = rule(RULE)
    assert block.benefit == "old_age"
    assert block.benefit.span == Span("f.yaml", 1, 10, 7)
    assert block.amount.parts is not None
    assert block.amount.parts.value == 12


def test_short_forms_mean_the_long_ones() -> None:
    block = rule(
        RULE.replace("{zh: 老年补助, en: Old-age subsidy}", "Old-age subsidy")
        .replace("[{document: X1, article: Art. 1}]", "X1")
        .replace("{from: 2011-08-01}", "2011-08-01", 1)
    )
    assert (block.title.zh, block.title.en) == ("Old-age subsidy", "Old-age subsidy")
    assert [citation.document for citation in block.law] == ["X1"]
    assert block.in_force is not None
    assert block.in_force.from_ is not None
    assert block.define["years_served"].value.startswith("years_between")  # type: ignore[index]


def test_one_citation_may_stand_without_a_list() -> None:
    block = rule(
        RULE.replace("[{document: X1, article: Art. 1}]", "{document: X1, article: Art. 1}")
    )
    assert [citation.article for citation in block.law] == ["Art. 1"]


def test_documents_cannot_be_changed() -> None:
    block = rule(RULE)
    with pytest.raises(ValidationError):
        block.benefit = block.for_each  # type: ignore[misc]  # that is the point


def test_unknown_keys_are_refused_without_a_reader_too() -> None:
    with pytest.raises(ValidationError):
        RuleBookBlock.model_validate({"title": {"zh": "x", "en": "x"}, "tilte": "x"})


@pytest.mark.parametrize("written", ["86400", "1.5e3", "20110801"])
def test_number_is_never_taken_for_a_day(written: str) -> None:
    text = RULE.replace("in_force: {from: 2011-08-01}", f"in_force: {{from: {written}}}")
    assert [code for code, _, _ in found(RuleBlock, text)] == ["VB205"]


@pytest.mark.parametrize("written", ["1_000", "1e5", "1,000"])
def test_number_is_plain(written: str) -> None:
    text = RULE.replace("value: 688", f'value: "{written}"')
    assert [code for code, _, _ in found(RuleBlock, text)] == ["VB206"]


def test_missing_key_marks_what_it_is_missing_from() -> None:
    text = RULE.replace("{to: fen, mode: half_up}", "{to: fen}")
    assert found(RuleBlock, text) == [
        ("VB201", "`mode` is missing in `round`", Span("f.yaml", 20, 3, 5))
    ]


def test_missing_key_of_the_whole_file_marks_its_first_key() -> None:
    assert found(RuleBookBlock, "recheck_after: 3 months\n") == [
        ("VB201", "`title` is missing", Span("f.yaml", 1, 1, 13))
    ]


def test_misspelt_key_is_one_problem_and_its_value_is_read() -> None:
    text = RULE.replace("mode: half_up", "mood: half_upp")
    assert [code for code, _, _ in found(RuleBlock, text)] == ["VB203", "VB204"]


def test_key_like_one_that_is_there_is_only_unknown() -> None:
    text = RULE.replace("  per: year\n", "  per: year\n  pers: year\n")
    assert [code for code, _, _ in found(RuleBlock, text)] == ["VB203"]


def test_key_of_a_rate_row_may_be_any_name() -> None:
    block = rule(RULE.replace("value: 688,", "value: 688, grade: 3,"))
    rows = block.rates["per_year"].values  # type: ignore[index]
    assert rows is not None
    assert rows[1].model_extra == {"grade": "3"}


def test_wrong_kinds_are_named_with_a_way_out() -> None:
    text = "define:\n  - a\n"
    _, (problem,) = read(CommonBlock, text)
    assert (problem.code, problem.span) == ("VB202", Span("f.yaml", 1, 1, 6))
    assert problem.hint == "write `key: value` lines below it"


def test_file_that_is_a_list_is_no_rule() -> None:
    assert found(CommonBlock, "- a\n") == [
        ("VB202", "the file must hold keys with values", Span("f.yaml", 1, 3, 1))
    ]


def test_list_where_one_value_belongs() -> None:
    text = RULE.replace("for_each: person", "for_each: [person]")
    assert found(RuleBlock, text) == [
        ("VB202", "`for_each` must hold a single value", Span("f.yaml", 5, 1, 8))
    ]


def test_wrong_name_of_a_definition_marks_the_name() -> None:
    text = RULE.replace("  years_served: ", "  years served: ", 1)
    assert found(RuleBlock, text) == [
        ("VB207", "`years served` is no name", Span("f.yaml", 8, 3, 12))
    ]


def test_all_errors_of_a_file_are_found_at_once() -> None:
    text = (
        RULE.replace("per: year\n", "per: week\n")
        .replace("value: 688", "value: x")
        .replace("parts: 12", "parts: twelve")
        .replace("lead: 3 months", "lead: soon")
    )
    codes = [code for code, _, _ in found(RuleBlock, text)]
    assert sorted(codes) == ["VB204", "VB206", "VB206", "VB213"]


def test_what_is_sound_in_a_broken_file_is_still_read() -> None:
    block, problems = read(RuleBlock, RULE.replace("value: 688", "value: x"))
    assert [problem.code for problem in problems] == ["VB206"]
    assert isinstance(block, RuleBlock)
    rows = block.rates["per_year"].values  # type: ignore[index]
    assert rows is not None
    assert [row.from_.text for row in rows] == ["2011-08-01"]


OF_RATE = Lost(rates=frozenset({"per_year"}))
OF_DEFINITION = Lost(frozenset({"years_served"}))


@pytest.mark.parametrize(
    ("old", "new", "lost"),
    [
        ("unit: yuan per year", "unit: [yuan]", OF_RATE),
        ("    unit: yuan per year\n", "", OF_RATE),
        ("unit: yuan per year", "unit: yuan per year\n    valid: x", NOTHING_LOST),
        ("{from: 2023-08-01, value: 688", "{value: 688", NOTHING_LOST),
        ('years_served: "', 'years_served: ["', OF_DEFINITION),
        ("benefit: old_age", "benefit: Old", NOTHING_LOST),
        ("for_each: person\n", "", NOTHING_LOST),
        ("per: year\n", "per: week\n", NOTHING_LOST),
        ("id: of_age, ", "", NOTHING_LOST),
        ("  all:\n", "  all: x\n  any:\n", NOTHING_LOST),
    ],
)
def test_broken_part_takes_only_its_own_name_with_it(old: str, new: str, lost: Lost) -> None:
    text = RULE.replace(old, new, 1)
    if new.endswith('["'):
        text = text.replace('counts_as_one)"', 'counts_as_one)"]', 1)
    assert text != RULE
    file, _ = parse_yaml(text, "f.yaml")
    assert file is not None
    block, problems, gone = read_document(RuleBlock, file.root, "f.yaml")
    assert block is not None
    assert len(problems) == 1
    assert gone == lost
    assert block.amount.value == "years_served * rate.per_year"


def test_file_of_which_nothing_can_be_used_is_not_read_further() -> None:
    file, _ = parse_yaml("- a\n", "f.yaml")
    assert file is not None
    block, problems, _ = read_document(RuleBlock, file.root, "f.yaml")
    assert block is None
    assert [one.code for one in problems] == ["VB202"]


@pytest.mark.parametrize(
    "block", ["human: yes", "effect: withhold", "shares: {county: rest}", "history: x"]
)
def test_blocks_of_later_work_give_one_error_each(block: str) -> None:
    place = {"human": "if: age", "effect": "if: age", "shares": "per: year\n", "history": "define:"}
    anchor = place[block.partition(":")[0]]
    joined = f"{block}, {anchor}" if anchor.startswith("if") else f"{block}\n{anchor}"
    if anchor.startswith("per"):
        joined = f"{anchor}  {block}\n"
    codes = [code for code, _, _ in found(RuleBlock, RULE.replace(anchor, joined, 1))]
    assert codes == ["VB208"]


def test_overlay_and_facts_have_shapes_of_their_own() -> None:
    assert found(OverlayBlock, "benefit: x\nremove: [a]\n") == []
    assert found(FactsBlock, (BASE / "facts.yaml").read_text(encoding="utf-8")) == []
    assert [code for code, _, _ in found(OverlayBlock, "benefit: x\nremvoe: [a]\n")] == ["VB203"]


def test_payable_notice_and_apply_are_read() -> None:
    text = RULE.replace(
        "notice: {lead: 3 months}\n",
        "notice: {lead: 1 year}\n"
        "apply:\n"
        "  where: {zh: 村, en: village}\n"
        "  deadline: soon\n"
        "  steps: [one, {zh: 二, en: two}]\n"
        "  documents: [{id: card, title: card}]\n",
    ).replace(
        "when: every_month}",
        "when: {every: 6 months, from: birth_date, pay: at_end, begun: whole},"
        " after_death: [{months: 6, if: age > 60, rate: at_death, pay: monthly}]}",
    )
    block = rule(text)
    assert block.apply is not None
    assert [step.en for step in block.apply.steps] == ["one", "two"]
    assert block.payable is not None
    assert block.payable.after_death is not None
