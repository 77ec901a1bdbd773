"""What is left of a number that names or pays a person, once it is shown.

Enough stays to find the row again, not enough to use the number: the first six and the last four
characters of an ID number, the last four of an account, both ends of a phone number.

Policy: none: our convention. How much is shown where lists are posted is a local habit.
"""

from __future__ import annotations

import re

_SHORTEST_WITH_REGION = 12  # below, six characters at the front would be half of the number
_ENDS = 2

# ID numbers, accounts and cards have 15 to 19 digits; a mobile number has 11 and begins with 1.
_LONG_NUMBER = re.compile(r"(?<!\d)\d{14,18}[\dXx](?![\dXx])")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


def mask_id_number(text: str) -> str:
    """Return an ID number with its birth date and part of the sequence hidden.

    `11010119900307002X` becomes `110101********002X`. A text that is no ID number is hidden as far
    as an ID number of its length would be.
    """
    if len(text) >= _SHORTEST_WITH_REGION:
        return f"{text[:6]}{'*' * (len(text) - 10)}{text[-4:]}"
    if len(text) > 2 * _ENDS:
        return f"{text[:_ENDS]}{'*' * (len(text) - 2 * _ENDS)}{text[-_ENDS:]}"
    return "*" * len(text)


def mask_account(text: str) -> str:
    """Return a bank account of which only the last four characters can be read."""
    shown = text[-4:] if len(text) > 2 * len("0000") else ""
    return "*" * (len(text) - len(shown)) + shown


def mask_phone(text: str) -> str:
    """Return a phone number without its middle: `138****1234`."""
    if len(text) < len("13800001234"):
        return mask_account(text)
    return f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}"


def mask_numbers(text: str) -> str:
    """Hide every ID number, account and mobile number inside a text of any kind."""
    hidden = _LONG_NUMBER.sub(lambda found: mask_id_number(found[0]), text)
    return _MOBILE.sub(lambda found: mask_phone(found[0]), hidden)
