"""The baseline: the labels' entropy, which is the loss of predicting just their frequencies."""

import math
from functools import reduce
from typing import Any

import numpy as np
import pytest
from blocks import block, report
from hypothesis import given, settings
from hypothesis import strategies as st

from xentcli.blocks.block import Block
from xentcli.measures.label_frequencies import Frequencies


def baseline(data: Block) -> float | None:
    return Frequencies.of(data).baseline()


def entropy(*shares: float) -> float:
    return math.fsum(-p * math.log(p) for p in shares if p)


HALF = [0.5] * 4


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (block("bce", [1, 0, 0, 0], probs=HALF), entropy(0.25, 0.75)),
        (block("bce", [1, 1, 1, 1], probs=HALF), 0.0),
        (block("bce", [0, 0, 0, 0], probs=HALF), 0.0),
        (block("bce", [1, 0.5, 0, 0.5], probs=HALF), math.log(2)),
        (block("bce", [1, 0, 0, 1], probs=HALF, weights=[3, 1, 4, 0]), entropy(3 / 8, 5 / 8)),
        (block("bce", [1, 0, 0, 1], probs=HALF, valid=[1, 1, 0, 0]), math.log(2)),
        (block("ce", [0, 0, 1, 2], probs=[[0.2, 0.3, 0.5]] * 4), entropy(0.5, 0.25, 0.25)),
        (
            block("ce", [0, 0, 1, 2], probs=[[0.2, 0.3, 0.5]] * 4, weights=[0, 1, 2, 5]),
            entropy(1 / 8, 2 / 8, 5 / 8),
        ),
        (block("ce", [[0.5, 0.5], [0, 1]], probs=[[0.2, 0.8]] * 2), entropy(0.25, 0.75)),
        # Two outputs with base rates of their own: the mean of their entropies.
        (
            block("bce", [[1, 0], [0, 0]], probs=[[0.5, 0.5]] * 2),
            entropy(0.5, 0.5) / 2,
        ),
        # Element weights weigh outputs too: 1/4 of weight 4, and 1/2 of weight 2.
        (
            block("bce", [[1, 0], [0, 1]], probs=[[0.5, 0.5]] * 2, weights=[[1, 1], [3, 1]]),
            (4 * entropy(0.25, 0.75) + 2 * math.log(2)) / 6,
        ),
        (
            block("bce", [[1, 0], [0, 1]], probs=[[0.5, 0.5]] * 2, valid=[[1, 1], [1, 0]]),
            2 * math.log(2) / 3,
        ),
        (block("bce", [1, 0], probs=[0.5, 0.5], weights=[0, 0]), None),
        (block("ce", [0, 1], probs=[[0.5, 0.5]] * 2, valid=[0, 0]), None),
    ],
)
def test_by_hand(data: Block, expected: float | None) -> None:
    if expected is None:
        assert baseline(data) is None
    else:
        assert baseline(data) == pytest.approx(expected, rel=1e-15, abs=0)


weights = st.sampled_from([0.0, 0.25, 1.0, 3.0, 1e-3])
# Down to where a mean of them is no subnormal number, which a probability could not hold, and not
# up to where their mean with ones rounds to 1, which costs them inf.
shares = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(1e-290, 0.999))


@given(st.data(), st.integers(1, 3), st.sampled_from(["none", "rows", "cells"]), st.booleans())
@settings(deadline=None, max_examples=150)
def test_binary_is_the_loss_of_predicting_the_frequencies(
    data: st.DataObject, outputs: int, kind: str, masked: bool
) -> None:
    rows = data.draw(st.integers(1, 8))
    labels = np.array(data.draw(_table(shares, rows, outputs)))
    w = np.array(data.draw(_table(weights, rows, outputs)))
    valid = np.array(data.draw(_table(st.booleans(), rows, outputs))) if masked else None
    given_weights = {"none": None, "rows": w[:, 0], "cells": w}[kind]
    factors = {"none": np.ones_like(w), "rows": w[:, :1] + 0 * w, "cells": w}[kind]
    factors = factors if valid is None else factors * valid
    totals = factors.sum(axis=0)
    if not totals.sum():
        return
    rates = np.divide(
        (factors * labels).sum(axis=0), totals, where=totals > 0, out=0 * totals + 0.5
    )
    probs = np.broadcast_to(np.clip(rates, 0, 1), labels.shape)
    result = report(block("bce", labels, probs=probs, weights=given_weights, valid=valid))
    assert result.baseline == pytest.approx(result.mean, rel=1e-9, abs=1e-12)
    if result.baseline and result.baseline > 1e-6:
        assert result.normalised == pytest.approx(1.0, rel=1e-6)


