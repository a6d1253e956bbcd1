"""Derivatives by the logits: against differences at 60 digits, and against the value itself."""

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any

import definition
import mpmath
import numpy as np
import pytest
from blocks import block, found, job, report
from jobs import changed
from support import Ran

from xentcli.conventions import Kind
from xentcli.conventions.registry import CONVENTIONS
from xentcli.losses import losses
from xentcli.measures.loss.report import Report
from xentcli.measures.loss.tally import measured

STEP = mpmath.mpf("1e-20")
NEAR = 1e-9
LOGITS = [-800.0, -700.0, -40.0, -2.5, 0.0, 0.3, 2.0, 40.0, 700.0, 800.0]
LABELS = [0.0, 1.0, 0.25]
ROWS = [[0.3, -1.2, 2.0], [40.0, 0.0, -40.0], [0.0, 0.0, 0.0], [1e-9, 0.0, -900.0]]
TARGETS = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.2, 0.3, 0.5], [0.5, 0.2, 0.0]]

BINARY: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "plain": ({}, {}),
    "smoothing": ({"label_smoothing": 0.1}, {"smoothing": 0.1}),
    "weights": (
        {"class_weight": (0.7, 3.0), "pos_weight": (2.5,)},
        {"class_weight": [0.7, 3.0], "pos_weight": 2.5},
    ),
    "focal-0": ({"focal_gamma": 0.0}, {"gamma": 0.0}),
    "focal-half": ({"focal_gamma": 0.5}, {"gamma": 0.5}),
    "focal-1": ({"focal_gamma": 1.0}, {"gamma": 1.0}),
    "focal-2": (
        {"focal_gamma": 2.0, "focal_alpha": (0.25,), "label_smoothing": 0.1},
        {"gamma": 2.0, "alpha": 0.25, "smoothing": 0.1},
    ),
}
CATEGORICAL: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "plain": ({}, {}),
    "smoothing": ({"label_smoothing": 0.1}, {"smoothing": 0.1}),
    "weights": ({"class_weight": (0.5, 1.5, 0.0)}, {"class_weight": [0.5, 1.5, 0.0]}),
    "focal-0": ({"focal_gamma": 0.0}, {"gamma": 0.0}),
    "focal-half": ({"focal_gamma": 0.5}, {"gamma": 0.5}),
    "focal-1": ({"focal_gamma": 1.0}, {"gamma": 1.0}),
    "focal-2": (
        {"focal_gamma": 2.0, "focal_alpha": (0.25, 0.5, 2.0), "label_smoothing": 0.1},
        {"gamma": 2.0, "alpha": [0.25, 0.5, 2.0], "smoothing": 0.1},
    ),
}


def difference(function: Callable[[Any], Any], at: float) -> float:
    with mpmath.workdps(definition.DIGITS):
        return float((function(at + STEP) - function(at - STEP)) / (2 * STEP))


def far(value: float, exact: float) -> bool:
    return not math.isclose(value, exact, rel_tol=NEAR, abs_tol=1e-290)


def _binary_at(y: float, options: dict[str, Any]) -> Callable[[Any], Any]:
    return lambda x: definition.bce(y, x, "logits", **options)


@pytest.mark.parametrize(("settings", "options"), BINARY.values(), ids=BINARY)
def test_binary_by_the_definition(settings: dict[str, Any], options: dict[str, Any]) -> None:
    pairs = list(itertools.product(LABELS, LOGITS))
    labels, logits = map(list, zip(*pairs, strict=True))
    asked = job("bce", grad=True, **settings)
    gradient = losses(block("bce", labels, logits=logits), asked).gradient
    assert gradient is not None
    for (y, z), value in zip(pairs, gradient.tolist(), strict=True):
        exact = difference(_binary_at(y, options), z)
        assert not far(value, exact), (y, z, value, exact)


