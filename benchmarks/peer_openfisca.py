"""The same due list through OpenFisca-Core, with polars reading and writing for it.

An honest port and not a straw man: inputs are set as whole arrays, enumerations are plain numbers,
what several rules share is one variable, and the polars peer's reader and writer do all that is not
OpenFisca's business. It is spared what it has no notion of: OpenFisca has no unknown (a missing
input is its default), so unknown facts become defaults that make nobody due, and people who cannot
be decided are not listed.

Numbers: OpenFisca's `float` is float32, which holds whole fen only up to 167,772.16 yuan and no
twelfth of most amounts, and its `int` is int32, which in fen ends at 21.4 million yuan a person.
Amounts are therefore `int` variables in fen, rounded inside the formula in int64, and totals are
summed by polars in Int64; with `value_type = float` in yuan the totals below differ (see README).
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import polars as pl
from openfisca_core.entities import Entity  # type: ignore[import-not-found, import-untyped, unused-ignore]
from openfisca_core.parameters import ParameterNode  # type: ignore[import-not-found, import-untyped, unused-ignore]
from openfisca_core.periods import DateUnit  # type: ignore[import-not-found, import-untyped, unused-ignore]
from openfisca_core.simulations import SimulationBuilder  # type: ignore[import-not-found, import-untyped, unused-ignore]
from openfisca_core.taxbenefitsystems import TaxBenefitSystem  # type: ignore[import-not-found, import-untyped, unused-ignore]
from openfisca_core.variables import Variable  # type: ignore[import-not-found, import-untyped, unused-ignore]

from benchmarks.reading import find_doubles, read_batches
from benchmarks.variants import AS_OF, STEPS, Conscript, Rural, variants
from benchmarks.vocabulary import BIT_OF, code
from benchmarks.writing import FEN_SPACE, RULE_SPACE, Report

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from benchmarks.reading import People
    from benchmarks.variants import Variant

    Formula = Callable[["Population", "Period", "Parameters"], NDArray[Any]]

DAY = AS_OF.isoformat()
NEVER, LONG_AGO = date(2200, 1, 1), date(1800, 1, 1)
PERSON = Entity("person", "persons", "A person of the roster", "")


class Instant(Protocol):
    """What a formula asks of the first day of a period."""

    date: date


class Period(Protocol):
    """What a formula asks of its period."""

    start: Instant


class Population(Protocol):
    """What a formula asks of the people: their number, and a variable by its name."""

    count: int

    def __call__(self, name: str, period: Period) -> NDArray[Any]:
        """Return the values of a variable."""


class Parameters(Protocol):
    """What a formula asks of the rates."""

    def __call__(self, period: Period) -> Mapping[str, Any]:
        """Return the rates in force."""


# --- what the rules share ------------------------------------------------------------------------

DATE_INPUTS = {
    "birth_date": NEVER,
    "conscript_from": NEVER,
    "conscript_until": NEVER,
    "discharged_on": LONG_AGO,
    "deceased_on": NEVER,
    "enlistment_approved_on": LONG_AGO,
}
"""What an unknown day is taken for, so that it makes nobody due."""

BOOL_INPUTS = ("retired", "rural_household", "without_pension", "amount_is_known")
INT_INPUTS = ("draws", "posting_area", "leaving_reason", "county")
UNKNOWN = -1


def _variable(name: str, kind: type, formula: Formula | None = None) -> type[Variable]:
    """Define one OpenFisca variable; without a formula it is an input."""
    body: dict[str, Any] = {
        "value_type": kind,
        "entity": PERSON,
        "definition_period": DateUnit.DAY,
        "label": name,
    }
    if kind is date:
        body["default_value"] = LONG_AGO
    if formula is not None:
        body["formula"] = formula
    return type(name, (Variable,), body)


def _month_and_day(days: NDArray[np.datetime64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Split days into months since 1970 and the day of the month."""
    months = days.astype("datetime64[M]")
    return months.astype(np.int64), (days - months).astype(np.int64) + 1


def _months_between(
    start: NDArray[np.datetime64], end: NDArray[np.datetime64]
) -> NDArray[np.int64]:
    """Count whole months; where the last day does not exist, the 1st after it ends the month."""
    first_month, first_day = _month_and_day(start)
    last_month, last_day = _month_and_day(end)
    return last_month - first_month - (last_day < first_day)


def _age(person: Population, period: Period, _parameters: Parameters) -> NDArray[Any]:
    today = np.full(person.count, np.datetime64(period.start.date))
    return _months_between(person("birth_date", period), today) // 12


