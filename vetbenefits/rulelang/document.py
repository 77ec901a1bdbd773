"""The shape of rule.yaml, of a regional overlay, of common.yaml and of rulebook.yaml.

Each model is frozen and knows all its keys: an unknown one is an error that names the nearest.
Short forms (a bare text for a pair of languages, one citation for a list of them) are brought into
the long form before validation. What a key means is the business of the builder.

The file is longer than others: pydantic stands at this door only, so its models stand together.
"""

# ruff: noqa: TC001, TC002, TC003  pydantic reads the annotations while running
from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, TypeVar

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

from vetbenefits.money import RoundingMode
from vetbenefits.problems import Problem, Span
from vetbenefits.rulelang import scalars
from vetbenefits.rulelang.lost import NOTHING_LOST, Lost
from vetbenefits.rulelang.pruning import prune
from vetbenefits.rulelang.scalars import Placed, RateValue, Unreadable
from vetbenefits.rulelang.shape import (
    as_list,
    both_languages,
    citations,
    only_key,
    problems_of,
    take_known_keys,
    take_misspelt_keys,
)
from vetbenefits.rulelang.source import SourceText, YamlNode

D = TypeVar("D", bound="Block")

MOST_ATTEMPTS = 6  # each takes away the broken parts that the one before has shown


def scalar(reader: Callable[[SourceText], object], schema: object = str) -> PlainValidator:
    """Return the validator of a key that holds one text; `schema` is what an editor is told."""

    def validate(value: object) -> object:
        if not isinstance(value, SourceText):
            raise Unreadable("VB202", "must hold a single value")
        if not value.strip():
            raise Unreadable("VB209", "is empty", "fill it in or delete the key")
        return reader(value)

    return PlainValidator(validate, json_schema_input_type=schema)


def choice(*words: str) -> PlainValidator:
    """Return the validator of a key that holds one of a few words."""
    # Literal takes a tuple while running, whatever the type checker makes of it.
    schema: object = Literal[words]
    return scalar(lambda text: scalars.read_choice(text, words), schema)


def _refuse(_value: object) -> object:
    raise Unreadable("VB208", "is not supported yet", "leave it out")


# An editor reads `value: 120` as a number and `no` as a truth; here both are texts.
AnyScalar = str | int | float | bool

