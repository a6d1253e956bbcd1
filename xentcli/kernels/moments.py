"""Exact sums of numbers and of their squares, for a standard error that merges exactly.

Numbers of similar size are cut into three integers each, whose products add up in float64 without
rounding; much smaller numbers are summed as another layer. Measured on 131,072 losses, one core
without AVX-512: 6.8 ns a number for both sums with logits N(0, 3), 18 with logits N(0, 30), whose
losses spread over 170 bits; the sum alone takes 2.1 and 10.
"""

import math
from typing import Final

import numpy as np

from xentcli.kernels.grids import Ends, ends_of
from xentcli.kernels.pieces import Array
from xentcli.kernels.summation import UNIT, ExactSum, parted, total_in_bins, total_of_products

ROW: Final = 512
ROWS: Final = 64
SIZE: Final = ROW * ROWS
"""Numbers that are cut at once: their parts stay in the second-level cache."""

WIDTH: Final = 23
"""Bits of a part, including its sign: 512 products of two parts add up to 53 bits."""

REACH: Final = 3 * WIDTH - 53
"""Numbers down to 2^-16 of the largest have no digits below the third part."""

TOPS: Final = range(-440, 450)
"""Exponents for which products of parts lie within the normal range of float64."""

RARE: Final = 16
"""Up to one number in this many is set to 0, which is faster then than picking the others."""

SHARE: Final = 16
"""If a layer holds less than one in this many numbers, all others go through bins."""

FEW: Final = 64
"""Up to this many numbers go through bins."""


def moments(values: Array, ends: Ends | None = None) -> tuple[ExactSum, ExactSum]:
    """``Σ x`` and ``Σ x²``, exactly.

    Use them for a variance: it has all its digits, however close the numbers are to each other.

    Args:
        values: ``[n]``, float64. NaN and inf count as they do in sums.
        ends: the smallest and the largest value, if they are known.

    Example:
        >>> total, squares = moments(np.array([1e10, 1e10 + 1e-5]))
        >>> float(2 * squares.fraction - total.fraction**2)
        9.094947017729282e-11

    Source: the definition of the variance; numbers cut by adding a power of two and taking it
    away again, as in :mod:`xentcli.kernels.grids`.
    """
    low, high = ends or ends_of(values)
    odd = (0, 0, 0)
    if not (math.isfinite(low) and math.isfinite(high)):
        values, odd = parted(values)
        low, high = ends_of(values)
    total = squares = 0
    while values.size >= FEW:
        top = math.frexp(max(high, -low))[1]
        numbers, others = _layer(values, low, math.ldexp(1.0, top - REACH))
        first, second = _sums(numbers, top)
        total, squares = total + first, squares + second
        narrow, values = SHARE * others.size < (SHARE - 1) * values.size, others
        if not narrow:
            break
        low, high = ends_of(values)
    total += total_in_bins(values)
    squares += total_of_products(values, values)
    nans, positive, negative = odd
    return ExactSum(total, *odd), ExactSum(squares, nans, positive + negative)


def _layer(x: Array, low: float, bound: float) -> tuple[Array, Array]:
    """The numbers of size ``bound`` or more, with zeros for the others, and the others.

    ``low`` is the smallest of all.
    """
    if low >= bound:
        return x, x[:0]
    small = (x if low >= 0 else np.abs(x)) < bound
    if low <= 0:
        small &= x != 0
    at = np.flatnonzero(small)
    if RARE * len(at) > x.size:
        return x.take(np.flatnonzero(~small)), x.take(at)
    numbers = x
    if len(at):
        numbers = x.copy()
        numbers[at] = 0.0
    return numbers, x.take(at)


def _sums(x: Array, top: int) -> tuple[int, int]:
    """``Σ x`` and ``Σ x²`` in units, for one layer of numbers below 2^``top``."""
    if top not in TOPS:
        total, squares = _sums(np.ldexp(x, -top), 0)
        return _shifted(total, top), _shifted(squares, 2 * top)
    sums, products = _of_parts(x, top)
    total = squares = 0
    for i in range(3):
        total += int(math.ldexp(sums[i], _bits(top, i))) << WIDTH * (2 - i)
    for (i, j), rows in zip(_PAIRS, products, strict=True):
        rows *= math.ldexp(1.0, _bits(top, i) + _bits(top, j))
        squares += int(rows.astype(np.int64).sum()) << WIDTH * (4 - i - j) + (i != j)
    unit = -_bits(top, 2)
    return total << UNIT + unit, squares << UNIT + 2 * unit


def _bits(top: int, part: int) -> int:
    """The exponent b of a part whose unit is 2^-b."""
    return WIDTH * (part + 1) - 1 - top


def _shifted(total: int, bits: int) -> int:
    """``total·2^bits``, a whole number of units."""
    return total << bits if bits >= 0 else total >> -bits


def _of_parts(x: Array, top: int) -> tuple[list[float], Array]:
    """The sums of the three parts of ``x``, and of the products of every pair of parts.

    Each part is 23 bits below the one before. The sums of products are ``[6, rows]``, each of
    ``ROW`` products.
    """
    size = min(SIZE, -(-x.size // ROW) * ROW)
    work = np.empty((3, size))
    sums = np.zeros(3)
    products = np.empty((len(_PAIRS), -(-x.size // ROW)))
    first, second = (math.ldexp(1.5, 52 - _bits(top, part)) for part in (0, 1))
    for start in range(0, x.size, size):
        piece = x[start : start + size]
        parts = work[:, : -(-piece.size // ROW) * ROW]
        parts[:, piece.size :] = 0.0
        high, middle, low = parts[:, : piece.size]
        np.add(piece, first, out=high)
        high -= first
        np.subtract(piece, high, out=low)
        np.add(low, second, out=middle)
        middle -= second
        low -= middle
        sums += np.add.reduce(parts, axis=1)
        parts = parts.reshape(3, -1, ROW)
        rows = slice(start // ROW, start // ROW + parts.shape[1])
        for (i, j), own in zip(_PAIRS, products, strict=True):
            np.vecdot(parts[i], parts[j], out=own[rows])
    return sums.tolist(), products


_PAIRS: Final = tuple((i, j) for i in range(3) for j in range(i + 1))
