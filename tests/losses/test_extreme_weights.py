"""Weights at the edges of float64: products and sums of them, by fractions; libraries overflow."""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from support import Ran

Xent = Callable[..., Ran]

LOGITS = "1,2;3,4"
LOSSES = (math.log1p(math.exp(1)), math.log1p(math.exp(-1)))
"""Of the labels 0 and 1."""


def mean(weights: list[Fraction]) -> float:
    """The weighted mean of the two losses."""
    total = sum(w * Fraction(loss) for w, loss in zip(weights, LOSSES, strict=True))
    return float(total / sum(weights))


@pytest.mark.parametrize(
    ("weights", "by_class"),
    [
        ("1e300,1e300", "1e300,1e300"),
        ("5e-324,5e-324", "0.1,0.1"),
        ("5e-324,1e-323", "0.1,0.3"),
        ("5e-324,5e-324", "5e-324,5e-324"),
        ("1e308,1e308", "1,1"),
        ("1.7e308,1e308", "1.7e308,1e308"),
        ("1,1", "1e308,1.7e308"),
        ("1,1", "5e-324,1.5e-323"),
        ("1e-300,1e300", "1e200,1e100"),
        ("1e308,1e-308", "3,7"),
    ],
)
def test_weights_of_samples_times_weights_of_classes(
    xent: Xent, weights: str, by_class: str
) -> None:
    pairs = zip(weights.split(","), by_class.split(","), strict=True)
    exact = [Fraction(float(w)) * Fraction(float(c)) for w, c in pairs]
    for labels in ("0,1", "1,0;0,1"):
        args = ["--labels", labels, "--logits", LOGITS, "--weights", weights]
        for more in ([], ["--grad"]):
            ran = xent("ce", *args, "--class-weight", by_class, *more, "-f", "value")
            assert ran.code == 0, ran.err
            assert float(ran.out) == pytest.approx(mean(exact), rel=5e-16)


@pytest.mark.parametrize("scale", [1e-320, 1e-200, 1.0, 1e200, 1e308])
def test_binary_weights_only_compare(xent: Xent, scale: float) -> None:
    args = ["bce", "--labels", "1,0,0.25", "--logits", "1,2,-3", "-f", "json"]
    by_class = xent(*args, "--class-weight", f"{scale!r},{scale!r}").json
    plain = xent(*args).json
    # Σ of the weights of a soft label's two classes is rounded twice.
    assert by_class["mean"] == pytest.approx(plain["mean"], rel=5e-16)
    assert [float(loss) for loss in by_class["per_sample"]] == [
        pytest.approx(loss * scale, rel=5e-16, abs=5e-324) for loss in plain["per_sample"]
    ]


@pytest.mark.parametrize(("q", "weight"), [(1e308, 1e300), (1e-308, 1e-300), (1e300, 1e-300)])
def test_a_positive_weight_times_a_weight_of_the_class(xent: Xent, q: float, weight: float) -> None:
    args = ["bce", "--labels", "1,0", "--logits", "-1,2", "--pos-weight", repr(q), "-f", "json"]
    found = xent(*args, "--class-weight", f"{weight!r},{weight!r}").json
    on, off = math.log1p(math.exp(1)), 2 + math.log1p(math.exp(-2))
    exact = (Fraction(on) * Fraction(q) + Fraction(off)) / 2
    assert found["mean"] == pytest.approx(float(exact), rel=1e-15)


def test_weights_too_far_apart_are_refused(xent: Xent) -> None:
    for pair in ("1e308,1e-308", "1e-308,1"):
        ran = xent("ce", "--labels", "0,1", "--logits", LOGITS, "--class-weight", pair)
        assert (ran.code, ran.out) == (2, "")
        assert "too far apart" in ran.err
    assert xent("ce", "--labels", "0,1", "--logits", LOGITS, "--class-weight", "0,1e308").code == 0


def test_sums_of_weights_beyond_float64(xent: Xent) -> None:
    args = ["bce", "--labels", "0,1", "--probs", "0.5,0.5", "--weights", "1e308,1e308"]
    found = xent(*args, "-f", "json").json
    assert found["mean"] == math.log(2)
    assert found["weight"] == found["sum_weights"] == found["divisor"] == "inf"
    assert found["baseline"] == pytest.approx(math.log(2), rel=1e-15)
    assert xent(*args).code == 0
    logits = [*args[:3], "--logits", "0,0", *args[5:], "--grad", "-f", "json"]
    assert xent(*logits).json["grad"] == [0.25, -0.25]


@pytest.mark.parametrize("form", ["table", "json", "csv", "markdown"])
def test_groups_and_the_worst(xent: Xent, form: str) -> None:
    rows = "y,logit,w,g\n0,1,1e308,a\n1,2,1e308,a\n1,-1,1e308,b\n"
    for more in (["--by", "g"], ["--worst", "1"]):
        args = ["bce", "-", "--labels", "y", "--weights", "w", *more, "-f", form]
        ran = xent(*args, stdin=rows)
        assert ran.code == 0, ran.err


