"""Fingerprints of files: shards with the same labels and other scores are outputs of two models.

They are pooled like any shards, so a user who wants to compare models gets one number for both.
A file is recognised by its first rows, and a few cells of each block, so that this takes no time.
Files with their rows in another order are not recognised: equal label counts prove nothing.
"""

from itertools import combinations
from typing import Any, Final, NamedTuple

import numpy as np

from xentcli.blocks.block import Block
from xentcli.remarks import TWO_MODELS, Remark

Array = np.ndarray[Any, np.dtype[Any]]

ROWS: Final = 256
"""Rows of a file that are hashed."""

CELLS: Final = 1 << 12
"""Cells of a block that are hashed: whole rows, or the first cells of one row."""

FILES: Final = 64
"""Files that are kept, from the first on, so that memory stays bounded."""

_FACTOR: Final = 0x9E37_79B9_7F4A_7C15  # 2^64 / golden ratio: Knuth's multiplicative hashing


class Fingerprint(NamedTuple):
    """One file: its number of ``rows``, and hashes ``[m]`` of the labels and scores of the first.

    ``whole``: all rows so far were hashed, so the next block may continue the hashes.
    """

    source: str
    rows: int
    labels: Array
    scores: Array
    whole: bool

    @classmethod
    def of(cls, block: Block) -> "Fingerprint":
        """The fingerprint of one block of a file."""
        count = len(block.scores)
        width = max(1, block.scores.size // max(1, count))
        rows = min(count, ROWS, max(1, CELLS // width))
        labels, scores = (_hashes(own[:rows]) for own in (block.labels, block.scores))
        return cls(block.layout.source, block.rows, labels, scores, rows == count)

    def followed(self, other: "Fingerprint") -> "Fingerprint":
        """The fingerprint of both, with ``other`` of the next rows of the same file."""
        joined = self._replace(rows=self.rows + other.rows)
        if not self.whole or len(self.labels) >= ROWS:
            return joined
        pairs = ((self.labels, other.labels), (self.scores, other.scores))
        labels, scores = (np.concatenate(pair)[:ROWS] for pair in pairs)
        return joined._replace(labels=labels, scores=scores, whole=other.whole)

    def same_labels(self, other: "Fingerprint") -> bool:
        """Whether both have equally many rows and the same labels, which are not all equal."""
        count = min(len(self.labels), len(other.labels))
        mine, theirs = self.labels[:count], other.labels[:count]
        alike = self.rows == other.rows and bool((mine == theirs).all())
        return alike and bool((mine != mine[:1]).any())

    def same_scores(self, other: "Fingerprint") -> bool:
        """Whether both have the same scores row by row."""
        count = min(len(self.scores), len(other.scores))
        return bool((self.scores[:count] == other.scores[:count]).all())


class Fingerprints(NamedTuple):
    """The fingerprints of the first files of an input, in order; merging is associative."""

    files: tuple[Fingerprint, ...] = ()

    @classmethod
    def of(cls, block: Block) -> "Fingerprints":
        """The fingerprint of one block's file."""
        return cls((Fingerprint.of(block),))

    def merged(self, other: "Fingerprints") -> "Fingerprints":
        """The fingerprints of both, ``other`` after this one; blocks of one file are joined."""
        mine, theirs = self.files, other.files
        if mine and theirs and mine[-1].source == theirs[0].source:
            mine, theirs = (*mine[:-1], mine[-1].followed(theirs[0])), theirs[1:]
        return Fingerprints((*mine, *theirs)[:FILES])

    def remarks(self) -> list[Remark]:
        """The remark on the first two files that have the same labels, if any."""
        for one, other in combinations(self.files, 2):
            if one.same_labels(other):
                text = f"{one.source} and {other.source} have the same labels row by row and "
                if one.same_scores(other):
                    text += "the same scores: are they one file twice?"
                else:
                    text += "other scores: two models? they count as one data set, so run xent "
                    text += "on each alone for its loss"
                return [Remark(TWO_MODELS, text)]
        return []


def _hashes(rows: Array) -> Array:
    """A hash of each row; equal rows have equal hashes."""
    cells = rows if rows.ndim == 1 else rows[:, :CELLS]
    bits = (np.ascontiguousarray(cells, np.float64) + 0.0).view(np.uint64)
    if bits.ndim > 1:
        factors = np.arange(1, 2 * bits.shape[1], 2).astype(np.uint64) * np.uint64(_FACTOR)
        bits = ((bits ^ (bits >> np.uint64(29))) * factors).sum(axis=1)
    return ((bits * np.uint64(_FACTOR)) >> np.uint64(32)).astype(np.uint32)
