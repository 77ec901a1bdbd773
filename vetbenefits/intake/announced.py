"""A list of changes that an earlier run wrote, so that the next one need not tell them again."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.problems import InvalidInput, Problem, Span

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_HINT = "give a file that `vetbenefits upcoming` wrote with --format csv, json or jsonl, or --out"


def read_announced(path: Path, columns: Iterable[str]) -> pl.DataFrame:
    """Read a list of changes in a machine format: CSV, JSON or JSON lines.

    Shape: the given columns, all String, null where nothing stands.

    Raises:
        InvalidInput: the file cannot be read, or is no list of changes.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise _refused(path, f"cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise _refused(path, "is not in UTF-8") from error
    wanted = tuple(columns)
    is_json = text.lstrip().startswith(("[", "{"))
    found = _from_json(path, text, wanted) if is_json else _from_csv(path, text)
    lacking = [name for name in wanted if name not in found.columns]
    if lacking:
        raise _refused(path, f"is no list of changes: it has no `{lacking[0]}`")
    return found.select(pl.col(name).cast(pl.String) for name in wanted)


def _from_csv(path: Path, text: str) -> pl.DataFrame:
    if not text.strip():
        raise _refused(path, "is empty")
    try:
        return pl.read_csv(io.BytesIO(text.encode()), infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise _refused(path, "is no CSV table") from error


def _from_json(path: Path, text: str, columns: tuple[str, ...]) -> pl.DataFrame:
    try:
        if text.lstrip().startswith("["):
            records = json.loads(text)
        else:
            records = [json.loads(line) for line in text.splitlines() if line.strip()]
    except ValueError as error:
        raise _refused(path, "is neither JSON nor JSON lines") from error
    if not all(isinstance(one, dict) for one in records):
        raise _refused(path, "is no list of changes: it holds other things than records")
    known = {name for one in records for name in one} if records else set(columns)
    return pl.DataFrame(
        {name: [_text(one.get(name)) for one in records] for name in columns if name in known},
        schema_overrides=dict.fromkeys((name for name in columns if name in known), pl.String),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _refused(path: Path, message: str) -> InvalidInput:
    return InvalidInput([Problem("VB470", f"this file {message}", Span(str(path)), hint=_HINT)])
