"""Resolve relative paths against the working directory of this process, or of a client.

A worker reads for clients in other directories. Paths stay as they were typed, so that errors show
them that way, and are resolved only when a file is opened.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from xentcli.errors import InputError
from xentcli.text import display

_FOLDER: Final = ContextVar("folder", default="")


def located(path: str) -> str:
    """``path`` as this process can open it; addresses are unchanged.

    >>> with beginning_in("/data"):
    ...     located("a.csv"), located("/b.csv"), located("s3://c/d.csv")
    ('/data/a.csv', '/b.csv', 's3://c/d.csv')
    """
    return path if "://" in path else os.path.join(_FOLDER.get(), path)


@contextmanager
def beginning_in(folder: str) -> Iterator[None]:
    """Resolve relative paths against ``folder``, in this thread only."""
    token = _FOLDER.set(folder)
    try:
        yield
    finally:
        _FOLDER.reset(token)


def refuse_gone(path: str) -> None:
    """Raise InputError if ``path`` is relative and the working directory was removed."""
    if os.path.isabs(located(path)):
        return
    try:
        os.getcwd()
    except OSError:
        problem = "is looked for in the working directory, which is gone"
        raise InputError(problem, source=path, hint="cd to one that is there") from None


PACKED: Final = (".gz", ".bz2", ".xz")


def suffix_of(path: str) -> str:
    """The suffix of the format, in lower case; a suffix of compression is skipped.

    >>> suffix_of("a/B.CSV.gz")
    '.csv'
    """
    stem = without_query(path).lower()
    for packed in PACKED:
        stem = stem.removesuffix(packed)
    return os.path.splitext(stem)[1]


def without_query(path: str) -> str:
    """An address without its query; other paths are unchanged."""
    return path.partition("?")[0] if "://" in path else path


def name_of(path: str) -> str:
    """The name of ``path`` in messages."""
    return "stdin" if path == STDIN else display(path)


STDIN: Final = "-"
