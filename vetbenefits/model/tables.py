"""Names of the columns that the rooms hand to each other: the only place they are spelled.

ROSTER and BILLS: one row is one person or bill. DECISIONS: one row is one person (or bill) and
benefit on one day.
"""

from __future__ import annotations

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
