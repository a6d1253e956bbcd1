"""The work on one split, whatever engine runs it and whatever is measured."""

from collections.abc import Callable, Iterator
from functools import partial, reduce
from typing import Any, NamedTuple

from xentcli.errors import XentError
from xentcli.job import Block, Job, Split
from xentcli.readers import read
from xentcli.rows import Rows

Measure = Callable[[Job, Block], tuple[Any, Rows | None]]
"""What is to be known of one block: a summary that merges (``rows``, ``merged(other, job)``),
and the block's samples where the job wants them all."""


class Part(NamedTuple):
    """What one block came to, or several.

    ``tally`` None: so much has been read elsewhere, and its tally comes later.
    """

    tally: Any
    rows: Rows | None
    bytes_read: int


def work(job: Job, split: Split, measure: Measure) -> Iterator[Part]:
    """The parts of ``split`` in its order; pure but for reading."""
    for block in read(job, split):
        tally, rows = measure(job, block)
        yield Part(tally, rows, block.bytes_read)


def folded(job: Job, split: Split, measure: Measure) -> list[Part]:
    """The parts of a split as few as can be: one, unless single samples are wanted."""
    whole: Part | None = None
    parts = []
    for part in work(job, split, measure):
        if part.rows is not None:
            parts.append(part)
        else:
            whole = part if whole is None else _both(job, whole, part)
    return parts if whole is None else [whole]


def merged(job: Job, *groups: list[Part]) -> list[Part]:
    """Parts of consecutive splits as one.

    Where they do not fit each other they stay apart: whoever has them all merges from the left,
    and names the same two files whatever the groups were.
    """
    parts = [part for group in groups for part in group]
    try:
        return parts[:1] and [reduce(partial(_both, job), parts)]
    except XentError:
        return parts


def _both(job: Job, part: Part, other: Part) -> Part:
    tally = part.tally.merged(other.tally, job)
    return Part(tally, None, part.bytes_read + other.bytes_read)


def uncut(planned: list[Split], at: int) -> list[Split]:
    """What is left of ``planned`` when the piece ``at`` turned out to be cut inside of a cell.

    The cell may go on behind the cut, so the rest of its file goes without cuts.
    """
    split = planned[at]
    rest = [other for other in planned[at + 1 :] if other.files != split.files]
    return [split._replace(stop=None), *rest]
