"""Tables held in memory: named arrays, and a bare matrix."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from xentcli.readers import json
from xentcli.readers.columns import Header, Selection
from xentcli.readers.rows import Array, Cells, Place, side_by_side


@dataclass(frozen=True, slots=True)
class ArrayTable:
    """Named arrays of one length, NumPy's or nested lists from JSON."""

    source: str
    arrays: Mapping[str, Any]

    @property
    def header(self) -> Header:
        """The arrays' names."""
        return Header(tuple(self.arrays), len(self.arrays), self.source)

    def stretches(self, selection: Selection) -> Iterator["ArrayTable | json.Records"]:
        """All rows at once; an object whose label is no array is one row."""
        labels = [
            self.arrays[self.header.name(position)]
            for position in selection.positions.get("labels", ())
        ]
        if all(isinstance(values, list | np.ndarray) for values in labels):
            yield self
        else:
            yield json.Records([self.arrays], self.header, lambda _: Place(self.source))

    def cells(self, positions: tuple[int, ...], *, flags: bool) -> Cells:
        """The named arrays side by side."""
        columns = [self._column(position, flags=flags) for position in positions]
        return side_by_side(columns, self.header, positions)

    def _column(self, position: int, *, flags: bool) -> Cells:
        name = self.header.name(position)
        return array_cells(self.arrays[name], Place(self.source, item=f"$.{name}"), flags=flags)

    def place(self, position: int, flat: int) -> Place:
        """The path of one number."""
        shape = self._column(position, flags=True).values.shape
        index = "".join(f"[{i}]" for i in np.unravel_index(flat, shape))
        return Place(self.source, item=f"$.{self.header.name(position)}{index}")


def array_cells(values: Any, place: Place, *, flags: bool) -> Cells:
    """An array, or a nested list from JSON, as cells."""
    if isinstance(values, np.ndarray):
        return Cells(values if values.ndim else values.reshape(1))

    def at(*index: int) -> Place:
        return place._replace(item=(place.item or "$") + "".join(f"[{i}]" for i in index))

    return json.numbers(values if isinstance(values, list) else [values], at, flags=flags)


@dataclass(frozen=True, slots=True)
class MatrixTable:
    """A two-dimensional array, its columns known by position."""

    source: str
    matrix: Array

    @property
    def header(self) -> Header:
        """No names, only how many columns."""
        return Header(None, self.matrix.shape[1], self.source)

    def stretches(self, selection: Selection) -> Iterator["MatrixTable"]:
        """All rows at once: they are in memory."""
        yield self

    def cells(self, positions: tuple[int, ...], *, flags: bool) -> Cells:
        """The picked columns."""
        return Cells(self.matrix[:, positions[0] if len(positions) == 1 else list(positions)])

    def place(self, position: int, flat: int) -> Place:
        """Row and column as NumPy counts them."""
        return Place(self.source, item=f"[{flat}, {position}]")
