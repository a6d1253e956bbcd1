"""Tables read in stretches: delimited text, and rows of JSON."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from xentcli.errors import InputError
from xentcli.readers import json
from xentcli.readers.chunks import Chunk
from xentcli.readers.columns import Header, Selection
from xentcli.readers.delimited import Delimited
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


@dataclass(slots=True)
class RecordTable:
    """Rows of a JSON document, or of JSON Lines as they arrive."""

    header: Header
    records: Iterator[json.Records]
    decoder: json.Decoder = json.PLAIN

    def narrow(self, source: Source, start: int, stop: int | None) -> None:
        """Read the lines from byte ``start`` to ``stop`` only."""
        if start:
            source.narrow(start, stop)
            stretches = json.lines(source, self.decoder)
            self.records = (_line_records(lines, self.header) for lines in stretches)

    @classmethod
    def of_rows(cls, rows: list[Any], source: str) -> "RecordTable":
        """The rows of one document."""
        if not isinstance(rows[0], list | dict):
            rows = [[item] for item in rows]
        header = json.header_of(rows[0], Place(source, item="$[0]"))
        records = json.Records(rows, header, lambda row: Place(source, item=f"$[{row}]"))
        return cls(header, iter((records,)))

    @classmethod
    def of_lines(cls, source: Source, decoder: json.Decoder) -> "RecordTable":
        """JSON Lines; the first stretch is read at once, for its keys."""
        stretches = json.lines(source, decoder)
        first = next(stretches, None)
        if first is None:
            raise InputError("is empty", source=source.source)
        header = json.header_of(first[0][0], Place(source.source, line=first[1][0]))

        def records() -> Iterator[json.Records]:
            yield _line_records(first, header)
            for stretch in stretches:
                yield _line_records(stretch, header)

        return cls(header, records(), decoder)

    def stretches(self, selection: Selection) -> Iterator[json.Records]:
        """The rows; columns are picked from them by position."""
        return self.records


def _line_records(stretch: tuple[list[Any], list[int]], header: Header) -> json.Records:
    rows, numbers = stretch
    return json.Records(rows, header, lambda row: Place(header.source, line=numbers[row]))
