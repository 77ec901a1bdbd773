"""Expressions: text into syntax.

The grammar, loosest first; every operator has a Chinese twin (`model/functions.py`):

    expression  = conjunction { "or" conjunction }
    conjunction = negation { "and" negation }
    negation    = "not" negation | comparison
    comparison  = sum [ ("=" | "!=" | "<" | "<=" | ">" | ">=") sum
                      | ["not"] "in" (braces | interval | name) | "any" "of" (braces | name) ]
    sum         = product { ("+" | "-") product }
    product     = sign { ("*" | "/") sign }
    sign        = "-" sign | dated
    dated       = primary { "on" primary }
    primary     = number [unit | "%"] | day | name | "none" | "yes" | "no"
                | "rate" "." name [ "[" expression { "," expression } "]" ]
                | function "(" [ argument { "," argument } ] ")"
                | "if" expression "then" expression "else" expression | "(" expression ")"
    argument    = option "=" name | expression
    braces      = "{" primary { "," primary } "}"
    interval    = ("[" | "(") sum ".." sum ("]" | ")")

Punctuation typed under a Chinese input method is read as what was meant. A run of Chinese
characters without spaces is cut into the longest known words.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from vetbenefits.dates import parse_iso_day
from vetbenefits.model.functions import FUNCTIONS, KEYWORDS, NOT_YET, UNITS
from vetbenefits.problems import Problem
from vetbenefits.rulelang.syntax import (
    Binary,
    Braces,
    Call,
    Choice,
    Day,
    Interval,
    Membership,
    Name,
    NoneWord,
    Number,
    Rate,
    Truth,
    Unary,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vetbenefits.problems import Span
    from vetbenefits.rulelang.syntax import (
        Syntax,
    )

LONGEST_TEXT = 4_000
DEEPEST_NESTING = 40

_LOOKALIKES = str.maketrans(
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
        "“": '"',
        "”": '"',
        "×": "*",
        "÷": "/",
        "−": "-",
        "–": "-",
        "—": "-",
        "\u3000": " ",
        "\u00a0": " ",
        "\n": " ",
        "\t": " ",
    }
)
_SIGNS = {"≥": ">=", "≤": "<=", "≠": "!=", "≧": ">=", "≦": "<="}
_TOKEN = re.compile(
    r"""(?P<space>\ +)
      | (?P<day>\d{4}-\d{1,2}-\d{1,2})
      | (?P<number>\d+(?:\.\d+)?)
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<han>[\u3400-\u9fff\uf900-\ufaff]+)
      | (?P<sign>\.\.|==|!=|<=|>=|<>|&&|\|\||[=<>+\-*/%(),.\[\]{}≥≤≠≧≦])
    """,
    re.VERBOSE,
)
_INSTEAD = {"==": "=", "<>": "!=", "&&": "and", "||": "or"}
_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")

_KEYWORD_OF: dict[str, str] = {word: key for key, twins in KEYWORDS.items() for word in twins}
_KEYWORD_OF |= {key: key for key in KEYWORDS if key.isalpha()}
_UNIT_OF: dict[str, str] = {word: unit for unit, words in UNITS.items() for word in words}
_FUNCTION_OF: dict[str, str] = {
    word: one.name for one in FUNCTIONS.values() for word in (one.name, *one.chinese)
}
_FUNCTION_OF |= {name: name for name in NOT_YET}
_LANGUAGE_WORDS = frozenset(_KEYWORD_OF) | frozenset(_UNIT_OF) | frozenset(_FUNCTION_OF)


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number, day or sign, with its place. `kind` is the group of `_TOKEN` or `end`."""

    kind: str
    text: str
    offset: int
    length: int


class _Wrong(Exception):  # noqa: N818  carries a problem out of the descent, nothing more
    def __init__(self, token: Token, message: str, hint: str = "", code: str = "VB302") -> None:
        super().__init__(message)
        self.token, self.message, self.hint, self.code = token, message, hint, code


def parse(
    text: str, span: Span, words: Iterable[str] = ()
) -> tuple[Syntax | None, tuple[Problem, ...]]:
    """Read one expression.

    Args:
        text: the expression as it stands in the rule.
        span: the place of its first character.
        words: names in Chinese that may stand without spaces around them.
    """
    try:
        _check_length(text)
        tokens = _tokens(text, frozenset(words) | _LANGUAGE_WORDS)
        return _Descent(tokens).whole(), ()
    except _Wrong as wrong:
        where = span.shifted(wrong.token.offset, wrong.token.length)
        return None, (Problem(wrong.code, wrong.message, where, hint=wrong.hint),)


