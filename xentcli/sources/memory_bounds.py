"""Bounds of a process that reads files of typed columns.

A Parquet or Arrow file of a few hundred bytes can make Polars take all memory or end the process:
a single wrong byte suffices, in the footer as in a page. So the engine lets a process of its own
read them, whose memory is bounded and whose death is an error like any other.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from typing import Final

ROOM: Final = 1 << 30
"""Bytes that any file may take, whatever its size."""

UNPACKED: Final = 64
"""Bytes that each byte of a file may come to: more than columns of numbers compress by."""

THREAD: Final = 16 << 20
"""Bytes for the threads of each core."""

ENTERED: Final[ContextVar[Callable[[str], None] | None]] = ContextVar("entered", default=None)
"""What the engine does before a file of that name is opened; it may not come back from that."""

_STATM: Final = "/proc/self/statm"
_own = False


def own_process() -> None:
    """From now on this process is one that may be bounded, and may die."""
    global _own
    _own = True


def enter(name: str) -> None:
    """Say that the file ``name`` is going to be opened."""
    entered = ENTERED.get()
    if entered is not None:
        entered(name)


def bound(size: int, memory: int | None) -> None:
    """Bound the memory of a process of its own: ``memory`` bytes, or by the ``size`` of the file.

    Only a system that counts what a process has written to can do that.
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
    """The bytes that a file of ``size`` bytes may take where ``memory`` is what the user allows.

    >>> allowance(1000, None) >> 20, allowance(1000, 1 << 20)
    (1024, 1048576)
    """
    return ROOM + UNPACKED * size if memory is None else memory
