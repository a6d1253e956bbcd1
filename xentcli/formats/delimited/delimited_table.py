"""Delimited text as a table, one stretch for each chunk that is read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from xentcli.blocks.places import Lines
from xentcli.blocks.text_column import TextColumn
from xentcli.formats.cells import Cells, Place, Provenance
from xentcli.formats.columns import Header, Meaning, Selection
from xentcli.formats.delimited.chunk import Chunk
from xentcli.formats.delimited.parser import Delimited
from xentcli.formats.open_options import OpenOptions
from xentcli.sources.source import Source


@dataclass(frozen=True, slots=True)
class DelimitedTable:
    """Delimited text, one stretch per chunk."""

    text: Delimited
    source: str
    by_rows: ClassVar[bool] = False

    @classmethod
    def open(cls, source: Source, options: OpenOptions) -> "DelimitedTable":
        """The text in ``source``, of which line 1 is read."""
        text = Delimited.open(
            source,
            source=source.source,
            delimiter=options.delimiter,
            header=options.header,
            picks=options.picks,
        )
        return cls(text, source.source)

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
        for chunk in self.text.chunks(wanted, names, texts, selection.absent):
            provenance = Provenance(self.text.line_1)
            yield _TextStretch(self.text, chunk, wanted, self.header, provenance)


@dataclass(frozen=True, slots=True)
class _TextStretch:
    text: Delimited
    chunk: Chunk
    wanted: tuple[int, ...]
    header: Header
    provenance: Provenance

    def cells(self, positions: tuple[int, ...], means: Meaning) -> Cells:
        order = {position: index for index, position in enumerate(self.wanted)}
        at: Any = [order[position] for position in positions]
        if len(at) == 1:
            at = at[0]
        elif at == list(range(at[0], at[0] + len(at))):
            at = slice(at[0], at[0] + len(at))  # a view, where a list would copy
        chunk = self.chunk
        whole = Cells(chunk.values, chunk.missing, chunk.named, self.provenance)
        return whole.map(lambda own: own[:, at])

    def texts(self, positions: tuple[int, ...]) -> tuple[TextColumn, ...]:
        return tuple(self.chunk.texts[position] for position in positions)

    def lines(self) -> Lines:
        return self.chunk.lines

    def place(self, position: int, flat: int) -> Place:
        self.text.refuse_no_data(self.chunk.line(flat))
        return Place(self.header.source, self.chunk.line(flat), self.header.name(position))
