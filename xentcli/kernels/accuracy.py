"""Hits: which predictions equal their labels, as Keras and other libraries count them.

Scores are compared in their own type: a tie in float32 may not be one in float64.
"""

import numpy as np
from numpy.typing import ArrayLike

from xentcli.kernels.pieces import Array


def binary_hits(labels: ArrayLike, scores: ArrayLike, threshold: float) -> Array:
    """Whether each score lies on its label's side of a threshold.

    Use it for probabilities with a threshold such as 0.5, or for logits with its logit.

    ``y == (p > t)``

    Args:
        labels: 0, 1 or between, any shape; a label strictly between 0 and 1 is never hit.
        scores: the labels' shape; NaN is not above any threshold, so it predicts 0.
        threshold: compared in the scores' type; a score equal to it predicts 0.

    Returns:
        bool array of that shape.

    Example:
        >>> binary_hits([1, 1, 0, 0.9], [0.7, 0.5, 0.5, 0.9], 0.5)
        array([ True, False,  True, False])

    Source: Keras 3.15.1 ``keras/src/metrics/accuracy_metrics.py`` ``binary_accuracy``; tf.keras 2
    has the same.
    """
    return np.asarray(np.equal(np.asarray(labels), np.asarray(scores) > threshold))


def rounded_hits(labels: ArrayLike, scores: ArrayLike) -> Array:
    """Whether each score rounds to its label.

    Use it for the binary accuracy of Keras 2. On probabilities that is a threshold of 0.5; on
    anything else, such as logits, scores may round to numbers that are not labels.

    ``y == round(p)``, halves rounded to the even number

    Args:
        labels: 0, 1 or between, any shape; a label strictly between 0 and 1 is never hit.
        scores: the labels' shape; NaN hits nothing.

    Returns:
        bool array of that shape.

    Example:
        >>> rounded_hits([1, 1, 0, 1], [0.7, 0.5, 0.5, 1.7])
        array([ True, False,  True, False])

    Source: Keras 2.2.4 ``keras/metrics.py`` ``binary_accuracy``.
    """
    return np.asarray(np.equal(np.asarray(labels), np.round(np.asarray(scores))))


def categorical_hits(labels: ArrayLike, scores: ArrayLike) -> Array:
    """Whether the top-scored class of each row is the one with the largest label.

    Use it for one-hot labels, or for soft ones, whose class is the most likely one.

    ``argmax y == argmax p``

    Args:
        labels: ``[..., k]``.
        scores: the labels' shape; probabilities or logits, since softmax keeps their order. Of
            equal scores the first one counts as the largest; NaN is larger than any number.

    Returns:
        bool array ``[...]``.

    Example:
        >>> categorical_hits([[0, 1], [1, 0]], [[0.2, 0.8], [0.4, 0.6]])
        array([ True, False])

    Source: Keras 2.2.4 to 3.15.1 ``categorical_accuracy``; NaN as in NumPy, PyTorch and JAX.

    See also:
        :func:`sparse_hits` for class numbers.
    """
    return sparse_hits(np.argmax(np.asarray(labels), axis=-1), scores)


def sparse_hits(labels: ArrayLike, scores: ArrayLike) -> Array:
    """Whether the top-scored class of each row is the labelled one.

    Use it for labels that are class numbers.

    ``y == argmax p``

    Args:
        labels: class numbers ``[...]``.
        scores: ``[..., k]``, as in :func:`categorical_hits`.

    Returns:
        bool array ``[...]``.

    Example:
        >>> sparse_hits([1, 0], [[0.2, 0.8], [0.4, 0.6]])
        array([ True, False])

    Source: Keras 2.2.4 to 3.15.1 ``sparse_categorical_accuracy``.
    """
    return np.asarray(np.equal(np.asarray(labels), np.argmax(np.asarray(scores), axis=-1)))
