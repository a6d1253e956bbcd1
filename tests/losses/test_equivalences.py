"""Two ways to say the same thing give the same number, by the definition."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from blocks import block, report
from support import Ran

from xentcli.measures.loss.report import Report

Xent = Callable[..., Ran]

ROWS, CLASSES = 12, 4
RNG = np.random.default_rng(20)
LOGITS = RNG.normal(0, 3, (ROWS, CLASSES))
TARGETS = RNG.integers(0, CLASSES, ROWS)
BITS = RNG.integers(0, 2, (ROWS, CLASSES))
WEIGHTS = RNG.choice([0.0, 0.5, 1.0, 3.0], ROWS)
CLASS_WEIGHT = (0.5, 1.0, 2.0, 4.0)
BY_CLASS = np.array(CLASS_WEIGHT)


def near(one: float | None, other: float | None) -> bool:
    assert one is not None
    assert other is not None
    return math.isclose(one, other, rel_tol=4e-16)


@pytest.mark.parametrize("reduction", ["mean", "sum", "mean-by-count"])
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"label_smoothing": 0.2},
        {"class_weight": CLASS_WEIGHT},
        {"class_weight": CLASS_WEIGHT, "label_smoothing": 0.2},
        {"focal_gamma": 2.0, "focal_alpha": CLASS_WEIGHT},
    ],
)
def test_one_hot_rows_are_class_numbers(settings: dict[str, Any], reduction: str) -> None:
    one_hot = np.eye(CLASSES)[TARGETS]
    for scores in ({"logits": LOGITS}, {"probs": np.abs(LOGITS) / 20}):
        numbers = report(
            block("ce", TARGETS, **scores, weights=WEIGHTS), reduction=reduction, **settings
        )
        rows = report(
            block("ce", one_hot, **scores, weights=WEIGHTS), reduction=reduction, **settings
        )
        assert near(numbers.value, rows.value)


def test_losses_that_stay_apart_are_those_of_one_hot_rows() -> None:
    settings = {"class_weight": CLASS_WEIGHT, "reduction": "none"}
    numbers = report(block("ce", TARGETS, logits=LOGITS), **settings)
    rows = report(block("ce", np.eye(CLASSES)[TARGETS], logits=LOGITS), **settings)
    np.testing.assert_allclose(numbers.rows.losses, rows.rows.losses, rtol=4e-16)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_weights_of_classes_and_samples_multiply(reduction: str) -> None:
    both = report(
        block("ce", TARGETS, logits=LOGITS, weights=WEIGHTS),
        class_weight=CLASS_WEIGHT,
        reduction=reduction,
    )
    product = report(
        block("ce", TARGETS, logits=LOGITS, weights=WEIGHTS * BY_CLASS[TARGETS]),
        reduction=reduction,
    )
    assert near(both.value, product.value)


def test_binary_weights_of_classes_are_weights_of_elements() -> None:
    by_class = report(block("bce", BITS, logits=LOGITS), class_weight=(0.5, 4.0))
    by_element = report(block("bce", BITS, logits=LOGITS, weights=np.where(BITS == 1, 4.0, 0.5)))
    assert near(by_class.mean, by_element.mean)


def test_a_pos_weight_is_the_sum_of_class_weights() -> None:
    positive = report(block("bce", BITS, logits=LOGITS), pos_weight=(4.0,), reduction="sum")
    by_class = report(block("bce", BITS, logits=LOGITS), class_weight=(1.0, 4.0), reduction="sum")
    assert near(positive.value, by_class.value)


MASKS = {"rows": RNG.random(ROWS) < 0.6, "elements": RNG.random((ROWS, CLASSES)) < 0.6}
FIGURES = ("mean", "sum", "min", "max", "divisor", "baseline", "normalised", "std_error")


def figures(result: Report, names: tuple[str, ...] = FIGURES) -> dict[str, Any]:
    return {name: getattr(result, name) for name in names}


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("reduction", ["mean", "mean-by-count", "sum"])
def test_a_mask_drops_rows(weighted: bool, reduction: str) -> None:
    kept = MASKS["rows"]
    weights = WEIGHTS + 1 if weighted else None
    settings = {"class_weight": CLASS_WEIGHT, "reduction": reduction}
    masked = report(block("ce", TARGETS, logits=LOGITS, weights=weights, valid=kept), **settings)
    some = None if weights is None else weights[kept]
    dropped = report(block("ce", TARGETS[kept], logits=LOGITS[kept], weights=some), **settings)
    assert figures(masked) == figures(dropped)
    assert masked.ignored == np.count_nonzero(~kept)


def test_a_mask_drops_elements() -> None:
    kept = MASKS["elements"]
    masked = report(block("bce", BITS, logits=LOGITS, valid=kept))
    dropped = report(block("bce", BITS[kept], logits=LOGITS[kept]))
    # One output has one base rate, several have several.
    names = ("mean", "sum", "min", "max", "divisor")
    assert figures(masked, names) == figures(dropped, names)


def test_what_is_masked_may_be_anything() -> None:
    wild = LOGITS.copy()
    wild[~MASKS["rows"]] = math.nan
    sane = report(block("ce", TARGETS, logits=LOGITS, valid=MASKS["rows"]))
    assert figures(report(block("ce", TARGETS, logits=wild, valid=MASKS["rows"]))) == figures(sane)


def text(array: np.ndarray) -> str:
    return "[" + ",".join(",".join(map(repr, np.ravel(row).tolist())) for row in array) + "]"


def matrix(array: np.ndarray) -> str:
    return ";".join(",".join(map(repr, row)) for row in array.tolist())


@pytest.mark.parametrize("extra", [[], ["--class-weight", "1,2,3,4"], ["--label-smoothing", "0.1"]])
def test_an_ignored_class_number_drops_its_row(xent: Xent, extra: list[str]) -> None:
    kept = MASKS["rows"]
    labels = np.where(kept, TARGETS, -100)

    def value(labels: np.ndarray, logits: np.ndarray, *args: str) -> str:
        logits_text = f"--logits={matrix(logits)}"
        ran = xent("ce", f"--labels={text(labels)}", logits_text, *args, *extra, "-f", "value")
        assert ran.code == 0, ran.err
        return ran.out

    expected = value(TARGETS[kept], LOGITS[kept])
    assert value(labels, LOGITS, "--ignore-index", "-100") == expected
    assert value(TARGETS, LOGITS, "--mask", text(kept.astype(int))) == expected


def test_an_ignored_binary_label_drops_its_element(xent: Xent) -> None:
    kept = MASKS["elements"]
    labels = np.where(kept, BITS, -1)
    whole = (f"--labels={matrix(labels)}", f"--logits={matrix(LOGITS)}", "--ignore-index=-1")
    ran = xent("bce", *whole, "-f", "value")
    dropped = (f"--labels={text(BITS[kept])}", f"--logits={text(LOGITS[kept])}")
    assert ran.out == xent("bce", *dropped, "-f", "value").out
    assert ran.code == 0


NEUTRAL: dict[str, list[str]] = {
    "smoothing": ["--label-smoothing", "0"],
    "class-array": ["--class-weight", "1,1,1,1"],
    "class-mapping": ["--class-weight", "3=1,1=1,2=1,0=1"],
    "focal": ["--focal-gamma", "0"],
    "focal-alpha": ["--focal-gamma", "0", "--focal-alpha", "1"],
    "weights": ["--weights", text(np.full(ROWS, 3.0))],
    "mask": ["--mask", text(np.ones(ROWS, int))],
    "ignore": ["--ignore-index", "99"],
    "reduction": ["--reduction", "Mean"],
    "base": ["--base", "e"],
    "dtype": ["--dtype", "float64"],
}


@pytest.mark.parametrize("args", NEUTRAL.values(), ids=NEUTRAL)
def test_options_that_ask_for_nothing(xent: Xent, args: list[str]) -> None:
    arrays = (f"--labels={text(TARGETS)}", f"--logits={matrix(LOGITS)}", "-f", "value")
    assert near(float(xent("ce", *arrays, *args).out), float(xent("ce", *arrays).out))


@pytest.mark.parametrize(
    "args", [["--pos-weight", "1"], ["--pos-weight", "1,1,1,1"], ["--class-weight", "1=1,0=1"]]
)
def test_binary_options_that_ask_for_nothing(xent: Xent, args: list[str]) -> None:
    arrays = (f"--labels={matrix(BITS)}", f"--logits={matrix(LOGITS)}", "-f", "value")
    assert near(float(xent("bce", *arrays, *args).out), float(xent("bce", *arrays).out))


def test_weighted_one_hot_rows_show_the_losses_of_class_numbers() -> None:
    names = ("min", "max", "std_error", "weighted", "weight")
    numbers = report(block("ce", TARGETS, logits=LOGITS), class_weight=CLASS_WEIGHT)
    rows = report(block("ce", np.eye(CLASSES)[TARGETS], logits=LOGITS), class_weight=CLASS_WEIGHT)
    np.testing.assert_allclose(numbers.rows.losses, rows.rows.losses, rtol=1e-15)
    one, other = figures(numbers, names), figures(rows, names)
    assert one["std_error"] is other["std_error"] is None
    for name in ("min", "max", "weight"):
        assert near(one[name], other[name])
    assert one["weighted"] is other["weighted"] is True
