"""Identity numbers (GB 11643-1999): checked, upgraded from 15 digits, never repaired by a guess.

A number has 6 digits of the place where it was first issued, 8 of the birth date, 3 of a sequence
(odd for men) and a check character. What a spreadsheet has rounded keeps its birth date and loses
its last three characters: it is recognised and left alone.
"""

from __future__ import annotations

import re
from datetime import date
from enum import IntEnum
from functools import cache

import polars as pl

from vetbenefits.dates import PER_MONTH
from vetbenefits.intake.status import Reason
from vetbenefits.intake.wording import INVISIBLE, half_width

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"

ID_NUMBER, ID_KEY, ID_BIRTH, ID_STATUS = "id_number", "id_key", "id_birth", "id_status"
ID_COLUMNS = (ID_NUMBER, ID_KEY, ID_BIRTH, ID_STATUS)


class IdStatus(IntEnum):
    """What one ID number cell holds. From `FIRST_BAD` on it names nobody.

    `SURE`: its own check character is right. `UPGRADED`: made of 15 digits, which carry no check.
    `ROUND`: the check character is right, yet the end 000 is also what a spreadsheet leaves.
    """

    SURE = 0
    ROUND = 1
    BLANK = 2
    UPGRADED = 3

    DAMAGED = 16
    WRONG_CHECK = 17
    NO_SUCH_BIRTH = 18
    PHONE = 19
    CHECK_LOST = 20
    NO_NUMBER = 21


ID_REASONS = {
    IdStatus.DAMAGED: Reason(
        "VB420",
        "is an ID number that a spreadsheet has rounded; its last three characters are lost",
        "export the column as text; the number cannot be computed back",
        "是被电子表格四舍五入的身份证号，末三位已丢失",
        "请把这一列按文本导出；号码无法推算还原",
    ),
    IdStatus.WRONG_CHECK: Reason(
        "VB421",
        "is an ID number whose check character is wrong",
        "compare it with the document",
        "是校验码错误的身份证号",
        "请与证件核对",
    ),
    IdStatus.NO_SUCH_BIRTH: Reason(
        "VB422",
        "is an ID number with a birth date that does not exist",
        zh="是出生日期不存在的身份证号",
    ),
    IdStatus.PHONE: Reason(
        "VB423",
        "is a mobile phone number where an ID number should stand",
        zh="是手机号，此处应填身份证号",
    ),
    IdStatus.CHECK_LOST: Reason(
        "VB423",
        "has 17 digits where an ID number has 18 characters",
        "an X at the end may be lost; compare it with the document",
        "有17位，而身份证号应为18位",
        "末尾的X可能丢失，请与证件核对",
    ),
    IdStatus.NO_NUMBER: Reason(
        "VB423", "is no ID number of 18 or 15 characters", zh="不是18位或15位的身份证号"
    ),
}

_SHAPE = r"^[1-9][0-9]{16}[0-9X]$"
_OLD_SHAPE = r"^[1-9][0-9]{14}$"
_ROUNDED = r"^[0-9](?:\.[0-9]+)?E\+?1[4-7]$|^[0-9]{15,18}\.0+$"
_PHONE = r"^(?:\+?86)?1[3-9][0-9]{9}$"
_LOST = r"^[1-9][0-9]{16}$"
_ZEROS = "000"
_LIKE_X = "[×ΧХ✕✖╳]"
_BETWEEN = rf"""[\s{INVISIBLE}'"‘’`=\-]"""
_CHECK_OF_X = 10
_LENGTH = 18
_LEAST_KEY = 10**16
_BYTE = 256
_FEW = 8  # one row in eight
_FEBRUARY = 2
_SHORT_MONTHS = [4, 6, 9, 11]
_YEARS = (1800, 2199)


