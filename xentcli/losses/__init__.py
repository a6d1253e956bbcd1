"""Losses of a block: the one place that applies a convention by way of the kernels.

``rules`` finds the convention's rule for the block, ``targets`` prepares labels and weights by
that rule, ``probabilities`` clips, and ``binary`` and ``categorical`` compute.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from xentcli import kernels
from xentcli.blocks.block import Block
from xentcli.conventions import Rule
from xentcli.job import Job, Variant
from xentcli.losses.result import Losses, beside
from xentcli.losses.rules import denominator_of, rule_of

__all__ = ["Losses", "beside", "denominator_of", "losses", "losses_by", "rule_of"]

Array = np.ndarray[Any, np.dtype[Any]]

_KERNELS: Final[Mapping[tuple[str, str, bool], Callable[[Array, Array], Array]]] = {
    ("bce", "logits", False): kernels.bce_from_logits,
    ("bce", "probs", False): kernels.bce_from_probs,
    ("ce", "logits", True): kernels.ce_from_logits,
    ("ce", "probs", True): kernels.ce_from_probs,
    ("ce", "logits", False): kernels.ce_from_logits_soft,
    ("ce", "probs", False): kernels.ce_from_probs_soft,
}

_PLAIN: Final = Variant()


def losses(block: Block, job: Job) -> Losses:
    """The losses of ``block`` by the job's convention, in nats or the job's unit.

    Raises OptionError if the convention lacks the loss or an option.
    """
    job = job.on(block.layout)
    rule = rule_of(block, job)
    if _is_plain(block, job):
        kernel = _KERNELS[block.layout.loss, block.layout.scale, block.indexed]
        values = kernel(block.labels, block.scores)
        return Losses(values, rule, block.weights, valid=block.valid)
    return losses_by(rule, block, job)


def losses_by(rule: Rule, block: Block, job: Job) -> Losses:
    """The losses of ``block`` by ``rule``, of any convention; options are not checked."""
    from xentcli.losses import binary, categorical

    family = binary if block.layout.loss == "bce" else categorical
    with np.errstate(all="ignore"):
        found: Losses = family.losses(block, rule, job)
        if job.variant.settings.base == "e":
            return found
        over = np.isinf(found.values)
        if over.any() and block.layout.scale == "logits":
            # A loss may overflow in nats and not in bans: it is linear in logits this large.
            halves = block._replace(scores=0.5 * block.scores)
            half = _in_unit(
                family.losses(halves, rule, job._replace(keep=job.keep._replace(grad=False))), job
            ).values
            found = _in_unit(found, job)
            return found._replace(values=np.where(over, 2 * half, found.values))
        return _in_unit(found, job)


def _is_plain(block: Block, job: Job) -> bool:
    """Whether the plain definition is requested; a kernel gives the same digits faster."""
    return (
        job.variant.convention == _PLAIN.convention
        and job.variant.settings == _PLAIN.settings
        and not job.keep.grad
        and not (block.layout.loss == "ce" and block.layout.outputs == 1)
    )


def _in_unit(found: Losses, job: Job) -> Losses:
    nats = math.log(int(job.variant.settings.base))
    gradient = None if found.gradient is None else found.gradient / nats
    return found._replace(values=found.values / nats, gradient=gradient)
