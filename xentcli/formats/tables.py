"""Tables: one open input as rows of its columns, whatever its format."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Final, Protocol, runtime_checkable

import numpy as np

from xentcli.blocks.places import Lines
from xentcli.blocks.text_column import TextColumn
from xentcli.errors import InputError, OptionError
from xentcli.formats.cells import Array, Numbers, Place
from xentcli.formats.columns import Header, Meaning, Selection
from xentcli.formats.foreign import refuse_foreign
from xentcli.formats.sniffing import FRAMES, format_of
from xentcli.sources.source import Source

if TYPE_CHECKING:
    from xentcli.formats.json.polars_lines import PolarsParser
    from xentcli.formats.numpy.stored_arrays import StoredArray
    from xentcli.formats.open_options import OpenOptions

BY_ROWS: Final = ("npy", "npz")
"""Formats whose pieces are rows, and not bytes."""


class Table(Protocol):
    """An open input whose columns can be picked and whose rows then come in stretches."""

    by_rows: ClassVar[bool]
    """Whether it is all there, so that a piece of it is a range of rows."""

    @property
    def header(self) -> Header:
        """The column names, or only how many columns there are."""

    def stretches(self, selection: Selection) -> Iterator["Stretch"]:
        """The selected columns of consecutive rows, until the input ends."""


@runtime_checkable
class Cuttable(Protocol):
    """A table of which a piece can be read."""

    def narrow(self, source: Source, start: int, stop: int | None) -> None:
        """Read the rows from byte ``start`` of the file to ``stop`` only (None: to its end)."""


class Stretch(Protocol):
    """Consecutive rows of a table."""

    def cells(self, positions: tuple[int, ...], means: Meaning) -> Numbers:
        """Those columns: ``[m]`` for one, ``[m, k]`` for several."""

    def texts(self, positions: tuple[int, ...]) -> tuple[TextColumn, ...]:
        """Those columns as text."""

    def lines(self) -> Lines | None:
        """The lines on which the rows begin; None where there are no lines."""

    def place(self, position: int, flat: int) -> Place:
        """The place of a number, of which ``flat`` stand before it in its column."""


def open_table(path: str, source: Source, options: "OpenOptions") -> Table:
    """The table in ``source``, by its format; what reads the others is not imported."""
    kind = format_of(path, source, options.input_format)
    if kind in FRAMES:
        from xentcli.formats.frames.frame_table import FrameTable

        return FrameTable.open(path, source, kind, options.memory)
    if "://" not in path:
        refuse_foreign(source.peek, kind, source.source)
    if kind in BY_ROWS:
        return _array_table(source, kind)
    if kind == "json":
        return _json_table(source, options)
    if kind == "jsonl":
        from xentcli.formats.json.json_tables import LineTable
        from xentcli.formats.json.records import decoder

        return LineTable.open(source, decoder(texts=options.texts), _polars_parser(source, options))
    if options.reader == "polars":
        raise OptionError(
            "--reader polars is for JSON Lines, not delimited text", hint="leave it out"
        )
    from xentcli.formats.delimited.delimited_table import DelimitedTable

    return DelimitedTable.open(source, kind, options)


def _polars_parser(source: Source, options: "OpenOptions") -> "PolarsParser | None":
    """Polars as parser of JSON Lines, where that is asked for or may be worth it."""
    if options.reader == "numpy":
        return None
    from xentcli.formats.json.polars_lines import LARGE, PolarsParser

    return (
        PolarsParser.asked_for(source)
        if options.reader == "polars"
        else PolarsParser(source, LARGE)
    )


def open_npy(source: Source) -> "Array | StoredArray":
    """The array in ``source``, whose rows stay in the file where that can be sought in."""
    from xentcli.formats.numpy.npy import form_of, load_npy
    from xentcli.formats.numpy.random_access import Positions
    from xentcli.formats.numpy.stored_arrays import StoredArray

    if not source.positioned:
        return load_npy(source, source.plain_size, source.source)
    file = Positions(source)
    form = form_of(file, source.plain_size, source.source)
    if form.shape:
        return StoredArray(file, form, source.source)
    file.seek(0)
    return load_npy(file, source.plain_size, source.source)


def _json_table(source: Source, options: "OpenOptions") -> Table:
    from xentcli.formats.json import records

    name = source.source
    value = records.document(source, records.decoder(texts=options.texts), options.memory)
    if isinstance(value, dict) and value:
        from xentcli.formats.numpy.array_tables import ArrayTable

        return ArrayTable(name, value)
    if isinstance(value, list) and value:
        from xentcli.formats.json.json_tables import RecordTable

        return RecordTable.of(value, name)
    raise InputError("holds no rows", source=name, hint='give {"label": [...], ...} or rows')


def _array_table(source: Source, kind: str) -> Table:
    from xentcli.formats.numpy.array_tables import ArrayTable, MatrixTable

    name = source.source
    if kind == "npz":
        from xentcli.formats.numpy.npz import Archive

        return ArrayTable(name, Archive(source, name))
    array = open_npy(source)
    axes = len(array.shape)
    if axes > 2:
        hint = "name it in an option, such as --logits @FILE"
        raise InputError(f"has {axes} axes, a table has two", source=name, hint=hint)
    if isinstance(array, np.ndarray) and axes < 2:
        array = array.reshape(-1, 1)
    return MatrixTable(name, array)
