"""Tally: what is known of the samples read so far; merging two is exact and associative."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from xentcli.errors import ShapeError
from xentcli.evidence import Evidence
from xentcli.job import Block, Job, Layout
from xentcli.kernels import ExactSum

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Losses of some samples: their numbers (from 0), classes and losses ``[m]`` or ``[m, k]``.

    ``classes`` are class numbers, -1 for a soft label, None for binary cross-entropy.
    """

    numbers: Array
    losses: Array
    classes: Array | None = None

    def __len__(self) -> int:
        return len(self.numbers)

    def take(self, piece: slice) -> "Rows":
        """Some of them, in memory of their own."""
        classes = None if self.classes is None else self.classes[piece].copy()
        return Rows(self.numbers[piece].copy(), self.losses[piece].copy(), classes)

    def after(self, rows: int) -> "Rows":
        """The same samples when ``rows`` rows stand before them."""
        return replace(self, numbers=self.numbers + rows)

    @classmethod
    def joined(cls, pieces: Sequence["Rows"]) -> "Rows":
        """All of them, one after the other."""
        classes = [piece.classes for piece in pieces if piece.classes is not None]
        return cls(
            np.concatenate([piece.numbers for piece in pieces]),
            np.concatenate([piece.losses for piece in pieces]),
            np.concatenate(classes) if classes else None,
        )


class Tally(NamedTuple):
    """A mergeable summary. All sums are exact; counts are of samples unless they say elements.

    ``total`` is Σ w·l over elements and ``weight`` Σ w over samples; ``squares`` are Σ h and
    Σ h² over the samples' losses rounded to 26 bits, for the standard error.
    """

    layout: Layout
    rows: int
    samples: int
    elements: int
    total: ExactSum
    weight: ExactSum
    weighted: bool
    ignored: int
    nonfinite: int
    first_nonfinite: int | None
    minimum: float
    maximum: float
    squares: tuple[ExactSum, ExactSum]
    evidence: Evidence
    head: Rows
    tail: Rows
    notes: tuple[str, ...] = ()

    @property
    def missing(self) -> int:
        """Rows left out because a value was missing."""
        return self.rows - self.samples

    @classmethod
    def of(cls, job: Job, block: Block, losses: Array) -> "Tally":
        """The summary of one block."""
        counted, weights = losses, block.weights
        if weights is not None and not weights.all():
            used = weights != 0
            counted, weights = losses[used], weights[used]
        minimum = float(counted.min(initial=np.inf))
        maximum = float(counted.max(initial=-np.inf))
        nonfinite, first = 0, None
        if not (np.isfinite(minimum) and np.isfinite(maximum)) and counted.size:
            nonfinite = counted.size - int(np.count_nonzero(np.isfinite(counted)))
            first = _first_nonfinite(block, losses)
        short = _short(sample_means(counted))
        kept = len(losses)
        return cls(
            layout=block.layout,
            rows=block.rows,
            samples=kept,
            elements=losses.size,
            total=ExactSum.of(counted) if weights is None else ExactSum.of(counted, weights),
            weight=ExactSum.count(kept) if weights is None else ExactSum.of(weights),
            weighted=weights is not None,
            ignored=kept - len(counted),
            nonfinite=nonfinite,
            first_nonfinite=first,
            minimum=minimum,
            maximum=maximum,
            squares=(ExactSum.of(short), ExactSum.of(_squares(short))),
            evidence=Evidence.of(job, block),
            head=rows_of(job, block, losses, slice(job.head)),
            tail=rows_of(job, block, losses, slice(max(0, kept - job.tail), kept)),
            notes=(block.layout.note,) if block.layout.note else (),
        )

    def merged(self, other: "Tally", job: Job) -> "Tally":
        """Both together, ``other`` coming after this one; ShapeError where they do not fit."""
        _refuse_unlike(self.layout, other.layout)
        first = self.first_nonfinite
        if first is None and other.first_nonfinite is not None:
            first = self.rows + other.first_nonfinite
        head = Rows.joined((self.head, other.head.after(self.rows)))
        tail = Rows.joined((self.tail, other.tail.after(self.rows)))
        return Tally(
            layout=self.layout,
            rows=self.rows + other.rows,
            samples=self.samples + other.samples,
            elements=self.elements + other.elements,
            total=self.total + other.total,
            weight=self.weight + other.weight,
            weighted=self.weighted,
            ignored=self.ignored + other.ignored,
            nonfinite=self.nonfinite + other.nonfinite,
            first_nonfinite=first,
            minimum=float(np.minimum(self.minimum, other.minimum)),
            maximum=float(np.maximum(self.maximum, other.maximum)),
            squares=(self.squares[0] + other.squares[0], self.squares[1] + other.squares[1]),
            evidence=self.evidence.merged(other.evidence, self.rows),
            head=head.take(slice(job.head)),
            tail=tail.take(slice(max(0, len(tail) - job.tail), None)),
            notes=tuple(dict.fromkeys((*self.notes, *other.notes))),
        )


