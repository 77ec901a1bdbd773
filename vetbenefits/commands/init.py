"""`vetbenefits init`: a folder to begin with: settings, example files and a monthly batch."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vetbenefits.commands.options import DebugOption
from vetbenefits.commands.settings import WORKSPACE
from vetbenefits.problems import InvalidInput, Problem, Span
from vetbenefits.shipped import shipped_folder

if TYPE_CHECKING:
    from collections.abc import Iterable

_SETTINGS = """\
# Settings of vetbenefits for the commands that are started in this folder.
# Options on the command line beat the environment (VETBENEFITS_ROSTER …), which beats this file.
# 本文件夹内运行 vetbenefits 时的设置。命令行选项优先于环境变量，环境变量优先于本文件。

# The roster that is read where none is named. 名册。
roster: roster.csv

# The bills, for benefits that are paid per bill. 账单。
bills: bills.csv

# Your own rules in place of those that come with the program. 自己的规则文件夹。
# rules: rules

# Whose bureau asks: people whom another place pays are then not due here. 本局的行政区划代码。
# region: "990101"

# Only these benefits. 只判定这些待遇。
# benefit: [rural_veteran_subsidy, conscript_family_allowance]

# zh or en; that of the system where it is left out. 语言。
# lang: zh

# Who signs the notices, and how to reach them. 告知书的落款单位与联系方式。
# office: 例县退役军人事务局
# contact: 0000-0000000

# table, csv, json, jsonl or markdown. 格式。
# format: table

# A folder for the files of each run. 输出文件夹。
# out: report
"""

_BATCH = """\
#!/bin/sh
# The monthly batch: decides the roster as of the first of the month and keeps its files.
# 每月批处理：以当月一日为准判定名册，并保存结果。
#
#   ./monthly.sh            this month
#   ./monthly.sh 2026-11    another month
#
# By cron, at six in the morning of each first:
#   0 6 1 * * /path/to/this/folder/monthly.sh
set -eu
cd "$(dirname -- "$0")"

# Where the program was when this script was written, as cron does not look where a terminal does.
# Set VETBENEFITS for another one. 程序的位置；若已移动，请设置 VETBENEFITS。
vetbenefits=${VETBENEFITS:-@PROGRAM@}
if ! command -v "$vetbenefits" >/dev/null; then
    echo "monthly.sh: there is no program $vetbenefits; set VETBENEFITS to where it is" >&2
    echo "monthly.sh: 找不到程序 $vetbenefits，请用 VETBENEFITS 指明其位置" >&2
    exit 1
fi

month=${1:-$(date +%Y-%m)}
case $month in
    [12][0-9][0-9][0-9]-0[1-9] | [12][0-9][0-9][0-9]-1[0-2]) ;;
    *)
        echo "monthly.sh: a month is written YYYY-MM, for example 2026-11, not $month" >&2
        echo "monthly.sh: 月份写作 YYYY-MM，例如 2026-11" >&2
        exit 2
        ;;
esac

# A run that fails leaves last month's folder and an earlier run of this month as they were.
"$vetbenefits" check --as-of "$month-01" --out "reports/$month" --full-ids --quiet
"""


_RULES = "rules"


def register(app: typer.Typer) -> None:
    """Add the command of this file to the program."""
    app.command("init", epilog="Example: vetbenefits init my-county")(init)


def init(
    *,
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="The folder to begin in; made if needed.")
    ] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    rules: Annotated[
        bool, typer.Option("--rules", help="Copy the shipped rules too, to make them your own.")
    ] = False,
    _debug: DebugOption = False,
) -> None:
    """Begin a folder with settings and examples.

    Writes a settings file, an example roster with bills, and a monthly batch script. With --rules
    the rules that come with the program too, for a place that has its own.
    """
    examples = shipped_folder("examples")
    settings = _SETTINGS.replace("# rules: rules", "rules: rules") if rules else _SETTINGS
    contents = {WORKSPACE: settings.encode(), "monthly.sh": _batch().encode()}
    contents |= {name: (examples / name).read_bytes() for name in ("roster.csv", "bills.csv")}
    if not force:
        _refuse_existing(folder, (*contents, *([_RULES] if rules else [])))
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        _write(folder / name, content)
    if rules:
        shutil.copytree(shipped_folder("rules"), folder / _RULES, dirs_exist_ok=force)
    made = (*contents, *([_RULES] if rules else []))
    sys.stdout.write("".join(f"{folder / name}\n" for name in made))
    sys.stdout.write(f"Next: cd {folder} && vetbenefits check\n")


def _batch() -> str:
    return _BATCH.replace("@PROGRAM@", shlex.quote(_program()))


def _program() -> str:
    """Return where this program can be started from without a search path, if that is known."""
    # Not resolved: in an environment of its own the interpreter is a link to one without us.
    beside = Path(sys.executable).absolute().with_name("vetbenefits")
    return str(beside) if beside.is_file() else shutil.which("vetbenefits") or "vetbenefits"


def _refuse_existing(folder: Path, names: Iterable[str]) -> None:
    there = [name for name in names if (folder / name).exists()]
    hint = "nothing was written; --force replaces it"
    if there:
        raise InvalidInput(
            Problem("VB721", "this file is there already", Span(str(folder / name)), hint=hint)
            for name in there
        )


def _write(path: Path, content: bytes) -> None:
    """Write a file whole: killed on the way, the old one stands."""
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(content)
    if path.suffix == ".sh":
        partial.chmod(0o755)
    partial.replace(path)
