"""Tables read in stretches: delimited text, and rows of JSON."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from xentcli.errors import InputError
from xentcli.readers import json, quick_lines
from xentcli.readers.chunks import Chunk
from xentcli.readers.columns import Header, Selection
from xentcli.readers.delimited import Delimited
from xentcli.readers.lines import STRETCH
from xentcli.readers.quick import Quick
from xentcli.readers.quick_lines import QuickRecords
from xentcli.readers.roles import Meaning
from xentcli.readers.rows import Cells, Place
from xentcli.readers.source import Source
from xentcli.written import Written


@dataclass(frozen=True, slots=True)
class DelimitedTable:
    """Delimited text, one stretch per chunk."""

    text: Delimited
    source: str

    @property
    def header(self) -> Header:
        """Names from line 1, or the number of cells in it."""
        return Header(self.text.names, self.text.width, self.source)

    def narrow(self, source: Source, start: int, stop: int | None) -> None:
        """Read the rows from byte ``start`` to ``stop`` only."""
        if start:
            source.narrow(start, stop)
            self.text.restart()
        if stop is not None:
            self.text.end_in_text()

    def stretches(self, selection: Selection) -> Iterator["_TextStretch"]:
        """The wanted columns of one chunk after the other."""
        wanted = selection.wanted
        names = dict.fromkeys(selection.positions.get("labels", ()), selection.classes)
        texts = [place for picked in selection.texts.values() for place in picked]
        for chunk in self.text.chunks(wanted, names, texts):
            yield _TextStretch(chunk, wanted, self.header)


@dataclass(frozen=True, slots=True)
class _TextStretch:
    chunk: Chunk
    wanted: tuple[int, ...]
    header: Header

    def cells(self, positions: tuple[int, ...], means: Meaning) -> Cells:
        order = {position: index for index, position in enumerate(self.wanted)}
        at: Any = [order[position] for position in positions]
        if len(at) == 1:
            at = at[0]
        elif at == list(range(at[0], at[0] + len(at))):
            at = slice(at[0], at[0] + len(at))  # a view, where a list would copy
        chunk = self.chunk
        return Cells(chunk.values, chunk.missing, chunk.named).map(lambda own: own[:, at])

    def texts(self, positions: tuple[int, ...]) -> tuple[Written, ...]:
        return tuple(self.chunk.texts[position] for position in positions)

    def place(self, position: int, flat: int) -> Place:
        return Place(self.header.source, self.chunk.line(flat), self.header.name(position))


@dataclass(frozen=True, slots=True)
class RecordTable:
    """Rows of one JSON document."""

    records: json.Records

    @property
    def header(self) -> Header:
        """The keys of the first row, or how many items it has."""
        return self.records.header

    @classmethod
    def of(cls, rows: list[Any], source: str) -> "RecordTable":
        """The table of ``rows``: objects, arrays, or single values."""
        if not isinstance(rows[0], list | dict):
            rows = [[item] for item in rows]
        header = json.header_of(rows[0], Place(source, item="$[0]"))
        return cls(json.Records(rows, header, lambda row: Place(source, item=f"$[{row}]")))

    def stretches(self, selection: Selection) -> Iterator[json.Records]:
        """All rows at once; columns are picked from them by position."""
        yield self.records


@dataclass(slots=True)
class LineTable:
    """JSON Lines as they arrive; ``first`` is the first row."""

    header: Header
    first: Any
    lines: Iterator[json.Lines]
    decoder: json.Decoder
    quick: Quick | None

    @classmethod
    def open(cls, source: Source, decoder: json.Decoder, quick: Quick | None) -> "LineTable":
        """Only the first row is decoded at once, for its keys."""
        lines = _lines(source, quick)
        for before in lines:
            for row, line in before.decoded(source.source, decoder):
                header = json.header_of(row, Place(source.source, line=line))
                return cls(header, row, chain((before,), lines), decoder, quick)
        raise InputError("is empty", source=source.source)

    def narrow(self, source: Source, start: int, stop: int | None) -> None:
        """Read the lines from byte ``start`` to ``stop`` only."""
        if start:
            source.narrow(start, stop)
            self.lines = _lines(source, self.quick)

    def stretches(self, selection: Selection) -> "Iterator[json.Records | QuickRecords]":
        """The rows of one read after the other."""
        quick = None if selection.texts else self.quick  # text is shown as it was written
        kinds = quick_lines.kinds(self.first)
        for lines in self.lines:
            frame = quick_lines.frame(quick, lines.data, kinds) if quick and kinds else None
            if frame is not None:
                yield QuickRecords(frame, lines, self.header, self.decoder)
            elif rows := lines.records(self.header, self.decoder):
                yield rows


def _lines(source: Source, quick: Quick | None) -> Iterator[json.Lines]:
    return json.lines(source, json.CHUNK_BYTES if quick is None else STRETCH)
