"""Reasons: why each convention's value differs from the first one's, as a report."""

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from xentcli.blocks.layout import Layout
from xentcli.conventions import Convention
from xentcli.conventions.differences import Aspect, Variant, path
from xentcli.errors import InputError, OptionError
from xentcli.job import UNITS, Job
from xentcli.kernels.cpu import digits_of
from xentcli.measures.float_limits import Outcome, beyond_type, limit_of
from xentcli.measures.reconcile.tally import Comparison, Spread, balanced
from xentcli.measures.sanity import missing_labels, missing_rows, mixed_cpus
from xentcli.remarks import OTHER_REFERENCE, Remark

Rounding = Literal["values", "samples", "nothing"]


class Step(NamedTuple):
    """One aspect on the way: what the other convention does there, and the value before and after.

    ``clipped`` losses of ``losses`` were made by its bound. ``rounds``: it may be rounding alone.
    """

    aspect: str
    said: str
    before: float
    after: float
    clipped: int = 0
    losses: int = 0
    rounds: bool = False

    @property
    def weight(self) -> float:
        """How far the step goes, for an order; inf for one from or to inf or NaN."""
        gap = abs(self.after - self.before)
        return gap if math.isfinite(gap) else math.inf


class Compared(NamedTuple):
    """One convention: its value and its steps, or why it cannot take the input."""

    convention: Convention
    value: float | None
    difference: float | None
    steps: tuple[Step, ...] = ()
    idle: tuple[str, ...] = ()
    refusal: str = ""


class Comparing(NamedTuple):
    """A finished comparison, complete; ``digits`` as in :mod:`xentcli.measures.loss.report`.

    ``missing`` rows and ``gaps``, which are single labels, are left out as missing. On
    ``differing`` samples the conventions differ, of which ``asked`` are to be shown at the most.
    ``rounding`` says what differs by rounding only: the ``values``, the ``samples`` (values are
    averaged in other ways), or nothing of which that is known. Then no samples are ranked.
    """

    layout: Layout
    samples: int
    missing: int
    gaps: int
    unit: str
    reduction: str | None
    compared: tuple[Compared, ...]
    spread: Spread
    differing: int
    asked: int
    digits: str
    rounding: Rounding
    remarks: tuple[Remark, ...]

    @property
    def taken(self) -> list[Compared]:
        """The conventions that can take the input."""
        return [each for each in self.compared if each.value is not None]

    @classmethod
    def of(cls, job: Job, comparison: Comparison) -> "Comparing":
        """What ``comparison`` came to; OptionError where no convention can take the input."""
        comparison, first = balanced(comparison), comparison.reference
        if first is not None and not comparison.sums[first].divides("weights"):
            problem = "nothing counts: every weight is 0, or every sample is left out"
            raise InputError(problem, source=comparison.layout.source)
        values = {variant: _value(variant, comparison) for variant in comparison.sums}
        compared = tuple(
            _compared(convention, end, comparison, values)
            for convention, end in zip(job.variant.compared, comparison.ends, strict=True)
        )
        if all(each.value is None for each in compared):
            raise OptionError(compared[0].refusal, hint="see xent conventions")
        layout = comparison.layout
        remarks = list(comparison.remarks)
        if compared[0].refusal:
            taken = next(each for each in compared if each.value is not None)
            text = f"{compared[0].refusal}: the reference is {taken.convention.name} instead"
            remarks.append(Remark(OTHER_REFERENCE, text))
        rounding = _rounding(compared, comparison)
        remarks += _remarks(job, comparison)
        return cls(
            layout=layout,
            samples=comparison.samples,
            missing=comparison.missing,
            gaps=comparison.gaps,
            unit=UNITS[job.variant.settings.base],
            reduction=job.variant.settings.reduction,
            compared=compared,
            spread=_shown(comparison, rounding),
            differing=comparison.apart or comparison.differing,
            asked=job.keep.head,
            digits=digits_of(comparison.loops),
            rounding=rounding,
            remarks=tuple(remarks),
        )


def _remarks(job: Job, comparison: Comparison) -> list[Remark]:
    """What to say of the input, as the conventions that can take it see it."""
    layout = comparison.layout
    outcomes = [
        Outcome(
            job.by(convention).on(layout).variant.convention,
            end.rule,
            comparison.sums[end],
            end.denominator,
        )
        for convention, end in zip(job.variant.compared, comparison.ends, strict=True)
        if not isinstance(end, str)
    ]
    conventions = tuple(outcome.convention for outcome in outcomes)
    job = job._replace(variant=job.variant._replace(compared=conventions))
    return [
        *beyond_type(job.variant.settings, outcomes),
        *comparison.evidence.remarks(job, layout),
        *mixed_cpus(comparison.loops),
        *missing_rows(comparison.missing),
        *missing_labels(comparison.gaps),
    ]


def _rounding(compared: Sequence[Compared], comparison: Comparison) -> Rounding:
    """What differs, and by rounding only."""
    steps = [step for each in compared for step in each.steps]
    others = {step.aspect for step in steps if not step.rounds}
    if comparison.apart or not others <= {"denominator"}:
        return "nothing"
    if others:
        return "samples"
    return "values" if steps else "nothing"


def _shown(comparison: Comparison, rounding: Rounding) -> Spread:
    """The samples to rank: without those of rounding alone, where others lie further apart."""
    spread = comparison.spread
    if rounding != "nothing":
        return spread.widest(0)
    return spread.beyond_rounding() if comparison.apart else spread


def _value(variant: Variant, comparison: Comparison) -> float:
    """The value of a variant, in its own type."""
    outputs = (comparison.layout.outputs or 1) if comparison.layout.loss == "bce" else 1
    inner = outputs if variant.rule.inner_mean else 1
    sums = comparison.sums[variant]
    denominator = "one" if variant.denominator == "none" else variant.denominator
    if not sums.divides(denominator):
        return 0.0 if variant.rule.empty == "zero" else math.nan
    limit = limit_of(variant.rule, variant.convention())
    with np.errstate(over="ignore"):
        return float(np.dtype(variant.result).type(sums.mean(denominator, inner, limit)))


def _compared(
    convention: Convention,
    last: Variant | str,
    comparison: Comparison,
    values: dict[Variant, float],
) -> Compared:
    first = comparison.reference
    if first is None or isinstance(last, str):
        return Compared(convention, None, None, refusal=str(last))
    steps, idle, at = [], [], first
    for aspect, variant in path(first, last):
        step = _step(aspect, at, variant, comparison, values)
        at = variant
        if _same(step.before, step.after):
            idle.append(aspect.name)
        else:
            steps.append(step)
    value = values[last]
    difference = 0.0 if _same(value, values[first]) else value - values[first]
    return Compared(convention, value, difference, tuple(steps), tuple(idle))


def _step(
    aspect: Aspect,
    before: Variant,
    after: Variant,
    comparison: Comparison,
    values: dict[Variant, float],
) -> Step:
    sums = comparison.sums[after]
    clips = sums.clips if aspect.name == "bound" else None
    return Step(
        aspect=aspect.name,
        said=aspect.said(after),
        before=values[before],
        after=values[after],
        clipped=clips.losses if clips else 0,
        losses=sums.losses,
        rounds=aspect.rounds,
    )


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))
