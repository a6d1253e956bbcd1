"""Properties: a row's loss depends on that row alone, layouts and types change nothing."""

from collections.abc import Callable

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xentcli import kernels

DIGITS = 40


def case(seed: int, rows: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    scale = 10.0 ** rng.integers(-2, 3)
    return rng.integers(0, classes, rows), rng.normal(0, scale, (rows, classes))


def every_ce() -> dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]]:
    def one_hot(y: np.ndarray, z: np.ndarray) -> np.ndarray:
        return np.eye(z.shape[1])[y]

    return {
        "logits": kernels.ce_from_logits,
        "logits-soft": lambda y, z: kernels.ce_from_logits_soft(one_hot(y, z), z),
        "probs": lambda y, z: kernels.ce_from_probs(y, np.exp(-np.abs(z))),
        "renormalised": lambda y, z: kernels.ce_from_probs(y, np.exp(-np.abs(z)), renormalise=True),
        "renormalised-soft": lambda y, z: kernels.ce_from_probs_soft(
            one_hot(y, z), np.exp(-np.abs(z)), renormalise=True
        ),
        "softmax": lambda y, z: kernels.softmax(z)[np.arange(len(y)), y],
        "log-softmax": lambda y, z: kernels.log_softmax(z)[np.arange(len(y)), y],
    }


@pytest.mark.parametrize("name", every_ce())
@given(
    seed=st.integers(0, 2**32),
    rows=st.integers(1, 40),
    classes=st.one_of(st.integers(2, 45), st.sampled_from([129, 1000])),
)
@settings(deadline=None, max_examples=60)
def test_a_row_depends_on_itself_alone(name: str, seed: int, rows: int, classes: int) -> None:
    function = every_ce()[name]
    labels, logits = case(seed, rows, classes)
    whole = function(labels, logits)
    one_by_one = [function(labels[i : i + 1], logits[i : i + 1])[0] for i in range(rows)]
    np.testing.assert_array_equal(whole, one_by_one)
    order = np.random.default_rng(seed).permutation(rows)
    np.testing.assert_array_equal(function(labels[order], logits[order]), whole[order])


@pytest.mark.parametrize("rows", [1, 4095, 4096, 4097, 20_000])
@pytest.mark.parametrize("scale", [0.01, 3.0, 300.0])
def test_an_element_depends_on_itself_alone(rows: int, scale: float) -> None:
    rng = np.random.default_rng(rows)
    logits, labels = rng.normal(0, scale, rows), rng.integers(0, 2, rows)
    whole = kernels.bce_from_logits(labels, logits)
    for start, step in ((0, 1), (1, 3), (7, 11)):
        part = kernels.bce_from_logits(labels[start::step], logits[start::step])
        np.testing.assert_array_equal(part, whole[start::step])
    picked = rng.integers(0, rows, 20)
    single = [kernels.bce_from_logits(labels[i : i + 1], logits[i : i + 1])[0] for i in picked]
    np.testing.assert_array_equal(single, whole[picked])


@pytest.mark.parametrize("classes", [5, 40])
@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", ">f8", ">f4", "i4"])
def test_types_and_layouts_change_nothing(classes: int, dtype: str) -> None:
    rng = np.random.default_rng(1)
    logits = rng.integers(-9, 9, (300, classes)).astype(dtype)
    labels = rng.integers(0, classes, 300)
    expected = kernels.ce_from_logits(labels, logits.astype(float))
    wide = np.zeros((600, 2 * classes), dtype)
    wide[::2, ::2] = logits
    for layout in (logits, np.asfortranarray(logits), wide[::2, ::2]):
        before = layout.copy()
        np.testing.assert_array_equal(kernels.ce_from_logits(labels, layout), expected)
        np.testing.assert_array_equal(layout, before)
    targets = rng.integers(0, 2, logits.shape)
    expected = kernels.bce_from_logits(targets, logits.astype(float))
    found = kernels.bce_from_logits(targets.astype(bool), np.asfortranarray(logits))
    np.testing.assert_array_equal(found, expected)


