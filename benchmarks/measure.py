"""Run whole processes by turns and compare them.

A machine is never quiet for long, so commands take turns (A B C A B C …) and a ratio is the median
of the ratios within each turn; seconds are shown only to give an idea. Peak memory is what the
kernel reports for the child. A child begins as a copy of this process and inherits its peak, so
nothing large may be imported here.
"""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).parents[1]


class CommandError(RuntimeError):
    """A measured command did not end well; its last words are the message."""


@dataclass(frozen=True, slots=True)
class Command:
    """A program to measure; `before` runs ahead of each start and is not measured."""

    name: str
    arguments: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)
    before: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Run:
    """One process: seconds on the wall, seconds of processor, peak memory."""

    wall: float
    cpu: float
    peak_mib: float


@dataclass(frozen=True, slots=True)
class Measured:
    """All runs of one command, in the order of the turns."""

    name: str
    runs: tuple[Run, ...]

    @property
    def seconds(self) -> float:
        """Return the median time."""
        return median(run.wall for run in self.runs)

    @property
    def peak_mib(self) -> float:
        """Return the largest peak."""
        return max(run.peak_mib for run in self.runs)

    def ratio(self, other: Measured) -> float:
        """Return the median of the ratios within each turn."""
        return median(
            run.wall / reference.wall for run, reference in zip(self.runs, other.runs, strict=True)
        )


def run_once(command: Command) -> Run:
    """Run one process to its end."""
    command.before()
    start = time.perf_counter()
    process = subprocess.Popen(
        command.arguments,
        cwd=ROOT,
        env=_environment() | command.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    said = process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        last_words = said.decode(errors="replace")[-1500:]
        raise CommandError(f"{command.name} ended with {process.returncode}:\n{last_words}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _environment() -> dict[str, str]:
    """Return the environment of every program: one in which Python keeps what it has compiled.

    An installed program is compiled once, when it is installed; the turn that warms up does it.
    """
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def take_turns(
    commands: Sequence[Command], *, turns: int, after: Callable[[Command], None] = lambda _: None
) -> list[Measured]:
    """Run the commands by turns; the first turn warms up, `after` sees what each run left."""
    runs: dict[str, list[Run]] = {command.name: [] for command in commands}
    for turn in range(turns + 1):
        for command in commands:
            os.sync()  # what the last run left to be written to disk isn't this one's to wait for
            run = run_once(command)
            after(command)
            if turn:
                runs[command.name].append(run)
    return [Measured(name, tuple(measured)) for name, measured in runs.items()]


def table(title: str, measured: Sequence[Measured], reference: Measured) -> str:
    """Show measured commands as a Markdown table; ratios are against `reference`."""
    lines = [
        f"### {title}",
        "",
        "| program | s (median) | min–max | processor s | peak MiB | ratio |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for one in measured:
        walls = [run.wall for run in one.runs]
        cpu = median(run.cpu for run in one.runs)
        lines.append(
            f"| {one.name} | {one.seconds:.3f} | {min(walls):.3f}–{max(walls):.3f} | {cpu:.2f} "
            f"| {one.peak_mib:.0f} | {one.ratio(reference):.2f} |"
        )
    return "\n".join(lines) + "\n"
