"""Worst: the samples with the largest losses, the same for any split of the input."""

from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np

from xentcli.blocks.block import Block
from xentcli.blocks.places import Extent
from xentcli.job import Job
from xentcli.losses import Losses, beside
from xentcli.measures.samples import Rows, rows_of, sample_means, times

Array = np.ndarray[Any, np.dtype[Any]]

STEP: Final = 64
"""Values in a group: maxima of groups take 0.3 ns a value, a partition of all takes 2.3."""


class Worst(NamedTuple):
    """Samples by descending loss: NaN, then inf, then numbers; equal losses in the input's order.

    The losses are ``rows.means``; samples of weight 0 are left out. ``labels`` are those of a
    binary loss of one output, as the user counts them (None: ``rows.classes``, or several
    outputs).
    """

    rows: Rows
    labels: Array | None

    @classmethod
    def of(cls, job: Job, block: Block, found: Losses, used: Array | None) -> "Worst":
        """The worst samples of one block; ``used`` marks the losses that count."""
        means, among = _ranked(job, found, used)
        at = largest(means if among is None else means[among], job.keep.worst)
        at = at if among is None else among[at]
        rows = rows_of(job, block, found, at)
        labels = None
        if block.layout.loss == "bce" and block.labels.ndim == 1:
            labels = block.labels[at] + job.input.first_class
        return cls(replace(rows, means=means[at].astype(np.float64), gradient=None), labels)

    def after(self, before: Extent, lead: int) -> "Worst":
        """The samples renumbered to follow ``before``, as in :meth:`Rows.after`."""
        return self._replace(rows=self.rows.after(before, lead))

    def merged(self, other: "Worst", count: int) -> "Worst":
        """The ``count`` worst samples of both, with ``other`` after this one."""
        rows = Rows.joined((self.rows, other.rows))
        at = largest(rows.means, count)
        labels = None
        if self.labels is not None and other.labels is not None:
            labels = np.concatenate((self.labels, other.labels))[at]
        return Worst(rows.take(at), labels)


def _ranked(job: Job, found: Losses, used: Array | None) -> tuple[Array, Array | None]:
    """The losses of all samples, and the samples that count (None: all)."""
    losses = found.values
    if job.variant.settings.reduction == "none" and found.weights is not None:
        losses = times(losses, beside(losses, found.weights))
    if losses.ndim > 1:
        losses = sample_means(losses.astype(np.float64), used)
    if used is None or used.all():
        return losses, None
    return losses, np.flatnonzero(used if used.ndim == 1 else used.any(axis=1))


def largest(values: Array, count: int) -> Array:
    """The indices of the ``count`` largest values, descending, NaN first, equal ones in order.

    >>> largest(np.array([1.0, np.nan, 2.0, np.inf, 2.0]), 4).tolist()
    [1, 3, 2, 4]
    """
    at = _candidates(values, count)
    sizes = values[at]
    numbers = np.where(np.isnan(sizes), 0.0, -sizes)
    order: Array = np.lexsort((numbers, ~np.isnan(sizes)))
    return at[order[:count]]


def _candidates(values: Array, count: int) -> Array:
    """Ascending indices of values that include the ``count`` largest, the first of equal ones.

    ``count`` groups have a maximum of at least the ``count``-th largest maximum, so groups whose
    maximum is below it are skipped.
    """
    groups = len(values) // STEP
    if groups < 8 * count:
        return _exactly(values, count)
    maxima = values[: groups * STEP].reshape(STEP, groups).max(axis=0)  # NaN if one is NaN
    picked = np.flatnonzero(~(maxima < _least(maxima, count)))
    if len(picked) > groups // 8:  # many equal values
        return _exactly(values, count)
    inside = (picked + groups * np.arange(STEP)[:, np.newaxis]).ravel()
    return np.concatenate((inside, np.arange(groups * STEP, len(values))))


def _exactly(values: Array, count: int) -> Array:
    """Ascending indices of the ``count`` largest values, the first of equal ones."""
    if len(values) <= count:
        return np.arange(len(values))
    least = _least(values, count)
    above = np.isnan(values) & ~np.isnan(least) | (values > least)
    equal = np.isnan(values) if np.isnan(least) else values == least
    more = count - int(np.count_nonzero(above))
    return np.sort(np.concatenate((np.flatnonzero(above), np.flatnonzero(equal)[:more])))


def _least(values: Array, count: int) -> Any:
    """The ``count``-th largest value, NaN first."""
    return np.partition(values, len(values) - count)[len(values) - count]  # NaN sorts after inf
