"""Tables: one open input as rows of its columns, whatever its format."""

from collections.abc import Iterator
from typing import Any, Protocol, runtime_checkable

import numpy as np

from xentcli.errors import InputError
from xentcli.job import Job
from xentcli.readers import json
from xentcli.readers.archives import Archive
from xentcli.readers.columns import Header, Selection
from xentcli.readers.delimited import Delimited
from xentcli.readers.in_memory import ArrayTable, MatrixTable
from xentcli.readers.numpy_files import form_of, load_npy
from xentcli.readers.positions import Positions
from xentcli.readers.quick import Quick
from xentcli.readers.roles import Meaning
from xentcli.readers.rows import Array, Numbers, Place
from xentcli.readers.source import FRAMES, Source, format_of
from xentcli.readers.stored_arrays import StoredArray
from xentcli.readers.streamed import DelimitedTable, LineTable, RecordTable
from xentcli.written import Written


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

    def cells(self, positions: tuple[int, ...], means: Meaning) -> Numbers:
        """Those columns: ``[m]`` for one, ``[m, k]`` for several."""

    def texts(self, positions: tuple[int, ...]) -> tuple[Written, ...]:
        """Those columns as text."""

    def place(self, position: int, flat: int) -> Place:
        """The place of a number, of which ``flat`` stand before it in its column."""


def open_table(job: Job, path: str, source: Source) -> Table:
    """The table in ``source``, by its format."""
    name = source.source
    kind = format_of(path, source, job.input_format)
    if kind == "jsonl":
        return LineTable.open(source, json.decoder(job), Quick.of(job, source))
    if kind == "json":
        return _json_table(json.document(source, json.decoder(job)), name)
    if kind == "npy":
        return _matrix(open_npy(source), name)
    if kind == "npz":
        return ArrayTable(name, Archive(source, name))
    if kind in FRAMES:
        from xentcli.readers.frames import FrameTable

        return FrameTable.open(path, source, kind)
    delimiter = "\t" if job.delimiter is None and kind == "tsv" else job.delimiter
    text = Delimited.open(source, source=name, delimiter=delimiter, header=job.header)
    text.quick = Quick.of(job, source)
    return DelimitedTable(text, name)


def open_npy(source: Source) -> Array | StoredArray:
    """The array in ``source``, whose rows stay in the file where that can be sought in."""
    if not source.positioned:
        return load_npy(source, source.plain_size, source.source)
    file = Positions(source)
    form = form_of(file, source.plain_size, source.source)
    if form.shape:
        return StoredArray(file, form, source.source)
    file.seek(0)
    return load_npy(file, source.plain_size, source.source)


def _json_table(value: Any, name: str) -> Table:
    if isinstance(value, dict) and value:
        return ArrayTable(name, value)
    if isinstance(value, list) and value:
        return RecordTable.of(value, name)
    raise InputError("holds no rows", source=name, hint='give {"label": [...], ...} or rows')


def _matrix(array: Array | StoredArray, name: str) -> Table:
    axes = len(array.shape)
    if axes > 2:
        hint = "name it in an option, such as --logits @FILE"
        raise InputError(f"has {axes} axes, a table has two", source=name, hint=hint)
    if isinstance(array, np.ndarray) and axes < 2:
        array = array.reshape(-1, 1)
    return MatrixTable(name, array)
