"""A stream of text as stretches of whole lines, in one buffer that grows only for long lines.

A line break inside quotes does not end a line, so quotes are interpreted here too.
"""

from collections.abc import Callable
from time import monotonic
from typing import Any, Final, NamedTuple, Protocol

import numpy as np

from xentcli.errors import InputError
from xentcli.formats.delimited.decimals import PAD

Array = np.ndarray[Any, np.dtype[Any]]

STRETCH: Final = 1 << 20
LONGEST_LINE: Final = 64 << 20

# A read as short as this, or one that had to wait as long (in seconds), comes from a stream that
# is still being written: its lines are passed on at once. Blocks of stdio have 4096 bytes.
_TRICKLE: Final = 4096
_PAUSE: Final = 0.05

_QUOTE: Final = 34
_SCAN: Final = 1 << 20


class Stream(Protocol):
    """Anything that fills a buffer and returns how many bytes, 0 at the end."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill ``buffer`` from its beginning."""


class CutInCellError(InputError):
    """A piece of a text ends, or may end, inside of a quoted cell: cut it elsewhere."""


class Stretch(NamedTuple):
    """Whole lines: ``text[start:stop]``, and its structural quotes, opening and closing in turn."""

    text: Array
    start: int
    stop: int
    quotes: Array


class Lines:
    """The stretches of a stream. Each is overwritten by the next."""

    def __init__(self, stream: Stream, source: str, size: int = STRETCH) -> None:
        self.source = source
        self.lines_before = 0
        self._stream = stream
        self._size = size
        self._ended = False
        self._allocate(size)
        self._start = self._stop = PAD
        self.is_piece = False
        self._odd_quotes = False

    def restart(self) -> None:
        """Drop buffered bytes after the stream was moved."""
        self._start = self._stop = PAD
        self._ended = False
        self.lines_before = 0

    def _allocate(self, size: int) -> None:
        # One byte more than asked for: a last line without its break is given one.
        self.buffer = bytearray(size + 2 * PAD + 1)
        self.text = np.frombuffer(self.buffer, np.uint8)

    def peek(self, count: int) -> bytes:
        """The next ``count`` bytes, fewer at the end; they stay to be read."""
        self._fill(count)
        return bytes(self.buffer[self._start : min(self._stop, self._start + count)])

    def line_after(self, skipped: int, most: int) -> bytes:
        """The line behind the next ``skipped`` bytes, at the most so many; it stays to be read."""
        while True:
            start, waiting = self._start + skipped, self._stop - self._start
            end = self.buffer.find(b"\n", start, self._stop) + 1
            if end or self._ended or waiting > skipped + most:
                return bytes(self.buffer[start : min(end or self._stop, start + most)])
            self._fill(waiting + 1)

    def lines_after(self, skipped: int, most: int) -> bytes:
        """At the most so many bytes of lines behind the next ``skipped``; they stay to be read.

        The last one may be cut where a stream goes on.
        """
        self.line_after(skipped, most)  # a live stream may have given nothing of it yet
        text = self.peek(skipped + most)[skipped:]
        return text[: text.rfind(b"\n") + 1] if len(text) == most else text + b"\n"

    def skip(self, count: int) -> None:
        """Leave out bytes that were peeked at, such as a byte order mark."""
        self._start += count

    def record(self, separators: bytes) -> bytes | None:
        """The next line alone, with its quoted line breaks; None at the end."""
        stretch = self._next(separators, self._first_end)
        return None if stretch is None else bytes(self.buffer[stretch.start : stretch.stop])

    def stretch(self, separators: bytes) -> Stretch | None:
        """As many whole lines as fit; None at the end."""
        return self._next(separators, self._last_end)

    def _next(self, separators: bytes, end: Callable[[Array, int], int]) -> Stretch | None:
        size = self._size
        if self.buffer.rfind(b"\n", self._start, self._stop) < 0:
            self._fill(size)
        while True:
            if self._start == self._stop:
                if self.is_piece and self._odd_quotes:
                    raise CutInCellError("has quotes inside of cells", source=self.source)
                return None
            stop = self.buffer.rfind(b"\n", self._start, self._stop) + 1
            if self._ended and stop < self._stop:
                self.buffer[self._stop] = 10
                self._stop = stop = self._stop + 1
            quotes = self._quotes(separators, stop)
            stop = end(quotes, stop)
            if stop:
                found = Stretch(self.text, self._start, stop, quotes[quotes < stop])
                self._start = stop
                return found
            if self._ended:
                if self.is_piece:
                    raise CutInCellError("is cut inside of a cell", source=self.source)
                raise self._unclosed(int(quotes[-1]))
            if self._stop - self._start > LONGEST_LINE:
                raise self._too_long(quotes)
            if self._stop - self._start >= size:
                size = 4 * (self._stop - self._start)
                if size >= LONGEST_LINE:  # straight to the limit: each step copies the last
                    size = LONGEST_LINE + 1
            self._fill(size)

    def _fill(self, size: int) -> None:
        """Read until ``size`` bytes wait, the stream ends, or a live one has given some lines."""
        waiting = self._stop - self._start
        if self._ended or waiting >= size:
            return
        kept = self.text[self._start : self._stop]
        if len(self.buffer) < size + 2 * PAD + 1:
            self._allocate(size)
        self.text[PAD : PAD + waiting] = kept
        del kept  # it holds the smaller buffer
        self._start, self._stop = PAD, PAD + waiting
        with memoryview(self.buffer) as view:
            while self._stop < PAD + size:
                began = monotonic()
                count = self._stream.readinto(view[self._stop : PAD + max(size, self._size)])
                if not count:
                    self._ended = True
                    return
                self._stop += count
                live = count < _TRICKLE or monotonic() - began > _PAUSE
                if live and self.buffer.rfind(b"\n", self._start, self._stop) >= 0:
                    return

    def _first_end(self, quotes: Array, stop: int) -> int:
        """Past the first line break outside quotes; 0 where there is none."""
        at = self._start
        for opening, closing in zip(quotes[::2].tolist(), quotes[1::2].tolist(), strict=False):
            end = self.buffer.find(b"\n", at, opening) + 1
            if end:
                return end
            at = closing
        last = int(quotes[-1]) if quotes.size % 2 else stop
        return self.buffer.find(b"\n", at, last) + 1

    def _last_end(self, quotes: Array, stop: int) -> int:
        """Past the last line break outside quotes; 0 where there is none."""
        for pair in range(quotes.size // 2, -1, -1):
            after = int(quotes[2 * pair - 1]) if pair else self._start
            before = int(quotes[2 * pair]) if 2 * pair < quotes.size else stop
            end = self.buffer.rfind(b"\n", after, before) + 1
            if end:
                return end
        return 0

    def _quotes(self, separators: bytes, stop: int) -> Array:
        """The quotes before ``stop`` that open and close cells, as Python's ``csv`` takes them."""
        if self.buffer.find(b'"', self._start, stop) < 0:
            return np.zeros(0, np.intp)
        spans = range(self._start, stop, _SCAN)
        found = [np.flatnonzero(self.text[at : min(stop, at + _SCAN)] == _QUOTE) for at in spans]
        quotes = np.concatenate([part + at for part, at in zip(found, spans, strict=True)])
        before = np.zeros(256, bool)
        before[list(separators + b'\n"')] = True
        after = before.copy()
        after[13] = True
        opens = before.take(self.text.take(quotes[::2] - 1))
        opens[:1] |= quotes[0] == self._start
        closes = after.take(self.text.take(quotes[1::2] + 1))
        if opens.all() and closes.all():
            return quotes
        self._odd_quotes = True
        return np.array(self._structural(quotes.tolist(), separators + b"\n"), np.intp)

    def _structural(self, quotes: list[int], separators: bytes) -> list[int]:
        """The same one by one, for text where quotes also stand inside of unquoted cells."""
        kept: list[int] = []
        doubled = -1
        for at in quotes:
            if at == doubled:
                continue
            if len(kept) % 2:
                if self.buffer[at + 1] == _QUOTE:
                    doubled = at + 1
                    continue
                kept.append(at)
            elif at == self._start or self.buffer[at - 1] in separators:
                kept.append(at)
        return kept

    def _unclosed(self, quote: int) -> InputError:
        line = self.lines_before + self.buffer.count(b"\n", self._start, quote) + 1
        hint = "close it, or double a quote that is part of the text"
        return InputError("a quote is never closed", source=self.source, line=line, hint=hint)

    def _too_long(self, quotes: Array) -> InputError:
        hint = "is a quote left open?" if quotes.size % 2 else "is this delimited text?"
        problem = f"is longer than {LONGEST_LINE >> 20} MiB"
        return InputError(problem, source=self.source, line=self.lines_before + 1, hint=hint)
