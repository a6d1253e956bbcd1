"""Bytes of a regular file in any order, and a checksum over them in the end."""

import io
import zlib
from typing import Final

from xentcli.sources.source import Source

BUFFER: Final = 1 << 20


class Positions(io.RawIOBase):
    """The ``size`` bytes of a file from ``base`` on, at a position of its own.

    Several may share one Source. Without ``size`` they go on to the file's end.
    """

    def __init__(self, source: Source, base: int = 0, size: int | None = None) -> None:
        super().__init__()
        self._source, self._base, self._position = source, base, 0
        self._size = (source.plain_size or 0) - base if size is None else size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        """True: random access is always possible."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go on reading at a position, counted from the beginning, from here, or from the end."""
        if whence != io.SEEK_SET:
            offset += self._position if whence == io.SEEK_CUR else self._size
        self._position = max(0, offset)
        return self._position

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        """Fill ``buffer`` with what one read gives."""
        self._source.at(self._base + self._position)
        got = self._source.readinto(memoryview(buffer)[: max(0, self._size - self._position)])
        self._position += got
        return got


class Checksum:
    """The CRC-32 of a file whose bytes may have been read in any order, or only in part."""

    def __init__(self, file: Positions, size: int, expected: int) -> None:
        self._file, self._size, self._expected = file, size, expected
        self._sum = self._summed = 0

    def add(self, position: int, data: memoryview) -> None:
        """Add bytes that were read; bytes out of order are left for :meth:`holds`."""
        if position == self._summed:
            self._sum = zlib.crc32(data, self._sum)
            self._summed += data.nbytes

    def holds(self) -> bool:
        """Whether the checksum is right; bytes not summed yet are read now."""
        buffer = memoryview(bytearray(BUFFER if self._summed < self._size else 0))
        self._file.seek(self._summed)
        while self._summed < self._size:
            got = self._file.readinto(buffer[: self._size - self._summed])
            if not got:
                return False
            self.add(self._summed, buffer[:got])
        return self._sum == self._expected