def _months_since_approval(
    person: Population, period: Period, _parameters: Parameters
) -> NDArray[Any]:
    today = np.full(person.count, np.datetime64(period.start.date))
    return _months_between(person("enlistment_approved_on", period), today)


def _may_draw_rural(person: Population, period: Period, _parameters: Parameters) -> NDArray[Any]:
    may_draw: NDArray[np.bool_] = (
        person("retired", period)
        & person("rural_household", period)
        & person("without_pension", period)
        & person("amount_is_known", period)
        & (person("deceased_on", period) > np.datetime64(period.start.date))
    )
    return may_draw


def _serves(person: Population, period: Period, _parameters: Parameters) -> NDArray[Any]:
    today = np.datetime64(period.start.date)
    serves: NDArray[np.bool_] = (
        (person("enlistment_approved_on", period) <= today)
        & (person("discharged_on", period) > today)
        & (person("posting_area", period) != UNKNOWN)
        & (person("county", period) != UNKNOWN)
    )
    return serves


def _months_served(person: Population, period: Period, _parameters: Parameters) -> NDArray[Any]:
    return _months_between(person("conscript_from", period), person("conscript_until", period))


def _half_years(part_year: str) -> Formula:
    """Count served half years; what lies after the last anniversary is a part year."""

    def formula(person: Population, period: Period, _parameters: Parameters) -> NDArray[Any]:
        months = person("months_served", period).astype(np.int64)
        years = months // 12
        if part_year == "dropped":
            return years * 2
        first_month, first_day = _month_and_day(person("conscript_from", period))
        last_month, last_day = _month_and_day(person("conscript_until", period))
        anniversary = first_month + years * 12
        length = (
            (anniversary + 1).astype("datetime64[M]").astype("datetime64[D]")
            - anniversary.astype("datetime64[M]")
        ).astype(np.int64)
        missing_day = first_day > length
        month, day = (
            np.where(missing_day, anniversary + 1, anniversary),
            np.where(missing_day, 1, first_day),
        )
        # Numpy adds booleans as "or", so they become numbers first.
        rest = ((last_month != month) | (last_day != day)).astype(np.int64)
        steps = 2 if part_year == "counts_as_one" else 1 + (months % 12 >= 6)  # noqa: PLR2004
        half_years: NDArray[np.int64] = years * 2 + rest * steps
        return half_years

    return formula


# --- the rules -----------------------------------------------------------------------------------


def _rural(rule: Rural) -> Formula:
    excluded = sum(BIT_OF[benefit] for benefit in rule.excluded_by)
    step = STEPS[rule.round_to]

    def formula(person: Population, period: Period, parameters: Parameters) -> NDArray[Any]:
        enlisted = person("conscript_from", period)
        due = (
            person("may_draw_rural", period)
            & (person("age", period) >= rule.min_age)
            & (enlisted >= np.datetime64(rule.enlisted_from))
            & (enlisted <= np.datetime64(rule.enlisted_to))
            & (person("draws", period) & excluded == 0)
        )
        rate_fen = round(parameters(period)[rule.benefit] * 100)
        numerator = person(f"half_years_{rule.part_year}", period).astype(np.int64) * rate_fen
        return np.where(due, _rounded(numerator, 24 * step, rule.round_mode) * step, 0)

    return formula


