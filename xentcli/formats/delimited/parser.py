"""Delimited text: line 1 tells delimiter and header, then rows come in chunks of numbers.

Only wanted columns are parsed, and nothing is dropped or shifted on the way: the first fault
in the order of the file is an InputError with its line and column.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import numpy as np

from xentcli.blocks.places import Lines as RowLines
from xentcli.errors import InputError
from xentcli.formats.delimited import dialect, numbers
from xentcli.formats.delimited.chunk import Chunk
from xentcli.formats.delimited.grid import Grid, grid
from xentcli.formats.delimited.header import (
    LOOK,
    has_header,
    has_row_names,
    rows_below,
    shown_cells,
)
from xentcli.formats.delimited.lines import STRETCH, Lines, Stream, Stretch
from xentcli.formats.delimited.parsed_columns import CellFault, Names, parsed
from xentcli.formats.delimited.stray_lines import oddity
from xentcli.formats.delimited.text_cells import text_of
from xentcli.formats.encoding import UTF8_MARK, marked, text_fault
from xentcli.formats.foreign import TAR, is_tar
from xentcli.formats.open_options import Picks

Array = np.ndarray[Any, np.dtype[Any]]

_BLANK_LINE: Final = "is blank, and rows follow it"
_ROW_NAMES: Final = "if rows begin with row names, give those a name too (R: col.names=NA)"


class _Columns(NamedTuple):
    """The columns of numbers, the classes that some may name, those of text; words for missing."""

    wanted: list[int]
    names: Names
    texts: Sequence[int]
    absent: Collection[str]


class Delimited:
    """One open delimited text: ``names`` from its header or None, and ``width`` columns."""

    names: tuple[str, ...] | None
    width: int

    def __init__(self, lines: Lines, delimiter: str, cells: list[str], header: bool) -> None:
        self.names = tuple(cell.strip(" \t") for cell in cells) if header else None
        self.width = len(cells)
        taken = "names" if header else "data"
        self.line_1 = f"line 1 of {lines.source} ({shown_cells(cells)}) was taken for {taken}"
        self.delimiter = delimiter
        self.source = lines.source
        self._lines = lines
        self._whole = True
        self._begin = 0

    @classmethod
    def open(
        cls,
        stream: Stream,
        *,
        source: str,
        delimiter: str | None = None,
        header: bool | None = None,
        picks: Picks | None = None,
        size: int = STRETCH,
    ) -> "Delimited":
        """Read line 1. ``delimiter`` and ``header`` None: as line 1 says.

        InputError where there is no text, OptionError where line 1 may be names or data.
        """
        given = None if delimiter is None else dialect.checked_delimiter(delimiter)
        lines = Lines(stream, source, size)
        _skip_mark(lines)
        record = lines.record(_separators(given))
        if record is None:
            raise InputError("is empty", source=source)
        if not record.strip(_blanks(given)):
            raise _blank_start(lines, given)
        found = given or dialect.detect_delimiter(_without_break(record.decode("latin-1")))
        fault = text_fault(record)
        if fault is not None and is_tar(record):
            raise TAR.error(source)
        if fault is not None:
            offset, problem, hint = fault
            column = f":{_cell_at(record[:offset], found) + 1}"
            raise InputError(problem, source=source, line=1, column=column, hint=hint)
        line = _without_break(record.decode())
        if "\r" in line and '"' not in line:
            hint = "turn old Mac line breaks into new ones: tr '\\r' '\\n'"
            raise InputError("holds a bare carriage return", source=source, line=1, hint=hint)
        cells = dialect.split_line(line, found)
        lines.skip(-len(record))

        def below() -> bytes:
            return lines.lines_after(len(record), LOOK)

        if header is None:
            rows = partial(rows_below, below, found, len(cells))
            header = has_header(cells, source, picks or Picks(), rows)
        if header:
            if has_row_names(lines.line_after(len(record), LOOK), below, found, len(cells)):
                cells = ["", *cells]
            lines.skip(len(record))
            lines.lines_before = record.count(b"\n")
        return cls(lines, found, cells, header)

    def restart(self) -> None:
        """Continue after the stream was moved to the beginning of a data line."""
        self._lines.restart()
        self._whole = False

    def end_in_text(self) -> None:
        """Note that the stream ends at a line end before the end of the text."""
        self._lines.is_piece = True
        self._whole = False

    def column(self, position: int) -> str:
        """What messages call the column at ``position``: its name, else ``:3``."""
        return (self.names and self.names[position]) or f":{position + 1}"

    def chunks(
        self,
        wanted: Sequence[int],
        names: Names = MappingProxyType({}),
        texts: Sequence[int] = (),
        absent: Collection[str] = (),
    ) -> Iterator[Chunk]:
        """The numbers of the ``wanted`` columns (positions from 0), until the text ends.

        In columns that ``names`` has, cells may be names of those classes; the columns ``texts``
        are text. ``absent`` are words that stand for what is missing.
        """
        columns = _Columns(list(wanted), names, texts, absent)
        rows, blank = 0, None
        while (stretch := self._lines.stretch(_separators(self.delimiter))) is not None:
            before = self._lines.lines_before
            content = self._content(stretch)
            self._begin = content.start
            if content.stop > content.start:
                if blank is not None:
                    raise self._error(blank, None, _BLANK_LINE)
                chunk, fault = self._chunk(content, columns, before + 1)
                rows += len(chunk.values)
                before += int(np.count_nonzero(content.text[content.start : content.stop] == 10))
                if len(chunk.values):
                    yield chunk  # rows before a fault first: one of them may be worse
                if fault is not None:
                    raise fault
            if content.stop < stretch.stop:
                blank = blank or before + 1
                before += int(np.count_nonzero(content.text[content.stop : stretch.stop] == 10))
            self._lines.lines_before = before
        if not rows and self._whole:
            raise InputError("has a header but no rows", source=self.source)

    def _content(self, stretch: Stretch) -> Stretch:
        """``stretch`` without the blank lines at its end."""
        buffer, blanks = self._lines.buffer, _blanks(self.delimiter)
        last = buffer.rfind(b"\n", stretch.start, stretch.stop - 1) + 1 or stretch.start
        if buffer[last : stretch.stop].strip(blanks):
            return stretch
        body = len(buffer[stretch.start : stretch.stop].rstrip(blanks))
        stop = buffer.find(b"\n", stretch.start + body) + 1 if body else stretch.start
        return stretch._replace(stop=stop)

    def _chunk(
        self, stretch: Stretch, columns: "_Columns", line: int
    ) -> tuple[Chunk, InputError | None]:
        """The rows before the first fault, and the fault."""
        table = grid(stretch, self.delimiter, self.width)
        faults = [*self._odd_row(table), *self._text_faults(table)]
        found = parsed(table, columns.wanted, columns.names, columns.absent)
        faults += found.faults
        lines = RowLines(line, table.offsets())
        texts = {column: text_of(table, column) for column in columns.texts}
        chunk = Chunk(found.values, found.missing, lines, found.named, texts)
        if not faults:
            return chunk, None
        fault = min(faults)
        at = None if fault.column < 0 else fault.column
        record = stretch.text[table.begins(fault.row) : table.stops[fault.row]].tobytes()
        found_oddity = None if fault.problem == _BLANK_LINE else self._oddity(record)
        if found_oddity is None:
            error = self._error(chunk.line(fault.row), at, fault.problem, fault.hint)
        else:
            error = self._error(chunk.line(fault.row), None, *found_oddity)
        return chunk.before(fault.row), error

    def refuse_no_data(self, line: int) -> None:
        """InputError where ``line``, of the chunk that came last, holds no data at all.

        Call this before reporting an unusable value on that line.
        """
        buffer, at = self._lines.buffer, self._begin
        for _ in range(line - self._lines.lines_before - 1):
            at = buffer.find(b"\n", at) + 1
        said = self._oddity(bytes(buffer[at : buffer.find(b"\n", at)]))
        if said is not None:
            raise self._error(line, None, *said)

    def _oddity(self, record: bytes) -> tuple[str, str] | None:
        """The problem and hint for a record without data, else None."""
        line = _without_break(record.decode("utf-8", "replace"))
        return oddity(dialect.split_line(line, self.delimiter), self.names, self.width)

    def _odd_row(self, table: Grid) -> Iterator[CellFault]:
        text, rows = table.stretch.text, len(table.ends)
        if self.width == 1 and rows and self.delimiter != dialect.BLANKS:
            starts = np.append(table.stretch.start, table.stops[: rows - 1] + 1)
            starts, ends = numbers.trimmed(text, starts, table.ends.ravel())
            bare = (starts == ends) | ((ends - starts == 1) & (text.take(starts) == 13))
            if bare.any():
                yield CellFault(int(np.argmax(bare)), -1, 0, _BLANK_LINE, None)
        if table.odd is not None:
            record = text[table.begins(rows) : table.stops[rows]].tobytes()
            if not record.strip(_blanks(self.delimiter)):
                yield CellFault(rows, -1, 0, _BLANK_LINE, None)
            else:
                cells = "1 cell" if table.odd == 1 else f"{table.odd} cells"
                problem = f"has {cells}, line 1 has {self.width}"
                extra = self.names is not None and rows == 0 and table.odd == self.width + 1
                yield CellFault(rows, -1, 0, problem, _ROW_NAMES if extra else None)

    def _text_faults(self, table: Grid) -> Iterator[CellFault]:
        start, stop = table.stretch.start, table.stretch.stop
        text = table.stretch.text[start:stop]
        if int(text.max()) < 128 and self._lines.buffer.find(b"\0", start, stop) < 0:
            return
        fault = text_fault(text.tobytes())
        if fault is not None:
            offset, problem, hint = fault
            row = int(np.searchsorted(table.stops, start + offset))
            before = text[table.begins(row) - start : offset].tobytes()
            column = min(_cell_at(before, self.delimiter), self.width - 1)
            yield CellFault(row, column, 0, problem, hint)

    def _error(
        self, line: int, column: int | None, problem: str, hint: str | None = None
    ) -> InputError:
        name = None if column is None else self.column(column)
        return InputError(problem, source=self.source, line=line, column=name, hint=hint)


def _separators(delimiter: str | None) -> bytes:
    if delimiter is None:
        return dialect.CANDIDATES.encode()
    return b" \t" if delimiter == dialect.BLANKS else delimiter.encode()


def _blanks(delimiter: str | None) -> bytes:
    """What a blank line may hold."""
    return b" \r\n" if delimiter == "\t" else b" \t\r\n"


def _without_break(line: str) -> str:
    return line.removesuffix("\n").removesuffix("\r")


def _skip_mark(lines: Lines) -> None:
    head = lines.peek(4)
    if (found := marked(head)) is not None:
        problem, hint = found
        raise InputError(problem, source=lines.source, line=1, hint=hint)
    if head.startswith(UTF8_MARK):
        lines.skip(len(UTF8_MARK))


def _blank_start(lines: Lines, delimiter: str | None) -> InputError:
    while (stretch := lines.stretch(_separators(delimiter))) is not None:
        if lines.buffer[stretch.start : stretch.stop].strip(_blanks(delimiter)):
            return InputError(_BLANK_LINE, source=lines.source, line=1)
    return InputError("is empty", source=lines.source)


def _cell_at(before: bytes, delimiter: str) -> int:
    """The position of the cell that begins or goes on after ``before`` in its record."""
    return len(dialect.split_line(before.decode("latin-1") + "x", delimiter)) - 1
