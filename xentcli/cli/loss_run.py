"""From options to exit code: run the job, render the report, hold the gates."""

import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from xentcli import errors
from xentcli.cli.gates import Gates, Verdict
from xentcli.cli.messages import refuse_warnings, say, tell, tell_remarks
from xentcli.cli.output import Output
from xentcli.errors import OptionError
from xentcli.job import Job, Keep
from xentcli.render import JSON_ROWS, ROW_FORMATS, TABLE_ROWS, Format

if TYPE_CHECKING:
    from xentcli.cli.summaries import Gathered
    from xentcli.measures.loss.report import Report
    from xentcli.measures.loss.tally import Tally
    from xentcli.measures.samples import Rows
    from xentcli.render.destination import Write

    States = Iterator[Gathered[Tally]]

TABLE_WORST: Final = 10
"""Of more samples than a table shows all of, those of the largest losses."""
TABLE_LIMIT: Final = 20_000
"""Rich takes 0.24 ms and 1 KiB a row: more is no table that anybody reads."""


def run(job: Job, output: Output, gates: Gates) -> int:
    """Compute ``job``, write it as ``output`` asks, and return the exit code."""
    from xentcli.cli.summaries import gathered
    from xentcli.measures.loss.tally import measured

    form = output.chosen
    if job.variant.settings.reduction == "none" and (form == "value" or gates.asked):
        raise OptionError(
            "--reduction none leaves the losses apart: there is no one number",
            hint="print them with -f csv, or choose mean or sum",
        )
    _refuse_two_tables(job, form, output.rows)
    keep = _kept(job, form, output.rows)
    if job.input.files:
        from xentcli.sources.shards import pooled

        keep = keep._replace(pooled=pooled(job.input.files))
    job = job._replace(keep=keep)
    # Rows that run over a terminal show progress enough, and a bar would stand among them.
    running = form in ROW_FORMATS and output.path is None and sys.stdout is not None
    hidden = output.quiet or (running and sys.stdout.isatty())
    states = gathered(job, measured, quiet=bool(hidden), command=str(job.input.loss))
    # Derivatives of a mean have to wait for what it is divided by, so they are not streamed.
    streamed = form in ROW_FORMATS and not (
        job.keep.grad or job.keep.worst or job.input.by is not None
    )
    with output.opened(job) as write:
        report = (_streamed if streamed else _gathered)(job, form, states, write)
        if output.strict:
            refuse_warnings(report.remarks)
        verdict = _verdict(gates, report)
        if not streamed:
            write(_rendered(job, report, form, output, verdict))
    _tell(report, form, output, verdict)
    return errors.OK if verdict is None or verdict.holds else errors.GATE_FAILED


def _verdict(gates: Gates, report: "Report") -> Verdict | None:
    if report.value is None:
        return None
    figures = {
        "mean": report.mean,
        "normalised": report.normalised,
        "perplexity": report.perplexity,
    }
    what = "sum" if report.denominator == "one" else "mean"
    return gates.verdict(report.value, what, figures)


def _tell(report: "Report", form: Format, output: Output, verdict: Verdict | None) -> None:
    """Say on stderr what a person should know beside the result."""
    tell_remarks(report.remarks, output.quiet)
    if form in ROW_FORMATS and not output.quiet:
        from xentcli.render.row_lines import summary_line

        say(summary_line(report))
    if verdict is not None and not verdict.holds:
        tell("gate", verdict.text)
    elif verdict is not None and not output.quiet:
        tell("gate holds", verdict.text)


def _refuse_two_tables(job: Job, form: Format, rows: str | None) -> None:
    """A row format has lines of one kind."""
    if form in ROW_FORMATS and job.input.by is not None:
        others = {
            "rows": rows,
            "worst": job.keep.worst or None,
            "grad": job.keep.grad or None,
            "id": job.input.id,
        }
        for option, value in others.items():
            if value is not None:
                raise OptionError(
                    f"-f {form} has lines of samples or of groups, so --{option} and --by "
                    "exclude each other",
                    hint="-f json has both",
                )


