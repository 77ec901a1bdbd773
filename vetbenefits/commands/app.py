"""The program: its commands put together, and the one place where errors become exit codes.

0 done, 1 unusable input or findings under --strict, 2 wrong usage, 3 our own bug, 130 interrupted.
"""

from __future__ import annotations

import gc
import io
import os
import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from vetbenefits import __version__
from vetbenefits.commands import check, init, notices, roster, rules, timeline, upcoming
from vetbenefits.problems import InvalidInput

UNUSABLE, BUG, INTERRUPTED = 1, 3, 130

# How the allocator of polars is set up, which it reads when it is first imported. By default memory
# goes back to the system after half a second and is fetched and cleared again for the next batch;
# two arenas keep the peak where it was.
_ALLOCATOR = "dirty_decay_ms:5000,muzzy_decay_ms:-1,narenas:2"
# New objects between two searches for garbage. What a run makes is mostly modules and rules that
# stay, which need not be searched again and again; batches are not garbage of this kind.
_OBJECTS_BETWEEN_SEARCHES = 100_000

app = typer.Typer(
    name="vetbenefits",
    help="Who is due which benefit, on which day, and why.",
    epilog="Example: vetbenefits check examples/roster.csv",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
check.register(app)
upcoming.register(app)
timeline.register(app)
app.add_typer(rules.app, name="rules")
app.add_typer(roster.app, name="roster")
app.add_typer(notices.app, name="notices")
init.register(app)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"vetbenefits {__version__}")
        raise typer.Exit


@app.callback()
def _program(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Who is due which benefit, on which day, and why."""


def main() -> None:
    """Run the program and end it with its exit code."""
    gc.set_threshold(_OBJECTS_BETWEEN_SEARCHES)
    os.environ.setdefault("_RJEM_MALLOC_CONF", _ALLOCATOR)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal in GBK has no check mark; a question mark is better than no report.
        sys.stdout.reconfigure(errors="replace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the program with the given arguments and return its exit code."""
    wants_traceback = "--debug" in arguments
    try:
        app(arguments, prog_name="vetbenefits")
        sys.stdout.flush()
    except InvalidInput as error:
        from vetbenefits.output.findings import show_problems
        from vetbenefits.reports.wording import Wording

        if wants_traceback:
            _show_traceback()
        show_problems(error.problems, sys.stderr, say=Wording(error.language))
        return UNUSABLE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever reads our output has seen enough; writing the rest at exit would fail once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except Exception as error:  # noqa: BLE001  whatever is left is our own bug
        if wants_traceback:
            _show_traceback()
        sys.stderr.write(_bug_report(error, arguments))
        return BUG
    return 0


def _show_traceback() -> None:
    import traceback  # only where something went wrong

    traceback.print_exc()


def _bug_report(error: Exception, arguments: list[str]) -> str:
    """Return what a person can send us: where it happened, and nobody's data."""
    import platform
    import traceback

    frames = traceback.extract_tb(error.__traceback__)[-3:]
    places = " < ".join(
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames)
    )
    lines = (
        f"error VB901: this is a bug of vetbenefits, not of your files: {type(error).__name__}",
        f"    {_without_numbers(str(error))[:200]}",
        f"    at {places}",
        f"    vetbenefits {__version__}, Python {platform.python_version()}, {sys.platform}",
        f"    command: {_without_numbers(' '.join(arguments))}",
        "    Nothing was changed. Please send these lines to the people who maintain the program;",
        "    --debug shows more.",
    )
    return "\n".join(lines) + "\n"


def _without_numbers(text: str) -> str:
    """Return a text without anything that may be the number of a person."""
    return re.sub(r"\d{6,}[\dXx]*", "######", text)
