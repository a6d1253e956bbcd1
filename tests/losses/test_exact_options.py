"""The convention ``exact`` with each option, element by element against 60 digits."""

import itertools
import math
from typing import Any

import definition
import mpmath
import numpy as np
import pytest
from blocks import block, found, report

BAR = 8
"""Ulps: the kernels' 4, and the roundings of factors."""

INF = math.inf
BINARY = {
    "logits": [-INF, -700.0, -40.0, -3.5, -1e-9, 0.0, 0.3, 2.0, 40.0, 700.0, INF],
    "probs": [0.0, 5e-324, 1e-300, 1e-17, 0.1, 0.5, 0.9, 1 - 2**-53, 1.0],
}
LABELS = [0.0, 1.0, 0.25, 0.999]
ROWS = {
    "logits": [
        [0.3, -1.2, 2.0],
        [40.0, 0.0, -40.0],
        [700.0, -700.0, 699.5],
        [-INF, 0.0, 1.0],
        [0.0, 0.0, 0.0],
        [1e-9, 0.0, -1e3],
    ],
    "probs": [
        [0.2, 0.3, 0.5],
        [0.0, 1.0, 0.0],
        [1e-300, 0.75, 0.25],
        [1 - 2**-53, 2**-53, 0.0],
        [0.1, 0.1, 0.1],
    ],
}
TARGETS = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.2, 0.3, 0.5], [0.0, 0.0, 0.0]]

BINARY_OPTIONS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "none": ({}, {}),
    "smoothing": ({"label_smoothing": 0.1}, {"smoothing": 0.1}),
    "little-smoothing": ({"label_smoothing": 1e-6}, {"smoothing": 1e-6}),
    "all-smoothing": ({"label_smoothing": 1.0}, {"smoothing": 1.0}),
    "class-mapping": ({"class_weight": (("1", 3.0), ("0", 0.7))}, {"class_weight": [0.7, 3.0]}),
    "class-array": ({"class_weight": (0.7, 3.0)}, {"class_weight": [0.7, 3.0]}),
    "class-zero": ({"class_weight": (0.0, 3.0)}, {"class_weight": [0.0, 3.0]}),
    "positives": ({"pos_weight": (2.5,)}, {"pos_weight": 2.5}),
    "no-positives": ({"pos_weight": (0.0,)}, {"pos_weight": 0.0}),
    "focal": ({"focal_gamma": 2.0}, {"gamma": 2.0}),
    "focal-root": ({"focal_gamma": 0.5}, {"gamma": 0.5}),
    "focal-balanced": (
        {"focal_gamma": 1.5, "focal_alpha": (0.25,)},
        {"gamma": 1.5, "alpha": 0.25},
    ),
    "focal-one-sided": (
        {"focal_gamma": 2.0, "focal_alpha": (1.0,)},
        {"gamma": 2.0, "alpha": 1.0},
    ),
    "together": (
        {
            "label_smoothing": 0.05,
            "class_weight": (0.7, 3.0),
            "pos_weight": (2.5,),
            "focal_gamma": 1.0,
        },
        {"smoothing": 0.05, "class_weight": [0.7, 3.0], "pos_weight": 2.5, "gamma": 1.0},
    ),
}
CE_OPTIONS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "none": ({}, {}),
    "smoothing": ({"label_smoothing": 0.1}, {"smoothing": 0.1}),
    "all-smoothing": ({"label_smoothing": 1.0}, {"smoothing": 1.0}),
    "class-mapping": (
        {"class_weight": (("2", 5.0), ("0", 0.5), ("1", 1.5))},
        {"class_weight": [0.5, 1.5, 5.0]},
    ),
    "class-array": ({"class_weight": (0.5, 0.0, 5.0)}, {"class_weight": [0.5, 0.0, 5.0]}),
    "focal": ({"focal_gamma": 2.0}, {"gamma": 2.0}),
    "focal-root": ({"focal_gamma": 0.5}, {"gamma": 0.5}),
    "focal-scalar": (
        {"focal_gamma": 1.5, "focal_alpha": (0.25,)},
        {"gamma": 1.5, "alpha": [0.25] * 3},
    ),
    "focal-per-class": (
        {"focal_gamma": 2.0, "focal_alpha": (0.25, 0.5, 2.0)},
        {"gamma": 2.0, "alpha": [0.25, 0.5, 2.0]},
    ),
    "together": (
        {"label_smoothing": 0.1, "class_weight": (0.5, 1.5, 5.0), "focal_gamma": 1.0},
        {"smoothing": 0.1, "class_weight": [0.5, 1.5, 5.0], "gamma": 1.0},
    ),
}
CLIPS = (("eps", 1e-7), ("eps", 0.3))


