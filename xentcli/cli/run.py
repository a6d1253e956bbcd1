"""From options to exit code: run the job, render the report, hold the gates."""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, cast, get_args

from xentcli import errors
from xentcli.cli.gates import Gates
from xentcli.errors import OptionError
from xentcli.job import Job
from xentcli.render import ROW_FORMATS, SUFFIXES, Format
from xentcli.text import printable

if TYPE_CHECKING:
    from xentcli.engines.work import Part
    from xentcli.render.emit import Write
    from xentcli.report import Report
    from xentcli.tally import Tally

TABLE_ROWS: Final = 20


@dataclass(frozen=True, slots=True)
class Output:
    """How the result is wanted: the values of the output options, as typed."""

    format: Format | None
    rows: str | None
    precision: int
    path: str | None
    quiet: bool


def run(job: Job, output: Output, gates: Gates) -> int:
    """Compute ``job``, write it as ``output`` asks, and return the exit code."""
    from xentcli.cli.progress import watched
    from xentcli.engines.local import run as parts_of
    from xentcli.render.emit import destination

    if not job.files and job.labels is None and job.scores is None and sys.stdin.isatty():
        raise OptionError(
            f"no input: nothing was given and stdin is a terminal; usage: "
            f"xent {job.loss} [OPTIONS] [FILE]...",
            hint=f"try xent {job.loss} --labels 1,0 --logits 2,-1, or xent {job.loss} --help",
        )
    form = _format(output)
    job = _with_rows(job, form, output.rows)
    parts = watched(parts_of(job), job, quiet=output.quiet)
    with destination(output.path) as write:
        report = _written(job, form, output, parts, write)
    verdict = gates.verdict(report.value)
    if verdict is not None:
        say(f"gate: {verdict}")
    return errors.OK if verdict is None else errors.GATE_FAILED


def _written(
    job: Job, form: Format, output: Output, parts: "Iterable[Part]", write: "Write"
) -> "Report":
    """Read everything, write the result, and say on stderr what a person should know."""
    from xentcli.render import plain
    from xentcli.report import Report
    from xentcli.tally import Rows

    tally: Tally | None = None
    kept = []
    for part in parts:
        before = 0 if tally is None else tally.rows
        if tally is None and form in ROW_FORMATS:
            write(plain.row_header(form, job.loss, part.tally.layout))
        tally = part.tally if tally is None else tally.merged(part.tally, job)
        if part.rows is None:
            continue
        rows = part.rows.after(before)
        if form in ROW_FORMATS:
            write(plain.row_lines(form, job.loss, tally.layout, rows))
        else:
            kept.append(rows)
    assert tally is not None, "readers refuse empty input"
    report = Report.of(job, tally, Rows.joined(kept) if kept else None)
    if not output.quiet:
        for note in report.notes:
            say(note)
    if form not in ROW_FORMATS:
        write(_rendered(report, form, output))
        return report
    if not job.every_row:
        write(plain.row_lines(form, job.loss, tally.layout, report.rows))
    if not output.quiet:
        say(plain.summary_line(report))
    return report


def _rendered(report: "Report", form: Format, output: Output) -> str:
    from xentcli.render import plain

    if form == "value":
        return plain.value_text(report)
    if form == "json":
        if output.rows is None and report.left_out:
            report = replace(report, rows=report.rows.take(slice(0)))
        return plain.json_text(report)
    if form == "markdown":
        return plain.markdown_text(report, output.precision)
    from xentcli.render.table import table_text

    return table_text(report, output.precision, to_file=output.path is not None)


def _format(output: Output) -> Format:
    if output.format is not None:
        return output.format
    suffix = os.path.splitext(output.path or "")[1].lower()
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    asked = os.environ.get("XENT_FORMAT") or "table"
    if asked not in get_args(Format):
        hint = f"one of {', '.join(get_args(Format))}"
        raise OptionError(f"XENT_FORMAT={asked} is no format", hint=hint)
    return cast(Format, asked)


def _with_rows(job: Job, form: Format, asked: str | None) -> Job:
    """The job with the number of samples to keep that ``form`` and ``--rows`` come to."""
    from xentcli.render.plain import JSON_ROWS

    if form == "value" or asked == "none":
        return job
    if asked == "all" or (asked is None and form in ROW_FORMATS):
        return replace(job, every_row=True)
    if asked is not None and not (asked.isascii() and asked.isdigit()):
        raise OptionError(f"--rows {asked} is not a number of rows", hint="or say all or none")
    if form in ("table", "markdown"):
        head = TABLE_ROWS if asked is None else int(asked)
        return replace(job, head=head, tail=head // 2)
    return replace(job, head=JSON_ROWS if asked is None else int(asked))


def say(text: str) -> None:
    """One line on stderr."""
    print(f"xent: {printable(text)}", file=sys.stderr)
