"""The complete result of a job; every output format renders it."""

import math
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from xentcli.blocks.layout import Layout
from xentcli.conventions import Convention, Denominator, Rule
from xentcli.errors import InputError
from xentcli.job import UNITS, Average, Job
from xentcli.kernels import ExactSum, mean_of
from xentcli.kernels.cpu import digits_of
from xentcli.kernels.deviation import standard_error
from xentcli.losses import denominator_of
from xentcli.measures.class_sums import ClassFigures
from xentcli.measures.float_limits import Outcome, beyond_type, divisors, limit_of
from xentcli.measures.loss.shares import (
    Share,
    absent_classes,
    divided_by,
    group_shares,
    rounded,
    with_classes,
)
from xentcli.measures.loss.signature import signature
from xentcli.measures.loss.tally import Tally
from xentcli.measures.samples import Rows
from xentcli.measures.sanity import missing_labels, missing_rows, mixed_cpus
from xentcli.measures.sums import Sums
from xentcli.measures.worst import Worst
from xentcli.remarks import NOT_FINITE, ONE_CLASS, Remark


class Audit(NamedTuple):
    """Bounded losses and rows, and their share of the loss (None if that is 0 or infinite)."""

    losses: int
    rows: int
    share: float | None


class Report(NamedTuple):
    """All figures in ``unit``.

    ``mean`` is the requested mean, or the convention's own if a sum or nothing was requested;
    ``total`` is the convention's sum, ``sum`` that of all losses. Any mean follows from ``sums``;
    ``divisor`` is that of this mean. ``baseline`` is the loss of always predicting the label
    frequencies, ``normalised`` the weighted mean as a share of it; ``floor`` is the entropy of
    soft or smoothed labels, and ``kl`` the mean minus it; all None if the loss is not a plain
    cross-entropy. ``std_error`` is over samples; None with weights, for fewer than two samples, or
    with a loss that is not finite. ``rows`` are the samples to show and ``gap`` the position in
    them after which samples are left out (None: none are). ``located`` are the columns of places
    that all formats show. ``worst`` are the samples with the largest losses, ``groups`` the
    figures of each group, the largest mean first, and ``classes`` those of each class; None if not
    requested. ``digits`` is ``mixed`` if workers had different CPU features, else ``same``.
    """

    layout: Layout
    mean: float
    total: float
    sum: float
    sums: Sums
    denominator: Denominator
    divisor: float
    reduction: str
    std_error: float | None
    min: float
    max: float
    samples: int
    weight: float
    weighted: bool
    ignored: int
    missing: int
    gaps: int
    nonfinite: int
    first_nonfinite: int | None
    audit: Audit | None
    baseline: float | None
    normalised: float | None
    perplexity: float | None
    floor: float | None
    kl: float | None
    average: Average
    convention: Convention
    rule: Rule
    unit: str
    signature: str
    rows: Rows
    gap: int | None
    digits: str
    remarks: tuple[Remark, ...]
    located: tuple[str, ...] = ()
    worst: Worst | None = None
    groups: tuple[Share, ...] | None = None
    classes: tuple[ClassFigures, ...] | None = None

    @property
    def loss(self) -> str:
        """``bce`` or ``ce``."""
        return self.layout.loss

    @property
    def value(self) -> float | None:
        """The requested number; None for single losses."""
        if self.denominator == "none":
            return None
        return self.total if self.denominator == "one" else self.mean

    @property
    def elements(self) -> int:
        """The number of losses: elements of a binary loss, rows of a categorical one."""
        return self.sums.losses

    @property
    def is_weighted_mean(self) -> bool:
        """Whether ``mean`` is the weighted mean, as in ``normalised``."""
        if self.baseline is None or self.normalised is None:
            return True
        # A mean rounded to float32 is still the same mean.
        return math.isclose(self.mean, self.normalised * self.baseline, rel_tol=1e-6)

    @property
    def left_out(self) -> int:
        """The number of samples that are not in ``rows``."""
        return self.samples - len(self.rows)

    @classmethod
    def of(cls, job: Job, tally: Tally, rows: Rows | None = None) -> "Report":
        """The report of a finished tally; ``rows`` are all samples, if they were kept."""
        job = job.on(tally.layout)
        shown, gap = (rows, None) if rows is not None else _excerpt(job, tally)
        denominator = denominator_of(tally.rule, job)
        tally, figures = with_classes(job, tally, denominator)
        sums, rule = tally.sums, tally.rule
        reduction = job.variant.settings.reduction or rule.reductions[0][0]
        reduction = reduction.lower().replace("_", "-")
        mean = _mean(job, tally, denominator)
        spread = (tally.layout.outputs or 1) if tally.layout.loss == "bce" else 1
        baseline, normalised = _baseline(job, tally)
        floor, divergence = _above_floor(job, tally, denominator)
        inner = spread if rule.inner_mean else 1
        outcome = Outcome(job.variant.convention, rule, sums, denominator)
        divisor, of_gradient = divisors(outcome, inner)
        low, high = _extremes(tally)
        return cls(
            layout=tally.layout,
            mean=mean,
            total=rounded(sums.mean("one", inner), job),
            sum=rounded(sums.total.value(), job),
            sums=sums,
            denominator=denominator,
            divisor=divisor,
            reduction=reduction,
            std_error=None if tally.weighted or figures else _standard_error(tally),
            min=low,
            max=high,
            samples=tally.samples,
            weight=mean_of(sums.weight, ExactSum.count(spread)),
            weighted=tally.weighted,
            ignored=tally.ignored,
            missing=tally.missing,
            gaps=tally.gaps,
            nonfinite=tally.nonfinite,
            first_nonfinite=tally.first_nonfinite,
            audit=_audit(job, sums),
            baseline=baseline,
            normalised=normalised,
            perplexity=_perplexity(job, tally),
            floor=floor,
            kl=divergence,
            average="macro" if job.variant.per_class == "macro" else "micro",
            convention=job.variant.convention,
            rule=rule,
            unit=UNITS[job.variant.settings.base],
            signature=signature(job, tally, reduction),
            rows=_differentiated(shown, of_gradient),
            gap=gap,
            digits=digits_of(tally.loops),
            remarks=_remarks(job, tally),
            located=tally.located(job),
            worst=tally.worst,
            groups=None if tally.groups is None else group_shares(job, tally, tally.groups),
            classes=figures,
        )


