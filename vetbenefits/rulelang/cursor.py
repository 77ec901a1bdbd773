"""The walk over the tokens of one expression, and what is said where it cannot go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from vetbenefits.rulelang.lexer import COMPARISONS, KEYWORD_OF, UNIT_OF, Misread

if TYPE_CHECKING:
    from vetbenefits.rulelang.lexer import Token

_INSTEAD = {"==": "=", "<>": "!=", "=>": ">=", "=<": "<=", "&&": "and", "||": "or"}


class Extent(TypedDict):
    """Where a piece of syntax stands in its expression, in characters."""

    offset: int
    length: int


class Cursor:
    """The tokens of an expression and the one we stand at. The last token is `end`, and stays."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0

    @property
    def here(self) -> Token:
        """Return the token we stand at."""
        return self._tokens[self._next]

    @property
    def following(self) -> Token:
        """Return the token after that; `end` follows itself."""
        return self._tokens[min(self._next + 1, len(self._tokens) - 1)]

    def take(self) -> Token:
        """Return the token we stand at, which is not `end`, and go on to the next."""
        token = self.here
        self._next += 1
        return token

    def is_sign(self, *signs: str) -> bool:
        """Tell whether one of these signs stands here."""
        return self.here.kind == "sign" and self.here.text in signs

    def extent(self, start: int) -> Extent:
        """Return the extent from an offset up to the last token taken."""
        last = self._tokens[self._next - 1]
        return Extent(offset=start, length=last.offset + last.length - start)

    # --- what is wrong ----------------------------------------------------------------------

    def expect(self, sign: str, why: str) -> None:
        """Take a sign that must stand here."""
        if not self.is_sign(sign):
            raise self.unexpected(f"expected `{sign}` {why}, found {self.found()}")
        self.take()

    def found(self) -> str:
        """Return what stands here, for a message."""
        return "the end" if self.here.kind == "end" else f"`{self.here.text}`"

    def unexpected(self, message: str, hint: str = "") -> Misread:
        """Return what is wrong about the token here; a common slip is named as such."""
        token = self.here
        if token.text in _INSTEAD:
            instead = f"write `{_INSTEAD[token.text]}`"
            return Misread(token, f"`{token.text}` is not used here", instead)
        if token.kind == "word" and token.text.lower() in KEYWORD_OF and not token.keyword:
            instead = f"write `{token.text.lower()}`"
            return Misread(token, f"`{token.text}` is no word of the language", instead)
        return Misread(token, message, hint)

    def beyond(self, message: str) -> Misread:
        """Return what is wrong about a token that stands where an expression has ended."""
        token = self.here
        if token.kind == "sign" and token.text in COMPARISONS:
            hint = "join two comparisons with `and`, or write `x in [a .. b]`"
            return Misread(token, "a comparison has just two sides", hint)
        before = self._tokens[self._next - 1]
        after_number = before.kind == "number" or before.text in UNIT_OF
        hint = ""
        if token.keyword == "not":
            hint = "write `x != y` or `x not in {…}`"
        elif token.keyword in ("then", "else"):
            hint = "write `if condition then a else b`"
        elif token.kind == "word":
            hint = "join conditions with `and` or `or`"
        elif after_number and (token.kind == "number" or token.text == "."):
            hint = "write a number without spaces, and a day as YYYY-MM-DD"
        elif token.text == "," and self.following.kind == "number":
            hint = "write a number without separators: `1000`"
        return self.unexpected(message, hint)

    def too_long(self, message: str) -> Misread:
        """Return what is wrong about an expression that goes too far."""
        return Misread(self.here, message, "give its parts names under `define`", "VB314")
