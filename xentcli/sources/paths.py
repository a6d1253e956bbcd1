"""Where relative paths begin: in this process's working directory, or in the one of a client.

A worker reads for people who stand in other directories. Their paths stay as they were typed, so
that errors name files as everybody knows them, and are completed only where a file is opened.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

from xentcli.errors import InputError
from xentcli.text import display

if TYPE_CHECKING:
    pass


_FOLDER: Final = ContextVar("folder", default="")


def located(path: str) -> str:
    """``path`` as this process can open it; an address stays what it is.

    >>> with beginning_in("/data"):
    ...     located("a.csv"), located("/b.csv"), located("s3://c/d.csv")
    ('/data/a.csv', '/b.csv', 's3://c/d.csv')
    """
    return path if "://" in path else os.path.join(_FOLDER.get(), path)


@contextmanager
def beginning_in(folder: str) -> Iterator[None]:
    """Let relative paths begin in ``folder``, in this thread alone."""
    token = _FOLDER.set(folder)
    try:
        yield
    finally:
        _FOLDER.reset(token)


def refuse_gone(path: str) -> None:
    """InputError where ``path`` begins in the working directory and that was removed."""
    if os.path.isabs(located(path)):
        return
    try:
        os.getcwd()
    except OSError:
        problem = "is looked for in the working directory, which is gone"
        raise InputError(problem, source=path, hint="cd to one that is there") from None


PACKED: Final = (".gz", ".bz2", ".xz")


def suffix_of(path: str) -> str:
    """The suffix that names the format, in lower case and without that of a compression.

    >>> suffix_of("a/B.CSV.gz")
    '.csv'
    """
    stem = without_query(path).lower()
    for packed in PACKED:
        stem = stem.removesuffix(packed)
    return os.path.splitext(stem)[1]


def without_query(path: str) -> str:
    """An address without what may follow its path and end in anything; other names as they are."""
    return path.partition("?")[0] if "://" in path else path


def name_of(path: str) -> str:
    """What messages call ``path``."""
    return "stdin" if path == STDIN else display(path)


STDIN: Final = "-"
