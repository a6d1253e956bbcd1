"""Gathering: run a job over its input and fold what the blocks came to."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from xentcli.errors import OptionError
from xentcli.job import STDIN, Job

if TYPE_CHECKING:
    from xentcli.engines.work import Measure
    from xentcli.rows import Rows


def gathered(
    job: Job, measure: "Measure", *, quiet: bool, command: str
) -> "Iterator[tuple[Any, Rows | None]]":
    """The summary of all blocks up to each, and the block's rows as the whole numbers them."""
    from xentcli.cli.progress import watched
    from xentcli.engines import run

    _refuse_terminal(job, command)
    tally: Any = None
    for part in watched(run(job, measure), job, quiet=quiet):
        if part.tally is None:
            continue  # news of work whose tally comes later
        rows = part.rows
        if tally is None:
            tally = part.tally
        else:
            rows = rows and rows.after(tally.extent, part.tally.extent.lead)
            tally = tally.merged(part.tally, job)
        yield tally, rows


def summary(job: Job, measure: "Measure", *, quiet: bool, command: str) -> Any:
    """The summary of the whole input."""
    for tally, _ in gathered(job, measure, quiet=quiet, command=command):  # noqa: B007
        pass
    return tally


def input_names(job: Job) -> list[str]:
    """The files that the input was read from, as messages name them."""
    from xentcli.readers import splits
    from xentcli.readers.pieces import input_files
    from xentcli.text import display

    paths = dict.fromkeys(input_files(job, splits(job)))
    return ["stdin" if path == STDIN else display(path) for path in paths]


def _refuse_terminal(job: Job, command: str) -> None:
    """Nobody waits for input that was never meant to come."""
    from xentcli.readers import splits

    at_terminal = sys.stdin is not None and sys.stdin.isatty()
    if not job.files and at_terminal and any(split.files for split in splits(job)):
        raise OptionError(
            "no input: no FILE is named and stdin is a terminal; usage: "
            f"xent {command} [OPTIONS] [FILE]...",
            hint=f"try xent {command} --labels 1,0 --logits 2,-1, or xent {command} --help",
        )
