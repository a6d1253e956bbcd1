"""Binary cross-entropy, element by element, from logits or from probabilities."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from xentcli.errors import ShapeError
from xentcli.kernels.pieces import ELEMENTS, Array, elementwise, output

Scratch = tuple[Array, Array, Array]
Kernel = Callable[[Array, Array | None, Array, Array, Scratch], None]


def bce_from_logits(
    labels: ArrayLike,
    logits: ArrayLike,
    *,
    negatives: ArrayLike | None = None,
    out: Array | None = None,
) -> Array:
    """Binary cross-entropy of logits, per element, in nats.

    Use it on raw scores: it keeps digits that are lost where a sigmoid rounds to 0 or 1.

    ``n·max(z, 0) - y·min(z, 0) + (y + n)·log1p(exp(-|z|))`` with ``n = 1 - y``

    Args:
        labels: any shape, 0, 1 or between, any real type.
        logits: the labels' shape, any real type; computed in float64.
        negatives: the labels' shape, n where it is not ``1 - y``: for labels that were smoothed,
            or weighted with separate factors for y and n. Passing ``1 - y`` gives the same digits
            as None.
        out: float64 array of that shape to write into.

    Returns:
        float64 array of the logits' shape. ``0·inf`` is 0: a logit of ``inf`` costs 0 for label
        1, one of ``-inf`` costs 0 for label 0, and either costs ``inf`` for any other label.
        NaN logits and labels give NaN.

    Raises:
        ShapeError: the shapes differ; there is no broadcasting.

        Example:
        >>> import numpy as np
        >>> bce_from_logits(np.array([1, 0]), np.array([2.0, -1.0]))
        array([0.12692801, 0.31326169])
        >>> bce_from_logits(1, 100.0)
        array(3.72007598e-44)

    Source: the formula of TensorFlow's ``sigmoid_cross_entropy_with_logits``, its first term
    split so that soft labels keep their digits.
    """
    return _by_block(_from_logits, labels, negatives, logits, out)


def bce_from_probs(
    labels: ArrayLike,
    probs: ArrayLike,
    *,
    negatives: ArrayLike | None = None,
    out: Array | None = None,
) -> Array:
    """Binary cross-entropy of probabilities, per element, in nats.

    Use it where only probabilities are available; nothing is clipped.

    ``-y·log(p) - n·log1p(-p)`` with ``n = 1 - y``

    Args:
        labels: any shape, 0, 1 or between, any real type.
        probs: the labels' shape; computed in float64.
        negatives: as in :func:`bce_from_logits`.
        out: float64 array of that shape to write into.

    Returns:
        float64 array of the probabilities' shape. ``0·log 0`` is 0, so a prediction of exactly 0
        or 1 costs 0 where it is right and ``inf`` where it is wrong. NaN gives NaN, and so does a
        probability outside [0, 1] whose label needs its logarithm.

    Raises:
        ShapeError: the shapes differ; they are never broadcast.

    Example:
        >>> import numpy as np
        >>> bce_from_probs(np.array([1, 0, 1]), np.array([0.9, 0.2, 0.0]))
        array([0.10536052, 0.22314355,        inf])

    Source: the definition; ``xlogy`` and ``xlog1py`` in SciPy's terms.
    """
    return _by_block(_from_probs, labels, negatives, probs, out)


def _by_block(
    kernel: Kernel,
    labels: ArrayLike,
    negatives: ArrayLike | None,
    scores: ArrayLike,
    out: Array | None,
) -> Array:
    y, x = np.asarray(labels), np.asarray(scores)
    rest = None if negatives is None else np.asarray(negatives)
    for own in (y, rest):
        if own is not None and own.shape != x.shape:
            raise ShapeError(f"labels {list(own.shape)} do not fit scores {list(x.shape)}")
    result = output(x.shape, out)
    flat_y, flat_x, flat = y.reshape(-1), x.reshape(-1), result.reshape(-1)
    flat_rest = None if rest is None else rest.reshape(-1)
    buffers: Any = np.empty((3, min(flat.size, ELEMENTS)))
    with np.errstate(all="ignore"):
        for piece in elementwise(flat.size):
            target = flat[piece]
            scratch = tuple(buffers[:, : target.size])
            block_y = np.asarray(flat_y[piece], np.float64)
            block_rest = None if flat_rest is None else np.asarray(flat_rest[piece], np.float64)
            kernel(block_y, block_rest, np.asarray(flat_x[piece], np.float64), target, scratch)
    return result


def _from_logits(y: Array, rest: Array | None, z: Array, out: Array, scratch: Scratch) -> None:
    above, below, work = scratch
    work[...] = 0.0
    np.maximum(z, work, out=above)  # a scalar 0.0 would take twice as long
    np.subtract(z, above, out=below)
    np.subtract(below, above, out=work)  # -|z|
    np.exp(work, out=work)
    np.log1p(work, out=out)
    if rest is not None:
        np.add(y, rest, out=work)
        out *= work
    rest = _rest(y, rest, work)
    above *= rest
    below *= y
    above -= below
    out += above
    if np.isnan(np.add.reduce(out)):
        _infinite_logits(y, rest, z, out)


def _rest(y: Array, rest: Array | None, work: Array) -> Array:
    """The factor of the cost of label 0: ``1 - y`` unless given as ``rest``."""
    return np.subtract(1.0, y, out=work) if rest is None else rest


def _infinite_logits(y: Array, rest: Array, z: Array, out: Array) -> None:
    """Correct the losses of infinite logits, where ``0·inf`` gave NaN."""
    infinite = np.isinf(z) & ~np.isnan(y)
    free = np.where(z > 0, rest == 0, y == 0)
    out[infinite] = np.where(free, 0.0, np.inf)[infinite]


def _from_probs(y: Array, rest: Array | None, p: Array, out: Array, scratch: Scratch) -> None:
    positive, negative, work = scratch
    rest = _rest(y, rest, work)
    np.copyto(positive, p)
    np.copyto(positive, 1.0, where=y == 0)  # 0·log(p) is 0, also at p = 0
    np.log(positive, out=positive)
    positive *= y
    np.negative(p, out=negative)
    np.copyto(negative, 0.0, where=rest == 0)
    np.log1p(negative, out=negative)
    negative *= rest
    np.add(positive, negative, out=out)
    np.subtract(0.0, out, out=out)  # np.negative would give -0.0
