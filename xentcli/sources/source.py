"""The bytes of a file or stdin, decompressed, with look-ahead.

Nothing here imports NumPy, so that shell completion can use it to read a header.
"""

import io
import os
import stat

from xentcli.errors import InputError
from xentcli.sources.compression import COMPRESSIONS, Reader, Rest, decompressor
from xentcli.sources.paths import STDIN, name_of


class Source(io.RawIOBase):
    """An open input: its decompressed bytes, and its name in messages.

    ``packed`` False: it is known not to be compressed, so nothing is read ahead.
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
        """The number of bytes that reading will give; None if unknown."""
        return self.size if self._body is None else None

    @property
    def bytes_read(self) -> int:
        """Bytes read from the file as stored on disk, for progress relative to ``size``."""
        return self._taken

    @property
    def positioned(self) -> bool:
        """Whether it supports random access: a regular file, not compressed and not stdin."""
        return self.plain_size is not None and self.source != name_of(STDIN)

    def fileno(self) -> int:
        """The file descriptor."""
        return self._raw.fileno()

    def at(self, position: int) -> None:
        """Continue reading at byte ``position`` of the file."""
        try:
            self._raw.seek(position)
        except OSError as error:
            raise InputError(reason_of(error), source=self.source) from None
        self._ahead = b""
        self._left = None

    def narrow(self, start: int, stop: int | None) -> None:
        """Continue reading at byte ``start`` of the file, up to ``stop`` (None: to its end)."""
        self.at(start)
        self._left = None if stop is None else stop - start
        self._taken = start

    def readable(self) -> bool:
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
        """Fill ``buffer`` with the bytes of one read, which may be short on a pipe."""
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
        except Exception as error:  # zlib.error, LZMAError, OSError: each module raises its own
            problem = f"cannot be decompressed ({error})"
            raise InputError(problem, source=self.source) from None

    def _read_raw(self, view: memoryview) -> int:
        """Read from the file itself once, and count the bytes."""
        if self._left is not None:
            view = view[: self._left]
        try:
            got = self._raw.readinto(view) or 0
        except OSError as error:
            raise InputError(reason_of(error), source=self.source) from None
        if not got and len(view) and self.size is not None:
            refuse_shrunk(self.source, self.size, _size(self._raw))
        self._taken += got
        if self._left is not None:
            self._left -= got
        return got

    def close(self) -> None:
        """Close the file; stdin stays open."""
        if not self.closed and self.source != name_of(STDIN):
            self._raw.close()
        super().close()


def reason_of(error: Exception) -> str:
    """Why something cannot be read, in the words of the system."""
    text = getattr(error, "strerror", None) or str(error)
    return f"cannot be read ({text.lower()})"


def refuse_shrunk(name: str, size: int, now: int | None) -> None:
    """Raise InputError if a file of ``size`` bytes has fewer ``now``: rows are lost."""
    if now is not None and now < size:
        problem = f"shrank from {size} to {now} bytes while it was read"
        raise InputError(problem, source=name, hint="is it being written?")


def _size(raw: io.RawIOBase) -> int | None:
    try:
        status = os.fstat(raw.fileno())
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None
