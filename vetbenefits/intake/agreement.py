"""What the ID number says beside what the columns say about birth date and sex.

A right check character makes the number the better witness of the birth date, so its date is used
where they differ. 15 digits carry no check, and the sex hangs on a single digit: there the column
stands. Every difference is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.dates import PER_MONTH, pack
from vetbenefits.intake.columns import status_of, token_of, value_of
from vetbenefits.intake.identity import ID_BIRTH, ID_KEY, ID_STATUS, IdStatus, key_is_male
from vetbenefits.intake.status import Reason, Status

if TYPE_CHECKING:
    from vetbenefits.model.facts import FactSpec

BIRTH, SEX = "birth_date", "sex"

BIRTH_DIFFERS = Reason(
    "VB425",
    "differs from the birth date in the ID number, which is used instead",
    zh="与身份证号中的出生日期不一致，以身份证号为准",
)
BIRTH_DIFFERS_UNSURE = Reason(
    "VB425",
    "differs from the birth date in the 15-digit ID number; the column is used",
    zh="与15位身份证号中的出生日期不一致，以本列为准",
)
SEX_DIFFERS = Reason(
    "VB426",
    "differs from the sex in the ID number; the column is used",
    zh="与身份证号中的性别不一致，以本列为准",
)

_NINE_MONTHS = 9 * PER_MONTH  # from the January to the October that `1962.1` may mean


def told_birth(spec: FactSpec) -> pl.Expr:
    """Return the birth date that the ID number tells, if it lies in the range of the fact."""
    day = pl.col(ID_BIRTH).cast(pl.Int64)
    return pl.when(day.is_between(pack(spec.first_on), pack(spec.last_on))).then(day)


def told_sex(spec: FactSpec) -> pl.Expr:
    """Return the index of the sex that the ID number tells."""
    codes = spec.code_ids
    male, female = (codes.index(sex) if sex in codes else None for sex in ("male", "female"))
    is_male = key_is_male(pl.col(ID_KEY))
    return (
        pl.when(is_male)
        .then(pl.lit(male, dtype=pl.Int64))
        .when(~is_male)
        .then(pl.lit(female, dtype=pl.Int64))
    )


def is_sure() -> pl.Expr:
    """Tell where the ID number carries a check character that is right."""
    return pl.col(ID_STATUS).is_in([IdStatus.SURE, IdStatus.ROUND])


def birth_differs(token: pl.Expr, told: pl.Expr) -> pl.Expr:
    """Tell where a readable birth date is not the one told; a month alone agrees with its days."""
    status, value = status_of(token), value_of(token)
    in_month = _months(value) == _months(told)
    agrees = (
        pl.when(status == Status.FILLED)
        .then(value == told)
        .when(status == Status.MONTH_ONLY)
        .then(in_month)
        .when(status == Status.MONTH_UNSURE)
        .then(in_month | (_months(value + _NINE_MONTHS) == _months(told)))
    )
    return (~agrees).fill_null(value=False)


def birth_settled(token: pl.Expr, told: pl.Expr) -> pl.Expr:
    """Return the token with the birth date of a sure ID number in place of a readable one."""
    readable = status_of(token).is_in([Status.FILLED, Status.MONTH_ONLY, Status.MONTH_UNSURE])
    return pl.when(is_sure() & readable & told.is_not_null()).then(token_of(told)).otherwise(token)


def sex_differs(token: pl.Expr, told: pl.Expr) -> pl.Expr:
    """Tell where a readable sex is not the one told."""
    return ((status_of(token) == Status.FILLED) & (value_of(token) != told)).fill_null(value=False)


def _months(day: pl.Expr) -> pl.Expr:
    return (day - 1) // PER_MONTH
