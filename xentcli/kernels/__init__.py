"""Kernels: arrays in, arrays out, NumPy only, no reduction inside (the sums excepted).

Binary and categorical cross-entropy from logits and from probabilities, the functions between
the two, and the exact sum. Everything is computed in float64 and in nats, to full relative
precision; ``0·log 0`` and ``0·inf`` are 0.

>>> import numpy as np
>>> from xentcli import kernels
>>> losses = kernels.ce_from_logits(np.array([0, 2]), np.array([[4, 1, 0.5], [0, 1, 3]]))
>>> losses
array([0.07694664, 0.16984602])
>>> kernels.mean_of(kernels.ExactSum.of(losses), kernels.ExactSum.count(len(losses)))
0.12339633204910586
"""

from xentcli.kernels.binary import bce_from_logits, bce_from_probs
from xentcli.kernels.categorical import (
    ce_from_logits,
    ce_from_logits_soft,
    ce_from_probs,
    ce_from_probs_soft,
)
from xentcli.kernels.stable import log_softmax, logit, sigmoid, softmax
from xentcli.kernels.summation import ExactSum, exact_sum, mean_of

__all__ = [
    "ExactSum",
    "bce_from_logits",
    "bce_from_probs",
    "ce_from_logits",
    "ce_from_logits_soft",
    "ce_from_probs",
    "ce_from_probs_soft",
    "exact_sum",
    "log_softmax",
    "logit",
    "mean_of",
    "sigmoid",
    "softmax",
]
