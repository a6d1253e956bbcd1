"""Parquet and Arrow files as tables, read by Polars in batches: memory stays bounded.

Polars only reads and undoes the compression; our kernels compute. It is imported when a file
needs it and by nothing else, for its import takes longer than a small computation.

What was measured (two cores, 20,000,000 rows of an int8 label and a float64 logit, Parquet):
``collect_batches`` reads them in 0.3 s and 100 MiB; slices of 2^20 rows, each a query, in 0.4 s;
slices of 2^17 rows in 0.7 s. Of 400,000 rows by 100 columns, batches take 1.4 s, slices of 10,000
rows 8 s, and where the file is one row group 12 s: every slice pays for the group it stands in.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from xentcli.blocks.text_column import TextColumn
from xentcli.errors import InputError
from xentcli.formats.cells import Cells, Numbers, Place, side_by_side
from xentcli.formats.columns import Header, Meaning, Selection
from xentcli.formats.frames import series
from xentcli.formats.frames.scan import ScannedFile
from xentcli.sources import memory_bounds
from xentcli.sources.source import Source
from xentcli.text import printable

if TYPE_CHECKING:
    import polars as pl

BATCH_CELLS: Final = 1 << 20
MORSEL: Final = 1 << 17
"""Rows that Polars passes on at once of its own. Batches of another size are copied together from
several: 50,000,000 rows of two columns 0.25 s, and 195 MiB of memory against 150."""


@dataclass(slots=True)
class FrameTable:
    """An open file of typed columns, of which rows ``start`` to ``stop`` are read.

    By position: ``lengths`` of the lists in columns of lists, as the first row has them, and the
    ``shapes`` of one row of the columns that were read.
    """

    by_rows: ClassVar[bool] = False
    header: Header
    scan: "pl.LazyFrame"
    dtypes: "list[pl.DataType]"
    file: ScannedFile
    rows: int
    start: int = 0
    stop: int = 0
    lengths: dict[int, int] = field(default_factory=dict)
    shapes: dict[int, tuple[int, ...]] = field(default_factory=dict)

    @classmethod
    def open(cls, path: str, source: Source, kind: str, memory: int | None) -> "FrameTable":
        """The table in ``source``; InputError where it is none, or where there is no Polars."""
        file = ScannedFile(path, source, kind)
        file.check()
        memory_bounds.enter(source.source)
        scan = file.scan(memory)
        import polars

        with file.faults():
            schema = scan.collect_schema()
            rows = scan.select(polars.len()).collect().item()
        header = Header(tuple(schema.names()), len(schema), source.source)
        return cls(header, scan, list(schema.dtypes()), file, rows, stop=rows)

    def narrow(self, source: Source, start: int, stop: int | None) -> None:
        """Read only the share of the rows that bytes ``start`` to ``stop`` are of the file."""
        size = source.size or 1
        self.start = self.rows * start // size
        if stop is not None:
            self.stop = self.rows * stop // size

    def stretches(self, selection: Selection) -> Iterator["FrameStretch"]:
        """The wanted columns of consecutive rows."""
        if not self.rows:
            raise InputError("holds no rows", source=self.header.source)
        texts = {place for picked in selection.texts.values() for place in picked}
        wanted = tuple(sorted({*selection.wanted, *texts}))
        lists = [position for position in wanted if series.holds_lists(self.dtypes[position])]
        row = self.start
        for batch in self._batches(wanted):
            of_lists = {position: batch.to_series(wanted.index(position)) for position in lists}
            self._measure(of_lists)
            inside = sum(map(series.cells_in_row, of_lists.values()))
            step = max(1, BATCH_CELLS // (len(wanted) - len(lists) + inside))
            for part in batch.iter_slices(step):
                row += len(part)
                self.file.passed(row / self.rows)
                yield FrameStretch(self, part, wanted, row - len(part))
        if row != self.stop:
            self.file.refuse_shrunk()
            problem = f"ends after {row} of its {self.stop} rows"
            raise InputError(problem, source=self.header.source, hint="is it being written?")

    def _batches(self, wanted: tuple[int, ...]) -> Iterator["pl.DataFrame"]:
        import polars

        picked = self.scan.select(polars.nth(wanted))
        rows = BATCH_CELLS // len(wanted)
        size = None if rows >= MORSEL else max(1, rows)
        piece = picked.slice(self.start, self.stop - self.start)
        with self.file.faults():
            batches = piece.collect_batches(chunk_size=size, engine="streaming")
        while True:
            with self.file.faults():
                batch = next(batches, None)
            if batch is None:
                return
            yield batch

    def _measure(self, lists: "Mapping[int, pl.Series]") -> None:
        """Keep the length of the first list of each column of lists."""
        import polars

        for position, column in lists.items():
            if position not in self.lengths:
                length = series.list_length(column)
                if length is None:  # null all over: another row may have it
                    others = self.scan.select(polars.nth(position)).drop_nulls()
                    with self.file.faults():
                        length = series.list_length(others.head(1).collect().to_series())
                self.lengths[position] = 1 if length is None else length


@dataclass(frozen=True, slots=True)
class FrameStretch:
    """Consecutive rows, the first of which is ``row`` (from 0) of its file."""

    table: FrameTable
    frame: "pl.DataFrame"
    wanted: tuple[int, ...]
    row: int

    def cells(self, positions: tuple[int, ...], means: Meaning) -> Numbers:
        """Those columns; one of lists is a matrix by itself."""
        columns = [self._column(position, means) for position in positions]
        return side_by_side(columns, self.table.header, positions)

    def texts(self, positions: tuple[int, ...]) -> tuple[TextColumn, ...]:
        """Those columns as text."""
        return tuple(
            series.texts(
                self.frame.to_series(self.wanted.index(position)), self._at(position, None)
            )
            for position in positions
        )

    def lines(self) -> None:
        """None."""

    def _column(self, position: int, means: Meaning) -> Cells:
        column = self.frame.to_series(self.wanted.index(position))
        length = self.table.lengths.get(position)

        def at(row: int | None = None, *inside: int) -> Place:
            return self._at(position, row, *inside)

        cells = series.numbers(column, at, means, length)
        self.table.shapes[position] = cells.values.shape[1:]
        return cells

    def _at(self, position: int, row: int | None, *inside: int) -> Place:
        header = self.table.header
        name = printable(header.name(position))
        if row is None:
            return Place(header.source, column=name)
        path = "".join(f"[{i}]" for i in inside)
        return Place(header.source, item=f"row {self.row + row + 1}, column {name}{path}")

    def place(self, position: int, flat: int) -> Place:
        """The row of the file, from 1, and the column."""
        shape = (len(self.frame), *self.table.shapes[position])
        return self._at(position, *map(int, np.unravel_index(flat, shape)))
