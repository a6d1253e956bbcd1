"""Exact sums of many groups at once: looping over groups would take longer than the losses."""

from typing import Final, NamedTuple

import numpy as np

from xentcli.kernels.pieces import Array
from xentcli.kernels.summation import UNIT, product_parts

WINDOW_BITS: Final = 3
WINDOW: Final = 1 << WINDOW_BITS
"""Exponents summed together: 26 bits of a half mantissa, shifted by up to 7 bits."""

ADDED: Final = 1 << 17
"""This many numbers of 33 bits add up to 50 bits at the most: exact in float64."""

SPARSE: Final = 4
"""Above this many bins per number, only the bins in use are kept."""


class GroupedSums(NamedTuple):
    """The fields of :class:`xentcli.kernels.ExactSum` as columns ``[groups]``.

    One object a group would be slow. ``numerators`` are Python integers in units of 2^-2300,
    ``odd`` ``[3, groups]`` counts NaN, inf and -inf.
    """

    numerators: Array
    odd: Array

    def scaled(self, power: int) -> "GroupedSums":
        """All sums times 2^power; digits below 2^-2300 are cut off."""
        if not power:
            return self
        numerators = self.numerators << power if power > 0 else self.numerators >> -power
        return self._replace(numerators=numerators)


def grouped_sums(
    codes: Array, groups: int, values: Array, weights: Array | None = None
) -> GroupedSums:
    """The exact sums of ``values``, or of ``weights·values``, of each group.

    Args:
        codes: the group of each value, ``[n]`` from 0.
        groups: how many groups there are.
        values: ``[n]``, float64.
        weights: ``[n]``. A weight of 0 leaves its value out, even inf or NaN; a weight of inf
            makes a value inf, and a value of 0 NaN.

    Example:
        >>> sums = grouped_sums(np.array([0, 1, 0]), 2, np.array([1e16, 0.5, 2.0]))
        >>> [number / 2**2300 for number in sums.numerators]
        [1.0000000000000002e+16, 0.5]

    Source: mantissas in halves binned by exponent, as in :mod:`xentcli.kernels.summation`.
    """
    if weights is not None and not (used := weights != 0).all():
        codes, values, weights = codes[used], values[used], weights[used]
    odd = _odd(codes, groups, values, weights)
    if odd is not None:
        finite = np.isfinite(values)
        if weights is not None:
            finite &= np.isfinite(weights)
        codes, values = codes[finite], values[finite]
        weights = None if weights is None else weights[finite]
    totals = [0] * groups
    for start in range(0, len(values), ADDED):
        piece = slice(start, start + ADDED)
        if weights is None:
            mantissas, exponents = np.frexp(values[piece])
            _add(totals, codes[piece], mantissas, exponents.astype(np.int64))
        else:
            product, lost, exponents = product_parts(values[piece], weights[piece])
            for part in (product, lost):
                mantissas, more = np.frexp(part)
                _add(totals, codes[piece], mantissas, exponents + more)
    numerators = np.empty(groups, object)
    numerators[:] = totals
    return GroupedSums(numerators, np.zeros((3, groups), np.int64) if odd is None else odd)


def _odd(codes: Array, groups: int, values: Array, weights: Array | None) -> Array | None:
    """Counts of NaN, inf and -inf in each group, ``[3, groups]``; None if there are none."""
    finite = np.isfinite(values)
    if weights is not None:
        finite &= np.isfinite(weights)
    if finite.all():
        return None
    if weights is not None:
        with np.errstate(all="ignore"):
            values = np.where(finite, 0.0, values * weights)
    marks = (np.isnan(values), values == np.inf, values == -np.inf)
    return np.array([np.bincount(codes[mark], minlength=groups) for mark in marks])


def _add(totals: list[int], codes: Array, mantissas: Array, exponents: Array) -> None:
    """Add ``mantissas·2^exponents`` to the totals of their groups, in units of 2^-2300."""
    if not len(codes):
        return
    lowest = int(exponents.min())
    windows, rest = (exponents - lowest) >> WINDOW_BITS, (exponents - lowest) & WINDOW - 1
    width = int(windows.max()) + 1
    keys = codes * width + windows
    if len(totals) * width > SPARSE * len(keys):
        used, keys = np.unique(keys, return_inverse=True)
    else:
        used = np.arange(len(totals) * width)
    scaled = mantissas * 2.0**26
    high = np.rint(scaled)
    low = (scaled - high) * 2.0**27
    factors = _POWERS[rest]
    for halves, shift in ((high, -26), (low, -53)):
        sums = np.bincount(keys, halves * factors, len(used)).astype(np.int64)
        at = np.flatnonzero(sums)
        shifts = used[at] % width * WINDOW + (lowest + shift + UNIT)
        places = (used[at] // width).tolist()
        for place, number, bits in zip(places, sums[at].tolist(), shifts.tolist(), strict=True):
            totals[place] += number << bits


_POWERS: Final = 2.0 ** np.arange(WINDOW)
