"""Infinities, NaN and zeros: ``0·log 0`` and ``0·inf`` are 0, what cannot be known is NaN."""

import math
from typing import Any

import numpy as np
import pytest

from xentcli.errors import ShapeError
from xentcli.kernels import (
    bce_from_logits,
    bce_from_probs,
    ce_from_logits,
    ce_from_logits_soft,
    ce_from_probs,
    ce_from_probs_soft,
    log_softmax,
    logit,
    sigmoid,
    softmax,
)

INF, NAN = math.inf, math.nan


def assert_is(value: Any, expected: Any) -> None:
    np.testing.assert_array_equal(np.asarray(value, float), np.asarray(expected, float))
    assert not np.signbit(np.asarray(value)[np.asarray(expected) == 0]).any()


@pytest.mark.parametrize(
    ("label", "logit_", "loss"),
    [
        (1, INF, 0),
        (0, -INF, 0),
        (1, -INF, INF),
        (0, INF, INF),
        (0.5, INF, INF),
        (0.5, -INF, INF),
        (1, NAN, NAN),
        (0, NAN, NAN),
        (NAN, 0.0, NAN),
        (NAN, INF, NAN),
        (1, 1e308, 0),
        (0, 1e308, 1e308),
        (1, -1e308, 1e308),
        (0, -1e308, 0),
    ],
)
def test_bce_from_logits(label: float, logit_: float, loss: float) -> None:
    assert_is(bce_from_logits(np.array([label]), np.array([logit_])), [loss])
    # The same beside ordinary neighbours, whose values must not change.
    both = bce_from_logits(np.array([label, 1.0]), np.array([logit_, 2.0]))
    assert_is(both, [loss, bce_from_logits(1.0, 2.0)])


@pytest.mark.parametrize(
    ("label", "prob", "loss"),
    [
        (1, 1, 0),
        (0, 0, 0),
        (1, 0, INF),
        (0, 1, INF),
        (0.5, 0, INF),
        (0.5, 1, INF),
        (1, NAN, NAN),
        (0, NAN, NAN),
        (NAN, 0.5, NAN),
        (1, -0.5, NAN),
        (0, 1.5, NAN),
    ],
)
def test_bce_from_probs(label: float, prob: float, loss: float) -> None:
    assert_is(bce_from_probs(np.array([label]), np.array([prob])), [loss])


WIDE = 40  # more classes than are walked column by column
ROWS = [
    ([0.0, -INF], 0, 0.0),
    ([0.0, -INF], 1, INF),
    ([-INF, -INF], 0, NAN),
    ([INF, 0.0], 0, NAN),
    ([INF, 0.0], 1, NAN),
    ([INF, INF], 0, NAN),
    ([NAN, 0.0], 1, NAN),
    ([0.0, NAN], 0, NAN),
    ([INF, -INF], 0, NAN),
    ([1e308, -1e308], 0, 0.0),
    ([1e308, -1e308], 1, INF),
    ([-1e308, -1e308], 1, math.log(2)),
]


@pytest.mark.parametrize("classes", [2, WIDE])
@pytest.mark.parametrize(("row", "label", "loss"), ROWS)
def test_ce_from_logits(row: list[float], label: int, loss: float, classes: int) -> None:
    logits = np.array([row + [-INF] * (classes - 2), [1.0] * classes])
    labels = np.array([label, 0])
    uniform = ce_from_logits(labels[1:], logits[1:])[0]
    assert math.isclose(uniform, math.log(classes), rel_tol=1e-15)
    assert_is(ce_from_logits(labels, logits), [loss, uniform])
    one_hot = np.eye(classes)[labels]
    assert_is(ce_from_logits_soft(one_hot, logits)[0], loss)
    again = [0, 1] if label == 0 else [1, 0]
    assert_is(softmax(logits)[0, again].sum(), 1.0 if not math.isnan(loss) else NAN)


def test_ce_from_probs() -> None:
    probs = np.array([[0.0, 1.0], [0.0, 0.0], [NAN, 1.0]])
    assert_is(ce_from_probs(np.array([0, 0, 0]), probs), [INF, INF, NAN])
    assert_is(ce_from_probs(np.array([1, 1, 1]), probs), [0, INF, 0])
    renormalised = ce_from_probs(np.array([1, 1, 1]), probs, renormalise=True)
    assert_is(renormalised, [0, NAN, NAN])
    soft = ce_from_probs_soft(np.array([[0.0, 1.0], [1.0, 0.0], [0.0, 0.0]]), probs)
    assert_is(soft, [0, INF, 0])
    tiny = np.array([[5e-324, 1.0]])
    assert_is(ce_from_probs(np.array([0]), tiny, renormalise=True), [-math.log(5e-324)])


def test_functions_between_logits_and_probabilities() -> None:
    assert_is(sigmoid([-INF, INF, NAN]), [0, 1, NAN])
    assert_is(logit([0.0, 1.0, NAN, -0.5, 1.5]), [-INF, INF, NAN, NAN, NAN])
    assert_is(softmax([0.0, -INF]), [1, 0])
    assert_is(log_softmax([0.0, -INF]), [0, -INF])
    assert_is(softmax([[INF, 0.0], [-INF, -INF], [NAN, 0.0]]), [[NAN] * 2] * 3)


def test_losses_without_any_loss_are_plus_zero() -> None:
    assert not np.signbit(bce_from_logits([1, 0], [800.0, -800.0])).any()
    assert not np.signbit(bce_from_probs([1, 0], [1.0, 0.0])).any()
    assert not np.signbit(ce_from_logits(np.array([0]), np.array([[800.0, 0.0]]))).any()
    assert not np.signbit(ce_from_probs(np.array([0]), np.array([[1.0, 0.0]]))).any()


@pytest.mark.parametrize(
    ("function", "labels", "scores"),
    [
        (bce_from_logits, [1, 0], [1.0]),
        (bce_from_probs, [1], [[0.5]]),
        (ce_from_logits, [0, 1], [[1.0, 2.0]]),
        (ce_from_logits, [0], [1.0, 2.0]),
        (ce_from_logits_soft, [0], [[1.0, 2.0]]),
        (ce_from_probs_soft, [[1.0]], [[0.5, 0.5]]),
    ],
)
def test_shapes_are_never_repaired(function: Any, labels: Any, scores: Any) -> None:
    with pytest.raises(ShapeError, match=r"labels \[.*\] do not fit scores \["):
        function(np.array(labels), np.array(scores))


@pytest.mark.parametrize("labels", [[2], [-1], [0.5], [1.0]])
def test_class_numbers_out_of_range(labels: list[float]) -> None:
    with pytest.raises(IndexError, match="whole numbers from 0 to 1"):
        ce_from_logits(np.array(labels), np.array([[1.0, 2.0]]))


def test_soft_labels_whose_difference_of_logits_is_beyond_float64() -> None:
    found = ce_from_logits_soft([[0.9, 0.1], [0.5, 0.5]], [[1.7e308, -1e308], [2.0, 0.0]])
    np.testing.assert_allclose(found, [2.7e307, 1.126928011042972496], rtol=1e-15)
    assert ce_from_logits_soft([[0.0, 1.0]], [[1.7e308, -1e308]]) == math.inf
