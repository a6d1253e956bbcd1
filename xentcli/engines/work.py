"""The work on one split, whatever engine runs it and whatever is measured."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from xentcli.job import Block, Job, Split
from xentcli.readers import read
from xentcli.rows import Rows

Measure = Callable[[Job, Block], tuple[Any, Rows | None]]
"""What is to be known of one block: a summary that merges (``rows``, ``merged(other, job)``),
and the block's samples where the job wants them all."""


class Part(NamedTuple):
    """What one block came to."""

    tally: Any
    rows: Rows | None
    bytes_read: int


def work(job: Job, split: Split, measure: Measure) -> Iterator[Part]:
    """The parts of ``split`` in its order; pure but for reading."""
    for block in read(job, split):
        tally, rows = measure(job, block)
        yield Part(tally, rows, block.bytes_read)
