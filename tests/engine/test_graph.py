"""Columns that are made once: sharing, levels, look-ups, and what is not there."""

from __future__ import annotations

import polars as pl
import pytest

from vetbenefits.engine.graph import Graph, along, carried_out

FRAME = pl.DataFrame({"a": [1, 2, None], "b": [10, 20, 30]})


def test_equal_columns_have_one_name_and_are_made_once() -> None:
    graph = Graph()
    asked: list[str] = []

    def make() -> pl.Expr:
        asked.append("made")
        return pl.col("a") + 1

    assert graph.column("key", make) == graph.column("key", make)
    assert asked == ["made"]


def test_columns_are_evaluated_level_by_level() -> None:
    graph = Graph()
    sum_ = graph.keep(pl.col("a") + pl.col("b"))
    twice = graph.name_of(sum_ * 2)
    both = graph.name_of(pl.col(twice) - sum_)
    found = graph.evaluated(FRAME, [both])
    assert found[both].to_list() == [11, 22, None]
    assert set(found.columns) > {*FRAME.columns, twice}


def test_column_that_stands_already_needs_no_name() -> None:
    graph = Graph()
    assert graph.name_of(pl.col("a")) == "a"
    assert graph.evaluated(FRAME, ["a"]).equals(FRAME)


def test_look_up_gives_several_columns_at_once() -> None:
    graph = Graph()
    calls: list[int] = []

    def make(frame: pl.DataFrame) -> list[pl.Series]:
        calls.append(frame.height)
        return [frame["a"] * 2, frame["a"] * 3]

    double, triple = graph.lookup("key", ["a"], 2, lambda: make)
    assert graph.lookup("key", ["a"], 2, lambda: make) == (double, triple)
    found = graph.evaluated(FRAME, [triple, graph.name_of(pl.col(double) + 1)])
    assert found[triple].to_list() == [3, 6, None]
    assert calls == [3]
    assert graph.looked_up(FRAME, [double]).columns == ["a", "b", double, triple]
    assert graph.looked_up(FRAME, ["a"]).equals(FRAME)


def test_route_starts_from_what_is_there() -> None:
    graph = Graph()
    first = graph.name_of(pl.col("a") + 1)
    second = graph.name_of(pl.col(first) * pl.col("b"))
    assert graph.route(frozenset(FRAME.columns), [second]).there == ("a", "b")
    halfway = graph.evaluated(FRAME, [first])
    route = graph.route(frozenset(halfway.columns), [second])
    assert route.there == tuple(sorted(("b", first)))
    (found,) = carried_out([along(route, halfway.lazy())])
    assert found[second].to_list() == [20, 60, None]
    assert graph.rests_on([second]) == {"a", "b"}


def test_plan_cannot_look_up() -> None:
    graph = Graph()
    (found,) = graph.lookup("key", ["a"], 1, lambda: lambda frame: [frame["a"]])
    route = graph.route(frozenset(FRAME.columns), [found])
    assert route.looked_up == (found,)
    with pytest.raises(TypeError, match="looked up"):
        along(route, FRAME.lazy())


def test_column_that_nothing_makes_is_named() -> None:
    with pytest.raises(KeyError, match="no column 'income'"):
        Graph().evaluated(FRAME, ["income"])
