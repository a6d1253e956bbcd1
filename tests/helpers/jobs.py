"""Jobs from options by their names, whichever record each belongs to."""

from typing import Any

from xentcli.blocks.input import Input
from xentcli.blocks.layout import Loss
from xentcli.job import Job, Keep, Run, Variant


def job_of(loss: Loss | None = None, files: tuple[str, ...] = (), **options: Any) -> Job:
    """The job with these ``options``; TypeError for one that no record has."""
    kinds: tuple[Any, ...] = (Input, Variant, Keep, Run)
    own = {name: kind for kind in kinds for name in kind._fields}
    given: dict[Any, dict[str, Any]] = {kind: {} for kind in kinds}
    for name, value in options.items():
        if name not in own:
            raise TypeError(f"no option is called {name}")
        given[own[name]][name] = value
    input = Input(loss, files, **given[Input])
    return Job.of(input, Variant(**given[Variant]), Keep(**given[Keep]), Run(**given[Run]))


def changed(job: Job, **options: Any) -> Job:
    """The job with other ``options``."""
    for name, value in options.items():
        record = next(own for own in job._fields if name in getattr(job, own)._fields)
        job = job._replace(**{record: getattr(job, record)._replace(**{name: value})})
    return Job.of(*job)
