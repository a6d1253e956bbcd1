"""Gates: does the value hold what the user expects? Never true for nan.

A number that was copied from a result means that result: it is compared as the float it reads as.
"""

import math
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Final, NamedTuple

from xentcli.errors import OptionError

FURTHEST: Final = 400
"""Float64 spans 1e-324 to 1e308; a fraction of anything far beyond would fill the memory."""


class Verdict(NamedTuple):
    """Whether all gates hold, and what was expected and found, in words."""

    holds: bool
    text: str


class Gates:
    """``expect`` give or take ``tolerance``, and ``most``; as typed, None: not asked."""

    def __init__(
        self, expect: str | None = None, tolerance: str | None = None, most: str | None = None
    ) -> None:
        if tolerance is not None and expect is None:
            raise OptionError("--tol is given without --expect", hint="add --expect X")
        self._expect = None if expect is None else _sought("--expect", expect)
        self._most = None if most is None else _sought("--max", most)
        self._tolerance = _half_last_digit(self._expect) if self._expect is not None else Decimal(0)
        if tolerance is not None:
            self._tolerance = _number("--tol", tolerance)
            if self._tolerance.is_nan() or self._tolerance < 0:
                raise OptionError(f"--tol {tolerance} is not a number >= 0")

    @property
    def asked(self) -> bool:
        """Whether there is a gate at all."""
        return self._expect is not None or self._most is not None

    def verdict(self, value: float, what: str = "mean") -> Verdict | None:
        """What the gates say of a value, which is a ``what``; None where there are none."""
        passed = []
        for expected, holds in self._judged(value):
            if not holds:
                return Verdict(False, f"expected {expected}, the {what} is {value!r}")
            passed.append(expected)
        return Verdict(True, f"the {what} is {' and '.join(passed)}") if passed else None

    def _judged(self, value: float) -> Iterator[tuple[str, bool]]:
        """What each gate expects, and whether it holds."""
        if self._expect is not None:
            near = _near(value, self._expect, self._tolerance)
            yield f"{self._expect} within {self._tolerance:g}", near
        if self._most is not None:
            yield f"at most {self._most}", value <= float(self._most)


def _sought(option: str, text: str) -> Decimal:
    number = _number(option, text)
    if number.is_nan():
        raise OptionError(f"{option} nan can never hold", hint="give a number")
    return number


def _number(option: str, text: str) -> Decimal:
    try:
        number = Decimal(text) if "_" not in text else None
    except InvalidOperation:
        number = None
    if number is None or (number.is_nan() and text.strip().lower() != "nan"):
        raise OptionError(f"{option} {text} is not a number")
    if number and number.is_finite() and abs(number.adjusted()) > FURTHEST:
        raise OptionError(f"{option} {text} is beyond the range of losses")
    return number


def _half_last_digit(expected: Decimal) -> Decimal:
    """0.00005 for 0.5578: anything that rounds to what was written.

    >>> _half_last_digit(Decimal("0.5578")), _half_last_digit(Decimal("12"))
    (Decimal('0.00005'), Decimal('0.5'))
    """
    exponent = expected.as_tuple().exponent
    return Decimal(5).scaleb(exponent - 1) if isinstance(exponent, int) else Decimal(0)


def _near(value: float, expected: Decimal, tolerance: Decimal) -> bool:
    if not math.isfinite(value) or not expected.is_finite():
        return value == expected
    if not tolerance.is_finite():
        return True
    if value == float(expected):
        return True
    return abs(Fraction(value) - Fraction(expected)) <= Fraction(tolerance)
