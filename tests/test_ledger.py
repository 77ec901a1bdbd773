from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from vetbenefits.ledger import (
    _OURS,
    _TABLES,
    VERSION,
    Ledger,
    NoticeKey,
    Prepared,
    Window,
    ledger_name,
    ledger_rows,
)
from vetbenefits.problems import InvalidInput

ROOT = Path(__file__).resolve().parents[1]
NOVEMBER = Window(date(2026, 11, 22), date(2027, 2, 22))
DECEMBER = Window(date(2026, 12, 22), date(2027, 3, 22))
WHOLE_ID = "990101196702080411"


def key(
    person: str = "P001",
    on: date = date(2027, 2, 8),
    fen: int | None = 24000,
    change: str = "begins",
) -> NoticeKey:
    return NoticeKey(person, "rural_veteran_subsidy", change, on, fen)


def tell(
    path: Path, *keys: NoticeKey, window: Window = NOVEMBER, listed: tuple[NoticeKey, ...] = ()
) -> None:
    with Ledger(path) as ledger:
        ledger.record_prepared([Prepared(one) for one in keys], (*keys, *listed), window)


def send(path: Path, on: date = date(2026, 11, 23)) -> int:
    with Ledger(path) as ledger:
        return ledger.mark_sent(on)


def announced(path: Path) -> frozenset[NoticeKey]:
    with Ledger(path) as ledger:
        return ledger.announced()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "notices.sqlite3"


def code_of(refused: pytest.ExceptionInfo[InvalidInput]) -> str:
    (problem,) = refused.value.problems
    return problem.code


def test_prepared_is_not_announced_until_it_is_sent(path: Path) -> None:
    tell(path, key())
    assert announced(path) == frozenset()
    assert send(path) == 1
    assert announced(path) == {key()}
    (row,) = ledger_rows(path)
    assert (row.prepared_on, row.sent_on) == (date(2026, 11, 22), date(2026, 11, 23))


def test_what_was_sent_is_sent_once(path: Path) -> None:
    tell(path, key())
    assert send(path) == 1
    tell(path, key(), window=DECEMBER)
    assert send(path, date(2026, 12, 23)) == 0
    (row,) = ledger_rows(path)
    assert (row.prepared_on, row.sent_on) == (date(2026, 11, 22), date(2026, 11, 23))


def test_preparing_again_keeps_one_row_with_the_newest_day(path: Path) -> None:
    tell(path, key())
    tell(path, key(), window=DECEMBER)
    (row,) = ledger_rows(path)
    assert row.prepared_on == DECEMBER.first_on


@pytest.mark.parametrize(
    "other",
    [
        key(person="P002"),
        key(on=date(2027, 2, 9)),
        key(fen=24001),
        key(fen=None),
        key(change="rises"),
        NoticeKey("P001", "medical_aid", "begins", date(2027, 2, 8), 24000),
    ],
)
def test_each_part_of_the_key_makes_another_notice(path: Path, other: NoticeKey) -> None:
    tell(path, key())
    send(path)
    tell(path, other, listed=(key(),))
    assert announced(path) == {key()}
    assert [row.key for row in ledger_rows(path, only_unsent=True)] == [other]


def test_notices_without_an_amount_are_the_same_notice(path: Path) -> None:
    tell(path, key(fen=None))
    tell(path, key(fen=None))
    assert len(ledger_rows(path)) == 1


def test_only_the_named_people_are_marked(path: Path) -> None:
    tell(path, key(), key(person="P002"), key(person="P003"))
    with Ledger(path) as ledger:
        assert ledger.mark_sent(date(2026, 11, 23), ["P002", "P003", "P002"]) == 2
        assert ledger.people() == {"P001", "P002", "P003"}
    assert announced(path) == {key(person="P002"), key(person="P003")}


def test_unsent_notice_of_a_change_that_moved_is_forgotten(path: Path) -> None:
    moved = key(on=date(2027, 2, 9))
    tell(path, key())
    tell(path, moved)
    assert [row.key for row in ledger_rows(path)] == [moved]


@pytest.mark.parametrize("moved", [key(on=date(2027, 2, 9)), key(fen=24001), key(fen=None)])
def test_change_that_moves_and_moves_back_is_told_each_time(path: Path, moved: NoticeKey) -> None:
    tell(path, key())
    send(path)
    tell(path, moved)
    assert announced(path) == {key()}  # the letter about the new day has not gone out
    send(path)
    assert announced(path) == {moved}
    tell(path, key())
    send(path)
    assert announced(path) == {key()}
    assert len(ledger_rows(path)) == 3


