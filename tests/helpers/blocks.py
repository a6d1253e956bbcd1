"""Blocks and jobs without a reader: what tests of losses, sums and comparisons are made of."""

from functools import reduce
from typing import Any

import numpy as np
from jobs import job_of

from xentcli.blocks.block import Block
from xentcli.blocks.layout import Layout, Loss, Scale
from xentcli.conventions.registry import CONVENTIONS
from xentcli.job import Job, Settings
from xentcli.losses import Losses, losses
from xentcli.measures.loss.report import Report
from xentcli.measures.loss.tally import Tally, measured


def block(
    loss: Loss,
    labels: Any,
    *,
    logits: Any = None,
    probs: Any = None,
    weights: Any = None,
    valid: Any = None,
    classes: tuple[str, ...] = (),
) -> Block:
    """One block as a reader would make it."""
    scale: Scale = "probs" if logits is None else "logits"
    scores = np.array(probs if logits is None else logits, float)
    hard = loss == "ce" and np.ndim(labels) == 1
    return Block(
        labels=np.array(labels, np.int64 if hard else float),
        scores=scores,
        weights=None if weights is None else np.array(weights, float),
        layout=Layout(
            source="test",
            scale=scale,
            outputs=scores.shape[1] if scores.ndim > 1 else None,
            classes=classes,
            loss=loss,
        ),
        rows=len(scores),
        valid=None if valid is None else np.array(valid, bool),
    )


def job(
    loss: Loss | None, convention: str = "exact", *, grad: bool = False, **settings: Any
) -> Job:
    """The job that asks for these settings, and for all rows."""
    return job_of(
        loss=loss,
        convention=CONVENTIONS[convention],
        settings=Settings(**settings),
        grad=grad,
        head=1000,
    )


def found(block: Block, convention: str = "exact", **settings: Any) -> Losses:
    """The losses of a block."""
    return losses(block, job(block.layout.loss, convention, **settings))


def report(*blocks: Block, convention: str = "exact", **settings: Any) -> Report:
    """The report on blocks, one after the other."""
    asked = job(blocks[0].layout.loss, convention, **settings)
    tallies = [measured(asked, block)[0] for block in blocks]
    return Report.of(asked, reduce(lambda a, b: Tally.merged(a, b, asked), tallies))
