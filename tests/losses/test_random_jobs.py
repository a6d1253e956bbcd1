"""Two thousand random jobs against plain arithmetic, over weights, masks, smoothing and all else.

Each job has a seed of its own, which a failure prints: ``random_jobs.case(random.Random(seed))``.
"""

import math
import random
from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

import definition
import jobs
import mpmath
import pytest
import random_jobs
from random_jobs import Case

from xentcli.inputs import reading
from xentcli.job import Job, Settings
from xentcli.measures.loss.report import Report
from xentcli.measures.loss.tally import measured

JOBS, BATCHES = 2000, 20

ULPS, FOCAL_ULPS = 8, 64
"""What a loss may be off; powers of ``1 - p`` multiply what it is off by their exponent."""


def job_of(made: Case) -> Job:
    options = dict(made.options)
    ignored = options.pop("ignored", None)
    return jobs.job_of(
        made.loss,  # type: ignore[arg-type]
        **made.arrays(),
        label_base=made.base,
        ignore_index=ignored,
        settings=Settings(**options),
        head=100,
    )


def report_of(job: Job) -> Report:
    blocks = [
        block for split in reading.splits(job.input) for block in reading.read(job.input, split)
    ]
    tallies = [measured(job, block)[0] for block in blocks]
    return Report.of(job, reduce(lambda one, other: one.merged(other, job), tallies))


def losses_of(made: Case, report: Report) -> list[list[float]]:
    losses = report.rows.losses
    return (losses.reshape(len(losses), -1) if losses.ndim == 1 else losses).tolist()


def rounded_mean(made: Case, losses: Sequence[Sequence[float]]) -> float:
    """The same of the ``losses`` as they were rounded, exactly, and rounded once."""
    total = sum(
        (made.weight((i, j)) * Fraction(losses[i][j]) for i, j in random_jobs.counted(made)),
        Fraction(0),
    )
    if made.options.get("reduction") != "sum":
        total /= made.divisor()
    try:
        return total.numerator / total.denominator
    except OverflowError:
        return math.inf


def standard_error(losses: Sequence[float]) -> float | None:
    """That of the mean of samples, rounded once."""
    if len(losses) < 2:
        return None
    exact = list(map(Fraction, losses))
    middle = sum(exact, Fraction(0)) / len(exact)
    variance = sum(((own - middle) ** 2 for own in exact), Fraction(0)) / (len(exact) - 1)
    with mpmath.workdps(60):
        return float(mpmath.sqrt(random_jobs.precise(variance / len(exact))))


def extreme(made: Case) -> bool:
    """Whether weighted losses may be beyond float64, of which only the mean can be told."""
    factors = (*made.options.get("class_weight", ()), *made.options.get("pos_weight", ()))
    return any(not 1e-200 < factor < 1e200 for factor in factors)


def off(value: float | None, exact: Any, bar: float) -> bool:
    assert value is not None
    if abs(exact) < 2.0**-1000:  # where floats are 2^-1074 apart, weights may multiply that
        return abs(value - float(exact)) > 2.0**-1000 * 1e-6
    return definition.off_by(value, exact) > bar


@pytest.mark.parametrize("batch", range(BATCHES))
def test_random_jobs(batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(JOBS // BATCHES):
        seed = f"{batch}.{number}"
        made = random_jobs.case(random.Random(seed))
        monkeypatch.setattr(
            "xentcli.inputs.checks.BLOCK_CELLS", random.Random(seed).choice((1, 5, 1000))
        )
        try:
            _agree(made)
        except Exception:
            print(f"seed {seed}: {made}")
            raise


def _agree(made: Case) -> None:
    report = report_of(job_of(made))
    losses = losses_of(made, report)
    bar = FOCAL_ULPS if "focal_gamma" in made.options else ULPS
    if not extreme(made):
        for i, j in made.cells:
            if made.valid((i, j)):
                assert not off(losses[i][j], made.loss_of((i, j)), bar), (i, j)
    assert not off(report.value, random_jobs.mean(made), bar), "mean"
    exact = "class_weight" not in made.options or (made.loss == "ce" and made.hard)
    if exact and not extreme(made):
        assert report.value == rounded_mean(made, losses), "one rounding"
    if made.weights is None and "class_weight" not in made.options and not extreme(made):
        _error_agrees(made, report)


def _error_agrees(made: Case, report: Report) -> None:
    if "ignored" in made.options and made.loss == "bce" and not made.flat:
        return  # single elements may be left out: there is no standard error
    kept = [made.valid((i, 0)) for i in range(len(made.scores))]
    means = [mean for mean, row in zip(report.rows.means.tolist(), kept, strict=True) if row]
    if all(map(math.isfinite, means)):
        assert report.std_error == standard_error(means), "standard error"
