"""Bytes: open a file or stdin, undo compression, look ahead, and name the format.

Nothing here imports NumPy, so that shell completion can read a header through it.
"""

import io
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final, cast

from xentcli.errors import InputError
from xentcli.job import STDIN
from xentcli.readers.compression import COMPRESSIONS, Reader, Rest, decompressor
from xentcli.readers.folder import located, refuse_gone
from xentcli.text import display

SUFFIXES: Final = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".txt": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".npy": "npy",
    ".npz": "npz",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
}
PACKED: Final = (".gz", ".bz2", ".xz")
FRAMES: Final = ("parquet", "arrow")
"""Formats that the package polars reads."""
LOOK_AHEAD: Final = 1 << 16
PIPE_BYTES: Final = 1 << 20
"""A pipe of 1 MiB instead of 64 KiB lets one read fill a chunk while a slow writer is still
answered at once; Linux only, and only a wish."""


class Source(io.RawIOBase):
    """An open input: its bytes, decompressed, and the name that messages give it.

    What is not ``packed`` is known to be plain, and not looked into before it is read.
    """

    def __init__(self, raw: io.RawIOBase, name: str, *, packed: bool = True) -> None:
        super().__init__()
        self.source = name
        self.size = _size(raw)
        self._raw = raw
        self._taken = 0
        self._left: int | None = None
        self._ahead = b""
        self._body: Reader | None = None
        if not packed:
            return
        compression = next((c for magic, c in COMPRESSIONS.items() if self._begins(magic)), None)
        if compression is not None:
            self._body = decompressor(compression, Rest(self._take_ahead(), self._read_raw))

    def _begins(self, magic: bytes) -> bool:
        return self.peek(len(magic)) == magic

    def _take_ahead(self) -> bytes:
        ahead, self._ahead = self._ahead, b""
        return ahead

    @property
    def plain_size(self) -> int | None:
        """The number of bytes that reading will give; None where it cannot be known."""
        return self.size if self._body is None else None

    @property
    def bytes_read(self) -> int:
        """Bytes taken from the file as it lies on disk, for progress against ``size``."""
        return self._taken

    @property
    def positioned(self) -> bool:
        """Whether it can be read in any order: a regular file, not compressed, with a name."""
        return self.plain_size is not None and self.source != _name(STDIN)

    def fileno(self) -> int:
        """The number of the open file."""
        return self._raw.fileno()

    def at(self, position: int) -> None:
        """Go on reading at byte ``position`` of the file."""
        try:
            self._raw.seek(position)
        except OSError as error:
            raise InputError(_reason(error), source=self.source) from None
        self._ahead = b""
        self._left = None

    def narrow(self, start: int, stop: int | None) -> None:
        """Go on reading at byte ``start`` of the file, and end at ``stop`` (None: at its end)."""
        self.at(start)
        self._left = None if stop is None else stop - start
        self._taken = start

    def readable(self) -> bool:
        """Whether it can be read: always."""
        return True

    def peek(self, count: int) -> bytes:
        """The next ``count`` bytes (fewer at the end) without consuming them."""
        while len(self._ahead) < count:
            piece = bytearray(count - len(self._ahead))
            got = self._read(memoryview(piece))
            if not got:
                break
            self._ahead += piece[:got]
        return self._ahead[:count]

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        """Fill ``buffer`` with what one read gives; a pipe's short read is passed on as it is."""
        if self._ahead:
            view = memoryview(buffer).cast("B")
            count = min(len(view), len(self._ahead))
            view[:count] = self._ahead[:count]
            self._ahead = self._ahead[count:]
            return count
        return self._read(memoryview(buffer).cast("B"))

    def _read(self, view: memoryview) -> int:
        if self._body is None:
            return self._read_raw(view)
        try:
            return self._body.readinto(view) or 0
        except InputError:
            raise
        except EOFError:
            problem = "the compressed data ends too early"
            raise InputError(problem, source=self.source, hint="was it cut off?") from None
        except Exception as error:  # zlib.error, LZMAError, OSError: each module has its own
            problem = f"cannot be decompressed ({error})"
            raise InputError(problem, source=self.source) from None

    def _read_raw(self, view: memoryview) -> int:
        """One read of the file itself, counted."""
        if self._left is not None:
            view = view[: self._left]
        try:
            got = self._raw.readinto(view) or 0
        except OSError as error:
            raise InputError(_reason(error), source=self.source) from None
        if not got and len(view) and self.size is not None:
            refuse_shrunk(self.source, self.size, _size(self._raw))
        self._taken += got
        if self._left is not None:
            self._left -= got
        return got

    def close(self) -> None:
        """Close the file; stdin stays open."""
        if not self.closed and self.source != _name(STDIN):
            self._raw.close()
        super().close()


@contextmanager
def opened(path: str) -> Iterator[Source]:
    """Open ``path`` (``-``: stdin) for reading; InputError in words when that fails."""
    name = _name(path)
    if "://" in path:
        from xentcli.readers.polars.addresses import is_address
        from xentcli.readers.polars.objects import opened_object

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
            raise InputError(_reason(error), source=name) from None
    try:
        source = Source(raw, name)
    except InputError:
        if path != STDIN:
            raw.close()
        raise
    with source:
        yield source


def format_of(path: str, source: Source, asked: str | None) -> str:
    """The format: as asked, by suffix, else by the first byte that is not blank."""
    if asked is not None:
        return asked
    return SUFFIXES.get(suffix_of(path)) or _sniffed(source)


def suffix_of(path: str) -> str:
    """The suffix that names the format, in lower case and without that of a compression.

    >>> suffix_of("a/B.CSV.gz")
    '.csv'
    """
    stem = without_query(path).lower()
    for packed in PACKED:
        stem = stem.removesuffix(packed)
    return os.path.splitext(stem)[1]


def without_query(path: str) -> str:
    """An address without what may follow its path and end in anything; other names as they are."""
    return path.partition("?")[0] if "://" in path else path


def _sniffed(source: Source) -> str:
    # A live pipe may hold back its second line: look no further than the answer needs.
    count = 8
    while True:
        head = source.peek(count)
        if head.startswith(b"\x93NUMPY"):
            return "npy"
        if head.startswith(b"PK\x03\x04"):
            return "npz"
        if head.startswith(b"PAR1\x15"):  # and no text: this is how a page header begins
            return "parquet"
        if head.startswith(b"ARROW1\0"):
            return "arrow"
        text = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
        first, _, rest = text.partition(b"\n")
        at_end = len(head) < count or count >= LOOK_AHEAD
        if text[:1] not in b"{" or (text and (rest.strip() or at_end)) or at_end:
            break
        count *= 2
    if text.startswith(b"["):
        return "json"
    if not text.startswith(b"{"):
        return "csv"
    return "jsonl" if rest.strip() and _is_object(first) else "json"


def _is_object(line: bytes) -> bool:
    import json

    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _name(path: str) -> str:
    return "stdin" if path == STDIN else display(path)


def _reason(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return f"cannot be read ({text.lower()})"


def refuse_shrunk(name: str, size: int, now: int | None) -> None:
    """InputError where a file of ``size`` bytes has fewer ``now``: rows were lost unseen."""
    if now is not None and now < size:
        problem = f"shrank from {size} to {now} bytes while it was read"
        raise InputError(problem, source=name, hint="is it being written?")


def _size(raw: io.RawIOBase) -> int | None:
    try:
        status = os.fstat(raw.fileno())
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _widen(raw: io.RawIOBase) -> None:
    with suppress(Exception):
        import fcntl

        fcntl.fcntl(raw.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)
