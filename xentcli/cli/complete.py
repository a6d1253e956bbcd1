"""Completion: column names of the file on the line.

The names come from data that anyone may have written and end up in a shell, so only names of
harmless characters are offered, and only regular files are opened.
"""

import os
import re
from collections.abc import Mapping
from typing import Any, Final

import typer

from xentcli.errors import XentError
from xentcli.job import STDIN

HARMLESS: Final = re.compile(r"[A-Za-z0-9_.+-]+")
HEADER_BYTES: Final = 1 << 16


def complete_columns(ctx: typer.Context, incomplete: str) -> list[str]:
    """Names in the header of the first FILE; after a comma, the next one."""
    files = ctx.params.get("files") or ctx.args  # Typer leaves it in args while a value is open
    before, comma, _ = incomplete.rpartition(",")
    prefix = before + comma
    taken = before.split(",")
    names = dict.fromkeys(_header_names(_first_file(files), ctx.params))
    return [prefix + n for n in names if (prefix + n).startswith(incomplete) and n not in taken]


def _first_file(words: list[str]) -> str | None:
    # A shell hands over ~/preds.csv as it was typed. The word - is stdin, whatever lies there.
    paths = (os.path.expanduser(word) for word in words if word != STDIN)
    return next((path for path in paths if os.path.isfile(path)), None)


def _header_names(path: str | None, asked: Mapping[str, Any]) -> list[str]:
    if path is None or asked.get("no_header"):
        return []
    from xentcli.readers.source import FRAMES, format_of, opened

    try:
        with opened(path) as source:
            kind = format_of(path, source, asked.get("input_format"))
            if kind in FRAMES:
                from xentcli.readers.polars.scans import ScannedFile

                names = ScannedFile(path, source, kind).names()
            else:
                names = _names_in(source.peek(HEADER_BYTES), kind, asked)
    except XentError:
        return []
    return [name for name in names if HARMLESS.fullmatch(name)]


def _names_in(head: bytes, kind: str, asked: Mapping[str, Any]) -> list[str]:
    line, whole = _first_record(head)
    if kind == "jsonl":
        return _keys(line)
    if kind not in ("csv", "tsv"):
        return []
    from xentcli.readers.text import dialect

    given = "\t" if kind == "tsv" else asked.get("delimiter")
    found = dialect.checked_delimiter(given) if given else dialect.detect_delimiter(line)
    cells = dialect.split_line(line, found)
    if not asked.get("header") and not dialect.has_header(cells, ""):
        return []
    return [cell.strip(" \t") for cell in (cells if whole else cells[:-1])]


def _first_record(head: bytes) -> tuple[str, bool]:
    """Up to the first line break outside quotes, and whether nothing of it is cut off."""
    end = head.find(b"\n")
    while end >= 0 and head.count(b'"', 0, end) % 2:
        end = head.find(b"\n", end + 1)
    whole = end >= 0 or len(head) < HEADER_BYTES
    record = head[:end].removesuffix(b"\r") if end >= 0 else head
    return record.decode("utf-8-sig", "replace"), whole


def _keys(line: str) -> list[str]:
    import json

    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return []
    return list(found) if isinstance(found, dict) else []


def complete_conventions(incomplete: str) -> list[str]:
    """Names of conventions; after a comma, the next one."""
    from xentcli.conventions.registry import CONVENTIONS

    before, comma, _ = incomplete.rpartition(",")
    taken = before.split(",")
    names = (before + comma + name for name in CONVENTIONS if name not in taken)
    return [name for name in names if name.startswith(incomplete)]
