"""Comparison: one input by many conventions at once, and what makes each differ from the first.

The variants on the way from the first convention to each other are computed beside the
conventions themselves, so that a reason is a measured step and not a guess.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from xentcli.aspects import Variant, path
from xentcli.class_sums import ClassSums
from xentcli.conventions import Convention
from xentcli.errors import OptionError
from xentcli.evidence import Evidence
from xentcli.job import Block, Job, Layout
from xentcli.kernels.simd import simd
from xentcli.losses import Losses, denominator_of, losses_by, rule_of
from xentcli.remarks import Remark
from xentcli.rows import SOFT, rows_of
from xentcli.sums import Sums
from xentcli.tally import together

Array = np.ndarray[Any, np.dtype[Any]]


class Spread(NamedTuple):
    """Samples on which the conventions differ most: numbers (from 0), classes, losses ``[m, c]``.

    A sample's ``gaps`` is the largest of its losses less the smallest; NaN where a convention
    cannot take the input.
    """

    numbers: Array
    classes: Array
    losses: Array
    gaps: Array

    def widest(self, count: int) -> "Spread":
        """The ``count`` samples of the largest gaps, the first ones where gaps are equal."""
        order = np.lexsort((self.numbers, -self.gaps))[:count]
        return Spread(*(part[order] for part in self))

    def after(self, rows: int) -> "Spread":
        """The same samples when ``rows`` rows stand before them."""
        return self._replace(numbers=self.numbers + rows)

    def joined(self, other: "Spread") -> "Spread":
        """Both together."""
        return Spread(*(np.concatenate(pair) for pair in zip(self, other, strict=True)))


class Comparison(NamedTuple):
    """A mergeable summary of all variants.

    ``ends`` has for each of the job's conventions the variant that it is, or the words in which
    it refuses the input; ``sums`` are those of every variant, and ``classes`` those of each class
    where classes are to be balanced. ``loops`` are those that computed
    them, as :func:`xentcli.kernels.simd.simd` names them.
    """

    layout: Layout
    rows: int
    samples: int
    ends: tuple[Variant | str, ...]
    sums: dict[Variant, Sums]
    classes: dict[Variant, ClassSums]
    evidence: Evidence
    spread: Spread
    remarks: tuple[Remark, ...] = ()
    loops: frozenset[str] = frozenset()

    @property
    def reference(self) -> Variant | None:
        """The first convention that takes the input."""
        return next((end for end in self.ends if not isinstance(end, str)), None)

    @classmethod
    def of(cls, job: Job, block: Block) -> "Comparison":
        """The comparison on one block."""
        found: dict[Variant, Losses] = {}
        ends = tuple(_end(convention, job, block, found) for convention in job.compared)
        for reference in _references(ends):
            _walk(reference, ends, job, block, found)
        return cls(
            layout=block.layout,
            rows=block.rows,
            samples=len(block.scores),
            ends=ends,
            sums={variant: Sums.of(losses) for variant, losses in found.items()},
            classes={v: ClassSums.of(job, block, own) for v, own in found.items()}
            if job.per_class
            else {},
            evidence=Evidence.of(job, block),
            spread=_spread(job, block, ends, found),
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
            ends=ends,
            sums={v: sums + other.sums[v] for v, sums in self.sums.items() if v in other.sums},
            classes={
                v: own.merged(other.classes[v])
                for v, own in self.classes.items()
                if v in other.classes
            },
            evidence=self.evidence.merged(other.evidence, self.rows),
            spread=self.spread.joined(other.spread.after(self.rows)).widest(job.head),
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
                own = job._replace(convention=variant.convention())
                found[variant] = losses_by(variant.rule, block, own)


def _end(
    convention: Convention, job: Job, block: Block, found: dict[Variant, Losses]
) -> Variant | str:
    """What ``convention`` does with such a block, or the words in which it refuses it."""
    own = job._replace(convention=convention).on(block.layout)
    try:
        rule = rule_of(block, own)
        variant = Variant.of(rule, denominator_of(rule, own), own.convention)
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
    """The samples of one block on which the conventions differ most."""
    each = [None if isinstance(end, str) else found[end] for end in ends]
    first = next((losses for losses in each if losses is not None), None)
    count = len(block.scores)
    if not job.head or first is None:
        nothing = np.empty(0)
        empty = np.empty((0, len(each)))
        return Spread(nothing.astype(np.int64), nothing.astype(np.int64), empty, nothing)
    losses = np.full((count, len(each)), np.nan)
    for column, own in enumerate(each):
        if own is not None:
            losses[:, column] = rows_of(job, block, own, slice(None)).means
    rows = rows_of(job, block, first, slice(None))
    classes = np.full(count, SOFT) if rows.classes is None else rows.classes
    with np.errstate(invalid="ignore"):
        high, low = np.fmax.reduce(losses, axis=1), np.fmin.reduce(losses, axis=1)
        gaps = np.where(high == low, 0.0, high - low)
    return Spread(rows.numbers, classes, losses, gaps).widest(job.head)
