"""The Python API: the program's commands as functions over data frames.

A pandas frame gives a pandas frame, a polars frame a polars frame; a file gives pandas. No function
asks for today: the day decided about is always an argument.

    >>> import vetbenefits
    >>> roster = vetbenefits.read_roster("examples/roster.csv")
    >>> due = vetbenefits.check(roster, as_of="2026-11-22", benefits=["rural_veteran_subsidy"])
    >>> due.loc[due.person_id == "P002", ["outcome", "amount", "per"]].values.tolist()
    [['due', '240.00', 'month']]

"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from vetbenefits.dates import parse_iso_day
from vetbenefits.model.facts import PERSON
from vetbenefits.model.rulebook import RuleBook
from vetbenefits.output.console import report_text
from vetbenefits.pipeline.checking import run_check
from vetbenefits.pipeline.explaining import explain_person
from vetbenefits.pipeline.opening import CheckRequest, open_people, open_rulebook
from vetbenefits.reports.explanation import as_data
from vetbenefits.reports.plain_roster import plain_roster
from vetbenefits.reports.records import LIST_COLUMNS, RecordForm, contract_records, with_lists
from vetbenefits.reports.telling import build_explanation_report
from vetbenefits.reports.wording import Wording
from vetbenefits.shipped import shipped_folder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    import pandas as pd

    from vetbenefits.problems import Problem

    Frame: TypeAlias = pd.DataFrame | pl.DataFrame
    People: TypeAlias = Frame | Path | str
    Rules: TypeAlias = RuleBook | Path | str | None


def load_rules(folder: Path | str | None = None) -> RuleBook:
    """Load and check the rules of a folder; those that come with the program if none is given.

    Raises:
        vetbenefits.problems.InvalidInput: something in them is an error; it carries all problems.

    Example:
        >>> [benefit.id for benefit in load_rules().benefits]
        ['conscript_family_allowance', 'medical_aid', 'rural_veteran_subsidy']

    """
    return open_rulebook(Path(folder) if folder is not None else shipped_folder("rules"))


def read_roster(
    path: Path | str, *, rules: Rules = None, problems: list[Problem] | None = None
) -> pd.DataFrame:
    """Read a roster file, in any encoding and with any headers and spellings that the rules know.

    Shape: one text column for each fact, named as the fact; dates `2026-11-22` or `2026-11`, codes
    by their ids, sets joined by `;`, `none` and `unknown` written out. Rows that cannot be used are
    left out; reading the frame with `check` gives the same decisions as checking the file.

    Args:
        path: the file.
        rules: the rule book, or its folder; it knows the headers.
        problems: a list that takes in everything that was found wrong.

    Raises:
        vetbenefits.problems.InvalidInput: the file cannot be used at all.

    Example:
        >>> roster = read_roster("examples/roster.csv")
        >>> roster.loc[roster.person_id == "P016", ["birth_date", "conscript_from"]].values.tolist()
        [['1964-02-29', '1982-10']]

    """
    book = _book(rules)
    specs = book.vocabulary.of_table(PERSON)
    reader, found = open_people(Path(path), book.vocabulary, frozenset(spec.name for spec in specs))
    frame = pl.concat(plain_roster(batch.frame, specs) for batch in reader.batches())
    if problems is not None:
        problems += (*found, *reader.problems)
    return frame.to_pandas()


def check(  # noqa: PLR0913  one argument an option
    roster: People,
    *,
    as_of: date | str,
    rules: Rules = None,
    benefits: Iterable[str] = (),
    region: str | None = None,
    bills: People | None = None,
    show_all: bool = False,
    full_ids: bool = False,
    language: str = "en",
    problems: list[Problem] | None = None,
) -> Frame:
    """Say who is due what on a day.

    Shape: the records of the machine contract, one row a person (or bill) and benefit: due,
    undetermined, paid by the batch of the month, or drawn now and to be stopped; with `show_all`
    everybody. `unmet` and `missing` are lists. Units: `amount` and `month_amount` are yuan with two
    decimals as text, `amount` null unless due; `first_month` is `YYYY-MM`.

    Args:
        roster: a frame, or a file.
        as_of: the day that is decided about.
        rules: the rule book or its folder; those that come with the program if left out.
        benefits: ids of benefits; all of them if left out.
        region: the division whose bureau asks.
        bills: a frame or a file, for benefits that are paid per bill.
        show_all: give those who are not due too.
        full_ids: do not mask ID numbers.
        language: of the titles and of what is told in `problems`, `zh` or `en`.
        problems: a list that takes in everything that was found wrong, rows set aside included.

    Raises:
        vetbenefits.problems.InvalidInput: the roster cannot be used at all.

    Example:
        >>> due = check("examples/roster.csv", as_of="2026-11-22", region="990103")
        >>> due.loc[due.outcome == "due", ["person_id", "amount", "per"]].values.tolist()
        [['P022', '210.00', 'month'], ['P023', '150.00', 'month']]

    """
    book = _book(rules)
    request = _request(roster, as_of, benefits, region, bills, show_all=show_all)
    titles = {one.id: one.title.in_language(language) for one in book.benefits}
    form = RecordForm(titles, request.as_of, with_bills=bills is not None, full_ids=full_ids)
    gathered = _Gathered(form)
    run = run_check(book, request, [gathered], lambda _rows: None, language=language)
    if problems is not None:
        problems += run.problems
    return _like(roster, gathered.frame())


def explain(  # noqa: PLR0913  one argument an option
    roster: People,
    person: str,
    *,
    as_of: date | str,
    rules: Rules = None,
    benefits: Iterable[str] = (),
    region: str | None = None,
    bills: People | None = None,
    full_ids: bool = False,
    language: str = "en",
) -> list[dict[str, object]]:
    """Tell the whole derivation for one person, one entry a benefit (or bill).

    Args:
        roster: a frame, or a file.
        person: the person's number or ID number.
        as_of: the day that is decided about.
        rules: the rule book or its folder; those that come with the program if left out.
        benefits: ids of benefits; all of them if left out.
        region: the division whose bureau asks.
        bills: a frame or a file, for benefits that are paid per bill.
        full_ids: do not mask ID numbers.
        language: of titles and wording, `zh` or `en`.

    Returns:
        What `vetbenefits explain --format json` writes, and under `text` the same in words.

    Raises:
        vetbenefits.problems.InvalidInput: the roster cannot be used, or nobody in it is meant.

    Example:
        >>> (told,) = explain(
        ...     "examples/roster.csv",
        ...     "P003",
        ...     as_of="2026-11-22",
        ...     benefits=["rural_veteran_subsidy"],
        ... )
        >>> told["outcome"], told["unmet"], told["near_miss"]["on"]
        ('not_due', ['of_age'], '2026-11-23')

    """
    book = _book(rules)
    request = _request(roster, as_of, benefits, region, bills)
    say = Wording(language)
    told, _ = explain_person(book, request, person, say, full_ids=full_ids)
    return [
        {**as_data(one, say), "text": report_text(build_explanation_report(one, say), say)}
        for one in told
    ]


class _Gathered:
    """Keeps the records of all batches."""

    def __init__(self, form: RecordForm) -> None:
        self._form = form
        self._parts: list[pl.DataFrame] = []

    def take(self, records: pl.DataFrame, _rates_used: pl.DataFrame) -> None:
        """Take in the records of one batch."""
        self._parts.append(with_lists(contract_records(records, self._form)))

    def take_set_aside(self, file: str, rows: pl.DataFrame) -> None:
        """Leave rows that were not decided to the problems."""

    def frame(self) -> pl.DataFrame:
        """Return all records."""
        return pl.concat(self._parts)


def _book(rules: Rules) -> RuleBook:
    return rules if isinstance(rules, RuleBook) else load_rules(rules)


def _request(
    roster: People,
    as_of: date | str,
    benefits: Iterable[str],
    region: str | None,
    bills: People | None,
    *,
    show_all: bool = False,
) -> CheckRequest:
    day = parse_iso_day(as_of) if isinstance(as_of, str) else as_of
    if day is None:
        raise ValueError(f"a day is written YYYY-MM-DD, not {as_of!r}")
    return CheckRequest(
        roster=_table(roster),
        as_of=day,
        benefits=tuple(benefits),
        region=region,
        bills=None if bills is None else _table(bills),
        show_all=show_all,
    )


def _table(people: People) -> Path | pl.DataFrame:
    if isinstance(people, str | Path):
        return Path(people)
    return people if isinstance(people, pl.DataFrame) else _from_pandas(people)


def _from_pandas(frame: pd.DataFrame) -> pl.DataFrame:
    """Return a pandas frame as a polars one; columns of mixed objects as their texts."""
    mixed = [name for name, kind in frame.dtypes.items() if str(kind) == "object"]
    texts = {str(name): frame[name].map(str, na_action="ignore") for name in mixed}
    return pl.from_pandas(frame.assign(**texts))


def _like(people: People, records: pl.DataFrame) -> Frame:
    """Return records as the kind of frame that was given; pandas for a file."""
    if isinstance(people, pl.DataFrame):
        return records
    lists = {name: records[name].to_list() for name in LIST_COLUMNS}
    plain = records.drop(LIST_COLUMNS).to_pandas().assign(**lists)
    return plain[records.columns]