Words = Annotated[SourceText, scalar(scalars.read_text, AnyScalar)]
Expression = Annotated[SourceText, scalar(scalars.read_text, str | int | float)]
Id = Annotated[
    SourceText, scalar(scalars.read_id, Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")])
]
Name = Annotated[SourceText, scalar(scalars.read_name)]
DayText = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Day = Annotated[Placed[date], scalar(scalars.read_day, DayText)]
MonthDay = Annotated[
    Placed[tuple[int, int]],
    scalar(scalars.read_month_day, Annotated[str, Field(pattern=r"^\d{2}-\d{2}$")]),
]
Count = Annotated[Placed[int], scalar(scalars.read_count, int)]
Number = Annotated[Placed[Fraction], scalar(scalars.read_number, float)]
YesNo = Annotated[Placed[bool], scalar(scalars.read_yes_no, bool | Literal["yes", "no"])]
Months = Annotated[Placed[int], scalar(scalars.read_duration)]
Division = Annotated[
    SourceText, scalar(scalars.read_division, Annotated[str, Field(pattern=r"^\d{2,12}$")] | int)
]
Confidence = Annotated[SourceText, choice(*scalars.CONFIDENCES)]
NotYet = Annotated[None, BeforeValidator(_refuse), WithJsonSchema({"not": {}})]


class Block(BaseModel):
    """What every mapping of a rule file has in common: its keys are known, its values fixed."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    # True where further keys are named by the file itself; the builder checks them.
    has_open_keys: ClassVar[bool] = False

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """Return the keys that a file may use, those of later work left out."""
        return tuple(
            field.alias or name
            for name, field in cls.model_fields.items()
            if field.annotation is not type(None)
        )

    @classmethod
    def required_keys(cls) -> tuple[str, ...]:
        """Return the keys that a file must use."""
        fields = cls.model_fields.items()
        return tuple(field.alias or name for name, field in fields if field.is_required())

    @model_validator(mode="before")
    @classmethod
    def _note_unknown_keys(cls, data: Any, info: ValidationInfo) -> Any:  # noqa: ANN401  pydantic's own signature
        if not isinstance(data, dict) or info.context is None:
            return data
        if cls.has_open_keys:
            required = [key for key in cls.required_keys() if key not in data]
            return take_misspelt_keys(data, required, cls.keys(), info.context)
        later = {name for name, field in cls.model_fields.items() if field.annotation is type(None)}
        known = {key: value for key, value in data.items() if key in later}
        rest = {key: value for key, value in data.items() if key not in later}
        return known | take_known_keys(rest, cls.keys(), info.context)


class TextBlock(Block):
    """Wording in Chinese and English."""

    zh: Words = SourceText("", Span(""))
    en: Words = SourceText("", Span(""))


Wording = Annotated[
    TextBlock, BeforeValidator(both_languages, json_schema_input_type=TextBlock | str)
]


class InForceBlock(Block):
    """The days on which a rule holds: `from` inclusive, `until` exclusive."""

    from_: Day | None = Field(default=None, alias="from")
    until: Day | None = None


InForce = Annotated[
    InForceBlock, BeforeValidator(only_key("from"), json_schema_input_type=InForceBlock | DayText)
]


class CitationBlock(Block):
    """Where something stands in the law."""

    document: Words
    article: Words | None = None
    title: Words | None = None
    in_force: InForce | None = None
    confidence: Confidence | None = None
    note: Words | None = None


Law = Annotated[
    tuple[CitationBlock, ...],
    BeforeValidator(
        citations, json_schema_input_type=list[CitationBlock | str] | CitationBlock | str
    ),
]


class DefinitionBlock(Block):
    """A named expression."""

    value: Expression
    title: Wording | None = None


Definition = Annotated[
    DefinitionBlock,
    BeforeValidator(only_key("value"), json_schema_input_type=DefinitionBlock | str | int | float),
]


class ClauseBlock(Block):
    """A condition (`if`) or a named group of conditions (`all`, `any` or `none`)."""

    id: Id
    if_: Expression | None = Field(default=None, alias="if")
    all_: tuple[ClauseBlock, ...] | None = Field(default=None, alias="all")
    any_: tuple[ClauseBlock, ...] | None = Field(default=None, alias="any")
    none_: tuple[ClauseBlock, ...] | None = Field(default=None, alias="none")
    say: Wording | None = None
    law: Law = ()
    human: NotYet = None
    effect: NotYet = None


class DueWhenBlock(Block):
    """The conditions of a benefit by how they are joined."""

    all_: tuple[ClauseBlock, ...] = Field(default=(), alias="all")
    any_: tuple[ClauseBlock, ...] = Field(default=(), alias="any")
    none_: tuple[ClauseBlock, ...] = Field(default=(), alias="none")


class RoundBlock(Block):
    """A rounding as the policy orders it."""

    to: Annotated[Placed[int], scalar(scalars.read_round_step)]
    mode: Annotated[SourceText, choice(*RoundingMode)]
    law: Law = ()


class CandidateBlock(Block):
    """One of several values of which only the highest counts."""

    if_: Expression = Field(alias="if")
    value: Expression
    id: Id | None = None
    say: Wording | None = None


class CeilingBlock(Block):
    """The most that may be paid per calendar year."""

    per: Annotated[SourceText, choice("year")]
    used: Expression
    value: Expression | None = None
    highest: tuple[CandidateBlock, ...] | None = None


Per = Annotated[SourceText, choice("year", "month", "once", "bill")]
Residual = Annotated[SourceText, choice("december")]


class AmountChangeBlock(Block):
    """What is paid; in an overlay, the keys of `amount` that differ."""

    value: Expression | None = None
    highest: tuple[CandidateBlock, ...] | None = None
    per: Per | None = None
    parts: Count | None = None
    round: RoundBlock | None = None
    residual: Residual | None = None
    ceiling: CeilingBlock | None = None
    shares: NotYet = None


class AmountBlock(AmountChangeBlock):
    """What is paid."""

    per: Per


class RateRowBlock(Block):
    """One dated value. The keys of the rate are further columns."""

    model_config = ConfigDict(frozen=True, extra="allow", arbitrary_types_allowed=True)
    has_open_keys: ClassVar[bool] = True

    from_: Day = Field(alias="from")
    value: Annotated[Placed[RateValue], scalar(scalars.read_rate_value, str | int | float)]
    until: Day | None = None
    division: Division | None = None
    published: Day | None = None
    source: Words | None = None
    confidence: Confidence | None = None
    checked_on: Day | None = None
    note: Words | None = None


class RateTableBlock(Block):
    """The rows of a CSV file."""

    values: tuple[RateRowBlock, ...]


class ExpectBlock(Block):
    """The day of each year on which a notice comes."""

    every: MonthDay


class RateBlock(Block):
    """All dated values of one rate, here or in a CSV file."""

    unit: Words
    title: Wording | None = None
    key: Annotated[
        tuple[Name, ...], BeforeValidator(as_list, json_schema_input_type=list[str] | str)
    ] = ()
    by: Annotated[SourceText, choice("division")] | None = None
    valid: Annotated[SourceText, choice("until_next", "own_year")] | None = None
    expect: ExpectBlock | None = None
    values: tuple[RateRowBlock, ...] | None = None
    file: Words | None = None
    law: Law = ()
    note: Words | None = None


class PaidByBlock(Block):
    """Who pays: the fact that names the place."""

    place: Name
    after_move: Annotated[SourceText, choice("next_month", "next_year", "paid_through")] | None = (
        None
    )


class WhenBlock(Block):
    """In which months payments are made."""

    every: Words | None = None
    from_: Expression | None = Field(default=None, alias="from")
    pay: Annotated[SourceText, choice("at_start", "at_end")] | None = None
    begun: Annotated[SourceText, choice("whole", "full_only")] | None = None
    months: tuple[Count, ...] | None = None


class AfterDeathBlock(Block):
    """How long payment goes on after a death."""

    months: Count
    if_: Expression | None = Field(default=None, alias="if")
    rate: Annotated[SourceText, choice("at_death", "current")] | None = None
    pay: Annotated[SourceText, choice("monthly", "at_once")] | None = None


class PayableBlock(Block):
    """From which month to which month is paid, and when."""

    start: dict[Name, Expression] | None = None
    stop: dict[Name, Expression] | None = None
    when: (
        Annotated[
            WhenBlock,
            BeforeValidator(
                only_key("every"), json_schema_input_type=WhenBlock | Literal["every_month"]
            ),
        ]
        | None
    ) = None
    after_death: tuple[AfterDeathBlock, ...] | None = None


class NoticeBlock(Block):
    """How long before a change the person is told."""

    lead: Months


class PaperBlock(Block):
    """A paper that an applicant brings."""

    id: Id
    title: Wording
    note: Wording | None = None


class ApplyBlock(Block):
    """Where, until when, how and with which papers a person applies."""

    where: Wording | None = None
    deadline: Wording | None = None
    by: Annotated[SourceText, choice("before_month", "before_day")] | None = None
    steps: tuple[Wording, ...] = ()
    documents: tuple[PaperBlock, ...] = ()


class RuleBlock(Block):
    """A whole rule.yaml."""

    benefit: Id
    title: Wording
    law: Law = ()
    in_force: InForce | None = None
    for_each: Name
    paid_by: PaidByBlock | None = None
    month_end: Annotated[SourceText, choice("first_of_next", "last_day")] | None = None
    define: dict[Name, Definition] = Field(default_factory=dict)
    due_when: DueWhenBlock
    amount: AmountBlock
    rates: dict[Name, RateBlock] = Field(default_factory=dict)
    payable: PayableBlock | None = None
    notice: NoticeBlock | None = None
    apply: ApplyBlock | None = None
    note: Words | None = None
    conflicts: NotYet = None
    history: NotYet = None
    households: NotYet = None
    shares: NotYet = None


class OverlayBlock(Block):
    """A whole rules/regions/<division>/<benefit>.yaml: what a place does differently."""

    benefit: Id
    in_force: InForce | None = None
    law: Law = ()
    define: dict[Name, Definition] = Field(default_factory=dict)
    due_when: DueWhenBlock | None = None
    amount: AmountChangeBlock | None = None
    rates: dict[Name, RateBlock] = Field(default_factory=dict)
    payable: PayableBlock | None = None
    notice: NoticeBlock | None = None
    apply: ApplyBlock | None = None
    remove: tuple[Id, ...] = ()
    note: Words | None = None


class CommonBlock(Block):
    """A whole common.yaml."""

    define: dict[Name, Definition] = Field(default_factory=dict)


class RuleBookBlock(Block):
    """A whole rulebook.yaml."""

    title: Wording
    recheck_after: Months | None = None
    note: Words | None = None


def read_document(
    model: type[D], root: YamlNode, shown_as: str
) -> tuple[D | None, tuple[Problem, ...], Lost]:
    """Check the shape of a tree.

    Returns:
        The document, all problems, and what is lost. Where there are errors, the document lacks the
        parts that are broken and others stand in for them, so that the expressions in the rest can
        still be checked; None where too little is left.
    """
    problems: list[Problem] = []
    lost = NOTHING_LOST
    tree = root.plain()
    for attempt in range(MOST_ATTEMPTS):
        noted: list[Problem] = []
        try:
            document = model.model_validate(tree, context=noted)
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False)
            noted.extend(problems_of(found, root, shown_as))
            gone = prune(tree, [(one["type"], one["loc"]) for one in found])
        else:
            return document, tuple(problems or noted), lost
        if attempt == 0:
            problems = noted
        if gone is None:
            break
        lost |= gone
    return None, tuple(problems), lost
