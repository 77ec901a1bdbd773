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
    braces      = "{" sign { "," sign } "}"
    interval    = ("[" | "(") sum ".." sum ("]" | ")")

What the tokens are is told in `lexer.py`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from vetbenefits.dates import parse_iso_day
from vetbenefits.model.functions import FUNCTIONS, OPTION_WORDS
from vetbenefits.problems import Problem
from vetbenefits.rulelang.cursor import Cursor, Extent
from vetbenefits.rulelang.lexer import (
    COMPARISONS,
    FUNCTION_OF,
    OPTION_OF,
    UNIT_OF,
    Lexicon,
    Misread,
    tokens_of,
)
from vetbenefits.rulelang.syntax import (
    Binary,
    Braces,
    Call,
    Choice,
    Day,
    Interval,
    Joined,
    Membership,
    Name,
    NoneWord,
    Number,
    Rate,
    Truth,
    Unary,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vetbenefits.problems import Span
    from vetbenefits.rulelang.lexer import Token
    from vetbenefits.rulelang.syntax import Syntax

DEEPEST_NESTING = 40

# Words that stand between or before other things and are never a value.
_JOINING = ("and", "or", "not", "in", "any of", "on", "then", "else")


def parse(
    text: str, span: Span, words: Lexicon | Iterable[str] = ()
) -> tuple[Syntax | None, tuple[Problem, ...]]:
    """Read one expression.

    Args:
        text: the expression as it stands in the rule.
        span: the place of its first character.
        words: names in Chinese that may stand without spaces around them.
    """
    lexicon = words if isinstance(words, Lexicon) else Lexicon(words)
    try:
        return _Descent(tokens_of(text, lexicon)).whole(), ()
    except Misread as wrong:
        where = span.shifted(wrong.token.offset, wrong.token.length)
        return None, (Problem(wrong.code, str(wrong), where, hint=wrong.hint),)


class _Descent(Cursor):
    """Recursive descent over the grammar in the module docstring, one method a rule."""

    def __init__(self, tokens: list[Token]) -> None:
        super().__init__(tokens)
        self._depth = 0

    def whole(self) -> Syntax:
        """Read the whole text as one expression."""
        if self.here.kind == "end":
            raise Misread(self.here, "the expression is empty", "write a condition or an amount")
        found = self._expression()
        if self.here.kind != "end":
            raise self.beyond(f"did not expect {self.found()} here")
        return found

    def _expression(self) -> Syntax:
        self._depth += 1
        if self._depth > DEEPEST_NESTING:
            raise self.too_long(f"this is nested more than {DEEPEST_NESTING} deep")
        found = self._joined("or", self._conjunction)
        self._depth -= 1
        return found

    def _conjunction(self) -> Syntax:
        return self._joined("and", self._negation)

    def _joined(self, keyword: str, part: Callable[[], Syntax]) -> Syntax:
        parts = [part()]
        while self.here.keyword == keyword:
            self.take()
            parts.append(part())
        if len(parts) == 1:
            return parts[0]
        return Joined(keyword, tuple(parts), **self.extent(parts[0].offset))

    def _negation(self) -> Syntax:
        nots: list[Token] = []
        while self.here.keyword == "not":
            nots.append(self.take())
            if len(nots) > DEEPEST_NESTING:
                raise self.too_long("too many `not` in a row")
        found = self._comparison()
        for token in reversed(nots):
            found = Unary("not", found, **self.extent(token.offset))
        return found

    def _comparison(self) -> Syntax:
        left = self._sum()
        if self.is_sign(*COMPARISONS):
            op = self.take().text
            return self._pair(op, left, self._sum())
        if self.here.keyword == "not" and self.following.keyword == "in":
            self.take()
            self.take()
            inner = self._member_of(left)
            return Unary("not", inner, offset=inner.offset, length=inner.length)
        if self.here.keyword == "in":
            self.take()
            return self._member_of(left)
        if self._takes_any_of():
            return self._any_of(left)
        return left

    def _takes_any_of(self) -> bool:
        """Take `any of`, or its one word in Chinese, if it stands here."""
        if self.here.keyword == "any of":
            self.take()
            return True
        if self.here.kind != "word" or self.here.text != "any":
            return False
        if self.following.text != "of":
            hint = "write `x any of {a, b}`"
            raise Misread(self.following, "expected `of` after `any`", hint)
        self.take()
        self.take()
        return True

    def _member_of(self, left: Syntax) -> Membership:
        among: Braces | Interval | Name
        if self.is_sign("{"):
            among = self._braces()
        elif self.is_sign("[", "("):
            among = self._interval()
        else:
            among = self._group("`{a, b}` or `[a .. b]`")
        return Membership(left, among, any_of=False, **self.extent(left.offset))

    def _any_of(self, left: Syntax) -> Membership:
        among = self._braces() if self.is_sign("{") else self._group("`{a, b}`")
        return Membership(left, among, any_of=True, **self.extent(left.offset))

    def _group(self, wanted: str) -> Name:
        if self.here.kind != "word" or self.here.keyword in _JOINING:
            raise self.unexpected(f"expected {wanted}, found {self.found()}")
        return self._name()

    def _name(self) -> Name:
        token = self.take()
        word = "as_of" if token.keyword == "as_of" else token.text
        return Name(word, offset=token.offset, length=token.length)

    def _braces(self) -> Braces:
        start = self.take().offset
        items = [self._sign()]
        while self.is_sign(","):
            self.take()
            items.append(self._sign())
        self.expect("}", "to close the list")
        return Braces(tuple(items), **self.extent(start))

    def _interval(self) -> Interval:
        opening = self.take()
        low = self._sum()
        if not self.is_sign(".."):
            message = f"expected `..` between the two ends, found {self.found()}"
            raise self.unexpected(message, "write `[first .. last]`, or a list as `{a, b}`")
        self.take()
        high = self._sum()
        if not self.is_sign("]", ")"):
            raise self.unexpected(f"expected `]` or `)`, found {self.found()}")
        closing = self.take()
        return Interval(
            low,
            high,
            low_closed=opening.text == "[",
            high_closed=closing.text == "]",
            **self.extent(opening.offset),
        )

    def _sum(self) -> Syntax:
        left = self._product()
        while self.is_sign("+", "-"):
            op = self.take().text
            left = self._pair(op, left, self._product())
        return left

    def _product(self) -> Syntax:
        left = self._sign()
        while self.is_sign("*", "/"):
            op = self.take().text
            left = self._pair(op, left, self._sign())
        return left

    def _sign(self) -> Syntax:
        minuses: list[Token] = []
        while self.is_sign("-"):
            minuses.append(self.take())
            if len(minuses) > DEEPEST_NESTING:
                raise self.too_long("too many minus signs in a row")
        found = self._dated()
        for token in reversed(minuses):
            found = Unary("-", found, **self.extent(token.offset))
        return found

    def _dated(self) -> Syntax:
        left = self._primary()
        while self.here.keyword == "on":
            self.take()
            left = self._pair("on", left, self._primary())
        return left

    def _pair(self, op: str, left: Syntax, right: Syntax) -> Binary:
        return Binary(op, left, right, **self.extent(left.offset))

    def _primary(self) -> Syntax:
        match self.here.kind:
            case "number":
                return self._number()
            case "day":
                return self._day()
            case "word":
                return self._worded()
            case "sign" if self.is_sign("("):
                self.take()
                inner = self._expression()
                self._close("to close the bracket")
                return inner
            case _:
                message = f"expected a name, a number or `(`, found {self.found()}"
                raise self.unexpected(message)

    def _close(self, why: str) -> None:
        """Take the `)` after an expression."""
        if not self.is_sign(")"):
            raise self.beyond(f"expected `)` {why}, found {self.found()}")
        self.take()

    def _number(self) -> Number:
        token = self.take()
        unit = ""
        if self.is_sign("%"):
            self.take()
            unit = "%"
        elif self.here.kind == "word" and self.here.text in UNIT_OF:
            unit = UNIT_OF[self.take().text]
        value = Fraction(token.text) / (100 if unit == "%" else 1)
        return Number(token.text, value, unit, **self.extent(token.offset))

    def _day(self) -> Day:
        token = self.take()
        value = parse_iso_day(token.text)
        if value is None:
            hint = "write YYYY-MM-DD, a day that exists"
            raise Misread(token, f"`{token.text}` is no day", hint, "VB601")
        return Day(value, offset=token.offset, length=token.length)

    def _worded(self) -> Syntax:
        token = self.here
        place = Extent(offset=token.offset, length=token.length)
        match token.keyword:
            case "if":
                return self._choice()
            case "rate" if self.following.text == ".":
                return self._rate()
            case "none":
                self.take()
                return NoneWord(token.text, **place)
            case "yes" | "no" as word:
                self.take()
                return Truth(word == "yes", token.text, **place)
            case word if word in _JOINING:
                raise Misread(token, f"`{token.text}` needs something before and after it")
            case _:
                return self._call() if self.following.text == "(" else self._name()

    def _choice(self) -> Choice:
        start = self.take().offset
        condition = self._expression()
        self._word_must_be("then")
        then = self._expression()
        self._word_must_be("else")
        otherwise = self._expression()
        return Choice(condition, then, otherwise, **self.extent(start))

    def _word_must_be(self, keyword: str) -> None:
        if self.here.keyword != keyword:
            hint = "write `if condition then a else b`"
            raise self.unexpected(f"expected `{keyword}`, found {self.found()}", hint)
        self.take()

    def _rate(self) -> Rate:
        start = self.take().offset
        self.take()
        if self.here.kind != "word":
            raise Misread(self.here, "expected the name of a rate after `rate.`")
        name = self.take().text
        keys: tuple[Syntax, ...] | None = None
        if self.is_sign("["):
            self.take()
            found = [self._expression()]
            while self.is_sign(","):
                self.take()
                found.append(self._expression())
            self.expect("]", "to close the keys")
            keys = tuple(found)
        return Rate(name, keys, **self.extent(start))

    def _call(self) -> Call:
        token = self.take()
        function = FUNCTION_OF.get(token.text)
        if function is None:
            hint = "the functions are " + ", ".join(FUNCTIONS)
            raise Misread(token, f"there is no function `{token.text}`", hint, "VB307")
        self.take()
        arguments: list[Syntax] = []
        options: list[tuple[str, Name]] = []
        while not self.is_sign(")"):
            if arguments or options:
                if not self.is_sign(","):
                    raise self.beyond(f"expected `,` or `)`, found {self.found()}")
                self.take()
            if self.following.text == "=" and self._takes_option(function):
                options.append(self._option())
            else:
                arguments.append(self._expression())
        self.take()
        extent = self.extent(token.offset)
        return Call(function, tuple(arguments), tuple(options), **extent)

    def _takes_option(self, function: str) -> bool:
        """Tell whether the word here is set to something, rather than compared with it."""
        known = FUNCTIONS.get(function)
        word = self.here.text
        is_option = word in OPTION_WORDS or word in OPTION_OF
        return self.here.kind == "word" and (
            is_option or (known is not None and bool(known.options))
        )

    def _option(self) -> tuple[str, Name]:
        option = self.take().text
        self.take()
        if self.here.kind != "word":
            raise self.unexpected(f"expected a word for `{option}`, found {self.found()}")
        value = self.take()
        word = OPTION_OF.get(value.text, value.text)
        name = Name(word, offset=value.offset, length=value.length)
        return OPTION_OF.get(option, option), name
