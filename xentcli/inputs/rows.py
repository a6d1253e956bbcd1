"""Rows as they are read: numbers by role, what is known of each, and the way back to its place."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from xentcli.blocks.layout import Layout
from xentcli.blocks.places import Origin
from xentcli.formats.cells import NO_TEXTS, Cells, Numbers, Place, Texts
from xentcli.formats.classes import Classes


class Rows(NamedTuple):
    """Consecutive rows of one source, before they are checked.

    ``classes`` are those whose names labels may be. ``place(role, row, flat)`` finds a cell again
    for a message, and is called only then: by its sample, and by how many numbers of
    ``cells[role]`` stand before it. ``explicit`` is False for bare arrays, which are whole, and
    where a 1-D array may be one sample. ``texts`` are the columns of text, by role. ``origin`` is
    where the rows stand in their file (None: they are arrays of options).
    """

    cells: Mapping[str, Cells]
    layout: Layout
    classes: Classes
    place: Callable[[str, int, int], Place]
    explicit: bool = True
    bytes_read: int = 0
    texts: Texts = NO_TEXTS
    origin: Origin | None = None


class Unread(NamedTuple):
    """Rows as they are given, in memory or still in files; else what Rows says.

    Only those from ``start`` to ``stop`` (None: the last one) are wanted, but the shapes of all
    of them must fit.
    """

    cells: Mapping[str, Numbers]
    layout: Layout
    classes: Classes
    place: Callable[[str, int, int], Place]
    explicit: bool = True
    bytes_read: int = 0
    texts: Texts = NO_TEXTS
    origin: Origin | None = None
    start: int = 0
    stop: int | None = None

    def rows(self, cells: Mapping[str, Cells]) -> Rows:
        """The rows that ``cells`` are of."""
        return Rows(cells, *self[1:8])
