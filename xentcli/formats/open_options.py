"""How a file is to be opened."""

from typing import Literal, NamedTuple

from xentcli.formats.delimited.header import Picks


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
