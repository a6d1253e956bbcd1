"""Tables for people: samples, then the summary, then the signature. The only place with Rich."""

import re
import sys
from typing import Final

from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from xentcli.render import cells
from xentcli.report import Report
from xentcli.text import printable

GAP: Final = 3
"""Blanks between columns."""

ENDLESS: Final = 1 << 20
"""Width and height of a page that is never cut: both, since Rich ignores one without the other."""


def table_text(report: Report, precision: int, *, to_file: bool = False) -> str:
    """The report as text for stdout as it is: a terminal's width, or no limit in a pipe."""
    console = _console(to_file=to_file)
    shown = _shown_outputs(report, precision, console.width)
    with console.capture() as captured:
        console.print(Text(cells.title(report), "bold"))
        tables = [_samples(report, precision, shown)] if len(report.rows) else []
        tables.append(_summary(report, precision, shown))
        endless = console.options.update(max_width=ENDLESS)
        widest = max(Measurement.get(console, endless, table).maximum for table in tables)
        console.width = max(console.width, widest)  # digits are never cut
        for table in tables[:-1]:
            console.print(table)
            console.print()
        console.print(tables[-1])
        console.print(Text(report.signature, "dim"), soft_wrap=True)
    return re.sub(" +$", "", captured.get(), flags=re.MULTILINE)  # Rich fills columns up


def _console(*, to_file: bool) -> Console:
    if sys.stdout.isatty() and not to_file:
        return Console(highlight=False)
    plain = False if to_file else None  # a file is no terminal, whatever stdout is
    return Console(width=ENDLESS, height=ENDLESS, highlight=False, force_terminal=plain)


def _shown_outputs(report: Report, precision: int, width: int) -> list[int]:
    """Output columns that fit: all, or the first and the last ones."""
    count = report.layout.outputs or 1
    if report.rows.losses.ndim == 1:
        return [0]
    tried = sorted({*range(min(count, width)), *range(max(0, count - width), count)})
    columns = cells.columns(report, precision, tried)
    if len(tried) < count:
        del columns[1 + min(count, width)]  # the dots between
    sample, *outputs, mean = (max(map(len, column)) + GAP for column in columns)
    widths = dict(zip(tried, outputs, strict=True))
    room = width + GAP - sample - mean
    if len(tried) == count and sum(outputs) <= room:
        return tried
    room -= len("...") + GAP
    ends = [place for pair in zip(tried, reversed(tried), strict=True) for place in pair]
    for fit, place in enumerate(ends):
        room -= widths[place]
        if room < 0 and fit >= 2:
            return sorted(ends[:fit])
    return tried


def _samples(report: Report, precision: int, shown: list[int]) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        header_style="bold",
    )
    columns = [
        [Text(printable(cell)) for cell in c] for c in cells.columns(report, precision, shown)
    ]
    for index, column in enumerate(columns):
        table.add_column(column[0], justify="right", style="" if index else "dim", no_wrap=True)
    for row in zip(*(column[1:] for column in columns), strict=True):
        table.add_row(*row)
    return table


def _summary(report: Report, precision: int, shown: list[int]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(no_wrap=True)
    lines = cells.summary(report, precision)
    left_out = (report.layout.outputs or 1) - len(shown)
    if report.loss == "bce" and left_out and len(report.rows):
        outputs = "1 output" if left_out == 1 else f"{left_out} outputs"
        lines.append(("not shown", f"{outputs} (-f csv has all)"))
    for name, text in lines:
        table.add_row(Text(name), Text(text, "bold" if name == "mean" else ""))
    return table
