"""Log-sum-exp in two parts, ``max z`` and ``log1p(s)``, so that tiny losses keep their digits.

A row's result depends on that row alone, not on its block, position or neighbours.
"""

from typing import Final

import numpy as np

from xentcli.kernels.pieces import Array

NARROW: Final = 32
"""Up to this many classes, a loop over the columns of a transposed block is faster: 8 ns an element
against 16 by rows at 10 classes, 18 against 8 at 100 classes (one core with AVX-512)."""


TINY: Final = 2.0**-1000
"""Sums below this have terms that float64 rounds to multiples of 2^-1074."""


def log_sum_exp(z: Array) -> tuple[Array, Array]:
    """``max z`` and ``log1p(s)`` of every row of ``z`` ``[m, k]``; their sum is log Σ exp z.

    NaN if the row has NaN or inf, or only -inf.
    """
    top, rest = max_and_rest(z)
    return top, np.log1p(rest, out=rest)


def max_and_rest(z: Array) -> tuple[Array, Array]:
    """``max z`` of every row, and ``s = Σ exp(z_j - max z)`` over all but the maximum."""
    top, rest = (_narrow if z.shape[1] <= NARROW else _wide)(z)
    strange = ~np.isfinite(top)
    if strange.any():
        rest[strange] = np.nan
    tiny = rest < TINY
    if tiny.any():
        rest[tiny] = _tiny(z[tiny])
    return top, rest


def log_one_plus(s: Array) -> tuple[Array, Array]:
    """``log(1 + s)`` as a sum of two: for the rounded ``1 + s``, and for its rounding error.

    The error of their sum is at most 0.52 ulp, that of log1p 0.8.
    """
    one = np.ones_like(s)
    total = one + s
    return np.log(total), lost(one, s, total) / total


def exponentials(z: Array, top: Array) -> tuple[Array, Array]:
    """``exp(z - top)`` as a sum of two: for the rounded difference, and for its rounding error.

    ``exp(d + e)`` is ``exp(d) + exp(d)·e`` for an e that small. Infinite logits need no
    correction.
    """
    differences = z - top
    errors = lost(z, -top, differences)
    np.exp(differences, out=differences)
    errors *= differences
    if np.isnan(np.add.reduce(errors, axis=None)):
        errors[np.isnan(errors)] = 0.0
    return differences, errors


def lost(a: Array, b: Array, rounded: Array) -> Array:
    """The rounding error of ``rounded = a + b``, exactly (Knuth's TwoSum, 1969)."""
    back = rounded - a
    error = rounded - back
    np.subtract(a, error, out=error)
    np.subtract(b, back, out=back)
    error += back
    return np.asarray(error)


def _narrow(z: Array) -> tuple[Array, Array]:
    """By columns: each step keeps the larger of two logits and stores the smaller.

    So the maximum comes out last, and exactly the other logits were stored.
    """
    columns = np.array(z.T, order="C")
    top, larger = columns[0], np.empty(len(z))
    for column in columns[1:]:
        np.maximum(top, column, out=larger)
        np.minimum(top, column, out=column)
        top, larger = larger, top
    large, small = exponentials(columns[1:], top)
    return top, _folded(large) + _folded(small)


def _tiny(z: Array) -> Array:
    """``s`` of rows whose terms are all tiny: summed times 2^1000, scaled back and rounded once.

    A scaled term is the square of ``exp(d/2)·2^500``, which neither over- nor underflows.
    """
    rows, largest = np.arange(len(z)), z.argmax(axis=1)
    roots = np.ldexp(np.exp(0.5 * (z - z[rows, largest][:, np.newaxis])), 500)
    roots[rows, largest] = 0.0
    return np.asarray(np.ldexp((roots * roots).sum(axis=1), -1000))


def _folded(terms: Array) -> Array:
    """The pairwise sum of ``terms[0], terms[1], …`` in a fixed order.

    NumPy's reduction would choose its order by the number of rows, and a running sum would lose
    digits with many equal terms.
    """
    if not len(terms):
        return np.zeros(terms.shape[1:])
    while len(terms) > 1:
        half = (len(terms) + 1) // 2
        terms[: len(terms) - half] += terms[half:]
        terms = terms[:half]
    total: Array = terms[0]
    return total


def _wide(z: Array) -> tuple[Array, Array]:
    """By rows: the first maximum is taken out."""
    rows, largest = np.arange(len(z)), z.argmax(axis=1)
    top = z[rows, largest]
    large, small = exponentials(z, top[:, np.newaxis])
    large[rows, largest] = 0.0
    small[rows, largest] = 0.0
    return top, np.asarray(large.sum(axis=1) + small.sum(axis=1))
