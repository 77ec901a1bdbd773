"""The ledger of notices: what was prepared for whom, what was sent, and on which day.

One SQLite file in the workspace. A notice is one change of one benefit of one person, on one day,
to one amount; so a run tells each change once, and a change that moved to another day or amount is
told anew. All that a run writes is one transaction under a rollback journal with full syncing: a
run that is killed leaves all of it or nothing, and two runs at once wait for each other.

It refuses to hold whole ID numbers, names or phone numbers, and never asks what day it is.
"""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Self

from vetbenefits.masking import mask_id_number
from vetbenefits.problems import InvalidInput, Problem, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

VERSION = 1

_OURS = 0x76626E31  # "vbn1": how the file says that it is a ledger and no other database
_WAIT_SECONDS = 30.0
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_SCHEMA})
_WHOLE_ID = re.compile(r"\d{17}[\dXx]|\d{15}")

# `replaced_by` points to the notice that tells the person of the same change on another day or to
# another amount. Until that one is sent, the person still goes by the old one; afterwards the old
# one counts as never told, should the change move back.
_TABLES = """
CREATE TABLE notice (
    id INTEGER PRIMARY KEY,
    person TEXT NOT NULL,
    benefit TEXT NOT NULL,
    change TEXT NOT NULL,
    change_on TEXT NOT NULL,
    to_amount_fen INTEGER,
    id_number TEXT NOT NULL,
    prepared_on TEXT NOT NULL,
    sent_on TEXT,
    replaced_by INTEGER REFERENCES notice (id) ON DELETE SET NULL
);
CREATE INDEX replacing ON notice (replaced_by);
CREATE UNIQUE INDEX one_notice ON notice
    (person, benefit, change, change_on, ifnull(to_amount_fen, 'none')) WHERE replaced_by IS NULL;
"""
_COLUMNS = "person, id_number, benefit, change, change_on, to_amount_fen, prepared_on, sent_on"


@dataclass(frozen=True, slots=True)
class Window:
    """The days that a list of changes covers, both inclusive.

    `run_on` is the day of the run where that is not the first of them.
    """

    first_on: date
    last_on: date
    run_on: date | None = None

    @property
    def prepared_on(self) -> date:
        """Return the day on which the notices of the list are prepared."""
        return self.run_on or self.first_on


@dataclass(frozen=True, slots=True, order=True)
class NoticeKey:
    """What makes two notices the same; `person` is what `ledger_name` gives.

    Units: `to_amount_fen` is the amount after the change, None where there is none.
    """

    person: str
    benefit: str
    change: str
    on: date
    to_amount_fen: int | None

    @property
    def values(self) -> tuple[str | int | None, ...]:
        """Return the key as the columns hold it."""
        return (self.person, self.benefit, self.change, self.on.isoformat(), self.to_amount_fen)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A notice that was written: its key, and the ID number as it may be shown."""

    key: NoticeKey
    id_number: str = ""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A notice as the ledger holds it; `sent_on` is None until it was marked as sent."""

    key: NoticeKey
    id_number: str
    prepared_on: date
    sent_on: date | None


def ledger_name(person_id: str) -> str:
    """Return how the ledger calls a person: the person's number, but never a whole ID number.

    Some bureaus use the ID number as the person's number. Such a person is called by the masked
    number and a fingerprint, which tells apart those whose masked numbers are equal.
    """
    if _WHOLE_ID.fullmatch(person_id) is None:
        return person_id
    number = person_id.upper()
    fingerprint = hashlib.sha256(number.encode()).hexdigest()
    return f"{mask_id_number(number)}#{fingerprint[:12]}"


