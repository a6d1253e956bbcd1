"""Sums of numbers and of their squares: against fractions, in any order."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xentcli.kernels.moments import FEW, REACH, ROW, SIZE, moments
from xentcli.kernels.summation import root_of

SPREADS = [0, 1, REACH - 1, REACH, REACH + 1, 60, 300, 1500]


def exact(values: np.ndarray) -> tuple[Fraction, Fraction]:
    """Both sums, number by number."""
    numbers = [Fraction(value) for value in values.tolist()]
    squares = (number * number for number in numbers)
    return sum(numbers, Fraction(0)), sum(squares, Fraction(0))


@given(
    st.integers(0, 2**32),
    st.sampled_from([1, 30, FEW, FEW + 1, ROW, ROW + 1, 5000, SIZE + FEW]),
    st.sampled_from(SPREADS),
    st.integers(-1070, 1023),
    st.sampled_from(["positive", "signed", "zeros", "alike", "whole bits"]),
)
@settings(deadline=None, max_examples=80)
def test_both_sums(seed: int, size: int, spread: int, centre: int, kind: str) -> None:
    rng = np.random.default_rng(seed)
    centre = min(centre, 1023 - spread)
    values = np.ldexp(rng.uniform(0.5, 1, size), rng.integers(centre, centre + spread + 1, size))
    if kind == "signed":
        values *= rng.choice([-1.0, 1.0], size)
    if kind == "zeros":
        values[:: 1 + size // 3] = 0.0
    if kind == "alike":
        values = values[0] + np.spacing(values[0]) * rng.integers(0, 2, size)
    if kind == "whole bits":
        values = np.full(size, math.ldexp(1 - 2.0**-53, centre))
    sums = moments(values)
    assert (sums[0].fraction, sums[1].fraction) == exact(values)
    rng.shuffle(values)
    cut = int(rng.integers(0, size + 1))
    parts = zip(moments(values[:cut]), moments(values[cut:]), strict=True)
    assert tuple(first + second for first, second in parts) == sums


@pytest.mark.parametrize("count", [3, FEW, SIZE + 5])
def test_what_is_not_finite(count: int) -> None:
    values = np.ones(count)
    values[1] = -math.inf
    assert [own.value() for own in moments(values)] == [-math.inf, math.inf]
    values[0] = math.inf
    assert [math.isnan(own.value()) for own in moments(values)] == [True, False]
    values[2] = math.nan
    assert all(math.isnan(own.value()) for own in moments(values))
    assert not any(own.finite for own in moments(values))


@pytest.mark.parametrize("power", [-1074, -1022, -700, -541, -440, -441, 449, 450, 511, 1023])
def test_the_ends_of_the_range(power: int) -> None:
    values = np.full(FEW, math.ldexp(1.0, power))
    total, squares = moments(values)
    assert total.fraction == FEW * Fraction(values[0])
    assert squares.fraction == FEW * Fraction(values[0]) ** 2


@given(st.fractions(min_value=0), st.integers(-2100, 1900))
@settings(deadline=None)
def test_roots_are_rounded_once(value: Fraction, power: int) -> None:
    value *= Fraction(2) ** power
    found = root_of(value)
    with mpmath.workdps(400):
        true = mpmath.sqrt(mpmath.mpf(value.numerator) / value.denominator)
        if math.isfinite(found):
            assert abs(mpmath.mpf(found) - true) <= mpmath.mpf(math.ulp(found)) / 2
        else:
            assert true >= 2**1023


def test_roots_of_squares_and_of_ties() -> None:
    assert root_of(Fraction(0)) == 0.0
    assert root_of(Fraction(1 << 2000)) == math.ldexp(1.0, 1000)
    tie = Fraction(2**53 + 1)  # between two floats; the even one is below it
    assert root_of(tie * tie) == 2.0**53
    assert root_of(tie * tie + Fraction(1, 10**200)) == 2.0**53 + 2
