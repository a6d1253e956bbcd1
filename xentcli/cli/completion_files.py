"""Completion of ``@FILE`` and of classes: what takes a look into folders or behind a header."""

import os
import stat
from itertools import islice
from typing import Final

import typer

from xentcli.blocks.input import Input
from xentcli.cli.completion_names import (
    HARMLESS,
    HEADER_BYTES,
    first_file,
    header_names,
    next_ones,
)
from xentcli.errors import XentError

MOST: Final = 40
"""Classes that are offered: more is no list that anybody picks from."""

ENTRIES: Final = 10_000
"""Entries of a folder that are looked at."""


def array_files(ctx: typer.Context, incomplete: str) -> list[str]:
    """Files for ``@FILE``, and columns or members for ``@FILE#``."""
    path, sharp, typed = incomplete[1:].partition("#")
    if sharp:
        file = os.path.expanduser(path)
        names = header_names(file, {}) if os.path.isfile(file) else []
        return [f"@{path}#{name}" for name in next_ones(names, typed)]
    found = _entries(path)
    if len(found) == 1 and found[0].endswith("/"):
        return [f"@{name}" for name in _entries(found[0]) or found]
    return [f"@{name}" for name in found]


def _entries(path: str) -> list[str]:
    """Regular files, and folders with a slash, whose paths begin like ``path``."""
    folder, _, begun = path.rpartition("/")
    if "/" in path:
        folder += "/"
    try:
        with os.scandir(os.path.expanduser(folder) or ".") as entries:
            names = [
                entry.name + ("/" if stat.S_ISDIR(mode) else "")
                for entry in islice(entries, ENTRIES)
                if entry.name.startswith(begun)
                and (begun or not entry.name.startswith("."))
                and HARMLESS.fullmatch(entry.name)
                for mode in (_mode(entry),)
                if stat.S_ISDIR(mode) or stat.S_ISREG(mode)
            ]
    except OSError:
        return []
    return sorted(folder + name for name in names)


def _mode(entry: "os.DirEntry[str]") -> int:
    try:
        return entry.stat().st_mode
    except OSError:
        return 0


def class_names(ctx: typer.Context) -> list[str]:
    """Classes as typed, as the score columns of FILE name them, or as its first labels do."""
    if ctx.params.get("classes"):
        return str(ctx.params["classes"]).split(",")
    path = first_file(ctx)
    if path is None:
        return []
    try:
        named, labels = _columns_of_classes(ctx, path)
    except XentError:
        return []
    return [name for name in named or _first_labels(ctx, path, labels) if HARMLESS.fullmatch(name)]


def _columns_of_classes(ctx: typer.Context, path: str) -> tuple[tuple[str, ...], str]:
    """The classes that score columns name, and the name of the one column of labels."""
    from xentcli.formats.columns import Header
    from xentcli.inputs.selectors import select

    names = tuple(header_names(path, ctx.params))
    typed = ctx.params
    input = Input(
        loss="bce" if ctx.info_name == "bce" else "ce",
        labels=typed.get("labels"),
        logits=typed.get("logits"),
        probs=typed.get("probs"),
    )
    selection = select(input, Header(names, len(names), path))
    places = selection.positions.get("labels", ())
    return selection.classes.names, names[places[0]] if len(places) == 1 else ""


def _first_labels(ctx: typer.Context, path: str, column: str) -> list[str]:
    """The different labels in the first lines of delimited text, in order."""
    from xentcli.formats.delimited import dialect
    from xentcli.formats.registry import format_of
    from xentcli.sources.opening import opened

    with opened(path) as source:
        kind = format_of(path, source, ctx.params.get("input_format"))
        if kind.name not in ("csv", "tsv") or not column:
            return []
        head = source.peek(HEADER_BYTES)
    lines = head.decode("utf-8-sig", "replace").splitlines()
    if len(head) >= HEADER_BYTES:
        del lines[-1]  # it may be cut off
    given = "\t" if kind.name == "tsv" else ctx.params.get("delimiter")
    found = dialect.checked_delimiter(given) if given else dialect.detect_delimiter(lines[0])
    header = [cell.strip(" \t") for cell in dialect.split_line(lines[0], found)]
    if column not in header:
        return []
    place = header.index(column)
    rows = (dialect.split_line(line, found) for line in lines[1:] if '"' not in line)
    labels = {row[place].strip(" \t") for row in rows if len(row) == len(header)}
    return sorted(labels, key=_in_order) if len(labels) <= MOST else []


def _in_order(label: str) -> tuple[bool, int, str]:
    """Numbers by value, before words."""
    return not label.isdecimal(), int(label) if label.isdecimal() else 0, label
