"""Tables for people: samples, then the summary, then the signature. The only place with Rich."""

import re
import sys
from collections.abc import Callable, Collection, Sequence
from typing import Final, Literal

from rich import box
from rich.cells import cell_len, set_cell_size
from rich.console import Console, Group
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from xentcli.measures.loss.report import Report
from xentcli.render import TABLE_ROWS, breakdown, table_cells
from xentcli.render.destination import writing
from xentcli.render.document import Figures, Line, Listing
from xentcli.render.headline import WIDTH, exactly, headline, packed, told
from xentcli.text import printable

GAP: Final = 3
"""Blanks between columns."""

NARROWEST: Final = 12
"""Characters that a column of text is not cut below."""

ENDLESS: Final = 1 << 20
"""Width and height of a page that is never cut: both, since Rich ignores one without the other."""


ColumnsOf = Callable[[Report, int, list[int]], table_cells.Columns]


def table_text(report: Report, precision: int, *, to_file: bool = False) -> str:
    """The report as text for stdout as it is: a terminal's width, or no limit in a pipe."""
    console = _console(to_file=to_file)
    width = console.width
    parts: list[Table | Text | Group] = []
    shown = None
    if len(report.rows):
        shown = _fitting(report, precision, width, table_cells.columns)
        columns = table_cells.columns(report, precision, shown)
        texts = list(range(len(columns.all) - len(columns.texts), len(columns.all)))
        parts.append(_samples(_narrowed(columns.all, texts, width), texts))
    if len(report.rows) and report.rows.gradient is not None:
        what = "sum" if report.denominator == "one" else report.reduction
        parts.append(Text(f"Derivative of the {what} by each logit", "bold"))
        fitting = _fitting(report, precision, width, table_cells.gradient_columns)
        parts.append(_samples(table_cells.gradient_columns(report, precision, fitting).all))
    for section in breakdown.sections(report, precision):
        texts = [at for at in range(len(section.columns)) if at not in section.right]
        table = _listed(Listing(_narrowed(section.columns, texts, width), section.right))
        parts.append(Text(printable(section.title), "bold"))
        parts.append(Group(table, Text(section.below, "dim")) if section.below else table)
    if report.samples > TABLE_ROWS:
        parts += _answer(report, precision, min(width, WIDTH), shown)
    else:
        parts.append(_summary(report, precision, shown))
    with writing("stdout"), console.capture() as captured:  # Rich flushes stdout
        console.print(Text(table_cells.title(report), "bold"))
        endless = console.options.update(max_width=ENDLESS)
        widest = max(Measurement.get(console, endless, part).maximum for part in parts)
        console.width = max(console.width, widest)  # digits are never cut
        for part in parts:
            console.print(part)
            if not isinstance(part, Text) and part is not parts[-1]:
                console.print()
        console.print(Text(report.signature, "dim"), soft_wrap=True)
    return re.sub(" +$", "", captured.get(), flags=re.MULTILINE)  # Rich fills columns up


def page_text(parts: Sequence[Line | Listing | Figures], *, to_file: bool) -> str:
    """Lines and tables one below the other, as text for stdout as it is."""
    console = _console(to_file=to_file)
    endless = console.options.update(max_width=ENDLESS)
    made = [_made(part) for part in parts]
    for part, renderable in zip(parts, made, strict=True):
        if not isinstance(part, Line):
            needs = Measurement.get(console, endless, renderable)
            least = needs.maximum if isinstance(part, Figures) else needs.minimum
            console.width = max(console.width, least)  # figures are never cut
    with writing("stdout"), console.capture() as captured:  # Rich flushes stdout
        for renderable in made:
            console.print(renderable)
    return re.sub(" +$", "", captured.get(), flags=re.MULTILINE)


def _made(part: Line | Listing | Figures) -> Table | Text:
    if isinstance(part, Line):
        return Text(printable(part.text), part.style)
    return _listed(part) if isinstance(part, Listing) else _samples(part.columns)


def _listed(listing: Listing) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for index, column in enumerate(listing.columns):
        justify: Literal["left", "right"] = "right" if index in listing.right else "left"
        wraps = index > 0 and index not in listing.right
        table.add_column(Text(column[0]), justify=justify, no_wrap=not wraps, overflow="fold")
    for row in zip(*(column[1:] for column in listing.columns), strict=True):
        table.add_row(*(Text(printable(cell)) for cell in row))
    return table


