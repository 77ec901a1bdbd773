"""Charts as SVG: text stays text, places are whole pixels, the same bytes for the same chart."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from vetbenefits.dates import add_months

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from vetbenefits.reports.chart import Bar, Chart, Mark, Track

_WIDTH, _MARGIN = 1120, 32
_PLOT = _WIDTH - 2 * _MARGIN
_BAR, _GAP, _PADDING = 34, 10, 8
_LINE, _MARK_LINE = 20, 24  # from one line of text to the next
_RADIUS, _APART = 9, 22  # of the numbers under a bar
_MOST_TICKS = 14
_TICK_MONTHS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000)
# Widths in hundredths of the size of the letters; a little more than any usual font needs.
_WIDE, _NARROW = 100, 62
_FONTS = (
    "'Noto Sans CJK SC', 'Source Han Sans SC', 'Microsoft YaHei', 'PingFang SC', 'SimHei', "
    "'WenQuanYi Micro Hei', 'Noto Serif CJK SC', 'DejaVu Sans', sans-serif"
)
_TOKEN = re.compile(r"\s+|[^\s\u2e80-\uffef]+|[\u2e80-\uffef]")
_STYLE = f"""
text {{ font-family: {_FONTS}; fill: #1c2733; }}
.quiet {{ fill: #5a6877; }}
.axis {{ stroke: #d5dce4; stroke-width: 1; }}
.lead {{ stroke: #5a6877; stroke-width: 1; }}
.today {{ stroke: #b3261e; stroke-width: 2; stroke-dasharray: 5 3; }}
.due {{ fill: #1f5fa8; stroke: #ffffff; stroke-width: 1; }}
.provisional {{ fill: #cfe0f3; stroke: #1f5fa8; stroke-width: 1; stroke-dasharray: 4 3; }}
.undetermined {{ fill: url(#hatch); stroke: #7a6a3a; stroke-width: 1; }}
.not_due {{ fill: #c3ccd6; }}
.on-due {{ fill: #ffffff; stroke: #1f5fa8; }}
.on-provisional {{ stroke: #cfe0f3; }}
.on-undetermined {{ stroke: #fff8e1; }}
.on-due, .on-provisional, .on-undetermined {{ stroke-width: 5; paint-order: stroke; }}
.number {{ fill: #ffffff; stroke: #1c2733; stroke-width: 1; }}
"""
_HATCH = (
    '<pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect width="8" height="8" fill="#fff8e1"/>'
    '<rect width="3" height="8" fill="#d9bf72"/></pattern>'
)


@dataclass(frozen=True, slots=True)
class _Pen:
    """How a text is written."""

    size: int
    look: str = ""
    anchor: str = ""
    weight: str = ""


_TITLE, _HEADING = _Pen(20, weight="bold"), _Pen(16, weight="bold")
_PLAIN, _QUIET, _NOTE = _Pen(13), _Pen(13, "quiet"), _Pen(12, "quiet")
_SMALL = 11
_TICK, _NUMBER = _Pen(12, "quiet", "middle"), _Pen(_SMALL, anchor="middle")


def render_svg(chart: Chart) -> str:
    """Return a chart as an SVG document."""
    drawing = _Drawing(chart)
    drawing.draw()
    return drawing.document()


def text_width(text: str, size: int) -> int:
    """Return about how many pixels a text needs, rather too many than too few."""
    hundredths = sum(_letter(one) for one in text)
    return -(-hundredths * size // 100)


def wrapped(text: str, size: int, width: int) -> list[str]:
    """Return a text in lines that fit a width: between words, and between Chinese characters."""
    lines, line = [], ""
    for token in _tokens(text, size, width):
        if text_width(line + token.rstrip(), size) > width and line:
            lines.append(line.rstrip())
            line = token.lstrip()
        else:
            line += token
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def spread(places: Sequence[int], apart: int, first: int, last: int) -> list[int]:
    """Return places in the same order, so far from each other, and close to where they were.

    Places that are too close stand around their middle.

    Args:
        places: in order.
        apart: the least distance; what is to fit between the first and the last place must fit.
        first: the least place.
        last: the greatest place.
    """
    groups: list[tuple[int, int]] = []  # sums and counts of places, less what lies before them
    for at, place in enumerate(places):
        total, count = place - at * apart, 1
        while groups and groups[-1][0] * count > total * groups[-1][1]:
            more, of_them = groups.pop()
            total, count = total + more, count + of_them
        groups.append((total, count))
    greatest = last - (len(places) - 1) * apart
    bases = (
        max(first, min(total // count, greatest)) for total, count in groups for _ in range(count)
    )
    return [base + at * apart for at, base in enumerate(bases)]


def _letter(letter: str) -> int:
    return _WIDE if unicodedata.east_asian_width(letter) in "WFA" else _NARROW


def _tokens(text: str, size: int, width: int) -> Iterator[str]:
    """Yield what stays together in a line; a word that is wider than a line is cut."""
    for token in _TOKEN.findall(text):
        part = ""
        for letter in token:
            if part and text_width(part + letter, size) > width:
                yield part
                part = ""
            part += letter
        yield part


class _Drawing:
    """A chart that is being drawn, from the top down."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart
        self._days = (chart.until_on - chart.from_on).days
        self._parts: list[str] = []
        self._y = _MARGIN

    def draw(self) -> None:
        """Draw everything."""
        self._lines(self._chart.title, _TITLE)
        for line in self._chart.lines:
            self._lines(line, _QUIET)
        for track in self._chart.tracks:
            self._y += 2 * _GAP
            self._track(track)
        self._y += 2 * _GAP
        if self._chart.tracks:
            self._key()
        for note in self._chart.notes:
            self._lines(note, _NOTE)

    def document(self) -> str:
        """Return what was drawn."""
        height = self._y + _MARGIN
        title = _safe(self._chart.title)
        size = f'width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}"'
        language = self._chart.language
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" xml:lang="{language}">',
            f"<title>{title}</title>",
            f"<style>{_STYLE}</style>",
            f"<defs>{_HATCH}</defs>",
            f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        )
        return "\n".join((*head, *self._parts, "</svg>")) + "\n"

    # --- tracks -----------------------------------------------------------------------------

    def _track(self, track: Track) -> None:
        self._lines(track.title, _HEADING)
        self._y += _LINE + _GAP
        top, bottom = self._y, self._y + _BAR
        self._axis(top, bottom)
        for bar in track.bars:
            self._bar(bar, top)
        if self._chart.as_of is not None:
            x = self._x(self._chart.as_of)
            self._add(f'<path class="today" d="M{x} {top - 5}V{bottom + 5}"/>')
        for bar in track.bars:
            self._label(bar, top)
        self._y = bottom
        self._numbers(track.marks, bottom)
        self._y += _GAP
        for mark in track.marks:
            self._number_line(mark)

    def _axis(self, top: int, bottom: int) -> None:
        for day, label in self._ticks():
            x = self._x(day)
            self._add(f'<path class="axis" d="M{x} {top - 5}V{bottom + 5}"/>')
            self._text(label, x, top - _PADDING, _TICK)

    def _ticks(self) -> Iterator[tuple[date, str]]:
        """Yield first days of months or years, far enough apart for their labels."""
        chart = self._chart
        months = self._days // 30 + 1
        step = next(one for one in _TICK_MONTHS if months // one <= _MOST_TICKS)
        first = chart.from_on.year * 12 + chart.from_on.month - 1
        day = chart.from_on.replace(day=1)
        day = add_months(day, -(first % step))
        while day < chart.until_on:
            label = f"{day.year}" if step % 12 == 0 else f"{day.year}-{day.month:02}"
            half = text_width(label, _TICK.size) // 2
            if day >= chart.from_on and half <= self._x(day) <= _WIDTH - half:
                yield day, label
            day = add_months(day, step)

    def _bar(self, bar: Bar, top: int) -> None:
        left, width = self._extent(bar)
        look, across = bar.look, f'x="{left}" width="{width}"'
        if bar.labels:
            self._add(f'<rect class="{look}" {across} y="{top}" height="{_BAR}" rx="3"/>')
        else:
            middle = top + _BAR // 2 - 2
            self._add(f'<rect class="{look}" {across} y="{middle}" height="4"/>')

    def _label(self, bar: Bar, top: int) -> None:
        """Write the longest label that fits on a bar, the shortest in small letters if need be."""
        left, width = self._extent(bar)
        sizes = [(label, _PLAIN.size) for label in bar.labels]
        sizes += [(label, _SMALL) for label in bar.labels[-1:]]
        for label, size in sizes:
            if text_width(label, size) <= width - _PADDING:
                pen = _Pen(size, f"on-{bar.look}", "middle")
                self._text(label, left + width // 2, top + _BAR // 2 + 5, pen)
                return

    def _extent(self, bar: Bar) -> tuple[int, int]:
        """Return where a bar begins, and how wide it is."""
        left = self._x(bar.from_on)
        return left, max(self._x(bar.until_on) - left, 1)

    def _numbers(self, marks: Sequence[Mark], bottom: int) -> None:
        """Put the numbers under a bar, in one row, or in several where there are very many."""
        most = _PLOT // _APART + 1
        rows = -(-len(marks) // most)
        for row in range(rows):
            some = marks[row::rows]
            places = [self._x(mark.on) for mark in some]
            y = bottom + 24 + row * _APART
            moved = spread(places, _APART, _MARGIN, _WIDTH - _MARGIN)
            for mark, place, x in zip(some, places, moved, strict=True):
                self._add(f'<path class="lead" d="M{place} {bottom}L{x} {y - _RADIUS}"/>')
                self._number(mark.number, x, y)
        self._y = bottom + (24 + (rows - 1) * _APART + _RADIUS if rows else 0)

    def _number(self, number: int, x: int, y: int) -> None:
        self._add(f'<circle class="number" cx="{x}" cy="{y}" r="{_RADIUS}"/>')
        self._text(str(number), x, y + 4, _NUMBER)

    def _number_line(self, mark: Mark) -> None:
        self._y += _MARK_LINE - _LINE
        self._number(mark.number, _MARGIN + _RADIUS, self._y + _LINE - 5)
        self._lines(mark.text, _PLAIN, indent=2 * _RADIUS + _PADDING)

    # --- the key ----------------------------------------------------------------------------

    def _key(self) -> None:
        entries = list(self._chart.key)
        if self._chart.as_of is not None:
            entries.append(("today", self._chart.as_of_label))
        x = _MARGIN
        for look, label in entries:
            y = self._y
            if look == "today":
                self._add(f'<path class="today" d="M{x + 13} {y}V{y + 16}"/>')
            elif look == "not_due":
                self._add(f'<rect class="{look}" x="{x}" y="{y + 6}" width="26" height="4"/>')
            else:
                self._add(f'<rect class="{look}" x="{x}" y="{y}" width="26" height="16" rx="3"/>')
            self._text(label, x + 26 + _PADDING, y + 13, _PLAIN)
            x += 26 + 4 * _PADDING + text_width(label, _PLAIN.size)
        self._y += _LINE + _GAP

    # --- the pen ----------------------------------------------------------------------------

    def _x(self, day: date) -> int:
        """Return where a day begins."""
        return _MARGIN + _PLOT * (day - self._chart.from_on).days // self._days

    def _lines(self, text: str, pen: _Pen, *, indent: int = 0) -> None:
        """Write a text below what was drawn, in as many lines as it needs."""
        step = max(_LINE, pen.size * 3 // 2)
        for line in wrapped(_printable(text), pen.size, _PLOT - indent):
            self._y += step
            self._text(line, _MARGIN + indent, self._y, pen)

    def _text(self, text: str, x: int, y: int, pen: _Pen) -> None:
        named = {"class": pen.look, "text-anchor": pen.anchor, "font-weight": pen.weight}
        more = "".join(f' {name}="{value}"' for name, value in named.items() if value)
        self._add(f'<text x="{x}" y="{y}" font-size="{pen.size}"{more}>{_safe(text)}</text>')

    def _add(self, part: str) -> None:
        self._parts.append(part)


def _safe(text: str) -> str:
    return escape(_printable(text))


def _printable(text: str) -> str:
    """Return a text without what XML forbids: a name in a roster may hold anything."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)
