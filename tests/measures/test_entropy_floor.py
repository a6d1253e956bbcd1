"""The floor of a loss and what lies above it: by mpmath, by equality at the best prediction."""

from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from blocks import block, job, report
from hypothesis import given, settings
from hypothesis import strategies as st

from xentcli.losses import losses
from xentcli.measures.entropy_floor import entropies
from xentcli.measures.loss.report import Report
from xentcli.measures.loss.tally import Tally, measured

mpmath.mp.dps = 60


def entropy(row: list[float]) -> Any:
    """``-Σ y·log(y / Σ y)`` to 60 digits."""
    numbers = [mpmath.mpf(y) for y in row]
    whole = mpmath.fsum(numbers)
    return -mpmath.fsum(y * mpmath.log(y / whole) for y in numbers if y)


shares = st.floats(0, 1)


@settings(deadline=None)
@given(st.lists(shares, min_size=1, max_size=20))
def test_entropies_of_binary_labels(labels: list[float]) -> None:
    own = block("bce", labels, probs=[0.5] * len(labels))
    asked = job("bce")
    found = entropies(asked, own, losses(own, asked).rule)
    for label, value in zip(labels, found.tolist(), strict=True):
        y = mpmath.mpf(label)
        exact = -sum(p * mpmath.log(p) for p in (y, 1 - y) if p)
        assert value == pytest.approx(float(exact), rel=2.0**-50)


@settings(deadline=None)
@given(st.lists(st.lists(shares, min_size=3, max_size=3), min_size=1, max_size=9))
def test_entropies_of_rows(rows: list[list[float]]) -> None:
    own = block("ce", rows, probs=[[0.5, 0.25, 0.25]] * len(rows))
    asked = job("ce")
    found = entropies(asked, own, losses(own, asked).rule)
    for row, value in zip(rows, found.tolist(), strict=True):
        if sum(row) > 1e-300:
            assert value == pytest.approx(
                float(entropy(row)), rel=2.0**-48, abs=2.0**-52 * sum(row)
            )


def test_the_best_prediction_loses_the_floor() -> None:
    rows = [[0.5, 0.25, 0.25], [1.0, 0.0, 0.0], [0.1, 0.2, 0.7]]
    best = report(block("ce", rows, probs=rows))
    assert best.floor == pytest.approx(float(sum(map(entropy, rows)) / 3), rel=2.0**-50)
    assert best.kl == pytest.approx(0.0, abs=2.0**-52)
    assert best.mean == pytest.approx(best.floor, rel=2.0**-51)
    worse = report(block("ce", rows, probs=[[0.5, 0.25, 0.25]] * 3))
    assert worse.floor == best.floor
    divergence = sum(
        mpmath.mpf(y) * mpmath.log(mpmath.mpf(y) / mpmath.mpf(p))
        for row in rows
        for y, p in zip(row, (0.5, 0.25, 0.25), strict=True)
        if y
    )
    assert worse.kl == pytest.approx(float(divergence / 3), rel=2.0**-48)


@pytest.mark.parametrize("base", ["e", "2", "10"])
def test_smoothed_class_numbers(base: str) -> None:
    own = block("ce", [0, 2, 1], logits=[[3, 0, 0], [0, 0, 1], [0, 5, 0]])
    found = report(own, label_smoothing=0.3, base=base)
    row = [mpmath.mpf("0.8"), mpmath.mpf("0.1"), mpmath.mpf("0.1")]
    unit = 1 if base == "e" else mpmath.log(int(base))
    assert found.floor == pytest.approx(float(entropy(row) / unit), rel=1e-15)  # type: ignore[arg-type]
    assert found.kl == pytest.approx(found.mean - (found.floor or 0.0), rel=1e-14)


def test_smoothed_binary_labels_and_float32() -> None:
    own = block("bce", [1, 0], logits=[2.0, -1.0])
    y = mpmath.mpf("0.95")
    expected = float(-y * mpmath.log(y) - (1 - y) * mpmath.log(1 - y))
    assert report(own, label_smoothing=0.1).floor == pytest.approx(expected, rel=1e-14)
    keras = report(own, convention="keras3", label_smoothing=0.1)
    assert keras.floor == np.float32(keras.floor) == pytest.approx(expected, rel=2.0**-20)


def test_weights_masks_and_divisors_are_those_of_the_mean() -> None:
    labels, probs = [[0.5, 0.5], [0.25, 0.75], [0.5, 0.5]], [[0.5, 0.5]] * 3
    own = block("ce", labels, probs=probs, weights=[1, 3, 5], valid=[True, True, False])
    found = report(own)
    expected = (entropy(labels[0]) + 3 * entropy(labels[1])) / 4
    assert found.floor == pytest.approx(float(expected), rel=2.0**-51)
    by_count = report(own, reduction="mean-by-count")
    assert by_count.floor == pytest.approx(float(expected) * 2, rel=2.0**-51)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(shares, st.floats(0.01, 0.99)), min_size=2, max_size=20), st.randoms())
def test_merging_is_exact(rows: list[tuple[float, float]], source: Any) -> None:
    def made(part: list[tuple[float, float]]) -> Tally:
        own = block("bce", [y for y, _ in part], probs=[p for _, p in part])
        return measured(job("bce"), own)[0]

    whole, shuffled = made(rows), source.sample(rows, len(rows))
    merged = made(shuffled[:1])
    for row in shuffled[1:]:
        merged = merged.merged(made([row]), job("bce"))
    assert merged.floors == whole.floors
    one, other = (Report.of(job("bce"), tally) for tally in (whole, merged))
    assert (one.floor, one.kl) == (other.floor, other.kl)
    if one.kl is not None and whole.floors is not None:
        exact = whole.sums.total.fraction - whole.floors.total.fraction
        assert one.kl == float(exact / Fraction(len(rows)))


@pytest.mark.parametrize(
    "options",
    [
        {"pos_weight": (2.0,)},
        {"class_weight": (1.0, 2.0)},
        {"focal_gamma": 2.0},
    ],
    ids=lambda options: next(iter(options)),
)
def test_weighted_terms_have_no_floor(options: dict[str, Any]) -> None:
    found = report(block("bce", [0.5, 1.0], logits=[1, 2]), **options)
    assert found.floor is found.kl is None


def test_hard_labels_have_none() -> None:
    weighted = block("bce", [[1, 0]], logits=[[1, 2]], weights=[2.0])
    for own in (block("bce", [1, 0], logits=[1, 2]), weighted, block("ce", [0], probs=[[1, 0]])):
        assert report(own).floor is report(own).kl is None
