"""The schema for editors is current, and the shipped rules fit it."""

from __future__ import annotations

import json
import re
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from vetbenefits.rulelang.source import read_yaml

if TYPE_CHECKING:
    from types import ModuleType

    from tests.conftest import Snapshot

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "schema" / "rule.schema.json"
RULES = sorted(ROOT.glob("rules/*/rule.yaml"))


def build_schema() -> ModuleType:
    loader = SourceFileLoader("build_schema", str(ROOT / "scripts" / "build-schema"))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def fits(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> bool:  # noqa: ANN401  JSON
    """Tell whether a tree of texts fits; a text of digits passes as a number, as in an editor."""
    if "$ref" in schema:
        return fits(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if "anyOf" in schema:
        return any(fits(value, one, root) for one in schema["anyOf"])
    if isinstance(value, dict):
        known = schema.get("properties", {})
        other = schema.get("additionalProperties", True)
        return (
            schema.get("type") == "object"
            and set(schema.get("required", ())) <= set(value)
            and all(
                fits(one, known.get(key, other), root)
                if isinstance(known.get(key, other), dict)
                else bool(other)
                for key, one in value.items()
            )
        )
    if isinstance(value, list):
        return schema.get("type") == "array" and all(
            fits(one, schema["items"], root) for one in value
        )
    if schema.get("type") in ("integer", "number"):
        return re.fullmatch(r"-?\d+(\.\d+)?", value) is not None
    return (
        schema.get("type") == "string"
        and value in schema.get("enum", [value])
        and re.search(schema.get("pattern", ""), value) is not None
    )


def test_schema_is_current(snapshot: Snapshot) -> None:
    snapshot(build_schema().build(), at=SCHEMA)


@pytest.mark.parametrize("path", RULES, ids=[path.parent.name for path in RULES])
def test_shipped_rule_fits_the_schema(path: Path) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    tree, _ = read_yaml(path, path.name)
    assert tree is not None
    assert fits(tree.plain(), schema, schema)


@pytest.mark.parametrize(
    ("old", "new"), [("benefit:", "benfit:"), ("mode: half_up", "mode: up"), ("per: ", "pre: ")]
)
def test_wrong_rule_does_not_fit_the_schema(old: str, new: str, tmp_path: Path) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    path = tmp_path / "rule.yaml"
    path.write_text(RULES[-1].read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    tree, _ = read_yaml(path, "rule.yaml")
    assert tree is not None
    assert not fits(tree.plain(), schema, schema)
