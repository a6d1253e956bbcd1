"""Categorical cross-entropy by a rule, per sample, ``[m]``.

Class numbers need the cost of their own class only; smoothed and focal losses and gradients are
computed from rows of labels.
"""

from typing import Any

import numpy as np

from xentcli import kernels
from xentcli.blocks.block import Block
from xentcli.conventions import Rule
from xentcli.job import Job
from xentcli.kernels import framework_formulas, narrow
from xentcli.losses.probabilities import Costs, clipped, is_exact, minus_log
from xentcli.losses.result import Losses
from xentcli.losses.targets import (
    class_weights,
    one_hot,
    per_output,
    scaled_classes,
    smoothed,
    smoothed_over,
    taken,
    weighted_rows,
)

Array = np.ndarray[Any, np.dtype[Any]]


def losses(block: Block, rule: Rule, job: Job) -> Losses:
    """The losses of a block; see :class:`Losses`."""
    kind = np.dtype(job.variant.convention.computes_in)
    scores = block.scores.astype(kind, copy=False)
    labels = taken(block, rule, job, kind)
    by_class = class_weights(block, rule, job)
    settings = job.variant.settings
    by_target = block.indexed and not (
        settings.label_smoothing or settings.focal_gamma is not None or rule.one_hot
    )
    inside = by_class is not None and rule.class_weights != "rows"
    power = 0
    if by_class is not None and inside:
        by_class, power = scaled_classes(by_class, rule)
    factors = weighted_rows(block, rule, job, labels, by_class, inside=inside)
    terms = None
    if job.keep.grad or not by_target:
        rows = _rows(labels, by_class if inside else None, block, rule, job)
        terms = rows, _costs(scores, block.layout.scale, rule)
    if by_target:
        values, clip = _of_targets(labels, scores, block.layout.scale, rule)
        if by_class is not None and inside:
            own = by_class[labels].astype(kind)
            values = own * values if rule.zero_times else np.where(own == 0, 0, own * values)
    else:
        assert terms is not None
        values, clip = _of_rows(*terms, block, rule, job)
    gradient = _gradient(*terms, scores, rule, job) if job.keep.grad and terms is not None else None
    values = values.astype(kind, copy=False)
    return Losses(
        values,
        rule,
        factors.weights,
        factors.shares,
        block.valid,
        clip,
        gradient,
        power,
        power,
        factors.vanished,
    )


def _rows(labels: Array, by_class: Array | None, block: Block, rule: Rule, job: Job) -> Array:
    """Labels as rows ``[m, k]``: smoothed, times class weights and the focal alpha."""
    kind, classes = np.dtype(job.variant.convention.computes_in), block.scores.shape[1]
    rows = one_hot(labels, classes, kind) if labels.ndim == 1 else labels
    rows = smoothed(rows, smoothed_over(block.layout, rule), job.variant.settings.label_smoothing)
    if by_class is not None:
        rows = rows * by_class.astype(kind)
    if job.variant.settings.focal_gamma is not None:
        alpha = job.variant.settings.focal_alpha or (rule.focal_alpha or 1.0,)
        rows = rows * per_output(alpha, classes, "--focal-alpha", kind)
    return rows


def _of_rows(
    rows: Array, costs: Costs, block: Block, rule: Rule, job: Job
) -> tuple[Array, Array | None]:
    """The losses of ``rows`` of labels, and where a bound changed them."""
    clip = None if costs.bounded is None else (costs.bounded & (rows != 0)).any(axis=1)
    rows = rows * _focal(costs, job)
    scores = block.scores.astype(job.variant.convention.computes_in, copy=False)
    if is_exact(rule):
        values = _exact(rows, scores, block.layout.scale, rule)
        if job.variant.settings.class_weight:  # a weight of 0 also leaves out NaN
            values = np.where(rows.any(axis=1), values, 0)
        return values, clip
    numbers = block.indexed and not rule.one_hot
    guarded = numbers or rule.form == "exact" or block.layout.scale == "probs"
    return _summed(rows, costs.nats, guarded=guarded), clip