def check_character(digits: str) -> str:
    """Return the check character of the first 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True))
    return CHECK_CHARACTERS[total % 11]


def upgrade_15(number: str) -> str:
    """Return the 18 characters of a 15-digit number: the century 19 and the check are put in."""
    digits = f"{number[:6]}19{number[6:]}"
    return digits + check_character(digits)


def is_right(number: str) -> bool:
    """Tell whether 18 characters are an ID number with an existing birth date and right check."""
    return (
        re.fullmatch(_SHAPE, number) is not None
        and birth_date(number) is not None
        and check_character(number[:17]) == number[17]
    )


def birth_date(number: str) -> date | None:
    """Return the birth date in an ID number of 18 characters, None where there is no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def sex(number: str) -> str:
    """Return `male` or `female` by the sequence of an ID number of 18 characters."""
    return "male" if int(number[16]) % 2 else "female"


def normalise(text: str) -> str:
    """Return an ID number as it should have been typed; anything else is only cleaned."""
    bare = re.sub(_BETWEEN, "", half_width(text)).upper()
    return re.sub(_LIKE_X, "X", bare)


def key_is_male(key: pl.Expr) -> pl.Expr:
    """Tell the sex out of the first 17 digits as a number."""
    return key % 2 == 1


@cache
def weighted_sums() -> tuple[tuple[int, int, pl.Series], ...]:
    """Return for each group of digits its place in the key, its size, and the sum of each value.

    A constant, made when first needed: a few look-ups are faster than 17 digits one by one.
    """
    sums = []
    for first, length in ((0, 1), (1, 4), (5, 4), (9, 4), (13, 4)):
        numbers = pl.int_range(10**length, dtype=pl.Int32, eager=True)
        total = pl.zeros(10**length, dtype=pl.Int32, eager=True)
        for place in range(length):
            total += numbers // 10 ** (length - 1 - place) % 10 * WEIGHTS[first + place]
        sums.append((10 ** (17 - first - length), 10**length, (total % 11).cast(pl.UInt8)))
    return tuple(sums)


def read_id_numbers(texts: pl.Series) -> pl.DataFrame:
    """Read a column: the usual spelling at once, and only what is left with more care.

    Shape: one String column -> `id_number` (18 characters, null where there is none), `id_key` (its
    first 17 digits as Int64, null likewise), `id_birth` (the packed birth date, likewise) and
    `id_status` (UInt8, an `IdStatus`).
    """
    read = _judged(texts)
    for clean, judge, most in (
        (_stripped, _judged, len(texts)),
        (_cleaned, _judged, 0),
        (_cleaned, _old_or_wrong, 0),
    ):
        rest = read.get_column(ID_STATUS).is_null()
        left = int(rest.sum())
        if not left:
            break
        if left * _FEW < most:
            continue  # what cleans cheaply is worth a pass of its own only over many rows
        judged = judge(clean(texts.filter(rest)))
        at = rest.arg_true()
        read = read.select(
            read.get_column(name).scatter(at, judged.get_column(name)) for name in ID_COLUMNS
        )
    return read


def _judged(texts: pl.Series) -> pl.DataFrame:
    """Judge what has the usual shape and a right check; the status of the rest is null."""
    text, key, ends = pl.col("text"), pl.col("key"), pl.col("ends")
    last = ends // _BYTE
    is_digit = last.is_between(ord("0"), ord("9"))
    # 17 digits that make no less than 10**16 leave no room for a sign.
    is_shaped = (
        (text.str.len_bytes() == _LENGTH) & (key >= _LEAST_KEY) & (is_digit | (last == ord("X")))
    )
    check = pl.when(is_digit).then(last - ord("0")).otherwise(_CHECK_OF_X)
    adds_up = (weighted_sum(key) + check) % 11 == 1
    status = (
        pl.when(pl.col("right") & text.str.ends_with(_ZEROS))
        .then(int(IdStatus.ROUND))
        .when("right")
        .then(int(IdStatus.SURE))
        .when(text == "")
        .then(int(IdStatus.BLANK))
    )
    return (
        texts.alias("text")
        .to_frame()
        .lazy()
        .with_columns(
            text.str.slice(0, 17).cast(pl.Int64, strict=False).alias("key"),
            text.str.slice(16, 2)
            .cast(pl.Binary)
            .bin.reinterpret(dtype=pl.UInt16, endianness="little")
            .cast(pl.Int64)
            .alias("ends"),
        )
        .with_columns((is_shaped & adds_up).alias("right"), *_born(key))
        .with_columns((pl.col("right") & pl.col("born")).fill_null(value=False).alias("right"))
        .select(
            pl.when("right").then(text).alias(ID_NUMBER),
            pl.when("right").then(key).alias(ID_KEY),
            pl.when("right").then(ID_BIRTH).alias(ID_BIRTH),
            status.cast(pl.UInt8).alias(ID_STATUS),
        )
        .collect(engine="in-memory")
    )