@pytest.mark.parametrize(
    ("convention", "weights", "expected"),
    [
        # torch: (loss * weight).mean(), Keras: the sum by the count, in float32
        ("torch", "1e39,1e39", math.inf),
        ("keras3", "1e39,1e39", math.inf),
        ("torch", "1e38,3.4e38", math.inf),
        ("torch", "1e38,1e38", 6.931472e37),
    ],
)
def test_libraries_overflow(xent: Xent, convention: str, weights: str, expected: float) -> None:
    args = ["bce", "--labels", "0,1", "--probs", "0.5,0.1", "--weights", weights]
    if expected != math.inf:
        args[4] = "0.5,0.5"
    ran = xent(*args, "-c", convention, "-f", "value")
    assert float(ran.out) == pytest.approx(expected, rel=1e-6)
    assert ("beyond float32" in ran.err or "float32 does not hold" in ran.err) == (
        expected == math.inf
    )


def test_libraries_on_numpy_overflow_as_numpy_does(xent: Xent) -> None:
    probs, weights = [0.5, 0.1], [1e308, 1.5e308]
    with np.errstate(all="ignore"):
        expected = np.average([-math.log(0.5), -math.log(0.1)], weights=weights)
    args = ["bce", "--labels", "0,1", "--probs", "0.5,0.1", "--weights", "1e308,1.5e308"]
    ran = xent(*args, "-c", "sklearn", "-f", "value")
    assert math.isnan(float(ran.out)) == math.isnan(expected)
    exact = mean_of_probs(probs, weights)
    assert f"without that the mean is {exact:.6g}" in ran.err
    assert float(xent(*args, "-f", "value").out) == pytest.approx(exact, rel=1e-15)


def mean_of_probs(probs: list[float], weights: list[float]) -> float:
    pairs: Any = zip(probs, weights, strict=True)
    total = sum(Fraction(-math.log(p)) * Fraction(w) for p, w in pairs)
    return float(total / sum(map(Fraction, weights)))


def test_a_weight_of_0_in_float32_is_said_to_be(xent: Xent) -> None:
    args = ["bce", "--labels", "0,1", "--probs", "0.5,0.1", "--weights", "1e-50,1e-50"]
    ran = xent(*args, "--dtype", "float32")
    assert ran.code == 2
    assert "every weight is 0 in float32" in ran.err


@pytest.mark.parametrize(
    ("convention", "kind", "expected"),
    [
        # torch and Keras multiply by 0 and divide by the count; the others divide by a sum of 0
        ("torch", "float32", 0.0),
        ("keras3", "float32", 0.0),
        ("tf-keras", "float32", 0.0),
        ("xgboost", "float32", 0.0),
        ("lightgbm", "float32", math.nan),
    ],
)
def test_weights_that_are_0_in_the_type_of_a_library(
    xent: Xent, convention: str, kind: str, expected: float
) -> None:
    args = ["bce", "--labels", "0,1", "--probs", "0.5,0.1", "-c", convention, "-f", "value"]
    for weights, many in (("1e-50,1e-50", True), ("1e-50,1", False)):
        ran = xent(*args, "--weights", weights)
        assert f"warning: weights that {kind} does not hold are 0 in " in ran.err
        assert not many or float(ran.out) == pytest.approx(expected, nan_ok=True)
        assert xent(*args, "--weights", weights, "--strict").code == 2
    assert xent(*args, "--weights", "0,1").err == ""  # 0 is what was asked for
    assert xent(*args, "--weights", "1e-44,1").err == ""  # float32 holds it, below its normal range


@pytest.mark.parametrize("option", ["--class-weight", "--pos-weight"])
def test_weights_of_classes_that_are_0_in_float32(xent: Xent, option: str) -> None:
    weights = "1e-50,1" if option == "--class-weight" else "1e-50"
    command = "ce" if option == "--class-weight" else "bce"
    scores = "1,2;3,-4" if command == "ce" else "3,-4"
    args = [command, "--labels", "0,1", "--logits", scores, option, weights]
    ran = xent(*args, "-c", "torch")
    assert "weights that float32 does not hold are 0 in PyTorch" in ran.err
    assert xent(*args).err == ""


def test_products_of_weights_that_are_0_in_float32(xent: Xent) -> None:
    args = ["ce", "--labels", "0,1", "--logits", LOGITS, "-c", "tf-keras", "-f", "value"]
    weighted = [*args, "--weights", "1e-30,1", "--class-weight", "1e-30,1"]
    assert "float32 does not hold are 0 in tf.keras" in xent(*weighted).err
    assert xent(*args, "--weights", "1e-30,1", "--class-weight", "0,1").err == ""
