"""Plain values as JSON text; apart from the tables, so that an error message needs no polars."""

from __future__ import annotations

import json


def render_json(value: object) -> str:
    """Return a value as JSON that people can read too, keys in the order given."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
