"""What a rule reads like in each place, and where the place is unknown or known too roughly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from vetbenefits.model.divisions import parts_by_place, wider
from vetbenefits.problems import did_you_mean
from vetbenefits.rulelang.findings import EXPRESSIONS, Findings
from vetbenefits.rulelang.names import check_ids, check_names
from vetbenefits.rulelang.reading import new_names, overlaid
from vetbenefits.rulelang.unknown_place import unknown_place_variant
from vetbenefits.rulelang.usage import names_used

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from vetbenefits.model.expressions import Term
    from vetbenefits.model.rulebook import Variant
    from vetbenefits.problems import Problem, Span
    from vetbenefits.rulelang.reading import Overlay, Reading
    from vetbenefits.rulelang.source import SourceText
    from vetbenefits.rulelang.variant_builder import VariantBuilder


@dataclass(frozen=True, slots=True)
class RegionBuilder:
    """Builds the variants of one benefit for all places, out of the national one."""

    builder: VariantBuilder
    base: Reading
    national: Variant
    overlays: Sequence[Overlay]
    due_when: Span

    @property
    def _findings(self) -> Findings:
        return self.builder.findings

    def variants(self) -> tuple[Variant, ...]:
        """Return the national variant, those of the regions, and those for want of the place."""
        found = [self.national]
        for overlay in self.overlays:
            found.extend(self._variants_of(overlay))
        place = self.builder.place
        if place is None or len(found) == 1:
            return tuple(found)
        return (*found, *self._wide_places(found, place), *self._unknown_place(found, place))

    # --- one overlay ------------------------------------------------------------------------

    def _variants_of(self, overlay: Overlay) -> list[Variant]:
        before = self._findings.errors
        check_names(overlay.block.define, self.builder.vocabulary, (), self._findings)
        spans = self._spans(overlay)
        if not spans and overlay.from_on < overlay.until_on:
            message = "the overlay replaces nothing: the rule is not in force on its days"
            self._findings.error("VB331", message, overlay.block.benefit.span)
        found: list[Variant] = []
        for from_on, until_on in spans:
            reading, fresh = self._read(overlay, from_on, is_first=not found)
            if self._findings.errors > before:
                return []
            variant = self.builder.variant(reading, overlay.division, from_on, until_on)
            if variant is None:
                return []
            if not found:
                self._check_fresh(fresh, variant)
            found.append(variant)
        return found

    def _read(
        self, overlay: Overlay, day: date, *, is_first: bool
    ) -> tuple[Reading, list[SourceText]]:
        """Return the rule in the division of an overlay on a day, and the names it adds.

        What is wrong with the wider overlays is said where these are built themselves.
        """
        reading = self.base
        *wider, _ = self._chain(overlay, day)
        for one in wider:
            reading = overlaid(reading, one, Findings())
        fresh = new_names(reading, overlay, self.builder.common)
        reading = overlaid(reading, overlay, self._findings if is_first else Findings())
        if is_first:
            check_ids(reading.entries, self.due_when, self._findings)
        return reading, fresh

    def _check_fresh(self, fresh: Sequence[SourceText], variant: Variant) -> None:
        used = names_used((variant,))
        known = [*self.base.define, *self.builder.common, *self.base.rates]
        for name in fresh:
            if name not in used:
                message = f"`{name}` replaces nothing, and nothing uses it"
                self._findings.error("VB331", message, name.span, did_you_mean(name, known))

    def _chain(self, overlay: Overlay, day: date) -> list[Overlay]:
        """Return the overlays that hold in a division on a day, the widest first."""
        held = [
            one
            for one in self.overlays
            if overlay.division.startswith(one.division) and one.from_on <= day < one.until_on
        ]
        return sorted(held, key=lambda one: len(one.division))

    def _spans(self, overlay: Overlay) -> list[tuple[date, date]]:
        """Cut the days of an overlay wherever one of its wider divisions changes."""
        wider = [one for one in self.overlays if overlay.division.startswith(one.division)]
        from_on = max(overlay.from_on, self.national.from_on)
        until_on = min(overlay.until_on, self.national.until_on)
        return _pieces(from_on, until_on, wider) if from_on < until_on else []

    # --- for want of the place ---------------------------------------------------------------

    def _wide_places(self, found: Sequence[Variant], place: Term) -> Iterator[Variant]:
        """Yield the variants of each place that divisions with variants are smaller parts of."""
        by_division: dict[str, list[Variant]] = {}
        for one in found:
            by_division.setdefault(one.division or "", []).append(one)
        for wide, parts in sorted(parts_by_place(by_division).items()):
            around = [one for of in ("", *wider(wide), wide) for one in by_division.get(of, ())]
            within = [one for of in parts for one in by_division[of]]
            for from_on, until_on in self._spans_between([*around, *within]):
                *_, whole = _held(around, from_on)
                held = _held(within, from_on)
                if held:
                    variant = unknown_place_variant([whole, *held], place)
                    yield replace(
                        variant, division=wide, is_wide=True, from_on=from_on, until_on=until_on
                    )

    def _unknown_place(self, found: Sequence[Variant], place: Term) -> Iterator[Variant]:
        for from_on, until_on in self._spans_between(self.overlays):
            variant = unknown_place_variant(_held(found, from_on), place)
            yield replace(variant, from_on=from_on, until_on=until_on)

    def _spans_between(self, cut_by: Iterable[Overlay | Variant]) -> list[tuple[date, date]]:
        return _pieces(self.national.from_on, self.national.until_on, cut_by)


def said_of_overlays(
    builder: VariantBuilder, base: Reading, overlays: Sequence[Overlay]
) -> list[Problem]:
    """Return what is wrong with the expressions of overlays whose rule itself is wrong.

    What is said of the rule is left out: it was said before.
    """
    found: list[Problem] = []
    for overlay in overlays:
        reading = base
        for one in sorted(overlays, key=lambda one: len(one.division)):
            if overlay.division.startswith(one.division):
                reading = overlaid(reading, one, Findings())
        own = Findings()
        rates = replace(builder.rate_reader, findings=own)
        apart = replace(builder, rate_reader=rates, findings=own)
        apart.variant(reading, overlay.division, overlay.from_on, overlay.until_on)
        found += [
            one
            for one in own.problems
            if one.span.file == overlay.shown_as and EXPRESSIONS.fullmatch(one.code)
        ]
    return found


def _held(variants: Iterable[Variant], day: date) -> list[Variant]:
    return [one for one in variants if one.from_on <= day < one.until_on]


def _pieces(
    from_on: date, until_on: date, cut_by: Iterable[Overlay | Variant]
) -> list[tuple[date, date]]:
    """Return the span cut at the first and last days of overlays or variants."""
    cuts = {from_on, until_on}
    for one in cut_by:
        cuts.update(day for day in (one.from_on, one.until_on) if from_on < day < until_on)
    return list(pairwise(sorted(cuts)))
