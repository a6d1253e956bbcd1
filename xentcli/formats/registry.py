"""All formats, and which of them an input is of: as asked, by its suffix, or by its first bytes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from xentcli.formats.delimited.format import CSV, TSV
from xentcli.formats.format import HEAD, Format
from xentcli.formats.frames.format import ARROW, PARQUET
from xentcli.formats.json.format import JSON, LINES
from xentcli.formats.numpy.format import NPY, NPZ
from xentcli.sources.paths import suffix_of

if TYPE_CHECKING:
    from xentcli.formats.open_options import OpenOptions
    from xentcli.formats.tables import Table
    from xentcli.sources.source import Source

FORMATS: Final[Mapping[str, Format]] = {
    each.name: each for each in (CSV, TSV, JSON, LINES, NPY, NPZ, PARQUET, ARROW)
}
SUFFIXES: Final[Mapping[str, Format]] = {
    suffix: each for each in FORMATS.values() for suffix in each.suffixes
}


def format_of(path: str, source: "Source", asked: str | None) -> Format:
    """The format: as asked, by suffix, else by the first byte that is not blank."""
    if asked is not None:
        return FORMATS[asked]
    return SUFFIXES.get(suffix_of(path)) or _sniffed(source)


def open_table(path: str, source: "Source", options: "OpenOptions") -> "Table":
    """The table in ``source``, by its format; what reads the others is not imported."""
    found = format_of(path, source, options.input_format)
    if found.foreign and "://" not in path:
        from xentcli.formats.foreign import refuse_foreign

        refuse_foreign(source.peek, found.name, source.source)
    return found.open(path, source, options)


def _sniffed(source: "Source") -> Format:
    # A live pipe may hold back its second line: look no further than the answer needs.
    count = 8
    while True:
        head = source.peek(count)
        for each in FORMATS.values():
            if each.magic and head.startswith(each.magic):
                return each
        text = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
        first, _, rest = text.partition(b"\n")
        at_end = len(head) < count or count >= HEAD
        if text[:1] not in b"{" or (text and (rest.strip() or at_end)) or at_end:
            break
        count *= 2
    if text.startswith(b"["):
        return JSON
    if not text.startswith(b"{"):
        return CSV
    return LINES if rest.strip() and _is_object(first) else JSON


def _is_object(line: bytes) -> bool:
    import json

    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
