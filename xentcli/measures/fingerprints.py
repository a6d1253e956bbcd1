"""Fingerprints of files: shards with the same labels and other scores are outputs of two models.

They are pooled like any shards, so somebody who means to compare models gets one number of both.
A file is known by its first rows, of each block only a few cells, so that this costs nothing. Files
whose rows stand in another order are not recognised: counts of labels are alike in any balanced
data, and nothing else is known of what rows have in common.
"""

from itertools import combinations
from typing import Any, Final, NamedTuple

import numpy as np

from xentcli.blocks.block import Block
from xentcli.remarks import TWO_MODELS, Remark

Array = np.ndarray[Any, np.dtype[Any]]

ROWS: Final = 256
"""Rows of a file that are looked at."""

CELLS: Final = 1 << 12
"""Cells of a block that are looked at: whole rows, or the first cells of one."""

FILES: Final = 64
"""Files that are kept: the first ones, for memory has to stay bounded."""

_FACTOR: Final = 0x9E37_79B9_7F4A_7C15  # 2^64 by the golden ratio, as Knuth hashes


class Fingerprint(NamedTuple):
    """One file: its ``rows``, and hashes ``[m]`` of labels and of scores of the first of them.

    ``whole``: no row was left out so far, so the next block goes on with it.
    """

    source: str
    rows: int
    labels: Array
    scores: Array
    whole: bool

    @classmethod
    def of(cls, block: Block) -> "Fingerprint":
        """Of the file that ``block`` is of, as far as the block goes."""
        count = len(block.scores)
        width = max(1, block.scores.size // max(1, count))
        rows = min(count, ROWS, max(1, CELLS // width))
        labels, scores = (_hashes(own[:rows]) for own in (block.labels, block.scores))
        return cls(block.layout.source, block.rows, labels, scores, rows == count)

    def followed(self, other: "Fingerprint") -> "Fingerprint":
        """Both together, ``other`` being of the same file's next rows."""
        joined = self._replace(rows=self.rows + other.rows)
        if not self.whole or len(self.labels) >= ROWS:
            return joined
        pairs = ((self.labels, other.labels), (self.scores, other.scores))
        labels, scores = (np.concatenate(pair)[:ROWS] for pair in pairs)
        return joined._replace(labels=labels, scores=scores, whole=other.whole)

    def same_labels(self, other: "Fingerprint") -> bool:
        """Whether both have as many rows, and the same labels row by row, which are not all one."""
        count = min(len(self.labels), len(other.labels))
        mine, theirs = self.labels[:count], other.labels[:count]
        alike = self.rows == other.rows and bool((mine == theirs).all())
        return alike and bool((mine != mine[:1]).any())

    def same_scores(self, other: "Fingerprint") -> bool:
        """Whether both have the same scores row by row."""
        count = min(len(self.scores), len(other.scores))
        return bool((self.scores[:count] == other.scores[:count]).all())


class Fingerprints(NamedTuple):
    """Those of the first files of an input, in order; merging two is associative."""

    files: tuple[Fingerprint, ...] = ()

    @classmethod
    def of(cls, block: Block) -> "Fingerprints":
        """That of the file of one block."""
        return cls((Fingerprint.of(block),))

    def merged(self, other: "Fingerprints") -> "Fingerprints":
        """Both together, ``other`` coming after this one; blocks of one file become one."""
        mine, theirs = self.files, other.files
        if mine and theirs and mine[-1].source == theirs[0].source:
            mine, theirs = (*mine[:-1], mine[-1].followed(theirs[0])), theirs[1:]
        return Fingerprints((*mine, *theirs)[:FILES])

    def remarks(self) -> list[Remark]:
        """What to say of the first two files that have the same labels."""
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
    """One number for each row that equal rows share."""
    cells = rows if rows.ndim == 1 else rows[:, :CELLS]
    bits = (np.ascontiguousarray(cells, np.float64) + 0.0).view(np.uint64)
    if bits.ndim > 1:
        factors = np.arange(1, 2 * bits.shape[1], 2).astype(np.uint64) * np.uint64(_FACTOR)
        bits = ((bits ^ (bits >> np.uint64(29))) * factors).sum(axis=1)
    return ((bits * np.uint64(_FACTOR)) >> np.uint64(32)).astype(np.uint32)
