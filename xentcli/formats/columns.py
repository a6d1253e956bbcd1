"""Columns of a table: their names, and which of them are wanted for what."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from xentcli.blocks.layout import Scale
from xentcli.formats.classes import NO_CLASSES, Classes
from xentcli.remarks import Remark

Positions = Mapping[str, tuple[int, ...]]
"""Columns (from 0) by role."""


class Selection(NamedTuple):
    """Positions (from 0) of the columns of each role that is in this table.

    ``classes`` are those whose names labels may be; ``texts`` are the columns of text, by role.
    ``absent`` are words that stand for what is missing.
    """

    positions: Positions
    scale: Scale
    remarks: tuple[Remark, ...] = ()
    classes: Classes = NO_CLASSES
    texts: Mapping[str, tuple[int, ...]] = {}
    absent: Collection[str] = ()

    @property
    def wanted(self) -> tuple[int, ...]:
        """All selected positions, each once, in file order."""
        return tuple(sorted({p for picked in self.positions.values() for p in picked}))


class Header(NamedTuple):
    """A table's column names (None where it has none), its width and its source's name."""

    names: tuple[str, ...] | None
    width: int
    source: str

    def name(self, position: int) -> str:
        """What messages call the column at ``position``: its name, else ``:3``."""
        return (self.names and self.names[position]) or f":{position + 1}"


class Meaning(NamedTuple):
    """What may stand for numbers: ``true`` and ``false``, and names of classes (None: none).

    ``absent`` are words that stand for what is missing.
    """

    flags: bool = False
    classes: Classes | None = None
    absent: Collection[str] = ()
