"""Places: the file of a sample, and its line or row there."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


class Lines(NamedTuple):
    """The lines on which consecutive rows of a text begin, and the line after the last row.

    ``first`` is the line of the first row, from 1; ``offsets`` ``[rows + 1]`` are the lines of all
    rows relative to it (None: each row is one line).
    """

    first: int
    offsets: Array | None = None

    def at(self, rows: Array | int) -> Any:
        """The lines of ``rows``, counted from 0."""
        return self.first + (rows if self.offsets is None else self.offsets[rows])


class Origin(NamedTuple):
    """The position of consecutive rows in their file.

    ``begins``: the first row is the first of the file; otherwise they follow the rows read
    before. Their lines are ``lines`` from row ``start`` on, minus ``before``, the lines of the
    rows in front of them; None if the file has no lines.
    """

    begins: bool
    lines: Lines | None = None
    start: int = 0
    before: int = 0

    def later(self, rows: int) -> "Origin":
        """The origin of the rows after the first ``rows``."""
        if not rows:
            return self
        start = self.start + rows
        before = 0 if self.lines is None else int(self.lines.at(start)) - 1
        return Origin(False, self.lines, start, before)

    def lines_of(self, rows: Any) -> Any:
        """The lines of ``rows``, counted from 0; 0 if the file has no lines."""
        return 0 * rows if self.lines is None else self.lines.at(self.start + rows) - self.before

    def extent(self, rows: int) -> "Extent":
        """The extent of the first ``rows``."""
        lines = 0 if self.lines is None else int(self.lines_of(rows)) - 1
        return Extent(rows, 0 if self.begins else rows, rows, lines)


class Extent(NamedTuple):
    """How many rows were read: in all, ``lead`` before the first beginning of a file (all, if
    none begins), and those of the last file with the lines that they take."""

    rows: int
    lead: int
    file_rows: int
    file_lines: int

    def __add__(self, other: object) -> "Extent":
        """The extent of both, with ``other`` after this one."""
        assert isinstance(other, Extent)
        rows = self.rows + other.rows
        lead = self.lead if self.lead < self.rows else self.rows + other.lead
        if other.lead < other.rows:
            return Extent(rows, lead, other.file_rows, other.file_lines)
        file_lines = self.file_lines + other.file_lines
        return Extent(rows, lead, self.file_rows + other.file_rows, file_lines)


class Places(NamedTuple):
    """The places of samples ``[m]``: file names, and rows and lines in the file from 1.

    The line is 0 in a file without lines.
    """

    files: Array
    rows: Array
    lines: Array

    @classmethod
    def of(cls, origin: Origin, file: str, rows: Array) -> "Places":
        """The places of ``rows``, counted from 0."""
        return cls(np.full(len(rows), file, object), rows + 1, origin.lines_of(rows))

    def take(self, piece: slice | Array) -> "Places":
        """A copy of some of the places."""
        return Places(*(own[piece].copy() for own in self))

    def after(self, before: Extent, continued: Array) -> "Places":
        """The places after the rows of ``before``; ``continued`` marks those in its last file."""
        lined = continued & (self.lines > 0)
        return self._replace(
            rows=self.rows + np.where(continued, before.file_rows, 0),
            lines=self.lines + np.where(lined, before.file_lines, 0),
        )

    @classmethod
    def joined(cls, pieces: Sequence["Places"]) -> "Places":
        """The concatenated places."""
        return cls(*map(np.concatenate, zip(*pieces, strict=True)))
