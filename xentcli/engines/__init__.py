"""Engines: run the same ``work(job, split)`` over all splits; no other code knows which one ran."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from xentcli.job import Job

if TYPE_CHECKING:
    from xentcli.engines.work import Measure, Part, S


def run(job: Job, measure: "Measure[S]") -> "Iterator[Part[S]]":
    """All parts of the job, in the order of the input, by the engine that it names."""
    if job.run.engine == "dask":
        from xentcli.engines.dask.engine import run as chosen
    else:
        from xentcli.engines.local import run as chosen
    return chosen(job, measure)
