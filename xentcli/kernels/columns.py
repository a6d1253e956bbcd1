"""Exact sums of columns, all at once: a loop over columns would cost more than the losses."""

from typing import Final

import numpy as np

from xentcli.kernels.blocks import Array
from xentcli.kernels.summation import UNIT

GRID: Final = 30
"""Bits of a column's largest number that one pass adds up: 2^33 rows of them fit into int64."""


def column_sums(values: Array) -> Array:
    """The sums of the columns of finite ``values`` ``[m, k]``, as Python integers ``[k]``.

    They count units of 2^-2300, so they add up without rounding.

    Args:
        values: float64, finite.

    Returns:
        object array of integers, in units of 2^-2300.

    Example:
        >>> sums = column_sums(np.array([[1e16, 0.5], [1.0, 0.25], [-1e16, 0.0]]))
        >>> [n / 2**2300 for n in sums]
        [1.0, 0.75]

    Source: numbers cut into pieces on a descending grid, as in :mod:`xentcli.kernels.summation`.
    """
    totals = np.zeros(values.shape[1], object)
    rest = values
    while rest.size and (largest := max(float(rest.max()), -float(rest.min()))) > 0:
        unit = int(np.frexp(largest)[1]) - GRID
        # Cut, not rounded: the largest float rounds up to one that is beyond float64.
        whole = np.trunc(np.ldexp(rest, -unit)) if unit > -1000 else _scaled_up(rest, unit)
        sums = whole.astype(np.int64).sum(axis=0)
        totals = totals + sums.astype(object) * (1 << (unit + UNIT))
        rest = rest - np.ldexp(whole, unit)
    return totals


def _scaled_up(values: Array, unit: int) -> Array:
    """``values / 2^unit`` cut to whole numbers, for units below what one power of two can reach."""
    return np.asarray(np.trunc(np.ldexp(np.ldexp(values, 1000), -unit - 1000)))
