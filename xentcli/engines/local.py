"""The local engine: splits spread over this machine's cores, parts in the input's order."""

import os
from collections.abc import Iterator
from contextlib import suppress

from xentcli.blocks.split import Split
from xentcli.engines.forked import apart
from xentcli.engines.work import Measure, Part, S, folded, work
from xentcli.errors import XentError
from xentcli.inputs.reading import from_files, splits
from xentcli.job import Job


def run(job: Job, measure: Measure[S]) -> Iterator[Part[S]]:
    """Yield all parts of the job, in the order of the input."""
    workers = job.run.jobs or cores()
    planned = splits(job.input)
    if workers > 1 and from_files(job.input):
        from xentcli.inputs.cuts import pieces

        cut = pieces(job.input, planned, workers)
        if len(cut) > 1:
            yield from _spread(job, cut, measure, min(workers, len(cut)))
            return
    parts = (part for split in planned for part in work(job, split, measure))
    yield from apart(job, parts)


def cores() -> int:
    """The number of cores that this process may use, by affinity and by its cgroup's quota."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    with suppress(OSError, ValueError):
        with open("/sys/fs/cgroup/cpu.max", encoding="ascii") as file:
            quota, period = file.read().split()
        count = min(count or 1, max(1, round(int(quota) / int(period))))
    return count or 1


def _spread(job: Job, planned: list[Split], measure: Measure[S], workers: int) -> Iterator[Part[S]]:
    """Yield the parts of many splits by worker processes; XentError if those cannot be started."""
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import active_children

    others = active_children()
    alone = "--jobs 1 reads in this process alone"
    try:
        yield from _pooled(job, planned, measure, workers)
    except BrokenProcessPool:
        problem = "a worker process was killed, perhaps for want of memory"
        raise XentError(problem, hint=alone) from None
    except (OSError, RuntimeError) as error:  # RuntimeError: a thread cannot be started
        # Some workers may have been started, and Python would wait for them at exit.
        for child in active_children():
            if child not in others:
                child.kill()
        reason = str(getattr(error, "strerror", None) or error).lower()
        problem = f"worker processes cannot be started ({reason})"
        raise XentError(problem, hint=alone) from None


def _pooled(job: Job, planned: list[Split], measure: Measure[S], workers: int) -> Iterator[Part[S]]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from xentcli.engines.ordered import in_order
    from xentcli.engines.workers import begin_in_pool
    from xentcli.inputs.cuts import refuse_any_shrunk, sizes, start_method

    known = sizes(planned)
    pool = ProcessPoolExecutor(workers, get_context(start_method()), initializer=begin_in_pool)
    try:
        yield from in_order(
            job, planned, measure, lambda split: pool.submit(folded, job, split, measure), workers
        )
        refuse_any_shrunk(known)
    finally:
        # Python waits for the workers at exit anyway, and fails on a pool that is being closed.
        pool.shutdown(cancel_futures=True)