class Ledger:
    """Use as `with`; every method that writes is one transaction."""

    def __init__(self, path: Path) -> None:
        """Open the ledger, and make it if it is not there.

        Raises:
            InvalidInput: the file is no ledger, is damaged, or belongs to a newer program.
        """
        self._shown = str(path)
        with self._told():
            try:
                # Made first, so that nobody else may read what comes to stand in it.
                os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
                self._database = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)
            except OSError as error:
                raise self._refusal("VB753", f"cannot be opened: {error.strerror}") from error
            try:
                self._prepare()
            except BaseException:
                self._database.close()
                raise

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._database.close()

    def announced(self) -> frozenset[NoticeKey]:
        """Return what people were told and still go by.

        A notice that was replaced still counts until the one that replaces it is sent.
        """
        with self._told():
            rows = self._database.execute(
                """SELECT old.person, old.benefit, old.change, old.change_on, old.to_amount_fen
                FROM notice AS old LEFT JOIN notice AS new ON new.id = old.replaced_by
                WHERE old.sent_on IS NOT NULL AND new.sent_on IS NULL"""
            )
            return frozenset(_key(row) for row in rows)

    def record_prepared(
        self, prepared: Iterable[Prepared], listed: Iterable[NoticeKey], window: Window
    ) -> None:
        """Record notices as prepared on the day of the run; what was sent stays sent.

        Args:
            prepared: the notices that were written.
            listed: every change that is to come, announced or not.
            window: the days that the list covers. A notice of one of them that the list does not
                have, though it has others of the same person, benefit and kind of change, speaks
                of a change that moved: it is forgotten if it was never sent, else replaced by the
                one that was prepared now.
        """
        to_come = frozenset(listed)
        moving = {key.values[:3] for key in to_come}
        with self._transaction() as database:
            for number, key, is_sent in self._within(window):
                if not is_sent and key not in to_come and key.values[:3] in moving:
                    database.execute("DELETE FROM notice WHERE id = ?", (number,))
            newest: dict[tuple[str | int | None, ...], int] = {}
            for one in prepared:
                newest[one.key.values[:3]] = self._insert(one, window.prepared_on)
            for number, key, is_sent in self._within(window):
                by = newest.get(key.values[:3])
                if is_sent and by is not None and key not in to_come:
                    database.execute("UPDATE notice SET replaced_by = ? WHERE id = ?", (by, number))

    def _insert(self, one: Prepared, on: date) -> int:
        """Record one notice and return its number in the ledger."""
        self._database.execute(
            """INSERT OR IGNORE INTO notice
            (person, benefit, change, change_on, to_amount_fen, id_number, prepared_on)
            VALUES (?, ?, ?, ?, ?, ?, ?)""",
            (*one.key.values, _masked(one.id_number), on.isoformat()),
        )
        (number, sent_on) = self._database.execute(
            """SELECT id, sent_on FROM notice WHERE person = ? AND benefit = ? AND change = ?
            AND change_on = ? AND to_amount_fen IS ? AND replaced_by IS NULL""",
            one.key.values,
        ).fetchone()
        if sent_on is None:
            self._database.execute(
                "UPDATE notice SET prepared_on = ? WHERE id = ?", (on.isoformat(), number)
            )
        return int(number)

    def _within(self, window: Window) -> list[tuple[int, NoticeKey, bool]]:
        """Return the notices of some days that nothing replaces, and whether each was sent."""
        rows = self._database.execute(
            """SELECT id, sent_on, person, benefit, change, change_on, to_amount_fen FROM notice
            WHERE replaced_by IS NULL AND change_on BETWEEN ? AND ? ORDER BY id""",
            (window.first_on.isoformat(), window.last_on.isoformat()),
        )
        return [(number, _key(key), sent_on is not None) for number, sent_on, *key in rows]

    def mark_sent(self, on: date, persons: Sequence[str] | None = None) -> int:
        """Mark what was prepared and not yet sent as sent, and return how many notices that were.

        Args:
            on: the day on which they were sent.
            persons: of these people only; None for everybody.
        """
        marked = 0
        with self._transaction() as database:
            for person in [None] if persons is None else dict.fromkeys(persons):
                done = database.execute(
                    """UPDATE notice SET sent_on = ?1
                    WHERE sent_on IS NULL AND (?2 IS NULL OR person = ?2)""",
                    (on.isoformat(), person),
                )
                marked += done.rowcount
        return marked

    def rows(self, *, only_unsent: bool = False) -> tuple[LedgerRow, ...]:
        """Return the notices in order of their day, then person, then benefit."""
        chosen = "WHERE sent_on IS NULL" if only_unsent else ""
        with self._told():
            found = self._database.execute(
                f"""SELECT {_COLUMNS} FROM notice {chosen}
                ORDER BY change_on, person, benefit, change, id"""  # noqa: S608  our own words
            )
            return tuple(_row(one) for one in found)

    def people(self) -> frozenset[str]:
        """Return everybody whom the ledger knows, by `ledger_name`."""
        with self._told():
            return frozenset(
                str(name) for (name,) in self._database.execute("SELECT person FROM notice")
            )

    def _prepare(self) -> None:
        """Look whether this is a ledger of ours and sound; make the tables of a new one."""
        database = self._database
        # `EXTRA` also waits until the end of the journal is on the disk; `FULL` does not.
        database.execute("PRAGMA synchronous = EXTRA")
        database.execute("PRAGMA foreign_keys = ON")
        version = self._version()
        if version == 0:
            with self._transaction():
                # Another run may have made them while this one waited.
                if self._version() == 0:
                    self._make_tables()
        elif version > VERSION:
            message = f"is of version {version}; this program knows version {VERSION}"
            raise self._refusal("VB752", message)
        (sound,) = database.execute("PRAGMA quick_check(1)").fetchone()
        if sound != "ok":
            raise self._refusal("VB751", f"is damaged: {sound}")

    def _version(self) -> int:
        (ours,) = self._database.execute("PRAGMA application_id").fetchone()
        (version,) = self._database.execute("PRAGMA user_version").fetchone()
        (tables,) = self._database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if ours != _OURS and (tables or version or ours):
            raise self._refusal("VB751", "is another program's database, no ledger of notices")
        return int(version)

    def _make_tables(self) -> None:
        # `executescript` would end the transaction that both must happen in.
        for statement in _TABLES.split(";\n"):
            if statement.strip():
                self._database.execute(statement)
        self._database.execute(f"PRAGMA application_id = {_OURS}")
        self._database.execute(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Do all or nothing; who comes second waits until the first is done."""
        with self._told():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what SQLite complains of into one problem."""
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in _BUSY:
                refusal = self._refusal("VB753", "is in use by another run that does not end")
            elif code in _DAMAGED or not isinstance(error, sqlite3.OperationalError):
                refusal = self._refusal("VB751", f"is damaged or no ledger: {error}")
            else:
                refusal = self._refusal("VB753", f"cannot be used: {error}")
            raise refusal from error

    def _refusal(self, code: str, said: str) -> InvalidInput:
        message = f"the ledger of notices {said}"
        return InvalidInput([Problem(code, message, Span(self._shown), hint=_HINTS[code])])


_HINTS = {
    "VB751": "put back a copy that was kept, or move the file away; a new one tells everybody anew",
    "VB752": "use the newer program that wrote it; nothing was changed",
    "VB753": "nothing was changed; try again, or name another file with --ledger",
}


def ledger_rows(path: Path, *, only_unsent: bool = False) -> tuple[LedgerRow, ...]:
    """Return what a ledger holds; nothing, and no new file, where there is none.

    Raises:
        InvalidInput: the file is no ledger, is damaged, or belongs to a newer program.
    """
    if not path.exists():
        return ()
    with Ledger(path) as ledger:
        return ledger.rows(only_unsent=only_unsent)


def announced(path: Path) -> frozenset[NoticeKey]:
    """Return what people were told by a ledger; nothing, and no new file, where there is none.

    Raises:
        InvalidInput: the file is no ledger, is damaged, or belongs to a newer program.
    """
    if not path.exists():
        return frozenset()
    with Ledger(path) as ledger:
        return ledger.announced()


def _key(row: Sequence[object]) -> NoticeKey:
    person, benefit, change, on, fen = row
    return NoticeKey(
        str(person),
        str(benefit),
        str(change),
        date.fromisoformat(str(on)),
        fen if isinstance(fen, int) else None,
    )


def _row(row: Sequence[object]) -> LedgerRow:
    person, id_number, benefit, change, on, fen, prepared_on, sent_on = row
    return LedgerRow(
        _key((person, benefit, change, on, fen)),
        str(id_number),
        date.fromisoformat(str(prepared_on)),
        None if sent_on is None else date.fromisoformat(str(sent_on)),
    )


def _masked(id_number: str) -> str:
    return mask_id_number(id_number) if _WHOLE_ID.fullmatch(id_number) else id_number
