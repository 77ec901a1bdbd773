"""The shape of rule.yaml, of a regional overlay, of common.yaml and of rulebook.yaml.

Each model is frozen and knows all its keys: an unknown one is an error that names the nearest.
Short forms (a bare text for a pair of languages, one citation for a list of them) are brought into
the long form before validation. What a key means for others is the business of the builder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, ClassVar, Final, TypeAlias, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from vetbenefits.dates import MonthEnd
from vetbenefits.money import RoundingMode
from vetbenefits.problems import Problem
from vetbenefits.rulelang import scalars
from vetbenefits.rulelang.scalars import Unreadable
from vetbenefits.rulelang.shape import problems_of, take_known_keys
from vetbenefits.rulelang.source import SourceText, YamlNode

D = TypeVar("D", bound="Block")


def _scalar(reader: Callable[[SourceText], object]) -> PlainValidator:
    def validate(value: object) -> object:
        if not isinstance(value, SourceText):
            raise Unreadable("VB202", "a single value is expected here")
        return reader(value)

    return PlainValidator(validate)


def _refuse(_value: object) -> object:
    raise Unreadable("VB208", "not supported yet")


def _no_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _both_languages(value: object) -> object:
    return {"zh": value, "en": value} if isinstance(value, SourceText) else value


def _only_value(value: object) -> object:
    return {"value": value} if isinstance(value, SourceText) else value


def _only_document(value: object) -> object:
    citations = value if isinstance(value, list) else [value]
    return [{"document": one} if isinstance(one, SourceText) else one for one in citations]


def _only_from(value: object) -> object:
    return {"from": value} if isinstance(value, SourceText) else value


_ANY_SCALAR: Final = {"type": ["string", "number", "boolean"]}

Words = Annotated[
    SourceText, _scalar(scalars.read_text), WithJsonSchema(_ANY_SCALAR)
]
Expression = Annotated[
    SourceText,
    _scalar(scalars.read_text),
    WithJsonSchema({"type": ["string", "number"], "description": "an expression"}),
]
Id = Annotated[
    SourceText,
    _scalar(scalars.read_id),
    WithJsonSchema({"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}),
]
Name = Annotated[SourceText, _scalar(scalars.read_name), WithJsonSchema({"type": "string"})]
Day = Annotated[
    scalars.Placed["date"],
    _scalar(scalars.read_day),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}),
]
