"""Gates: do the figures hold what the user expects? Never true for nan.

A number that was copied from a result means that result: it is compared as the float it reads as.
"""

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from types import MappingProxyType
from typing import Final, NamedTuple

from xentcli.errors import OptionError

_WORDS: Final = {"mean": "mean", "normalised": "normalised mean", "perplexity": "perplexity"}
_WHY: Final = {
    "normalised": "it needs labels of more than one kind, and a loss without smoothing, focal "
    "terms or weights of classes",
    "perplexity": "it is of categorical cross-entropy",
}
FURTHEST: Final = 400
"""Float64 spans 1e-324 to 1e308; a fraction of anything far beyond would fill the memory."""


class Verdict(NamedTuple):
    """Whether all gates hold, and what was expected and found, in words."""

    holds: bool
    text: str


Figures = Mapping[str, float | None]
"""The ``mean``, the ``normalised`` mean and the ``perplexity``; None for one that there is not."""


class Gates:
    """``expect`` give or take ``tolerance`` is of the value; ``most`` are bounds of figures by
    their names. All as typed, None: not asked."""

    def __init__(
        self,
        expect: str | None = None,
        tolerance: str | None = None,
        most: Mapping[str, str | None] = MappingProxyType({}),
    ) -> None:
        if tolerance is not None and expect is None:
            raise OptionError("--tol is given without --expect", hint="add --expect X")
        self._expect = None if expect is None else _sought("--expect", expect)
        asked = {name: bound for name, bound in most.items() if bound is not None}
        self._most = {name: _sought(f"--max-{name}", bound) for name, bound in asked.items()}
        self._tolerance = _half_last_digit(self._expect) if self._expect is not None else Decimal(0)
        if tolerance is not None:
            self._tolerance = _number("--tol", tolerance)
            if self._tolerance.is_nan() or self._tolerance < 0:
                raise OptionError(f"--tol {tolerance} is not a number >= 0")

    @property
    def asked(self) -> bool:
        """Whether there is a gate at all."""
        return self._expect is not None or bool(self._most)

    def verdict(self, value: float, what: str, figures: Figures) -> Verdict | None:
        """What the gates say of a value, which is a ``what``, and of the figures beside it.

        None where there are no gates; OptionError where one is of a figure that there is not.
        """
        passed: dict[str, list[str]] = {}
        for name, found, expected, holds in self._judged(value, what, figures):
            if not holds:
                return Verdict(False, f"expected {expected}, the {name} is {found!r}")
            passed.setdefault(name, []).append(expected)
        texts = [f"the {name} is {' and '.join(each)}" for name, each in passed.items()]
        return Verdict(True, ", ".join(texts)) if texts else None

    def _judged(
        self, value: float, what: str, figures: Figures
    ) -> Iterator[tuple[str, float, str, bool]]:
        """Of each gate: what it is of, that value, what is expected, and whether it holds."""
        if self._expect is not None:
            near = _near(value, self._expect, self._tolerance)
            yield what, value, f"{self._expect} within {self._tolerance:g}", near
        for name, bound in self._most.items():
            found = figures[name]
            if found is None:
                problem = f"--max-{name} is given and there is no {_WORDS[name]} here"
                raise OptionError(problem, hint=_WHY[name])
            yield _WORDS[name], found, f"at most {bound}", found <= float(bound)


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
