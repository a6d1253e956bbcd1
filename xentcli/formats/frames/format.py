"""Files of typed columns, which Polars reads: Parquet and Arrow IPC."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from xentcli.formats.format import Format

if TYPE_CHECKING:
    from xentcli.formats.open_options import OpenOptions
    from xentcli.formats.tables import Table
    from xentcli.sources.source import Source


def _open(kind: str, path: str, source: "Source", options: "OpenOptions") -> "Table":
    from xentcli.formats.frames.frame_table import FrameTable

    return FrameTable.open(path, source, kind, options.memory)


def _names(kind: str, path: str, source: "Source", options: "OpenOptions") -> Sequence[str]:
    from xentcli.formats.frames.scan import ScannedFile

    return ScannedFile(path, source, kind).names()


def _format(name: str, suffixes: tuple[str, ...], magic: bytes) -> Format:
    opening, names = partial(_open, name), partial(_names, name)
    return Format(name, suffixes, opening, names, magic, cut="shares", foreign=False)


# PAR1 and how a page header begins: text may begin with PAR1 alone.
PARQUET = _format("parquet", (".parquet",), b"PAR1\x15")
ARROW = _format("arrow", (".arrow", ".feather"), b"ARROW1\0")
