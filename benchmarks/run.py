"""`make bench`: what the program costs, beside the same job by hand and in OpenFisca.

Each scenario prints a table and the limits that it must keep. Answers are compared before times
are: a program whose due list adds up differently ends the run.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import ROOT, Command, CommandError, table, take_turns
from benchmarks.variants import AS_OF

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.measure import Measured

OURS, POLARS, OPENFISCA = "vetbenefits", "polars by hand", "OpenFisca-Core"
HEAVY = ("polars", "pandas", "numpy", "pyarrow", "pydantic")
"""What `--help` must not import."""


class WrongAnswerError(RuntimeError):
    """Two programs do not add up to the same."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where things are kept, and how often each command runs."""

    work: Path
    turns: int
    programs: tuple[str, ...]

    def roster(self, rows: int) -> Path:
        """Return the roster of that size, made once."""
        path = self.work / f"roster-{rows}.csv"
        if not path.exists():
            _python("-m", "benchmarks.make_roster", f"{path}.part", "--rows", str(rows))
            Path(f"{path}.part").rename(path)
        return path

    def rules(self, count: int) -> Path:
        """Return a folder with that many generated rules, made anew."""
        folder = self.work / f"rules-{count}"
        _python("-m", "benchmarks.make_rules", str(folder), "--count", str(count))
        return folder

    def commands(self, rows: int, rules: int) -> list[Command]:
        """Return the chosen programs, each writing into its own folder."""
        roster = str(self.roster(rows))
        ours = [
            _program(),
            "check",
            roster,
            "--rules",
            str(self.rules(rules)),
            "--as-of",
            AS_OF.isoformat(),
        ]
        arguments = {
            POLARS: [sys.executable, "-m", "benchmarks.peer_polars", roster, "--rules", str(rules)],
            OURS: [*ours, "--quiet"],
            OPENFISCA: [
                sys.executable,
                "-m",
                "benchmarks.peer_openfisca",
                roster,
                "--rules",
                str(rules),
            ],
        }
        return [
            Command(
                name, [*arguments[name], "--out", str(self.out(name))], before=self._cleaner(name)
            )
            for name in self.programs
        ]

    def out(self, program: str) -> Path:
        """Return the folder that a program writes to."""
        return self.work / f"out-{program.replace(' ', '-')}"

    def _cleaner(self, program: str) -> Callable[[], None]:
        return lambda: shutil.rmtree(self.out(program), ignore_errors=True)


# --- scenarios -----------------------------------------------------------------------------------


def check(bench: Bench, rows: int, rules: int) -> list[Measured]:
    """Measure `check` end to end beside its peers, and compare the answers."""
    compare = Comparison(bench)
    measured = take_turns(bench.commands(rows, rules), turns=bench.turns, after=compare.look_at)
    _say(table(f"check, {rows:,} rows × {rules} rules", measured, measured[0]))
    _say(compare.verdict())
    by_name = {one.name: one for one in measured}
    if OURS in by_name and POLARS in by_name and rows >= 1_000_000 and rules == 30:  # noqa: PLR2004
        _limit("ours ÷ polars by hand", by_name[OURS].ratio(by_name[POLARS]), 1.5)
    if OURS in by_name and OPENFISCA in by_name:
        _limit("ours ÷ OpenFisca-Core", by_name[OURS].ratio(by_name[OPENFISCA]), 1.0)
    return measured


def scaling(bench: Bench, rows: int, counts: Sequence[int]) -> None:
    """Measure what more rules cost on the same roster."""
    for program in bench.programs:
        one = Bench(bench.work, bench.turns, (program,))
        commands = [
            Command(f"{program}, {count} rules", command.arguments, before=command.before)
            for count in counts
            for command in one.commands(rows, count)
        ]
        measured = take_turns(commands, turns=bench.turns)
        _say(table(f"{program}, {rows:,} rows, by number of rules", measured, measured[0]))
        if program == OURS:
            _limit(f"{counts[-1]} rules ÷ {counts[0]}", measured[-1].ratio(measured[0]), 3.0)


