"""Pictures: nothing overlaps, everything fits, whatever a roster holds."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from xml.parsers import expat

import pytest

from vetbenefits.output.svg import render_svg, spread, text_width, wrapped
from vetbenefits.reports.chart import Bar, Chart, Mark, Track

WIDTH, MARGIN = 1120, 32
FROM, UNTIL = date(2020, 1, 1), date(2030, 1, 1)


def chart(*tracks: Track, title: str = "P001", until_on: date = UNTIL) -> Chart:
    return Chart(
        language="en",
        title=title,
        lines=("As of 2026-11-22",),
        from_on=FROM,
        until_on=until_on,
        as_of=None,
        as_of_label="as of 2026-11-22",
        tracks=tracks,
        key=(("due", "due"),),
        notes=(),
    )


def track(*days: date, labels: tuple[str, ...] = ("240.00",)) -> Track:
    ends = [*days[1:], UNTIL]
    bars = (Bar(day, end, "due", labels) for day, end in zip(days, ends, strict=True))
    marks = (Mark(at, day, f"{day} rises") for at, day in enumerate(days, 1))
    return Track("Old-age subsidy", tuple(bars), tuple(marks))


def bars_of(svg: str) -> list[tuple[int, int]]:
    found = re.findall(r'<rect class="due" x="(\d+)" width="(\d+)"', svg)
    return [(int(x), int(x) + int(width)) for x, width in found]


def test_bars_follow_one_another_and_fill_the_width() -> None:
    svg = render_svg(chart(track(FROM, date(2021, 8, 1), date(2022, 8, 1), date(2027, 2, 28))))
    bars = bars_of(svg)
    assert bars[0][0] == MARGIN
    assert bars[-1][1] == WIDTH - MARGIN
    assert [end for _, end in bars[:-1]] == [begin for begin, _ in bars[1:]]


def test_same_chart_same_bytes() -> None:
    one = chart(track(FROM, date(2021, 8, 1)))
    assert render_svg(one) == render_svg(one)


@pytest.mark.parametrize("count", [1, 2, 49, 50, 200])
def test_numbers_do_not_touch(count: int) -> None:
    days = [FROM + timedelta(days=at) for at in range(count)]
    svg = render_svg(chart(track(*days)))
    under_bar = re.findall(r'<circle class="number" cx="(\d+)" cy="(\d+)"', svg)[:count]
    places = [(int(x), int(y)) for x, y in under_bar]
    assert len(places) == count
    assert all(MARGIN <= x <= WIDTH - MARGIN for x, _ in places)
    by_row: dict[int, list[int]] = {}
    for x, y in places:
        by_row.setdefault(y, []).append(x)
    for row in by_row.values():
        assert all(later - earlier >= 18 for earlier, later in pairwise(row))


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([], []),
        ([5], [5]),
        ([0, 50], [0, 50]),
        ([0, 22], [0, 22]),
        ([0, 21], [0, 22]),
        ([50, 50], [39, 61]),
        ([10, 50, 50, 90], [10, 39, 61, 90]),
        ([10, 10, 10], [0, 22, 44]),
        ([90, 95, 100], [56, 78, 100]),
        ([20, 100, 100], [20, 78, 100]),
        ([100], [100]),
        ([101], [100]),
    ],
)
def test_places_are_spread_no_further_than_needed(places: list[int], expected: list[int]) -> None:
    assert spread(places, 22, 0, 100) == expected


@pytest.mark.parametrize(
    ("days", "label"),
    [(3653, "240.00 yuan per month"), (616, "240.00 yuan per month"), (615, "240.00"), (30, None)],
)
def test_longest_label_that_fits_is_written(days: int, label: str | None) -> None:
    labels = ("240.00 yuan per month", "240.00")
    bars = (Bar(FROM, FROM + timedelta(days=days), "due", labels),)
    svg = render_svg(chart(Track("Aid", bars, ())))
    found = re.findall(r'class="on-due"[^>]*>([^<]+)<', svg)
    assert found == ([] if label is None else [label])


def test_label_of_a_bar_is_no_wider_than_the_bar() -> None:
    for days in range(20, 400, 7):
        bars = (Bar(FROM, FROM + timedelta(days=days), "due", ("240.00",)),)
        svg = render_svg(chart(Track("Aid", bars, ())))
        ((begin, end),) = bars_of(svg)[:1]
        for size, label in re.findall(r'font-size="(\d+)" class="on-due"[^>]*>([^<]+)<', svg):
            assert text_width(label, int(size)) < end - begin


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("one", ["one"]),
        ("one two", ["one two"]),
        ("one two three", ["one two", "three"]),
        ("年满六十周岁的人", ["年满六十周岁的", "人"]),
        ("12345678901234567890", ["12345678901", "234567890"]),
    ],
)
def test_text_is_wrapped(text: str, lines: list[str]) -> None:
    # 70 pixels: seven Chinese characters, eleven others.
    assert wrapped(text, 10, 70) == lines


@pytest.mark.parametrize("width", range(200, 320, 9))
def test_every_line_fits(width: int) -> None:
    text = "no longer: 自批准入伍之日起未满两年, " * 30
    lines = wrapped(text, 13, width)
    assert all(text_width(line, 13) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    "name", ["<b>&\"'</b>", "a\x00b\x1b[31m", "\ufffe\ud83d", "]]>", "例 泰山"]
)
def test_any_name_gives_a_document(name: str) -> None:
    svg = render_svg(chart(track(FROM, labels=(name,)), title=name))
    expat.ParserCreate().Parse(svg.encode(), True)  # noqa: FBT003  that is all


def test_a_long_title_takes_more_lines() -> None:
    short, long = (render_svg(chart(title="P" * count)) for count in (10, 400))
    assert short.count("font-weight") < long.count("font-weight")


@pytest.mark.parametrize("days", [1, 2, 31, 366, 3653, 127000])
def test_axis_has_few_labels_that_do_not_touch(days: int) -> None:
    until_on = FROM + timedelta(days=min(days, 65000))
    bars = (Bar(FROM, until_on, "due", ()),)
    svg = render_svg(chart(Track("Aid", bars, ()), until_on=until_on))
    found = re.findall(r'x="(\d+)"[^>]*class="quiet" text-anchor="middle">([^<]+)<', svg)
    ends = [(int(x), text_width(label, 12) // 2) for x, label in found]
    assert len(ends) <= 16
    for (x, half), (later, half_later) in pairwise(ends):
        assert x + half < later - half_later


def test_as_of_is_drawn_only_where_it_is_shown() -> None:
    shown = replace(chart(track(FROM)), as_of=date(2026, 11, 22))
    assert 'class="today"' in render_svg(shown)
    assert 'class="today"' not in render_svg(chart(track(FROM)))
