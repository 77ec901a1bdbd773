from __future__ import annotations

from vetbenefits.model import tables


def test_columns_beside_a_fact_cannot_be_taken_for_facts() -> None:
    beside = [
        tables.none_column("grade"),
        tables.month_only_column("grade"),
        tables.code_column("grade", "none"),
        tables.code_column("grade", "month_only"),
    ]
    assert beside == ["grade!none", "grade!month_only", "grade!code!none", "grade!code!month_only"]
    assert not any(name.isidentifier() for name in beside)


def test_outcomes_are_named_by_their_numbers() -> None:
    assert tables.OUTCOMES[tables.NOT_DUE] == "not_due"
    assert tables.OUTCOMES[tables.DUE] == "due"
    assert tables.OUTCOMES[tables.UNDETERMINED] == "undetermined"
