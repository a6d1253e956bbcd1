"""Parts in the order of the input from workers that finish in any order."""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Final, Protocol

from xentcli.blocks.split import Split
from xentcli.engines.work import Measure, Part, S, uncut, work
from xentcli.formats.delimited.lines import CutInCellError
from xentcli.job import Job

AHEAD: Final = 2
"""Pieces beyond those at work that wait for a worker: none idles, and no result piles up."""


class Promise(Protocol[S]):
    """Parts that somebody is working on."""

    def result(self) -> list[Part[S]]:
        """Wait for them; what went wrong is raised here."""


def in_order(
    job: Job,
    planned: list[Split],
    measure: Measure[S],
    submit: Callable[[Split], Promise[S]],
    workers: int,
) -> Iterator[Part[S]]:
    """The parts of many splits by ``workers``, a few splits ahead of what is asked for.

    What cannot be cut after all is read here: nobody needs to hold all of its samples at once.
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
