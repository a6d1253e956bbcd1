"""Comparison: one input by many conventions at once, and what makes each differ from the first.

The variants on the way from the first convention to each other are computed beside the
conventions themselves, so that a reason is a measured step and not a guess.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from xentcli.blocks.block import Block
from xentcli.blocks.layout import Layout
from xentcli.conventions import Convention
from xentcli.conventions.differences import Variant, path
from xentcli.conventions.record import EPSILONS
from xentcli.errors import OptionError
from xentcli.job import Job
from xentcli.kernels.cpu import simd
from xentcli.losses import Losses, denominator_of, losses_by, rule_of
from xentcli.measures.class_sums import ClassSums
from xentcli.measures.layouts import together
from xentcli.measures.samples import SOFT, rows_of
from xentcli.measures.sanity import Evidence
from xentcli.measures.sums import Sums
from xentcli.remarks import Remark

Array = np.ndarray[Any, np.dtype[Any]]

ROUNDINGS: Final = 8
"""Units in the last place that a loss may be off by: half of one for each of some sixteen steps."""


class Spread(NamedTuple):
    """Samples on which the conventions differ most: numbers (from 0), classes, losses ``[m, c]``.

    A sample's ``gaps`` is the largest of its losses less the smallest: NaN where some of them are
    NaN, and 0 where all are. A convention that cannot take the input has no part in it. ``noise``
    is how large a gap rounding alone explains.
    """

    numbers: Array
    classes: Array
    losses: Array
    gaps: Array
    noise: Array

    def widest(self, count: int) -> "Spread":
        """The ``count`` samples of the largest gaps, the first ones where gaps are equal.

        NaN is as large as inf, and a sample without a gap is none of them. Those of rounding alone
        come last.
        """
        gaps = -np.nan_to_num(self.gaps, nan=np.inf, posinf=np.inf)
        order = np.lexsort((self.numbers, gaps, ~self.apart))
        order = order[self.gaps[order] != 0][:count]
        return Spread(*(part[order] for part in self))

    @property
    def apart(self) -> Array:
        """Which samples lie further apart than rounding explains."""
        return ~(self.gaps <= self.noise)

    def beyond_rounding(self) -> "Spread":
        """Those that lie further apart than rounding explains."""
        return Spread(*(part[self.apart] for part in self))

    def after(self, rows: int) -> "Spread":
        """The same samples when ``rows`` rows stand before them."""
        return self._replace(numbers=self.numbers + rows)

    def joined(self, other: "Spread") -> "Spread":
        """Both together."""
        return Spread(*(np.concatenate(pair) for pair in zip(self, other, strict=True)))


class Comparison(NamedTuple):
    """A mergeable summary of all variants.

    ``ends`` has for each of the job's conventions the variant that it is, or the words in which it
    refuses the input; ``sums`` are those of every variant, and ``classes`` those of each class
    where classes are to be balanced. ``gaps`` are single labels that were missing. On ``differing``
    samples the conventions differ, on ``apart`` of them by more than rounding explains. ``loops``
    are those that computed them, as :func:`xentcli.kernels.cpu.simd` names them.
    """

    layout: Layout
    rows: int
    samples: int
    gaps: int
    ends: tuple[Variant | str, ...]
    sums: dict[Variant, Sums]
    classes: dict[Variant, ClassSums]
    evidence: Evidence
    spread: Spread
    differing: int = 0
    apart: int = 0
    remarks: tuple[Remark, ...] = ()
    loops: frozenset[str] = frozenset()

    @property
    def missing(self) -> int:
        """Rows left out because a value was missing."""
        return self.rows - self.samples

    @property
    def reference(self) -> Variant | None:
        """The first convention that takes the input."""
        return next((end for end in self.ends if not isinstance(end, str)), None)

    @classmethod
    def of(cls, job: Job, block: Block) -> "Comparison":
        """The comparison on one block."""
        found: dict[Variant, Losses] = {}
        ends = tuple(_end(convention, job, block, found) for convention in job.variant.compared)
        for reference in _references(ends):
            _walk(reference, ends, job, block, found)
        spread = _spread(job, block, ends, found)
        return cls(
            layout=block.layout,
            rows=block.rows,
            samples=len(block.scores),
            gaps=block.gaps,
            ends=ends,
            sums={variant: Sums.of(losses) for variant, losses in found.items()},
            classes={v: ClassSums.of(job, block, own) for v, own in found.items()}
            if job.variant.per_class
            else {},
            evidence=Evidence.of(job, block),
            spread=spread.widest(job.keep.head),
            differing=int(np.count_nonzero(spread.gaps)),
            apart=int(np.count_nonzero(spread.apart)),
            remarks=block.layout.remarks,
            loops=frozenset((simd(),)),
        )

    def merged(self, other: "Comparison", job: Job) -> "Comparison":
        """Both together, ``other`` coming after this one."""
        layout = together(self.layout, other.layout)
        ends = tuple(
            theirs if isinstance(theirs, str) and not isinstance(mine, str) else mine
            for mine, theirs in zip(self.ends, other.ends, strict=True)
        )
        return self._replace(
            layout=layout,
            rows=self.rows + other.rows,
            samples=self.samples + other.samples,
            gaps=self.gaps + other.gaps,
            ends=ends,
            sums={v: sums + other.sums[v] for v, sums in self.sums.items() if v in other.sums},
            classes={
                v: own.merged(other.classes[v])
                for v, own in self.classes.items()
                if v in other.classes
            },
            evidence=self.evidence.merged(other.evidence, self.rows),
            spread=self.spread.joined(other.spread.after(self.rows)).widest(job.keep.head),
            differing=self.differing + other.differing,
            apart=self.apart + other.apart,
            remarks=tuple(dict.fromkeys((*self.remarks, *other.remarks))),
            loops=self.loops | other.loops,
        )


def balanced(comparison: Comparison) -> Comparison:
    """The same where all labels are known: classes weighted as they are to be."""
    weighted = {
        variant: own.weighted(comparison.sums[variant], own.balanced(variant.computes_in))
        for variant, own in comparison.classes.items()
        if variant in comparison.sums
    }
    return comparison._replace(sums=comparison.sums | weighted)


def measured(job: Job, block: Block) -> tuple[Comparison, None]:
    """The comparison on one block."""
    return Comparison.of(job, block), None


def _references(ends: Sequence[Variant | str]) -> Iterator[Variant]:
    """The conventions that may turn out to be the reference: a later block can have soft labels."""
    for end in ends:
        if not isinstance(end, str):
            yield end
            if end.rule.soft != "refused":
                return


def _walk(
    reference: Variant,
    ends: Sequence[Variant | str],
    job: Job,
    block: Block,
    found: dict[Variant, Losses],
) -> None:
    """The losses of every variant on the way from ``reference`` to ``ends``, into ``found``."""
    for end in ends:
        if isinstance(end, str):
            continue
        for _, variant in path(reference, end):
            if variant not in found:
                own = job.by(variant.convention())
                found[variant] = losses_by(variant.rule, block, own)


def _end(
    convention: Convention, job: Job, block: Block, found: dict[Variant, Losses]
) -> Variant | str:
    """What ``convention`` does with such a block, or the words in which it refuses it."""
    own = job.by(convention).on(block.layout)
    try:
        rule = rule_of(block, own)
        variant = Variant.of(rule, denominator_of(rule, own), own.variant.convention)
        found[variant] = losses_by(rule, block, own)
    except OptionError as error:
        return error.problem
    return variant


def _spread(
    job: Job,
    block: Block,
    ends: Sequence[Variant | str],
    found: dict[Variant, Losses],
) -> Spread:
    """All samples of one block, and how far the conventions differ on each."""
    taken = {column: found[end] for column, end in enumerate(ends) if not isinstance(end, str)}
    count = len(block.scores) if taken else 0
    losses = np.full((count, len(ends)), np.nan)
    numbers = classes = np.empty(0, np.int64)
    for column, own in taken.items():
        rows = rows_of(job, block, own, slice(None))
        losses[:, column] = rows.means
        numbers = rows.numbers
        classes = np.full(count, SOFT) if rows.classes is None else rows.classes
    with np.errstate(invalid="ignore"):
        high, low = np.fmax.reduce(losses, axis=1), np.fmin.reduce(losses, axis=1)
        gaps = np.where((high == low) | np.isnan(high), 0.0, high - low)
    unknown = np.isnan(losses[:, list(taken)])
    gaps[unknown.any(axis=1) & ~unknown.all(axis=1)] = np.nan
    noise = _rounding(job, block, ends, losses)
    return Spread(numbers, classes, losses, gaps, noise)


def _rounding(job: Job, block: Block, ends: Sequence[Variant | str], losses: Array) -> Array:
    """How far apart rounding alone may set the conventions on each sample, ``[m]``.

    Some units in the last place of the coarsest float type in use, of the largest number that
    the arithmetic meets: 1 (for logarithms of what is close to 1), a loss, or a logit.
    """
    kinds = {
        kind
        for end in ends
        if not isinstance(end, str)
        for kind in (end.computes_in, end.labels_in, end.rule.complement_in)
        if kind is not None
    }
    unit = max((EPSILONS[kind] for kind in kinds), default=0.0)
    scores = np.abs(block.scores.reshape(len(block.scores), -1))
    parts = [losses, scores] if block.layout.scale == "logits" else [losses]
    largest = np.ones(len(losses))
    for part in parts if len(losses) else ():
        finite = np.where(np.isfinite(part), np.abs(part), 0.0)
        largest = np.maximum(largest, finite.max(axis=1))
    settings = job.variant.settings
    weights = [w[1] if isinstance(w, tuple) else w for w in settings.class_weight]
    heaviest = max([1.0, *weights, *settings.pos_weight])
    return np.asarray(ROUNDINGS * unit * heaviest * largest)
