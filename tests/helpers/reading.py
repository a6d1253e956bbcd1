"""Input read to its end without the command: what tests of the readers share."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from jobs import job_of

from xentcli.blocks.block import Block
from xentcli.blocks.input import Input
from xentcli.blocks.layout import Loss
from xentcli.errors import XentError
from xentcli.inputs import reading
from xentcli.measures.sanity import Evidence


class Read(NamedTuple):
    """All blocks of a job as one, as lists; ``notes`` is what the evidence says."""

    labels: Any
    scores: Any
    weights: Any
    valid: Any
    last: Block
    notes: str


def blocks(input: Input) -> list[Block]:
    return [block for split in reading.splits(input) for block in reading.read(input, split)]


def read(loss: Loss | None, *files: Path, **options: Any) -> Read:
    job = job_of(loss, tuple(map(str, files)), **options)
    found = blocks(job.input)
    evidence, rows = Evidence(), 0
    for block in found:
        evidence = evidence.merged(Evidence.of(job, block), rows)
        rows += block.rows
    last = found[-1]
    notes = "\n".join(remark.text for remark in evidence.remarks(job, last.layout))

    def whole(name: str) -> Any:
        pieces = [getattr(block, name) for block in found]
        if all(piece is None for piece in pieces):
            return None
        if name == "valid":
            pieces = [
                np.ones(len(block.labels), bool) if piece is None else piece
                for block, piece in zip(found, pieces, strict=True)
            ]
        return np.concatenate(pieces).tolist()

    labels, scores, weights, valid = map(whole, ("labels", "scores", "weights", "valid"))
    return Read(labels, scores, weights, valid, last, notes)


def refused(loss: Loss | None, *files: Path, **options: Any) -> XentError:
    with pytest.raises(XentError) as caught:
        read(loss, *files, **options)
    assert "\n" not in str(caught.value)
    return caught.value
