"""The program and the oracle agree on thousands of random people, to the fen and to the missing
fact."""

from __future__ import annotations

import ast
import csv
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.oracle import oracle, plain
from tests.oracle.people import make_people

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.oracle.oracle import Decision
    from tests.oracle.people import Population

ROOT = Path(__file__).parents[2]
PEOPLE = 2000
DAYS = ("2023-07-31", "2023-08-01", "2024-02-29")
"""The eve and the day of a new rate, and the day that most years lack."""
MORE_DAYS = (
    "2011-07-31",  # the eve of the rural subsidy
    "2011-08-01",
    "2014-10-01",
    "2016-02-29",
    "2019-03-01",
    "2020-12-31",
    "2024-08-01",
    "2025-08-31",  # after the last known rate
    "2026-11-21",
)
PLACES = {
    "rural_veteran_subsidy": "division_code",
    "conscript_family_allowance": "approval_division",
}


class Key(NamedTuple):
    """One record of `check`."""

    person_id: str
    benefit: str
    bill_id: str


@pytest.mark.parametrize("day", DAYS)
def test_program_and_oracle_agree_on_random_people(day: str, tmp_path: Path) -> None:
    compare(make_people(20, date.fromisoformat(day), PEOPLE), tmp_path)


@pytest.mark.parametrize("region", ["990101", "990101003", "990101003000"])
def test_program_and_oracle_agree_on_whom_a_bureau_pays(region: str, tmp_path: Path) -> None:
    population = make_people(21, date(2023, 8, 1), PEOPLE)
    pays = plain.place_named(region)
    expected = {
        key: oracle.asked_by(pays, decision, facts, PLACES[key.benefit])
        for person in population.persons
        if not person.set_aside
        for facts in [plain.complete(person.cells)]
        for key, decision in of_person(str(person.cells["person_id"]), facts, population.as_of)
    }
    assert len({one.outcome for one in expected.values()}) == 3
    records = program_records(population, tmp_path, "--region", region)
    found = {key: record for key, record in records.items() if key.benefit in PLACES}
    wrong = {key: want for key, want in expected.items() if not same(want, found.get(key))}
    assert not wrong
    assert found.keys() == expected.keys()


@pytest.mark.nightly
@pytest.mark.parametrize("day", MORE_DAYS)
@pytest.mark.parametrize("seed", range(5))
def test_program_and_oracle_agree_on_more_days(day: str, seed: int, tmp_path: Path) -> None:
    compare(make_people(seed, date.fromisoformat(day), PEOPLE), tmp_path)


def compare(population: Population, folder: Path) -> None:
    expected = dict(oracle_records(population))
    found = program_records(population, folder)
    rows = {str(person.cells["person_id"]): person for person in population.persons}
    differences = [
        f"{key}: oracle {want}, program {found.get(key)}\n{rows[key.person_id]}\n"
        f"{bills(population, key)}"
        for key, want in expected.items()
        if not same(want, found.get(key))
    ]
    first = "\n".join(differences[:5])
    assert not differences, f"{len(differences)} of {len(expected)} records differ:\n{first}"
    extra = sorted(found.keys() - expected.keys())
    assert not extra, f"{len(extra)} records that should not be there: {extra[:5]}"


def oracle_records(population: Population) -> Iterator[tuple[Key, Decision]]:
    for person in population.persons:
        if person.set_aside:
            continue
        name, facts = str(person.cells["person_id"]), plain.complete(person.cells)
        yield from of_person(name, facts, population.as_of)
        aid = oracle.medical_aid(facts, population.bills_of(person), population.as_of)
        for bill_id, decision in aid.items():
            yield Key(name, "medical_aid", bill_id), decision


def of_person(name: str, facts: dict[str, Any], as_of: date) -> Iterator[tuple[Key, Decision]]:
    yield (
        Key(name, "rural_veteran_subsidy", ""),
        oracle.rural_veteran_subsidy(facts, as_of),
    )
    yield (
        Key(name, "conscript_family_allowance", ""),
        oracle.conscript_family_allowance(facts, as_of),
    )


def program_records(
    population: Population, folder: Path, *options: str
) -> dict[Key, dict[str, str]]:
    roster, bills = population.write(folder)
    command = [sys.executable, "-m", "vetbenefits", "check", str(roster), "--bills", str(bills)]
    command += ["--rules", str(ROOT / "rules"), "--as-of", population.as_of.isoformat()]
    command += ["--all", "--format", "csv", "--full-ids", "--lang", "en", *options]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=folder, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    records = list(csv.DictReader(run.stdout.splitlines()))
    keys = [
        Key(record["person_id"], record["benefit"], record.get("bill_id") or "")
        for record in records
    ]
    twice = [key for key, times in Counter(keys).items() if times > 1]
    assert not twice, f"records that come more than once: {twice[:5]}"
    return dict(zip(keys, records, strict=True))