def all_near(values: np.ndarray, exact: list[Any]) -> None:
    pairs = zip(values.tolist(), exact, strict=True)
    assert [pair for pair in pairs if definition.off_by(*pair) > BAR] == []


@pytest.mark.parametrize("scale", BINARY)
@pytest.mark.parametrize(("settings", "options"), BINARY_OPTIONS.values(), ids=BINARY_OPTIONS)
def test_binary(scale: str, settings: dict[str, Any], options: dict[str, Any]) -> None:
    pairs = list(itertools.product(LABELS, BINARY[scale]))
    labels, scores = map(list, zip(*pairs, strict=True))
    values = found(block("bce", labels, **{scale: scores}), **settings).values
    all_near(values, [definition.bce(y, x, scale, **options) for y, x in pairs])


@pytest.mark.parametrize("scale", ROWS)
@pytest.mark.parametrize(("settings", "options"), CE_OPTIONS.values(), ids=CE_OPTIONS)
def test_categorical(scale: str, settings: dict[str, Any], options: dict[str, Any]) -> None:
    pairs = list(itertools.product(TARGETS, ROWS[scale]))
    labels, scores = map(list, zip(*pairs, strict=True))
    values = found(block("ce", labels, **{scale: scores}), **settings).values
    all_near(values, [definition.ce(y, x, scale, **options) for y, x in pairs])


@pytest.mark.parametrize("eps", [1e-7, 1e-15, 0.3])
@pytest.mark.parametrize("gamma", [None, 2.0])
def test_eps_clips_probabilities(eps: float, gamma: float | None) -> None:
    settings = {"eps": eps, "focal_gamma": gamma}
    pairs = list(itertools.product(LABELS, BINARY["probs"]))
    labels, scores = map(list, zip(*pairs, strict=True))
    values = found(block("bce", labels, probs=scores), **settings).values
    exact = [definition.bce(y, p, "probs", eps=eps, gamma=gamma) for y, p in pairs]
    all_near(values, exact)
    rows = list(itertools.product(TARGETS, ROWS["probs"]))
    labels, scores = map(list, zip(*rows, strict=True))
    values = found(block("ce", labels, probs=scores), **settings).values
    all_near(values, [definition.ce(y, p, "probs", eps=eps, gamma=gamma) for y, p in rows])


def test_one_pos_weight_and_one_alpha_per_output() -> None:
    labels, logits = [[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]], [[-1.0, 2.0, 0.5], [3.0, -2.0, 0.1]]
    settings = {"pos_weight": (1.0, 2.5, 4.0), "focal_gamma": 2.0, "focal_alpha": (0.1, 0.5, 0.9)}
    values = found(block("bce", labels, logits=logits), **settings).values
    for column, (q, alpha) in enumerate(
        zip(settings["pos_weight"], settings["focal_alpha"], strict=True)
    ):
        exact = [
            definition.bce(y[column], z[column], "logits", pos_weight=q, gamma=2.0, alpha=alpha)
            for y, z in zip(labels, logits, strict=True)
        ]
        all_near(values[:, column], exact)


