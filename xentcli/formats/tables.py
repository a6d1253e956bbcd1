"""What a format makes of an open input: a table, whose rows come in stretches."""

from collections.abc import Iterator
from typing import ClassVar, Protocol, runtime_checkable

from xentcli.blocks.places import Lines
from xentcli.blocks.text_column import TextColumn
from xentcli.formats.cells import Numbers, Place
from xentcli.formats.columns import Header, Meaning, Selection
from xentcli.sources.source import Source


class Table(Protocol):
    """An open input whose columns can be picked and whose rows then come in stretches."""

    by_rows: ClassVar[bool]
    """Whether it is all there, so that a piece of it is a range of rows."""

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

    def texts(self, positions: tuple[int, ...]) -> tuple[TextColumn, ...]:
        """Those columns as text."""

    def lines(self) -> Lines | None:
        """The lines on which the rows begin; None where there are no lines."""

    def place(self, position: int, flat: int) -> Place:
        """The place of a number, of which ``flat`` stand before it in its column."""
