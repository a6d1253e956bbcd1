"""Where the cells of whole lines of delimited text begin and end, found for all at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xentcli.formats.delimited.dialect import BLANKS
from xentcli.formats.delimited.lines import Stretch

Array = np.ndarray[Any, np.dtype[Any]]

_TAB, _LINE_FEED, _RETURN, _SPACE, _QUOTE = b'\t\n\r "'


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of a stretch that have ``width`` cells, up to the first that has not.

    ``stops``: the line break that ends each record, also of those after the rows.
    ``ends``, ``starts``: ``[rows, width]``; ``starts`` is None where every cell begins right
    after the one before. ``odd``: how many cells the record after the rows has, if it has
    another number of them.
    """

    stretch: Stretch
    stops: Array
    ends: Array
    starts: Array | None
    odd: int | None

    def begins(self, row: int) -> int:
        """Where the record of ``row`` begins."""
        return int(self.stops[row - 1]) + 1 if row else self.stretch.start

    def offsets(self) -> Array | None:
        """How many lines stand before each record and behind the last one.

        None where that is one a record: no quoted line breaks make it more.
        """
        stretch = self.stretch
        if not stretch.quotes.size:
            return None
        breaks = np.flatnonzero(stretch.text[stretch.start : stretch.stop] == 10) + stretch.start
        if len(breaks) == len(self.stops):
            return None
        return np.searchsorted(breaks, np.concatenate([[stretch.start], self.stops + 1]))

    @property
    def width(self) -> int:
        """How many cells a row has."""
        return int(self.ends.shape[1])

    def cells(self, columns: Sequence[int]) -> tuple[Array, Array]:
        """Starts and ends ``[rows * len(columns)]``, row after row, outer quotes left out."""
        picked = _picked(columns)
        ends = self.ends[:, picked].copy() if isinstance(picked, slice) else self.ends[:, picked]
        starts = self._starts(picked, columns) if self.starts is None else self.starts[:, picked]
        text = self.stretch.text
        if self.starts is None:
            for place in (i for i, column in enumerate(columns) if column == self.width - 1):
                last = ends[:, place]
                returns = text.take(last - 1) == _RETURN
                if returns.any():
                    returns &= (text.take(last) == _LINE_FEED) & (last > starts[:, place])
                    last -= returns
        starts, ends = starts.ravel(), ends.ravel()
        if self.stretch.quotes.size:
            quoted = (text.take(starts) == _QUOTE) & (text.take(ends - 1) == _QUOTE)
            quoted &= ends - starts >= 2
            starts += quoted
            ends -= quoted
        return starts, ends

    def _starts(self, picked: slice | list[int], columns: Sequence[int]) -> Array:
        """Where the cells of ``columns`` begin: behind the ends of those before them."""
        if isinstance(picked, slice) and picked.start:
            return np.asarray(self.ends[:, picked.start - 1 : picked.stop - 1] + 1)
        starts = self.ends[:, [column - 1 for column in columns]] + 1
        for place in (place for place, column in enumerate(columns) if column == 0):
            starts[:1, place] = self.stretch.start
            starts[1:, place] = self.ends[:-1, -1] + 1
        return np.asarray(starts)


def _picked(columns: Sequence[int]) -> slice | list[int]:
    """Columns that stand side by side as a slice, which is copied three times as fast."""
    listed = list(columns)
    first = listed[0]
    return (
        slice(first, first + len(listed))
        if listed == [*range(first, first + len(listed))]
        else listed
    )


def grid(stretch: Stretch, delimiter: str, width: int) -> Grid:
    """The cells of ``stretch``."""
    if delimiter == BLANKS:
        return _between_blanks(stretch, width)
    return _between_delimiters(stretch, ord(delimiter), width)


def _between_delimiters(stretch: Stretch, delimiter: int, width: int) -> Grid:
    region = stretch.text[stretch.start : stretch.stop]
    feeds = region == _LINE_FEED
    marks = region == delimiter
    marks |= feeds
    marks[stretch.quotes - stretch.start] = True
    ends = np.flatnonzero(marks)
    ends += stretch.start
    if stretch.quotes.size:
        # Parity over the marks alone: over all bytes it would cost more than all else here.
        turns = stretch.text.take(ends) == _QUOTE
        ends = ends[~(turns | np.logical_xor.accumulate(turns))]
    rows, left = divmod(len(ends), width)
    if not (left or stretch.quotes.size) and np.count_nonzero(feeds) == rows:
        table = ends.reshape(rows, width)
        if (stretch.text.take(table[:, -1]) == _LINE_FEED).all():
            return Grid(stretch, table[:, -1], table, None, None)
    breaks = stretch.text.take(ends) == _LINE_FEED
    if not left and int(np.count_nonzero(breaks)) == rows and breaks[width - 1 :: width].all():
        table = ends.reshape(rows, width)
        return Grid(stretch, table[:, -1], table, None, None)
    last = np.flatnonzero(breaks)
    counts = np.diff(last, prepend=-1)
    rows = int(np.argmax(counts != width))
    return Grid(
        stretch, ends[last], ends[: rows * width].reshape(rows, width), None, int(counts[rows])
    )


def _between_blanks(stretch: Stretch, width: int) -> Grid:
    region = stretch.text[stretch.start : stretch.stop]
    breaks = region == _LINE_FEED
    blank = (region == _SPACE) | (region == _TAB)
    returns = region == _RETURN
    returns[:-1] &= breaks[1:]
    blank |= returns
    blank |= breaks
    if stretch.quotes.size:
        outside = ~_inside(stretch)
        breaks &= outside
        blank &= outside
    # The last byte is a line break, so words begin and end in turn.
    turns = np.flatnonzero(np.diff(blank, prepend=True)) + stretch.start
    starts, ends = turns[::2], turns[1::2]
    stops = np.flatnonzero(breaks) + stretch.start
    counts = np.diff(np.searchsorted(starts, stops), prepend=0)
    uneven = counts != width
    odd = None
    rows = len(stops)
    if uneven.any():
        rows = int(np.argmax(uneven))
        odd = int(counts[rows])
    shape, size = (rows, width), rows * width
    return Grid(stretch, stops, ends[:size].reshape(shape), starts[:size].reshape(shape), odd)


def _inside(stretch: Stretch) -> Array:
    """Which bytes stand inside quotes, the opening quote with them."""
    turns = np.zeros(stretch.stop - stretch.start, bool)
    turns[stretch.quotes - stretch.start] = True
    inside: Array = np.logical_xor.accumulate(turns)
    return inside
