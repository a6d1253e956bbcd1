"""Cells: numbers of one role as a format reads them, and the way back to their place."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from xentcli.blocks.text_column import TextColumn
from xentcli.errors import InputError

if TYPE_CHECKING:
    from xentcli.formats.columns import Header


Array = np.ndarray[Any, np.dtype[Any]]


Shape = tuple[int, ...]


Texts = Mapping[str, tuple[TextColumn, ...]]
"""Columns of text by role."""


NO_TEXTS: Final[Texts] = MappingProxyType({})


MOST_KEYS: Final = 1 << 20
"""The most rows of a column that are compared with those of another file."""


class Provenance(NamedTuple):
    """Where numbers were read.

    ``line_1`` says what the first line of a text was taken for. Of an array in a file ``source``
    is that file, ``names`` are its columns, and ``column(name)`` is one of them as text, no more
    than its first ``MOST_KEYS`` rows (None: it cannot be had).
    """

    line_1: str = ""
    source: str = ""
    names: tuple[str, ...] = ()
    column: Callable[[str], TextColumn | None] = lambda _: None


UNKNOWN: Final = Provenance()


class Cells(NamedTuple):
    """Numbers of one role, ``[m]``, ``[m, k]`` or more axes.

    ``missing`` marks those that are not there, ``named`` those that were written as the name of
    a class (None: none was).
    """

    values: Array
    missing: Array | None = None
    named: Array | None = None
    provenance: Provenance = UNKNOWN

    @property
    def shape(self) -> Shape:
        """The shape of the numbers."""
        shape: Shape = self.values.shape
        return shape

    def map(self, change: Callable[[Array], Array]) -> "Cells":
        """The cells with ``change`` applied to values and masks."""
        missing, named = (None if own is None else change(own) for own in self[1:3])
        return Cells(change(self.values), missing, named, self.provenance)

    def take(self, rows: slice | Array) -> "Cells":
        """The given rows only."""
        return self.map(lambda own: own[rows])


@dataclass(frozen=True, slots=True)
class Stored:
    """Numbers of one role that are still in their file: ``[n]`` or more axes, read by rows.

    ``read(start, stop)`` gives rows, of which each takes ``row_bytes`` from the file and ``run``
    are worth one reading. ``forward``: only one range after the other can be had cheaply.
    ``first`` is the row of the file that is the first one here.
    """

    shape: Shape
    read: Callable[[int, int], Array]
    row_bytes: int
    run: int = 1
    forward: bool = False
    first: int = 0
    provenance: Provenance = UNKNOWN

    def take(self, rows: slice) -> "Stored":
        """The given rows only, still unread."""
        start, stop, _ = rows.indices(self.shape[0])
        count = max(0, stop - start)
        return replace(self, shape=(count, *self.shape[1:]), first=self.first + start)

    def cells(self) -> Cells:
        """All rows, in memory."""
        return Cells(self.read(self.first, self.first + self.shape[0]), provenance=self.provenance)

    def outline(self) -> Cells:
        """Cells of the same shape that take no memory, for checks of shapes."""
        return Cells(np.broadcast_to(np.zeros((), bool), self.shape))


Numbers = Cells | Stored


def with_provenance(numbers: Numbers, **known: Any) -> Numbers:
    """``numbers`` with fields of their provenance replaced."""
    provenance = numbers.provenance._replace(**known)
    if isinstance(numbers, Stored):
        return replace(numbers, provenance=provenance)
    return numbers._replace(provenance=provenance)


class Place(NamedTuple):
    """Where a cell stands, as InputError's fields."""

    source: str
    line: int | None = None
    column: str | None = None
    item: str | None = None


def side_by_side(columns: Sequence[Numbers], header: "Header", positions: Sequence[int]) -> Numbers:
    """Columns of numbers as one matrix; a single column as it is."""
    if len(columns) == 1:
        return columns[0]
    columns = [_flat(column) for column in columns]
    for column, position in zip(columns, positions, strict=True):
        if column.shape != columns[0].shape or len(column.shape) != 1:
            if position == positions[0]:
                column, position = columns[1], positions[1]
            first, other = header.name(positions[0]), header.name(position)
            shapes = f"{list(columns[0].shape)} and {list(column.shape)}"
            problem = f"{first} and {other} cannot be set side by side: shapes {shapes}"
            raise InputError(problem, source=header.source, hint="pick columns of numbers")
    stored = [column for column in columns if isinstance(column, Stored)]
    if len(stored) == len(columns):
        return _stored_side_by_side(stored)
    return joined([in_memory(column) for column in columns], partial(np.stack, axis=1))


def _flat(column: Numbers) -> Numbers:
    """A column whose rows are lists of one number, as one whose rows are numbers."""
    rows, *rest = column.shape
    if not rest or math.prod(rest) != 1:
        return column
    if isinstance(column, Cells):
        return column.map(lambda own: own.reshape(rows))
    read = column.read
    return replace(column, shape=(rows,), read=lambda start, stop: read(start, stop).reshape(-1))


def is_called(numbers: Numbers) -> bool:
    """Whether some numbers were written as class names."""
    return isinstance(numbers, Cells) and numbers.named is not None


def in_memory(numbers: Numbers) -> Cells:
    """Numbers that may still be in a file, read."""
    return numbers.cells() if isinstance(numbers, Stored) else numbers


def _stored_side_by_side(columns: list[Stored]) -> Stored:
    return Stored(
        shape=(*columns[0].shape, len(columns)),
        read=lambda start, stop: np.stack([own.read(start, stop) for own in columns], axis=1),
        row_bytes=sum(column.row_bytes for column in columns),
        forward=any(column.forward for column in columns),
    )


def joined(pieces: Sequence[Cells], join: Callable[[list[Array]], Array]) -> Cells:
    """The pieces' values and masks, joined by ``join``."""

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
        pieces[0].provenance,
    )