@pytest.mark.parametrize(("base", "size"), [("2", 2), ("10", 10)])
@pytest.mark.parametrize("loss", ["bce", "ce"])
def test_a_base_divides_nats_by_its_logarithm(loss: Any, base: Any, size: int) -> None:
    if loss == "bce":
        data, exact = block("bce", [1.0], logits=[-0.7]), definition.bce(1.0, -0.7, "logits")
    else:
        data = block("ce", [1], logits=[[0.3, -1.2, 2.0]])
        exact = definition.ce([0, 1, 0], [0.3, -1.2, 2.0], "logits")
    with mpmath.workdps(definition.DIGITS):
        all_near(found(data, base=base).values, [exact / mpmath.log(size)])


WEIGHTS = [2.0, 0.0, 0.3, 7.0, 1.0]
VALID = [True, True, True, False, True]
CLASS_WEIGHT = [0.5, 1.5, 5.0]


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("indexed", [True, False])
@pytest.mark.parametrize(
    "reduction", [None, "mean", "sum", "mean-by-weight", "mean-by-count", "mean_by_nonzero"]
)
def test_reductions_with_everything_that_weighs(
    reduction: str | None, indexed: bool, smoothing: float
) -> None:
    classes, logits = [0, 2, 1, 0, 2], (ROWS["logits"][:3] + ROWS["logits"][4:])[:5]
    rows = np.eye(3)[classes].tolist()
    labels = classes if indexed else rows
    data = block("ce", labels, logits=logits, weights=WEIGHTS, valid=VALID)
    result = report(
        data,
        label_smoothing=smoothing,
        class_weight=tuple(CLASS_WEIGHT),
        reduction=reduction,
    )
    with mpmath.workdps(definition.DIGITS):
        each = [
            definition.ce(y, z, "logits", smoothing=smoothing, class_weight=CLASS_WEIGHT)
            for y, z in zip(rows, logits, strict=True)
        ]
        weights = [mpmath.mpf(w) * v for w, v in zip(WEIGHTS, VALID, strict=True)]
        total = mpmath.fdot(weights, each)
        # Shares are of the labels as given: smoothing moves loss, not weight.
        shares = mpmath.fdot(weights, [CLASS_WEIGHT[c] for c in classes])
        divisors = {
            "sum": 1,
            "mean-by-count": sum(VALID),
            "mean_by_nonzero": mpmath.mpf(sum(VALID) * sum(w != 0 for w in WEIGHTS)) / 5,
        }
        exact = total / divisors.get(reduction or "mean", shares)
    assert result.value is not None
    assert definition.off_by(result.value, exact) <= BAR


def test_binary_shares_are_those_of_the_labels() -> None:
    labels, logits = [1.0, 0.0, 0.25], [0.3, 0.4, -0.6]
    result = report(block("bce", labels, logits=logits), class_weight=(0.5, 4.0))
    with mpmath.workdps(definition.DIGITS):
        each = [
            definition.bce(y, z, "logits", class_weight=[0.5, 4.0])
            for y, z in zip(labels, logits, strict=True)
        ]
        exact = mpmath.fsum(each) / mpmath.mpf(4 + 0.5 + (0.25 * 4 + 0.75 * 0.5))
    assert definition.off_by(result.mean, exact) <= BAR


def test_weights_of_elements() -> None:
    labels, logits = [[1.0, 0.0], [0.0, 1.0]], [[0.3, -1.0], [2.0, -0.5]]
    weights = [[1.0, 2.0], [0.0, 0.5]]
    result = report(block("bce", labels, logits=logits, weights=weights))
    cells = [(i, j) for i in range(2) for j in range(2)]
    with mpmath.workdps(definition.DIGITS):
        exact = mpmath.fsum(
            weights[i][j] * definition.bce(labels[i][j], logits[i][j], "logits") for i, j in cells
        ) / mpmath.mpf(3.5)
    assert definition.off_by(result.mean, exact) <= BAR
