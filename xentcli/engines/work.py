"""The work on one split, for any engine and any measure."""

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
    """A mergeable summary of consecutive samples."""

    def merged(self, other: Self, job: Job, /) -> Self:
        """The summary of both, with ``other`` after this one; XentError if they do not fit."""


S = TypeVar("S", bound=Summary)

Measure = Callable[[Job, Block], tuple[S, Rows | None]]
"""Computes the summary of one block, and its samples if the job keeps all."""


class Part(NamedTuple, Generic[S]):
    """The summary of one or several blocks, with the samples if all are kept.

    ``summary`` None: progress only; the summary of these bytes comes later.
    """

    summary: S | None
    rows: Rows | None
    bytes_read: int


def work(job: Job, split: Split, measure: Measure[S]) -> Iterator[Part[S]]:
    """Yield the parts of ``split`` in order; pure except for reading."""
    for block in read(job.input, split):
        summary, rows = measure(job, block)
        yield Part(summary, rows, block.bytes_read)


def folded(job: Job, split: Split, measure: Measure[S]) -> list[Part[S]]:
    """The parts of a split, merged: one, unless all samples are kept."""
    whole: Part[S] | None = None
    parts: list[Part[S]] = []
    for part in work(job, split, measure):
        if part.rows is not None:
            parts.append(part)
        else:
            whole = part if whole is None else _both(job, whole, part)
    return parts if whole is None else [whole]


def merged(job: Job, *groups: list[Part[S]]) -> list[Part[S]]:
    """Merge parts of consecutive splits into one.

    Parts that do not fit each other stay separate: the final merge from the left then names the
    same two files, however parts were grouped.
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
    """The splits from ``at`` on, after that one turned out to be cut inside a cell.

    The cell may continue after the cut, so the rest of its file is read without cuts.
    """
    split = planned[at]
    rest = [other for other in planned[at + 1 :] if other.files != split.files]
    return [split._replace(stop=None), *rest]
