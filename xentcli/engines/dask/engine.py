"""The Dask engine: splits spread over the workers of a cluster, summaries merged there as a tree.

If all samples are kept, parts come here in the order of the input instead. Work of a worker that
died is repeated by another one: summaries are exact, so the digits are those of any other run.
"""

import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from xentcli.blocks.split import Split
from xentcli.engines.dask.cluster import connected, named
from xentcli.engines.dask.tree import Tree
from xentcli.engines.dask.worker_checks import Versions, refuse_others, refuse_unseen, versions
from xentcli.engines.malloc import keep_freed
from xentcli.engines.ordered import in_order
from xentcli.engines.work import Measure, Part, S, folded, uncut
from xentcli.errors import ClusterError, InputError
from xentcli.formats.delimited.lines import CutInCellError
from xentcli.inputs.cuts import FRAME_WORKERS, LARGEST, input_files, pieces, together
from xentcli.inputs.reading import splits
from xentcli.job import Job
from xentcli.sources.paths import STDIN, beginning_in

if TYPE_CHECKING:
    from distributed import Client, Future

    Submit = Callable[[Split], Future[list[Part[Any]]]]


def run(job: Job, measure: Measure[S]) -> Iterator[Part[S]]:
    """Yield all parts of the job, or progress and then the merged summary."""
    planned = splits(job.input)
    files = input_files(job.input, planned)
    if STDIN in files:
        problem = "the workers of a cluster cannot read it"
        raise InputError(problem, source="stdin", hint="save it to a file that they see")
    with connected(job) as client:
        refuse_others(client)
        refuse_unseen(client, files)
        threads = sum(client.nthreads().values())
        # Two workers of a cluster do not share cores: Parquet is worth cutting for them too.
        planned = pieces(job.input, planned, max(threads, FRAME_WORKERS)) or together(planned)
        submit = _submitter(client, job, measure)
        if job.keep.every_row:
            yield from in_order(job, planned, measure, submit, threads)
        else:
            yield from _merged(client, job, planned, submit)


def _merged(
    client: "Client", job: Job, planned: list[Split], submit: "Submit"
) -> Iterator[Part[Any]]:
    """Yield the parts of one tree over the planned splits; one more for each cut inside a cell."""
    while planned:
        tree = Tree(client, job, [submit(split) for split in planned])
        try:
            yield from tree.parts()
            return
        except CutInCellError:
            planned = uncut(planned, tree.failed)
        finally:
            tree.cancel()


def _submitter(client: "Client", job: Job, measure: Measure[S]) -> "Submit":
    """A function that submits a split; large ones have priority, since they take longest."""
    leaf = partial(_leaf, job, measure, os.getcwd(), versions())

    def submit(split: Split) -> "Future[list[Part[Any]]]":
        priority = _bytes(split) // LARGEST
        return client.submit(partial(leaf, split), key=named(split), priority=priority)

    return submit


def _leaf(
    job: Job, measure: Measure[S], folder: str, needed: Versions, split: Split
) -> list[Part[S]]:
    """Compute the parts of a split, on a worker."""
    from distributed import get_worker

    worker = get_worker()
    if versions() != needed:  # the worker joined after the check
        raise ClusterError(f"worker {worker.address} has other versions than the rest")
    keep_freed()
    # Polars would start a thread per core in each worker.
    os.environ.setdefault("POLARS_MAX_THREADS", str(worker.state.nthreads))
    with beginning_in(folder):
        return folded(job, split, measure)


def _bytes(split: Split) -> int:
    """The approximate number of bytes to read."""
    if split.whole:
        return sum(os.path.getsize(path) for path in split.files if os.path.isfile(path))
    return (split.stop or split.start) - split.start