def memory(bench: Bench, rows: int, rules: int) -> None:
    """Measure ten times the rows: time must grow with them, memory must not."""
    small = check(bench, rows // 10, rules)
    large = check(bench, rows, rules)
    for before, after in zip(small, large, strict=True):
        if after.name == OURS:
            _limit(f"{rows:,} rows ÷ {rows // 10:,}", after.seconds / before.seconds, 11.0)
            _limit("peak GiB", after.peak_mib / 1024, 1.5)


def village(bench: Bench, rows: int) -> None:
    """Measure what a village waits for: start-up, with and without a cache of the checked rules."""
    roster, caches = str(bench.roster(rows)), bench.work / "caches"
    ours = [
        _program(),
        "check",
        roster,
        "--as-of",
        AS_OF.isoformat(),
        "--quiet",
        "--out",
        str(bench.out(OURS)),
    ]
    ahead = [one if one != "check" else "upcoming" for one in ours]
    ahead[-1] = str(bench.out("upcoming"))

    def forget() -> None:
        shutil.rmtree(caches / "cold", ignore_errors=True)

    commands = [
        Command("import polars", [sys.executable, "-c", "import polars"]),
        Command("check, warm cache", ours, {"XDG_CACHE_HOME": str(caches / "warm")}),
        Command("check, no cache", ours, {"XDG_CACHE_HOME": str(caches / "cold")}, before=forget),
        Command("--help", [_program(), "--help"]),
        Command("upcoming, warm cache", ahead, {"XDG_CACHE_HOME": str(caches / "warm")}),
    ]
    measured = take_turns(commands, turns=max(bench.turns, 9))
    _say(table(f"{rows:,} rows, the shipped rules", measured, measured[0]))
    _limit("warm ÷ import polars", measured[1].ratio(measured[0]), 2.0)
    _limit("cold ÷ import polars", measured[2].ratio(measured[0]), 3.0)
    _limit("upcoming, warm ÷ import polars", measured[4].ratio(measured[0]), 3.0)


def upcoming(bench: Bench, rows: int, rules: int) -> None:
    """Measure looking ahead beside `check`, and beside deciding each of the days."""
    roster, book = str(bench.roster(rows)), str(bench.rules(rules))
    common = [roster, "--rules", book, "--as-of", AS_OF.isoformat(), "--quiet"]
    asked = {OURS: ["check", *common]}
    for months in (3, 12):
        asked[f"upcoming, {months} months"] = ["upcoming", *common, "--months", str(months)]
    commands = [
        Command(name, [_program(), *words, "--out", str(bench.out(name))])
        for name, words in asked.items()
    ]
    measured = take_turns(commands, turns=bench.turns)
    _say(table(f"looking ahead, {rows:,} rows × {rules} rules", measured, measured[0]))
    _limit("3 months ÷ check", measured[1].ratio(measured[0]), 2.5)
    _limit("12 months ÷ check", measured[2].ratio(measured[0]), 4.0)
    _each_day(bench, rules)


def _each_day(bench: Bench, rules: int) -> None:
    """Compare with deciding everybody on each day; on fewer people, since it takes so long."""
    rows, ours, naive = 100_000, "upcoming, each person", "each of the days"
    roster, book = str(bench.roster(rows)), str(bench.rules(rules))
    words = ["upcoming", roster, "--rules", book, "--as-of", AS_OF.isoformat(), "--quiet", "--each"]
    by_days = [sys.executable, "-m", "benchmarks.naive_days", roster, "--rules", book]
    commands = [
        Command(ours, [_program(), *words, "--out", str(bench.out(ours))]),
        Command(naive, [*by_days, "--out", str(bench.out(naive))]),
    ]
    measured = take_turns(commands, turns=1)
    _say(table(f"3 months, {rows:,} rows × {rules} rules", measured, measured[0]))
    told = _python("-m", "benchmarks.totals", str(bench.out(ours)), "--changes")
    counted = _python("-m", "benchmarks.totals", str(bench.out(naive)), "--changes")
    if told != counted:
        raise WrongAnswerError(f"the changes differ: {told[:300]} {counted[:300]}")
    _say(f"both find the same {sum(json.loads(told).values()):,} changes on the same days\n")


def help_imports(_bench: Bench) -> None:
    """List the heavy packages that `--help` imports; there should be none."""
    arguments = [sys.executable, "-X", "importtime", "-m", "vetbenefits", "--help"]
    said = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=True).stderr
    imported = set(re.findall(r"\|\s+([\w.]+)$", said, flags=re.MULTILINE))
    found = sorted(imported.intersection(HEAVY))
    _say(f"### imports of --help\n\n{', '.join(found) or 'none'} of {', '.join(HEAVY)}\n")


# --- answers -------------------------------------------------------------------------------------


