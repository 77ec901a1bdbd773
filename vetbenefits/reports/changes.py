"""What changes within a window: the edges of spans, held against who they are about.

One row of CHANGES is a person, a benefit and a day on which the answer becomes another one, ordered
by day, then roster row, then benefit. Nothing is decided here, and no words are chosen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.dates import PER_MONTH, PER_YEAR
from vetbenefits.intake.changes import SCHEMA
from vetbenefits.model import tables
from vetbenefits.model.divisions import without_zeros
from vetbenefits.reports.records import masked_identity, month_text, yuan_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vetbenefits.reports.records import RecordForm

BEGINS, ENDS, RISES, FALLS = "begins", "ends", "rises", "falls"
UNKNOWN, KNOWN = "becomes_undetermined", "becomes_known"
_IDENTITY = (tables.PERSON_ID, tables.NAME, tables.ID_NUMBER, tables.DIVISION)

CHANGES: dict[str, type[pl.DataType]] = {**SCHEMA, "is_shared": pl.Boolean}
"""`missing` and `cause` are joined by `;`. `is_shared`: the rules change that day for everybody,
and nothing about the person does."""

OPEN = {"benefit": pl.String, "missing": pl.String, "people": pl.Int64}
"""Those of whom nothing can be told over a whole window."""

CHANGE_COLUMNS = (
    *_IDENTITY,
    "benefit",
    "title",
    "on",
    "change",
    "from_outcome",
    "from_amount",
    "to_outcome",
    "to_amount",
    "per",
    "cause",
    "first_month",
    "apply_by",
    "missing",
)
"""The machine contract of `upcoming`."""

_SUMS = ("people", "from_fen", "to_fen")
SHARED_KEYS = ("on", "benefit", "change", "cause", "per")
_TOLD_BY = (tables.PERSON_ID, "benefit", "on", "change", "to_amount_fen")
"""What tells announcements apart: another day, or another amount, is news."""
_PAYMENTS_A_YEAR = {"month": 12, "quarter": 4, "half_year": 2}
_OF_RULES = r"^(?:rate\.[^;]*|in_force|overlay)(?:;(?:rate\.[^;]*|in_force|overlay))*$"


def changes_of(
    spans: pl.DataFrame, people: pl.DataFrame, shared_days: Mapping[str, Iterable[int]]
) -> pl.DataFrame:
    """Return the changes between neighbouring spans.

    Shape: SPANS in order of person, benefit and time, and ROSTER -> CHANGES without `first_month`
    and `apply_by` (null), in order of the roster, then benefit, then day.

    Args:
        spans: those of one batch.
        people: the rows of the same batch.
        shared_days: for each benefit the packed days on which it turns for everybody.
    """
    same = (pl.col(tables.ROW) == pl.col(tables.ROW).shift()) & (
        pl.col("benefit") == pl.col("benefit").shift()
    )
    shared = [(name, day) for name, days in shared_days.items() for day in days]
    shared_at = pl.DataFrame(
        shared, schema={"benefit": pl.String, "from_on": pl.Int32}, orient="row"
    ).with_columns(pl.lit(value=True).alias("#shared"))
    edges = (
        spans.with_columns(
            pl.col("outcome").shift().alias("from_outcome"),
            pl.col("amount_fen").shift().alias("from_amount_fen"),
            pl.col("per").shift().alias("#from_per"),
            pl.col("cause").shift().alias("cause"),
            same.fill_null(value=False).alias("#same"),
        )
        .filter("#same")
        .rename({"outcome": "to_outcome", "amount_fen": "to_amount_fen"})
        .with_columns(kind_of_change(("#from_per", "per")).alias("change"))
        .filter(pl.col("change").is_not_null())
        .join(shared_at, on=["benefit", "from_on"], how="left", maintain_order="left")
    )
    of_rules = pl.col("cause").str.contains(_OF_RULES)
    told = edges.with_columns(
        _day(pl.col("from_on")).alias("on"),
        pl.coalesce("per", "#from_per").alias("per"),
        pl.lit(None, dtype=pl.String).alias("first_month"),
        pl.lit(None, dtype=pl.Date).alias("apply_by"),
        (pl.col("#shared").fill_null(value=False) & of_rules).alias("is_shared"),
    )
    known = people.select(tables.ROW, *_IDENTITY)
    return told.join(known, on=tables.ROW, how="left", maintain_order="left").select(CHANGES.keys())


def may_pay(changes: pl.DataFrame) -> pl.DataFrame:
    """Return the changes after which something is due, of which a first month can be told."""
    return changes.filter(pl.col("to_outcome") == "due")


def with_first_months(changes: pl.DataFrame, months: pl.DataFrame) -> pl.DataFrame:
    """Return changes with `first_month`, the first month that pays what is due from then on.

    It is that of the run of due days that begins on the day, or the first one of the running run
    whose amount is of that day or later; null where that run pays no such month.

    Args:
        changes: CHANGES.
        months: MONTHS of everybody in `may_pay`, over the window and long enough beyond it.
    """
    day = pl.col("on").dt
    packed_on = (day.year().cast(pl.Int32) * 12 + day.month() - 1) * PER_MONTH + day.day()
    keys = [tables.ROW, "benefit"]
    asked = may_pay(changes).select(
        *keys, "on", packed_on.alias("#on"), (pl.col("from_outcome") == "due").alias("#runs")
    )
    begins = pl.col("run_from") == pl.col("#on")
    goes_on = (
        pl.col("#runs")
        & (pl.col("run_from") < pl.col("#on"))
        & (pl.col("decided_on") >= pl.col("#on"))
        & (pl.col("pays") != "once")
    )
    first = (
        asked.join(months.select(*keys, "month", "pays", "run_from", "decided_on"), on=keys)
        .filter(pl.when("#runs").then(goes_on).otherwise(begins))
        .group_by(*keys, "on")
        .agg(pl.col("month").min())
    )
    joined = changes.join(first, on=[*keys, "on"], how="left", maintain_order="left")
    return joined.with_columns(month_text("month").alias("first_month")).select(CHANGES.keys())


def with_last_day_to_apply(changes: pl.DataFrame, applies_by: Mapping[str, str]) -> pl.DataFrame:
    """Return changes with `apply_by` where a benefit begins, or may begin.

    Args:
        changes: CHANGES.
        applies_by: `before_month` or `before_day` for the benefits whose rule says so.
    """
    on, benefit = pl.col("on"), pl.col("benefit")
    months = [name for name, by in applies_by.items() if by == "before_month"]
    days = [name for name, by in applies_by.items() if by == "before_day"]
    may_begin = (pl.col("from_outcome") != "due") & (pl.col("to_outcome") != "not_due")
    last = (
        pl.when(may_begin & benefit.is_in(months))
        .then(on.dt.month_start().dt.offset_by("-1d"))
        .when(may_begin & benefit.is_in(days))
        .then(on.dt.offset_by("-1d"))
    )
    return changes.with_columns(last.alias("apply_by"))


def always_open(spans: pl.DataFrame) -> pl.DataFrame:
    """Return how many people are undetermined from the first to the last day, and for want of what.

    Shape: SPANS of one batch -> `OPEN`.
    """
    alone = pl.len().over(tables.ROW, "benefit") == 1
    told = spans.filter(alone & (pl.col("outcome") == "undetermined"))
    return told.group_by("benefit", "missing").agg(pl.len().cast(pl.Int64).alias("people"))


def in_order_of_days(changes: pl.DataFrame) -> pl.DataFrame:
    """Return changes ordered by day, then roster row, then benefit."""
    return changes.sort("on", tables.ROW, "benefit", maintain_order=True)


def in_divisions(changes: pl.DataFrame, divisions: Iterable[str]) -> pl.DataFrame:
    """Return the changes of people who are known to lie in one of some divisions."""
    place = plain_division(pl.col(tables.DIVISION))
    wanted = [without_zeros(one) for one in divisions]
    inside = pl.any_horizontal(place.str.starts_with(one) for one in wanted)
    return changes.filter(inside.fill_null(value=False))


def plain_division(place: pl.Expr) -> pl.Expr:
    """Return division codes as given in the digits that the reader takes them for."""
    return place.str.normalize("NFKC").str.replace_all(r"[\s']", "")


def told_once(changes: pl.DataFrame) -> pl.DataFrame:
    """Return what the rules change for everybody alike, each once.

    Shape: CHANGES -> one row a day, benefit, kind of change, cause and period: `people`,
    `from_fen` and `to_fen` (the sums of one payment each, of those whose amount is known).
    """
    return (
        changes.filter("is_shared")
        .group_by(SHARED_KEYS)
        .agg(
            pl.len().cast(pl.Int64).alias("people"),
            pl.col("from_amount_fen").sum().alias("from_fen"),
            pl.col("to_amount_fen").sum().alias("to_fen"),
        )
        .sort(SHARED_KEYS)
    )


def added_up(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return several lists of what is told once as one."""
    whole = pl.concat(parts)
    return whole.group_by(SHARED_KEYS).agg(pl.col(_SUMS).sum()).sort(SHARED_KEYS)


