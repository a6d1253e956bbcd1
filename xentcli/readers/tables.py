"""Tables: one open input as rows of its columns, whatever its format."""

from collections.abc import Iterator
from typing import Any, Protocol, runtime_checkable

from xentcli.errors import InputError
from xentcli.job import Job
from xentcli.readers import json, numpy_files
from xentcli.readers.columns import Header, Selection
from xentcli.readers.delimited import Delimited
from xentcli.readers.in_memory import ArrayTable, MatrixTable
from xentcli.readers.roles import Meaning
from xentcli.readers.rows import Array, Cells, Place
from xentcli.readers.source import FRAMES, Source, format_of
from xentcli.readers.streamed import DelimitedTable, RecordTable


class Table(Protocol):
    """An open input whose columns can be picked and whose rows then come in stretches."""

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

    def cells(self, positions: tuple[int, ...], means: Meaning) -> Cells:
        """Those columns: ``[m]`` for one, ``[m, k]`` for several."""

    def place(self, position: int, flat: int) -> Place:
        """The place of a number, of which ``flat`` stand before it in its column."""


def open_table(job: Job, path: str, source: Source) -> Table:
    """The table in ``source``, by its format."""
    name = source.source
    kind = format_of(path, source, job.input_format)
    if kind == "jsonl":
        return RecordTable.of_lines(source)
    if kind == "json":
        return _json_table(json.document(source), name)
    if kind == "npy":
        return _matrix(numpy_files.load_npy(source, source.plain_size, name), name)
    if kind == "npz":
        return ArrayTable(name, numpy_files.Archive(source, name))
    if kind in FRAMES:
        from xentcli.readers.frames import FrameTable

        return FrameTable.open(path, source, kind)
    delimiter = "\t" if job.delimiter is None and kind == "tsv" else job.delimiter
    text = Delimited.open(source, source=name, delimiter=delimiter, header=job.header)
    return DelimitedTable(text, name)


def _json_table(value: Any, name: str) -> Table:
    if isinstance(value, dict) and value:
        return ArrayTable(name, value)
    if isinstance(value, list) and value:
        return RecordTable.of_rows(value, name)
    raise InputError("holds no rows", source=name, hint='give {"label": [...], ...} or rows')


def _matrix(array: Array, name: str) -> Table:
    rows = array.reshape(-1, 1) if array.ndim < 2 else array
    if rows.ndim > 2:
        hint = "name it in an option, such as --logits @FILE"
        raise InputError(f"has {rows.ndim} axes, a table has two", source=name, hint=hint)
    return MatrixTable(name, rows)
