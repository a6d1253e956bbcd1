"""Completion of column names: those in the header of the first file on the line.

The names come from data that anyone may have written and end up in a shell, so only names of
harmless characters are offered, and only regular files are opened.
"""

import os
import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

import typer

from xentcli.errors import XentError
from xentcli.sources.paths import STDIN

HARMLESS: Final = re.compile(r"[A-Za-z0-9_.+-]+")


HEADER_BYTES: Final = 1 << 16


CHOOSING: Final = ("labels", "logits", "probs", "weights", "mask", "id", "by")
"""Options that pick columns."""


def next_ones(names: Iterable[str], incomplete: str) -> list[str]:
    """The ``names`` that can follow: after a comma, those that are not there yet."""
    before, comma, _ = incomplete.rpartition(",")
    taken = before.split(",")
    offered = (before + comma + name for name in dict.fromkeys(names) if name not in taken)
    return [name for name in offered if name.startswith(incomplete)]


def first_file(ctx: typer.Context) -> str | None:
    """The first FILE on the line that can be opened."""
    words = ctx.params.get("files") or ctx.args  # Typer leaves it in args while a value is open
    # A shell hands over ~/preds.csv as it was typed. The word - is stdin, whatever lies there.
    paths = (os.path.expanduser(word) for word in words if word != STDIN)
    return next((path for path in paths if os.path.isfile(path)), None)


def header_names(path: str | None, asked: Mapping[str, Any]) -> list[str]:
    """The harmless ones of a file's column names; nothing where it has none."""
    if path is None or asked.get("no_header"):
        return []
    from xentcli.formats.sniffing import FRAMES, format_of
    from xentcli.sources.opening import opened

    try:
        with opened(path) as source:
            kind = format_of(path, source, asked.get("input_format"))
            if kind in FRAMES:
                from xentcli.formats.frames.scan import ScannedFile

                names = ScannedFile(path, source, kind).names()
            elif kind == "npz":
                names = _members(path)
            else:
                names = _names_in(source.peek(HEADER_BYTES), kind, asked)
    except XentError:
        return []
    return [name for name in names if HARMLESS.fullmatch(name)]


def _names_in(head: bytes, kind: str, asked: Mapping[str, Any]) -> list[str]:
    line, whole, below = _first_record(head)
    if kind == "jsonl":
        return _keys(line)
    if kind not in ("csv", "tsv"):
        return []
    from xentcli.formats.classes import WORDS, Classes
    from xentcli.formats.delimited import dialect, header
    from xentcli.inputs.open_options import picks_of

    given = "\t" if kind == "tsv" else asked.get("delimiter")
    found = dialect.checked_delimiter(given) if given else dialect.detect_delimiter(line)
    cells = dialect.split_line(line, found)
    chosen = {role: asked[role] for role in CHOOSING if asked.get(role)}
    named, absent = ((asked.get(key) or "").split(",") for key in ("classes", "missing_values"))
    classes = Classes(tuple(named), declared=True) if any(named) else WORDS
    picks = picks_of(chosen, classes, [word.strip() for word in absent])
    rows = partial(header.rows_below, lambda: below, found, len(cells))
    if not asked.get("header") and not header.has_header(cells, "", picks, rows):
        return []
    return [cell.strip(" \t") for cell in (cells if whole else cells[:-1])]


def _members(path: str) -> list[str]:
    """The names of the arrays in an ``.npz``."""
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            return [name.removesuffix(".npy") for name in archive.namelist()]
    except (OSError, ValueError, zipfile.BadZipFile):
        return []


def _first_record(head: bytes) -> tuple[str, bool, bytes]:
    """Up to the first line break outside quotes, whether nothing of it is cut off, and the rest."""
    end = head.find(b"\n")
    while end >= 0 and head.count(b'"', 0, end) % 2:
        end = head.find(b"\n", end + 1)
    whole = end >= 0 or len(head) < HEADER_BYTES
    record = head[:end].removesuffix(b"\r") if end >= 0 else head
    below = head[end + 1 :] if end >= 0 else b""
    return record.decode("utf-8-sig", "replace"), whole, below


def _keys(line: str) -> list[str]:
    import json

    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return []
    return list(found) if isinstance(found, dict) else []
