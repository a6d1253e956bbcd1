"""Output: stdout, a file replaced as a whole, or a device written in place.

A reader that goes away and a disk that fills are told apart here, and nowhere else.
"""

import errno
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Final

from xentcli.errors import InputError, XentError
from xentcli.render import Format
from xentcli.sources.paths import refuse_gone
from xentcli.text import printable

Write = Callable[[str], None]

HELD_BYTES: Final = 1 << 20
STDOUT_NAMES: Final = ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")


class ReaderGoneError(Exception):
    """Whoever read our output has closed it: an end, not a failure."""


class StoppedError(BaseException):
    """A signal asked for the end, and what was begun has been cleared away."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def destination(path: str | None, form: Format, *, held: bool = False) -> Iterator[Write]:
    """A function that writes text of ``form`` to ``path`` (None: stdout).

    ``held``: only once all is well. A terminal is sent no control characters but a table's own.
    A regular file or a new name appears only when the block ends without an exception, with the
    mode that it had; a device or FIFO is opened and written, never replaced.
    """
    with _opened(path, form) as write:
        if held:
            with _held(write) as later:
                yield later
        else:
            yield write


@contextmanager
def _held(write: Write) -> Iterator[Write]:
    """A function that keeps text, and writes it when the block ends without an exception."""
    import tempfile

    with tempfile.SpooledTemporaryFile(HELD_BYTES, "w+", encoding="utf-8", newline="") as kept:

        def write_later(text: str) -> None:
            kept.write(text)

        yield write_later
        kept.seek(0)
        while text := kept.read(HELD_BYTES):
            write(text)


@contextmanager
def _opened(path: str | None, form: Format) -> Iterator[Write]:
    if path is None or path in STDOUT_NAMES:
        if sys.stdout is None:
            raise XentError("stdout: cannot be written (it is closed)", hint="give -o FILE")
        yield _writer(sys.stdout.buffer, "stdout", form, sys.stdout.encoding)
    elif (number := _descriptor(path)) is not None:
        # The open file itself: opened again by its name, a log would be written from its start.
        with _file(path, lambda: os.dup(number)) as file:
            yield _writer(file, path, form)
    elif _is_written_in_place(path):
        with _file(path, lambda: os.open(path, os.O_WRONLY)) as file:
            yield _writer(file, path, form)
    else:
        with _replaced(path, form) as write:
            yield write


def _writer(file: IO[bytes], name: str, form: Format, encoding: str = "utf-8") -> Write:
    escaped = form != "table" and file.isatty()

    def write(text: str) -> None:
        if escaped:
            text = printable(text, kept="\n\t")
        with writing(name):
            file.write(encoded(text, encoding))
            file.flush()  # whoever follows a stream of rows sees each stretch at once

    return write


def encoded(text: str, encoding: str) -> bytes:
    r"""``text`` as bytes, with what the encoding lacks as escapes, and ± as ``+-``.

    >>> encoded("é ± 1", "ascii")
    b'\\xe9 +- 1'
    """
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return text.replace("±", "+-").encode(encoding, "backslashreplace")


@contextmanager
def _file(name: str, handle: Callable[[], int]) -> Iterator[IO[bytes]]:
    """A file to write to; only what happens to itself counts as a failure of it."""
    with writing(name):
        file = open(handle(), "wb")  # noqa: SIM115 (closed below)
    try:
        yield file
    except BaseException:
        with suppress(OSError):
            file.close()
        raise
    with writing(name):
        file.close()


def _descriptor(path: str) -> int | None:
    """The number in a name such as /dev/fd/3."""
    if path == "/dev/stderr":
        return 2
    folder, _, number = path.rpartition("/")
    known = folder in ("/dev/fd", "/proc/self/fd") and number.isdecimal() and len(number) < 9
    return int(number) if known else None


def _is_written_in_place(path: str) -> bool:
    """Whether ``path`` is to be written as it is: a device, a FIFO, a socket."""
    if not path:
        raise InputError("names no file", source="-o ''", hint="give -o a file's name")
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        mode = stat.S_IFDIR if path.endswith(os.sep) else stat.S_IFREG
    except OSError as error:
        raise write_failure(path, error) from None
    if stat.S_ISDIR(mode):
        raise InputError("is a directory", source=path, hint="give -o a file's name")
    return not stat.S_ISREG(mode)


@contextmanager
def _replaced(path: str, form: Format) -> Iterator[Write]:
    import tempfile  # half the cost of this module, and most output goes to stdout

    with _stoppable():
        refuse_gone(path)
        with writing(path):
            target = os.path.realpath(path)
            handle, beside = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".xent-")
        try:
            with _file(path, lambda: handle) as file:
                with writing(path):
                    os.chmod(beside, _mode(target))
                yield _writer(file, path, form)
            with writing(path):
                os.replace(beside, target)
        except BaseException:
            with suppress(OSError):
                os.unlink(beside)
            raise


@contextmanager
def _stoppable() -> Iterator[None]:
    """Signals that end a process raise StoppedError, so that nothing half-written stays."""
    import signal
    import threading

    def stop(number: int, _frame: object) -> None:
        for other in mine:  # a second one must not break off the clearing away
            signal.signal(other, signal.SIG_IGN)
        raise StoppedError(number)

    names = ("SIGTERM", "SIGHUP")  # the latter: the terminal was closed
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        numbers = []  # no other thread may set handlers
    mine = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    for number in mine:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in mine:
            signal.signal(number, signal.SIG_DFL)


def _mode(target: str) -> int:
    try:
        return stat.S_IMODE(os.stat(target).st_mode)
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


@contextmanager
def writing(name: str) -> Iterator[None]:
    """Failures of writing, in words; failures of reading are XentErrors already."""
    try:
        yield
    except OSError as error:
        raise write_failure(name, error) from None


def write_failure(name: str, error: OSError) -> Exception:
    """What a failure to write to ``name`` is: an end, or an error in words."""
    if error.errno == errno.EPIPE:
        return ReaderGoneError()
    reason = (error.strerror or str(error)).lower()
    return XentError(f"{name}: cannot be written ({reason})")


def abandon_stdout() -> None:
    """Send what is still buffered to nowhere, so that no second error follows at exit."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
