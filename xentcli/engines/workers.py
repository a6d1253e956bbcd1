"""Worker processes of this machine: they leave signals and stdout to their parent, and end with it.

A worker waits for its next piece at a pipe that it holds both ends of, so the end of its parent
does not show there. It shows at the sentinel that Python gives each child, whatever way it was
started.
"""

import os
import signal
import sys
from contextlib import suppress
from multiprocessing import parent_process
from multiprocessing.connection import wait
from threading import Thread


def begin() -> None:
    """Make this process a worker; the first thing that it does."""
    # Ctrl-C goes to every process of the terminal: the parent alone says how it ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    _let_go_of_stdout()
    Thread(target=_end_with_parent, daemon=True).start()


def _let_go_of_stdout() -> None:
    """Only the parent writes the result, and whoever reads it waits until nobody can any more."""
    if sys.__stdout__ is not None:  # else its number may stand for another file
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.__stdout__.fileno())
            os.close(nowhere)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
