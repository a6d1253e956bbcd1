"""How a result is wanted: the values of the output options."""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, TextIO, cast, get_args

from xentcli.cli.output_options import AnyFormat, WholeFormat, WritingOptions
from xentcli.errors import OptionError
from xentcli.job import Job
from xentcli.render import SUFFIXES, Format
from xentcli.sources.paths import STDIN
from xentcli.text import display

if TYPE_CHECKING:
    from xentcli.render.destination import Write


class Output(NamedTuple):
    """The output options, as typed; ``quiet`` 1 leaves out notes, 2 warnings as well.

    ``rows`` says which samples are wanted, where single samples can be shown.
    """

    format: Format | None
    path: str | None
    precision: int
    quiet: int
    strict: bool
    rows: str | None = None

    @classmethod
    def of(
        cls, form: AnyFormat | WholeFormat, writing: WritingOptions, rows: str | None = None
    ) -> "Output":
        """Those of a command that writes a result."""
        file, result, messages = writing
        return cls(form.form, file.output, result.precision, messages.quiet, result.strict, rows)

    @property
    def chosen(self) -> Format:
        """The format: as asked, as the file's suffix says, or as XENT_FORMAT does."""
        return chosen_format(self.format, self.path)

    @property
    def to_file(self) -> bool:
        """Whether it goes to a file, which is no terminal."""
        return self.path is not None

    @contextmanager
    def opened(self, job: Job) -> "Iterator[Write]":
        """What writes the result of ``job``; OptionError where that would go into its input."""
        from xentcli.render.destination import destination

        _refuse_input(self.path, job)
        with destination(self.path, self.chosen, held=self.strict) as write:
            yield write


def chosen_format(asked: Format | None, path: str | None) -> Format:
    """``asked``, or what the suffix of ``path`` or XENT_FORMAT say; OptionError for no format."""
    if asked is not None:
        return asked
    suffix = os.path.splitext(path or "")[1].lower()
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    usual = os.environ.get("XENT_FORMAT") or "table"
    if usual not in get_args(Format):
        hint = f"one of {', '.join(get_args(Format))}"
        raise OptionError(f"XENT_FORMAT={usual} is no format", hint=hint)
    return cast(Format, usual)


def _refuse_input(path: str | None, job: Job) -> None:
    """A file that is read and written at once is lost, whatever names it has."""
    target = _status(None if path == STDIN else path, sys.stdout)
    if target is None or not stat.S_ISREG(target.st_mode):
        return
    from xentcli.inputs.reading import from_files, splits

    planned = splits(job.input)
    if not from_files(job.input) and not any(split.files for split in planned):
        return
    from xentcli.inputs.cuts import input_files

    for file in input_files(job.input, planned):
        status = _status(None if file == STDIN else file, sys.stdin)
        if status is not None and os.path.samestat(status, target):
            written = "stdout" if path is None else f"-o {display(path)}"
            read = "stdin" if file == STDIN else display(file)
            problem = f"{written} is the input {read}, which would be lost"
            raise OptionError(problem, hint="give -o another file")


def _status(path: str | None, stream: TextIO | None) -> os.stat_result | None:
    """What the system knows of a file, or of what ``stream`` is; None where there is none."""
    try:
        if path is not None:
            return os.stat(path)
        return None if stream is None else os.fstat(stream.fileno())
    except (OSError, ValueError):
        return None
