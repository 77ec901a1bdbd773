"""Whatever is typed gives a term or problems, and what is proved of a term holds of its values."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from hypothesis import example, given
from hypothesis import strategies as st

from tests.rulelang.building import FACTS, HERE, RATES, SCOPE
from vetbenefits.engine.interpreter import Person, evaluate
from vetbenefits.model.expressions import walk
from vetbenefits.model.facts import PERSON, FactType
from vetbenefits.model.functions import FUNCTIONS, KEYWORDS, NOT_YET, OPTION_WORDS
from vetbenefits.model.kinds import Kind
from vetbenefits.model.values import Special
from vetbenefits.rulelang.resolver import read_condition, read_number, read_term

if TYPE_CHECKING:
    from vetbenefits.model.expressions import Term
    from vetbenefits.model.facts import FactSpec
    from vetbenefits.model.kinds import Type
    from vetbenefits.model.values import Value

NONE, UNKNOWN = Special.NONE, Special.UNKNOWN

words = sorted(
    {
        *SCOPE.words(),
        *(word for twins in KEYWORDS.values() for word in twins),
        *(key for key in KEYWORDS if key != "any of"),
        *(word for twins in OPTION_WORDS.values() for word in twins),
        *OPTION_WORDS,
        *FUNCTIONS,
        *(word for one in FUNCTIONS.values() for word in one.chinese),
        *NOT_YET,
        *(f"rate.{name}" for name in RATES),
        *("any of", "not in", "yuan", "元", "months", "岁", "%", "is_no_name", "没有这个词"),
        *("1", "0", "2.5", "007", "2024-02-29", "2023-02-29", "990101", "9" * 30, "2020年1月1日"),
        *"()[]{},.<>=+-*/（）【】｛｝，。；、≥≤≠×÷\"' \n$",
        "..",
        "==",
    }
)
tokens = st.lists(st.sampled_from(words), max_size=25).flatmap(
    lambda found: st.sampled_from([" ".join(found), "".join(found)])
)


def reads_or_tells(text: str) -> Term | None:
    """Return the term, if there is one; else there is a problem that points into the text."""
    term, problems = read_term(text, HERE, SCOPE)
    assert (term is None) == any(one.is_error for one in problems)
    for one in problems:
        assert one.message
        assert one.span.length >= 1
        if one.span.file == HERE.file:
            start = one.span.column - HERE.column
            assert 0 <= start <= start + one.span.length <= max(len(text), 1)
    for reader in (read_condition, read_number):
        found, told = reader(text, HERE, SCOPE)
        assert found is not None or told
    return term


@given(st.text(max_size=60))
@example("年" * 3990 + "龄")
@example("\ud800")
@example("٣ + ３")
def test_any_text_gives_a_term_or_a_problem(text: str) -> None:
    reads_or_tells(text)


@given(tokens)
@example("(" * 40 + "grade" + ")" * 40)
@example("grade" + " on as_of" * 300)
@example("[" * 500)
def test_any_row_of_words_gives_a_term_or_a_problem(text: str) -> None:
    term = reads_or_tells(text)
    if term is not None:
        evaluate(term, Person({}), date(2024, 2, 29))


# --- expressions that are right more often than not ----------------------------------------------

days = st.sampled_from(
    ["birth_date", "left_on", "deceased_on", "as_of", "1960-02-29", "2023-08-15", "as_of - 1 year"]
)
numbers = st.sampled_from(
    [
        *("grade", "children", "share", "debt", "income", "age", "years_served", "rate.multiple"),
        *("1", "0", "2.5", "-3", "65%", "100 yuan", "year_of(birth_date)", "months_served"),
        *("rate.per_year", "rate.ratio", "rate.local on left_on", "rate.standard"),
    ]
)
truths = st.sampled_from(
    [
        *("draws_pension", "has_appealed", "deceased", "yes", "cause = war", "cause in {war, 2}"),
        *("draws any of national", "left_on = none", "known(grade)", "place in {9901}"),
        *("insurance != none", "status in soldiers", "nickname = alias", "place = approved_at"),
    ]
)
periods = st.sampled_from(["1 year", "24 months", "30 days", "1 month"])
comparisons = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
Texts: TypeAlias = st.SearchStrategy[str]


def deeper(formula: Texts, condition: Texts, day: Texts) -> tuple[Texts, Texts, Texts]:
    """Return formulas, conditions and days that are made of the given ones, or are these."""
    extremes, ons = st.sampled_from(["min", "max"]), days.map("({})".format)
    counts = st.sampled_from(["years", "months", "days"])
    parts = st.sampled_from(["dropped", "half_steps", "counts_as_one"])
    ends = st.sampled_from(["first_of_next", "last_day"])
    count = "years_between({}, {}, part_year = {}, month_end = {})".format
    divisors = st.sampled_from(["12", "0.7", "-3", "4%"])
    formulas = st.one_of(
        formula,
        st.builds("({} {} {})".format, formula, st.sampled_from("+-*"), formula),
        st.builds("({} / {})".format, formula, divisors),
        st.builds("floor({} / {})".format, formula, formula),
        st.builds("ceil({})".format, formula),
        st.builds("-{}".format, formula),
        st.builds("{}({}, {})".format, extremes, formula, formula),
        st.builds("(if {} then {} else {})".format, condition, formula, formula),
        st.builds("{}_between({}, {})".format, counts, day, day),
        st.builds(count, day, day, parts, ends),
        st.builds("({} on {})".format, formula, ons),
    )
    conditions = st.one_of(
        condition,
        st.builds("({} {} {})".format, formula, comparisons, formula),
        st.builds("({} {} {})".format, day, comparisons, day),
        st.builds("(days_between({}, {}) > 30)".format, day, day),
        st.builds("({} {} {})".format, condition, st.sampled_from(["and", "or"]), condition),
        st.builds("(not {})".format, condition),
        st.builds("({} in [0 .. 5))".format, formula),
        st.builds("known({})".format, formula),
    )
    whole_days = st.one_of(
        day,
        st.builds("({} {} {})".format, day, st.sampled_from("+-"), periods),
        st.builds("{}({}, {})".format, extremes, day, day),
        st.builds("(if {} then {} else {})".format, condition, day, day),
        st.builds("({} on {})".format, day, ons),
    )
    return formulas, conditions, whole_days


expressions = st.one_of(*deeper(*deeper(*deeper(numbers, truths, days))))


def values_of(spec: FactSpec) -> st.SearchStrategy[Value]:
    """Return values that a fact can have, its bounds more often than not."""
    found: st.SearchStrategy[Value]
    match spec.type:
        case FactType.DATE:
            edges = (date(1850, 1, 1), date(2199, 12, 31), date(1960, 2, 29), date(2023, 8, 31))
            found = st.sampled_from(edges)
        case FactType.INTEGER | FactType.MONEY | FactType.RATIO:
            step = Fraction(1, spec.scale)
            found = st.sampled_from((spec.low, spec.high, spec.low + step, spec.high - step))
        case FactType.YES_NO:
            found = st.booleans()
        case FactType.CODE:
            found = st.sampled_from(spec.code_ids)
        case FactType.CODES:
            found = st.frozensets(st.sampled_from(spec.code_ids))
        case _:
            found = st.sampled_from(("990101", "9902"))
    special: list[Value] = [UNKNOWN, NONE] if spec.may_be_none else [UNKNOWN]
    return st.one_of(found, st.sampled_from(special))


people = st.fixed_dictionaries(
    {one.name: values_of(one) for one in FACTS if one.table == PERSON}
).map(Person)
as_ofs = st.sampled_from((date(1850, 1, 1), date(2019, 12, 31), date(2024, 2, 29)))


def keeps_its_promise(value: Value, kind: Type) -> bool:
    """Tell whether a known value is one that its type allows."""
    if value is NONE:
        return kind.may_be_none
    match kind.kind:
        case Kind.NUMBER:
            assert isinstance(value, Fraction)
            whole = (value * kind.denominator).denominator == 1
            # The denominator of a quotient of two values is not known; it is rounded at once.
            return kind.low <= value <= kind.high and whole
        case Kind.DATE:
            return isinstance(value, date) and kind.low <= value.year <= kind.high
        case Kind.TRUTH:
            return isinstance(value, bool)
        case Kind.CODES:
            return isinstance(value, frozenset)
        case _:
            return isinstance(value, str)


@given(expressions, people, as_ofs)
def test_value_is_unknown_with_what_is_missing_or_within_its_bounds(
    text: str, person: Person, as_of: date
) -> None:
    term = reads_or_tells(text)
    if term is None:
        return
    result = evaluate(term, person, as_of)
    assert result.is_unknown == bool(result.missing)
    if result.is_unknown:
        assert result.missing <= _nameable(term)
    else:
        assert keeps_its_promise(result.value, term.type), (text, result.value, term.type)


def _nameable(term: Term) -> frozenset[str]:
    """Return everything that could be named as missing: facts, rates, divisors."""
    names = {one.name for one in FACTS}
    for one in walk(term):
        names.add(f"non-zero {one.text}")
    for name in RATES:
        for grade in (*range(1, 11), "none"):
            names.update(f"rate.{name}[{grade},{cause}]" for cause in _CAUSES)
        names.update((f"rate.{name}", f"rate.{name}[990101]", f"rate.{name}[9902]"))
    return frozenset(names)


_CAUSES = ("war", "duty", "illness", "none")
