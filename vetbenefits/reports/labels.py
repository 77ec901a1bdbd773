"""Ids of facts, benefits and conditions in the words that a clerk knows them by."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vetbenefits.model.facts import Vocabulary
    from vetbenefits.model.kinds import Unit
    from vetbenefits.model.rulebook import RuleBook
    from vetbenefits.reports.wording import Wording


def fact_label(name: str, vocabulary: Vocabulary, say: Wording) -> str:
    """Return a fact as the roster heads it in Chinese, by its name in English."""
    spec = vocabulary.facts.get(name)
    return spec.title.zh if spec is not None and say.language == "zh" else name


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
    def _rates(self) -> dict[tuple[str, str], str]:
        return {
            (benefit.id, name): schedule.title.zh
            for benefit in self.book.benefits
            for variant in benefit.variants
            for name, schedule in variant.rates.items()
        }

    def rate(self, benefit: str, name: str) -> str:
        """Return a rate by its Chinese title, or by its name in English."""
        return (self._rates.get((benefit, name)) if self.say.language == "zh" else "") or name

    def missing(self, joined: str) -> str:
        """Return missing facts, joined by `;`, in words."""
        names = (fact_label(name, self.book.vocabulary, self.say) for name in joined.split(";"))
        return self.say("list_mark").join(names)

    def unmet(self, benefit: str, joined: str) -> str:
        """Return conditions that are not met, joined by `;`, in words."""
        words = (
            self._clauses.get((benefit, one)) or self.say.code(one) for one in joined.split(";")
        )
        return self.say("list_mark").join(words)
