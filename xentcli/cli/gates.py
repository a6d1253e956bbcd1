"""Gates: does the value hold what the user expects? Never true for nan.

A number that was copied from a result means that result: it is compared as the float it reads as.
"""

import math
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Final

from xentcli.errors import OptionError

FURTHEST: Final = 400
"""Float64 spans 1e-324 to 1e308; a fraction of anything far beyond would fill the memory."""


@dataclass(frozen=True, slots=True)
class Gates:
    """``expect`` ± ``tolerance`` and ``most``, as typed; None: not asked."""

    expect: str | None = None
    tolerance: str | None = None
    most: str | None = None

    def __post_init__(self) -> None:
        if self.tolerance is not None and self.expect is None:
            raise OptionError("--tol is given without --expect", hint="add --expect X")
        tolerance = _number("--tol", self.tolerance or "0")
        if tolerance.is_nan() or tolerance < 0:
            raise OptionError(f"--tol {self.tolerance} is not a number >= 0")
        for option, text in (("--expect", self.expect), ("--max", self.most)):
            if text is not None and _number(option, text).is_nan():
                raise OptionError(f"{option} nan can never hold", hint="give a number")

    def verdict(self, value: float) -> str | None:
        """Why a gate says no; None where all hold."""
        if self.expect is not None:
            expected = _number("--expect", self.expect)
            tolerance = (
                _half_last_digit(expected)
                if self.tolerance is None
                else _number("--tol", self.tolerance)
            )
            if not _near(value, expected, tolerance):
                return f"expected {self.expect} within {tolerance:g}, the mean is {value!r}"
        if self.most is not None and not value <= float(_number("--max", self.most)):
            return f"expected at most {self.most}, the mean is {value!r}"
        return None


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
