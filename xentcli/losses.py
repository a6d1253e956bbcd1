"""Losses of a block: the one place where a convention meets a kernel."""

from typing import Any, Final

import numpy as np

from xentcli import kernels
from xentcli.job import Block, Job

Array = np.ndarray[Any, np.dtype[Any]]

_KERNELS: Final = {
    ("bce", "logits", False): kernels.bce_from_logits,
    ("bce", "probs", False): kernels.bce_from_probs,
    ("ce", "logits", True): kernels.ce_from_logits,
    ("ce", "probs", True): kernels.ce_from_probs,
    ("ce", "logits", False): kernels.ce_from_logits_soft,
    ("ce", "probs", False): kernels.ce_from_probs_soft,
}


def losses(block: Block, job: Job) -> Array:
    """Losses in nats: ``[m]`` or ``[m, k]`` for binary, ``[m]`` for categorical cross-entropy."""
    indices = job.loss == "ce" and block.labels.ndim == 1
    return _KERNELS[job.loss, block.layout.scale, indices](block.labels, block.scores)