def _streamed(job: Job, form: Format, states: "States", write: "Write") -> "Report":
    """One line per sample, written while more are read."""
    from xentcli.measures.loss.report import Report
    from xentcli.render.row_lines import RowText

    text: RowText | None = None
    for state in states:
        tally, rows = state.summary, _numbered(state)
        if text is None:
            text = RowText(form, tally.layout, tally.located(job))
            write(text.header())
        if rows is not None:
            write(text.lines(rows))
    report = Report.of(job, tally)
    if text is not None and not job.keep.every_row:
        write(text.lines(report.rows))
    return report


def _numbered(state: "Gathered[Tally]") -> "Rows | None":
    """The samples of the last part as the whole input numbers them."""
    rows, before = state.rows, state.before
    return (
        rows
        if rows is None or before is None
        else rows.after(before.extent, state.part.extent.lead)
    )


def _gathered(job: Job, form: Format, states: "States", write: "Write") -> "Report":
    """The report of all that is read; nothing is written yet."""
    from xentcli.measures.loss.report import Report
    from xentcli.measures.samples import Rows

    kept: list[Rows] = []
    for state in states:
        tally, rows = state.summary, _numbered(state)
        if rows is not None:
            kept.append(rows)
            if form in ("table", "markdown") and tally.samples > TABLE_LIMIT:
                raise OptionError(
                    f"a table of more than {TABLE_LIMIT} rows",
                    hint="-f csv writes any number of them while it reads",
                )
    return Report.of(job, tally, Rows.joined(kept) if kept else None)


def _rendered(
    job: Job, report: "Report", form: Format, output: Output, verdict: Verdict | None
) -> str:
    if form in ("table", "markdown") and report.worst is not None and len(report.rows):
        # Nobody has chosen: all samples where they are few, else the worst.
        worst = report.worst if report.left_out else None
        rows = report.rows.take(slice(0)) if report.left_out else report.rows
        report = report._replace(rows=rows, worst=worst)
    if form == "table":
        from xentcli.render.table import table_text

        return table_text(report, output.precision, to_file=output.path is not None)
    from xentcli.cli.summaries import input_names
    from xentcli.render import breakdown, loss
    from xentcli.render.writers import records_text

    if form in ROW_FORMATS:
        if report.groups is not None:
            return records_text(breakdown.group_records(report, report.groups), form)
        if report.worst is not None:
            records = breakdown.worst_records(report, report.worst, report.located)
            return records_text(records, form)
        from xentcli.render.row_lines import RowText

        text = RowText(form, report.layout, report.located, grad=True)
        return text.header() + text.lines(report.rows)
    if form == "value":
        return loss.value_text(report)
    if form == "json":
        if output.rows is None and report.left_out:
            report = report._replace(rows=report.rows.take(slice(0)))
        gate = None if verdict is None else verdict._asdict()
        return loss.json_text(report, input_names(job), gate)
    return loss.markdown_text(report, output.precision)


def _kept(job: Job, form: Format, asked: str | None) -> Keep:
    """What to keep, with the number of samples that ``form`` and ``--rows`` come to."""
    keep = job.keep
    if form == "value" or asked == "none" or (keep.worst and form != "json"):
        return keep
    if job.input.by is not None and asked is None and job.input.id is None and form != "json":
        return keep  # a person who asks for groups looks at those first
    if asked == "all" or (asked is None and form in ROW_FORMATS):
        return keep._replace(every_row=True)
    if asked is not None and not re.fullmatch("[0-9]{1,18}", asked):
        raise OptionError(f"--rows {asked} is not a number of rows", hint="or say all or none")
    if form in ("table", "markdown"):
        if asked is None and not keep.grad:
            return keep._replace(head=TABLE_ROWS, worst=TABLE_WORST)
        head = TABLE_ROWS if asked is None else int(asked)
        return keep._replace(head=head, tail=head // 2)
    return keep._replace(head=JSON_ROWS if asked is None else int(asked))
