"""The format of an input: as asked, by its suffix, or by its first bytes."""

from typing import Final

from xentcli.sources.paths import suffix_of
from xentcli.sources.source import Source

SUFFIXES: Final = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".txt": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".npy": "npy",
    ".npz": "npz",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
}


FRAMES: Final = ("parquet", "arrow")
"""Formats that the package polars reads."""


LOOK_AHEAD: Final = 1 << 16


def format_of(path: str, source: Source, asked: str | None) -> str:
    """The format: as asked, by suffix, else by the first byte that is not blank."""
    if asked is not None:
        return asked
    return SUFFIXES.get(suffix_of(path)) or _sniffed(source)


def _sniffed(source: Source) -> str:
    # A live pipe may hold back its second line: look no further than the answer needs.
    count = 8
    while True:
        head = source.peek(count)
        if head.startswith(b"\x93NUMPY"):
            return "npy"
        if head.startswith(b"PK\x03\x04"):
            return "npz"
        if head.startswith(b"PAR1\x15"):  # and no text: this is how a page header begins
            return "parquet"
        if head.startswith(b"ARROW1\0"):
            return "arrow"
        text = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
        first, _, rest = text.partition(b"\n")
        at_end = len(head) < count or count >= LOOK_AHEAD
        if text[:1] not in b"{" or (text and (rest.strip() or at_end)) or at_end:
            break
        count *= 2
    if text.startswith(b"["):
        return "json"
    if not text.startswith(b"{"):
        return "csv"
    return "jsonl" if rest.strip() and _is_object(first) else "json"


def _is_object(line: bytes) -> bool:
    import json

    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
