"""Binary cross-entropy by a rule, per element, ``[m]`` or ``[m, k]``."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from xentcli import kernels
from xentcli.blocks.block import Block
from xentcli.conventions import Rule
from xentcli.job import Job
from xentcli.kernels import framework_formulas, narrow
from xentcli.losses.probabilities import Costs, capped, clipped, is_exact, minus_log
from xentcli.losses.result import Losses
from xentcli.losses.targets import (
    class_weights,
    per_output,
    scaled_classes,
    scaled_positives,
    smoothed,
    taken,
    weighted_rows,
)

Array = np.ndarray[Any, np.dtype[Any]]


class _Terms(NamedTuple):
    """The factors of the costs of labels 1 and 0, and which of these costs a bound changed."""

    positive: Array
    negative: Array
    on_bounded: Array | None
    off_bounded: Array | None


def losses(block: Block, rule: Rule, job: Job) -> Losses:
    """The losses of a block; see :class:`Losses`."""
    kind = np.dtype(job.variant.convention.computes_in)
    scores = block.scores.astype(kind, copy=False)
    raw = taken(block, rule, job, kind)
    y = smoothed(raw, 2, job.variant.settings.label_smoothing)
    by_class = class_weights(block, rule, job)
    inside = by_class is not None and rule.class_weights != "rows"
    class_power = 0
    if by_class is not None and inside:
        by_class, class_power = scaled_classes(by_class, rule)
    factors = weighted_rows(block, rule, job, raw, by_class, inside=inside)
    rest = _complement(raw, y, rule, job.variant.settings.label_smoothing)
    positive, negative = y, rest
    if by_class is not None and inside:
        positive, negative = positive * by_class[1], negative * by_class[0]
    power = class_power
    if job.variant.settings.pos_weight:
        count = block.layout.outputs or 1
        factor = per_output(job.variant.settings.pos_weight, count, "--pos-weight", kind)
        factor, more = scaled_positives(factor, rule)
        positive, negative, power = positive * factor, np.ldexp(negative, -more), power + more
    values, terms = _summed(positive, negative, scores, block.layout.scale, rule, job)
    gradient = _gradient(terms, scores, rule) if job.keep.grad else None
    if job.variant.settings.focal_gamma is not None:
        p, miss = _chances(scores, block.layout.scale, rule)
        factor, slope = _focal(y, rest, p, miss, rule, job)
        if gradient is not None:
            gradient = factor * gradient + _times(slope, values, guarded=True)
        values = _times(factor, values, guarded=rule.form == "exact")
    values = values.astype(kind, copy=False)
    return Losses(
        values,
        rule,
        factors.weights,
        factors.shares,
        block.valid,
        _bounded(terms),
        gradient,
        power,
        class_power,
        factors.vanished,
    )


def _complement(raw: Array, y: Array, rule: Rule, smoothing: float) -> Array:
    """``1 - y`` of smoothed labels ``y``, in the type in which the library computes it.

    The definition smooths ``1 - raw`` instead, since ``1 - y`` would cancel digits of the loss.
    """
    if rule.form == "exact":
        return smoothed(1 - raw, 2, smoothing)
    if rule.complement_in is None:
        return np.asarray(1 - y)
    return np.asarray((1 - y.astype(rule.complement_in)).astype(y.dtype))


def _summed(
    positive: Array, negative: Array, scores: Array, scale: str, rule: Rule, job: Job
) -> tuple[Array, _Terms]:
    """``positive·on + negative·off``, where on and off are the costs of labels 1 and 0."""
    of_logits = scale == "logits" and not rule.squash
    if rule.form == "exact" and of_logits:
        values = kernels.bce_from_logits(positive, scores, negatives=negative)
        return values, _Terms(positive, negative, None, None)
    if is_exact(rule) and not of_logits:
        p, outside = _probabilities(scores, scale, rule)
        values = kernels.bce_from_probs(positive, p, negatives=negative)
        return values, _Terms(positive, negative, outside, outside)
    on, off = _costs(scores, scale, rule, job)
    # Without a bound a probability of 0 costs inf, and 0·inf must not count for the other label.
    unbounded = scale == "probs" and rule.bound == "none" and not rule.added
    guarded = rule.form == "exact" or unbounded
    values = _times(positive, on.nats, guarded=guarded)
    values = values + _times(negative, off.nats, guarded=guarded)
    return np.asarray(values), _Terms(positive, negative, on.bounded, off.bounded)


def _probabilities(scores: Array, scale: str, rule: Rule) -> tuple[Array, Array | None]:
    """The probabilities whose logarithm the rule takes, and which were clipped."""
    return clipped(framework_formulas.sigmoid(scores) if scale == "logits" else scores, rule)


def _costs(scores: Array, scale: str, rule: Rule, job: Job) -> tuple[Costs, Costs]:
    """The costs of labels 1 and 0 at each score."""
    if scale == "logits" and not rule.squash:
        positive, negative = _LOGITS.get(rule.form, _both)(scores)
        return Costs(positive), Costs(negative)
    p, outside = _probabilities(scores, scale, rule)
    if rule.form == "logit" and not rule.added:
        positive, negative = framework_formulas.bce_max(narrow.log(p / (1 - p)))
        return Costs(positive, outside), Costs(negative, outside)
    on = minus_log(p, rule)
    off = capped(0 - narrow.log1p(-p), rule) if rule.form == "log1p" else minus_log(1 - p, rule)
    return (on, off) if outside is None else (Costs(on.nats, outside), Costs(off.nats, outside))


def _both(z: Array) -> framework_formulas.Pair:
    """The costs of labels 1 and 0 by the definition."""
    return kernels.bce_from_logits(np.ones_like(z), z), kernels.bce_from_logits(np.zeros_like(z), z)


_LOGITS: Final[Mapping[str, Callable[[Array], framework_formulas.Pair]]] = {
    "max": framework_formulas.bce_max,
    "weighted-max": framework_formulas.bce_weighted_max,
    "log-sigmoid": framework_formulas.bce_log_sigmoid,
    "log-sigmoids": framework_formulas.bce_log_sigmoids,
}


def _times(factor: Array, cost: Array, *, guarded: bool) -> Array:
    """``factor·cost``; ``guarded``: with 0·inf = 0."""
    return np.where(factor == 0, 0, factor * cost) if guarded else np.asarray(factor * cost)


def _bounded(terms: _Terms) -> Array | None:
    """The elements whose loss a bound changed."""
    on, off = terms.on_bounded, terms.off_bounded
    if on is None or off is None:
        return None
    if on is off:  # a clip: it changes both logarithms
        return on
    return np.asarray(on & (terms.positive != 0) | off & (terms.negative != 0))


def _chances(scores: Array, scale: str, rule: Rule) -> tuple[Array, Array]:
    """``p`` and ``1 - p``; from logits by the definition, each with full precision."""
    if scale == "probs":
        return scores, 1 - scores
    sigmoid = kernels.sigmoid if rule.form == "exact" else framework_formulas.sigmoid
    return sigmoid(scores), sigmoid(-scores)


def _gradient(terms: _Terms, logits: Array, rule: Rule) -> Array:
    """The derivative of ``positive·on + negative·off``: on' = p - 1, off' = p; 0 where bounded."""
    p, miss = _chances(logits, "logits", rule)
    up, down = terms.negative * p, terms.positive * miss
    on, off = terms.on_bounded, terms.off_bounded
    if on is not None and off is not None:
        up, down = np.where(off, 0, up), np.where(on, 0, down)
    return np.asarray(up - down)


def _focal(
    y: Array, rest: Array, p: Array, miss: Array, rule: Rule, job: Job
) -> tuple[Array, Array]:
    """``alpha_t·(1 - p_t)^gamma`` and its derivative by the logit (Lin et al. 2017).

    Where the factor is 0, its derivative, infinite for gamma below 1, is set to 0: it is
    multiplied by a loss of 0.
    """
    gamma = job.variant.settings.focal_gamma or 0.0
    wrong = y * miss + rest * p
    factor, slope = wrong**gamma, np.zeros_like(wrong)
    if gamma:
        inner = gamma * wrong ** (gamma - 1) * (rest - y) * p * miss
        slope = np.where(wrong == 0, 0, inner)
    alphas = job.variant.settings.focal_alpha or ((rule.focal_alpha,) if rule.focal_alpha else ())
    if alphas:
        count = y.shape[1] if y.ndim > 1 else 1
        alpha = per_output(alphas, count, "--focal-alpha", y.dtype)
        balance = alpha * y + (1 - alpha) * rest
        factor, slope = balance * factor, balance * slope
    return np.asarray(factor), np.asarray(slope)
