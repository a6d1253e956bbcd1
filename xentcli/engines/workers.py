"""Local worker processes: they leave signals and stdout to their parent, and end with it.

A worker holds both ends of the pipe on which it waits for its next split, so that pipe does not
close when the parent ends. The sentinel that Python gives each child, whatever the start method,
does.
"""

import os
import signal
import sys
from contextlib import suppress
from select import select
from threading import Thread


def begin_in_pool() -> None:
    """Make this process a worker of a pool."""
    from multiprocessing import parent_process

    from xentcli.sources.memory_bounds import own_process

    parent = parent_process()
    assert parent is not None
    begin(parent.sentinel)
    own_process()


def begin(alive: int) -> None:
    """Make this process a worker, which ends when ``alive`` becomes readable or is closed."""
    # Ctrl-C reaches every process of the terminal; only the parent handles it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    _close_stdout()
    Thread(target=_end_with, args=(alive,), daemon=True).start()


def _close_stdout() -> None:
    """Close stdout: its reader would wait until every process that can write to it has ended."""
    if sys.__stdout__ is not None:  # else descriptor 1 may be another file
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.__stdout__.fileno())
            os.close(nowhere)


def _end_with(alive: int) -> None:
    select([alive], [], [])
    os._exit(1)
