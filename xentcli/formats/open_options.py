"""How a file is to be opened."""

from collections.abc import Collection
from typing import Final, Literal, NamedTuple

from xentcli.formats.classes import NO_CLASSES, Classes

ASK: Final = "say --header or --no-header"


class Picks(NamedTuple):
    """What the options pick from a text by position: columns (from 0) of labels and of numbers.

    Both are empty where a column is picked by its name, for then there are names. ``classes``
    are those whose names labels may be, ``absent`` are words that stand for what is missing, and
    ``ask`` says how the question can be answered.
    """

    labels: tuple[range, ...] = ()
    numbers: tuple[range, ...] = ()
    classes: Classes = NO_CLASSES
    absent: Collection[str] = ()
    ask: str = ASK


class OpenOptions(NamedTuple):
    """What a user says of a file; None: the file itself shows it.

    ``picks`` are the columns that are picked by position, ``texts`` says whether columns of text
    are wanted, ``reader`` who parses JSON Lines, and ``memory`` are the bytes that a file may take
    which is held in memory.
    """

    input_format: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    picks: Picks = Picks()
    texts: bool = False
    reader: Literal["auto", "numpy", "polars"] = "auto"
    memory: int | None = None