def same(want: Decision, record: dict[str, str] | None) -> bool:
    if record is None or record["outcome"] != want.outcome:
        return False
    amount = (
        "" if want.amount_fen is None else f"{want.amount_fen // 100}.{want.amount_fen % 100:02d}"
    )
    missing = {
        "rate" if name.startswith("rate.") else name
        for name in record["missing"].split(";")
        if name
    }
    return record["amount"] == amount and want.missing <= missing <= want.missing | want.may_miss


def bills(population: Population, key: Key) -> list[dict[str, object]]:
    return [bill for bill in population.bills if bill["of"] == key.person_id] if key.bill_id else []


# --- the oracle itself ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["oracle.py", "plain.py", "people.py", "spelling.py"])
def test_oracle_shares_no_code_with_the_program(name: str) -> None:
    tree = ast.parse((Path(__file__).parent / name).read_text(encoding="utf-8"))
    modules = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    modules += [
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    ]
    rooms = {str(module).split(".")[0] for module in modules}
    assert rooms - {"tests"} <= sys.stdlib_module_names


def test_random_people_are_the_same_for_the_same_seed() -> None:
    day = date(2024, 2, 29)
    assert make_people(1, day, 50) == make_people(1, day, 50)
    assert make_people(1, day, 50) != make_people(2, day, 50)


def test_random_people_reach_every_outcome_and_every_missing_fact() -> None:
    decisions = dict(oracle_records(make_people(20, date(2023, 8, 1), PEOPLE)))
    outcomes = Counter((key.benefit, decision.outcome) for key, decision in decisions.items())
    assert len(outcomes) == 9
    assert min(outcomes.values()) >= 50
    missing = {
        (key.benefit, name) for key, decision in decisions.items() for name in decision.missing
    }
    rural = {"birth_date", "conscript_from", "conscript_until", "division_code", "draws_pension"}
    rural |= {"household_at_discharge", "service_status"}
    conscript = {
        "approval_division",
        "discharged_on",
        "enlistment_approved_on",
        "posting_area",
        "rate",
    }
    bill = {"division_code", "eligible_cost", *oracle.PAID_BY_OTHERS}
    assert missing == (
        {("rural_veteran_subsidy", name) for name in rural}
        | {("conscript_family_allowance", name) for name in conscript}
        | {("medical_aid", name) for name in bill}
    )


@pytest.mark.parametrize(
    "number",
    [
        "99010119630115001X",
        "990101196402290038",
        "99010119700815004X",
        "990102194707180136",
        "990103200402290291",
    ],
)
def test_check_digits_are_those_of_the_standard(number: str) -> None:
    assert plain.check_digit(number[:17]) == number[17]


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("990101", "990101"),
        ("990101000000", "990101"),
        ("990101003000", "990101003"),
        ("990101100", "990101100"),
        ("990101000001", "990101000001"),
        ("990100", "9901"),
        ("990000", "99"),
    ],
)
def test_zeros_at_the_end_of_a_place_name_nothing(code: str, place: str) -> None:
    assert plain.place_named(code) == place


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [
        ("1981-10-20", "1985-01-10", 4),
        ("1980-12-01", "1982-12-01", 2),  # the day of discharge is not served
        ("1980-12-01", "1982-12-02", 3),
        ("1956-10-01", "1961-12-01", 6),
        ("1980-02-29", "1981-02-28", 1),
        ("1980-02-29", "1981-03-01", 1),  # the anniversary of 29 February is 1 March
        ("1980-02-29", "1981-03-02", 2),
        ("1980-02-29", "1984-02-29", 4),
        ("1980-08-31", "1980-09-01", 1),
    ],
)
def test_served_years_are_counted_as_the_worked_examples_say(
    start: str, end: str, years: int
) -> None:
    assert plain.begun_years(date.fromisoformat(start), date.fromisoformat(end)) == years


VETERAN = {
    "service_status": "retired",
    "household_at_discharge": "rural",
    "pension_insurance": "resident",
    "division_code": "990101",
    "birth_date": date(1963, 1, 15),
    "conscript_from": date(1981, 10, 20),
    "conscript_until": date(1985, 1, 10),
}


