"""Engines: run the same ``work(job, split)`` over all splits, locally or on a Dask cluster."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from xentcli.job import Job

if TYPE_CHECKING:
    from xentcli.engines.work import Measure, Part, S


def run(job: Job, measure: "Measure[S]") -> "Iterator[Part[S]]":
    """Yield all parts of the job, in the order of the input, from the job's engine."""
    if job.run.engine == "dask":
        from xentcli.engines.dask.engine import run as chosen
    else:
        from xentcli.engines.local import run as chosen
    return chosen(job, measure)
