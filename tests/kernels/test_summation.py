"""The exact sum against ``fractions`` and ``math.fsum``: any order, any cut, any size."""

import math
import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import group_sum

from xentcli.errors import ShapeError
from xentcli.kernels import ExactSum, exact_sum, mean_of
from xentcli.kernels.grids import ROW, ROWS
from xentcli.kernels.grouped import grouped_sums
from xentcli.kernels.summation import FEW, FEWEST

anything = st.floats(allow_nan=False, allow_infinity=False)
in_range = st.one_of(st.floats(1e-300, 1e300), st.floats(-1e300, -1e-300))


def fraction(values: np.ndarray) -> Fraction:
    return sum(map(Fraction, values.ravel().tolist()), Fraction(0))


@given(st.lists(anything, max_size=60))
@settings(deadline=None, max_examples=300)
def test_few_numbers_of_any_size(values: list[float]) -> None:
    assert ExactSum.of(values).fraction == fraction(np.array(values))


@given(
    st.integers(0, 2**32),
    st.sampled_from([FEW, FEW + 1, FEW + 9, ROW - 1, ROW, ROW + 200, 5 * ROW, ROW * ROWS + FEW]),
    st.integers(0, 300),
    st.floats(-250, 250),
    st.booleans(),
)
@settings(deadline=None, max_examples=60)
def test_many_numbers_on_grids(
    seed: int, size: int, spread: int, centre: float, signed: bool
) -> None:
    rng = np.random.default_rng(seed)
    with np.errstate(over="ignore", under="ignore"):
        values = 10.0 ** (centre + rng.uniform(-spread, spread, size) / 8)
    values = np.where(np.isfinite(values), values, 1.0)
    if signed:
        values *= rng.choice([-1.0, 1.0], size)
    total = ExactSum.of(values)
    assert total.fraction == fraction(values)
    assert total.value() == math.fsum(values)
    cut = int(rng.integers(0, size))
    rng.shuffle(values)
    assert ExactSum.of(values[:cut]) + ExactSum.of(values[cut:]) == total


@pytest.mark.parametrize(
    "value", [5e-324, 2.2e-308, 1e-300, 1.0, math.nextafter(2, 0), 1 / 3, 1e300, 1.7e308]
)
@pytest.mark.parametrize("size", [3, FEWEST + 1, FEW, ROW + 1, ROW * ROWS + 1])
def test_many_times_the_same(value: float, size: int) -> None:
    assert ExactSum.of(np.full(size, value)).fraction == Fraction(value) * size
    mixed = np.full(size, value)
    mixed[::2] = 1e-310
    assert ExactSum.of(mixed).fraction == fraction(mixed)


@given(st.lists(st.tuples(anything, anything), max_size=60))
@settings(deadline=None, max_examples=300)
def test_products_are_exact(pairs: list[tuple[float, float]]) -> None:
    values, weights = np.array(pairs).reshape(-1, 2).T
    expected = sum((Fraction(v) * Fraction(w) for v, w in pairs), Fraction(0))
    assert ExactSum.of(values, weights).fraction == expected


def test_a_weight_per_row() -> None:
    values = np.array([[0.1, 0.2], [0.3, math.inf]])
    assert ExactSum.of(values, np.array([2.0, 0.0])).fraction == 2 * fraction(values[0])
    with pytest.raises(ShapeError):
        ExactSum.of(values, np.array([1.0, 2.0, 3.0]))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], 0.0),
        ([1.0, math.inf], math.inf),
        ([1.0, -math.inf], -math.inf),
        ([math.inf, -math.inf], math.nan),
        ([1.0, math.nan], math.nan),
        ([math.inf, math.nan], math.nan),
        ([1.7e308, 1.7e308], math.inf),
        ([-1.7e308, -1.7e308], -math.inf),
        ([1.7e308, 1.7e308, -1.7e308], 1.7e308),
    ],
)
def test_values_that_are_not_finite(values: list[float], expected: float) -> None:
    for found in (
        exact_sum(values),
        sum(map(ExactSum.of, map(np.atleast_1d, values)), ExactSum()).value(),
    ):
        assert found == expected or (math.isnan(found) and math.isnan(expected))


@given(st.lists(st.tuples(in_range, st.floats(1e-300, 1e300)), min_size=1, max_size=40))
@settings(deadline=None, max_examples=200)
def test_the_mean_is_the_exact_quotient_rounded_once(pairs: list[tuple[float, float]]) -> None:
    values, weights = np.array(pairs).T
    quotient = ExactSum.of(values, weights).fraction / fraction(weights)
    mean = mean_of(ExactSum.of(values, weights), ExactSum.of(weights))
    assert mean == quotient.numerator / quotient.denominator


def test_means_at_the_edges() -> None:
    huge = ExactSum.of([1.7e308, 1.7e308])
    assert mean_of(huge, ExactSum.count(2)) == 1.7e308
    assert mean_of(ExactSum.of([1.0]), ExactSum.of([5e-324])) == math.inf
    assert math.isnan(mean_of(ExactSum(), ExactSum()))
    assert mean_of(ExactSum.of([math.inf]), ExactSum.count(2)) == math.inf
    assert math.isnan(mean_of(ExactSum.of([math.nan]), ExactSum.count(1)))
    assert mean_of(ExactSum.of([1.0]), ExactSum.of([math.inf])) == 0.0
    assert math.isnan(mean_of(ExactSum.of([math.inf]), ExactSum.of([math.inf])))


def test_infinite_weights_multiply_as_ieee_numbers_do() -> None:
    for values, weights in (
        ([2.0, 3.0], [math.inf, 1.0]),
        ([0.0, 3.0], [math.inf, 1.0]),
        ([-2.0, 3.0], [math.inf, 1.0]),
        ([math.inf, -math.inf, 1.0], [1.0, math.inf, 2.0]),
        ([5e-324, math.nan], [math.inf, 0.0]),
    ):
        with np.errstate(invalid="ignore"):
            expected = sum(v * w for v, w in zip(values, weights, strict=True) if w)
        found = ExactSum.of(values, weights).value()
        assert found == expected or (math.isnan(found) and math.isnan(expected))
        codes = np.zeros(len(values), np.intp)
        sums = grouped_sums(codes, 1, np.array(values), np.array(weights))
        grouped = group_sum(sums, 0).value()
        assert grouped == found or (math.isnan(found) and math.isnan(grouped))


def test_scaled_sums() -> None:
    assert ExactSum.of([1.5]).scaled(-3).scaled(1100).scaled(-1100).value() == 0.1875
    assert ExactSum.of([3.0, math.inf]).scaled(2).value() == math.inf


def test_sums_can_be_sent_and_compared() -> None:
    total = ExactSum.of([0.1, math.inf])
    assert pickle.loads(pickle.dumps(total)) == total
    assert (total * 3).positive == 1
    assert ExactSum.of([0.1]) * 3 == ExactSum.of([0.1, 0.1, 0.1])
