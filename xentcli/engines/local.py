"""The local engine: the splits over this machine's cores, their parts in the input's order."""

import os
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from xentcli.engines.work import Measure, Part, work
from xentcli.errors import XentError
from xentcli.job import Job, Split
from xentcli.readers import from_files, splits

if TYPE_CHECKING:
    from concurrent.futures import Future

AHEAD: Final = 2
"""Pieces beyond those at work that wait for a worker: none idles, and no result piles up."""


def run(job: Job, measure: Measure) -> Iterator[Part]:
    """All parts of the job, in the order of the input."""
    workers = job.jobs or cores()
    planned = splits(job)
    if workers > 1 and from_files(job):
        from xentcli.readers.pieces import pieces

        cut = pieces(job, planned, workers)
        if len(cut) > 1:
            yield from _spread(job, cut, measure, min(workers, len(cut)))
            return
    for split in planned:
        yield from work(job, split, measure)


def cores() -> int:
    """The cores that this process may use: by affinity, and by the quota of its control group."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    with suppress(OSError, ValueError):
        with open("/sys/fs/cgroup/cpu.max", encoding="ascii") as file:
            quota, period = file.read().split()
        count = min(count or 1, max(1, round(int(quota) / int(period))))
    return count or 1


def _spread(job: Job, planned: list[Split], measure: Measure, workers: int) -> Iterator[Part]:
    """The parts of many splits by worker processes, a few splits ahead of what is asked for."""
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    from xentcli.readers.lines import CutInCellError
    from xentcli.readers.pieces import refuse_any_shrunk, sizes, start_method

    known = sizes(planned)
    made = get_context(start_method())
    pool = ProcessPoolExecutor(workers, made, initializer=_leave_signals)
    waiting: deque[tuple[Split, Future[list[Part]]]] = deque()
    left = iter(planned)
    try:
        while True:
            while len(waiting) < workers + AHEAD and (split := next(left, None)) is not None:
                waiting.append((split, pool.submit(_folded, job, split, measure)))
            if not waiting:
                refuse_any_shrunk(known)
                return
            split, future = waiting.popleft()
            try:
                yield from future.result()
            except CutInCellError:
                break
        # A cell may go on behind the cut: what is left of this file goes without cuts.
        yield from work(job, split._replace(stop=None), measure)
        rest = [other for other, _ in waiting] + list(left)
        for other in rest:
            if other.files != split.files:
                yield from work(job, other, measure)
    except BrokenProcessPool:
        problem = "a worker process was killed, perhaps for want of memory"
        raise XentError(problem, hint="--jobs 1 reads in this process alone") from None
    finally:
        # Python waits for the workers at its end anyway, and stumbles over a pool that is closing.
        pool.shutdown(cancel_futures=True)


def _leave_signals() -> None:
    """Ctrl-C goes to every process of the terminal: the parent alone says how it ends."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _folded(job: Job, split: Split, measure: Measure) -> list[Part]:
    """The parts of a split as few as can be: one, unless single samples are wanted."""
    tally: Any = None
    parts = []
    read = 0
    for part in work(job, split, measure):
        if part.rows is not None:
            parts.append(part)
            continue
        tally = part.tally if tally is None else tally.merged(part.tally, job)
        read += part.bytes_read
    return parts if tally is None else [Part(tally, None, read)]
