"""PNG pictures: made where the library is, refused with the way out where it is not."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from vetbenefits.output.png import Painter, open_painter
from vetbenefits.problems import InvalidInput
from vetbenefits.reports.wording import Wording

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">'
    '<rect width="9" height="9"/></svg>'
)


def test_png_is_twice_the_size_and_the_same_each_time() -> None:
    pytest.importorskip("resvg_py")
    painter = open_painter("plan.png", Wording("en"))
    png = painter.paint(SVG)
    assert png == painter.paint(SVG)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) == (80, 40)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_missing_library_is_a_problem(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(InvalidInput) as caught:
        open_painter("plan.png", Wording(language))
    (problem,) = caught.value.problems
    assert problem.code == "VB743"
    assert "vetbenefits[pictures]" in problem.hint
    assert caught.value.language == language


class Library(ModuleType):
    """Paints characters that it knows, and one box for all others."""

    def __init__(self, known: str) -> None:
        super().__init__("resvg_py")
        self._known = known

    def svg_to_bytes(self, *, svg_string: str, zoom: int) -> bytes:
        shown = "".join(
            letter for letter in svg_string if letter.isascii() or letter in self._known
        )
        return f"{zoom} {shown}".encode()


@pytest.mark.parametrize(("known", "knows"), [("军人", True), ("", False)])
def test_fonts_are_asked_whether_they_have_chinese(known: str, *, knows: bool) -> None:
    assert Painter(Library(known)).knows_chinese() is knows
