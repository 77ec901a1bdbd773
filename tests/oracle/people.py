"""Random people and bills for the oracle: invented, seeded, and drawn to where mistakes are made.

Birthdays lie around the sixtieth before the day decided about, days of service on and beside whole
years, 29 February and month ends, approvals around the two years, and bills around half fen, caps
and steps. Facts are missing now and then. Each person is kept twice: as the cells of a roster
(written in any of the accepted spellings) and as plain values for the oracle.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

from tests.oracle.oracle import PAID_BY_OTHERS
from tests.oracle.plain import check_digit, month_later
from tests.oracle.spelling import BILL_HEADERS, HEADERS, LISTED, write_csv

if TYPE_CHECKING:
    from pathlib import Path

Value = TypeVar("Value")
MOSTLY_BLANK: tuple[bool | None, ...] = (None, None, None, False, True)
BLANK_OR_NO: tuple[bool | None, ...] = (None, None, False)
BLANK_NO_YES: tuple[bool | None, ...] = (None, False, True)


@dataclass(frozen=True, slots=True)
class Person:
    """A roster row.

    Attributes:
        cells: plain values, `None` for a blank cell.
        written: what stands in a cell instead of its plain value (a month, an unreadable text).
        set_aside: the row holds a mistake, so nothing may be decided for it.
    """

    cells: dict[str, Any]
    written: dict[str, str] = field(default_factory=dict)
    set_aside: bool = False


@dataclass(frozen=True, slots=True)
class Population:
    """People and bills for one day, in the order of their files."""

    as_of: date
    persons: list[Person]
    bills: list[dict[str, Any]]

    def bills_of(self, person: Person) -> list[dict[str, Any]]:
        """Return the bills of one person in the order of the file."""
        return [bill for bill in self.bills if bill["of"] == person.cells["person_id"]]

    def write(self, folder: Path, *, seed: int = 0) -> tuple[Path, Path]:
        """Write roster.csv and bills.csv into the folder."""
        chance = random.Random(f"spelling {seed}")  # noqa: S311
        roster, bills = folder / "roster.csv", folder / "bills.csv"
        write_csv(
            roster, HEADERS, ((person.cells, person.written) for person in self.persons), chance
        )
        write_csv(bills, BILL_HEADERS, ((bill, {}) for bill in self.bills), chance)
        return roster, bills


def make_people(seed: int, as_of: date, count: int) -> Population:
    """Make `count` people and some bills; the same arguments give the same people."""
    return Maker(seed, as_of).population(count)


class Maker:
    """A seeded source of people for one day."""

    def __init__(self, seed: int, as_of: date) -> None:
        self.random = random.Random(f"{seed} {as_of}")  # noqa: S311
        self.as_of = as_of
        self.numbers: set[str] = set()

    def population(self, count: int) -> Population:
        """Make people, their mistakes and their bills."""
        persons = []
        for serial in range(count):
            kind = self.pick(
                self.veteran, self.veteran, self.conscript, self.conscript, self.relative
            )
            cells = {
                "person_id": f"T{serial:06d}",
                "name": self.pick(*"赵钱孙李周吴郑王") + self.pick(*"甲乙丙丁戊己"),
            }
            person = self.with_mistake(self.with_months(Person(cells | self.anybody() | kind())))
            persons.append(self.with_number(person))
        self.enter_twice(persons)
        bills = [bill for person in persons if not person.set_aside for bill in self.bills(person)]
        self.random.shuffle(bills)
        return Population(self.as_of, persons, bills)

    # --- chance ---

    def maybe(self, share: float) -> bool:
        """Say yes in that share of all calls."""
        return self.random.random() < share

    def pick(self, *values: Value) -> Value:
        """Pick one of the values, each as likely."""
        return self.random.choice(values)

    def known(self, value: Value, *, blank: float = 0.04) -> Value | None:
        """Return the value, or now and then a blank."""
        return None if self.maybe(blank) else value

    def near(self, day: date, *, spread: int) -> date:
        """Return a day at, beside or further around another, or a nasty day near it."""
        close = day + timedelta(days=self.pick(-1, 0, 0, 1))
        far = day + timedelta(days=self.random.randint(-spread, spread))
        leap_year = far.year - far.year % 4
        month_end = date(far.year, self.pick(1, 3, 5, 7, 8, 10, 12), 31)
        return self.pick(
            close, close, far, far, date(leap_year, 2, 29) if leap_year % 100 else far, month_end
        )

    # --- people ---

    def anybody(self) -> dict[str, Any]:
        """Make what every row has; later keys replace these."""
        category = frozenset(
            self.random.sample(list(LISTED["category"]), self.pick(0, 1, 1, 1, 2, 2, 3))
        )
        grade = self.known(self.random.randint(1, 10)) if "disabled" in category else None
        cause = None
        if "disabled" in category:
            cause = self.known(
                self.pick("war", "war", "duty", "illness" if grade is None or grade <= 6 else "war")
            )
        place = self.pick("990101", "990102") + self.pick("", "001", "003002")
        # Many offices fill up a code to the length that their form wants.
        place = place.ljust(self.pick(0, 0, 9, 12), "0") if self.maybe(0.95) else "990100"
        drawn = frozenset(self.random.sample(list(LISTED["draws"]), self.pick(0, 1, 2)))
        return {
            "sex": None,
            "birth_date": None,
            "division_code": self.known(place),
            "household_at_discharge": self.known(self.pick("rural", "rural", "rural", "urban")),
            "pension_insurance": self.pick(
                "resident", "resident", "resident", "none", "employee", "public_retirement", None
            ),
            "draws_pension": self.pick(*MOSTLY_BLANK),
            "draws": self.pick(None, None, frozenset({"rural_veteran_subsidy"}), drawn) or None,
            "deceased_on": self.near(self.as_of, spread=900) if self.maybe(0.1) else None,
            "category": category or None,
            "disability_grade": grade,
            "disability_cause": cause,
            "fire_trainee": self.pick(*BLANK_OR_NO),
            "phone": self.pick(None, "13900000000"),
        }

    def veteran(self) -> dict[str, Any]:
        """Make somebody who may draw the rural subsidy."""
        born = self.near(_years_before(self.as_of, 60), spread=3000)
        start = self.near(_years_later(born, 19), spread=900)
        if self.maybe(0.1):
            start = self.pick(
                date(1954, 10, 31), date(1954, 11, 1), date(2011, 10, 31), date(2011, 11, 1)
            )
        end = month_later(start, self.pick(12, 24, 36, 48, 30, 18, 6, self.random.randint(1, 200)))
        end = max(
            end + timedelta(days=self.pick(-1, 0, 1, 1, self.random.randint(0, 200))),
            start + timedelta(days=1),
        )
        status = self.pick(*["retired"] * 16, None, "serving", "civilian")
        left = (
            None
            if status == "serving"
            else self.known(self.pick(end, end, end + timedelta(days=3000)))
        )
        return {
            "birth_date": born,
            "service_status": status,
            "enlisted_on": self.known(start),
            "discharged_on": left,
            "conscript_from": self.known(start),
            "conscript_until": self.known(end),
            "enlistment_approved_on": self.pick(None, None, None, start),
            "approval_division": self.pick(None, None, "990101"),
            "posting_area": self.pick(None, "ordinary"),
            "leaving_reason": self.pick(None, "term_ended") if left else None,
        }

    def conscript(self) -> dict[str, Any]:
        """Make somebody whose family may draw the allowance."""
        approved = self.near(
            self.pick(self.as_of, month_later(self.as_of, -24), month_later(self.as_of, -12)),
            spread=300,
        )
        left = self.pick(
            None, None, None, self.near(self.as_of, spread=400), month_later(approved, 24)
        )
        if left is not None and left <= approved:
            left = None
        status = self.known(
            self.pick("serving", "serving", "retired") if left is None else "retired"
        )
        reason = (
            self.pick("term_ended", "illness", "academy", "nco", "removed", "expelled", None)
            if left
            else None
        )
        if left is None and self.maybe(0.05):
            reason = "removed"
        return {
            "birth_date": _years_before(approved, 20)
            + timedelta(days=self.random.randint(-600, 600)),
            "service_status": status,
            "enlisted_on": approved,
            "discharged_on": left,
            "conscript_from": self.known(approved),
            "conscript_until": self.known(left),
            "enlistment_approved_on": self.known(approved),
            "approval_division": self.pick(
                *["990101", "990101002000", "990101002003", "990101000000"] * 3,
                *("990102", "990102001", "990100", None),
            ),
            "posting_area": self.known(self.pick("ordinary", "tibet", "xinjiang", "plateau")),
            "leaving_reason": reason,
            "fire_trainee": self.pick(*BLANK_NO_YES),
        }

    def relative(self) -> dict[str, Any]:
        """Make somebody who never served."""
        born = self.near(_years_before(self.as_of, 60), spread=9000)
        return {"birth_date": born, "service_status": self.known("civilian")}

    # --- what goes wrong ---

    def with_number(self, person: Person) -> Person:
        """Give most people an ID number; the birthday in it beats the cell, which is often left
        blank."""
        cells = person.cells
        cells["sex"] = self.known(self.pick("male", "male", "male", "female"), blank=0.2)
        born = cells["birth_date"]
        spoiled = person.written.get("id_number") == "wrong"
        if not spoiled and ("birth_date" in person.written or self.maybe(0.06)):
            cells["birth_date"] = (
                self.known(born, blank=0.3) if "birth_date" not in person.written else born
            )
            return person
        cells["id_number"] = self.number(born, female=cells["sex"] == "female")
        if spoiled:
            last = cells["id_number"][-1]
            person.written["id_number"] = cells["id_number"][:17] + ("0" if last != "0" else "1")
        elif self.maybe(0.04) and born.year < 2000:
            cells["id_number"] = cells["id_number"][:6] + cells["id_number"][8:17]
            cells["birth_date"] = self.pick(None, born)
        elif self.maybe(0.4):
            wrong = self.near(born, spread=4000)
            cells["birth_date"] = wrong if self.maybe(0.1) else None
        return person

    def number(self, born: date, *, female: bool) -> str:
        """Make an ID number that nobody else has, with the right check digit."""
        while True:
            serial = self.random.randrange(0, 999, 2) + (not female)
            body = f"{self.pick('990101', '990102')}{born:%Y%m%d}{serial:03d}"
            if body not in self.numbers:
                self.numbers.add(body)
                return body + check_digit(body)

    def with_months(self, person: Person) -> Person:
        """Write some days as months alone, with the day that such a month is read as."""
        cells, written = person.cells, dict(person.written)
        if self.maybe(0.03):
            first = cells["birth_date"].replace(day=1)
            cells["birth_date"] = month_later(first, 1) - timedelta(days=1)
            written["birth_date"] = f"{first.year}年{first.month}月"
        start, end = cells.get("conscript_from"), cells.get("conscript_until")
        if start and end and (end - start).days > 62 and self.maybe(0.05):
            for fact, day in (("conscript_from", start), ("conscript_until", end)):
                cells[fact] = day.replace(day=1)
                written[fact] = self.pick(
                    f"{day:%Y.%m}", f"{day.year}年{day.month}月", f"{day:%Y-%m}"
                )
        return Person(cells, written)

    def with_mistake(self, person: Person) -> Person:
        """Spoil a few rows, so that nothing may be decided for them."""
        if not self.maybe(0.03):
            return person
        cells, written = dict(person.cells), dict(person.written)
        match self.random.randrange(5):
            case 0:
                written = {"id_number": "wrong"}
            case 1:
                written["conscript_from"] = self.pick("1981-02-30", "八一年冬", "1981-13-01", "3 y")
            case 2:
                written["discharged_on"] = "1985-13-01"
            case 3:
                cells["conscript_from"], cells["conscript_until"] = (
                    date(1985, 3, 1),
                    date(1985, 3, 1),
                )
                written.pop("conscript_from", None)
                written.pop("conscript_until", None)
            case _:
                cells |= {"disability_grade": 7, "disability_cause": "illness"}
        return Person(cells, written, set_aside=True)

    def enter_twice(self, persons: list[Person]) -> None:
        """Let two people share a number of their own: neither is decided."""
        for _ in range(len(persons) // 500):
            first, second = self.random.sample(range(len(persons)), 2)
            cells = persons[second].cells | {"person_id": persons[first].cells["person_id"]}
            persons[second] = Person(cells, persons[second].written, set_aside=True)
            persons[first] = Person(persons[first].cells, persons[first].written, set_aside=True)

    # --- bills ---

    def bills(self, person: Person) -> list[dict[str, Any]]:
        """Make the bills of one person; mostly of this year, with costs near what caps and steps
        make of them."""
        used = self.pick(
            None,
            None,
            Fraction(0),
            Fraction(1200),
            Fraction(299_999, 100),
            Fraction(2000),
            Fraction(6000),
        )
        number = person.cells.get("id_number")
        by_number = number is not None and len(number) == 18 and self.maybe(0.1)
        bills = []
        for serial in range(self.pick(0, 0, 1, 1, 2, 4)):
            bill = self.costs() | {
                "bill_id": f"{person.cells['person_id']}-{serial}",
                "of": person.cells["person_id"],
                "person_id": None if by_number else person.cells["person_id"],
                "id_number": number if by_number else None,
                "settled_on": self.settled_on(),
                "used_this_year": used,
            }
            bills.append(bill)
        return bills

    def settled_on(self) -> date:
        """Pick a day this year up to the day decided about, often the same one, or a day
        outside."""
        new_year = date(self.as_of.year, 1, 1)
        inside = new_year + timedelta(days=self.random.randint(0, (self.as_of - new_year).days))
        outside = self.pick(self.as_of + timedelta(days=1), new_year - timedelta(days=1))
        return self.pick(self.as_of, new_year, inside, inside, inside, inside, outside)

    def costs(self) -> dict[str, Any]:
        """Make a bill's amounts in yuan."""
        fen = self.pick(
            0,
            1,
            3,
            400_000,
            400_001,
            599_999,
            600_001,
            1_000_000,
            2_000_000,
            2_000_001,
            1_999_999,
            2_000_003,
        )
        left = fen if self.maybe(0.5) else self.random.randint(0, 4_000_000)
        parts = {fund: self.pick(0, 0, self.random.randint(0, 900_000)) for fund in PAID_BY_OTHERS}
        eligible = left + sum(parts.values())
        if self.maybe(0.05):
            eligible = self.random.randint(0, eligible)
        if self.maybe(0.03):
            eligible, parts = -eligible - 1, dict.fromkeys(PAID_BY_OTHERS, 0)
            return _in_yuan({"total_cost": eligible, "eligible_cost": eligible, **parts})
        total = self.known(eligible + self.random.randint(0, 100_000), blank=0.1)
        return _in_yuan(
            {
                "total_cost": total,
                "eligible_cost": self.known(eligible, blank=0.02),
                **{fund: self.known(cost, blank=0.01) for fund, cost in parts.items()},
            }
        )


def _in_yuan(amounts: dict[str, int | None]) -> dict[str, Any]:
    return {name: None if fen is None else Fraction(fen, 100) for name, fen in amounts.items()}


def _years_later(day: date, years: int) -> date:
    return month_later(day, 12 * years)


def _years_before(day: date, years: int) -> date:
    return month_later(day, -12 * years)
