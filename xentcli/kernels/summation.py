"""The exact sum: float64 numbers added as integers of one unit, and rounded once.

So order, blocks and threads cannot change a digit. Most numbers are added on two grids of powers
of two (:mod:`xentcli.kernels.grids`); numbers below both grids or of unusual size are added as
half mantissas binned by exponent.
"""

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from xentcli.errors import ShapeError
from xentcli.kernels.grids import REACH, Ends, Grids, ends_of, layer
from xentcli.kernels.pieces import Array

UNIT: Final = 2300
"""Sums are integers in units of 2^-2300: finer than the product of any two doubles."""

FEW: Final = 1024
"""Below this many numbers, bins are faster than setting up grids."""

FEWEST: Final = 24
"""Up to this many numbers are added one by one: 0.7 µs each, where bins take 40 µs to set up."""

TOPS: Final = range(-800, 900)
"""Exponents of numbers whose grids lie within the normal range of float64."""

BINNED: Final = 1 << 17
"""Half mantissas of 26 bits of this many numbers add up to 43 bits: exact in float64."""


@dataclass(frozen=True, slots=True)
class ExactSum:
    """A sum of float64 numbers without any rounding; immutable, merged with ``+``.

    ``numerator`` counts units of 2^-2300; ``nans``, ``positive`` and ``negative`` count the NaN,
    inf and -inf among the numbers, which decide the value as IEEE addition would.

    Example:
        >>> total = ExactSum.of([1e16, 1.0]) + ExactSum.of([-1e16])
        >>> total.value()
        1.0
    """

    numerator: int = 0
    nans: int = 0
    positive: int = 0
    negative: int = 0

    @classmethod
    def of(cls, values: ArrayLike, weights: ArrayLike | None = None) -> "ExactSum":
        """The sum of ``values``, or of ``weights·values`` with exact products.

        Use it on a block, and merge the blocks' sums with ``+``.

        Args:
            values: any shape, float64.
            weights: the values' shape, or ``[n]`` for values ``[n, k]``. A weight of 0 leaves its
                values out, even inf and NaN; a weight of inf makes them inf, and NaN if they are 0.

        Raises:
            ShapeError: the weights fit neither shape.

        Example:
            >>> ExactSum.of([0.1, float("inf")], weights=[3.0, 0.0]).value()
            0.30000000000000004

        Source: products by Dekker's exact multiplication (1971).
        """
        flat = np.asarray(values, np.float64)
        if weights is None:
            flat = flat.reshape(-1)
            ends = ends_of(flat)
            if math.isfinite(ends[0]) and math.isfinite(ends[1]):
                return cls(_total(flat, ends))
            finite, strange = parted(flat)
            return cls(_total(finite, ends_of(finite)), *strange)
        flat, factors = _used(flat, np.asarray(weights, np.float64))
        finite = np.isfinite(flat) & np.isfinite(factors)
        if finite.all():
            return cls(total_of_products(flat, factors))
        with np.errstate(invalid="ignore"):
            _, strange = parted(flat[~finite] * factors[~finite])
        return cls(total_of_products(flat[finite], factors[finite]), *strange)

    @classmethod
    def count(cls, number: int) -> "ExactSum":
        """The integer ``number`` as an exact sum.

        >>> ExactSum.count(3).value()
        3.0
        """
        return cls(number << UNIT)

    def __add__(self, other: "ExactSum") -> "ExactSum":
        return ExactSum(
            self.numerator + other.numerator,
            self.nans + other.nans,
            self.positive + other.positive,
            self.negative + other.negative,
        )

    def __mul__(self, times: int) -> "ExactSum":
        """The sum of ``times`` copies (at least one)."""
        return ExactSum(self.numerator * times, self.nans, self.positive, self.negative)

    def scaled(self, power: int) -> "ExactSum":
        """The sum times 2^power; digits below 2^-2300 are cut off."""
        if not power:
            return self
        numerator = self.numerator << power if power > 0 else self.numerator >> -power
        return replace(self, numerator=numerator)

    @property
    def fraction(self) -> Fraction:
        """The finite numbers' sum as a fraction."""
        return Fraction(self.numerator, 1 << UNIT)

    @property
    def finite(self) -> bool:
        """Whether all of the numbers are finite."""
        return self._special is None

    @property
    def _special(self) -> float | None:
        if self.nans or (self.positive and self.negative):
            return math.nan
        if self.positive or self.negative:
            return math.inf if self.positive else -math.inf
        return None

    def value(self) -> float:
        """The sum rounded once to the nearest float64; inf or -inf beyond its range.

        >>> ExactSum.of([1e308, 1e308]).value()
        inf
        """
        special = self._special
        return _quotient(self.numerator, 1 << UNIT) if special is None else special


def mean_of(total: ExactSum, weight: ExactSum) -> float:
    """``total / weight`` rounded once, also if the total itself is beyond float64.

    NaN if the weight is 0; infinities and NaN divide as in IEEE arithmetic.

    >>> mean_of(ExactSum.of([1e308, 1e308]), ExactSum.count(2))
    1e+308
    """
    special, infinite = total._special, weight._special
    if infinite is not None:
        return total.value() / infinite
    if not weight.numerator:
        return math.nan
    return _quotient(total.numerator, weight.numerator) if special is None else special


