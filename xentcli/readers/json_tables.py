"""JSON as tables: the rows of one document, and JSON Lines as they arrive."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, ClassVar

from xentcli.errors import InputError
from xentcli.readers import json, quick_lines
from xentcli.readers.columns import Header, Selection
from xentcli.readers.lines import STRETCH
from xentcli.readers.quick import Quick
from xentcli.readers.quick_lines import QuickRecords
from xentcli.readers.rows import Place
from xentcli.readers.source import Source


@dataclass(frozen=True, slots=True)
class RecordTable:
    """Rows of one JSON document."""

    records: json.Records
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
    by_rows: ClassVar[bool] = False

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
