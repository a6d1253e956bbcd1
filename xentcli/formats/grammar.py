"""The strict grammar of one cell: a number, nan or inf, missing, or an error in words.

This is the arbiter that every reader agrees with. Pure Python, for completion uses it too.
"""

import math
import re
from collections.abc import Iterable
from typing import Final

# Possessive quantifiers (++, *+): a cell of megabytes must not be tried in all its splits.
NUMBER: Final = re.compile(r"[ \t]*+[+-]?(?:\d++\.?\d*+|\.\d++)(?:[eE][+-]?\d++)?[ \t]*+", re.ASCII)
NONFINITE: Final = re.compile(r"[ \t]*+[+-]?(?:nan|inf|infinity)[ \t]*+", re.ASCII | re.IGNORECASE)
MISSING: Final = re.compile(r"[ \t]*+(?:na|n/a|null|none)?[ \t]*+", re.ASCII | re.IGNORECASE)

_DIGITS: Final = re.compile(
    r"[ \t]*[+-]?(\d{0,40})\.?(\d{0,40})(?:[eE]([+-]?\d{1,4}))?(?![^ \t])", re.ASCII
)

SHOWN_LENGTH: Final = 40
_PLACEHOLDERS: Final = (
    r"\N . .. ? - -- --- * #n/a #na <na> n.a. n.a missing unknown undefined nil nat "
    "#value! #div/0! #ref! #num! #name? #null!"
)
PLACEHOLDERS: Final = frozenset(_PLACEHOLDERS.lower().split())
"""What programs and people write where there is no value, in lower case."""

_MINUSES: Final = "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"
# Plain strings: completion imports this module and needs none of them compiled.
_HINTS: Final = (
    (r"\s*[+-]?[\d.]*\d_[\d_.eE+-]*\s*", "drop the underscore"),
    (r"\s*[+-]?\d{1,3}(,\d{3})+\.\d*\s*", "drop the thousands separators"),
    (r"\s*[+-]?\d*,\d+([eE][+-]?\d+)?\s*", "use a decimal point"),
    (r"\s*[+-]?[\d.]+\s*%\s*", "divide by 100 and drop the percent sign"),
    (r"\s*[+-]?[\d.]+[dD][+-]?\d+\s*", "write the exponent with e"),
    (r"\s*(?i:true|false|yes|no)\s*", "write 1 and 0"),
    (rf"\s*[{_MINUSES}][\d.eE+-]+\s*", "use the ASCII minus sign -"),
    (r"\s*[+-]?[\d.,]+\s*;.*", "if ; separates the columns, say --delimiter ';'"),
    (r"\s*(['\"]).*\1\s*", "drop the inner quotes"),
    (r"\s*[+-]?[\d.]+([ \t]+[+-]?[\d.]+)+\s*", "separate numbers by commas"),
)


class BadCellError(ValueError):
    """A cell outside the grammar: ``problem`` quotes it, ``hint`` says what to write instead."""

    def __init__(self, problem: str, hint: str | None = None) -> None:
        super().__init__(f"{problem}; {hint}" if hint else problem)
        self.problem = problem
        self.hint = hint


def classify(cell: str) -> float | None:
    """The number in ``cell``, or None where it is missing; else BadCellError.

    >>> classify(" -1.5e3 "), classify("NA"), classify("Infinity")
    (-1500.0, None, inf)
    >>> classify("0,9")
    Traceback (most recent call last):
        ...
    xentcli.formats.grammar.BadCellError: not a number: '0,9'; use a decimal point
    """
    if NUMBER.fullmatch(cell):
        value = float(cell)
        if math.isinf(value):
            raise BadCellError(f"too large for a 64-bit float: {shown(cell)}")
        return value
    if MISSING.fullmatch(cell):
        return None
    if NONFINITE.fullmatch(cell):
        return float(cell)
    raise BadCellError(f"not a number: {shown(cell)}", _hint(cell))


def is_missing(cell: str) -> bool:
    """Whether ``cell`` is empty, blank, NA, N/A, null or None, in any case.

    >>> is_missing(" n/a "), is_missing("nan")
    (True, False)
    """
    return MISSING.fullmatch(cell) is not None


def is_unclear(cell: str) -> bool:
    """Whether ``cell`` is one of the words for nan, inf and missing, or blank."""
    return MISSING.fullmatch(cell) is not None or NONFINITE.fullmatch(cell) is not None


def is_plain(cell: str) -> bool:
    """Whether ``cell`` is data for sure: a number, nan, inf or missing."""
    return any(pattern.fullmatch(cell) for pattern in (NUMBER, MISSING, NONFINITE))


def digits(cells: Iterable[str]) -> tuple[int, int]:
    """The most digits behind the point that numbers are written with, and the most significant.

    >>> digits(["0.050", "1"]), digits(["1.25e-3"])
    ((3, 2), (5, 3))
    """
    most = [0, 0]
    for cell in cells:
        match = _DIGITS.match(cell)
        if match is not None:
            whole, part, power = match.groups(default="")
            significant = len((whole + part).lstrip("0"))
            most = [max(most[0], len(part) - int(power or 0)), max(most[1], significant)]
    return most[0], most[1]


def shown(cell: str) -> str:
    r"""``cell`` in quotes for a message, control characters escaped, cut where it is long.

    >>> print(shown("a\tb"))
    'a\tb'
    """
    if len(cell) > SHOWN_LENGTH:
        cell = cell[: SHOWN_LENGTH - 3] + "..."
    return repr(cell)


def placeholder(cell: str) -> str | None:
    """What to say of a cell that often stands for a missing value; None of all others."""
    word = cell.strip(" \t")
    if word.casefold() not in PLACEHOLDERS:
        return None
    return f"if it stands for a missing value, say --missing-values '{word}' --missing skip"


def _hint(cell: str) -> str | None:
    head = cell[:200]  # hints are for short slips; no long match over megabytes
    if (found := placeholder(head)) is not None:
        return found
    for pattern, hint in _HINTS:
        if re.fullmatch(pattern, head):
            return hint
    if any(char.isdecimal() and not char.isascii() for char in head):
        return "use the ASCII digits 0-9"
    return None


INEXACT: Final = 2.0**53
"""From here on float64 does not hold every whole number."""
