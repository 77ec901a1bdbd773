"""Names of the columns that the rooms hand to each other: the only place they are spelled.

ROSTER and BILLS: one row is one person or bill. DECISIONS: one row is one person (or bill) and
benefit on one day.
"""

from __future__ import annotations

from dataclasses import dataclass

ROW = "row"
PERSON_ID = "person_id"
NAME = "name"
ID_NUMBER = "id_number"
DIVISION = "division"
BILL_ID = "bill_id"
PERSON_ROW = "person_row"
AS_OF = "as_of"

NOT_DUE, DUE, UNDETERMINED = 0, 1, 2
OUTCOMES = ("not_due", "due", "undetermined")

_MARK = "!"


def none_column(fact: str) -> str:
    """Return the column that is true where the fact is known to be `none`."""
    return f"{fact}{_MARK}none"


def month_only_column(fact: str) -> str:
    """Return the column that is true where only the month of a date was known."""
    return f"{fact}{_MARK}month_only"


def code_column(fact: str, code: str) -> str:
    """Return the column that is true where a set of codes holds `code`; null where unknown."""
    return f"{fact}{_MARK}code{_MARK}{code}"


@dataclass(frozen=True, slots=True)
class Column:
    """The contract of one column: its name, its kind, whether it may be null, what it means."""

    name: str
    kind: str
    nullable: bool
    meaning: str


DECISIONS = (
    Column(ROW, "Int64", nullable=False, meaning="row of the roster, or of the bills"),
    Column("outcome", "UInt8", nullable=False, meaning="index into OUTCOMES"),
    Column("amount_fen", "Int64", nullable=True, meaning="one payment, rounded; null unless due"),
    Column("unmet", "Int64", nullable=False, meaning="bit i: entry i of the variant failed"),
    Column("missing", "List(String)", nullable=False, meaning="facts and rates that are unknown"),
    Column(
        "is_provisional", "Boolean", nullable=False, meaning="a notice or a day is not yet known"
    ),
    Column(
        "is_drawn", "Boolean", nullable=True, meaning="the roster says it is drawn; null: silent"
    ),
)