def weighted_sum(key: pl.Expr) -> pl.Expr:
    """Return the weighted sum of 17 digits; still to be taken modulo 11."""
    parts = [
        pl.lit(sums).gather(key // power % size).cast(pl.Int64)
        for power, size, sums in weighted_sums()
    ]
    return pl.sum_horizontal(parts, ignore_nulls=False)


def _old_or_wrong(texts: pl.Series) -> pl.DataFrame:
    """Upgrade numbers of 15 digits and say what is wrong with the rest."""
    text, key = pl.col("text"), pl.col("key")
    is_old = text.str.contains(_OLD_SHAPE)
    digits = pl.when(is_old).then(text.str.slice(0, 6) + "19" + text.str.slice(6))
    characters = pl.lit(pl.Series(list(CHECK_CHARACTERS), dtype=pl.String))
    upgraded = pl.col("digits").is_not_null() & pl.col("born")
    is_new = text.str.contains(_SHAPE)
    status = (
        pl.when(upgraded)
        .then(int(IdStatus.UPGRADED))
        .when(text == "")
        .then(int(IdStatus.BLANK))
        .when(text.str.contains(_ROUNDED) | (is_new & text.str.ends_with(_ZEROS)))
        .then(int(IdStatus.DAMAGED))
        .when((is_new | is_old) & ~pl.col("born"))
        .then(int(IdStatus.NO_SUCH_BIRTH))
        .when(is_new)
        .then(int(IdStatus.WRONG_CHECK))
        .when(text.str.contains(_PHONE))
        .then(int(IdStatus.PHONE))
        .when(text.str.contains(_LOST))
        .then(int(IdStatus.CHECK_LOST))
        .otherwise(int(IdStatus.NO_NUMBER))
    )
    full = pl.col("digits") + characters.gather(weighted_sum(key) % 11)
    return (
        texts.alias("text")
        .to_frame()
        .lazy()
        .with_columns(digits.alias("digits"))
        .with_columns(
            pl.coalesce("digits", text.str.slice(0, 17)).cast(pl.Int64, strict=False).alias("key")
        )
        .with_columns(_born(key))
        .with_columns(pl.col("born").fill_null(value=False))
        .select(
            pl.when(upgraded).then(full).alias(ID_NUMBER),
            pl.when(upgraded).then(key).alias(ID_KEY),
            pl.when(upgraded).then(ID_BIRTH).alias(ID_BIRTH),
            status.cast(pl.UInt8).alias(ID_STATUS),
        )
        .collect(engine="in-memory")
    )


def _stripped(texts: pl.Series) -> pl.Series:
    return texts.str.strip_chars().str.to_uppercase()


def _cleaned(texts: pl.Series) -> pl.Series:
    """Return what `normalise` returns, for a whole column."""
    return (
        texts.str.normalize("NFKC")
        .str.to_uppercase()
        .str.replace_all(_BETWEEN, "")
        .str.replace_all(_LIKE_X, "X")
    )


def _born(key: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Return the packed birth date in a key, and whether there is such a day."""
    digits = (key // 1000 % 10**8).cast(pl.Int32)
    year, month, day = digits // 10**4, digits // 100 % 100, digits % 100
    packed = (year * 12 + month - 1) * PER_MONTH + day
    is_leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    last = (
        pl.when(month == _FEBRUARY)
        .then(pl.when(is_leap).then(29).otherwise(28))
        .when(month.is_in(_SHORT_MONTHS))
        .then(30)
        .otherwise(31)
    )
    exists = month.is_between(1, 12) & day.is_between(1, last) & year.is_between(*_YEARS)
    return packed.alias(ID_BIRTH), exists.alias("born")
