"""Tables of arrays, in memory or in files: named ones, and a bare matrix."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np

from xentcli.blocks.text_column import TextColumn
from xentcli.errors import InputError
from xentcli.formats.cells import Array, Cells, Numbers, Place, in_memory, side_by_side
from xentcli.formats.columns import Header, Meaning, Selection
from xentcli.formats.numpy.stored_arrays import StoredArray

if TYPE_CHECKING:
    from xentcli.formats.json import records

WHOLE: Final = 1e16
"""Whole numbers from here on have an exponent as text."""


@dataclass(frozen=True, slots=True)
class ArrayTable:
    """Named arrays of one length: NumPy's, stored ones, or nested lists from JSON."""

    source: str
    arrays: Mapping[str, Any]
    by_rows: ClassVar[bool] = True

    @property
    def header(self) -> Header:
        """The arrays' names."""
        return Header(tuple(self.arrays), len(self.arrays), self.source)

    def stretches(self, selection: Selection) -> Iterator["ArrayTable | records.Records"]:
        """All rows at once; an object whose label is no array is one row."""
        labels = [
            self.arrays[self.header.name(position)]
            for position in selection.positions.get("labels", ())
        ]
        if all(isinstance(values, list | np.ndarray | StoredArray) for values in labels):
            yield self
        else:
            from xentcli.formats.json import records

            yield records.Records([self.arrays], self.header, lambda _: Place(self.source))

    def cells(self, positions: tuple[int, ...], means: Meaning) -> Numbers:
        """The named arrays side by side."""
        columns = [self._column(position, means) for position in positions]
        return side_by_side(columns, self.header, positions)

    def texts(self, positions: tuple[int, ...]) -> tuple[TextColumn, ...]:
        """The named arrays as text."""
        return tuple(self._text(position) for position in positions)

    def lines(self) -> None:
        """None."""

    def _text(self, position: int) -> TextColumn:
        values = self.arrays[self.header.name(position)]
        if isinstance(values, StoredArray):
            values = values.stored().cells().values
        if isinstance(values, np.ndarray):
            return array_texts(values, self._at(position))
        from xentcli.formats.json import nested_lists

        listed = values if isinstance(values, list) else [values]
        return nested_lists.texts(listed, _inside(self._at(position)))

    def _column(self, position: int, means: Meaning) -> Numbers:
        return array_cells(self.arrays[self.header.name(position)], self._at(position), means)

    def _at(self, position: int) -> Place:
        return Place(self.source, item=f"$.{self.header.name(position)}")

    def place(self, position: int, flat: int) -> Place:
        """The path of one number."""
        values = self.arrays[self.header.name(position)]
        if isinstance(values, np.ndarray | StoredArray):
            shape = values.shape
        else:
            from xentcli.formats.json import nested_lists

            shape, _ = nested_lists.rectangle(values, _inside(self._at(position)))
        return _inside(self._at(position))(*np.unravel_index(flat, shape))


def array_cells(values: Any, place: Place, means: Meaning) -> Numbers:
    """An array, or a nested list from JSON, as cells; a stored array stays where it is."""
    if isinstance(values, StoredArray):
        return values.stored()
    if isinstance(values, np.ndarray):
        return Cells(values if values.ndim else values.reshape(1))
    from xentcli.formats.json import nested_lists

    return nested_lists.numbers(
        values if isinstance(values, list) else [values], _inside(place), means
    )


def array_texts(values: Array, place: Place) -> TextColumn:
    """The numbers of an array as text, whole ones without a point."""
    if values.ndim > 1:
        problem = f"has {values.ndim} axes where one value per row belongs"
        raise InputError(problem, **place._asdict())
    different, numbers = np.unique(values, return_inverse=True)
    return TextColumn.of(list(map(_number_text, different)), numbers.reshape(-1))


def _number_text(number: Any) -> str:
    if isinstance(number, np.bool):
        return str(number).lower()
    if isinstance(number, np.integer):
        return str(number)
    whole = np.isfinite(number) and number == np.floor(number) and abs(number) < WHOLE
    return str(int(number) if whole else number)  # str: the shortest digits in its own type


def _inside(place: Place) -> Callable[..., Place]:
    """The place of an item inside of the array at ``place``."""
    item = place.item or "$"
    return lambda *index: place._replace(item=item + "".join(f"[{i}]" for i in index))


@dataclass(frozen=True, slots=True)
class MatrixTable:
    """A two-dimensional array, its columns known by position; a stored one may be one column."""

    source: str
    matrix: Array | StoredArray
    by_rows: ClassVar[bool] = True

    @property
    def header(self) -> Header:
        """No names, only how many columns."""
        return Header(None, self.matrix.shape[1] if len(self.matrix.shape) > 1 else 1, self.source)

    def stretches(self, selection: Selection) -> Iterator["MatrixTable"]:
        """All rows at once: they are in memory, or not read."""
        yield self

    def cells(self, positions: tuple[int, ...], means: Meaning) -> Numbers:
        """The picked columns."""
        if isinstance(self.matrix, StoredArray):
            return self.matrix.stored(positions)
        return Cells(self.matrix[:, positions[0] if len(positions) == 1 else list(positions)])

    def texts(self, positions: tuple[int, ...]) -> tuple[TextColumn, ...]:
        """The picked columns as text."""
        where = Place(self.source)
        columns = [in_memory(self.cells((position,), Meaning())).values for position in positions]
        return tuple(array_texts(column, where) for column in columns)

    def lines(self) -> None:
        """None."""

    def place(self, position: int, flat: int) -> Place:
        """Row and column as NumPy counts them."""
        return Place(self.source, item=f"[{flat}, {position}]")
