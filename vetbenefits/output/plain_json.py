"""Plain values as JSON text; apart from the tables, so that an error message needs no polars."""

from __future__ import annotations

import json
from typing import TextIO


def write_json(value: object, stream: TextIO) -> None:
    """Write a value to a stream as JSON, in UTF-8 whatever the stream's own encoding."""
    stream.flush()
    stream.buffer.write(render_json(value).encode())
    stream.buffer.flush()


def render_json(value: object) -> str:
    """Return a value as JSON that people can read too, keys in the order given."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