@given(st.data(), st.integers(2, 4), st.booleans(), st.booleans())
@settings(deadline=None, max_examples=150)
def test_categorical_is_the_loss_of_predicting_the_frequencies(
    data: st.DataObject, classes: int, hard: bool, weighted: bool
) -> None:
    rows = data.draw(st.integers(1, 8))
    numbers = np.array(
        data.draw(st.lists(st.integers(0, classes - 1), min_size=rows, max_size=rows))
    )
    labels = np.eye(classes)[numbers]
    if not hard:
        labels = labels * 0.9 + 0.1 / classes
    w = np.array(data.draw(st.lists(weights, min_size=rows, max_size=rows)))
    w = w if weighted else np.ones(rows)
    if not w.sum():
        return
    frequencies = (labels * w[:, np.newaxis]).sum(axis=0) / w.sum()
    result = report(
        block(
            "ce",
            numbers if hard else labels,
            probs=np.broadcast_to(frequencies, labels.shape),
            weights=w if weighted else None,
        )
    )
    assert result.baseline == pytest.approx(result.mean, rel=1e-12, abs=1e-12)


def _table(cells: Any, rows: int, columns: int) -> Any:
    row = st.lists(cells, min_size=columns, max_size=columns)
    return st.lists(row, min_size=rows, max_size=rows)


@given(_table(shares, 6, 2), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=100)
def test_merging_in_any_order_changes_no_digit(labels: list[list[float]], source: Any) -> None:
    def of(rows: list[list[float]]) -> Frequencies:
        data = block("bce", rows, probs=[[0.5, 0.5]] * len(rows))
        return Frequencies.of(data)

    whole = of(labels).baseline()
    source.shuffle(labels)
    pieces = [of(labels[:1]), of(labels[1:4]), of(labels[4:])]
    assert reduce(lambda a, b: a + b, pieces).baseline() == whole
    assert reduce(lambda a, b: b + a, pieces).baseline() == whole


def test_whole_counts_and_exact_sums_merge() -> None:
    hard = block("ce", [0, 1], probs=[[0.5, 0.5]] * 2)
    soft = block("ce", [[0.25, 0.75]], probs=[[0.5, 0.5]])
    one, other = (Frequencies.of(data) for data in (hard, soft))
    assert not one.fine
    assert other.fine
    expected = pytest.approx(entropy(1.25 / 3, 1.75 / 3), rel=1e-15)
    assert (one + other).baseline() == expected
    assert (other + one).baseline() == expected


def test_a_base_and_options_that_are_no_cross_entropy() -> None:
    data = block("ce", [0, 1, 1, 1], probs=[[0.5, 0.5]] * 4)
    assert report(data, base="2").baseline == pytest.approx(entropy(0.25, 0.75) / math.log(2))
    assert report(data, base="2").normalised == pytest.approx(math.log(2) / entropy(0.25, 0.75))
    for settings_ in (
        {"label_smoothing": 0.1},
        {"class_weight": (1.0, 2.0)},
        {"focal_gamma": 2.0},
    ):
        result = report(data, **settings_)
        assert result.baseline is None
        assert result.normalised is None


def test_one_label_only_has_no_entropy_to_compare_with() -> None:
    result = report(block("bce", [1, 1], probs=[0.5, 0.25]))
    assert result.baseline == 0
    assert result.normalised is None