@pytest.mark.parametrize(("settings", "options"), CATEGORICAL.values(), ids=CATEGORICAL)
def test_categorical_by_the_definition(settings: dict[str, Any], options: dict[str, Any]) -> None:
    pairs = list(itertools.product(TARGETS, ROWS))
    labels, logits = map(list, zip(*pairs, strict=True))
    asked = job("ce", grad=True, **settings)
    gradient = losses(block("ce", labels, logits=logits), asked).gradient
    assert gradient is not None
    for (y, row), values in zip(pairs, gradient.tolist(), strict=True):
        for c, value in enumerate(values):

            def moved(z: Any, y: Any = y, row: Any = row, c: int = c) -> Any:
                return definition.ce(y, [*row[:c], z, *row[c + 1 :]], "logits", **options)

            exact = difference(moved, row[c])
            # A difference of close numbers has the precision of the larger ones.
            assert abs(value - exact) <= NEAR * max(map(abs, values)), (y, row, c, value, exact)


def test_derivatives_at_infinity_are_limits() -> None:
    labels, logits = [1.0, 0.0, 1.0, 0.0], [math.inf, -math.inf, -math.inf, math.inf]
    for settings in ({}, {"focal_gamma": 2.0}, {"focal_gamma": 0.5}):
        asked = job("bce", grad=True, **settings)
        gradient = losses(block("bce", labels, logits=logits), asked).gradient
        assert gradient is not None
        assert gradient.tolist() == [0.0, 0.0, -1.0, 1.0]


RNG = np.random.default_rng(3)
SIZE = (6, 3)
DATA: dict[str, tuple[Any, Any]] = {
    "bce": (RNG.integers(0, 2, SIZE), RNG.normal(0, 1.5, SIZE)),
    "ce": (np.eye(3)[RNG.integers(0, 3, 6)], RNG.normal(0, 1.5, SIZE)),
    "ce-index": (RNG.integers(0, 3, 6), RNG.normal(0, 1.5, SIZE)),
}
WEIGHTS = np.array([2.0, 0.0, 1.0, 0.5, 1.0, 3.0])
VALID = np.array([True, True, False, True, True, True])
VARIED: dict[str, dict[str, Any]] = {
    "label-smoothing": {"label_smoothing": 0.2},
    "class-weight": {"class_weight": (0.5, 2.0)},
    "pos-weight": {"pos_weight": (2.0,)},
    "focal-gamma": {"focal_gamma": 2.0},
}


def cases() -> Iterator[Any]:
    """Each convention, loss from logits, reduction and option that there is."""
    for name, convention in CONVENTIONS.items():
        for (kind, scale), rule in convention.rules.items():
            if scale != "logits":
                continue
            for reduction, denominator in rule.reductions:
                if denominator != "none":
                    yield name, kind, reduction, {}
            for option in sorted(rule.options & set(VARIED)):
                settings = dict(VARIED[option])
                if "class_weight" in settings and kind != "bce":
                    settings["class_weight"] = (0.5, 2.0, 1.0)
                if kind == "bce" and rule.class_weights == "rows" and "class_weight" in settings:
                    settings["class_weight"] = (0.5, 2.0, 1.0)
                yield name, kind, rule.reductions[0][0], settings


def in_float64(
    name: str, kind: Kind, logits: Any, reduction: str, settings: dict[str, Any], grad: bool
) -> Report:
    loss = "bce" if kind == "bce" else "ce"
    rule = CONVENTIONS[name].rules[kind, "logits"]
    options = rule.options
    weights = WEIGHTS if "weights" in options and "class_weight" not in settings else None
    valid = VALID if "mask" in options else None
    convention = CONVENTIONS[name]
    if "float64" in convention.dtypes:
        convention = convention._replace(dtype="float64")
    asked = changed(job(loss, grad=grad, reduction=reduction, **settings), convention=convention)
    data = block(loss, DATA[kind][0], logits=logits, weights=weights, valid=valid)
    return Report.of(asked, measured(asked, data)[0])


