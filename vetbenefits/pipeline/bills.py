"""Bills meet their people: joined batch by batch, each bill once, none lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.model.tables import BILL_ID, ID_NUMBER, PERSON_ID, PERSON_ROW, ROW

if TYPE_CHECKING:
    from vetbenefits.intake.bills import BillTable
    from vetbenefits.reports.wording import Wording

_NUMBER = "#number"


class BillDesk:
    """Hands out the bills of the people of each batch, and knows whose were never asked for.

    A bill goes by its person id; without one by its ID number. Where several people of the roster
    share that number, the first of them has it.
    """

    def __init__(self, table: BillTable, say: Wording) -> None:
        self._left = table.frame
        self._say = say

    def bills_of(self, people: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the bills of the people of a batch, and those set aside because they name two.

        Shape: ROSTER -> BILLS: one row a bill, in the order of the file, with `row` of the bills
        file, `person_row`, the identity of the person and the facts of both.
        """
        people = people.rename({ROW: PERSON_ROW, ID_NUMBER: _NUMBER})
        has_id = pl.col(PERSON_ID).is_not_null()
        by_id = self._left.filter(has_id).join(people, on=PERSON_ID, how="inner")
        by_number = (
            self._left.filter(~has_id)
            .drop(PERSON_ID)
            .join(
                people.unique(_NUMBER, keep="first", maintain_order=True),
                left_on=ID_NUMBER,
                right_on=_NUMBER,
                how="inner",
            )
            .with_columns(pl.col(ID_NUMBER).alias(_NUMBER))
        )
        bills = pl.concat([by_id, by_number.select(by_id.columns)]).sort(ROW)
        self._left = self._left.join(bills, on=ROW, how="anti", maintain_order="left")
        is_torn = (pl.col(ID_NUMBER) != pl.col(_NUMBER)).fill_null(value=False)
        torn = set_aside(bills.filter(is_torn), "VB453", self._say("two_people"))
        sure = bills.filter(~is_torn).drop(ID_NUMBER).rename({_NUMBER: ID_NUMBER})
        return sure, torn

    def left_over(self) -> pl.DataFrame:
        """Return the bills whose person never came, as rows set aside."""
        return set_aside(self._left, "VB452", self._say("no_such_person"))


def set_aside(bills: pl.DataFrame, code: str, reason: str) -> pl.DataFrame:
    """Return bills as rows set aside for one reason."""
    return bills.select(
        ROW,
        pl.col(PERSON_ID).fill_null(""),
        pl.lit("").alias("column"),
        pl.col(BILL_ID).alias("text"),
        pl.lit(code).alias("code"),
        pl.lit(reason).alias("reason"),
    )
