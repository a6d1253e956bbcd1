"""What a format is: one record for each, in the folder of what reads it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from xentcli.formats.cells import Numbers
    from xentcli.formats.columns import Meaning
    from xentcli.formats.open_options import OpenOptions
    from xentcli.formats.tables import Table
    from xentcli.sources.source import Source

Cut = Literal["lines", "rows", "shares"]
"""How large files are cut for several workers: at line ends, into ranges of rows, or at any byte,
which stands for the row that lies as far into the rows."""

HEAD: Final = 1 << 16
"""Bytes at the beginning in which names of columns are looked for."""


class Format(NamedTuple):
    """A format of files: its ``name`` as ``--input-format`` has it, and the ``suffixes`` of files.

    ``magic`` are the bytes that its files begin with, where no text does (empty: it is text).
    ``open(path, source, options)`` gives the table in a source, and ``names(path, source,
    options)`` those of its columns by its first bytes alone, none where it has none: completion
    asks it. ``cut`` None: its files are read whole. ``array(source, means, memory)`` is what a file
    holds that is one array (None: files of this format never are). ``foreign``: bytes of other
    formats are looked for before it is opened, since its reader would only say that they are wrong.
    """

    name: str
    suffixes: tuple[str, ...]
    open: "Callable[[str, Source, OpenOptions], Table]"
    names: "Callable[[str, Source, OpenOptions], Sequence[str]]"
    magic: bytes = b""
    cut: Cut | None = None
    array: "Callable[[Source, Meaning, int | None], Numbers] | None" = None
    foreign: bool = True
