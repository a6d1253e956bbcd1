"""Rows as they are read: numbers by role, what is known of each, and the way back to its place."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from xentcli.errors import InputError
from xentcli.job import Layout
from xentcli.readers.classes import Classes
from xentcli.written import Written

if TYPE_CHECKING:
    from xentcli.readers.columns import Header

Array = np.ndarray[Any, np.dtype[Any]]


Texts = Mapping[str, tuple[Written, ...]]
"""Columns of text by role."""


class Cells(NamedTuple):
    """Numbers of one role, ``[m]``, ``[m, k]`` or more axes.

    ``missing`` marks those that are not there, ``named`` those that were written as the name of
    a class (None: none was).
    """

    values: Array
    missing: Array | None = None
    named: Array | None = None

    def map(self, change: Callable[[Array], Array]) -> "Cells":
        """The same cells in another arrangement."""
        return Cells(*(None if own is None else change(own) for own in self))  # type: ignore[arg-type]

    def take(self, rows: slice | Array) -> "Cells":
        """The given rows only."""
        return self.map(lambda own: own[rows])


class Place(NamedTuple):
    """Where a cell stands, as InputError's fields."""

    source: str
    line: int | None = None
    column: str | None = None
    item: str | None = None


class Rows(NamedTuple):
    """Consecutive rows of one source, before they are checked.

    ``classes`` are those whose names labels may be. ``place(role, row, flat)`` finds a cell again
    for a message, and is called only then: by its sample, and by how many numbers of
    ``cells[role]`` stand before it. ``explicit`` is False for bare arrays, which are whole, and
    where a 1-D array may be one sample. ``texts`` are the columns of text, by role.
    """

    cells: Mapping[str, Cells]
    layout: Layout
    classes: Classes
    place: Callable[[str, int, int], Place]
    explicit: bool = True
    bytes_read: int = 0
    texts: Mapping[str, tuple[Written, ...]] = {}


def side_by_side(columns: list[Cells], header: "Header", positions: Sequence[int]) -> Cells:
    """Columns of numbers as one matrix; a single column as it is."""
    if len(columns) == 1:
        return columns[0]
    for column, position in zip(columns, positions, strict=True):
        if column.values.shape != columns[0].values.shape or column.values.ndim != 1:
            if position == positions[0]:
                column, position = columns[1], positions[1]
            first, other = header.name(positions[0]), header.name(position)
            shapes = f"{list(columns[0].values.shape)} and {list(column.values.shape)}"
            problem = f"{first} and {other} cannot be set side by side: shapes {shapes}"
            raise InputError(problem, source=header.source, hint="pick columns of numbers")
    return joined(columns, partial(np.stack, axis=1))


def joined(pieces: Sequence[Cells], join: Callable[[list[Array]], Array]) -> Cells:
    """What ``join`` makes of the pieces."""

    def mask(own: Sequence[Array | None]) -> Array | None:
        if all(each is None for each in own):
            return None
        shapes = [piece.values.shape for piece in pieces]
        pairs = zip(own, shapes, strict=True)
        return join([np.zeros(shape, bool) if each is None else each for each, shape in pairs])

    return Cells(
        join([piece.values for piece in pieces]),
        mask([piece.missing for piece in pieces]),
        mask([piece.named for piece in pieces]),
    )
