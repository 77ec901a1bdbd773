"""A list of changes that comes straight from the program, without a file in between."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from vetbenefits.intake.changes import CHANGES, OUTCOMES, SCHEMA
from vetbenefits.ledger import NoticeKey, Window
from vetbenefits.pipeline.noticing import to_announce, with_people
from vetbenefits.problems import InvalidInput
from vetbenefits.reports.labels import Labels
from vetbenefits.reports.notices import Sender, build_notices
from vetbenefits.reports.wording import Wording
from vetbenefits.rulelang.loader import load_rulebook

if TYPE_CHECKING:
    from vetbenefits.model.rulebook import RuleBook

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
AS_OF = date(2026, 11, 22)
ROW: dict[str, Any] = {
    "row": 5,
    "person_id": "P004",
    "name": "例华山",
    "id_number": "990101196702080411",
    "division": "990101001002",
    "benefit": "rural_veteran_subsidy",
    "on": date(2027, 2, 8),
    "change": "begins",
    "from_outcome": "not_due",
    "from_amount_fen": None,
    "to_outcome": "due",
    "to_amount_fen": 24000,
    "per": "month",
    "cause": "of_age",
    "first_month": "2027-02",
    "apply_by": None,
    "missing": "",
}


@pytest.fixture(scope="module")
def book() -> RuleBook:
    book, problems = load_rulebook(ROOT / "rules")
    assert book is not None, problems
    return book


def frame(book: RuleBook, *rows: dict[str, Any]) -> pl.DataFrame:
    """Return CHANGES with codes as an engine may hold them."""
    benefits = [one.id for one in book.benefits]
    return pl.DataFrame(list(rows), schema=dict(SCHEMA)).with_columns(
        pl.col("benefit").cast(pl.Enum(benefits)),
        pl.col("change").cast(pl.Enum(CHANGES)),
        pl.col("to_outcome").cast(pl.Enum(OUTCOMES)),
    )


def test_roster_gives_telephone_and_whole_number(book: RuleBook) -> None:
    listed = frame(book, ROW | {"id_number": "990101********0411", "name": None})
    found, has_numbers = with_people(listed, EXAMPLES / "roster.csv", book)
    assert has_numbers is True
    (row,) = found.to_dicts()
    assert (row["name"], row["id_number"], row["phone"]) == (
        *("例华山", "990101196702080411", "00000000004"),
    )
    assert found.columns == [*SCHEMA, "phone", "died"]


def test_who_is_not_in_the_roster_is_kept(book: RuleBook) -> None:
    listed = frame(book, ROW, ROW | {"person_id": "Q", "name": "例无人"})
    found, _ = with_people(listed, EXAMPLES / "roster.csv", book)
    assert found["person_id"].to_list() == ["P004", "Q"]
    assert found["name"].to_list() == ["例华山", "例无人"]
    assert found["phone"].to_list() == ["00000000004", None]


def test_frame_becomes_keys_and_notices(book: RuleBook) -> None:
    listed, has_numbers = with_people(frame(book, ROW), None, book)
    told = to_announce(listed, frozenset(), AS_OF, has_numbers=has_numbers)
    key = NoticeKey("P004", "rural_veteran_subsidy", "begins", date(2027, 2, 8), 24000)
    assert told.keys == (key,)
    assert told.listed == {key}
    assert told.window == Window(AS_OF, date(2027, 2, 8))
    (prepared,) = told.prepared
    assert prepared.key == key
    sender = Sender("", "", AS_OF)
    (notice,) = build_notices(told.changes, Labels(book, Wording("zh")), sender)
    assert notice.letter.changes[0].change == "开始发放"
    left = to_announce(listed, told.listed, AS_OF)
    assert (left.changes.height, left.keys, left.left_out) == (0, (), 1)
    assert left.listed == {key}
    assert to_announce(listed, told.listed, AS_OF, again=True).keys == (key,)


@pytest.mark.parametrize(
    ("person", "number", "has_numbers", "name"),
    [
        ("r5", "990101196702080411", None, "990101********0411#"),
        ("r5", "990101196702080411", False, "990101********0411#"),
        ("r5", "990101196702080411", True, "r5"),
        ("P004", None, False, "P004"),
        ("r5x", None, None, "r5x"),
    ],
)
def test_person_without_a_number_is_known_by_the_id_number(
    *, book: RuleBook, person: str, number: str | None, has_numbers: bool | None, name: str
) -> None:
    listed, _ = with_people(
        frame(book, ROW | {"person_id": person, "id_number": number}), None, book
    )
    (key,) = to_announce(listed, frozenset(), AS_OF, has_numbers=has_numbers).keys
    assert key.person.startswith(name)


@pytest.mark.parametrize("number", [None, "990101********0411", "99010119670208"])
def test_person_known_by_the_row_alone_is_refused(book: RuleBook, number: str | None) -> None:
    listed, _ = with_people(frame(book, ROW | {"person_id": "r5", "id_number": number}), None, book)
    with pytest.raises(InvalidInput) as refused:
        to_announce(listed, frozenset(), AS_OF)
    assert refused.value.problems[0].code == "VB758"


def test_list_without_changes_announces_nothing(book: RuleBook) -> None:
    listed, _ = with_people(frame(book), EXAMPLES / "roster.csv", book)
    told = to_announce(listed, frozenset(), AS_OF)
    assert (told.keys, told.window) == ((), Window(AS_OF, AS_OF))
