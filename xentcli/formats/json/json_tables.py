"""JSON as tables: the rows of one document, and JSON Lines as they arrive."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, ClassVar

from xentcli.errors import InputError
from xentcli.formats.cells import Place
from xentcli.formats.columns import Header, Selection
from xentcli.formats.delimited.lines import STRETCH
from xentcli.formats.json import polars_lines
from xentcli.formats.json.polars_lines import PolarsParser, PolarsRecords
from xentcli.formats.json.records import CHUNK_BYTES, Decoder, Lines, Records, header_of, lines
from xentcli.sources.source import Source


@dataclass(frozen=True, slots=True)
class RecordTable:
    """Rows of one JSON document."""

    records: Records
    by_rows: ClassVar[bool] = False

    @property
    def header(self) -> Header:
        """The keys of the first row, or how many items it has."""
        return self.records.header

    @classmethod
    def of(cls, rows: list[Any], source: str) -> "RecordTable":
        """The table of ``rows``: objects, arrays, or single values."""
        if not isinstance(rows[0], list | dict):
            rows = [[item] for item in rows]
        header = header_of(rows[0], Place(source, item="$[0]"))
        return cls(Records(rows, header, lambda row: Place(source, item=f"$[{row}]")))

    def stretches(self, selection: Selection) -> Iterator[Records]:
        """All rows at once; columns are picked from them by position."""
        yield self.records


@dataclass(slots=True)
class LineTable:
    """JSON Lines as they arrive; ``first`` is the first row."""

    header: Header
    first: Any
    lines: Iterator[Lines]
    decoder: Decoder
    parser: PolarsParser | None
    by_rows: ClassVar[bool] = False

    @classmethod
    def open(cls, source: Source, decoder: Decoder, parser: PolarsParser | None) -> "LineTable":
        """Only the first row is decoded at once, for its keys."""
        following = _lines(source, parser)
        for read in following:
            for row, line in read.decoded(source.source, decoder):
                header = header_of(row, Place(source.source, line=line))
                return cls(header, row, chain((read,), following), decoder, parser)
        raise InputError("is empty", source=source.source)

    def narrow(self, source: Source, start: int, stop: int | None) -> None:
        """Read the lines from byte ``start`` to ``stop`` only."""
        if start:
            source.narrow(start, stop)
            self.lines = _lines(source, self.parser, begins=False)

    def stretches(self, selection: Selection) -> "Iterator[Records | PolarsRecords]":
        """The rows of one read after the other."""
        parser = None if selection.texts else self.parser  # text is shown as it was written
        kinds = polars_lines.kinds(self.first)
        for read in self.lines:
            frame = polars_lines.frame(parser, read.data, kinds) if parser and kinds else None
            if frame is not None:
                yield PolarsRecords(frame, read, self.header, self.decoder)
            elif rows := read.records(self.header, self.decoder):
                yield rows


def _lines(source: Source, parser: PolarsParser | None, *, begins: bool = True) -> Iterator[Lines]:
    return lines(source, CHUNK_BYTES if parser is None else STRETCH, begins=begins)
