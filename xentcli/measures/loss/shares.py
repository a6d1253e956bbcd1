"""Figures of the parts of the data: groups and classes."""

import math
from typing import Final, NamedTuple

import numpy as np

from xentcli.blocks.layout import Layout
from xentcli.conventions import Denominator, Rule
from xentcli.job import Job
from xentcli.kernels import mean_of
from xentcli.losses import denominator_of
from xentcli.measures.class_sums import ClassFigures, ClassSums, class_name
from xentcli.measures.float_limits import limit_of
from xentcli.measures.groups import Groups
from xentcli.measures.loss.tally import Tally
from xentcli.measures.sums import Sums
from xentcli.remarks import CLASSES_ABSENT, Remark

MOST_NAMED: Final = 6
"""The most classes that a note names."""


class Share(NamedTuple):
    """A group's figures.

    Its name in each column that names groups, its ``mean`` (None if nothing in it counts), its
    ``share`` of the sum of all losses (None if that is 0 or not finite), and the ``std_error`` of
    the mean, if it has one.
    """

    key: tuple[str, ...]
    samples: int
    mean: float | None
    sum: float
    share: float | None
    std_error: float | None


def with_classes(
    job: Job, tally: Tally, denominator: Denominator
) -> tuple[Tally, tuple[ClassFigures, ...] | None]:
    """``tally``, with balanced classes if requested, and the figures of the classes."""
    classes = tally.classes
    if classes is None:
        return tally, None
    weights = {}
    if job.variant.per_class == "balanced":
        weights = classes.balanced(job.variant.convention.computes_in)
        sums = classes.weighted(tally.sums, weights)
        tally = tally._replace(sums=sums, weighted=True)
    figures = classes.figures(tally.layout, divided_by(tally.rule, denominator), weights)
    return tally, tuple(one._replace(mean=rounded(one.mean, job)) for one in figures)


def group_shares(job: Job, tally: Tally, groups: Groups) -> tuple[Share, ...]:
    """The figures of each group."""
    denominator = divided_by(tally.rule, denominator_of(tally.rule, job))
    whole = tally.sums.total
    known = math.isfinite(whole.value()) and bool(whole.numerator)
    limit = limit_of(tally.rule, job.variant.convention)

    def mean(sums: Sums) -> float | None:
        divides = sums.divides(denominator)
        return rounded(sums.mean(denominator, 1, limit), job) if divides else None

    shares = [
        Share(
            key=key,
            samples=int(groups.samples[place]),
            mean=mean(sums),
            sum=rounded(sums.total.value(), job),
            share=mean_of(sums.total, whole) if known else None,
            std_error=groups.std_error(place),
        )
        for key, place in groups.places.items()
        for sums in (groups.sums(place),)
    ]
    return tuple(sorted(shares, key=_by_mean))


def _by_mean(group: Share) -> tuple[bool, bool, float]:
    """The sort key of groups: by descending mean, NaN first, no mean last."""
    mean = group.mean
    return mean is None, not math.isnan(mean or 0.0), -(mean or 0.0)


def divided_by(rule: Rule, denominator: Denominator) -> Denominator:
    """The denominator of a mean, also if a sum or nothing was requested."""
    if denominator in ("one", "none"):
        return next(d for _, d in rule.reductions if d not in ("one", "none"))
    return denominator


def rounded(value: float, job: Job) -> float:
    """``value`` rounded to the convention's float type."""
    kind = job.variant.convention.result or job.variant.convention.computes_in
    with np.errstate(over="ignore"):
        return float(np.dtype(kind).type(value))


def absent_classes(classes: ClassSums, layout: Layout) -> list[Remark]:
    """The remark on classes without a sample that counts."""
    present = classes.samples
    absent = [number for number in range(classes.known) if number not in present]
    if not absent:
        return []
    names = ", ".join(class_name(layout, number) for number in absent[:MOST_NAMED])
    names += ", ..." if len(absent) > MOST_NAMED else ""
    verbs = ("has", "is") if len(absent) == 1 else ("have", "are")
    found = f"{len(absent)} of {classes.known} classes {verbs[0]} no sample that counts"
    return [Remark(CLASSES_ABSENT, f"{found} and {verbs[1]} left out: {names}")]
