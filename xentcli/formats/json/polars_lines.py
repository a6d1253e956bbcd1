"""JSON Lines by Polars' parser, a stretch at a time; the strict reader decides in doubt.

What Polars made of a stretch is taken only where it is sure to be what the strict reader makes of
it, bit for bit: all rows whole, all wanted values there. A stretch that Polars refuses, or of which
that is not sure, is read again strictly; so both accept and refuse the same texts, in the same
words. Polars refuses all that is no JSON, strings and ``true`` where numbers belong, and much else
that the strict reader takes. It forgives more in three ways only: a key may stand twice in one
object, other values become text in a column of text, and the integer -0 loses its sign.

Measured on two cores (Polars 2.1): a label and a logit take 200 ns a row where Python's ``json``
takes 2400, and pay for the import from 8 MiB on.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from xentcli.blocks.places import Lines
from xentcli.blocks.text_column import TextColumn
from xentcli.errors import InputError
from xentcli.formats.cells import Numbers, Place, side_by_side
from xentcli.formats.columns import Header, Meaning
from xentcli.formats.frames import series
from xentcli.formats.json import records
from xentcli.sources.polars_errors import said
from xentcli.sources.polars_import import loaded
from xentcli.sources.source import Source

if TYPE_CHECKING:
    import polars as pl

T = TypeVar("T")

NEEDED: Final = (2, 0)
"""Earlier versions were not compared with the strict reader."""

LARGE: Final = 8 << 20
"""Bytes from which Polars is worth its import."""

PATIENCE: Final = 3
"""Consecutive refusals after which Polars is not used any more."""

Kinds = Mapping[str, str]
"""The names of Polars' types by key, with ``[]`` behind them once for each nesting."""

_MINUS_ZERO: Final = re.compile(rb"-0[,\]} \t\r]")


class PolarsParser:
    """Decides whether Polars parses the next stretch of one input."""

    def __init__(self, source: Source, large: int, polars: Any = None) -> None:
        """``large`` are the bytes from which it is worth it."""
        self._source = source
        self._large = large
        self._polars = polars
        self._refusals = 0

    @classmethod
    def asked_for(cls, source: Source) -> "PolarsParser":
        """From the first byte on; InputError where there is no Polars."""
        return cls(source, 0, loaded(source.source, "--reader polars asks for", NEEDED))

    def ready(self) -> bool:
        """Whether to use Polars for the next stretch."""
        if self._refusals >= PATIENCE:
            return False
        if self._polars is None and self._bytes >= self._large:
            try:
                self._polars = loaded(self._source.source, "", NEEDED)
            except InputError:  # it is not installed, and was not requested
                self._refusals = PATIENCE
        return self._polars is not None

    @property
    def _bytes(self) -> int:
        """The size of the input, as far as it is known."""
        return max(self._source.size or 0, self._source.bytes_read)

    def parsed(self, parse: Callable[[Any], T | None]) -> T | None:
        """What ``parse`` makes of a stretch with Polars; None where the strict reader decides."""
        found = None
        with suppress(InputError), said(self._source.source, "text"):
            found = parse(self._polars)
        self._refusals = self._refusals + 1 if found is None else 0
        return found


def kinds(first: Any) -> Kinds | None:
    """The types of the values of the first row; None where it is no flat object."""
    if not isinstance(first, dict) or not first:
        return None
    found = {key: _kind(value) for key, value in first.items()}
    return None if None in found.values() else found  # type: ignore[return-value]


def _kind(value: Any) -> str | None:
    if isinstance(value, list):
        inner = _kind(value[0]) if value else None
        return None if inner in (None, "String", "Boolean") else f"{inner}[]"
    if isinstance(value, bool):
        return "Boolean"
    if isinstance(value, str):
        return "String"
    return "Float64" if isinstance(value, float) else None


def frame(parser: PolarsParser, data: bytes, found: Kinds) -> "pl.DataFrame | None":
    """The lines of ``data`` in columns of those types; None where the strict reader decides."""
    if not parser.ready():
        return None
    return parser.parsed(partial(_columns, data=data, found=found))


def _columns(polars: Any, data: bytes, found: Kinds) -> "pl.DataFrame | None":
    if b"\\" in data or _MINUS_ZERO.search(data):
        return None  # an escape may be any character
    schema = {key: _type(polars, own) for key, own in found.items()}
    columns: pl.DataFrame = polars.read_ndjson(data, schema=schema)
    rows = data.count(b"\n") + (not data.endswith(b"\n"))
    if len(columns) != rows or any(columns.null_count().row(0)):
        return None
    return columns if _is_regular(data, rows, list(found.values())) else None


def _is_regular(data: bytes, rows: int, found: list[str]) -> bool:
    """Whether keys and strings are as many as ``rows`` have that have every key once.

    No row has fewer, for every key is known to be there; and nothing that is no string can stand
    for one, or have others inside, where neither is there once too often.
    """
    text = np.frombuffer(data, np.uint8)
    quotes = text == ord('"')
    closing, behind = quotes[:-1], text[1:]
    if any((closing & (behind == blank)).any() for blank in b" \t\r"):
        return False  # it may part a key from its colon
    keys, strings = rows * len(found), rows * found.count("String")
    if np.count_nonzero(closing & (behind == ord(":"))) != keys:
        return False
    if np.count_nonzero(quotes) != 2 * (keys + strings):
        return False
    if not strings:
        return True
    lists = [kind.count("[]") for kind in found]
    opened = [np.count_nonzero(text == ord(bracket)) for bracket in "{["]
    return max(lists) < 2 and opened == [rows, rows * sum(lists)]


def _type(polars: Any, kind: str) -> Any:
    inner = kind.removesuffix("[]")
    return polars.List(_type(polars, inner)) if inner != kind else getattr(polars, kind)


@dataclass(slots=True)
class PolarsRecords:
    """Rows of which Polars made columns; asked for what those cannot tell, it decodes them."""

    columns: "pl.DataFrame"
    read: records.Lines
    header: Header
    decoder: records.Decoder
    _decoded: records.Records | None = field(default=None)

    def cells(self, positions: tuple[int, ...], means: Meaning) -> Numbers:
        """The values in all rows, side by side."""
        try:
            columns = [
                series.numbers(self.columns.to_series(position), self._at, means)
                for position in positions
            ]
            return side_by_side(columns, self.header, positions)
        except InputError:
            return self._strict().cells(positions, means)

    def texts(self, positions: tuple[int, ...]) -> tuple[TextColumn, ...]:
        """The columns at ``positions`` as text."""
        return self._strict().texts(positions)

    def lines(self) -> Lines:
        """The lines on which the rows begin: all, for none of them is blank."""
        return Lines(self.read.line)

    def place(self, position: int, flat: int) -> Place:
        """The path of one number."""
        return self._strict().place(position, flat)

    def _at(self, *_: int) -> Place:
        return Place(self.header.source)

    def _strict(self) -> records.Records:
        if self._decoded is None:
            self._decoded = self.read.records(self.header, self.decoder)
        assert self._decoded is not None  # there are rows
        return self._decoded