def _console(*, to_file: bool) -> Console:
    if sys.stdout.isatty() and not to_file:
        return Console(highlight=False)
    plain = False if to_file else None  # a file is no terminal, whatever stdout is
    return Console(width=ENDLESS, height=ENDLESS, highlight=False, force_terminal=plain)


def _fitting(report: Report, precision: int, width: int, columns_of: ColumnsOf) -> list[int]:
    """Outputs whose columns fit: all, or the first and the last ones."""
    count = report.layout.outputs or 1
    tried = sorted({*range(min(count, width)), *range(max(0, count - width), count)})
    columns = columns_of(report, precision, tried)
    if not columns.outputs:  # one loss a sample, whatever the outputs
        return tried
    outputs = [_width(column) for column in columns.outputs]
    if len(tried) < count:
        del outputs[min(count, width)]  # the dots between
    room = width + GAP - sum(map(_width, columns.all)) + sum(map(_width, columns.outputs))
    if len(tried) == count and sum(outputs) <= room:
        return tried
    room -= len("...") + GAP
    width_of = dict(zip(tried, outputs, strict=True))
    ends = [place for pair in zip(tried, reversed(tried), strict=True) for place in pair]
    for fit, place in enumerate(ends):
        room -= width_of[place]
        if room < 0 and fit >= 2:
            return sorted(ends[:fit])
    return tried


def _width(column: list[str]) -> int:
    return max(cell_len(printable(cell)) for cell in column) + GAP


def _narrowed(columns: list[list[str]], texts: Collection[int], width: int) -> list[list[str]]:
    """``columns`` with those of ``texts`` cut to what the others leave them of ``width``."""
    widths = {at: _width(columns[at]) for at in texts}
    room = width + GAP - sum(_width(own) for at, own in enumerate(columns) if at not in widths)
    found = list(columns)
    for done, at in enumerate(sorted(widths, key=lambda at: widths[at])):  # short ones leave room
        share = max(NARROWEST + GAP, room // (len(widths) - done))
        if widths[at] > share:
            parts = table_cells.unlike_parts(columns[at][1:], share - GAP)
            found[at] = [_cut(cell, share - GAP) for cell in (columns[at][0], *parts)]
        room -= min(widths[at], share)
    return found


def _cut(cell: str, most: int) -> str:
    """The beginning and the end of a text, for paths differ at their ends."""
    text = printable(cell)
    if cell_len(text) <= most:
        return text
    if cell_len(text) > len(text):  # wide characters
        return set_cell_size(text, most - 3) + "..."
    start = (most - 3) // 2
    return f"{text[:start]}...{text[start + 3 - most :]}"


def _samples(columns: list[list[str]], left: Collection[int] = ()) -> Table:
    """Samples in rows; the columns ``left`` are set to the left."""
    table = Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        header_style="bold",
    )
    texts = [[Text(printable(cell)) for cell in column] for column in columns]
    for index, column in enumerate(texts):
        justify: Literal["left", "right"] = "left" if index in left else "right"
        table.add_column(column[0], justify=justify, style="" if index else "dim", no_wrap=True)
    for row in zip(*(column[1:] for column in texts), strict=True):
        table.add_row(*row)
    return table


def _answer(report: Report, precision: int, width: int, shown: list[int] | None) -> list[Text]:
    """The summary of many samples: the line that the eye finds, and figures packed below it."""
    answer = [Text(headline(report), "bold"), Text(exactly(report, precision))]
    untold = [line for line in _lines(report, precision, shown) if line[0] not in told(report)]
    return [text for text in (*answer, *map(Text, packed(untold, width))) if text]


def _summary(report: Report, precision: int, shown: list[int] | None) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(no_wrap=True)
    for name, text in _lines(report, precision, shown):
        table.add_row(Text(name), Text(text, "bold" if name in ("mean", "total") else ""))
    return table


def _lines(report: Report, precision: int, shown: list[int] | None) -> list[tuple[str, str]]:
    """The lines of the summary."""
    lines = table_cells.summary(report, precision)
    left_out = (report.layout.outputs or 1) - len(shown or ())
    if report.loss == "bce" and shown and left_out:
        outputs = "1 output" if left_out == 1 else f"{left_out} outputs"
        lines.append(("not shown", f"{outputs} (-f csv has all)"))
    return lines
