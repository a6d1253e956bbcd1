"""Where relative paths begin: in this process's working directory, or in the one of a client.

A worker reads for people who stand in other directories. Their paths stay as they were typed, so
that errors name files as everybody knows them, and are completed only where a file is opened.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from xentcli.errors import InputError

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