def rows_of(job: Job, block: Block, losses: Array, piece: slice) -> Rows:
    """Some samples of a block with their numbers and classes."""
    start, stop, _ = piece.indices(len(losses))
    numbers = np.arange(start, stop) if block.kept is None else block.kept[start:stop]
    classes = None
    if job.loss == "ce":
        labels = block.labels[start:stop]
        classes = labels if labels.ndim == 1 else _one_hot_classes(labels)
    return Rows(numbers, losses[start:stop].copy(), classes)


def _one_hot_classes(labels: Array) -> Array:
    """Class numbers of one-hot rows, -1 for any other row."""
    hot = labels == 1
    plain = (np.count_nonzero(labels, axis=1) == 1) & hot.any(axis=1)
    return np.where(plain, np.argmax(hot, axis=1), -1)


def sample_means(losses: Array) -> Array:
    """A sample's loss, ``[m]``: for several outputs their mean, also where their sum overflows."""
    if losses.ndim == 1:
        return losses
    with np.errstate(over="ignore", invalid="ignore"):
        means: Array = losses.mean(axis=1)
        over = np.isinf(means) & np.isfinite(losses).all(axis=1)
        if over.any():
            means[over] = (losses[over] / losses.shape[1]).sum(axis=1)
    return means


def _short(values: Array) -> Array:
    """``values`` rounded to 26 bits, whose squares are exact (Dekker 1971); NaN near overflow."""
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = values * 134217729.0  # 2^27 + 1
        short: Array = scaled - (scaled - values)
    return short


def _squares(short: Array) -> Array:
    with np.errstate(over="ignore", under="ignore"):
        return short * short


def _first_nonfinite(block: Block, losses: Array) -> int | None:
    finite = np.isfinite(losses)
    bad = ~(finite if losses.ndim == 1 else np.asarray(finite.all(axis=1)))
    if block.weights is not None:
        bad &= block.weights != 0
    index = int(np.argmax(bad))
    return index if block.kept is None else int(block.kept[index])


def _refuse_unlike(first: Layout, other: Layout) -> None:
    if first.scale != other.scale:
        problem = f"{other.source} has {other.scale}, {first.source} has {first.scale}"
        raise ShapeError(problem, hint="say --logits or --probs")
    if first.outputs != other.outputs:
        problem = f"{other.source} has scores {_axes(other)}, {first.source} has {_axes(first)}"
        raise ShapeError(problem)
    if len(first.names) > 1 and other.names and first.names != other.names:
        problem = f"{other.source} has scores {_listed(other.names)}, "
        problem += f"{first.source} has {_listed(first.names)}"
        raise ShapeError(problem, hint=f"name them in one order: --{first.scale} NAME,NAME,...")
    if None not in (first.headed, other.headed) and first.headed != other.headed:
        with_header, without = (first, other) if first.headed else (other, first)
        problem = f"{with_header.source} has a header and {without.source} has none"
        raise ShapeError(problem, hint="shards must be alike; see --header and --no-header")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names if len(names) <= 4 else [*names[:3], "..."])


def _axes(layout: Layout) -> str:
    return "[n]" if layout.outputs is None else f"[n, {layout.outputs}]"