@pytest.mark.parametrize(
    ("name", "kind", "reduction", "settings"),
    list(cases()),
    ids=lambda part: str(part) if isinstance(part, str) else "-".join(part) or "plain",
)
def test_the_gradient_is_that_of_the_value(
    name: str, kind: str, reduction: str, settings: dict[str, Any]
) -> None:
    logits = DATA[kind][1]
    gradient = in_float64(name, kind, logits, reduction, settings, True).rows.gradient
    assert gradient is not None
    coarse = name == "xgboost"  # computes in float32 only
    step, near = (1e-2, 2e-3) if coarse else (1e-5, 1e-6)
    for place in np.ndindex(SIZE):
        values = []
        for sign in (-1, 1):
            moved = logits.copy()
            moved[place] += sign * step
            values.append(in_float64(name, kind, moved, reduction, settings, False).value)
        below, above = values
        assert below is not None
        assert above is not None
        slope = (above - below) / (2 * step)
        assert math.isclose(gradient[place], slope, rel_tol=near, abs_tol=near / 10), place


@pytest.mark.parametrize("name", [n for n, c in CONVENTIONS.items() if ("ce", "logits") in c.rules])
def test_the_derivatives_of_a_row_cancel(name: str) -> None:
    for kind in ("ce", "ce-index"):
        labels, logits = DATA[kind]
        gradient = report(
            block("ce", labels, logits=logits), convention=name, grad=True
        ).rows.gradient
        assert gradient is not None
        np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-6)


def test_weights_and_denominators_scale_rows() -> None:
    labels, logits = DATA["ce-index"]
    plain = report(block("ce", labels, logits=logits), grad=True, reduction="none").rows.gradient
    weighted = block("ce", labels, logits=logits, weights=WEIGHTS, valid=VALID)
    assert plain is not None
    scaled = plain * (WEIGHTS * VALID)[:, np.newaxis]
    divisors = {
        "mean": 6.5,
        "mean-by-count": 5.0,
        "mean-by-nonzero": 5 * 5 / 6,
        "sum": 1.0,
        "none": 1.0,
    }
    for reduction, divisor in divisors.items():
        gradient = report(weighted, grad=True, reduction=reduction).rows.gradient
        assert gradient is not None
        np.testing.assert_allclose(gradient, scaled / divisor, rtol=1e-15)
        assert not gradient[[1, 2]].any()  # weight 0, and masked


def test_what_is_masked_moves_nothing_whatever_it_is() -> None:
    logits = DATA["bce"][1].copy()
    valid = np.ones(SIZE, bool)
    valid[2, 1], logits[2, 1] = False, math.nan
    data = block("bce", DATA["bce"][0], logits=logits, valid=valid)
    gradient = report(data, grad=True).rows.gradient
    assert gradient is not None
    assert gradient[2, 1] == 0
    assert np.isfinite(gradient).all()


@pytest.mark.parametrize(
    ("name", "saturated"),
    [("keras3-numpy", 40.0), ("xgboost", 40.0), ("lightgbm", 40.0), ("lightgbm-xentropy", 40.0)],
)
def test_a_clipped_loss_does_not_move(name: str, saturated: float) -> None:
    data = block("bce", [0.0, 1.0, 0.0, 1.0], logits=[saturated, -saturated, 1.0, -1.0])
    result = found(data, name)
    gradient = report(data, convention=name, grad=True).rows.gradient
    assert gradient is not None
    assert result.clipped is not None
    np.testing.assert_array_equal(gradient == 0, result.clipped)
    assert result.clipped[0]
    assert not result.clipped[2:].any()


def test_probabilities_have_no_derivative_by_logits(xent: Callable[..., Ran]) -> None:
    ran = xent("ce", "--labels", "0", "--probs", "0.5,0.5", "--grad")
    assert ran.code == 2
    assert ran.out == ""
    assert "give --logits" in ran.err


def test_a_weight_of_0_leaves_a_row_out_whatever_it_loses() -> None:
    labels, logits = [1.0, 0.0], [-math.inf, 1.0]
    data = block("bce", labels, logits=logits, weights=[0.0, 2.0])
    rows = report(data, grad=True, reduction="none").rows
    assert rows.gradient is not None
    assert rows.losses[0] == rows.gradient[0] == 0.0
    data = block("ce", [0], logits=[[math.nan, 1.0]], weights=[0.0])
    assert report(data, reduction="none", convention="tensorflow").rows.losses.tolist() == [0.0]
