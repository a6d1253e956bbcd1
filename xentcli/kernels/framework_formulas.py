"""The formulas as the frameworks write them, in the float type of their arrays.

They lose digits where the frameworks do, on purpose. With float32 arrays each step rounds to
float32, exp and logarithms to the nearest. Infinities and NaN follow IEEE arithmetic: ``0·inf`` is
NaN here. A binary formula returns a pair: the cost of label 1 and the cost of label 0.
"""

import numpy as np

from xentcli.kernels.narrow import exp, log, log1p
from xentcli.kernels.pieces import Array

Pair = tuple[Array, Array]


def bce_max(z: Array) -> Pair:
    """Costs of labels 1 and 0 at logits ``z`` as TensorFlow writes them, in nats.

    ``max(z, 0) - z·y + log1p(exp(-|z|))``

    Args:
        z: logits, any shape, float16, float32 or float64.

    Returns:
        two arrays of z's shape and type; NaN for ``inf`` at label 1.

    Example:
        >>> positive, negative = bce_max(np.float32([2, -20]))
        >>> negative
        array([2.1269281e+00, 2.0611537e-09], dtype=float32)

    Source: TensorFlow 2.21.0, nn_impl.py, ``sigmoid_cross_entropy_with_logits``.
    """
    small = log1p(exp(-np.abs(z)))
    above = np.maximum(z, 0)
    return np.asarray(above - z + small), np.asarray(above + small)


def bce_weighted_max(z: Array) -> Pair:
    """Costs of labels 1 and 0 where TensorFlow weighs positives by q, in nats.

    ``(1 - y)·z + (1 + (q - 1)·y)·(log1p(exp(-|z|)) + max(-z, 0))``; the caller multiplies the
    first cost by q

    Args, returns: as :func:`bce_max`.

    Example:
        >>> positive, negative = bce_weighted_max(np.float32([2, -20]))
        >>> negative
        array([2.126928, 0.      ], dtype=float32)

    Source: TensorFlow 2.21.0, nn_impl.py, ``weighted_cross_entropy_with_logits``.
    """
    small = log1p(exp(-np.abs(z))) + np.maximum(-z, 0)
    return np.asarray(small), np.asarray(z + small)


def bce_log_sigmoid(z: Array) -> Pair:
    """Costs of labels 1 and 0 at logits ``z`` as PyTorch writes them, in nats.

    ``(1 - y)·z - log σ(z)``: in float32 the cost of a confident negative cancels to 0.

    Args, returns: as :func:`bce_max`.

    Example:
        >>> positive, negative = bce_log_sigmoid(np.float32([2, -20]))
        >>> negative
        array([2.126928, 0.      ], dtype=float32)

    Source: PyTorch 2.13.0, aten/src/ATen/native/Loss.cpp.
    """
    logs = log_sigmoid(z)
    return -logs, np.asarray(z - logs)


def bce_log_sigmoids(z: Array) -> Pair:
    """Costs of labels 1 and 0 at logits ``z`` as optax and Keras on JAX write them, in nats.

    ``-y·log σ(z) - (1 - y)·log σ(-z)``

    Args, returns: as :func:`bce_max`.

    Example:
        >>> positive, negative = bce_log_sigmoids(np.float32([2, -20]))
        >>> negative
        array([2.1269281e+00, 2.0611537e-09], dtype=float32)

    Source: optax 0.2.8, losses/_classification.py, ``sigmoid_binary_cross_entropy``.
    """
    return -log_sigmoid(z), -log_sigmoid(-z)


def log_sigmoid(z: Array) -> Array:
    """``log σ(z)`` as ``min(z, 0) - log1p(exp(-|z|))``.

    >>> log_sigmoid(np.float32([0.0]))
    array([-0.6931472], dtype=float32)
    """
    return np.asarray(np.minimum(z, 0) - log1p(exp(-np.abs(z))))


def negative_log_softmax(z: Array) -> Array:
    """``log Σ exp(z - max z) - (z - max z)`` for every class of rows ``[m, k]``, in nats.

    >>> negative_log_softmax(np.float32([[100, 0]]))
    array([[  0., 100.]], dtype=float32)
    """
    shifted = z - z.max(axis=1, keepdims=True)
    return np.asarray(log(exp(shifted).sum(axis=1, keepdims=True)) - shifted)


def lse(z: Array) -> Array:
    """``max z + log Σ exp(z - max z)`` of rows ``[m, k]``, as ``[m]``; inf where a logit is inf.

    >>> lse(np.float32([[100, 0]]))
    array([100.], dtype=float32)
    """
    top = z.max(axis=1)
    shift = np.where(np.isfinite(top), top, 0)
    return np.asarray(shift + log(exp(z - shift[:, np.newaxis]).sum(axis=1)))


def sigmoid(z: Array) -> Array:
    """``1/(1 + exp(-z))``, each step rounded.

    >>> sigmoid(np.float32([40.0]))
    array([1.], dtype=float32)
    """
    return np.asarray(1 / (1 + exp(-z)))


def softmax(z: Array) -> Array:
    """``exp(z - max z)/Σ exp(z - max z)`` of rows ``[m, k]``, each step rounded.

    >>> softmax(np.float32([[1.0, 1.0]]))
    array([[0.5, 0.5]], dtype=float32)
    """
    powers = exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
