"""Worst: the samples of the largest losses, merged exactly from whatever pieces."""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from xentcli.job import Block, Job
from xentcli.losses import Losses
from xentcli.rows import Rows, rows_of, sample_means
from xentcli.sums import counting

Array = np.ndarray[Any, np.dtype[Any]]


class Worst(NamedTuple):
    """Samples by falling loss: NaN before inf before all numbers, equal ones as they come.

    The losses are ``rows.means``; what the weights leave out has no part in them. ``labels`` are
    those of a binary loss of one output, as the user counts them (None: ``rows.classes``, or
    several outputs), and ``ids`` has each sample's texts.
    """

    rows: Rows
    labels: Array | None
    ids: list[tuple[str, ...]]

    @classmethod
    def of(cls, job: Job, block: Block, found: Losses) -> "Worst":
        """The job's number of them in one block."""
        rows = rows_of(job, block, found, slice(None))
        means = rows.means
        at: Array = np.arange(len(means))
        if found.weights is not None or found.valid is not None:
            used = counting(found) != 0
            if used.ndim > 1:
                means = sample_means(rows.losses, used)
                used = used.any(axis=1)
            at = np.flatnonzero(used)
        at = at[largest(means[at], job.worst)]
        labels = None
        if block.layout.loss == "bce" and block.labels.ndim == 1:
            labels = block.labels[at] + job.label_base
        columns = [column.take(at).texts() for column in block.ids]
        ids = [tuple(column[i] for column in columns) for i in range(len(at))]
        return cls(replace(rows, means=means, gradient=None).take(at), labels, ids)

    def after(self, rows: int) -> "Worst":
        """The same samples when ``rows`` rows stand before them."""
        return self._replace(rows=self.rows.after(rows))

    def merged(self, other: "Worst", count: int) -> "Worst":
        """The ``count`` worst of both, ``other`` standing after this one."""
        rows = Rows.joined((self.rows, other.rows))
        at = largest(rows.means, count)
        labels = None
        if self.labels is not None and other.labels is not None:
            labels = np.concatenate((self.labels, other.labels))[at]
        ids = self.ids + other.ids
        return Worst(rows.take(at), labels, [ids[place] for place in at.tolist()])


def largest(values: Array, count: int) -> Array:
    """The places of the ``count`` largest values by falling size, NaN first, then as they come.

    >>> largest(np.array([1.0, np.nan, 2.0, np.inf, 2.0]), 4).tolist()
    [1, 3, 2, 4]
    """
    at: Array = np.arange(len(values))
    if len(values) > count:
        # NumPy sorts NaN behind inf.
        least = np.partition(values, len(values) - count)[len(values) - count]
        above = np.isnan(values) & ~np.isnan(least) | (values > least)
        equal = np.isnan(values) if np.isnan(least) else values == least
        more = count - int(np.count_nonzero(above))
        at = np.sort(np.concatenate((np.flatnonzero(above), np.flatnonzero(equal)[:more])))
    sizes = values[at]
    numbers = np.where(np.isnan(sizes), 0.0, -sizes)
    order: Array = np.lexsort((numbers, ~np.isnan(sizes)))
    return at[order]
