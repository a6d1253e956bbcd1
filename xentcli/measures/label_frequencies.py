"""Label frequencies, and the baseline: the loss of always predicting them.

A model that has learned only how often each label occurs has the labels' entropy as its loss. The
ratio of a loss to it is the normalised entropy (He et al. 2014).
"""

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from xentcli.blocks.block import Block
from xentcli.kernels.grouped import grouped_sums
from xentcli.kernels.summation import UNIT

Array = np.ndarray[Any, np.dtype[Any]]


class Frequencies(NamedTuple):
    """Σ w·y of each class or output and Σ w, exact: whole counts, or units of 2^-2300.

    ``labels`` ``[k]``; ``weights`` ``[k]``, or ``[1]`` if all outputs share it. ``binary``: each
    output has the two labels 0 and 1.
    """

    labels: Array
    weights: Array
    binary: bool
    fine: bool

    @classmethod
    def of(cls, block: Block) -> "Frequencies":
        """The frequencies of one block."""
        outputs = block.layout.outputs or 1
        binary = block.layout.loss == "bce"
        if block.weights is None and block.valid is None:
            counts = _counts(block, outputs)
            if counts is not None:
                return cls(counts, np.array([len(block.labels)]), binary, fine=False)
        rows = _rows(block, outputs)
        factors = _factors(block, rows.shape)
        used = factors != 0
        products = np.where(used, rows * factors, 0.0)
        return cls(_column_sums(products), _column_sums(factors), binary, fine=True)

    def __add__(self, other: "Frequencies") -> "Frequencies":  # type: ignore[override]
        if self.fine != other.fine:
            return self._refined() + other._refined()
        labels, weights = self.labels + other.labels, self.weights + other.weights
        return self._replace(labels=labels, weights=weights)

    def _refined(self) -> "Frequencies":
        if self.fine:
            return self
        labels, weights = (a.astype(object) * (1 << UNIT) for a in (self.labels, self.weights))
        return self._replace(labels=labels, weights=weights, fine=True)

    def baseline(self) -> float | None:
        """The loss in nats of always predicting these frequencies; None if nothing counts."""
        labels = [int(n) for n in self.labels]
        weights = [int(n) for n in np.broadcast_to(self.weights, self.labels.shape)]
        if not self.binary:
            whole = sum(labels)
            return _entropy(labels, whole, weights[0]) if weights[0] and whole else None
        total = sum(weights)
        if not total:
            return None
        pairs = zip(labels, weights, strict=True)
        return math.fsum(_entropy((ones, weight - ones), weight, total) for ones, weight in pairs)


def _entropy(counts: Iterable[int], whole: int, total: int) -> float:
    """``-Σ n/total·log(n/whole)`` of integers, which may be beyond float64."""
    return math.fsum(n / total * _log(whole, n) for n in counts if n > 0)


def _log(whole: int, part: int) -> float:
    """``log(whole/part)``, to full precision near 0."""
    try:
        return math.log1p((whole - part) / part)
    except OverflowError:
        return math.log(whole) - math.log(part)


def _counts(block: Block, outputs: int) -> Array | None:
    """Integer counts if all labels are hard, which is the fast case; else None."""
    labels = block.labels
    if block.indexed:
        return np.bincount(labels, minlength=outputs)
    ones = labels == 1
    many = np.count_nonzero(ones)
    if np.count_nonzero(labels != 0) > many:
        return None
    return np.array([many]) if labels.ndim == 1 else np.count_nonzero(ones, axis=0)


def _rows(block: Block, outputs: int) -> Array:
    """Labels as ``[m, k]``."""
    labels = block.labels
    if block.indexed:
        rows = np.zeros((len(labels), outputs))
        rows[np.arange(len(labels)), labels] = 1.0
        return rows
    return labels if labels.ndim > 1 else labels[:, np.newaxis]


def _factors(block: Block, shape: tuple[int, ...]) -> Array:
    """Weights, 0 where not valid, ``[m, 1]`` or ``[m, k]``."""
    factors = np.ones((shape[0], 1))
    for part in (block.weights, block.valid):
        if part is not None:
            factors = factors * (part if part.ndim > 1 else part[:, np.newaxis])
    return factors


def _column_sums(values: Array) -> Array:
    """The sums of the columns of ``values`` ``[m, k]``, as integers in units of 2^-2300."""
    rows, columns = values.shape
    return grouped_sums(np.tile(np.arange(columns), rows), columns, values.ravel()).numerators
