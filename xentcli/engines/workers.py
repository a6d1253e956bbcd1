"""Worker processes of this machine: they leave signals and stdout to their parent, and end with it.

A worker waits for its next piece at a pipe that it holds both ends of, so the end of its parent
does not show there. It shows at the sentinel that Python gives each child, whatever way it was
started.
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
    """Make this process a worker, which ends when ``alive`` can be read or has no writer."""
    # Ctrl-C goes to every process of the terminal: the parent alone says how it ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    _let_go_of_stdout()
    Thread(target=_end_with, args=(alive,), daemon=True).start()


def _let_go_of_stdout() -> None:
    """Only the parent writes the result, and whoever reads it waits until nobody can any more."""
    if sys.__stdout__ is not None:  # else its number may stand for another file
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.__stdout__.fileno())
            os.close(nowhere)


def _end_with(alive: int) -> None:
    select([alive], [], [])
    os._exit(1)
