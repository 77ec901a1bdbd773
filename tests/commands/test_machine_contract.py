"""The records that scripts rely on, in every machine format, against schema/check.schema.json."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from vetbenefits.commands.app import run
from vetbenefits.reports.records import LIST_COLUMNS, RECORD_COLUMNS

ROOT = Path(__file__).resolve().parents[2]
SCHEMA: dict[str, Any] = json.loads((ROOT / "schema" / "check.schema.json").read_text("utf-8"))
KINDS: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "null": type(None),
}
ROSTER = str(ROOT / "examples" / "roster.csv")
BILLS = str(ROOT / "examples" / "bills.csv")

Output = "Callable[..., str]"


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401
    monkeypatch.chdir(ROOT)

    def run_and_read(*options: str, code: int = 0) -> str:
        words = ["check", ROSTER, "--as-of", "2026-11-22", "--lang", "en", "--quiet", *options]
        assert run(words) == code
        return capfd.readouterr().out

    return run_and_read


def faults(value: object, schema: dict[str, Any], at: str = "") -> list[str]:
    """Return what is wrong with a value; knows as much of JSON Schema as our schema uses."""
    found = []
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(isinstance(value, KINDS[kind]) for kind in kinds):
        found.append(f"{at}: {value!r} is no {kinds}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{at}: {value!r} is not one of {schema['enum']}")
    if "const" in schema and value != schema["const"]:
        found.append(f"{at}: {value!r} is not {schema['const']!r}")
    if isinstance(value, str) and re.search(schema.get("pattern", ""), value) is None:
        found.append(f"{at}: {value!r} is not {schema['pattern']}")
    if isinstance(value, str | list):
        least = schema.get("minLength", schema.get("minItems", 0))
        if not least <= len(value) <= schema.get("maxItems", len(value)):
            found.append(f"{at}: {value!r} has a wrong length")
    if isinstance(value, list):
        found += [fault for one in value for fault in faults(one, schema.get("items", {}), at)]
    if isinstance(value, dict):
        found += object_faults(value, schema, at)
    for rule in schema.get("allOf", []):
        branch = "else" if faults(value, rule["if"]) else "then"
        found += faults(value, rule.get(branch, {}), at)
    return found


def object_faults(value: dict[str, object], schema: dict[str, Any], at: str) -> list[str]:
    known = schema.get("properties", {})
    found = [f"{at}: {name} is missing" for name in schema.get("required", []) if name not in value]
    if schema.get("additionalProperties") is False:
        found += [f"{at}: {name} is unknown" for name in value if name not in known]
    for name, part in known.items():
        if name in value:
            found += faults(value[name], part, f"{at}/{name}")
    return found


RUNS = [
    [],
    ["--all"],
    ["--bills", BILLS],
    ["--bills", BILLS, "--all", "--full-ids"],
    ["--region", "990103", "--all"],
    ["--benefit", "medical_aid", "--bills", BILLS],
]


@pytest.mark.parametrize("options", RUNS, ids=" ".join)
def test_every_record_fits_the_schema(said: Any, options: list[str]) -> None:  # noqa: ANN401
    records = json.loads(said("--format", "json", *options))
    assert records
    assert [fault for one in records for fault in faults(one, SCHEMA, one["person_id"])] == []


@pytest.mark.parametrize("options", RUNS, ids=" ".join)
def test_all_machine_formats_say_the_same(said: Any, options: list[str]) -> None:  # noqa: ANN401
    records = json.loads(said("--format", "json", *options))
    lines = [json.loads(line) for line in said("--format", "jsonl", *options).splitlines()]
    assert lines == records
    text = said("--format", "csv", *options)
    assert not text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows == [as_csv(record) for record in records]


def as_csv(record: dict[str, Any]) -> dict[str, str]:
    row = {name: "" if value is None else str(value) for name, value in record.items()}
    for name in LIST_COLUMNS:
        row[name] = ";".join(record[name])
    return row | {"provisional": str(record["provisional"]).lower()}


def test_columns_stand_in_the_order_of_the_contract(said: Any) -> None:  # noqa: ANN401
    header = said("--format", "csv").splitlines()[0]
    assert header == ",".join(RECORD_COLUMNS)
    header = said("--format", "csv", "--bills", BILLS).splitlines()[0]
    assert header == ",".join([*RECORD_COLUMNS, "bill_id"])


def test_records_stand_in_order_of_roster_row_then_benefit_then_bill(said: Any) -> None:  # noqa: ANN401
    records = json.loads(said("--format", "json", "--bills", BILLS, "--all"))
    # Row P… of the example roster has that number; bills of a person are in order of their dates.
    keys = [(one["person_id"], one["benefit"]) for one in records]
    assert keys == sorted(keys)
    bills = [one["bill_id"] for one in records if one["person_id"] == "P032" and one["bill_id"]]
    assert bills == ["B004", "B005", "B006", "B019"]


def test_without_all_only_the_due_the_paid_the_undetermined_and_those_to_stop(said: Any) -> None:  # noqa: ANN401
    shown = json.loads(said("--format", "json"))
    whole = json.loads(said("--format", "json", "--all"))
    wanted = [
        one
        for one in whole
        if one["outcome"] != "not_due" or one["standing"] == "stop" or one["month_amount"] != "0.00"
    ]
    assert shown == wanted
    assert len(whole) == 2 * len({one["person_id"] for one in whole})


def test_id_numbers_are_masked_unless_asked_for(said: Any) -> None:  # noqa: ANN401
    masked, whole = said("--format", "csv"), said("--format", "csv", "--full-ids")
    assert "990101********0110" in masked
    assert re.search(r"\d{17}[\dX]", masked) is None
    assert "990101196611050110" in whole


def test_tables_mask_even_with_full_ids(said: Any) -> None:  # noqa: ANN401
    assert re.search(r"\d{17}[\dX]", said("--full-ids")) is None


def test_title_is_in_the_chosen_language(said: Any) -> None:  # noqa: ANN401
    titles = {one["title"] for one in json.loads(said("--format", "json", "--lang", "zh"))}
    assert titles == {"义务兵家庭优待金", "农村籍退役士兵老年生活补助"}
