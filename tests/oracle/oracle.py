"""The three benefits a second time, person by person, without a line of the engine.

This and `plain.py` are what the engine is compared with on random people, so they are written from
the policy and from nothing else: `datetime.date`, `Fraction`, and the slow, obvious way each time
(anniversaries are walked one by one). They must never import `vetbenefits`.

A fact is a plain value; `None` says that it is unknown, the text "none" that it is known to be
none. Conditions are three-valued: one that is known to fail settles the case; otherwise whatever
cannot be told makes it undetermined, and `missing` names every fact that would have to be known.
Rates that the policy does not know are named "rate".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tests.oracle.plain import NONE, begun_years, month_later, to_fen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

NOTHING: frozenset[str] = frozenset()
RATE = "rate"


@dataclass(frozen=True, slots=True)
class Answer:
    """A value that may be unknown, and the facts it is unknown for."""

    value: Any
    missing: frozenset[str] = NOTHING


@dataclass(frozen=True, slots=True)
class Decision:
    """What one person (or one bill) is due on the day.

    `may_miss` are facts that may be named beside `missing`: where a place or a day is unknown on
    which a value is looked up, it is a matter of words whether the other things that the look-up
    needs are said to be missing too.
    """

    outcome: str
    amount_fen: int | None = None
    missing: frozenset[str] = NOTHING
    may_miss: frozenset[str] = NOTHING


NOT_DUE = Decision("not_due")

# --- three-valued conditions ---------------------------------------------------------------------


def fact(facts: Mapping[str, Any], name: str) -> Answer:
    """Look a fact up."""
    value = facts.get(name)
    return Answer(value, frozenset({name}) if value is None else NOTHING)


def holds(known: Answer, *, test: Callable[[Any], bool]) -> Answer:
    """Test a fact that may be unknown; a test of a known `none` is the test's own affair."""
    if known.value is None:
        return known
    return Answer(test(known.value))


def opposite(condition: Answer) -> Answer:
    """Negate."""
    return Answer(None if condition.value is None else not condition.value, condition.missing)


def decided(
    conditions: Iterable[Answer], amount: Answer, *, may_miss: frozenset[str] = NOTHING
) -> Decision:
    """Join all conditions and the amount (in fen) to a decision."""
    conditions = list(conditions)
    if any(condition.value is False for condition in conditions):
        return NOT_DUE
    missing = amount.missing.union(*(condition.missing for condition in conditions))
    if missing:
        return Decision("undetermined", None, missing, may_miss)
    return Decision("due", amount.value) if amount.value > 0 else NOT_DUE


def county(facts: Mapping[str, Any], place: str) -> Answer:
    """Return the county that a fact names, unknown where it names no more than a city."""
    division = facts.get(place) or ""
    return Answer(division[:6]) if len(division) >= 6 else Answer(None, frozenset({place}))


def asked_by(region: str, decision: Decision, facts: Mapping[str, Any], place: str) -> Decision:
    """Decide for a bureau that pays the people of its own region and no others."""
    lives_in = facts.get(place)
    shared = min(len(lives_in or ""), len(region))
    if decision.outcome == "not_due" or (lives_in and lives_in[:shared] != region[:shared]):
        return NOT_DUE
    if shared == len(region):
        return decision
    return replace(
        decision, outcome="undetermined", amount_fen=None, missing=decision.missing | {place}
    )


# --- B01: old-age subsidy for rural ex-soldiers --------------------------------------------------

RURAL_BEGINS = date(2011, 8, 1)
YUAN_PER_YEAR_SERVED = (
    (date(2011, 8, 1), 120),
    (date(2014, 10, 1), 180),
    (date(2015, 10, 1), 240),
    (date(2016, 10, 1), 300),
    (date(2017, 10, 1), 360),
    (date(2018, 8, 1), 420),
    (date(2019, 8, 1), 480),
    (date(2020, 8, 1), 540),
    (date(2021, 8, 1), 600),
    (date(2022, 8, 1), 648),
    (date(2023, 8, 1), 688),
    (date(2024, 8, 1), 720),
)
NATIONAL_REGULAR = frozenset(
    {
        "disability_pension",
        "survivor_pension",
        "war_veteran",
        "test_veteran",
        "returned_ill",
        "rural_demobilised",
        "red_army",
        "martyr_child",
    }
)