def _excerpt(job: Job, tally: Tally) -> tuple[Rows, int | None]:
    """The samples to show: all if they fit into the head, else head and tail."""
    if tally.samples <= job.keep.head or not job.keep.tail:
        return tally.head, None
    front = tally.head.take(slice(job.keep.head - job.keep.tail))
    return Rows.joined((front, tally.tail)), len(front)


def _extremes(tally: Tally) -> tuple[float, float]:
    """The smallest and the largest loss; NaN if no loss is a number."""
    if tally.minimum <= tally.maximum:
        return tally.minimum, tally.maximum
    return math.nan, math.nan


def _mean(job: Job, tally: Tally, denominator: Denominator) -> float:
    """The mean in the convention's type, or the convention's result for no samples."""
    denominator = divided_by(tally.rule, denominator)
    limit = limit_of(tally.rule, job.variant.convention)
    if tally.classes is not None and job.variant.per_class == "macro" and tally.classes.samples:
        return rounded(tally.classes.macro_mean(tally.sums, denominator), job)
    if tally.sums.divides(denominator):
        return rounded(tally.sums.mean(denominator, 1, limit), job)
    if not tally.samples:
        problem = "every row has a missing value"
    else:
        kind = job.variant.convention.labels_in or job.variant.convention.computes_in
        every = "every weight is 0" + ("" if kind == "float64" else f" in {kind}")
        problem = every if tally.weighted else "every sample is left out"
    if not tally.samples or tally.rule.empty == "error":
        raise InputError(f"{problem}, so there is no mean", source=tally.layout.source)
    return math.nan if tally.rule.empty == "nan" else 0.0


