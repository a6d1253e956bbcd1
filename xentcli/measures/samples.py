"""Rows: the losses of single samples, for tables, machine formats and derivatives."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from xentcli.blocks.block import Block
from xentcli.blocks.places import Extent, Places
from xentcli.blocks.text_column import TextColumn
from xentcli.job import Job
from xentcli.losses import Losses, beside

Array = np.ndarray[Any, np.dtype[Any]]

SOFT: Final = -(1 << 62)
IGNORED: Final = SOFT - 1
"""The class number of an ignored sample."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Losses of some samples: their numbers (from 0), classes and losses ``[m]`` or ``[m, k]``.

    ``classes`` are class numbers as the user counts them, SOFT or IGNORED; None for binary
    cross-entropy. ``means`` are the samples' losses ``[m]``: the mean of the outputs that count.
    ``gradient``, the scores' shape, is the derivative of each weighted loss by the logits, before
    the mean. ``ids`` are the texts ``[m]`` of each column that names samples, and ``places`` their
    files and lines (None: not requested, or no files).
    """

    numbers: Array
    losses: Array
    means: Array
    classes: Array | None = None
    gradient: Array | None = None
    ids: tuple[Array, ...] = ()
    places: Places | None = None

    def __len__(self) -> int:
        return len(self.numbers)

    def take(self, piece: slice | Array) -> "Rows":
        """A copy of some of the samples."""
        return Rows(
            self.numbers[piece].copy(),
            self.losses[piece].copy(),
            self.means[piece].copy(),
            None if self.classes is None else self.classes[piece].copy(),
            None if self.gradient is None else self.gradient[piece].copy(),
            tuple(column[piece].copy() for column in self.ids),
            None if self.places is None else self.places.take(piece),
        )

    def then(self, other: "Rows", *, first: int = 0, last: int = 0) -> "Rows":
        """The ``first`` or ``last`` samples of both; this object if it already has them."""
        if len(self) >= first > 0 or not len(other):
            return self
        if len(other) >= last > 0 or not len(self):
            return other
        both = Rows.joined((self, other))
        return both.take(slice(first) if first else slice(max(0, len(both) - last), None))

    def after(self, before: Extent, lead: int) -> "Rows":
        """The samples renumbered to follow the rows of ``before``.

        The first ``lead`` rows of this piece continue the last file of ``before``.
        """
        places = self.places and self.places.after(before, self.numbers < lead)
        return replace(self, numbers=self.numbers + before.rows, places=places)

    @classmethod
    def joined(cls, pieces: Sequence["Rows"]) -> "Rows":
        """The concatenated samples."""
        placed = [piece.places for piece in pieces if piece.places is not None]
        return cls(
            np.concatenate([piece.numbers for piece in pieces]),
            np.concatenate([piece.losses for piece in pieces]),
            np.concatenate([piece.means for piece in pieces]),
            _all_of([piece.classes for piece in pieces]),
            _all_of([piece.gradient for piece in pieces]),
            tuple(map(np.concatenate, zip(*(piece.ids for piece in pieces), strict=True))),
            Places.joined(placed) if placed else None,
        )


def _all_of(pieces: Sequence[Array | None]) -> Array | None:
    present = [piece for piece in pieces if piece is not None]
    return np.concatenate(present) if present else None


def rows_of(job: Job, block: Block, found: Losses, piece: slice | Array) -> Rows:
    """Some samples of a block with their numbers, classes, texts and places."""
    numbers = _numbers(block, piece, len(found.values))
    losses = found.shown(found.values[piece].astype(np.float64))
    weights = None if found.weights is None else beside(losses, found.weights[piece])
    valid = None if found.valid is None else beside(losses, found.valid[piece])
    if job.variant.settings.reduction == "none" and weights is not None:
        losses = times(losses, weights)
    if valid is not None:
        losses = times(losses, valid)
    return Rows(
        numbers,
        losses,
        sample_means(losses, valid),
        _classes(block, piece, valid),
        _gradient(found, piece, weights, valid),
        tuple(_objects(column.take(piece)) for column in block.ids),
        _places(job, block, numbers),
    )


def _numbers(block: Block, piece: slice | Array, samples: int) -> Array:
    if block.kept is not None:
        return block.kept[piece]
    return np.arange(*piece.indices(samples)) if isinstance(piece, slice) else piece


def _classes(block: Block, piece: slice | Array, valid: Array | None) -> Array | None:
    """Class numbers as the user counts them."""
    if block.layout.loss != "ce":
        return None
    labels = block.labels[piece]
    classes = labels if labels.ndim == 1 else _one_hot_classes(labels)
    if block.layout.label_base:
        classes = np.where(classes == SOFT, SOFT, classes + block.layout.label_base)
    return classes if valid is None else np.where(valid, classes, IGNORED)


def _gradient(
    found: Losses, piece: slice | Array, weights: Array | None, valid: Array | None
) -> Array | None:
    if found.gradient is None:
        return None
    gradient = found.shown(found.gradient[piece].astype(np.float64))
    for factor in (weights, valid):
        if factor is not None:
            gradient = times(gradient, beside(gradient, factor))
    return gradient


def _objects(column: TextColumn) -> Array:
    texts = np.empty(column.size, object)
    texts[:] = column.texts()
    return texts


def _places(job: Job, block: Block, numbers: Array) -> Places | None:
    """The places of samples: of all if files are pooled, else only of the few that tables show."""
    if block.origin is None or (job.keep.every_row and not job.keep.pooled):
        return None
    return Places.of(block.origin, block.layout.source, numbers)


def times(values: Array, factors: Array) -> Array:
    """``values`` times ``factors``; a factor of 0 gives 0, even for inf and NaN."""
    with np.errstate(invalid="ignore"):
        return np.where(factors == 0, 0.0, values * factors)


def _one_hot_classes(labels: Array) -> Array:
    """Class numbers of one-hot rows, SOFT for any other row."""
    hot = labels == 1
    plain = (np.count_nonzero(labels, axis=1) == 1) & hot.any(axis=1)
    return np.where(plain, np.argmax(hot, axis=1), SOFT)


def sample_means(losses: Array, valid: Array | None = None) -> Array:
    """The samples' losses ``[m]``: the mean over several outputs, also if their sum overflows.

    Outputs that are not ``valid`` do not count; without a valid output the mean is 0.
    """
    if losses.ndim == 1:
        return losses
    counts = np.full(len(losses), losses.shape[1])
    if valid is not None and valid.shape == losses.shape:
        counts = np.maximum(1, np.count_nonzero(valid, axis=1))
        losses = np.where(valid, losses, 0.0)
    with np.errstate(over="ignore", invalid="ignore"):
        means: Array = losses.sum(axis=1) / counts
        over = np.isinf(means) & np.isfinite(losses).all(axis=1)
        if over.any():
            means[over] = (losses[over] / counts[over, np.newaxis]).sum(axis=1)
    return means
