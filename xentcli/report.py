"""Report: the result of a job, complete; every format is a rendering of it."""

import math
from fractions import Fraction
from typing import NamedTuple

from xentcli.conventions import CONVENTIONS, Convention
from xentcli.errors import InputError
from xentcli.job import Job, Layout
from xentcli.kernels import mean_of
from xentcli.signature import signature
from xentcli.tally import Rows, Tally


class Report(NamedTuple):
    """All figures in nats.

    ``std_error`` is over samples, None with weights, for fewer than two samples, or where a loss
    is not finite. ``rows`` are the samples to show and ``gap`` the position in them after which
    samples are left out (None: none are).
    """

    loss: str
    layout: Layout
    mean: float
    sum: float
    std_error: float | None
    min: float
    max: float
    samples: int
    elements: int
    weight: float
    weighted: bool
    ignored: int
    missing: int
    nonfinite: int
    first_nonfinite: int | None
    convention: Convention
    signature: str
    rows: Rows
    gap: int | None
    notes: tuple[str, ...]
    clipped: int = 0
    reduction: str = "mean"
    unit: str = "nats"

    @property
    def value(self) -> float:
        """The one number that was asked for."""
        return self.mean

    @property
    def left_out(self) -> int:
        """Samples that are not among ``rows``."""
        return self.samples - len(self.rows)

    @classmethod
    def of(cls, job: Job, tally: Tally, rows: Rows | None = None) -> "Report":
        """The report of a finished tally; ``rows`` where all samples were kept."""
        if tally.ignored == tally.samples:
            problem = "every weight is 0" if tally.samples else "every row has a missing value"
            raise InputError(f"{problem}, so there is no mean", source=tally.layout.source)
        shown, gap = (rows, None) if rows is not None else _excerpt(job, tally)
        outputs = tally.layout.outputs or 1
        per_sample = outputs if job.loss == "bce" else 1
        return cls(
            loss=job.loss,
            layout=tally.layout,
            mean=mean_of(tally.total, tally.weight * per_sample),
            sum=tally.total.value(),
            std_error=None if tally.weighted else _standard_error(tally),
            min=tally.minimum,
            max=tally.maximum,
            samples=tally.samples,
            elements=tally.elements,
            weight=tally.weight.value(),
            weighted=tally.weighted,
            ignored=tally.ignored,
            missing=tally.missing,
            nonfinite=tally.nonfinite,
            first_nonfinite=tally.first_nonfinite,
            convention=CONVENTIONS[job.convention],
            signature=signature(job, tally),
            rows=shown,
            gap=gap,
            notes=_notes(job, tally),
        )


def _excerpt(job: Job, tally: Tally) -> tuple[Rows, int | None]:
    """The samples to show: all where they fit into the head, else head and tail."""
    if tally.samples <= job.head or not job.tail:
        return tally.head, None
    front = tally.head.take(slice(job.head - job.tail))
    return Rows.joined((front, tally.tail)), len(front)


def _standard_error(tally: Tally) -> float | None:
    count = tally.samples
    if count < 2 or not all(math.isfinite(item.value()) for item in tally.squares):
        return None
    total, squares = (item.fraction for item in tally.squares)
    variance = (squares - total * total / count) / (count - 1)
    return _root(max(variance, Fraction(0)) / count)  # below 0 only where squares underflow


def _root(value: Fraction) -> float:
    """The square root in float64, also of fractions beyond its range."""
    shift = (value.denominator.bit_length() - value.numerator.bit_length()) // 2
    scaled = value * Fraction(4) ** shift
    return math.ldexp(math.sqrt(scaled), -shift)


def _notes(job: Job, tally: Tally) -> tuple[str, ...]:
    layout = tally.layout
    notes = list(tally.notes)
    notes += tally.evidence.notes(layout.scale, layout.outputs, categorical=job.loss == "ce")
    if tally.nonfinite:
        what = "loss is" if tally.nonfinite == 1 else "losses are"
        first = (tally.first_nonfinite or 0) + 1
        notes.append(f"{tally.nonfinite} {what} not finite, the first in sample {first}")
    if tally.missing:
        what = "row was" if tally.missing == 1 else "rows were"
        notes.append(f"{tally.missing} {what} left out for a missing value")
    return tuple(notes)