def _probabilities(scores: Array, scale: str, rule: Rule) -> tuple[Array, Array | None]:
    """The class probabilities whose logarithm the rule takes, and which were clipped."""
    p = framework_formulas.softmax(scores) if scale == "logits" else scores
    if rule.renormalise == "before":
        p = p / p.sum(axis=1, keepdims=True)
    p, outside = clipped(p, rule)
    if rule.renormalise == "after" and rule.form != "logit":  # the form's softmax divides
        p = p / p.sum(axis=1, keepdims=True)
    return p, outside


def _of_targets(labels: Array, scores: Array, scale: str, rule: Rule) -> tuple[Array, Array | None]:
    """The cost of each sample's labelled class, and where a bound changed it."""
    rows = np.arange(len(labels))
    if scale == "logits" and not rule.squash:
        if rule.form == "exact":
            return kernels.ce_from_logits(labels, scores), None
        if rule.form == "lse":
            return framework_formulas.lse(scores) - scores[rows, labels], None
        return framework_formulas.negative_log_softmax(scores)[rows, labels], None
    p, outside = _probabilities(scores, scale, rule)
    bounded: Array | None = None
    if is_exact(rule):
        values = kernels.ce_from_probs(labels, p)
    elif rule.form == "logit":
        values = framework_formulas.negative_log_softmax(narrow.log(p))[rows, labels]
    else:
        values, bounded = minus_log(p[rows, labels], rule)
    return values, bounded if outside is None else outside[rows, labels]


def _costs(scores: Array, scale: str, rule: Rule) -> Costs:
    """The cost of each class as the label, ``[m, k]``."""
    if scale == "logits" and not rule.squash:
        if rule.form == "exact":
            return Costs(-kernels.log_softmax(scores))
        return Costs(framework_formulas.negative_log_softmax(scores))
    p, outside = _probabilities(scores, scale, rule)
    if rule.form == "logit":
        return Costs(framework_formulas.negative_log_softmax(narrow.log(p)), outside)
    nats, bounded = minus_log(p, rule)
    return Costs(nats, bounded if outside is None else outside)


def _exact(rows: Array, scores: Array, scale: str, rule: Rule) -> Array:
    if scale == "logits" and not rule.squash:
        return kernels.ce_from_logits_soft(rows, scores)
    return kernels.ce_from_probs_soft(rows, _probabilities(scores, scale, rule)[0])


def _summed(rows: Array, nats: Array, *, guarded: bool) -> Array:
    """``Σ rows·nats``; ``guarded``: with 0·inf = 0."""
    terms = rows * nats
    if guarded:
        terms[rows == 0] = 0
    return np.asarray(terms.sum(axis=1))


def _focal(costs: Costs, job: Job) -> Any:
    """``(1 - p)^gamma`` for every class (Lin et al. 2017); 1 without a focal loss."""
    gamma = job.variant.settings.focal_gamma
    return 1 if gamma is None else _missing(costs.nats) ** gamma


def _missing(nats: Array) -> Array:
    """``1 - p`` from ``-log p``, to full precision."""
    return -narrow.expm1(-nats)


def _gradient(rows: Array, costs: Costs, logits: Array, rule: Rule, job: Job) -> Array:
    """The derivative by the logits: ``h - p·Σ h``, with h the derivative of each term by log p.

    ``h = -rows`` for the plain loss, ``rows·(γ·p·(1-p)^(γ-1)·log p - (1-p)^γ)`` for the focal
    loss, and 0 where a bound changed the loss.
    """
    exact = rule.form == "exact"
    p, miss = (
        (kernels.softmax if exact else framework_formulas.softmax)(logits),
        _missing(costs.nats),
    )
    h, gamma = -rows, job.variant.settings.focal_gamma
    if gamma is not None:
        moved = (miss != 0) & (p != 0) & (gamma != 0)  # elsewhere the limit is 0
        inner = np.where(moved, gamma * p * miss ** (gamma - 1) * -costs.nats, 0)
        h = rows * (inner - miss**gamma)
    if costs.bounded is not None:
        h = np.where(costs.bounded, 0, h)
    total = h.sum(axis=1, keepdims=True)
    # Where p is nearly 1, 1 - p has the digits.
    return np.asarray(h * miss - p * (total - h) if exact else h - p * total)
