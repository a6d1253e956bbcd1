"""The floor of a loss: the entropy of its labels, the least loss of any prediction.

A model that predicts soft or smoothed labels exactly still has their entropy as its loss. The rest
of a loss is the Kullback-Leibler divergence of the predictions from the labels.
"""

from typing import Any, NamedTuple

import numpy as np

from xentcli import kernels
from xentcli.blocks.block import Block
from xentcli.conventions import Rule
from xentcli.job import Job
from xentcli.kernels import ExactSum
from xentcli.losses import Losses
from xentcli.losses.targets import one_hot, smoothed, smoothed_over, taken
from xentcli.measures.sums import Sums, counting

Array = np.ndarray[Any, np.dtype[Any]]


class Floors(NamedTuple):
    """Σ w·h over the entropies h of labels, exact and mergeable; ``soft``: some h is not 0."""

    total: ExactSum = ExactSum()
    soft: bool = False

    @classmethod
    def of(cls, job: Job, block: Block, found: Losses, *, hard: bool) -> "Floors | None":
        """The floor of one block; ``hard``: all labels are known to be 0 and 1, or class numbers.

        None with class weights or a focal loss: there the entropy is not the least loss.
        """
        settings = job.variant.settings
        if (
            settings.pos_weight
            or settings.class_weight
            or job.variant.per_class
            or settings.focal_gamma is not None
        ):
            return None
        if not settings.label_smoothing and (hard or _are_hard(block)):
            return cls()
        values = entropies(job, block, found.rule)
        plain = found.weights is None and found.valid is None
        return cls(ExactSum.of(values, None if plain else counting(found)), soft=True)

    def __add__(self, other: "Floors") -> "Floors":  # type: ignore[override]
        return Floors(self.total + other.total, self.soft or other.soft)

    def above(self, sums: Sums) -> Sums:
        """``sums`` of losses minus their floors."""
        below = -self.total.numerator
        return sums._replace(total=sums.total + ExactSum(below))

    def under(self, sums: Sums) -> Sums:
        """The floors with the weights of ``sums``."""
        return sums._replace(total=self.total)


def _are_hard(block: Block) -> bool:
    labels = block.labels
    return block.indexed or bool(((labels == 0) | (labels == 1)).all())


def entropies(job: Job, block: Block, rule: Rule) -> Array:
    """The least loss of each element or row in the job's unit.

    Binary: ``-y·log y - (1 - y)·log(1 - y)``; rows: ``-Σ y·log(y / Σ y)``, the entropy if they
    sum to 1. Labels are prepared and smoothed by the convention.
    """
    kind, amount = (
        np.dtype(job.variant.convention.computes_in),
        job.variant.settings.label_smoothing,
    )
    labels = taken(block, rule, job, kind)
    if block.layout.loss == "bce":
        y = smoothed(labels, 2, amount).astype(np.float64)
        return _in_unit(kernels.bce_from_probs(y, y), job)
    classes = block.layout.outputs or 1
    if block.indexed:
        labels = one_hot(np.zeros(1, np.int64), classes, kind)
    rows = smoothed(labels, smoothed_over(block.layout, rule), amount).astype(np.float64)
    sums = rows.sum(axis=1, keepdims=True)
    values = kernels.ce_from_probs_soft(rows, rows / np.where(sums > 0, sums, 1.0))
    return _in_unit(np.repeat(values, len(block.labels)) if block.indexed else values, job)


def _in_unit(nats: Array, job: Job) -> Array:
    return (
        nats
        if job.variant.settings.base == "e"
        else np.asarray(nats / np.log(int(job.variant.settings.base)))
    )
