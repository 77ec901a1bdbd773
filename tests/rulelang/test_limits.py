from __future__ import annotations

from tests.rulelang.building import (
    fact,
    read,
    reads,
    scope,
    wrong,
)
from vetbenefits.model.expressions import (
    Or,
)
from vetbenefits.model.facts import FactType, Vocabulary
from vetbenefits.model.kinds import Kind
from vetbenefits.rulelang.resolving import LARGEST_TERM
from vetbenefits.rulelang.scope import Scope

# --- limits ------------------------------------------------------------------------------------


def test_number_of_two_hundred_digits_is_refused() -> None:
    problem = wrong("income > " + "9" * 200)
    assert problem.code == "VB311"
    assert problem.message.startswith("`999")
    assert problem.message.endswith("…` can be too large to be computed exactly")
    assert len(problem.message) < 120
    assert wrong("income > 0." + "0" * 200 + "1").code == "VB311"


def test_thousand_conditions_are_one_list_and_a_long_sum_is_refused() -> None:
    term = read(" or ".join(["grade=1"] * 350))
    assert isinstance(term, Or)
    assert len(term.parts) == 350
    assert reads(" + ".join(["grade"] * 90))
    problem = wrong(" + ".join(["grade"] * 150))
    assert problem.code == "VB314"
    assert problem.message == "this goes more than 100 steps deep, its definitions included"
    assert problem.hint == "give parts of it names under `define`"


def test_long_choices_are_read_or_refused_but_never_crash() -> None:
    assert reads("if grade = 1 then 1 else " * 35 + "0")
    assert wrong("if grade = 1 then 1 else " * 45 + "0").code == "VB314"


def test_definitions_that_double_each_time_are_refused() -> None:
    doubling = {"d0": "deceased", **{f"d{n + 1}": f"d{n} and d{n} or d{n}" for n in range(20)}}
    problem = wrong("d20", scope(doubling))
    assert problem.code == "VB314"
    assert problem.message == "this expression is too large once its definitions are put in"


def test_chain_of_definitions_is_refused_before_the_stack_ends() -> None:
    chain = {"d0": "grade", **{f"d{n + 1}": f"-(d{n} + 1)" for n in range(300)}}
    assert reads("d20", scope(chain))
    assert wrong("d300", scope(chain)).code == "VB314"


def test_days_that_grow_under_on_are_refused() -> None:
    growing = {
        "d0": "min(as_of, left_on) + 1 day",
        **{f"d{n + 1}": f"d{n} on d{n}" for n in range(12)},
    }
    assert reads("d3 < enlisted_on", scope(growing))
    assert wrong("d12 < enlisted_on", scope(growing)).code == "VB314"
    wide = {"w0": "min(as_of, as_of)", **{f"w{n + 1}": f"w{n} on w{n}" for n in range(5)}}
    assert wrong("w5 < enlisted_on", scope(wide)).code == "VB314"


def test_largest_term_is_far_from_what_rules_need() -> None:
    assert LARGEST_TERM >= 5_000
    blocks = {"hundred": " or ".join(["grade = 1"] * 100)}
    assert reads(" or ".join(["hundred"] * 30), scope(blocks))
    assert wrong(" or ".join(["hundred"] * 60), scope(blocks)).code == "VB314"


def test_facts_of_an_empty_vocabulary_are_unknown() -> None:
    alone = Scope(Vocabulary({"only": fact("only", FactType.TEXT)}))
    assert wrong("birth_date", alone).code == "VB303"
    assert read("only = only", alone).type.kind is Kind.TRUTH
