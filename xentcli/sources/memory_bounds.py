"""Memory bounds of a process that reads files of typed columns.

A Parquet or Arrow file of a few hundred bytes can make Polars take all memory or end the process:
a single wrong byte in the footer or in a page suffices. So the engine reads them in a separate
process, whose memory is bounded and whose death is reported as an ordinary error.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from typing import Final

ROOM: Final = 1 << 30
"""Bytes of memory that a file of any size may take."""

UNPACKED: Final = 64
"""Bytes of memory for each byte of a file: more than the compression ratio of number columns."""

THREAD: Final = 16 << 20
"""Bytes of memory for the threads of each core."""

ENTERED: Final[ContextVar[Callable[[str], None] | None]] = ContextVar("entered", default=None)
"""A callback of the engine before a file of that name is opened; it may not return."""

_STATM: Final = "/proc/self/statm"
_own = False


def own_process() -> None:
    """Mark this process as one that may be bounded, and may die."""
    global _own
    _own = True


def enter(name: str) -> None:
    """Tell the engine that the file ``name`` is about to be opened."""
    entered = ENTERED.get()
    if entered is not None:
        entered(name)


def bound(size: int, memory: int | None) -> None:
    """Bound the memory of a separate process to ``memory`` bytes, or by the ``size`` of the file.

    This needs a system that counts the pages that a process has written to.
    """
    if not _own:
        return
    with suppress(OSError, ValueError):
        import resource

        with open(_STATM, encoding="ascii") as file:
            taken = int(file.read().split()[5]) * resource.getpagesize()
        room = allowance(size, memory) + THREAD * (os.cpu_count() or 1)
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        limit = taken + room if hard == resource.RLIM_INFINITY else min(hard, taken + room)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))


def allowance(size: int, memory: int | None) -> int:
    """The bytes of memory that a file of ``size`` bytes may take; ``memory`` is the user's limit.

    >>> allowance(1000, None) >> 20, allowance(1000, 1 << 20)
    (1024, 1048576)
    """
    return ROOM + UNPACKED * size if memory is None else memory
