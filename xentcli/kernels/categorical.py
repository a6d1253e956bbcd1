"""Categorical cross-entropy, sample by sample, from logits or from probabilities.

There is one function for class numbers and one for one-hot or soft rows; a one-hot row gives the
same digits as its class number.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from xentcli.errors import ShapeError
from xentcli.kernels.lse import log_one_plus, log_sum_exp, lost, max_and_rest
from xentcli.kernels.pieces import Array, output, rowwise

Kernel = Callable[[Array, Array], Array]


def ce_from_logits(labels: ArrayLike, logits: ArrayLike, *, out: Array | None = None) -> Array:
    """Categorical cross-entropy of logits and class numbers, per sample, in nats.

    Use it on raw scores with one class number per sample.

    ``(max z - z_y) + log1p(s)``, ``s = Σ exp(z_j - max z)`` over all j except the maximum's

    Args:
        labels: ``[n]`` whole numbers from 0 to k - 1.
        logits: ``[n, k]``, any real type; computed in float64.
        out: float64 array ``[n]`` to write into.

    Returns:
        float64 array ``[n]``. A logit of ``-inf`` has probability 0, so it costs ``inf`` as the
        target; rows with ``inf`` or NaN, or of only ``-inf``, give NaN.

    Raises:
        ShapeError: labels are not ``[n]`` or logits not ``[n, k]``.
        IndexError: a label is not a whole number from 0 to k - 1.

    Example:
        >>> import numpy as np
        >>> ce_from_logits(np.array([0]), np.array([[100.0, 0.0, 0.0]]))
        array([7.44015195e-44])

    Source: log-sum-exp with the maximum taken out of the sum, Blanchard, Higham and Higham
    (2021), with the rounding error of each difference and sum added back (Knuth's TwoSum).
    """

    return _by_block(_logit_losses, *_indexed(labels, logits), out)


def ce_from_logits_soft(labels: ArrayLike, logits: ArrayLike, *, out: Array | None = None) -> Array:
    """Categorical cross-entropy of logits and one-hot or soft rows, per sample, in nats.

    Use it where labels are distributions or mark several classes; rows need not sum to 1.

    ``Σ_j y_j·(max z - z_j) + (Σ_j y_j)·log1p(s)``, s as in :func:`ce_from_logits`

    Args:
        labels: ``[n, k]``, each >= 0.
        logits: ``[n, k]``, any real type; computed in float64.
        out: float64 array ``[n]`` to write into.

    Returns:
        float64 array ``[n]``; ``0·inf`` is 0, infinities and NaN as in :func:`ce_from_logits`.

    Raises:
        ShapeError: labels and logits are not both ``[n, k]``.

    Example:
        >>> import numpy as np
        >>> ce_from_logits_soft(np.array([[0.5, 0.5]]), np.array([[2.0, 0.0]]))
        array([1.12692801])

    Source: as :func:`ce_from_logits`.
    """

    def kernel(y: Array, z: Array) -> Array:
        top, rest = log_sum_exp(z)
        gaps = top[:, np.newaxis] - z
        gaps[y == 0] = 0.0
        gaps *= y
        losses = gaps.sum(axis=1) + y.sum(axis=1) * rest
        if np.isinf(losses).any():
            losses = _halved(y, z, top, rest, losses)
        return np.asarray(losses)

    return _by_block(_single_first(_logit_losses, kernel), *_paired(labels, logits), out)


def ce_from_probs(
    labels: ArrayLike, probs: ArrayLike, *, renormalise: bool = False, out: Array | None = None
) -> Array:
    """Categorical cross-entropy of probabilities and class numbers, per sample, in nats.

    Use it where only probabilities are at hand; nothing is clipped.

    ``-log(p_y)``, or with ``renormalise`` ``-log(p_y / Σ p) = log1p((Σ p - p_y) / p_y)``

    Args:
        labels: ``[n]`` whole numbers from 0 to k - 1.
        probs: ``[n, k]``; with ``renormalise`` any numbers >= 0, such as counts.
        renormalise: divide each row by its sum first.
        out: float64 array ``[n]`` to write into.

    Returns:
        float64 array ``[n]``: ``inf`` where the target has probability 0; NaN for NaN and, with
        ``renormalise``, for a row of zeros.

    Raises:
        ShapeError: labels are not ``[n]`` or probs not ``[n, k]``.
        IndexError: a label is not a whole number from 0 to k - 1.

    Example:
        >>> import numpy as np
        >>> ce_from_probs(np.array([1]), np.array([[0.4, 1.0, 0.6]]))
        array([0.])
        >>> ce_from_probs(np.array([1]), np.array([[0.4, 1.0, 0.6]]), renormalise=True)
        array([0.69314718])

    Source: the definition.
    """

    kernel = _renormalised_losses if renormalise else _prob_losses
    return _by_block(kernel, *_indexed(labels, probs), out)


def ce_from_probs_soft(
    labels: ArrayLike, probs: ArrayLike, *, renormalise: bool = False, out: Array | None = None
) -> Array:
    """Categorical cross-entropy of probabilities and one-hot or soft rows, per sample, in nats.

    Use it where labels are distributions or mark several classes.

    ``-Σ_j y_j·log(p_j)``, with ``renormalise`` ``-Σ_j y_j·log(p_j / Σ p)``

    Args:
        labels: ``[n, k]``, each >= 0.
        probs: ``[n, k]``; with ``renormalise`` any numbers >= 0, such as counts.
        renormalise: divide each row by its sum first.
        out: float64 array ``[n]`` to write into.

    Returns:
        float64 array ``[n]``; ``0·log 0`` is 0, a positive label on probability 0 costs ``inf``.

    Raises:
        ShapeError: labels and probs are not both ``[n, k]``.

    Example:
        >>> import numpy as np
        >>> ce_from_probs_soft(np.array([[0.5, 0.5, 0.0]]), np.array([[0.5, 0.5, 0.0]]))
        array([0.69314718])

    Source: the definition.
    """

    def kernel(y: Array, p: Array) -> Array:
        terms = _log_odds(_others(p), p) if renormalise else 0.0 - np.log(p)
        terms[y == 0] = 0.0
        terms *= y
        return np.asarray(terms.sum(axis=1))

    indexed = _renormalised_losses if renormalise else _prob_losses
    return _by_block(_single_first(indexed, kernel), *_paired(labels, probs), out)


def _logit_losses(y: Array, z: Array) -> Array:
    top, others = max_and_rest(z)
    target = z[np.arange(len(z)), y]
    gap = top - target
    logs, correction = log_one_plus(others)
    losses = gap + logs
    correction += lost(top, -target, gap) + lost(gap, logs, losses)
    correction[np.isinf(gap)] = 0.0  # nothing was lost by rounding there
    losses += correction
    return np.asarray(losses)


def _halved(y: Array, z: Array, top: Array, rest: Array, losses: Array) -> Array:
    """``losses``, recomputed where a difference of finite logits overflowed to inf."""
    far = np.isinf(losses) & np.isfinite(z).all(axis=1)
    halves = (y[far] * (0.5 * top[far, np.newaxis] - 0.5 * z[far])).sum(axis=1)
    losses[far] = 2.0 * halves + y[far].sum(axis=1) * rest[far]
    return losses


def _prob_losses(y: Array, p: Array) -> Array:
    return np.asarray(0.0 - np.log(p[np.arange(len(p)), y]))


def _renormalised_losses(y: Array, p: Array) -> Array:
    rows = np.arange(len(p))
    others = p.copy()
    others[rows, y] = 0.0
    return _log_odds(others.sum(axis=1), p[rows, y])


def _single_first(indexed: Kernel, soft: Kernel) -> Kernel:
    """A kernel that computes rows with a single non-zero label by class number, others by ``soft``.

    The loss is then multiplied by that label. One-hot rows are faster that way, and they get the
    digits of their class numbers, weighted or not.
    """

    def kernel(y: Array, x: Array) -> Array:
        single = np.count_nonzero(y, axis=1) == 1
        if single.all():
            return _times_label(indexed, y, x)
        losses = soft(y, x)
        losses[single] = _times_label(indexed, y[single], x[single])
        return losses

    return kernel


def _times_label(indexed: Kernel, y: Array, x: Array) -> Array:
    largest = y.argmax(axis=1)
    return np.asarray(indexed(largest, x) * y[np.arange(len(y)), largest])


def _log_odds(others: Array, target: Array) -> Array:
    """``log((others + target) / target)``, precise near 0 and without overflow for large ratios."""
    ratio = others / target
    losses = np.log1p(ratio)
    far = np.isinf(ratio) & (target > 0)
    if far.any():
        losses[far] = np.log(others[far]) - np.log(target[far])
    return np.asarray(losses)


def _others(p: Array) -> Array:
    """``Σ p - p_j`` for every j; for the largest, where that cancels, the sum of the others."""
    rows, largest = np.arange(len(p)), p.argmax(axis=1)
    rest = p.copy()
    rest[rows, largest] = 0.0
    small = rest.sum(axis=1)
    others = (small + p[rows, largest])[:, np.newaxis] - p
    others[rows, largest] = small
    return np.asarray(others)


def _by_block(kernel: Kernel, labels: Array, scores: Array, out: Array | None) -> Array:
    count, classes = scores.shape
    result = output((count,), out)
    kind = np.intp if labels.ndim == 1 else np.float64
    with np.errstate(all="ignore"):
        for piece in rowwise(count, classes):
            block = np.ascontiguousarray(scores[piece], np.float64)
            result[piece] = kernel(np.asarray(labels[piece], kind), block)
    return result


def _indexed(labels: ArrayLike, scores: ArrayLike) -> tuple[Array, Array]:
    y, x = np.asarray(labels), np.asarray(scores)
    if x.ndim != 2 or y.shape != x.shape[:1]:
        raise ShapeError(f"labels {list(y.shape)} do not fit scores {list(x.shape)}")
    if y.size:
        low, high = y.min(), y.max()
        if y.dtype.kind not in "iub" or low < 0 or high >= x.shape[1]:
            raise IndexError(f"labels must be whole numbers from 0 to {x.shape[1] - 1}")
    return y, x


def _paired(labels: ArrayLike, scores: ArrayLike) -> tuple[Array, Array]:
    y, x = np.asarray(labels), np.asarray(scores)
    if x.ndim != 2 or y.shape != x.shape:
        raise ShapeError(f"labels {list(y.shape)} do not fit scores {list(x.shape)}")
    return y, x
