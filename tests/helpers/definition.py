"""The definition of each loss with every option, at 60 digits, term by term with mpmath."""

import math
from collections.abc import Sequence
from typing import Any

import mpmath

DIGITS = 60
ONE = mpmath.mpf(1)


def bce(
    y: float,
    score: float,
    scale: str,
    *,
    smoothing: float = 0.0,
    class_weight: Sequence[float] = (1.0, 1.0),
    pos_weight: float = 1.0,
    gamma: float | None = None,
    alpha: float | None = None,
    eps: float | None = None,
) -> Any:
    """``w1·q·y·(-log p) + w0·(1-y)·(-log(1-p))``, times the focal factor."""
    with mpmath.workdps(DIGITS):
        on, off, p, miss = _binary(score, scale, eps)
        a, y = mpmath.mpf(smoothing), mpmath.mpf(y)
        y, rest = y * (1 - a) + a / 2, (1 - y) * (1 - a) + a / 2
        loss = product(y * pos_weight * class_weight[1], on)
        loss += product(rest * class_weight[0], off)
        if gamma is not None:
            factor = (y * miss + rest * p) ** mpmath.mpf(gamma)
            if alpha is not None:
                factor *= alpha * y + (1 - mpmath.mpf(alpha)) * rest
            loss = product(factor, loss)
        return loss


def ce(
    y: Sequence[float],
    scores: Sequence[float],
    scale: str,
    *,
    smoothing: float = 0.0,
    class_weight: Sequence[float] | None = None,
    gamma: float | None = None,
    alpha: Sequence[float] | None = None,
    eps: float | None = None,
) -> Any:
    """``Σ w_c·alpha_c·y_c·(1-p_c)^gamma·(-log p_c)``."""
    classes = len(scores)
    with mpmath.workdps(DIGITS):
        a, total = mpmath.mpf(smoothing), mpmath.mpf(0)
        for c, share in enumerate(y):
            cost, miss = _categorical(scores, c, scale, eps)
            factor = mpmath.mpf(share) * (1 - a) + a / classes
            factor *= 1 if class_weight is None else mpmath.mpf(class_weight[c])
            factor *= 1 if alpha is None else mpmath.mpf(alpha[c])
            factor *= 1 if gamma is None else miss ** mpmath.mpf(gamma)
            total += product(factor, cost)
        return total


def product(factor: Any, cost: Any) -> Any:
    """With ``0·inf = 0``."""
    return mpmath.mpf(0) if factor == 0 or cost == 0 else factor * cost


def _binary(score: float, scale: str, eps: float | None) -> tuple[Any, Any, Any, Any]:
    """What label 1 costs, what label 0 costs, p, 1 - p; each without cancellation."""
    z = mpmath.mpf(score)
    if scale == "logits":
        up, down = mpmath.exp(z), mpmath.exp(-z)
        p, miss = 1 / (1 + down), 1 / (1 + up)
        return mpmath.log1p(down), mpmath.log1p(up), p, miss
    q = z if eps is None else min(max(z, mpmath.mpf(eps)), mpmath.mpf(1 - eps))
    return _minus_log(q), mpmath.inf if q == 1 else -mpmath.log1p(-q), z, 1 - z


def _categorical(scores: Sequence[float], c: int, scale: str, eps: float | None) -> tuple[Any, Any]:
    """What class c costs, and 1 - p of it."""
    if scale == "probs":
        p = mpmath.mpf(scores[c])
        p = p if eps is None else min(max(p, mpmath.mpf(eps)), mpmath.mpf(1 - eps))
        return _minus_log(p), 1 - p
    if scores[c] == -math.inf:
        return mpmath.inf, ONE
    others = mpmath.fsum(mpmath.exp(mpmath.mpf(z) - scores[c]) for z in _without(scores, c))
    return mpmath.log1p(others), others / (1 + others)


def _without(scores: Sequence[float], c: int) -> list[float]:
    return [z for i, z in enumerate(scores) if i != c]


def _minus_log(p: Any) -> Any:
    return mpmath.inf if p == 0 else -mpmath.log(p)


def off_by(value: float, exact: Any) -> float:
    """How far ``value`` is from ``exact``, in units in the last place of the nearest float."""
    nearest = float(exact)
    if not math.isfinite(nearest) or not math.isfinite(value):
        return 0.0 if nearest == value else math.inf
    with mpmath.workdps(DIGITS):
        return float(abs(mpmath.mpf(value) - exact) / mpmath.mpf(math.ulp(nearest)))
