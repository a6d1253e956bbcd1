"""Yield parts in the order of the input, from workers that finish in any order."""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Final, Protocol

from xentcli.blocks.split import Split
from xentcli.engines.work import Measure, Part, S, uncut, work
from xentcli.formats.delimited.lines import CutInCellError
from xentcli.job import Job

AHEAD: Final = 2
"""Splits queued beyond those in work: no worker is idle, and results do not pile up."""


class Promise(Protocol[S]):
    """The future parts of a split."""

    def result(self) -> list[Part[S]]:
        """Wait for the parts; errors of the work are raised here."""


def in_order(
    job: Job,
    planned: list[Split],
    measure: Measure[S],
    submit: Callable[[Split], Promise[S]],
    workers: int,
) -> Iterator[Part[S]]:
    """Yield the parts of many splits by ``workers``, computing a few splits ahead.

    A file that turns out not to be cuttable is read in this process, so that its samples need
    not be held all at once.
    """
    waiting: deque[Promise[S]] = deque()
    submitted = 0
    for at in range(len(planned)):
        while submitted < len(planned) and submitted < at + workers + AHEAD:
            waiting.append(submit(planned[submitted]))
            submitted += 1
        try:
            parts = waiting.popleft().result()
        except CutInCellError:
            for split in uncut(planned, at):
                yield from work(job, split, measure)
            return
        yield from parts
