"""Sigmoid, softmax and their inverses, to full relative precision.

Small results keep their digits: ``sigmoid(-40)`` is not 0, and ``log_softmax([40, 0])`` begins
with -4.2e-18.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from xentcli.kernels.lse import exponentials, log_sum_exp, max_and_rest
from xentcli.kernels.pieces import Array, elementwise, rowwise


def sigmoid(logits: ArrayLike) -> Array:
    """The logistic function of each element.

    Use it to turn a logit into the probability of label 1.

    ``1 / (1 + exp(-z))``, below 0 as ``exp(z) / (1 + exp(z))``

    Args:
        logits: any shape, any real type; computed in float64.

    Returns:
        float64 array of that shape; 0 for ``-inf``, 1 for ``inf``, NaN for NaN.

    Example:
        >>> import numpy as np
        >>> sigmoid(np.array([-40.0, 0.0, 2.0]))
        array([4.24835426e-18, 5.00000000e-01, 8.80797078e-01])

    Source: the definition, in the two forms that never overflow.
    """

    def kernel(z: Array) -> Array:
        small = np.exp(-np.abs(z))
        return np.where(z >= 0, 1.0, small) / (1.0 + small)

    return _elements(kernel, logits)


def logit(probs: ArrayLike) -> Array:
    """The inverse of the logistic function for each element.

    Use it to go back from a probability to the logit.

    ``log(p) - log1p(-p)``, between 1/4 and 3/4 as ``log1p((2p - 1) / (1 - p))``

    Args:
        probs: any shape; computed in float64.

    Returns:
        float64 array of that shape; ``-inf`` for 0, ``inf`` for 1, NaN outside [0, 1].

    Example:
        >>> import numpy as np
        >>> logit(np.array([0.0, 0.5, 0.9]))
        array([      -inf, 0.        , 2.19722458])

    Source: the definition; the middle form is exact where the two logarithms would cancel.
    """

    def kernel(p: Array) -> Array:
        middle = np.log1p((2.0 * p - 1.0) / (1.0 - p))
        return np.where(np.abs(p - 0.5) <= 0.25, middle, np.log(p) - np.log1p(-p))

    return _elements(kernel, probs)


def softmax(logits: ArrayLike, axis: int = -1) -> Array:
    """Class probabilities from logits.

    Use it to turn a sample's logits into a distribution.

    ``exp(z_j - max z) / (1 + s)``, ``s = Σ exp(z_i - max z)`` over all i except the maximum's

    Args:
        logits: classes along ``axis``, any real type; computed in float64.
        axis: the class axis.

    Returns:
        float64 array of the logits' shape; 0 for ``-inf``; NaN for rows with ``inf`` or NaN, or
        of only ``-inf``.

    Example:
        >>> import numpy as np
        >>> softmax(np.array([2.0, 0.0, -np.inf]))
        array([0.88079708, 0.11920292, 0.        ])

    Source: Blanchard, Higham and Higham (2021), with the rounding error of each difference added
    back.
    """

    def kernel(z: Array) -> Array:
        top, rest = max_and_rest(z)
        large, small = exponentials(z, top[:, np.newaxis])
        return np.asarray((large + small) / (1.0 + rest)[:, np.newaxis])

    return _rows(kernel, logits, axis)


def log_softmax(logits: ArrayLike, axis: int = -1) -> Array:
    """Logarithms of class probabilities, from logits.

    Use it instead of the logarithm of :func:`softmax`.

    ``(z_j - max z) - log1p(s)``, s as in :func:`softmax`

    Args:
        logits: classes along ``axis``, any real type; computed in float64.
        axis: the class axis.

    Returns:
        float64 array of the logits' shape, in nats; ``-inf`` for ``-inf``; NaN for rows with
        ``inf`` or NaN, or of only ``-inf``.

    Example:
        >>> import numpy as np
        >>> log_softmax(np.array([40.0, 0.0]))
        array([-4.24835426e-18, -4.00000000e+01])

    Source: as :func:`softmax`.
    """

    def kernel(z: Array) -> Array:
        top, rest = log_sum_exp(z)
        return np.asarray((z - top[:, np.newaxis]) - rest[:, np.newaxis])

    return _rows(kernel, logits, axis)


def _elements(kernel: Callable[[Array], Array], values: ArrayLike) -> Array:
    array = np.asarray(values)
    result = np.empty(array.shape)
    flat, target = array.reshape(-1), result.reshape(-1)
    with np.errstate(all="ignore"):
        for piece in elementwise(flat.size):
            target[piece] = kernel(np.asarray(flat[piece], np.float64))
    return result


def _rows(kernel: Callable[[Array], Array], values: ArrayLike, axis: int) -> Array:
    array = np.moveaxis(np.asarray(values), axis, -1)
    rows = array.reshape(-1, array.shape[-1])
    result = np.empty(rows.shape)
    with np.errstate(all="ignore"):
        for piece in rowwise(*rows.shape):
            result[piece] = kernel(np.ascontiguousarray(rows[piece], np.float64))
    return np.moveaxis(result.reshape(array.shape), -1, axis)
