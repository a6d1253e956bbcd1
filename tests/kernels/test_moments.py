"""Sums of numbers rounded to 26 bits, and of their squares: against fractions, in any order."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xentcli.kernels.grids import ROW, SIZE
from xentcli.kernels.moments import rounded_sums
from xentcli.kernels.summation import FEW


def rounded(value: float) -> Fraction:
    """``value`` to 26 bits, halves away from 0, by whole numbers."""
    mantissa, power = math.frexp(value)
    whole = math.floor(abs(Fraction(mantissa)) * 2**26 + Fraction(1, 2))
    return Fraction(whole) * Fraction(2) ** (power - 26) * (1 if value >= 0 else -1)


@given(
    st.integers(0, 2**32),
    st.sampled_from([1, 30, FEW, FEW + 1, ROW, ROW + 1, SIZE + FEW]),
    st.sampled_from([0, 1, 24, 25, 26, 60, 300]),
    st.integers(-120, 120),
    st.sampled_from(["positive", "signed", "zeros"]),
)
@settings(deadline=None, max_examples=60)
def test_both_sums(seed: int, size: int, spread: int, centre: int, kind: str) -> None:
    rng = np.random.default_rng(seed)
    values = np.ldexp(rng.uniform(0.5, 1, size), rng.integers(centre, centre + spread + 1, size))
    if kind == "signed":
        values *= rng.choice([-1.0, 1.0], size)
    if kind == "zeros":
        values[:: 1 + size // 3] = 0.0
    short = [rounded(value) for value in values.tolist()]
    sums = rounded_sums(values)
    assert sums[0].fraction == sum(short, Fraction(0))
    assert sums[1].fraction == sum((own * own for own in short), Fraction(0))
    rng.shuffle(values)
    cut = int(rng.integers(0, size + 1))
    parts = zip(rounded_sums(values[:cut]), rounded_sums(values[cut:]), strict=True)
    assert tuple(first + second for first, second in parts) == sums


@pytest.mark.parametrize("count", [3, FEW, SIZE + 5])
def test_what_is_not_finite(count: int) -> None:
    values = np.ones(count)
    values[1] = math.inf
    assert [own.value() for own in rounded_sums(values)] == [math.inf, math.inf]
    values[2:3].view(np.int64)[:] = (1 << 63) - 1  # a NaN, whose bits overflow when rounded
    assert all(math.isnan(own.value()) for own in rounded_sums(values))


@pytest.mark.parametrize("largest", [1e200, 1.7e308, math.nextafter(math.inf, 0)])
def test_squares_beyond_float64(largest: float) -> None:
    values = np.full(FEW, largest)
    total, squares = rounded_sums(values)
    assert squares.value() == math.inf
    assert total.value() >= largest


@pytest.mark.parametrize("power", [-1022, -700, -541, -520, -426, -425, -400, 399, 400, 511])
def test_the_ends_of_the_range(power: int) -> None:
    values = np.full(FEW, math.ldexp(1.5, power))
    total, squares = rounded_sums(values)
    assert total.fraction == FEW * Fraction(values[0])
    with np.errstate(under="ignore"):
        assert squares.fraction == FEW * Fraction(float(values[0] * values[0]))
