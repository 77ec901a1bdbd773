"""Write generated rules in the rule language, beside a copy of the real vocabulary.

The shape of each rule is that of the shipped one of its family; what varies is in `variants.py`,
from which the peers take the very same values.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from benchmarks.variants import NATIONAL_REGULAR, Rural, variants

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.variants import Conscript

RULES = Path(__file__).parents[1] / "rules"
VOCABULARY = ("facts.yaml", "common.yaml", "rulebook.yaml")
CHECKED = "source: X1, confidence: H, checked_on: 2024-09-01"

RURAL = Template(
    """\
# Generated for the benchmark; no place pays this.
benefit: $benefit
title: {zh: $title, en: $title}
law: [{document: X1 虚构示例, confidence: H}]
in_force: {from: 2011-08-01}
for_each: person
paid_by: {place: division_code}
define:
  years_served:
    title: {zh: 服义务兵年数, en: years served}
    value: "years_between(conscript_from, conscript_until, part_year = $part_year)"
due_when:
  all:
    - id: has_left_service
      if: service_status = retired
      say: {zh: 已退出现役, en: has left the service}
    - id: enlisted_in_scope
      if: "conscript_from in [$enlisted_from .. $enlisted_to]"
      say: {zh: 在规定期间入伍, en: enlisted within the span}
    - id: of_age
      if: age >= $min_age
      say: {zh: 年满$min_age周岁, en: has turned $min_age}
    - id: rural_at_discharge
      if: household_at_discharge = rural
      say: {zh: 退役时为农村户籍, en: was rural at discharge}
    - id: alive
      if: not deceased
      say: {zh: 健在, en: is alive}
  none:
    - id: draws_regular
      if: "draws any of $excluded_by"
      say: {zh: 已享受其他待遇, en: draws another benefit}
    - id: draws_a_pension
      if: draws_pension
      say: {zh: 已领取养老金, en: draws a pension}
amount:
  value: years_served * rate.per_year_served
  per: year
  parts: 12
  round: {to: $round_to, mode: $round_mode}
rates:
  per_year_served:
    title: {zh: 每服役一年每年补助标准, en: rate for each year served}
    unit: yuan per year
    values:
$rates
"""
)

CONSCRIPT = Template(
    """\
# Generated for the benchmark; no place pays this.
benefit: $benefit
title: {zh: $title, en: $title}
law: [{document: X1 虚构示例, confidence: H}]
for_each: person
paid_by: {place: approval_division}
due_when:
  all:
    - id: approved
      if: enlistment_approved_on <= as_of
      say: {zh: 已批准入伍, en: enlistment is approved}
    - id: in_service
      if: discharged_on = none or as_of < discharged_on
      say: {zh: 仍在服义务兵役, en: still serves as a conscript}
    - id: within_limit
      if: as_of < enlistment_approved_on + $months months
      say: {zh: 未满$months个月, en: fewer than $months months have passed}
  none:
    - id: left_without_claim
      if: "leaving_reason in {$nothing_for}"
      say: {zh: 因不予优待的原因离队, en: left for a reason that ends the claim}
$posted
amount:
  value: "rate.standard * rate.posting_multiple[posting_area]"
  per: year
  parts: 2
  round: {to: fen, mode: half_up}
rates:
  standard:
    title: {zh: 年标准, en: yearly standard}
    unit: yuan per year
    by: division
    values:
$standards
  posting_multiple:
    title: {zh: 服役地区倍数, en: multiple by posting area}
    unit: number
    key: [posting_area]
    values:
$multiples
"""
)

POSTED = """\
    - id: posted_elsewhere
      if: "posting_area in {%s}"
      say: {zh: 在不予优待的地区服役, en: is posted to an area that is paid elsewhere}
"""


def rule_text(rule: Rural | Conscript) -> str:
    """Write one generated rule in the rule language."""
    return _rural(rule) if isinstance(rule, Rural) else _conscript(rule)


def _rural(rule: Rural) -> str:
    every = rule.excluded_by == NATIONAL_REGULAR
    return RURAL.substitute(
        benefit=rule.benefit,
        title=rule.title,
        part_year=rule.part_year,
        enlisted_from=rule.enlisted_from,
        enlisted_to=rule.enlisted_to,
        min_age=rule.min_age,
        excluded_by="national_regular" if every else f"{{{', '.join(rule.excluded_by)}}}",
        round_to=rule.round_to,
        round_mode=rule.round_mode,
        rates=_rows(f"from: {start}, value: {yuan}" for start, yuan in rule.rates),
    )


def _conscript(rule: Conscript) -> str:
    return CONSCRIPT.substitute(
        benefit=rule.benefit,
        title=rule.title,
        months=rule.months,
        nothing_for=", ".join(rule.nothing_for),
        posted=POSTED % ", ".join(rule.not_posted_to) if rule.not_posted_to else "",
        standards=_rows(
            f'division: "{county}", from: 2010-01-01, value: {yuan}'
            for county, yuan in rule.standards
        ),
        multiples=_rows(
            f"posting_area: {area}, from: 2010-01-01, value: {multiple}"
            for area, multiple in rule.multiples
        ),
    )


def _rows(rows: Iterable[str]) -> str:
    return "\n".join(f"      - {{{row}, {CHECKED}}}" for row in rows)


def write_rules(folder: Path, count: int) -> None:
    """Write `count` generated rules and the vocabulary into a new folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in VOCABULARY:
        shutil.copy(RULES / name, folder / name)
    for rule in variants(count):
        (folder / rule.benefit).mkdir()
        (folder / rule.benefit / "rule.yaml").write_text(rule_text(rule), encoding="utf-8")


def main() -> None:
    """Read the options and write the folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=30)
    options = parser.parse_args()
    write_rules(options.folder, options.count)
    sys.stdout.write(f"{options.folder}: {options.count} rules\n")


if __name__ == "__main__":
    main()