def contract_changes(changes: pl.DataFrame, form: RecordForm) -> pl.DataFrame:
    """Return changes as the records that scripts rely on.

    Shape: CHANGES -> the columns of `CHANGE_COLUMNS`, in the same order. Units: amounts are yuan
    with two decimals as text, null unless due; days are `YYYY-MM-DD`, months `YYYY-MM`.
    """
    return changes.with_columns(
        pl.col("benefit").replace_strict(dict(form.titles), default=None).alias("title"),
        pl.col("on", "apply_by").dt.to_string("iso"),
        yuan_text("from_amount_fen").alias("from_amount"),
        yuan_text("to_amount_fen").alias("to_amount"),
        *([] if form.full_ids else masked_identity(changes)),
    ).select(CHANGE_COLUMNS)


def not_yet_told(changes: pl.DataFrame, earlier: pl.DataFrame) -> pl.Series:
    """Tell which changes an earlier run did not announce: another day or amount is news.

    A person whose number was masked in the earlier list is known by the masked one.

    Args:
        changes: CHANGES.
        earlier: CHANGES as they were read back.
    """
    told = _announcements(earlier).implode()
    whole, shown = (
        _announcements(of) for of in (changes, changes.with_columns(masked_identity(changes)))
    )
    return ~(whole.is_in(told) | ((whole != shown) & shown.is_in(told)))


