"""Sums: exact and mergeable sums from which every mean of the losses follows.

All counts and sums are over losses: elements of a binary loss, rows of a categorical one.
"""

import math
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from xentcli.conventions import Denominator
from xentcli.kernels import ExactSum, mean_of
from xentcli.losses import Losses, beside

Array = np.ndarray[Any, np.dtype[Any]]


class Clips(NamedTuple):
    """The effect of a bound: the number of bounded losses and rows, and Σ w·l over those losses."""

    losses: int = 0
    rows: int = 0
    total: ExactSum = ExactSum()

    def __add__(self, other: "Clips") -> "Clips":  # type: ignore[override]
        pairs = zip(self, other, strict=True)
        return Clips(*(mine + theirs for mine, theirs in pairs))  # type: ignore[operator]


class Sums(NamedTuple):
    """``total`` Σ w·l, ``weight`` Σ w, and numbers of losses.

    All ``losses``, those that are ``valid``, those with w ≠ 0 whether valid or not (``nonzero``),
    and those that are both (``counted``). ``vanished`` as in :class:`xentcli.losses.result.Losses`.
    """

    total: ExactSum
    weight: ExactSum
    losses: int
    valid: int
    nonzero: int
    counted: int
    clips: Clips | None
    vanished: bool = False

    @classmethod
    def of(cls, found: Losses, total: ExactSum | None = None) -> "Sums":
        """The sums of one block's losses; ``total`` if it is known already."""
        values = found.values
        size = values.size
        if found.weights is None and found.valid is None and found.shares is None:
            weight = ExactSum.count(size)
            total = total or ExactSum.of(values).scaled(found.power)
            return cls(total, weight, size, size, size, size, _clips(found, None))
        factors, shares = counting(found), found.shares
        total = total or ExactSum.of(values, _never_hiding(found, factors)).scaled(found.power)
        if shares is None:
            weight = ExactSum.of(factors) * _repeats(values, factors)
        else:
            weight = ExactSum.of(shares, factors).scaled(found.share_power)
            weight *= _repeats(values, shares)
        return cls(
            total=total,
            weight=weight,
            losses=size,
            valid=size if found.valid is None else _count(values, found.valid),
            nonzero=size if found.weights is None else _count(values, found.weights),
            counted=_count(values, factors),
            clips=_clips(found, factors),
            vanished=found.vanished,
        )

    def __add__(self, other: "Sums") -> "Sums":  # type: ignore[override]
        clips = self.clips if other.clips is None else other.clips
        if self.clips is not None and other.clips is not None:
            clips = self.clips + other.clips
        return Sums(
            self.total + other.total,
            self.weight + other.weight,
            self.losses + other.losses,
            self.valid + other.valid,
            self.nonzero + other.nonzero,
            self.counted + other.counted,
            clips,
            self.vanished or other.vanished,
        )

    def divisor(self, denominator: Denominator, inner: int = 1) -> Fraction:
        """The divisor of the total; ``inner`` for a sum whose outputs are averaged first.

        Keras 2 divides by the mean of the mask, then by the share of non-zero weights; without a
        mask the result is the number of non-zero weights.
        """
        if denominator == "weights":
            return self.weight.fraction
        if denominator == "count":
            return Fraction(self.valid)
        if denominator == "nonzero":
            return Fraction(self.valid * self.nonzero, max(1, self.losses))
        return Fraction(inner)

    def divides(self, denominator: Denominator) -> bool:
        """Whether the divisor is not 0, without computing a fraction."""
        if denominator == "weights":
            return bool(self.weight.numerator) or not self.weight.finite
        return bool(self.divisor(denominator))

    def mean(self, denominator: Denominator, inner: int = 1, limit: float = math.inf) -> float:
        """``total / divisor``, rounded once; NaN where the divisor is 0.

        Sums beyond ``limit`` are inf, as in libraries; see
        :mod:`xentcli.measures.float_limits`.
        """
        total = _limited(self.total, limit)
        if denominator == "weights":
            return mean_of(total, _limited(self.weight, limit))
        divisor = self.divisor(denominator, inner)
        return mean_of(total * divisor.denominator, ExactSum.count(divisor.numerator))


def _limited(total: ExactSum, limit: float) -> ExactSum:
    value = total.value() if limit < math.inf else 0.0
    if abs(value) <= limit or math.isnan(value):
        return total
    return ExactSum(positive=int(value > 0), negative=int(value < 0))


def counting(found: Losses) -> Array:
    """The factor of each loss, ``[m]`` or the losses' shape: its weight, or 0 if left out."""
    weights = found.weights
    if weights is None:
        return np.ones(found.values.shape if found.valid is None else found.valid.shape) * (
            1.0 if found.valid is None else found.valid
        )
    return _masked(weights, found.valid)


def _never_hiding(found: Losses, factors: Array) -> Array:
    """``factors``, with NaN for 0 on an infinite loss if the rule has ``zero_times``."""
    if not found.rule.zero_times or found.weights is None:
        return factors
    bad = ~np.isfinite(found.values)
    if not bad.any():
        return factors
    whole = np.broadcast_to(beside(bad, factors), bad.shape)
    weights = np.broadcast_to(beside(bad, found.weights), bad.shape)
    valid = True if found.valid is None else beside(bad, found.valid)
    return np.where(bad & (weights == 0) & valid, np.nan, whole)


def _masked(weights: Array, valid: Array | None) -> Array:
    if valid is None:
        return weights
    return np.where(beside(weights, valid), beside(valid, weights), 0.0)


def _repeats(values: Array, factors: Array) -> int:
    """The number of losses that each factor applies to."""
    return 1 if factors.ndim == values.ndim else math.prod(values.shape[1:])


def _count(values: Array, factors: Array) -> int:
    return int(np.count_nonzero(factors)) * _repeats(values, factors)


def _clips(found: Losses, factors: Array | None) -> Clips | None:
    clipped = found.clipped
    if clipped is None:
        return None
    if factors is not None:
        used = factors != 0
        clipped = clipped & beside(clipped, used)
    if not clipped.any():
        return Clips()
    rows = clipped if clipped.ndim == 1 else clipped.any(axis=1)
    values = found.values[clipped]
    if factors is None:
        total = ExactSum.of(values)
    else:
        shape = found.values.shape
        spread = np.broadcast_to(beside(found.values, factors), shape)
        total = ExactSum.of(values, spread[clipped])
    total = total.scaled(found.power)
    return Clips(int(np.count_nonzero(clipped)), int(np.count_nonzero(rows)), total)
