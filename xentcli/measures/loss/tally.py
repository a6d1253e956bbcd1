"""Tally: the summary of the samples read so far; merging is exact and associative."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import numpy as np

from xentcli.blocks.block import Block
from xentcli.blocks.layout import Layout
from xentcli.blocks.places import Extent
from xentcli.conventions import Rule
from xentcli.job import Job
from xentcli.kernels import ExactSum
from xentcli.kernels.cpu import simd
from xentcli.kernels.moments import moments
from xentcli.losses import Losses, beside, losses
from xentcli.measures.class_sums import ClassSums
from xentcli.measures.entropy_floor import Floors
from xentcli.measures.groups import Groups, refuse_many
from xentcli.measures.label_frequencies import Frequencies
from xentcli.measures.layouts import together
from xentcli.measures.samples import Rows, rows_of, sample_means
from xentcli.measures.sanity import Evidence
from xentcli.measures.sums import Sums, counting
from xentcli.measures.worst import Worst
from xentcli.remarks import Remark

Array = np.ndarray[Any, np.dtype[Any]]
Squares = tuple[ExactSum, ExactSum]
T = TypeVar("T")


class Tally(NamedTuple):
    """A mergeable summary. All sums are exact; counts are of samples unless named losses.

    Means are computed from ``sums``; ``squares`` are Σ l and Σ l² over the samples' losses, for
    the standard error. ``ignored`` counts samples of weight 0, masked, or with an ignored label,
    or single elements if weights or labels leave those out. ``gaps`` is the number of single
    missing labels. ``rule`` is the rule of the losses. ``worst``, ``groups`` and ``classes`` are
    None if not requested. ``loops`` are the values of :func:`xentcli.kernels.cpu.simd` on the
    machines that computed it.
    """

    layout: Layout
    rule: Rule
    indexed: bool
    extent: Extent
    samples: int
    sums: Sums
    frequencies: Frequencies
    floors: Floors | None
    weighted: bool
    ignored: int
    gaps: int
    nonfinite: int
    first_nonfinite: int | None
    minimum: float
    maximum: float
    squares: Squares | None
    evidence: Evidence
    head: Rows
    tail: Rows
    remarks: tuple[Remark, ...] = ()
    worst: Worst | None = None
    groups: Groups | None = None
    classes: ClassSums | None = None
    loops: frozenset[str] = frozenset()

    @property
    def rows(self) -> int:
        """The number of rows read."""
        return self.extent.rows

    @property
    def missing(self) -> int:
        """Rows left out because a value was missing."""
        return self.rows - self.samples

    def located(self, job: Job) -> tuple[str, ...]:
        """The columns of samples' places, if several files are read as one."""
        if not job.keep.pooled:
            return ()
        return ("file", "line" if self.extent.file_lines else "row")

    @classmethod
    def of(cls, job: Job, block: Block, found: Losses) -> "Tally":
        """The summary of one block."""
        used = None
        if found.weights is not None or found.valid is not None:
            used = counting(found) != 0
        counted = found.shown(found.values)
        if used is not None and not used.all():
            counted = counted[used]
        minimum = float(counted.min(initial=np.inf))
        maximum = float(counted.max(initial=-np.inf))
        nonfinite, first = 0, None
        if not (np.isfinite(minimum) and np.isfinite(maximum)) and counted.size:
            nonfinite = counted.size - int(np.count_nonzero(np.isfinite(counted)))
            first = _first_nonfinite(block, found.values, used)
        kept = len(found.values)
        frequencies = Frequencies.of(block)
        weighted = found.weights is not None or found.shares is not None
        squares = None if weighted else _squares(found, used, counted, (minimum, maximum))
        total = squares[0] if squares and counted.ndim == 1 and not found.power else None
        return cls(
            layout=block.layout,
            rule=found.rule,
            indexed=block.indexed,
            extent=_extent(block),
            samples=kept,
            sums=Sums.of(found, total),
            frequencies=frequencies,
            floors=Floors.of(job, block, found, hard=not frequencies.fine),
            weighted=weighted,
            ignored=0 if used is None else used.size - int(np.count_nonzero(used)),
            gaps=block.gaps,
            nonfinite=nonfinite,
            first_nonfinite=first,
            minimum=minimum,
            maximum=maximum,
            squares=squares,
            evidence=Evidence.of(job, block),
            head=rows_of(job, block, found, slice(job.keep.head)),
            tail=rows_of(job, block, found, slice(max(0, kept - job.keep.tail), kept)),
            remarks=block.layout.remarks,
            worst=Worst.of(job, block, found, used) if job.keep.worst else None,
            groups=Groups.of(block, found) if block.groups else None,
            classes=ClassSums.of(job, block, found) if job.variant.per_class else None,
            loops=frozenset((simd(),)),
        )

    def merged(self, other: "Tally", job: Job) -> "Tally":
        """Both together, ``other`` coming after this one; ShapeError where they do not fit."""
        layout = together(self.layout, other.layout)
        behind = self.extent, other.extent.lead
        first = self.first_nonfinite
        if first is None and other.first_nonfinite is not None:
            first = self.rows + other.first_nonfinite
        groups = _both(self.groups, other.groups, Groups.merged)
        if groups is not None:
            refuse_many(groups.places, other.layout)
        return self._replace(
            layout=layout,
            extent=self.extent + other.extent,
            samples=self.samples + other.samples,
            sums=self.sums + other.sums,
            frequencies=self.frequencies + other.frequencies,
            floors=_both(self.floors, other.floors, Floors.__add__),
            weighted=self.weighted or other.weighted,
            ignored=self.ignored + other.ignored,
            gaps=self.gaps + other.gaps,
            nonfinite=self.nonfinite + other.nonfinite,
            first_nonfinite=first,
            minimum=float(np.minimum(self.minimum, other.minimum)),
            maximum=float(np.maximum(self.maximum, other.maximum)),
            squares=_both(self.squares, other.squares, _added),
            evidence=self.evidence.merged(other.evidence, self.rows),
            head=self.head.then(other.head.after(*behind), first=job.keep.head),
            tail=self.tail.then(other.tail.after(*behind), last=job.keep.tail),
            remarks=tuple(dict.fromkeys((*self.remarks, *other.remarks))),
            worst=_both(
                self.worst,
                other.worst,
                lambda mine, theirs: mine.merged(theirs.after(*behind), job.keep.worst),
            ),
            groups=groups,
            classes=_both(self.classes, other.classes, ClassSums.merged),
            loops=self.loops | other.loops,
        )