def rural_veteran_subsidy(facts: Mapping[str, Any], as_of: date) -> Decision:
    """Decide the monthly subsidy: begun years of conscript service times the yearly rate, a twelfth
    of it."""
    if as_of < RURAL_BEGINS:
        return NOT_DUE
    conditions = (
        holds(fact(facts, "service_status"), test=lambda status: status == "retired"),
        holds(
            fact(facts, "conscript_from"),
            test=lambda day: date(1954, 11, 1) <= day <= date(2011, 10, 31),
        ),
        holds(fact(facts, "birth_date"), test=lambda born: month_later(born, 60 * 12) <= as_of),
        holds(fact(facts, "household_at_discharge"), test=lambda kind: kind == "rural"),
        opposite(holds(fact(facts, "deceased_on"), test=lambda day: day != NONE and day <= as_of)),
        opposite(holds(fact(facts, "draws"), test=lambda drawn: bool(drawn & NATIONAL_REGULAR))),
        opposite(fact(facts, "draws_pension")),
    )
    years = _years_served(facts)
    place = county(facts, "division_code")
    may_miss = NOTHING if place.value else fact(facts, "conscript_until").missing
    rate = [yuan for start, yuan in YUAN_PER_YEAR_SERVED if start <= as_of][-1]
    if years.value is None:
        return decided(conditions, years, may_miss=may_miss)
    return decided(conditions, Answer(to_fen(Fraction(years.value * rate, 12))))


def _years_served(facts: Mapping[str, Any]) -> Answer:
    # Counties count years differently, so without the county they cannot be counted.
    place = county(facts, "division_code")
    if place.value is None:
        return place
    start, end = fact(facts, "conscript_from"), fact(facts, "conscript_until")
    if start.value is None or end.value is None:
        return Answer(None, start.missing | end.missing)
    return Answer(begun_years(start.value, end.value))


# --- B12: family allowance for conscripts --------------------------------------------------------

EXAMPLE_COUNTY = "990101"
STANDARD_YUAN, STANDARD_SINCE = 14_000, date(2010, 1, 1)
MULTIPLES = {"ordinary": 1, "tibet": 2, "xinjiang": 2, "plateau": 2}


def conscript_family_allowance(facts: Mapping[str, Any], as_of: date) -> Decision:
    """Decide the half-yearly tranche: half of the standard of the county that approved, by posting
    area."""
    approved, left = fact(facts, "enlistment_approved_on"), fact(facts, "discharged_on")
    conditions = (
        holds(approved, test=lambda day: day != NONE and day <= as_of),
        holds(left, test=lambda day: day == NONE or as_of < day),
        holds(approved, test=lambda day: day != NONE and as_of < month_later(day, 24)),
        opposite(
            holds(
                fact(facts, "leaving_reason"), test=lambda reason: reason in ("removed", "expelled")
            )
        ),
    )
    amount, may_miss = _tranche(facts, approved)
    return decided(conditions, amount, may_miss=may_miss)


def _tranche(facts: Mapping[str, Any], approved: Answer) -> tuple[Answer, frozenset[str]]:
    """Look the cohort's standard up, and say what may be named missing beside what must."""
    posting, place = fact(facts, "posting_area"), county(facts, "approval_division")
    has_standard = place.value == EXAMPLE_COUNTY
    if approved.value is None:
        rate = NOTHING if has_standard else frozenset({RATE})
        return approved, posting.missing | place.missing | rate
    if place.value is None:
        return place, posting.missing
    if not has_standard or approved.value == NONE or approved.value < STANDARD_SINCE:
        return Answer(None, frozenset({RATE})), posting.missing
    if posting.value is None:
        return posting, NOTHING
    return Answer(to_fen(Fraction(STANDARD_YUAN * MULTIPLES[posting.value], 2))), NOTHING


# --- B15: medical aid ----------------------------------------------------------------------------

PAID_BY_OTHERS = (
    "basic_fund",
    "serious_illness_fund",
    "large_sum_fund",
    "medical_assistance",
    "preferential_assistance",
    "poverty_relief",
    "supplementary_insurance",
)
STEP_YUAN = 20_000


def medical_aid(
    facts: Mapping[str, Any], bills: Iterable[Mapping[str, Any]], as_of: date
) -> dict[str, Decision]:
    """Decide a person's bills settled in the year of `as_of` up to that day, by bill id.

    Money in a bill is yuan as `Fraction`. `bills` are in the order of their file; they are paid in
    the order of their days.
    """
    year = [
        bill
        for bill in bills
        if bill["settled_on"].year == as_of.year and bill["settled_on"] <= as_of
    ]
    place = county(facts, "division_code").value
    decisions: dict[str, Decision] = {}
    earlier = Used()
    for bill in sorted(year, key=lambda bill: bill["settled_on"]):
        if place is None:
            decision = _aid_without_place(facts, bill)
        elif place == EXAMPLE_COUNTY:
            decision, earlier = _capped(_scheme_m1(facts, bill), _cap(facts, bill), earlier)
        else:
            decision = _scheme_m3(facts, bill)
        decisions[bill["bill_id"]] = decision
    return decisions


