"""What can be proved of a term before any row is read: its bounds, and whether it can be true.

Interval arithmetic over the ranges of facts and rates, sharpened by what is assumed to hold: the
checks of the roster that set rows aside, and the other conditions of the same rule. Unknown values
play no part: they make an outcome undetermined, never wrong. Every answer errs on the safe side:
"can be" may be said of what cannot, never the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from vetbenefits.model.expressions import (
    And,
    AnyOf,
    Arithmetic,
    Between,
    Compare,
    Comparison,
    Extreme,
    Fact,
    If,
    IsNone,
    Literal,
    Named,
    Not,
    Operation,
    Or,
    Shift,
    ToWhole,
    Within,
    YearOf,
    rebuild,
)
from vetbenefits.model.kinds import Kind
from vetbenefits.rulelang.intervals import (
    EVERYTHING,
    Interval,
    between,
    can_be_less,
    extreme,
    ordinal,
    quotient,
    shifted,
    whole,
    years_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetbenefits.model.expressions import Term
    from vetbenefits.model.facts import Vocabulary

MOST_STEPS = 20_000

_NEGATED = {
    Comparison.EQ: Comparison.NE,
    Comparison.NE: Comparison.EQ,
    Comparison.LT: Comparison.GE,
    Comparison.GE: Comparison.LT,
    Comparison.GT: Comparison.LE,
    Comparison.LE: Comparison.GT,
}
_TURNED = {
    Comparison.LT: Comparison.GT,
    Comparison.GT: Comparison.LT,
    Comparison.LE: Comparison.GE,
    Comparison.GE: Comparison.LE,
}


Truth: TypeAlias = tuple[bool, bool]  # can it be true, can it be false
UNDECIDED: Truth = (True, True)


def bare(term: Term) -> Term:
    """Return a term with its definitions written out, so that equal meanings compare equal."""
    if isinstance(term, Named):
        return bare(term.body)
    return rebuild(term, bare)


@dataclass(frozen=True, slots=True)
class Ranges:
    """What is assumed, and what follows from it. Every term handed in must be `bare`."""

    vocabulary: Vocabulary
    limits: Mapping[Term, Interval] = field(default_factory=dict)
    codes: Mapping[Term, frozenset[str]] = field(default_factory=dict)
    truths: Mapping[Term, bool] = field(default_factory=dict)
    in_order: frozenset[tuple[Term, Term]] = frozenset()
    # Conditions within values within conditions double the work at each level: it has an end.
    steps: list[int] = field(default_factory=lambda: [0], compare=False)

    def rested(self) -> Ranges:
        """Return the same ranges, ready for a further question."""
        return replace(self, steps=[0])

    def _is_tired(self) -> bool:
        self.steps[0] += 1
        return self.steps[0] > MOST_STEPS

    # --- values -----------------------------------------------------------------------------

    def interval(self, term: Term) -> Interval:
        """Return bounds of a number or a day (as an ordinal)."""
        if self._is_tired():
            return self._given(term)
        found = self._computed(term)
        limit = self.limits.get(term)
        return found if limit is None else found.meet(limit)

    def _computed(self, term: Term) -> Interval:  # noqa: PLR0911  one line for each kind of term
        match term:
            case Literal():
                value = ordinal(term.value)
                return Interval(value, value)
            case Arithmetic():
                return self._arithmetic(term)
            case If():
                yes = self.assuming(term.condition, holds=True).interval(term.then)
                no = self.assuming(term.condition, holds=False).interval(term.otherwise)
                return yes.join(no)
            case Extreme():
                return extreme(term.which, [self.interval(part) for part in term.parts])
            case ToWhole():
                return whole(term.how, self.interval(term.term))
            case Between():
                return self._between(term)
            case YearOf():
                days = self.interval(term.term)
                return years_of(days)
            case Shift():
                days = self.interval(term.term)
                return shifted(days, term)
            case _:
                return self._given(term)

    def _given(self, term: Term) -> Interval:
        if term.type.kind is Kind.NUMBER:
            return Interval(term.type.low, term.type.high)
        if isinstance(term, Fact) and term.type.kind is Kind.DATE:
            spec = self.vocabulary.facts.get(term.name)
            if spec is not None:
                return Interval(ordinal(spec.first_on), ordinal(spec.last_on))
        return EVERYTHING

    def _arithmetic(self, term: Arithmetic) -> Interval:
        left, right = self.interval(term.left), self.interval(term.right)
        match term.op:
            case Operation.ADD:
                return left.plus(right)
            case Operation.SUBTRACT:
                return left.plus(right.negative())
            case Operation.MULTIPLY:
                return left.times(right)
            case Operation.DIVIDE:
                return quotient(left, right, Interval(term.type.low, term.type.high))

    def _between(self, term: Between) -> Interval:
        start, end = self.interval(term.start), self.interval(term.end)
        found = between(start, end, term).meet(Interval(term.type.low, term.type.high))
        if self._in_order(term.start, term.end):
            found = found.meet(Interval(Fraction(0), None))
        return found

    def _in_order(self, first: Term, second: Term) -> bool:
        """Tell whether `first <= second` is assumed; a later end or earlier start keeps it so."""
        firsts = {first, _without_shift(first, later=False)}
        seconds = {second, _without_shift(second, later=True)}
        pairs = {(one, other) for one in firsts for other in seconds}
        return bool(pairs & self.in_order) or any(one == other for one, other in pairs)

    # --- truths -----------------------------------------------------------------------------

    def truth(self, term: Term) -> Truth:  # noqa: PLR0911  one line for each kind of term
        """Return whether a condition can be true and whether it can be false."""
        known = self.truths.get(term)
        if known is not None:
            return known, not known
        if self._is_tired():
            return UNDECIDED
        match term:
            case Literal():
                return term.value is True, term.value is not True
            case Not():
                can_be_true, can_be_false = self.truth(term.term)
                return can_be_false, can_be_true
            case And():
                return self._all(term.parts)
            case Or():
                negated = self._all(tuple(Not(part, type=part.type) for part in term.parts))
                return negated[1], negated[0]
            case If():
                return self._branches(term)
            case _:
                return self._simple_truth(term)

    def _simple_truth(self, term: Term) -> Truth:
        match term:
            case Compare():
                return self._compare(term)
            case Within():
                return self._within(term)
            case AnyOf():
                return bool(term.codes), True
            case IsNone():
                return term.term.type.may_be_none, True
            case _:
                return UNDECIDED

    def _all(self, parts: tuple[Term, ...]) -> Truth:
        ranges = self
        can_be_true, can_be_false = True, False
        for part in parts:
            can_be_false = can_be_false or self.truth(part)[1]
            can_be_true = can_be_true and ranges.truth(part)[0]
            ranges = ranges.assuming(part, holds=True)
        return can_be_true, can_be_false

    def _branches(self, term: If) -> Truth:
        can_hold, can_fail = self.truth(term.condition)
        found: list[Truth] = []
        if can_hold:
            found.append(self.assuming(term.condition, holds=True).truth(term.then))
        if can_fail:
            found.append(self.assuming(term.condition, holds=False).truth(term.otherwise))
        return any(one[0] for one in found), any(one[1] for one in found)

    def _compare(self, term: Compare) -> Truth:
        is_unequal = term.op is Comparison.NE
        may_be_none = term.left.type.may_be_none or term.right.type.may_be_none
        if term.left.type.kind is Kind.CODE:
            can_be_true, can_be_false = self._compare_code(term)
        elif term.left.type.kind in (Kind.NUMBER, Kind.DATE):
            can_be_true, can_be_false = self._compare_ordered(term)
        else:
            return UNDECIDED
        # Beside `none` every comparison is false, and `!=` is true.
        if may_be_none:
            return can_be_true or is_unequal, can_be_false or not is_unequal
        return can_be_true, can_be_false

    def _compare_code(self, term: Compare) -> Truth:
        allowed = self.codes_of(term.left)
        if not isinstance(term.right, Literal) or allowed is None:
            return UNDECIDED
        can_equal = term.right.value in allowed
        can_differ = bool(allowed - {term.right.value})
        return (can_differ, can_equal) if term.op is Comparison.NE else (can_equal, can_differ)

    def codes_of(self, term: Term) -> frozenset[str] | None:
        """Return the codes that a term can have, `none` apart; None where it has no codes."""
        assumed = self.codes.get(term)
        if assumed is not None:
            return assumed
        spec = self.vocabulary.facts.get(term.type.fact)
        return frozenset(spec.code_ids) if spec is not None else None

    def _compare_ordered(self, term: Compare) -> Truth:
        left, right = self.interval(term.left), self.interval(term.right)
        is_less, is_greater = can_be_less(left, right), can_be_less(right, left)
        can_equal = not left.meet(right).is_empty
        can_differ = not (left.low is not None and left == right and left.low == left.high)
        if self._in_order(term.left, term.right):
            is_greater = False
        if self._in_order(term.right, term.left):
            is_less = False
        return {
            Comparison.EQ: (can_equal, can_differ),
            Comparison.NE: (can_differ, can_equal),
            Comparison.LT: (is_less, is_greater or can_equal),
            Comparison.LE: (is_less or can_equal, is_greater),
            Comparison.GT: (is_greater, is_less or can_equal),
            Comparison.GE: (is_greater or can_equal, is_less),
        }[term.op]

    def _within(self, term: Within) -> Truth:
        kind = term.term.type.kind
        if kind is Kind.CODE:
            allowed = self.codes_of(term.term)
            if allowed is None:
                return UNDECIDED
            can_be_false = bool(allowed - term.values) or term.term.type.may_be_none
            return bool(allowed & term.values), can_be_false
        if kind in (Kind.NUMBER, Kind.DATE):
            found = self.interval(term.term)
            points = [ordinal(value) for value in term.values]
            return any(not found.meet(Interval(one, one)).is_empty for one in points), True
        return UNDECIDED

    # --- assumptions ------------------------------------------------------------------------

    def assuming(self, term: Term, *, holds: bool) -> Ranges:  # noqa: PLR0911  one line for each kind
        """Return what follows if a condition is known to be true (or false)."""
        if self._is_tired():
            return self
        match term:
            case Not():
                return self.assuming(term.term, holds=not holds)
            case And() if holds:
                return self._assuming_all(term.parts, holds=True)
            case Or() if not holds:
                return self._assuming_all(term.parts, holds=False)
            case Compare():
                return self._assuming_compare(term, holds=holds)
            case Within():
                return self._assuming_within(term, holds=holds)
            case Literal() | And() | Or() | If():
                return self
            case _:
                return replace(self, truths={**self.truths, term: holds})

    def _assuming_all(self, parts: tuple[Term, ...], *, holds: bool) -> Ranges:
        ranges = self
        for part in parts:
            ranges = ranges.assuming(part, holds=holds)
        return ranges

    def _assuming_compare(self, term: Compare, *, holds: bool) -> Ranges:
        left, right, op = term.left, term.right, term.op
        if not holds:
            if (left.type.may_be_none or right.type.may_be_none) and op is not Comparison.NE:
                return self  # false also where a side is none: nothing follows
            op = _NEGATED[op]
        if left.type.kind is Kind.CODE:
            return self._assuming_code(left, right, op)
        if left.type.kind not in (Kind.NUMBER, Kind.DATE) or op is Comparison.NE:
            return self
        ranges = self._limited(left, op, self.interval(right))
        ranges = ranges._limited(right, _TURNED.get(op, op), self.interval(left))  # noqa: SLF001  same class
        pairs = set(ranges.in_order)
        if op in (Comparison.LT, Comparison.LE, Comparison.EQ):
            pairs.add((left, right))
        if op in (Comparison.GT, Comparison.GE, Comparison.EQ):
            pairs.add((right, left))
        return replace(ranges, in_order=frozenset(pairs))

    def _assuming_code(self, left: Term, right: Term, op: Comparison) -> Ranges:
        allowed = self.codes_of(left)
        if allowed is None or not isinstance(right, Literal):
            return self
        code = frozenset({str(right.value)})
        kept = allowed & code if op is Comparison.EQ else allowed - code
        return replace(self, codes={**self.codes, left: kept})

    def _limited(self, term: Term, op: Comparison, other: Interval) -> Ranges:
        """Return the ranges where `term op x` holds for some x of the interval."""
        if isinstance(term, Literal):
            return self
        step = Fraction(1, term.type.denominator) if term.type.kind is Kind.NUMBER else Fraction(1)
        bound = {
            Comparison.EQ: other,
            Comparison.LE: Interval(None, other.high),
            Comparison.LT: Interval(None, None if other.high is None else other.high - step),
            Comparison.GE: Interval(other.low, None),
            Comparison.GT: Interval(None if other.low is None else other.low + step, None),
        }[op]
        old = self.limits.get(term, EVERYTHING)
        return replace(self, limits={**self.limits, term: old.meet(bound)})

    def _assuming_within(self, term: Within, *, holds: bool) -> Ranges:
        inner = term.term
        if inner.type.kind is Kind.CODE:
            allowed = self.codes_of(inner)
            if allowed is None:
                return self
            names = frozenset(str(value) for value in term.values)
            kept = allowed & names if holds else allowed - names
            return replace(self, codes={**self.codes, inner: kept})
        if not holds or not term.values or inner.type.kind not in (Kind.NUMBER, Kind.DATE):
            return self
        points = [ordinal(value) for value in term.values]
        spread = Interval(min(points), max(points))
        old = self.limits.get(inner, EVERYTHING)
        return replace(self, limits={**self.limits, inner: old.meet(spread)})


def _without_shift(term: Term, *, later: bool) -> Term:
    """Return the day before it was moved later (or earlier): the order then holds all the more."""
    while isinstance(term, Shift) and (term.count >= 0) is later:
        term = term.term
    return term
