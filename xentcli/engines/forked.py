"""Read files that can crash a process in a forked one.

The process is forked when such a file is about to be opened. The child has everything read so far,
continues the work from there, and sends its parts to this process. Other files never start one. A
fork costs 3 ms, and Polars is imported in the child instead of here.
"""

import os
import pickle
import signal
import sys
import threading
from collections.abc import Iterator
from typing import IO, Any, Final, NoReturn

from xentcli.engines.work import Part, S, merged
from xentcli.errors import InputError, XentError
from xentcli.job import Job

PIPE_BYTES: Final = 1 << 16
TOGETHER: Final = 16
"""Parts that are merged before they are sent."""


class _MovedToChildError(BaseException):
    """Raised in the parent: the work continues in the child."""


def apart(job: Job, parts: Iterator[Part[S]]) -> Iterator[Part[S]]:
    """``parts``, from the first dangerous file on by a forked process, if the system can fork."""
    if not can_fork():
        yield from parts
        return
    from xentcli.sources.memory_bounds import ENTERED

    seat = _Seat(job)
    token = ENTERED.set(seat.entered)
    try:
        for part in parts:
            if seat.sends is None:
                yield part
            else:
                seat.add(part)
    except _MovedToChildError:
        yield from seat.received()
    except BaseException as error:
        if seat.sends is None:
            raise
        seat.fail(error)
    else:
        if seat.sends is not None:
            seat.leave()
    finally:
        ENTERED.reset(token)


def can_fork() -> bool:
    """Whether this process can be forked, and the memory of the child bounded.

    A process with threads, its own or those of Polars, cannot: they may hold locks that the child
    needs.
    """
    plain = "polars" not in sys.modules and threading.active_count() == 1
    return sys.platform == "linux" and plain


class _Seat:
    """Both ends of the pipe from the forked process to its parent."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._held: list[Part[Any]] = []
        self.sends: IO[bytes] | None = None
        self._reads: IO[bytes] | None = None
        self._child = 0
        self._name = ""

    def entered(self, name: str) -> None:
        """Fork before the file ``name`` is opened, or report it to the parent if forked already."""
        if self.sends is not None:
            self.send("file", name)
            return
        reading, writing = os.pipe()
        alive, held = os.pipe()  # nothing is written: it closes when this process ends
        self._name = name
        self._child = os.fork()
        if self._child:
            os.close(writing)
            os.close(alive)
            self._alive, self._reads = held, os.fdopen(reading, "rb", PIPE_BYTES)
            raise _MovedToChildError
        os.close(reading)
        os.close(held)
        self.sends = os.fdopen(writing, "wb", PIPE_BYTES)
        _begin(alive)

    def add(self, part: Part[Any]) -> None:
        """Queue a part; parts with single samples are sent at once, others in groups."""
        self._held.append(part)
        if part.rows is not None or len(self._held) == TOGETHER:
            self._flush()

    def _flush(self) -> None:
        for part in merged(self._job, self._held) if len(self._held) > 1 else self._held:
            self.send("part", part)
        self._held = []

    def send(self, kind: str, what: Any) -> None:
        """Send a message to the parent; exit if the parent has ended."""
        assert self.sends is not None
        try:
            pickle.dump((kind, what), self.sends, pickle.HIGHEST_PROTOCOL)
            self.sends.flush()
        except OSError:
            os._exit(1)

    def fail(self, error: BaseException) -> NoReturn:
        """Send ``error`` to be raised in the parent, and exit."""
        try:
            self.send("error", error)
        except Exception:  # it cannot be pickled
            self.send("error", RuntimeError(f"{type(error).__name__}: {error}"))
        os._exit(0)

    def leave(self) -> NoReturn:
        """Send the remaining parts, and exit."""
        self._flush()
        self.send("end", None)
        os._exit(0)

    def received(self) -> Iterator[Part[S]]:
        """Yield the parts as they arrive; InputError if the child died of a file."""
        assert self._reads is not None
        ended = False
        try:
            while True:
                try:
                    kind, what = pickle.load(self._reads)
                except (EOFError, pickle.UnpicklingError):
                    break
                if kind == "part":
                    yield what
                elif kind == "file":
                    self._name = what
                elif kind == "error":
                    ended = True
                    raise what
                else:
                    ended = True
                    return
            ended = True
        finally:
            self._reads.close()
            os.close(self._alive)
            if not ended:
                os.kill(self._child, signal.SIGKILL)
            _, status = os.waitpid(self._child, 0)
        raise self._died(os.waitstatus_to_exitcode(status))

    def _died(self, code: int) -> XentError:
        problem = "cannot be read: its reader crashed, so it is damaged or takes too much memory"
        if code == -signal.SIGKILL:
            problem = "cannot be read: its reader was killed, perhaps for want of memory"
        return InputError(problem, source=self._name, hint="--memory 8G allows more memory")


def _begin(alive: int) -> None:
    """Set up the forked process; its stderr is silenced, as the parent reports a crash."""
    from xentcli.engines.workers import begin
    from xentcli.sources.memory_bounds import own_process

    begin(alive)
    own_process()
    os.environ["RUST_BACKTRACE"] = "0"  # a backtrace takes a second and is never shown
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
