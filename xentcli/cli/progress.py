"""Progress: a bar on stderr, on a terminal only, and only for work that takes a while."""

import os
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from xentcli.errors import XentError
from xentcli.job import Job

if TYPE_CHECKING:
    from xentcli.engines.work import Part, S

PATIENCE: Final = 1.0
"""Seconds before the bar appears: most runs are over by then and should stay clean."""


def watched(parts: "Iterator[Part[S]]", job: Job, *, quiet: bool) -> "Iterator[Part[S]]":
    """``parts`` as they are, with a bar beside them once they have taken a while."""
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield from parts
        return
    start = time.monotonic()
    done = 0
    for part in parts:
        done += part.bytes_read
        yield part
        if time.monotonic() - start > PATIENCE:
            yield from _with_bar(parts, done, _total(job))
            return


def _with_bar(parts: "Iterator[Part[S]]", done: int, total: int | None) -> "Iterator[Part[S]]":
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total, completed=done)
        for part in parts:
            bar.advance(task, part.bytes_read)
            yield part


def _total(job: Job) -> int | None:
    """Bytes of all files together; None where that is not known, or not what will be counted."""
    from xentcli.formats.registry import SUFFIXES
    from xentcli.sources.addresses import is_address
    from xentcli.sources.shards import shards

    if any(map(is_address, job.input.files)):
        return None  # a server would have to be asked once more
    try:
        paths = shards(job.input.files, SUFFIXES) if job.input.files else _arrays(job)
        return sum(map(os.path.getsize, paths)) or None
    except (OSError, XentError):
        return None


def _arrays(job: Job) -> tuple[str, ...]:
    """The files of arrays that options name, none where one of them is not read by rows."""
    from xentcli.inputs.cuts import input_files
    from xentcli.sources.paths import suffix_of

    paths = tuple(dict.fromkeys(input_files(job.input, [])))
    return paths if all(suffix_of(path) == ".npy" for path in paths) else ()