def _rounded(numerator: NDArray[np.int64], denominator: int, mode: str) -> NDArray[np.int64]:
    match mode:
        case "floor":
            return numerator // denominator
        case "ceil":
            return -(-numerator // denominator)
        case _:
            return (2 * numerator + denominator) // (2 * denominator)


def _conscript(rule: Conscript) -> Formula:
    nothing = [code("leaving_reason", reason) for reason in rule.nothing_for]
    elsewhere = [code("posting_area", area) for area in rule.not_posted_to]
    multiples = np.zeros(len(rule.multiples) + 1, np.int64)  # the last stands for unknown
    for area, multiple in rule.multiples:
        multiples[code("posting_area", area)] = multiple

    def formula(person: Population, period: Period, parameters: Parameters) -> NDArray[Any]:
        posting = person("posting_area", period)
        due = (
            person("serves", period)
            & (person("months_since_approval", period) < rule.months)
            & ~np.isin(person("leaving_reason", period), nothing)
        )
        if elsewhere:
            due &= ~np.isin(posting, elsewhere)
        standards = parameters(period)[rule.benefit]
        fen = np.array(
            [round(standards[f"county_{county}"] * 100) for county, _ in rule.standards] + [0]
        )
        return np.where(due, fen[person("county", period)] * multiples[posting] // 2, 0)

    return formula


def build_system(rules: Sequence[Variant]) -> TaxBenefitSystem:
    """Build the OpenFisca package: one variable a rule, rates as dated parameters."""
    system = TaxBenefitSystem([PERSON])
    inputs = (
        [(name, date) for name in DATE_INPUTS]
        + [(name, bool) for name in BOOL_INPUTS]
        + [(name, int) for name in INT_INPUTS]
    )
    shared = [
        ("age", int, _age),
        ("may_draw_rural", bool, _may_draw_rural),
        ("months_served", int, _months_served),
        ("serves", bool, _serves),
        ("months_since_approval", int, _months_since_approval),
        *(
            (f"half_years_{way}", int, _half_years(way))
            for way in ("counts_as_one", "half_steps", "dropped")
        ),
    ]
    own = [
        (rule.benefit, int, _rural(rule) if isinstance(rule, Rural) else _conscript(rule))
        for rule in rules
    ]
    for definition in (*inputs, *shared, *own):
        system.add_variable(_variable(*definition))
    system.parameters = ParameterNode(data={rule.benefit: _parameter(rule) for rule in rules})
    return system


def _parameter(rule: Variant) -> dict[str, Any]:
    if isinstance(rule, Rural):
        return {"values": {start.isoformat(): {"value": yuan} for start, yuan in rule.rates}}
    return {
        f"county_{county}": {"values": {"2010-01-01": {"value": yuan}}}
        for county, yuan in rule.standards
    }


# --- a batch -------------------------------------------------------------------------------------


def decide(people: People, rules: Sequence[Variant], system: TaxBenefitSystem) -> pl.Series:
    """Compute every rule for everybody in the batch; return the sorted keys of who is due."""
    facts = pl.concat(
        frame.lazy().filter("usable").select("at", *_inputs(rules)) for frame in people.facts
    ).collect()
    simulation = SimulationBuilder().build_default_simulation(system, facts.height)
    for name in facts.columns[1:]:
        simulation.set_input(name, DAY, facts[name].to_numpy())
    at = facts["at"].to_numpy()
    keys = []
    for number, rule in enumerate(rules):
        fen = simulation.calculate(rule.benefit, DAY)
        due = np.flatnonzero(fen)
        keys.append((at[due] * RULE_SPACE + number) * FEN_SPACE + fen[due])
    return pl.Series("key", np.concatenate(keys)).sort()


def _inputs(rules: Sequence[Variant]) -> dict[str, pl.Expr] | list[pl.Expr]:
    counties = next(
        ([county for county, _ in rule.standards] for rule in rules if isinstance(rule, Conscript)),
        ["0"],
    )
    county = (
        pl.col("approval_place").str.slice(0, 6).cast(pl.Enum(counties), strict=False).to_physical()
    )
    left = pl.when("still_serving").then(pl.lit(NEVER)).otherwise("discharged_on")
    dates = [
        (left if name == "discharged_on" else pl.col(name)).fill_null(unknown).alias(name)
        for name, unknown in DATE_INPUTS.items()
    ]
    return [
        *dates,
        (pl.col("service_status") == code("service_status", "retired"))
        .fill_null(value=False)
        .alias("retired"),
        (pl.col("household") == code("household", "rural"))
        .fill_null(value=False)
        .alias("rural_household"),
        (pl.col("draws_pension") == code("draws_pension", "no"))
        .fill_null(value=False)
        .alias("without_pension"),
        pl.col("conscript_until").is_not_null().alias("amount_is_known"),
        pl.col("draws").cast(pl.Int32),
        pl.col("posting_area").cast(pl.Int32).fill_null(UNKNOWN),
        pl.col("leaving_reason").cast(pl.Int32).fill_null(UNKNOWN),
        county.cast(pl.Int32).fill_null(UNKNOWN).alias("county"),
    ]


def run(roster: Path, out: Path, rules: Sequence[Variant]) -> None:
    """Compute who is due what, and write due.csv and summary.csv."""
    system = build_system(rules)
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=out.parent, prefix=".openfisca-"))
    try:
        report = Report(work, rules)
        doubles = find_doubles(roster)
        for people in read_batches(roster, doubles):
            report.add_due(people, decide(people, rules, system))
        report.close("")
        shutil.rmtree(out, ignore_errors=True)
        work.rename(out)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("roster", type=Path)
    parser.add_argument("--rules", type=int, default=30)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    run(options.roster, options.out, variants(options.rules))


if __name__ == "__main__":
    main()
