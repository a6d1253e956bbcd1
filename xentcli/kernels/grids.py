"""Exact sums of doubles of similar size, added as integer multiples of a power of two.

``x + M`` with ``M = 1.5·2^52·u`` rounds x to a multiple of u, and the bits of the result, read as
an integer, are the bits of M plus that multiple. So one addition and one integer sum add up to 4096
numbers of 50 bits without rounding, in any order (after Demmel and Nguyen, "Fast reproducible
floating-point summation", 2013). Two grids, one below the other, hold 101 bits: all digits of
doubles whose largest is less than 2^49 times the smallest. Measured on 131,072 losses of logits
N(0, 3), one core with AVX-512: 1.2 ns a number on two grids; 2.4 with sums of doubles and a check
for remainders on each grid.
"""

import math
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from xentcli.kernels.pieces import Array

REACH: Final = 50
"""Bits of a multiple: a row of them adds up to 62 bits."""

LOWER: Final = REACH + 1
"""Bits from a grid down to the one for its remainders, which are half a unit at the most."""

ROW: Final = 4096
ROWS: Final = 16
"""Rows of ``ROW`` numbers that are summed at once: with fewer, the overhead of calls grows (1.5 ns
a number for 16384 numbers, 1.2 for 65536); with more, the buffers leave the cache."""

SPREAD: Final = 0.2
"""The share of numbers off the grids above which bins by exponent, 4 to 5 ns a number, are as fast
for all numbers."""


class Grids:
    """Grids for numbers below 2^``top``, with working memory for ``size`` numbers at once."""

    def __init__(self, top: int, size: int) -> None:
        rows = min(ROWS, -(-size // ROW) or 1)
        self.size = rows * ROW
        self._upper = top - REACH
        self.unit = top - REACH - LOWER
        """Sums count units of 2^``unit``."""
        self._on, self._left = np.empty((2, self.size))

    def sum_on_two(self, x: Array) -> int:
        """The sum of at most ``size`` multiples of 2^(top - 101)."""
        upper = self._counted(x, self._on, self._upper)
        on, left = self._on[: x.size], self._left[: x.size]
        on -= _magnet(self._upper)
        np.subtract(x, on, out=left)
        return (upper << LOWER) + self._counted(left, self._left, self.unit)

    def pieces(self, x: Array) -> Iterator[Array]:
        """Pieces of ``x`` of at most ``size`` numbers."""
        return (x[start : start + self.size] for start in range(0, x.size, self.size))

    def _counted(self, x: Array, work: Array, power: int) -> int:
        """The sum of ``x``, each rounded to units of 2^power; ``work`` is filled with x + M."""
        magnet = _magnet(power)
        rows = -(-x.size // ROW)
        np.add(x, magnet, out=work[: x.size])
        work[x.size : rows * ROW] = magnet
        sums = np.add.reduce(work[: rows * ROW].view(np.int64).reshape(rows, ROW), axis=1)
        sums -= _wrapped(int(np.float64(magnet).view(np.int64)) * ROW)
        return sum(sums.tolist())


Ends = tuple[float, float]
"""The smallest and the largest of some numbers; NaN if any number is NaN."""


def ends_of(x: Array) -> Ends:
    """The smallest and the largest number of ``x``; 0 and 0 if it is empty."""
    return (float(x.min()), float(x.max())) if x.size else (0.0, 0.0)


class Layer(NamedTuple):
    """``numbers`` that are 0 or in ``[2^(top - bits), 2^top)`` by size, and all ``others``."""

    top: int
    numbers: Array
    others: Array


def layer(x: Array, ends: Ends, bits: int, tops: range) -> Layer:
    """The largest numbers of ``x``; none if they are few or ``top`` is not in ``tops``."""
    low, high = ends
    top = math.frexp(max(high, -low))[1]
    if not (math.isfinite(low) and math.isfinite(high)) or top not in tops:
        return Layer(0, x[:0], x)
    bound = math.ldexp(1.0, top - bits)
    if low >= bound or low == high == 0:
        return Layer(top, x, x[:0])
    small = (x if low >= 0 else np.abs(x)) < bound
    if low <= 0:
        small &= x != 0
    others = int(np.count_nonzero(small))
    if others > SPREAD * x.size:
        return Layer(0, x[:0], x)
    return Layer(top, np.where(small, 0.0, x), x[small]) if others else Layer(top, x, x[:0])


def _magnet(power: int) -> float:
    return math.ldexp(1.5, power + 52)


def _wrapped(number: int) -> int:
    """``number`` as a signed 64-bit integer, wrapped around."""
    return (number + (1 << 63)) % (1 << 64) - (1 << 63)
