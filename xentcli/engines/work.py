"""The work on one split, whatever engine runs it and whatever is measured."""

from collections.abc import Callable, Iterator
from functools import partial, reduce
from typing import Generic, NamedTuple, Protocol, Self, TypeVar

from xentcli.blocks.block import Block
from xentcli.blocks.split import Split
from xentcli.errors import XentError
from xentcli.inputs.reading import read
from xentcli.job import Job
from xentcli.measures.samples import Rows


class Summary(Protocol):
    """What is known of some consecutive samples."""

    def merged(self, other: Self, job: Job, /) -> Self:
        """Both together, ``other`` coming after this one; XentError where they do not fit."""


S = TypeVar("S", bound=Summary)

Measure = Callable[[Job, Block], tuple[S, Rows | None]]
"""The summary of one block, and its samples where the job wants them all."""


class Part(NamedTuple, Generic[S]):
    """What one block came to, or several.

    ``summary`` None: so much has been read elsewhere, and its summary comes later.
    """

    summary: S | None
    rows: Rows | None
    bytes_read: int


def work(job: Job, split: Split, measure: Measure[S]) -> Iterator[Part[S]]:
    """The parts of ``split`` in its order; pure but for reading."""
    for block in read(job.input, split):
        summary, rows = measure(job, block)
        yield Part(summary, rows, block.bytes_read)


def folded(job: Job, split: Split, measure: Measure[S]) -> list[Part[S]]:
    """The parts of a split as few as can be: one, unless single samples are wanted."""
    whole: Part[S] | None = None
    parts: list[Part[S]] = []
    for part in work(job, split, measure):
        if part.rows is not None:
            parts.append(part)
        else:
            whole = part if whole is None else _both(job, whole, part)
    return parts if whole is None else [whole]


def merged(job: Job, *groups: list[Part[S]]) -> list[Part[S]]:
    """Parts of consecutive splits as one.

    Where they do not fit each other they stay apart: whoever has them all merges from the left,
    and names the same two files whatever the groups were.
    """
    parts = [part for group in groups for part in group]
    try:
        return parts[:1] and [reduce(partial(_both, job), parts)]
    except XentError:
        return parts


def _both(job: Job, part: Part[S], other: Part[S]) -> Part[S]:
    assert part.summary is not None
    assert other.summary is not None
    return Part(part.summary.merged(other.summary, job), None, part.bytes_read + other.bytes_read)


def uncut(planned: list[Split], at: int) -> list[Split]:
    """What is left of ``planned`` when the piece ``at`` turned out to be cut inside of a cell.

    The cell may go on behind the cut, so the rest of its file goes without cuts.
    """
    split = planned[at]
    rest = [other for other in planned[at + 1 :] if other.files != split.files]
    return [split._replace(stop=None), *rest]