def test_the_input_of_one_row_is_left_alone() -> None:
    logits = np.array([[1.0, 3.0, 2.0]])
    kernels.ce_from_logits(np.array([0]), logits)
    assert logits.tolist() == [[1.0, 3.0, 2.0]]


def test_out_is_written_and_returned() -> None:
    out = np.empty(2)
    assert kernels.bce_from_logits([1, 0], [2.0, -1.0], out=out) is out
    with pytest.raises(ValueError, match="C-contiguous float64"):
        kernels.bce_from_logits([1, 0], [2.0, -1.0], out=np.empty(2, np.float32))


@pytest.mark.parametrize("classes", [3, 40])
def test_soft_labels_are_linear_in_the_labels(classes: int) -> None:
    _, logits = case(7, 200, classes)
    rng = np.random.default_rng(7)
    soft = rng.random(logits.shape)
    each = np.stack([kernels.ce_from_logits(np.full(200, c), logits) for c in range(classes)], 1)
    expected = (soft * each).sum(axis=1)
    np.testing.assert_allclose(kernels.ce_from_logits_soft(soft, logits), expected, rtol=1e-14)


@given(st.floats(-745, 745), st.floats(0, 1))
@settings(deadline=None, max_examples=200)
def test_bce_against_forty_digits(z: float, y: float) -> None:
    with mpmath.workdps(DIGITS):
        exact = y * mpmath.log1p(mpmath.exp(-z)) + (1 - mpmath.mpf(y)) * mpmath.log1p(mpmath.exp(z))
        found = float(kernels.bce_from_logits(y, z))
        assert abs(found - exact) <= 4 * np.spacing(float(exact))


@given(st.lists(st.floats(-800, 800), min_size=2, max_size=6), st.data())
@settings(deadline=None, max_examples=200)
def test_ce_against_forty_digits(row: list[float], data: st.DataObject) -> None:
    label = data.draw(st.integers(0, len(row) - 1))
    with mpmath.workdps(400):
        exact = mpmath.log1p(
            mpmath.fsum(
                mpmath.exp(mpmath.mpf(x) - row[label]) for i, x in enumerate(row) if i != label
            )
        )
        found = float(kernels.ce_from_logits(np.array([label]), np.array([row]))[0])
        assert abs(found - exact) <= 4 * np.spacing(float(exact))


@given(st.floats(-700, 700))
@settings(deadline=None, max_examples=200)
def test_sigmoid_and_logit_against_forty_digits(z: float) -> None:
    with mpmath.workdps(DIGITS):
        exact = 1 / (1 + mpmath.exp(-z))
        assert abs(float(kernels.sigmoid(z)) - exact) <= 4 * np.spacing(float(exact))


@given(st.floats(1e-300, 1, exclude_max=True))
@settings(deadline=None, max_examples=200)
def test_logit_against_forty_digits(p: float) -> None:
    with mpmath.workdps(DIGITS):
        exact = mpmath.log(mpmath.mpf(p) / (1 - mpmath.mpf(p)))
        assert abs(float(kernels.logit(p)) - exact) <= 4 * np.spacing(abs(float(exact)))


@pytest.mark.parametrize("classes", [3, 40])
def test_softmax_against_forty_digits(classes: int) -> None:
    _, logits = case(3, 5, classes)
    for axis, array in ((-1, logits), (0, logits.T)):
        found, logs = kernels.softmax(array, axis), kernels.log_softmax(array, axis)
        for row, values, log_values in zip(
            logits, np.moveaxis(found, axis, -1), np.moveaxis(logs, axis, -1), strict=True
        ):
            with mpmath.workdps(900):
                total = mpmath.fsum(map(mpmath.exp, row.tolist()))
                for z, value, log_value in zip(row.tolist(), values, log_values, strict=True):
                    exact = mpmath.exp(z) / total
                    assert abs(value - exact) <= 4 * np.spacing(float(exact))
                    log = z - mpmath.log(total)
                    assert abs(log_value - log) <= 4 * np.spacing(abs(float(log)))
