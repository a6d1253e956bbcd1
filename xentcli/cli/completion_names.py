"""Completion of column names: those in the header of the first file on the line.

The names come from data that anyone may have written and end up in a shell, so only names of
harmless characters are offered, and only regular files are opened.
"""

import os
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import typer

from xentcli.errors import XentError
from xentcli.sources.paths import STDIN

if TYPE_CHECKING:
    from xentcli.formats.open_options import OpenOptions

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
    from xentcli.formats.registry import format_of
    from xentcli.sources.opening import opened

    try:
        with opened(path) as source:
            found = format_of(path, source, asked.get("input_format"))
            names = found.names(path, source, _options(asked))
    except XentError:
        return []
    return [name for name in names if HARMLESS.fullmatch(name)]


def _options(asked: Mapping[str, Any]) -> "OpenOptions":
    """What the options on the line say of the file."""
    from xentcli.formats.classes import WORDS, Classes
    from xentcli.formats.open_options import OpenOptions
    from xentcli.inputs.picks import picks_of

    chosen = {role: asked[role] for role in CHOOSING if asked.get(role)}
    named, absent = ((asked.get(key) or "").split(",") for key in ("classes", "missing_values"))
    classes = Classes(tuple(named), declared=True) if any(named) else WORDS
    picks = picks_of(chosen, classes, [word.strip() for word in absent])
    return OpenOptions(
        delimiter=asked.get("delimiter"), header=asked.get("header") or None, picks=picks
    )
