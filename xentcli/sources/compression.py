"""Compressed bytes, recognised by their magic bytes and decompressed by Python's modules."""

import io
from collections.abc import Callable
from typing import Final, Protocol, cast

COMPRESSIONS: Final = {b"\x1f\x8b": "gzip", b"BZh": "bz2", b"\xfd7zXZ\x00": "lzma"}


class Reader(Protocol):
    """The file object of a compression module, as far as it is used here."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill ``buffer`` from its beginning, and return the number of bytes, 0 at the end."""

    def close(self) -> None:
        """Close the file."""


class Rest(io.RawIOBase):
    """The compressed bytes: those read ahead, then those that ``read`` gives."""

    def __init__(self, ahead: bytes, read: Callable[[memoryview], int]) -> None:
        self._ahead, self._read = ahead, read

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        """Fill ``buffer`` with the bytes available from one read."""
        view = memoryview(buffer).cast("B")
        if not self._ahead:
            return self._read(view)
        count = min(len(view), len(self._ahead))
        view[:count] = self._ahead[:count]
        self._ahead = self._ahead[count:]
        return count


def decompressor(name: str, file: io.RawIOBase) -> Reader:
    """A reader that decompresses ``file`` by the module ``name``."""
    buffered = io.BufferedReader(file, 1 << 18)
    if name == "gzip":
        import gzip

        return cast(Reader, io.BufferedReader(gzip.GzipFile(fileobj=buffered), 1 << 18))
    if name == "bz2":
        import bz2

        return cast(Reader, bz2.BZ2File(buffered))
    import lzma

    return cast(Reader, lzma.LZMAFile(buffered))
