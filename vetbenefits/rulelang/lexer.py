"""Expressions, first step: text into words, numbers, days and signs, each with its place.

Punctuation, digits and letters typed under a Chinese input method are read as what was meant, one
character for one, so that places hold. A run of Chinese characters without spaces is cut into known
words. Nothing is known here of what stands where.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from vetbenefits.model.functions import FUNCTIONS, KEYWORDS, NOT_YET, OPTION_WORDS, UNITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LONGEST_TEXT = 4_000

KEYWORD_OF: dict[str, str] = {word: key for key, twins in KEYWORDS.items() for word in twins}
KEYWORD_OF |= {key: key for key in KEYWORDS if key.isalpha()}
UNIT_OF: dict[str, str] = {word: unit for unit, words in UNITS.items() for word in words}
FUNCTION_OF: dict[str, str] = {
    word: one.name for one in FUNCTIONS.values() for word in (one.name, *one.chinese)
}
FUNCTION_OF |= {name: name for name in NOT_YET}
OPTION_OF: dict[str, str] = {word: key for key, twins in OPTION_WORDS.items() for word in twins}
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")

_LANGUAGE_WORDS = (*KEYWORD_OF, *UNIT_OF, *FUNCTION_OF, *OPTION_OF)
# What can begin or end a run of which the rest is no known word. `非` and `若` are left out: more
# names than conditions begin with them.
_CONNECTIVES = tuple(
    sorted(
        (
            word
            for key in ("and", "or", "in", "any of", "then", "else", *COMPARISONS)
            for word in KEYWORDS[key]
        ),
        key=len,
        reverse=True,
    )
)
_UNITS = tuple(sorted(UNIT_OF, key=len, reverse=True))

_FULL_WIDTH = range(0xFF01, 0xFF5F)
_LOOKALIKES = {code: chr(code - 0xFEE0) for code in _FULL_WIDTH} | str.maketrans(
    {
        "，": ",",
        "、": ",",
        "；": ",",
        "。": ".",
        "【": "[",
        "】": "]",
        "〔": "[",
        "〕": "]",
        "《": "<",
        "》": ">",
        "〈": "<",
        "〉": ">",
        "“": '"',
        "”": '"',
        "×": "*",
        "÷": "/",
        "−": "-",
        "–": "-",
        "—": "-",
        "\u200b": " ",
        "\ufeff": " ",
    }
)
_HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(
    rf"""(?P<space>\s+)
      | (?P<day>[0-9]{{4}}(?:-[0-9]{{1,2}}-[0-9]{{1,2}}|年[0-9]{{1,2}}月[0-9]{{1,2}}日))
      | (?P<number>[0-9]+(?:\.[0-9]+)?)
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<han>[{_HAN}]+)
      | (?P<sign>\.\.|…{{1,2}}|==|=>|=<|!=|<=|>=|<>|&&|\|\||[=<>+\-*/%(),.\[\]{{}}≥≤≠≧≦])
    """,
    re.VERBOSE,
)
_SIGNS = {"≥": ">=", "≤": "<=", "≠": "!=", "≧": ">=", "≦": "<=", "…": "..", "……": ".."}
_MIXED_WORD = re.compile(rf"(?=.*[{_HAN}])(?=.*[A-Za-z0-9_])[A-Za-z0-9_{_HAN}]+")
_NUMBER_WITH_UNIT = re.compile(rf"[0-9]+(?:{'|'.join(UNIT_OF)})")
_HAN_WORD = re.compile(rf"[{_HAN}]+")


class Token(NamedTuple):
    """One piece of an expression, with its place.

    `kind` is `word`, `number`, `day`, `sign` or `end`. `text` is what was meant; `keyword` is the
    English keyword where a word is one in either language.
    """

    kind: str
    text: str
    offset: int
    length: int
    keyword: str = ""


class Misread(Exception):  # noqa: N818  carries a problem out of the descent, nothing more
    """Raised where a text is no expression: what is the matter, and where."""

    def __init__(self, token: Token, message: str, hint: str = "", code: str = "VB302") -> None:
        super().__init__(message)
        self.token, self.message, self.hint, self.code = token, message, hint, code


class Lexicon:
    """The known words that hold Chinese characters, ready to be found in a run without spaces.

    Words of the language itself are always among them.
    """

    __slots__ = ("_by_first",)

    def __init__(self, words: Iterable[str] = ()) -> None:
        by_first: dict[str, list[str]] = {}
        for word in {*words, *_LANGUAGE_WORDS}:
            if not word.isascii() and (_HAN_WORD.fullmatch(word) or _is_mixed(word)):
                by_first.setdefault(word[0], []).append(word)
        self._by_first = {
            first: tuple(sorted(found, key=lambda word: (-len(word), word)))
            for first, found in by_first.items()
        }

    def at(self, text: str, position: int) -> Iterator[str]:
        """Yield the known words that stand at a position, the longest first."""
        for word in self._by_first.get(text[position], ()):
            if text.startswith(word, position) and not _goes_on(word, text, position):
                yield word


def _is_mixed(word: str) -> bool:
    """Tell whether a word holds Chinese characters and others, and is not `60岁`."""
    return bool(_MIXED_WORD.fullmatch(word)) and not _NUMBER_WITH_UNIT.fullmatch(word)


def _goes_on(word: str, text: str, position: int) -> bool:
    """Tell whether a word that ends in a letter or digit is only the begin of a longer one."""
    following = text[position + len(word) : position + len(word) + 1]
    return _is_plain_letter(word[-1]) and _is_plain_letter(following)


def _is_plain_letter(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char == "_")


def tokens_of(text: str, lexicon: Lexicon) -> list[Token]:
    """Cut a text into tokens, the last of which is `end`.

    Raises:
        Misread: the text is too long, or holds what is no part of an expression.
    """
    if len(text) > LONGEST_TEXT:
        message = f"the expression has {len(text)} characters, more than {LONGEST_TEXT}"
        whole = Token("end", "", 0, 1)
        raise Misread(whole, message, "give its parts names under `define`", "VB314")
    plain = text.translate(_LOOKALIKES)
    tokens: list[Token] = []
    position = 0
    while position < len(plain):
        after_number = bool(tokens) and tokens[-1].kind == "number"
        found, position = _next(plain, position, lexicon, after_number=after_number)
        tokens.extend(found)
    tokens.append(Token("end", "", max(len(text.rstrip()) - 1, 0), 1))
    return tokens


def _next(
    plain: str, position: int, lexicon: Lexicon, *, after_number: bool
) -> tuple[list[Token], int]:
    """Return the tokens that begin at a position (none for a space) and where they end."""
    if _is_plain_letter(plain[position]):
        for word in lexicon.at(plain, position):
            return [_word(word, position)], position + len(word)
    match = _TOKEN.match(plain, position)
    if match is None:
        raise _no_part(plain[position], position)
    piece = match.group()
    match match.lastgroup:
        case "space":
            found = []
        case "han":
            openers = (*_UNITS, *_CONNECTIVES) if after_number else _CONNECTIVES
            words = _cut(plain, position, match.end(), lexicon, openers)
            return _in_places(words, position), position + sum(map(len, words))
        case "word":
            found = [_word(piece, position)]
        case "day":
            found = [Token("day", _iso(piece), position, len(piece))]
        case "sign":
            found = [Token("sign", _SIGNS.get(piece, piece), position, len(piece))]
        case kind:
            found = [Token(str(kind), piece, position, len(piece))]
    return found, match.end()


def _no_part(char: str, position: int) -> Misread:
    shown = f"`{char}`" if char.isprintable() else f"the character U+{ord(char):04X}"
    hint = "use names, numbers and + - * / = < > ( )"
    if char in "\"'`":
        hint = "a code stands without quotes"
    elif char == "~":
        hint = "write `..` between the ends of a range"
    token = Token("sign", char, position, 1)
    return Misread(token, f"{shown} is no part of an expression", hint, "VB301")


def _iso(day: str) -> str:
    """Return a day as YYYY-MM-DD; one that was written so already stays as it is."""
    if "年" not in day:
        return day
    year, month, number = re.findall("[0-9]+", day)
    return f"{year}-{month:0>2}-{number:0>2}"


def _word(word: str, offset: int) -> Token:
    keyword = KEYWORD_OF.get(word, "")
    if keyword in COMPARISONS:
        return Token("sign", keyword, offset, len(word))
    return Token("word", word, offset, len(word), keyword)


def _in_places(words: Iterable[str], offset: int) -> list[Token]:
    found: list[Token] = []
    for word in words:
        found.append(_word(word, offset))
        offset += len(word)
    return found


def _cut(plain: str, start: int, end: int, lexicon: Lexicon, openers: Iterable[str]) -> list[str]:
    """Cut a run of Chinese characters into known words, longest first.

    Where that cannot be done, what remains between words that join names is one unknown word; it
    can have `openers` before it. The last word may go on beyond the run, as `农村籍60岁` does.
    """
    known = _known_words(plain, start, end, lexicon)
    before: list[str] = []
    after: list[str] = []
    while start not in known and (word := _opener(plain, start, end, openers)):
        before.append(word)
        start += len(word)
    while start not in known and (word := _closer(plain, start, end)):
        after.append(word)
        end -= len(word)
    if start not in known:
        return [*before, plain[start:end], *reversed(after)]
    while start < end:
        before.append(known[start])
        start += len(known[start])
    return before


def _known_words(plain: str, start: int, end: int, lexicon: Lexicon) -> dict[int, str]:
    """Return the word to take at each position from which known words reach the end of the run."""
    found: dict[int, str] = {}
    for position in range(end - 1, start - 1, -1):
        for word in lexicon.at(plain, position):
            after = position + len(word)
            if after >= end or after in found:
                found[position] = word
                break
    return found


def _opener(plain: str, start: int, end: int, openers: Iterable[str]) -> str:
    """Return the one of `openers` with which a run begins."""
    return next((word for word in openers if plain.startswith(word, start, end)), "")


def _closer(plain: str, start: int, end: int) -> str:
    """Return the word that joins names with which a run ends."""
    return next((word for word in _CONNECTIVES if plain.endswith(word, start, end)), "")