@dataclass(frozen=True, slots=True)
class Used:
    """What earlier bills of the year have used up of a cap: surely, and whether some bill's share
    is unknown."""

    fen: int = 0
    missing: frozenset[str] = NOTHING


def _capped(decision: Decision, cap_fen: int, earlier: Used) -> tuple[Decision, Used]:
    left = max(cap_fen - earlier.fen, 0)
    if decision.outcome == "undetermined":
        return decision, Used(earlier.fen, earlier.missing | decision.missing)
    if decision.outcome == "not_due" or left == 0:
        return NOT_DUE, earlier
    if earlier.missing:
        # The bill that could not be decided may have used up anything from nothing to all that is
        # left.
        return Decision("undetermined", None, earlier.missing), Used(
            earlier.fen + min(decision.amount_fen or 0, left), earlier.missing
        )
    paid = min(decision.amount_fen or 0, left)
    return Decision("due", paid), Used(earlier.fen + paid)


def _base(bill: Mapping[str, Any]) -> Answer:
    parts = {name: fact(bill, name) for name in ("eligible_cost", *PAID_BY_OTHERS)}
    missing = NOTHING.union(*(part.missing for part in parts.values()))
    if missing:
        return Answer(None, missing)
    left = parts["eligible_cost"].value - sum(parts[name].value for name in PAID_BY_OTHERS)
    return Answer(max(left, Fraction(0)))


def _is_no_reversal(bill: Mapping[str, Any]) -> Answer:
    return holds(fact(bill, "eligible_cost"), test=lambda cost: cost >= 0)


def _aid_without_place(facts: Mapping[str, Any], bill: Mapping[str, Any]) -> Decision:
    """Without the place, only what every scheme asks for can be told: some category, and no
    reversal."""
    named = Answer(bool(facts["category"] - {"conscript"}))
    unknown = Answer(None, frozenset({"division_code"}))
    return decided((named, _is_no_reversal(bill)), unknown, may_miss=_base(bill).missing)


def _scheme_m1(facts: Mapping[str, Any], bill: Mapping[str, Any]) -> Decision:
    """Half of the base, before the cap."""
    named = Answer(bool(_caps(facts)))
    base = _base(bill)
    amount = base if base.value is None else Answer(to_fen(base.value / 2))
    return decided((named, _is_no_reversal(bill)), amount)


def _caps(facts: Mapping[str, Any]) -> list[int]:
    category, grade = facts["category"], facts["disability_grade"]
    disabled = (
        "disabled" in category
        and grade != NONE
        and 7 <= grade <= 10
        and facts["disability_cause"] == "war"
    )
    return [
        yuan
        for yuan, applies in (
            (3_000, disabled),
            (4_000, "returned_ill" in category),
            (5_000, "war_veteran" in category),
            (2_000, "rural_60" in category),
        )
        if applies
    ]


def _cap(facts: Mapping[str, Any], bill: Mapping[str, Any]) -> int:
    used = bill.get("used_this_year") or Fraction(0)
    return to_fen(max(Fraction(max(_caps(facts), default=0)) - used, Fraction(0)))


def _scheme_m3(facts: Mapping[str, Any], bill: Mapping[str, Any]) -> Decision:
    """Two shares by group, up to and above the step; the best group of several."""
    category, grade = facts["category"], facts["disability_grade"]
    groups = (
        ((70, 90), bool(category & {"martyr_family", "duty_death_family"})),
        (
            (50, 80),
            bool(category & {"rural_demobilised", "illness_death_family"})
            or ("disabled" in category and grade != NONE and 7 <= grade <= 10),
        ),
        ((25, 70), bool(category & {"returned_ill", "war_veteran"})),
    )
    shares = [pair for pair, applies in groups if applies]
    base = _base(bill)
    conditions = (Answer(bool(shares)), _is_no_reversal(bill))
    if base.value is None or not shares:
        return decided(conditions, base if base.value is None else Answer(0))
    below, above = min(base.value, Fraction(STEP_YUAN)), max(base.value - STEP_YUAN, Fraction(0))
    best = max(below * low / 100 + above * high / 100 for low, high in shares)
    return decided(conditions, Answer(to_fen(best)))
