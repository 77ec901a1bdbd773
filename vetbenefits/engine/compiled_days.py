"""The same rules compiled for several days, each once: for one day for all, or each row its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vetbenefits.engine.compiler import Compiler
from vetbenefits.engine.readings import readings_of
from vetbenefits.engine.turning_days import DAY
from vetbenefits.engine.watching import Watching

if TYPE_CHECKING:
    from datetime import date

    from vetbenefits.engine.graph import Graph
    from vetbenefits.engine.readings import Reading, Readings
    from vetbenefits.model.facts import Vocabulary
    from vetbenefits.model.rulebook import Benefit


@dataclass(slots=True)
class CompiledDays:
    """Readings by benefit and day; of the day None, each row has its own in the column `DAY`."""

    vocabulary: Vocabulary
    region: str | None
    _compilers: dict[date | None, Compiler] = field(default_factory=dict)
    _readings: dict[tuple[str, date | None], Readings] = field(default_factory=dict)
    _watching: dict[Reading, Watching] = field(default_factory=dict)

    def graph(self, day: date | None) -> Graph:
        """Return the graph of all that is compiled for a day."""
        return self.compiler(day).graph

    def compiler(self, day: date | None) -> Compiler:
        """Return the compiler for a day."""
        found = self._compilers.get(day)
        if found is None:
            column = DAY if day is None else ""
            found = self._compilers[day] = Compiler(self.vocabulary, day, column)
        return found

    def readings(self, benefit: Benefit, day: date | None) -> Readings:
        """Return how a benefit reads on a day."""
        key = (benefit.id, day)
        found = self._readings.get(key)
        if found is None:
            found = self._readings[key] = readings_of(benefit, self.region, self.compiler(day))
        return found

    def watching(self, reading: Reading) -> Watching:
        """Return what of a reading can be the cause of a change."""
        found = self._watching.get(reading)
        if found is None:
            found = self._watching[reading] = Watching(reading)
        return found