def _check_length(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        message = f"the expression has {len(text)} characters, more than {LONGEST_TEXT}"
        whole = Token("end", "", 0, 1)
        raise _Wrong(whole, message, "give its parts names under `define`", "VB314")


def _plain(text: str) -> str:
    """Replace look-alike punctuation, digits and letters one to one, so that offsets hold."""
    narrow = (
        unicodedata.normalize("NFKC", char) if "\uff01" <= char <= "\uff5e" else char
        for char in text.translate(_LOOKALIKES)
    )
    return "".join(char if len(char) == 1 else "?" for char in narrow).translate(_LOOKALIKES)


def _tokens(text: str, words: frozenset[str]) -> list[Token]:
    plain = _plain(text)
    tokens: list[Token] = []
    position = 0
    while position < len(plain):
        match = _TOKEN.match(plain, position)
        if match is None:
            bad = Token("sign", text[position], position, 1)
            message = f"`{text[position]}` is no part of an expression"
            raise _Wrong(bad, message, "use names, numbers and + - * / = < > ( )", "VB301")
        kind, piece = str(match.lastgroup), match.group()
        if kind == "han":
            tokens.extend(_cut(piece, position, words))
        elif kind != "space":
            tokens.append(Token(kind, _SIGNS.get(piece, piece), position, len(piece)))
        position = match.end()
    tokens.append(Token("end", "", max(len(text.rstrip()) - 1, 0), 1))
    return tokens


def _cut(run: str, offset: int, words: frozenset[str]) -> list[Token]:
    """Cut a run of Chinese characters into the longest known words, or leave it whole."""
    found: list[Token] = []
    position = 0
    while position < len(run):
        for end in range(len(run), position, -1):
            if run[position:end] in words:
                found.append(_word(run[position:end], offset + position))
                position = end
                break
        else:
            return [Token("word", run, offset, len(run))]
    return found


def _word(word: str, offset: int) -> Token:
    sign = _KEYWORD_OF.get(word, word)
    if sign in _COMPARISONS:
        return Token("sign", sign, offset, len(word))
    return Token("word", word, offset, len(word))


class _Descent:
    """Recursive descent over the grammar in the module docstring, one method a rule."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    # --- tokens -----------------------------------------------------------------------------

    @property
    def _here(self) -> Token:
        return self._tokens[self._next]

    def _keyword(self, ahead: int = 0) -> str:
        position = min(self._next + ahead, len(self._tokens) - 1)
        token = self._tokens[position]
        return _KEYWORD_OF.get(token.text, "") if token.kind == "word" else ""

    def _take(self) -> Token:
        token = self._here
        if token.kind != "end":
            self._next += 1
        return token

    def _is_sign(self, *signs: str) -> bool:
        return self._here.kind == "sign" and self._here.text in signs

    def _expect(self, sign: str, why: str) -> Token:
        if not self._is_sign(sign):
            raise _Wrong(self._here, f"expected `{sign}` {why}, found {self._found()}")
        return self._take()

    def _found(self) -> str:
        return "the end" if self._here.kind == "end" else f"`{self._here.text}`"

    def _length(self, start: int) -> int:
        last = self._tokens[self._next - 1]
        return last.offset + last.length - start

    # --- grammar ----------------------------------------------------------------------------

    def whole(self) -> Syntax:
        """Read the whole text as one expression."""
        if self._here.kind == "end":
            raise _Wrong(self._here, "the expression is empty", "write a condition or an amount")
        found = self._expression()
        if self._here.kind == "end":
            return found
        text = self._here.text
        if text in _INSTEAD:
            raise _Wrong(self._here, f"`{text}` is not used here", f"write `{_INSTEAD[text]}`")
        if text in _COMPARISONS:
            hint = "join two comparisons with `and`, or write `x in [a .. b]`"
            raise _Wrong(self._here, "a comparison has just two sides", hint)
        hint = "join conditions with `and` or `or`" if self._here.kind == "word" else ""
        raise _Wrong(self._here, f"did not expect {self._found()} here", hint)

    def _expression(self) -> Syntax:
        self._depth += 1
        if self._depth > DEEPEST_NESTING:
            message = f"brackets are nested more than {DEEPEST_NESTING} deep"
            raise _Wrong(self._here, message, "give parts names under `define`", "VB314")
        left = self._conjunction()
        while self._keyword() == "or":
            self._take()
            left = self._pair("or", left, self._conjunction())
        self._depth -= 1
        return left

    def _conjunction(self) -> Syntax:
        left = self._negation()
        while self._keyword() == "and":
            self._take()
            left = self._pair("and", left, self._negation())
        return left

    def _negation(self) -> Syntax:
        nots: list[Token] = []
        while self._keyword() == "not":
            nots.append(self._take())
            if len(nots) > DEEPEST_NESTING:
                raise _Wrong(self._here, "too many `not` in a row", "", "VB314")
        found = self._comparison()
        for token in reversed(nots):
            found = Unary("not", found, offset=token.offset, length=self._length(token.offset))
        return found

    def _comparison(self) -> Syntax:
        left = self._sum()
        if self._is_sign(*_COMPARISONS):
            op = self._take().text
            return self._pair(op, left, self._sum())
        if self._keyword() == "not" and self._keyword(1) == "in":
            self._take()
            self._take()
            inner = self._membership(left, any_of=False)
            return Unary("not", inner, offset=inner.offset, length=inner.length)
        if self._keyword() == "in":
            self._take()
            return self._membership(left, any_of=False)
        if self._keyword() == "any of" or self._is_any_of():
            return self._membership(left, any_of=True)
        return left

    def _is_any_of(self) -> bool:
        """Consume `any of` if it stands here; leave the last word to be taken like a keyword."""
        if self._here.text != "any":
            return False
        following = self._tokens[self._next + 1]
        if following.text != "of":
            raise _Wrong(following, "expected `of` after `any`", "write `x any of {a, b}`")
        self._take()
        return True

    def _membership(self, left: Syntax, *, any_of: bool) -> Syntax:
        if any_of:
            self._take()
        among: Syntax
        if self._is_sign("{"):
            among = self._braces()
        elif self._is_sign("[", "(") and not any_of:
            among = self._interval()
        elif self._here.kind == "word":
            token = self._take()
            among = Name(token.text, offset=token.offset, length=token.length)
        else:
            shapes = "`{a, b}`" if any_of else "`{a, b}` or `[a .. b]`"
            raise _Wrong(self._here, f"expected {shapes}, found {self._found()}")
        start = left.offset
        return Membership(left, among, any_of, offset=start, length=self._length(start))

    def _braces(self) -> Braces:
        start = self._take().offset
        items = [self._sign()]
        while self._is_sign(","):
            self._take()
            items.append(self._sign())
        self._expect("}", "to close the list")
        return Braces(tuple(items), offset=start, length=self._length(start))

    def _interval(self) -> Interval:
        opening = self._take()
        low = self._sum()
        if not self._is_sign(".."):
            message = f"expected `..` between the two ends, found {self._found()}"
            raise _Wrong(self._here, message, "write `[first .. last]`")
        self._take()
        high = self._sum()
        if not self._is_sign("]", ")"):
            raise _Wrong(self._here, f"expected `]` or `)`, found {self._found()}")
        closing = self._take()
        start = opening.offset
        return Interval(
            low,
            high,
            opening.text == "[",
            closing.text == "]",
            offset=start,
            length=self._length(start),
        )

    def _sum(self) -> Syntax:
        left = self._product()
        while self._is_sign("+", "-"):
            op = self._take().text
            left = self._pair(op, left, self._product())
        return left

    def _product(self) -> Syntax:
        left = self._sign()
        while self._is_sign("*", "/"):
            op = self._take().text
            left = self._pair(op, left, self._sign())
        return left

    def _sign(self) -> Syntax:
        minuses: list[Token] = []
        while self._is_sign("-"):
            minuses.append(self._take())
            if len(minuses) > DEEPEST_NESTING:
                raise _Wrong(self._here, "too many minus signs in a row", "", "VB314")
        found = self._dated()
        for token in reversed(minuses):
            found = Unary("-", found, offset=token.offset, length=self._length(token.offset))
        return found

    def _dated(self) -> Syntax:
        left = self._primary()
        while self._keyword() == "on":
            self._take()
            left = self._pair("on", left, self._primary())
        return left

    def _primary(self) -> Syntax:
        token = self._here
        match token.kind:
            case "number":
                return self._number()
            case "day":
                return self._day()
            case "word":
                return self._worded()
            case "sign" if token.text == "(":
                self._take()
                inner = self._expression()
                self._expect(")", "to close the bracket")
                return inner
            case _:
                hint = "a text in quotes is not needed: write the code" if token.text == '"' else ""
                message = f"expected a name, a number or `(`, found {self._found()}"
                raise _Wrong(token, message, hint)

    def _number(self) -> Number:
        token = self._take()
        unit = ""
        if self._is_sign("%"):
            self._take()
            unit = "%"
        elif self._here.kind == "word" and self._here.text in _UNIT_OF:
            unit = _UNIT_OF[self._take().text]
        value = Fraction(token.text) / (100 if unit == "%" else 1)
        start = token.offset
        return Number(token.text, value, unit, offset=start, length=self._length(start))

    def _day(self) -> Day:
        token = self._take()
        value = parse_iso_day(token.text)
        if value is None:
            hint = "write YYYY-MM-DD, a day that exists"
            raise _Wrong(token, f"`{token.text}` is no day", hint, "VB601")
        return Day(value, offset=token.offset, length=token.length)

    def _worded(self) -> Syntax:
        token = self._here
        place = {"offset": token.offset, "length": token.length}
        match self._keyword():
            case "if":
                return self._choice()
            case "rate" if self._tokens[self._next + 1].text == ".":
                return self._rate()
            case "none":
                self._take()
                return NoneWord(token.text, **place)
            case "yes" | "no" as word:
                self._take()
                return Truth(word == "yes", token.text, **place)
            case "and" | "or" | "not" | "in" | "on" | "then" | "else" as word:
                raise _Wrong(token, f"`{word}` needs something before and after it")
            case _:
                if token.text in _FUNCTION_OF and self._tokens[self._next + 1].text == "(":
                    return self._call()
                self._take()
                if self._is_sign("("):
                    hint = "the functions are " + ", ".join(FUNCTIONS)
                    raise _Wrong(token, f"there is no function `{token.text}`", hint, "VB307")
                return Name(_KEYWORD_OF.get(token.text, token.text), **place)

    def _choice(self) -> Choice:
        start = self._take().offset
        condition = self._expression()
        self._word_must_be("then")
        then = self._expression()
        self._word_must_be("else")
        otherwise = self._expression()
        return Choice(condition, then, otherwise, offset=start, length=self._length(start))

    def _word_must_be(self, word: str) -> None:
        if self._keyword() != word:
            hint = "write `if condition then a else b`"
            raise _Wrong(self._here, f"expected `{word}`, found {self._found()}", hint)
        self._take()

    def _rate(self) -> Rate:
        start = self._take().offset
        self._take()
        if self._here.kind != "word":
            raise _Wrong(self._here, "expected the name of a rate after `rate.`")
        name = self._take().text
        keys: tuple[Syntax, ...] | None = None
        if self._is_sign("["):
            self._take()
            found = [self._expression()]
            while self._is_sign(","):
                self._take()
                found.append(self._expression())
            self._expect("]", "to close the keys")
            keys = tuple(found)
        return Rate(name, keys, offset=start, length=self._length(start))

    def _call(self) -> Call:
        token = self._take()
        self._take()
        arguments: list[Syntax] = []
        options: list[tuple[str, Name]] = []
        while not self._is_sign(")"):
            if arguments or options:
                self._expect(",", "between arguments")
            if self._here.kind == "word" and self._tokens[self._next + 1].text == "=":
                option = self._take().text
                self._take()
                if self._here.kind != "word":
                    raise _Wrong(self._here, f"expected a word for `{option}`")
                value = self._take()
                options.append((option, Name(value.text, offset=value.offset, length=value.length)))
            else:
                arguments.append(self._expression())
        self._take()
        return Call(
            _FUNCTION_OF[token.text],
            tuple(arguments),
            tuple(options),
            offset=token.offset,
            length=self._length(token.offset),
        )

    def _pair(self, op: str, left: Syntax, right: Syntax) -> Binary:
        start = left.offset
        return Binary(op, left, right, offset=start, length=self._length(start))
