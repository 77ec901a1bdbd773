"""Ids of facts, benefits and conditions in the words that a clerk knows them by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetbenefits.model.facts import Vocabulary
    from vetbenefits.model.kinds import Unit
    from vetbenefits.model.rates import RateSchedule
    from vetbenefits.model.rulebook import Quantifier, RuleBook
    from vetbenefits.reports.wording import Wording

_RATE = re.compile(r"rate\.(?P<name>[^\[]+)(?:\[(?P<labels>.*)\])?")


def fact_label(name: str, vocabulary: Vocabulary, say: Wording) -> str:
    """Return a fact as the roster heads it in Chinese, by its name in English."""
    spec = vocabulary.facts.get(name)
    return spec.title.zh if spec is not None and say.language == "zh" else name


def fact_title(name: str, vocabulary: Vocabulary, say: Wording) -> str:
    """Return a fact in words, in either language."""
    spec = vocabulary.facts.get(name)
    return say.of(spec.title) if spec is not None else name


def missing_label(
    name: str, rates: Mapping[str, RateSchedule], vocabulary: Vocabulary, say: Wording
) -> str:
    """Return what is missing in words: a fact, or a rate with what it was asked for.

    Args:
        name: as the records name it, `birth_date` or `rate.standard[far,500110]`.
        rates: those of the benefit, by name.
        vocabulary: all facts.
        say: the words.
    """
    asked = _RATE.fullmatch(name)
    if asked is None:
        return fact_title(name, vocabulary, say)
    schedule = rates.get(asked["name"])
    labels = asked["labels"].split(",") if asked["labels"] else []
    kinds = () if schedule is None else schedule.keys
    words = [
        _code_title(label, kind, vocabulary, say)
        for label, kind in zip_longest(labels, kinds[: len(labels)], fillvalue="")
    ]
    title = (say.of(schedule.title) if schedule is not None else "") or asked["name"]
    if not words:
        return say("no_rate_known", rate=title)
    # The place stands last in the name and comes first in words.
    return say("no_rate_known_for", rate=title, keys=" / ".join(reversed(words)))


def _code_title(code: str, fact: str, vocabulary: Vocabulary, say: Wording) -> str:
    spec = vocabulary.facts.get(fact)
    titles = {one.id: one.title for one in spec.values} if spec is not None else {}
    return say.of(titles[code]) if code in titles else code


def unit_label(unit: Unit, say: Wording) -> str:
    """Return the unit of a number in words: `yuan per year`."""
    count = say.code(unit.count or "number")
    return say("per_unit", count=count, per=say(unit.per)) if unit.per else count


@dataclass(frozen=True)
class Labels:
    """The words of one rule book in one language; what has none keeps its id."""

    book: RuleBook
    say: Wording

    @cached_property
    def titles(self) -> dict[str, str]:
        """Return the title of each benefit by its id."""
        return {one.id: self.say.of(one.title) for one in self.book.benefits}

    @cached_property
    def _clauses(self) -> dict[tuple[str, str], str]:
        return {
            (benefit.id, entry.clause.id): self.say.of(entry.clause.say)
            for benefit in self.book.benefits
            for variant in benefit.variants
            for entry in variant.entries
        }

    @cached_property
    def _quantifiers(self) -> dict[tuple[str, str], Quantifier]:
        return {
            (benefit.id, entry.clause.id): entry.how
            for benefit in self.book.benefits
            for variant in benefit.variants
            for entry in variant.entries
        }

    def quantifier(self, benefit: str, clause: str) -> Quantifier | None:
        """Return the list that a condition stands in; None for what is no condition."""
        return self._quantifiers.get((benefit, clause))

    @cached_property
    def _rates(self) -> dict[str, dict[str, RateSchedule]]:
        return {
            benefit.id: {
                name: schedule
                for variant in benefit.variants
                for name, schedule in variant.rates.items()
            }
            for benefit in self.book.benefits
        }

    def rate(self, benefit: str, name: str) -> str:
        """Return a rate by its title, or by its name where it has none."""
        schedule = self._rates.get(benefit, {}).get(name)
        return (self.say.of(schedule.title) if schedule is not None else "") or name

    def missing(self, benefit: str, joined: str) -> str:
        """Return missing facts and rates of a benefit, joined by `;`, in words."""
        rates = self._rates.get(benefit, {})
        names = (
            missing_label(name, rates, self.book.vocabulary, self.say) for name in joined.split(";")
        )
        return self.say("list_mark").join(names)

    def unmet(self, benefit: str, joined: str) -> str:
        """Return conditions that are not met, joined by `;`, in words."""
        words = (
            self._clauses.get((benefit, one)) or self.say.code(one) for one in joined.split(";")
        )
        return self.say("list_mark").join(words)