@pytest.mark.parametrize(
    ("day", "changes", "fen"),
    [
        ("2023-01-14", {}, None),
        ("2023-01-15", {}, 21_600),  # EX-02
        ("2023-08-15", {}, 22_933),  # EX-02: 688 x 4 / 12 is 229.333…
        (
            "2022-05-01",
            {"birth_date": date(1960, 1, 1), "conscript_until": date(1983, 10, 20)},
            10_000,
        ),  # EX-03
        (
            "2024-02-29",
            {"birth_date": date(1964, 2, 29), "conscript_until": date(1984, 10, 20)},
            17_200,
        ),  # EX-08
        ("2024-02-28", {"birth_date": date(1964, 2, 29)}, None),
        ("2023-08-15", {"draws": frozenset({"disability_pension"})}, None),  # EX-09
        ("2023-08-15", {"draws": frozenset({"rural_veteran_subsidy"})}, 22_933),
        ("2023-08-15", {"pension_insurance": "employee", "draws_pension": True}, None),  # EX-12
        (
            "2023-08-15",
            {"conscript_from": date(2011, 12, 1), "conscript_until": date(2013, 12, 1)},
            None,
        ),  # EX-14
        ("2023-08-15", {"deceased_on": date(2023, 8, 15)}, None),
        ("2023-08-15", {"deceased_on": date(2023, 8, 16)}, 22_933),
    ],
)
def test_rural_subsidy_is_that_of_the_worked_examples(
    day: str, changes: dict[str, object], fen: int | None
) -> None:
    facts = plain.complete(VETERAN | changes)
    assert oracle.rural_veteran_subsidy(facts, date.fromisoformat(day)) == (
        oracle.NOT_DUE if fen is None else oracle.Decision("due", fen)
    )


CONSCRIPT = {
    "service_status": "serving",
    "approval_division": "990101",
    "enlistment_approved_on": date(2023, 9, 16),
    "posting_area": "ordinary",
}


@pytest.mark.parametrize(
    ("day", "changes", "fen"),
    [
        ("2023-09-15", {}, None),
        ("2023-09-16", {}, 700_000),  # EX-51
        ("2025-09-15", {"discharged_on": date(2025, 9, 16)}, 700_000),
        ("2025-09-16", {}, None),
        ("2024-05-16", {"posting_area": "tibet"}, 1_400_000),
        (
            "2023-10-01",
            {"leaving_reason": "removed", "discharged_on": date(2024, 5, 16)},
            None,
        ),  # EX-54
        ("2024-05-16", {"leaving_reason": "nco", "discharged_on": date(2024, 5, 16)}, None),
        ("2026-02-28", {"enlistment_approved_on": date(2024, 2, 29)}, 700_000),
        ("2026-03-01", {"enlistment_approved_on": date(2024, 2, 29)}, None),
    ],
)
def test_conscript_allowance_is_that_of_the_worked_examples(
    day: str, changes: dict[str, object], fen: int | None
) -> None:
    facts = plain.complete(CONSCRIPT | changes)
    assert oracle.conscript_family_allowance(facts, date.fromisoformat(day)) == (
        oracle.NOT_DUE if fen is None else oracle.Decision("due", fen)
    )


def test_an_undecided_bill_makes_later_ones_undecided_only_under_a_cap() -> None:
    costs: dict[str, object] = dict.fromkeys(oracle.PAID_BY_OTHERS, 0)
    later = costs | {"bill_id": "b", "settled_on": date(2024, 1, 6), "eligible_cost": 1000}
    earlier = later | {"bill_id": "a", "settled_on": date(2024, 1, 5), "basic_fund": None}
    facts = plain.complete({"division_code": "990101", "category": frozenset({"war_veteran"})})
    undecided = oracle.Decision("undetermined", None, frozenset({"basic_fund"}))
    assert oracle.medical_aid(facts, [earlier, later], date(2024, 1, 31)) == {
        "a": undecided,
        "b": undecided,
    }
    elsewhere = facts | {"division_code": "990102"}
    assert oracle.medical_aid(elsewhere, [earlier, later], date(2024, 1, 31)) == {
        "a": undecided,
        "b": oracle.Decision("due", 25_000),
    }


def test_medical_aid_is_that_of_the_worked_example() -> None:
    bill = dict.fromkeys(oracle.PAID_BY_OTHERS, 0) | {
        "bill_id": "EX-62",
        "settled_on": date(2024, 3, 1),
        "eligible_cost": 12_000,
        "basic_fund": 6_000,
        "poverty_relief": 1_000,
        "used_this_year": 1_200,
    }
    cells = {"division_code": "990101", "category": frozenset({"disabled"}), "disability_grade": 7}
    facts = plain.complete(cells | {"disability_cause": "war"})
    assert oracle.medical_aid(facts, [bill], date(2024, 3, 1)) == {
        "EX-62": oracle.Decision("due", 180_000)
    }