class Comparison:
    """Compares the totals of the last run of each program."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.totals: dict[str, dict[str, dict[str, list[int]]]] = {}

    def look_at(self, command: Command) -> None:
        """Add up what a program wrote, once, then give the space back."""
        out = self.bench.out(command.name)
        if command.name not in self.totals:
            self.totals[command.name] = json.loads(_python("-m", "benchmarks.totals", str(out)))
        shutil.rmtree(out, ignore_errors=True)

    def verdict(self) -> str:
        """Return one line on what all agree upon.

        Raises:
            WrongAnswerError: two programs differ; the message names the benefits.
        """
        first, *others = self.totals
        for other in others:
            self._compare(first, other, "due")
            if OPENFISCA not in (first, other):
                self._compare(first, other, "undetermined")
        due, undetermined = self.totals[first]["due"], self.totals[first]["undetermined"]
        people, fen = (sum(values[place] for values in due.values()) for place in (0, 1))
        unknown = sum(values[0] for values in undetermined.values())
        money = f"{fen // 100:,}.{fen % 100:02d}"
        answer = f"{people:,} due, {money} yuan, {unknown:,} undetermined"
        return f"{' = '.join(self.totals)}: {answer}\n"

    def _compare(self, first: str, other: str, outcome: str) -> None:
        ours, theirs = self.totals[first][outcome], self.totals[other][outcome]
        wrong = [
            f"{benefit}: {first} {ours.get(benefit)}, {other} {theirs.get(benefit)}"
            for benefit in sorted(ours.keys() | theirs.keys())
            if ours.get(benefit) != theirs.get(benefit)
        ]
        if wrong:
            raise WrongAnswerError(f"{outcome} differs (people, fen):\n" + "\n".join(wrong[:10]))


def _limit(what: str, value: float, limit: float) -> None:
    _say(f"- {what}: {value:.2f} (limit {limit:g}) {'kept' if value <= limit else '**exceeded**'}")


def _program() -> str:
    return str(Path(sys.executable).with_name("vetbenefits"))


def _python(*arguments: str) -> str:
    run = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise CommandError(
            f"{' '.join(arguments)} ended with {run.returncode}:\n{run.stderr[-1500:]}"
        )
    return run.stdout


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


# --- command line --------------------------------------------------------------------------------

PROGRAMS = {"polars": POLARS, "ours": OURS, "openfisca": OPENFISCA}
SCENARIOS = ("check", "village", "help", "scaling", "memory", "upcoming")


def _numbers(text: str) -> list[int]:
    return [int(part.replace("_", "")) for part in text.split(",")]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "scenarios", nargs="*", metavar="SCENARIO", help=f"any of {', '.join(SCENARIOS)}"
    )
    parser.add_argument("--rows", type=_numbers, default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--rules", type=_numbers, default=[30])
    parser.add_argument("--runs", type=int, default=5, help="measured runs after one to warm up")
    parser.add_argument(
        "--programs", default="polars,ours,openfisca", help="the first one is the reference"
    )
    parser.add_argument(
        "--work", type=Path, default=Path(tempfile.gettempdir()) / "vetbenefits-benchmarks"
    )
    options = parser.parse_args()
    unknown = (
        set(options.scenarios) - set(SCENARIOS) | set(options.programs.split(",")) - PROGRAMS.keys()
    )
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    return options


def _chosen(names: str) -> tuple[str, ...]:
    chosen = [PROGRAMS[name] for name in names.split(",")]
    if OPENFISCA in chosen and importlib.util.find_spec("openfisca_core") is None:
        _say("OpenFisca-Core is not installed and is left out (pip install openfisca-core).\n")
        chosen.remove(OPENFISCA)
    return tuple(chosen)


def main() -> int:
    """Run the chosen scenarios; `memory` takes minutes and gigabytes and must be asked for."""
    options = _options()
    options.work.mkdir(parents=True, exist_ok=True)
    bench = Bench(options.work.resolve(), options.runs, _chosen(options.programs))
    scenarios = options.scenarios or ["help", "village", "check", "scaling"]
    try:
        for scenario in scenarios:
            match scenario:
                case "check":
                    for rows in options.rows:
                        for rules in options.rules:
                            check(bench, rows, rules)
                case "village":
                    village(bench, 1_000)
                case "help":
                    help_imports(bench)
                case "scaling":
                    scaling(bench, options.rows[-1], [3, 30, 100])
                case "upcoming":
                    upcoming(bench, options.rows[-1], options.rules[0])
                case _:
                    memory(bench, 10_000_000, options.rules[0])
    except (CommandError, WrongAnswerError) as problem:
        _say(f"\n{problem}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
