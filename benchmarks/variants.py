"""The generated rules as one table, from which rule files and both peers are made.

Two families are varied, because they are what a bureau's roster mostly asks about: the subsidy for
rural ex-soldiers (two of three rules) and the allowance for conscripts' families (every third). The
variations are such as regions make: another age, another span of enlistment, other benefits that
exclude, another way of counting years and of rounding. No amount here is real.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

AS_OF = date(2024, 10, 15)
"""The day that the benchmark decides about."""

NATIONAL_REGULAR = (
    "disability_pension",
    "survivor_pension",
    "war_veteran",
    "test_veteran",
    "returned_ill",
    "rural_demobilised",
    "red_army",
    "martyr_child",
)
DRAWN_SETS = (
    NATIONAL_REGULAR,
    ("disability_pension", "survivor_pension", "war_veteran", "test_veteran"),
    ("war_veteran", "test_veteran", "returned_ill"),
)
COUNTIES = tuple(str(990_101 + place) for place in range(10))
"""Counties with a local standard; people of two more counties live in the roster and have none."""

WIDE_RULES = 3
STEPS = {"fen": 1, "jiao": 10, "yuan": 100}


@dataclass(frozen=True, slots=True)
class Rural:
    """A subsidy by served years: `years x rate`, paid in twelve parts a year."""

    benefit: str
    title: str
    min_age: int
    enlisted_from: date
    enlisted_to: date
    """The last day of enlistment that counts (inclusive)."""
    excluded_by: tuple[str, ...]
    part_year: str
    rates: tuple[tuple[date, int], ...]
    """First day in force and yuan per served year, oldest first."""
    round_to: str
    round_mode: str

    @property
    def rate_fen(self) -> int:
        """Return the rate in force on the day of the benchmark."""
        return [yuan for start, yuan in self.rates if start <= AS_OF][-1] * 100


@dataclass(frozen=True, slots=True)
class Conscript:
    """A family allowance: the county's standard times a multiple by posting, in two parts."""

    benefit: str
    title: str
    months: int
    nothing_for: tuple[str, ...]
    multiples: tuple[tuple[str, int], ...]
    not_posted_to: tuple[str, ...]
    standards: tuple[tuple[str, int], ...]
    """County and yuan per year."""


Variant = Rural | Conscript


def variants(count: int) -> tuple[Variant, ...]:
    """Make `count` generated rules, in the order of their ids, which is that of the reports."""
    made: list[Variant] = [_conscript(n) if n % 3 == 2 else _rural(n) for n in range(count)]  # noqa: PLR2004
    return tuple(sorted(made, key=lambda rule: rule.benefit))


def _rural(n: int) -> Rural:
    first = 600 + 8 * (n % 13)
    # The first rules are for everybody; a larger book holds mostly rules for few: one cohort each.
    begin, span = (1954, 57) if n < WIDE_RULES else (1954 + n * 7 % 30, 12)
    return Rural(
        benefit=f"rural_{n:03d}",
        title=f"农村籍退役士兵老年生活补助（变体{n:03d}）",
        min_age=60 + (0, 0, 1, 2, 5, 3, 0)[n % 7],
        enlisted_from=date(begin, 11, 1),
        enlisted_to=date(min(begin + span, 2011), 10, 31),
        excluded_by=DRAWN_SETS[n % 5 % 3],
        part_year=("counts_as_one", "counts_as_one", "half_steps", "dropped")[n % 4],
        rates=(
            (date(2011, 8, 1), first - 480),
            (date(2019, 8, 1), first - 120),
            (date(2023, 8, 1), first + 88),
            (date(2024, 8, 1), first + 120 + n % 5),
        ),
        round_to=("fen", "fen", "jiao", "yuan")[n % 11 % 4],
        round_mode=("half_up", "half_up", "ceil", "floor")[n % 13 % 4],
    )


def _conscript(n: int) -> Conscript:
    removed = ("removed", "expelled")
    return Conscript(
        benefit=f"conscript_{n:03d}",
        title=f"义务兵家庭优待金（变体{n:03d}）",
        months=(24, 24, 18, 12)[n % 4],
        nothing_for=removed if n % 2 else (*removed, "academy"),
        multiples=(("ordinary", 1), ("tibet", 2 + n % 2), ("xinjiang", 2), ("plateau", 2)),
        not_posted_to=() if n % 5 else ("plateau",),
        standards=tuple(
            (county, 12_000 + 250 * ((n + place) % 17)) for place, county in enumerate(COUNTIES)
        ),
    )
