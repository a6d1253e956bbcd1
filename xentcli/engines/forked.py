"""Parts from a process of its own, once a file is opened that can bring a process down.

The process is forked where such a file is about to be opened, with all that was read so far, and
goes on with the work from there; this one receives its parts. What cannot bring a process down
never starts one. It costs 3 ms, and the import of Polars moves from here to there.
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
"""Parts that are sent as one."""


class _GoneOnError(BaseException):
    """The work goes on in another process."""


def apart(job: Job, parts: Iterator[Part[S]]) -> Iterator[Part[S]]:
    """``parts``, from the first dangerous file on by another process where the system can fork."""
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
    except _GoneOnError:
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
    """Whether this process can be forked, and the new one bounded.

    Not one with threads, its own or those of Polars: they may hold what the new process needs.
    """
    plain = "polars" not in sys.modules and threading.active_count() == 1
    return sys.platform == "linux" and plain


class _Seat:
    """Both ends of the way from the process that works to the one that asked for it."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._held: list[Part[Any]] = []
        self.sends: IO[bytes] | None = None
        self._reads: IO[bytes] | None = None
        self._child = 0
        self._name = ""

    def entered(self, name: str) -> None:
        """A file that may bring the process down is going to be opened."""
        if self.sends is not None:
            self.send("file", name)
            return
        reading, writing = os.pipe()
        alive, held = os.pipe()  # nothing is written: its end is that of this process
        self._name = name
        self._child = os.fork()
        if self._child:
            os.close(writing)
            os.close(alive)
            self._alive, self._reads = held, os.fdopen(reading, "rb", PIPE_BYTES)
            raise _GoneOnError
        os.close(reading)
        os.close(held)
        self.sends = os.fdopen(writing, "wb", PIPE_BYTES)
        _begin(alive)

    def add(self, part: Part[Any]) -> None:
        """A part, which waits for others unless single samples are wanted: each takes its time."""
        self._held.append(part)
        if part.rows is not None or len(self._held) == TOGETHER:
            self._flush()

    def _flush(self) -> None:
        for part in merged(self._job, self._held) if len(self._held) > 1 else self._held:
            self.send("part", part)
        self._held = []

    def send(self, kind: str, what: Any) -> None:
        """One message to the process that asked; an end of it is an end of this one."""
        assert self.sends is not None
        try:
            pickle.dump((kind, what), self.sends, pickle.HIGHEST_PROTOCOL)
            self.sends.flush()
        except OSError:
            os._exit(1)

    def fail(self, error: BaseException) -> NoReturn:
        """What went wrong is raised there."""
        try:
            self.send("error", error)
        except Exception:  # it cannot be pickled
            self.send("error", RuntimeError(f"{type(error).__name__}: {error}"))
        os._exit(0)

    def leave(self) -> NoReturn:
        """All is done."""
        self._flush()
        self.send("end", None)
        os._exit(0)

    def received(self) -> Iterator[Part[S]]:
        """The parts as they come; InputError where the process died of a file."""
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
    """What a worker does first; a library that goes down has no words but ours."""
    from xentcli.engines.workers import begin
    from xentcli.sources.memory_bounds import own_process

    begin(alive)
    own_process()
    os.environ["RUST_BACKTRACE"] = "0"  # one takes a second, for nobody
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