def _both(mine: T | None, theirs: T | None, merge: Callable[[T, T], T]) -> T | None:
    """Merge two optional parts of summaries; None if they are not kept."""
    return None if mine is None or theirs is None else merge(mine, theirs)


def _added(mine: Squares, theirs: Squares) -> Squares:
    return mine[0] + theirs[0], mine[1] + theirs[1]


def measured(job: Job, block: Block) -> tuple[Tally, Rows | None]:
    """The tally of a block, and its samples if the job keeps all."""
    found = losses(block, job)
    rows = rows_of(job, block, found, slice(None)) if job.keep.every_row else None
    return Tally.of(job, block, found), rows


def _extent(block: Block) -> Extent:
    if block.origin is None:
        return Extent(block.rows, block.rows, block.rows, 0)
    return block.origin.extent(block.rows)


def _squares(
    found: Losses, used: Array | None, counted: Array, ends: tuple[float, float]
) -> Squares | None:
    """Σ l and Σ l² of the samples that count; None if only some elements of a sample do."""
    if used is not None and used.ndim > 1 and not used.all():
        return None
    own = counted.astype(np.float64, copy=False)
    if own.ndim > 1:
        return moments(sample_means(own))
    return moments(own, ends if own.size else None)


def _first_nonfinite(block: Block, values: Array, used: Array | None) -> int | None:
    bad = ~np.isfinite(values)
    if used is not None:
        bad = bad & beside(bad, used)
    index = int(np.argmax(bad if bad.ndim == 1 else bad.any(axis=1)))
    return index if block.kept is None else int(block.kept[index])
