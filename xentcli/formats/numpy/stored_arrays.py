"""Arrays in files, read by rows: any size passes through memory of a fixed size.

In C order rows lie one after the other. In Fortran order each column does, a column being all
numbers with the same index on the axes behind the first.
"""

import math
from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np

from xentcli.errors import InputError
from xentcli.formats.cells import Array, Shape, Stored
from xentcli.formats.numpy.npy import Form, cut_off, form_of, load_npy
from xentcli.formats.numpy.random_access import Checksum, Positions
from xentcli.sources.source import Source

COLUMN_BYTES: Final = 1 << 12
"""Bytes of a column in Fortran order that are worth one reading."""


class Seekable(Protocol):
    """The file that rows are read from."""

    def seek(self, position: int, /) -> int:
        """Go on reading at a position."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill ``buffer`` from its beginning; the number of bytes, 0 at the end."""


class StoredArray:
    """The array in an ``.npy`` file or member, of one axis at least; nothing of it is kept.

    ``forward``: its bytes are cheap to read in order only. ``checked`` is the checksum that is
    verified once the last row was read, and ``corrupt`` the error that is raised if it fails.
    """

    def __init__(
        self,
        file: Seekable,
        form: Form,
        source: str,
        *,
        forward: bool = False,
        checked: Checksum | None = None,
        corrupt: InputError | None = None,
    ) -> None:
        self._file, self._form, self._source = file, form, source
        self._forward, self._checked, self._corrupt = forward, checked, corrupt
        self._last: tuple[object, Array] | None = None

    @property
    def shape(self) -> Shape:
        """The shape that the header claims."""
        return self._form.shape

    def stored(self, columns: Sequence[int] | None = None) -> Stored:
        """The rows, unread; of a table only the given ``columns`` (one: without their axis)."""
        shape, itemsize = self.shape, self._form.dtype.itemsize
        row_bytes = math.prod(shape[1:]) * itemsize
        if columns is not None and len(shape) > 1:
            shape = (shape[0], *([len(columns)] if len(columns) > 1 else []))
        else:
            columns = None

        def read(start: int, stop: int) -> Array:
            return self._read(start, stop, columns)

        run = max(1, COLUMN_BYTES // itemsize) if self._by_column else 1
        return Stored(shape, read, row_bytes, run, self._forward)

    @property
    def _by_column(self) -> bool:
        return self._form.fortran and math.prod(self.shape[1:]) != 1

    def _read(self, start: int, stop: int, columns: Sequence[int] | None) -> Array:
        # Labels and scores may be columns of one array, or one member twice: read it once.
        of_columns = columns if self._by_column else None
        asked = (start, stop, of_columns)
        if self._last is None or self._last[0] != asked:
            self._last = None
            self._last = (asked, self._rows(start, stop, of_columns))
            if stop == self.shape[0]:
                self._check()
        rows = self._last[1]
        if columns is None:
            return rows
        if of_columns is None:
            rows = rows[:, list(columns)]
        return rows[:, 0] if len(columns) == 1 else rows

    def _rows(self, start: int, stop: int, columns: Sequence[int] | None) -> Array:
        count, height = stop - start, self.shape[0]
        rest = self.shape[1:] if columns is None else (len(columns),)
        itemsize = self._form.dtype.itemsize
        data = np.empty(count * math.prod(rest) * itemsize, np.uint8)
        view = memoryview(data)  # type: ignore[arg-type]
        if not self._by_column:
            self._fill(start * math.prod(rest) * itemsize, view)
        elif count == height and columns is None:
            self._fill(0, view)
        else:
            length = count * itemsize
            for index, column in enumerate(columns or range(math.prod(rest))):
                own = view[index * length : (index + 1) * length]
                self._fill((column * height + start) * itemsize, own)
        rows: Array = data.view(self._form.dtype)
        return rows.reshape((count, *rest), order="F" if self._by_column else "C")

    def _fill(self, position: int, view: memoryview) -> None:
        self._file.seek(self._form.taken + position)
        filled = 0
        while filled < view.nbytes:
            got = self._file.readinto(view[filled:]) or 0
            if not got:
                raise cut_off(self._source, position + filled, self._form.size)
            filled += got
        if self._checked is not None:
            self._checked.add(self._form.taken + position, view)

    def _check(self) -> None:
        if self._checked is not None and self._corrupt is not None and not self._checked.holds():
            raise self._corrupt
        self._checked = None


def array_in(source: Source) -> Array | StoredArray:
    """The array in ``source``, whose rows stay in the file where that can be sought in."""
    if not source.positioned:
        return load_npy(source, source.plain_size, source.source)
    file = Positions(source)
    form = form_of(file, source.plain_size, source.source)
    if form.shape:
        return StoredArray(file, form, source.source)
    file.seek(0)
    return load_npy(file, source.plain_size, source.source)
