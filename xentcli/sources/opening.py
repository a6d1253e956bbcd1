"""Open a file, stdin or an object of a server for reading."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final, cast

from xentcli.errors import InputError
from xentcli.sources.paths import STDIN, located, name_of, refuse_gone
from xentcli.sources.source import Source, reason_of

PIPE_BYTES: Final = 1 << 20
"""The size of pipes, 1 MiB instead of 64 KiB, so that one read fills a chunk; lines of a slow
writer still arrive at once. Best effort, and on Linux only."""


@contextmanager
def opened(path: str) -> Iterator[Source]:
    """Open ``path`` (``-``: stdin) for reading; InputError if that fails."""
    name = name_of(path)
    if "://" in path:
        from xentcli.sources.addresses import is_address
        from xentcli.sources.objects import opened_object

        if is_address(path):
            with opened_object(path) as source:
                yield source
            return
    if path == STDIN:
        if sys.stdin is None:
            raise InputError("cannot be read (it is closed)", source=name)
        raw = cast(io.RawIOBase, cast(io.BufferedReader, sys.stdin.buffer).raw)
        _widen(raw)
    else:
        try:
            raw = open(located(path), "rb", buffering=0)  # noqa: SIM115 (closed by Source)
        except IsADirectoryError:
            raise InputError("is a directory", source=name, hint="name its files") from None
        except FileNotFoundError:
            refuse_gone(path)
            raise InputError("no such file", source=name) from None
        except (OSError, ValueError) as error:
            raise InputError(reason_of(error), source=name) from None
    try:
        source = Source(raw, name)
    except InputError:
        if path != STDIN:
            raw.close()
        raise
    with source:
        yield source


def _widen(raw: io.RawIOBase) -> None:
    with suppress(Exception):
        import fcntl

        fcntl.fcntl(raw.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)
