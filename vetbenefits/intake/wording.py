"""How people write the same thing in many ways: the text of one cell or header, made comparable.

Everything here works on one text. It is applied to the distinct texts of a column, never to all of
its rows.
"""

from __future__ import annotations

import re
import unicodedata

# Characters that are seen by nobody and typed by spreadsheets: zero-width marks, the byte-order
# mark, the soft hyphen. `str.strip` knows the no-break and the full-width space already.
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58]")

# `="0123"` is how web systems keep a spreadsheet from turning digits into a number; a leading
# apostrophe is how clerks do it.
_FORMULA_TEXT = re.compile(r'="(.*)"', re.DOTALL)
_APOSTROPHES = "'‘’`"
_MARKED = ("=", *_APOSTROPHES)

# What the form says about filling in a column, as opposed to which column it is.
_FORM_REMARK = re.compile(r"\((?:元|单位[:：]?元|必填项?|选填|是/否)\)$")
_HEADER_MARKS = "*★※:：\"'"


def plain(text: str) -> str:
    """Return a cell without the marks that spreadsheets and forms add around a value."""
    bare = text.strip() if text.isascii() else _INVISIBLE.sub("", text).strip()
    if not bare.startswith(_MARKED):
        return bare
    formula = _FORMULA_TEXT.fullmatch(bare)
    return (formula[1] if formula else bare.strip(_APOSTROPHES)).strip()


def half_width(text: str) -> str:
    """Return a plain cell with full-width characters and all dashes as their ASCII twins."""
    bare = plain(text)
    return bare if bare.isascii() else _DASHES.sub("-", unicodedata.normalize("NFKC", bare))


def as_word(text: str) -> str:
    """Return the form in which spellings of codes are compared: half-width, small, unspaced."""
    return "".join(half_width(text).split()).casefold()


def as_header(text: str) -> str:
    """Return the form in which headers are compared: unspaced, without stars and form remarks."""
    word = as_word(text).strip(_HEADER_MARKS)
    return _FORM_REMARK.sub("", word).strip(_HEADER_MARKS)
