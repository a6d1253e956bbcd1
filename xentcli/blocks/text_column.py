"""Text cells that name rows or groups, kept as bytes until they are needed."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

SPARE: Final = 8
"""Arbitrary bytes after the text, since 8-byte words are loaded across its end."""

_WIDEST: Final = 64  # longer cells are compared one by one
_MASKS: Final = np.array([(1 << 8 * count) - 1 for count in range(9)], np.uint64)
_FACTOR: Final = 0x9E37_79B9_7F4A_7C15  # 2^64 / golden ratio: Knuth's multiplicative hashing
_BUCKET_BITS: Final = 16
_ROUNDS: Final = 12
_ERRORS: Final = "surrogatepass"  # JSON can contain lone surrogates


class TextColumn(NamedTuple):
    """Texts ``[m]``, each the UTF-8 in ``raw[start:end]``, uint8 with ``SPARE`` bytes more.

    ``nul``: the text may contain a NUL.
    """

    raw: Array
    starts: Array
    ends: Array
    nul: bool = False

    @classmethod
    def of(cls, texts: Sequence[str], numbers: Array | None = None) -> "TextColumn":
        """A column of ``texts``, or of those at the positions ``numbers``.

        >>> TextColumn.of(["cat", "dog"], np.array([1, 0, 1])).texts()
        ['dog', 'cat', 'dog']
        """
        cells = [text.encode(errors=_ERRORS) for text in texts]
        joined = b"".join(cells)
        raw = np.frombuffer(joined + bytes(SPARE), np.uint8)
        lengths = np.fromiter(map(len, cells), np.int64, len(cells))
        ends = np.cumsum(lengths)
        whole = cls(raw, ends - lengths, ends, b"\0" in joined)
        return whole if numbers is None else whole.take(numbers)

    @property
    def size(self) -> int:
        """The number of texts; ``len`` is that of the tuple."""
        return len(self.starts)

    def take(self, rows: slice | Array) -> "TextColumn":
        """The given rows only."""
        return self._replace(starts=self.starts[rows], ends=self.ends[rows])

    @classmethod
    def joined(cls, pieces: "Sequence[TextColumn]") -> "TextColumn":
        """The concatenated columns.

        >>> TextColumn.joined([TextColumn.of(["cat"]), TextColumn.of(["dog", ""])]).texts()
        ['cat', 'dog', '']
        """
        shifts = np.cumsum([0, *(len(own.raw) for own in pieces[:-1])]).tolist()
        shifted = list(zip(pieces, shifts, strict=True))
        return cls(
            raw=np.concatenate([own.raw for own in pieces]),
            starts=np.concatenate([own.starts + shift for own, shift in shifted]),
            ends=np.concatenate([own.ends + shift for own, shift in shifted]),
            nul=any(own.nul for own in pieces),
        )

    def same(self, other: "TextColumn") -> bool:
        """Whether both columns have the same texts in the same order.

        >>> TextColumn.of(["a", "bc"]).same(TextColumn.of(["a", "bd"]))
        False
        """
        lengths = self.ends - self.starts
        if not np.array_equal(lengths, other.ends - other.starts):
            return False
        words = range(0, int(lengths.max(initial=0)), 8)
        pairs = ((self._words(lengths, at), other._words(lengths, at)) for at in words)
        return all(bool((mine == theirs).all()) for mine, theirs in pairs)

    def texts(self) -> list[str]:
        """The texts as strings."""
        return [str(cell, errors=_ERRORS) for cell in self._cells()]

    def coded(self) -> tuple[list[str], Array]:
        """The distinct texts in order of appearance, and the index of each cell's text among them.

        >>> names, codes = TextColumn.of(["b", "a", "b"]).coded()
        >>> names, codes.tolist()
        (['b', 'a'], [0, 1, 0])
        """
        lengths = self.ends - self.starts
        widest = int(lengths.max(initial=0))
        if widest > _WIDEST or self.nul:  # a NUL would look like padding
            return self._coded_singly()
        firsts = _firsts([self._words(lengths, at) for at in range(0, widest or 1, 8)])
        if firsts is None:
            return self._coded_singly()
        new = firsts == np.arange(len(firsts))
        codes = (np.cumsum(new) - 1)[firsts]
        return self.take(np.flatnonzero(new)).texts(), codes

    def _cells(self) -> Iterator[memoryview]:
        raw = self.raw.data
        for start, end in zip(self.starts.tolist(), self.ends.tolist(), strict=True):
            yield raw[start:end]

    def _coded_singly(self) -> tuple[list[str], Array]:
        known: dict[bytes, int] = {}
        numbers = [known.setdefault(bytes(cell), len(known)) for cell in self._cells()]
        return [cell.decode(errors=_ERRORS) for cell in known], np.array(numbers, np.int64)

    def _words(self, lengths: Array, at: int) -> Array:
        """Eight bytes of each cell from ``at`` on, padded with zeros after its end."""
        windows: Array = np.ndarray((len(self.raw) - 7,), "V8", self.raw, strides=(1,))
        starts = np.minimum(self.starts + at, len(self.raw) - 8)
        words: Array = windows[starts].view("<u8")
        words &= _MASKS[np.clip(lengths - at, 0, 8)]
        return words


def _firsts(words: list[Array]) -> Array | None:
    """For each row the first row with the same ``words``; None if that takes too long.

    Rows are hashed into buckets, and rows equal to the first of their bucket are settled.
    """
    firsts = np.empty(len(words[0]), np.int64)
    buckets = np.empty(1 << _BUCKET_BITS, np.int64)
    rows: Array = np.arange(len(firsts))
    factor = _FACTOR
    for _ in range(_ROUNDS):
        hashed = np.zeros(len(rows), np.uint64)
        for word in words:
            hashed = (hashed ^ word) * np.uint64(factor)
            hashed ^= hashed >> np.uint64(32)
        at = ((hashed * np.uint64(factor)) >> np.uint64(64 - _BUCKET_BITS)).astype(np.intp)
        buckets[at[::-1]] = np.arange(len(rows) - 1, -1, -1)  # the last write wins
        first = buckets[at]
        same = np.logical_and.reduce([word[first] == word for word in words])
        if same.all():
            firsts[rows] = rows[first]
            return firsts
        firsts[rows[same]] = rows[first[same]]
        rows, words = rows[~same], [word[~same] for word in words]
        factor = factor * _FACTOR & (1 << 64) - 1
    return None
