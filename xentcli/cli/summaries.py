"""Run a job over its input and merge the summaries of its parts."""

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar

from xentcli.cli.messages import refuse_warnings, tell_remarks
from xentcli.cli.output import Output
from xentcli.errors import OptionError
from xentcli.job import Job
from xentcli.sources.paths import STDIN

if TYPE_CHECKING:
    from xentcli.engines.work import Measure, S
    from xentcli.measures.samples import Rows
    from xentcli.remarks import Remark
    from xentcli.render.document import Document


S_ = TypeVar("S_")


R = TypeVar("R", bound="Reported")


class Gathered(NamedTuple, Generic[S_]):
    """The summary of all samples so far; of those before the last ``part`` (None: none), of it
    alone, and its samples where they are wanted."""

    summary: S_
    before: S_ | None
    part: S_
    rows: "Rows | None"


def gathered(
    job: Job, measure: "Measure[S]", *, quiet: bool, command: str
) -> "Iterator[Gathered[S]]":
    """What is known after each part of the input."""
    from xentcli.cli.progress import watched
    from xentcli.engines import run

    _refuse_terminal(job, command)
    before: S | None = None
    for part in watched(run(job, measure), job, quiet=quiet):
        own = part.summary
        if own is None:
            continue  # news of work whose summary comes later
        both = own if before is None else before.merged(own, job)
        yield Gathered(both, before, own, part.rows)
        before = both


def summary(job: Job, measure: "Measure[S]", *, quiet: bool, command: str) -> "S":
    """The summary of the whole input."""
    for state in gathered(job, measure, quiet=quiet, command=command):  # noqa: B007
        pass
    return state.summary


class Reported(Protocol):
    """A report: all that it needs to have here are its remarks."""

    @property
    def remarks(self) -> "tuple[Remark, ...]":
        """What a person should know beside it."""


def written(
    job: Job,
    output: Output,
    command: str,
    measure: "Measure[S]",
    report: "Callable[[Job, S], R]",
    document: "Callable[[R, int, Sequence[str]], Document]",
) -> None:
    """Measure the whole input and write the document of its report, then say its remarks."""
    from xentcli.render.rendering import rendered

    form = output.chosen
    with output.opened(job) as write:
        found = report(job, summary(job, measure, quiet=bool(output.quiet), command=command))
        if output.strict:
            refuse_warnings(found.remarks)
        files = input_names(job) if form == "json" else ()
        described = document(found, output.precision, files)
        write(rendered(described, form, to_file=output.to_file))
    tell_remarks(found.remarks, output.quiet)


def input_names(job: Job) -> list[str]:
    """The files that the input was read from, as messages name them."""
    from xentcli.inputs.cuts import input_files
    from xentcli.inputs.reading import splits
    from xentcli.text import display

    paths = dict.fromkeys(input_files(job.input, splits(job.input)))
    return ["stdin" if path == STDIN else display(path) for path in paths]


def _refuse_terminal(job: Job, command: str) -> None:
    """Nobody waits for input that was never meant to come."""
    from xentcli.inputs.reading import splits

    at_terminal = sys.stdin is not None and sys.stdin.isatty()
    if not job.input.files and at_terminal and any(split.files for split in splits(job.input)):
        raise OptionError(
            "no input: no FILE is named and stdin is a terminal; usage: "
            f"xent {command} [OPTIONS] [FILE]...",
            hint=f"try xent {command} --labels 1,0 --logits 2,-1, or xent {command} --help",
        )