def test_change_that_moves_back_before_the_letter_went_out_is_not_told_again(path: Path) -> None:
    moved = key(on=date(2027, 2, 9))
    tell(path, key())
    send(path)
    tell(path, moved)
    with Ledger(path) as ledger:
        ledger.record_prepared([], [key()], NOVEMBER)
    assert announced(path) == {key()}
    assert send(path) == 0


def test_unsent_notice_stays_where_the_list_knows_nothing_of_it(path: Path) -> None:
    tell(path, key())
    tell(path, key(person="P002"))
    assert {row.key for row in ledger_rows(path)} == {key(), key(person="P002")}


def test_two_rises_of_one_list_are_two_notices(path: Path) -> None:
    both = key(change="rises"), key(change="rises", on=date(2027, 2, 20), fen=25000)
    tell(path, *both)
    send(path)
    assert announced(path) == set(both)


def test_notice_outside_the_window_stays(path: Path) -> None:
    late = key(on=date(2027, 2, 23))
    tell(path, late, window=DECEMBER)
    send(path)
    tell(path, key())  # the window ends on 2027-02-22
    send(path)
    assert announced(path) == {key(), late}


def test_no_whole_id_number_reaches_the_file(path: Path) -> None:
    name = ledger_name(WHOLE_ID)
    with Ledger(path) as ledger:
        ledger.record_prepared([Prepared(key(person=name), WHOLE_ID)], [], NOVEMBER)
    assert WHOLE_ID.encode() not in path.read_bytes()
    (row,) = ledger_rows(path)
    assert row.id_number == "990101********0411"


def test_people_with_equal_masked_numbers_are_told_apart() -> None:
    names = {ledger_name("990101196702080411"), ledger_name("990101196702090411")}
    assert len(names) == 2
    assert {name.partition("#")[0] for name in names} == {"990101********0411"}
    assert ledger_name("P001") == "P001"
    assert ledger_name("99010119670208041X") == ledger_name("99010119670208041x")


def test_only_its_owner_may_read_it(path: Path) -> None:
    tell(path, key())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_reading_makes_no_file(path: Path) -> None:
    assert ledger_rows(path) == ()
    assert not path.exists()