def root_of(value: Fraction) -> float:
    """The square root rounded once, also of fractions beyond the range of float64.

    >>> root_of(Fraction(2)), root_of(Fraction(10) ** 600)
    (1.4142135623730951, 1e+300)
    """
    # An integer root with more bits than float64, and a sticky last bit, which decides every tie.
    bits = value.denominator.bit_length() - value.numerator.bit_length()
    shift = max(0, bits // 2 + 64)
    scaled, rest = divmod(value.numerator << 2 * shift, value.denominator)
    root = math.isqrt(scaled)
    more = rest or root * root != scaled
    return _quotient(2 * root + bool(more), 2 << shift)


def exact_sum(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Σ values or Σ weights·values, rounded once; see :class:`ExactSum`.

    >>> exact_sum([0.1] * 10)
    1.0
    """
    return ExactSum.of(values, weights).value()


def _quotient(numerator: int, denominator: int) -> float:
    try:
        return numerator / denominator  # Python rounds the quotient of integers correctly
    except OverflowError:
        return math.inf if (numerator > 0) == (denominator > 0) else -math.inf


def parted(flat: Array) -> tuple[Array, tuple[int, int, int]]:
    """The finite numbers, and how many are NaN, inf and -inf."""
    nans, positive, negative = np.isnan(flat), flat == np.inf, flat == -np.inf
    counts = tuple(int(np.count_nonzero(mask)) for mask in (nans, positive, negative))
    return flat[~(nans | positive | negative)], (counts[0], counts[1], counts[2])


def _used(values: Array, weights: Array) -> tuple[Array, Array]:
    """Flat values and weights of one shape, without those of weight 0."""
    if weights.shape != values.shape:
        if values.ndim < 2 or weights.shape != values.shape[:1]:
            raise ShapeError(f"weights {list(weights.shape)} do not fit {list(values.shape)}")
        weights = np.broadcast_to(weights.reshape(-1, *[1] * (values.ndim - 1)), values.shape)
    used = weights != 0
    return values[used], weights[used]


def _total(finite: Array, ends: Ends) -> int:
    """The sum of finite numbers, in units."""
    if finite.size < FEW:
        return total_in_bins(finite)
    found = layer(finite, ends, REACH - 1, TOPS)
    grids = Grids(found.top, found.numbers.size)
    total = sum(map(grids.sum_on_two, grids.pieces(found.numbers)))
    return (total << grids.unit + UNIT) + total_in_bins(found.others)


def total_in_bins(x: Array) -> int:
    """The sum of finite numbers of any size, in units."""
    if x.size <= FEWEST:
        return sum(map(_units, x.tolist()))
    return sum(_binned(x[start : start + BINNED]) for start in range(0, x.size, BINNED))


def _units(number: float) -> int:
    mantissa, power = math.frexp(number)
    return int(mantissa * 2.0**53) << (power - 53 + UNIT)


def _binned(x: Array, exponents: Array | None = None) -> int:
    """The sum of at most ``BINNED`` finite numbers, times 2^exponents, in units."""
    if not x.size:
        return 0
    mantissas, powers = np.frexp(x)
    powers = powers.astype(np.int64)
    if exponents is not None:
        powers += exponents
    mantissas *= 2.0**26
    high = np.rint(mantissas)
    low = (mantissas - high) * 2.0**27
    lowest = int(powers.min())
    powers -= lowest
    size = -(-(int(powers.max()) + 1) // 16) * 16
    total = 0
    for halves, shift in ((high, -26), (low, -53)):
        sums = np.bincount(powers, halves, size).astype(np.int64)
        # Sixteen neighbouring sums fit into one integer: 43 bits, shifted by up to 15.
        groups = sums.reshape(-1, 16) @ _STEPS
        for index in np.flatnonzero(groups).tolist():
            total += int(groups[index]) << (16 * index + lowest + shift + UNIT)
    return total


_STEPS: Final = 1 << np.arange(16, dtype=np.int64)


def total_of_products(x: Array, weights: Array) -> int:
    """``Σ weights·x`` in units."""
    total = 0
    for start in range(0, x.size, BINNED):
        piece = slice(start, start + BINNED)
        product, lost, powers = product_parts(x[piece], weights[piece])
        total += _binned(product, powers) + _binned(lost, powers)
    return total


def product_parts(x: Array, weights: Array) -> tuple[Array, Array, Array]:
    """``weights·x`` as ``(product + lost)·2^powers`` without error, for finite numbers."""
    mantissas, exponents = np.frexp(x)
    factors, more = np.frexp(weights)
    product = mantissas * factors
    return product, _lost(mantissas, factors, product), exponents.astype(np.int64) + more


def _lost(a: Array, b: Array, product: Array) -> Array:
    """``a·b - product`` without error, for a and b between -1 and 1 (Dekker 1971)."""
    a_high, b_high = _upper_half(a), _upper_half(b)
    a_low, b_low = a - a_high, b - b_high
    error = a_high * b_high - product
    error += a_high * b_low
    error += a_low * b_high
    error += a_low * b_low
    return np.asarray(error)


def _upper_half(a: Array) -> Array:
    scaled = a * 134217729.0  # 2^27 + 1
    return np.asarray(scaled - (scaled - a))