def _announcements(changes: pl.DataFrame) -> pl.Series:
    """Return what tells announcements apart as one text each."""
    parts = (pl.col(name).cast(pl.String).fill_null("") for name in _TOLD_BY)
    return changes.select(pl.concat_str(parts, separator="\x1f").alias("told")).to_series()


def kind_of_change(periods: tuple[str, str] | None = None) -> pl.Expr:
    """Return what kind of change it is; null where only a remark of the decision changes.

    Args:
        periods: the columns of what one payment is for, before and after; without, the same.
    """
    before, after = pl.col("from_outcome"), pl.col("to_outcome")
    was, is_now = pl.col("from_amount_fen"), pl.col("to_amount_fen")
    if periods is not None:
        was, is_now = _a_year(was, periods[0]), _a_year(is_now, periods[1])
    both = (before == "due") & (after == "due")
    return (
        pl.when((before == "not_due") & (after == "due"))
        .then(pl.lit(BEGINS))
        .when((before == "due") & (after == "not_due"))
        .then(pl.lit(ENDS))
        .when(both & (was < is_now))
        .then(pl.lit(RISES))
        .when(both & (was > is_now))
        .then(pl.lit(FALLS))
        .when((before != "undetermined") & (after == "undetermined"))
        .then(pl.lit(UNKNOWN))
        .when((before == "undetermined") & (after != "undetermined"))
        .then(pl.lit(KNOWN))
    )


def _a_year(fen: pl.Expr, per: str) -> pl.Expr:
    """Return an amount in fen a year, so that 100 a month and 1200 a year are the same."""
    return fen * pl.col(per).replace_strict(_PAYMENTS_A_YEAR, default=1, return_dtype=pl.Int64)


def _day(packed: pl.Expr) -> pl.Expr:
    year, month = packed // PER_YEAR, packed % PER_YEAR // PER_MONTH + 1
    return pl.date(year, month, packed % PER_MONTH)
