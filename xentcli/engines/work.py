"""The work on one split, whatever engine runs it."""

from collections.abc import Iterator
from typing import NamedTuple

from xentcli.job import Job, Split
from xentcli.losses import losses
from xentcli.readers import read
from xentcli.rows import Rows, rows_of
from xentcli.tally import Tally


class Part(NamedTuple):
    """What one block came to; ``rows`` are its samples where the job wants them all."""

    tally: Tally
    rows: Rows | None
    bytes_read: int


def work(job: Job, split: Split) -> Iterator[Part]:
    """The parts of ``split`` in its order; pure but for reading."""
    for block in read(job, split):
        found = losses(block, job)
        rows = rows_of(job, block, found, slice(None)) if job.every_row else None
        yield Part(Tally.of(job, block, found), rows, block.bytes_read)
