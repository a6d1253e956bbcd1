"""The local engine: the splits one after the other, in this process."""

from collections.abc import Iterator

from xentcli.engines.work import Measure, Part, work
from xentcli.job import Job
from xentcli.readers import splits


def run(job: Job, measure: Measure) -> Iterator[Part]:
    """All parts of the job, in the order of the input."""
    for split in splits(job):
        yield from work(job, split, measure)
