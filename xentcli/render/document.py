"""A result described once, for people and for machines; every format is a rendering of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from xentcli.render.writers import Records


class Line(NamedTuple):
    """A line of text on a page; ``style`` is Rich's: ``bold``, ``dim`` or nothing."""

    text: str
    style: str = ""


class Listing(NamedTuple):
    """Columns of text on a page, the headings first, which wrap in a terminal.

    ``right`` are the columns that are set to the right; they and the first one are never cut.
    """

    columns: list[list[str]]
    right: tuple[int, ...] = ()


class Figures(NamedTuple):
    """Columns of figures on a page, the headings first; they are never cut."""

    columns: list[list[str]]


Part = Line | Listing | Figures


class Document(NamedTuple):
    """A result in all the forms that it can take.

    ``parts`` are for people: lines and tables one below the other, an empty line for a gap.
    ``record`` makes the object of JSON and ``records`` the lines of row formats; ``objects`` are
    those of JSON Lines where they hold more. ``value`` makes the one number, or raises OptionError
    where there is none.
    """

    parts: Sequence[Part]
    record: Callable[[], Mapping[str, Any]]
    records: Callable[[], Records]
    value: Callable[[], float]
    objects: Sequence[Mapping[str, Any]] = ()
