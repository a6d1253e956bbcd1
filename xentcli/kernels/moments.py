"""Exact sums of numbers and of their squares, for a standard error that merges exactly."""

from typing import Final

import numpy as np

from xentcli.kernels.blocks import Array
from xentcli.kernels.grids import REACH, Ends, Grids, ends_of, layer
from xentcli.kernels.summation import FEW, UNIT, ExactSum

BITS: Final = 26
"""Bits of a number whose square is a double."""

TOPS: Final = range(-400, 450)
"""Exponents of which the doubles, those of squares, are such that grids hold."""

_HALF: Final = 1 << (52 - BITS)
_KEPT: Final = -2 * _HALF


def rounded_sums(values: Array, ends: Ends | None = None) -> tuple[ExactSum, ExactSum]:
    """``Σ h`` and ``Σ h²``, h being the values rounded to 26 bits, whose squares are exact.

    Use them for a variance: rounding moves it by some 2^-26 of itself, and no order of the values
    by anything.

    Args:
        values: ``[n]``, float64. NaN and inf count as they do in sums; what rounds to more than
            float64 holds, or has such a square, is inf. Squares below 2^-970 are rounded, and so
            are numbers below 2^-996 to fewer bits.
        ends: the least and the largest value, if they are known.

    Example:
        >>> total, squares = rounded_sums(np.array([1.0, 2.0, 4.0]))
        >>> total.value(), squares.value()
        (7.0, 21.0)

    Source: the definition of the variance; see :mod:`xentcli.kernels.grids`.
    """
    if values.size < FEW:
        return _of_any_size(values)
    found = layer(values, ends or ends_of(values), REACH // 2, TOPS)
    total, squares = _on_grids(found.numbers, found.top)
    if found.others.size:
        more = _of_any_size(found.others)
        total, squares = total + more[0], squares + more[1]
    return total, squares


def _of_any_size(values: Array) -> tuple[ExactSum, ExactSum]:
    with np.errstate(over="ignore", under="ignore"):
        rounded = _rounded(values, np.empty(values.shape))
        rounded[np.isnan(values)] = np.nan  # of which some have bits that round to those of 0
        return ExactSum.of(rounded), ExactSum.of(rounded * rounded)


def _on_grids(values: Array, top: int) -> tuple[ExactSum, ExactSum]:
    """The sums of one layer, in one pass: multiples of 2^(top - 50), squares of 2^(2·top - 101)."""
    grids, finer = Grids(top, values.size), Grids(2 * top, values.size)
    work = np.empty(grids.size)
    total = squares = 0
    for piece in grids.pieces(values):
        rounded = _rounded(piece, work[: piece.size])
        total += grids.sum_on_one(rounded)
        squares += finer.sum_on_two(np.multiply(rounded, rounded, out=rounded))
    return ExactSum(total << grids.unit + UNIT), ExactSum(squares << finer.unit + UNIT)


def _rounded(values: Array, out: Array) -> Array:
    """``values`` rounded to 26 bits, halves away from 0, as integers of the same bits."""
    bits = out.view(np.int64)
    np.add(values.view(np.int64), _HALF, out=bits)
    bits &= _KEPT
    return out