def _audit(job: Job, sums: Sums) -> Audit | None:
    if sums.clips is None:
        return None
    total, clipped = sums.total.value(), sums.clips.total.value()
    share = None
    known = (
        job.variant.per_class != "balanced"
    )  # which classes the clipped losses are of is not kept
    if known and total and math.isfinite(total) and math.isfinite(clipped):
        share = float(sums.clips.total.fraction / sums.total.fraction)
    return Audit(sums.clips.losses, sums.clips.rows, share)


def _baseline(job: Job, tally: Tally) -> tuple[float | None, float | None]:
    settings = job.variant.settings
    if (
        settings.label_smoothing
        or settings.pos_weight
        or settings.class_weight
        or job.variant.per_class
        or settings.focal_gamma is not None
    ):
        return None, None
    baseline = tally.frequencies.baseline()
    if baseline is None:
        return None, None
    if settings.base != "e":
        baseline /= math.log(int(settings.base))
    mean = tally.sums.mean("weights")
    return baseline, mean / baseline if baseline > 0 and math.isfinite(mean) else None


def _above_floor(
    job: Job, tally: Tally, denominator: Denominator
) -> tuple[float | None, float | None]:
    """The mean of the labels' entropies, and the mean loss minus it; None for hard labels."""
    floors, divided = tally.floors, divided_by(tally.rule, denominator)
    if floors is None or not floors.soft or not tally.sums.divides(divided):
        return None, None
    parts = (floors.under(tally.sums), floors.above(tally.sums))
    floor, above = (rounded(sums.mean(divided), job) for sums in parts)
    return floor, above


def _perplexity(job: Job, tally: Tally) -> float | None:
    """``base^mean`` of the weighted mean: the number of equally likely classes with that loss."""
    if (
        tally.layout.loss != "ce"
        or job.variant.per_class == "macro"
        or not tally.sums.divides("weights")
    ):
        return None
    mean = tally.sums.mean("weights")
    try:
        return (
            math.exp(mean)
            if job.variant.settings.base == "e"
            else float(job.variant.settings.base) ** mean
        )
    except OverflowError:
        return math.inf


def _differentiated(rows: Rows, divisor: Fraction | float) -> Rows:
    """``rows`` with the derivatives of the mean, if they have derivatives."""
    if rows.gradient is None:
        return rows
    if not divisor:  # samples that do not count have derivative 0, others none
        return replace(rows, gradient=np.where(rows.gradient == 0, 0.0, np.nan))
    if isinstance(divisor, float):
        return replace(rows, gradient=rows.gradient / divisor)
    # A divisor may be beyond float64 although the quotient is not.
    power = divisor.numerator.bit_length() - divisor.denominator.bit_length()
    quotient = rows.gradient / float(divisor / Fraction(2) ** power)
    return replace(rows, gradient=np.ldexp(quotient, -power))


def _standard_error(tally: Tally) -> float | None:
    count = tally.samples - tally.ignored
    squares = tally.squares
    if squares is None or count < 2 or not all(own.finite for own in squares):
        return None
    return standard_error(count, *(own.numerator for own in squares))


def _remarks(job: Job, tally: Tally) -> tuple[Remark, ...]:
    layout = tally.layout
    denominator = divided_by(tally.rule, denominator_of(tally.rule, job))
    outcome = Outcome(job.variant.convention, tally.rule, tally.sums, denominator)
    found = [*beyond_type(job.variant.settings, [outcome]), *tally.remarks]
    found += [*tally.evidence.remarks(job, layout), *mixed_cpus(tally.loops)]
    if layout.loss == "ce" and layout.outputs == 1:
        text = "softmax over one class is always 1, so this loss says nothing of the model"
        found.append(Remark(ONE_CLASS, f"{text}; use xent bce"))
    if tally.classes is not None:
        found += absent_classes(tally.classes, layout)
    if tally.nonfinite:
        what = "loss is" if tally.nonfinite == 1 else "losses are"
        first = (tally.first_nonfinite or 0) + 1
        text = f"{tally.nonfinite} {what} not finite, the first in sample {first}"
        if job.input.missing == "skip" and tally.sums.total.nans:
            text += "; --missing-values nan leaves out rows with nan"
        found.append(Remark(NOT_FINITE, text))
    return (*found, *missing_rows(tally.missing), *missing_labels(tally.gaps))