@pytest.mark.parametrize(
    "content", [b"no database at all, however long it may be" * 40, b"\x00" * 4096]
)
def test_what_is_no_database_is_one_error(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(InvalidInput) as refused:
        Ledger(path)
    assert code_of(refused) == "VB751"
    assert path.read_bytes() == content


def test_damaged_ledger_is_one_error(path: Path) -> None:
    tell(path, *(key(person=f"P{number:05}") for number in range(2000)))
    whole = bytearray(path.read_bytes())
    whole[8192:20000] = b"\xff" * (20000 - 8192)
    path.write_bytes(whole)
    with pytest.raises(InvalidInput) as refused:
        ledger_rows(path)
    assert code_of(refused) == "VB751"


def test_cut_off_ledger_is_one_error(path: Path) -> None:
    tell(path, *(key(person=f"P{number:05}") for number in range(2000)))
    path.write_bytes(path.read_bytes()[:30000])
    with pytest.raises(InvalidInput) as refused:
        ledger_rows(path)
    assert code_of(refused) == "VB751"


def test_newer_ledger_is_one_error_and_stays_as_it_is(path: Path) -> None:
    tell(path, key())
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA user_version = {VERSION + 1}")
    database.close()
    before = path.read_bytes()
    with pytest.raises(InvalidInput) as refused:
        Ledger(path)
    assert code_of(refused) == "VB752"
    assert path.read_bytes() == before


def test_database_of_another_program_is_one_error(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE letters (text)")
    database.close()
    with pytest.raises(InvalidInput) as refused:
        Ledger(path)
    assert code_of(refused) == "VB751"


def test_ledger_that_cannot_be_made_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        Ledger(tmp_path / "no such folder" / "notices.sqlite3")
    assert code_of(refused) == "VB753"


# --- a run that is killed, and two runs at once ------------------------------------------------

WRITER = """
import sys
from datetime import date
from pathlib import Path
from vetbenefits.ledger import Ledger, NoticeKey, Prepared, Window
window = Window(date(2026, 11, 22), date(2027, 2, 22))
keys = [NoticeKey("P%05d" % n, "b", "begins", date(2027, 2, 8), 100) for n in range(3000)]
with Ledger(Path({path!r})) as ledger:
    print("begun", flush=True)
    while True:
        ledger.record_prepared([Prepared(key) for key in keys], keys, window)
        ledger.mark_sent(date(2026, 11, 23))
        print("done", flush=True)
        ledger._database.execute("UPDATE notice SET sent_on = NULL")
"""

MARKER = """
import sys
from datetime import date
from pathlib import Path
from vetbenefits.ledger import Ledger
sys.stdin.readline()
with Ledger(Path({path!r})) as ledger:
    print(ledger.mark_sent(date(2026, 11, 23)))
"""


def start(code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


@pytest.mark.parametrize("wait", [0.0, 0.01, 0.03, 0.06, 0.1])
def test_killed_run_leaves_all_or_nothing(path: Path, wait: float) -> None:
    with start(WRITER.format(path=str(path))) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "begun\n"
        with pytest.raises(subprocess.TimeoutExpired):
            run.wait(wait)
        run.send_signal(signal.SIGKILL)
        run.wait()
    rows = ledger_rows(path)
    assert len(rows) in (0, 3000)
    assert len({row.sent_on for row in rows}) <= 1


def test_run_killed_in_the_middle_of_writing_leaves_nothing_of_it(path: Path) -> None:
    tell(path, key())
    crash = f"""
import os, signal
from datetime import date
from pathlib import Path
from vetbenefits.ledger import Ledger, NoticeKey, Prepared
day = date(2027, 2, 8)
with Ledger(Path({str(path)!r})) as ledger:
    ledger._database.execute("PRAGMA cache_size = 1")  # what is written goes to the disk at once
    with ledger._transaction():
        for n in range(5000):
            ledger._insert(Prepared(NoticeKey(f"Q{{n}}", "b", "begins", day, 1)), day)
        assert os.path.getsize({str(path) + "-journal"!r}) > 0
        os.kill(os.getpid(), signal.SIGKILL)
"""
    with start(crash) as run:
        assert run.wait() == -signal.SIGKILL
    assert path.with_name(path.name + "-journal").exists()
    assert path.stat().st_size > 100_000
    assert [row.key for row in ledger_rows(path)] == [key()]


def test_two_runs_at_once_mark_each_notice_once(path: Path) -> None:
    tell(path, *(key(person=f"P{number:05}") for number in range(500)))
    runs = [start(MARKER.format(path=str(path))) for _ in range(2)]
    told = []
    for run in runs:
        assert run.stdin is not None
        run.stdin.write("go\n")
        run.stdin.flush()
    for run in runs:
        with run:
            told.append(run.communicate()[0])
    assert sorted(told) == ["0\n", "500\n"]
    assert len(ledger_rows(path)) == 500


def test_two_runs_at_once_make_one_ledger(path: Path) -> None:
    code = MARKER.replace(
        "print(ledger.mark_sent(date(2026, 11, 23)))",
        """
    from vetbenefits.ledger import NoticeKey, Prepared, Window
    keys = [NoticeKey(f"P{{n}}", "b", "begins", date(2027, 2, 8), 100) for n in range(300)]
    window = Window(date(2026, 11, 22), date(2027, 2, 22))
    ledger.record_prepared([Prepared(key) for key in keys], keys, window)
    print("done")
""",
    )
    runs = [start(code.format(path=str(path))) for _ in range(2)]
    for run in runs:
        assert run.stdin is not None
        run.stdin.write("go\n")
        run.stdin.flush()
    for run in runs:
        with run:
            assert run.communicate()[0] == "done\n"
    assert len(ledger_rows(path)) == 300


def test_ledger_that_another_run_makes_meanwhile_is_used(path: Path) -> None:
    path.touch()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(ledger_rows, path)
            with pytest.raises(TimeoutError):
                waiting.result(0.2)
            for statement in _TABLES.split(";\n"):
                other.execute(statement)
            other.execute(f"PRAGMA application_id = {_OURS}")
            other.execute(f"PRAGMA user_version = {VERSION}")
            other.execute("COMMIT")
            assert waiting.result(30) == ()


def test_run_that_never_ends_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vetbenefits.ledger._WAIT_SECONDS", 0.05)
    tell(path, key())
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        with Ledger(path) as ledger, pytest.raises(InvalidInput) as refused:
            ledger.mark_sent(date(2026, 11, 23))
    finally:
        holder.close()
    assert code_of(refused) == "VB753"
    assert ledger_rows(path)[0].sent_on is None


def test_a_list_of_one_month_speaks_of_that_month_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    september, october = key(on=date(2027, 1, 5)), key(on=date(2027, 2, 5))
    only = Window(date(2027, 2, 1), date(2027, 2, 28), date(2026, 11, 22))
    with Ledger(path) as ledger:
        ledger.record_prepared([Prepared(september)], [september], NOVEMBER)
        ledger.record_prepared([Prepared(october)], [october], only)
    rows = ledger_rows(path)
    assert [row.key.on for row in rows] == [date(2027, 1, 5), date(2027, 2, 5)]
    assert {row.prepared_on for row in rows} == {date(2026, 11, 22)}
