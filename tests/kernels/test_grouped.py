"""Sums of groups against ``fractions``: any exponents, subnormals, any order and any cut."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xentcli.kernels.grouped import grouped_sums
from xentcli.kernels.summation import UNIT

anything = st.floats(allow_nan=False, allow_infinity=False)
tables = st.integers(1, 4).flatmap(
    lambda k: st.lists(st.lists(anything, min_size=k, max_size=k), min_size=1, max_size=12)
)


def column_sums(values: np.ndarray) -> np.ndarray:
    """Each column of ``values`` ``[m, k]`` is a group."""
    rows, columns = values.shape
    return grouped_sums(np.tile(np.arange(columns), rows), columns, values.ravel()).numerators


def exact(values: np.ndarray) -> list[Fraction]:
    return [sum(map(Fraction, column), Fraction(0)) for column in values.T.tolist()]


def fractions(sums: np.ndarray) -> list[Fraction]:
    return [Fraction(int(n), 1 << UNIT) for n in sums]


@given(tables)
@settings(deadline=None, max_examples=300)
def test_finite_numbers_of_any_size(rows: list[list[float]]) -> None:
    values = np.array(rows)
    assert fractions(column_sums(values)) == exact(values)


@given(tables, st.data())
@settings(deadline=None, max_examples=100)
def test_order_and_cuts_change_nothing(rows: list[list[float]], data: st.DataObject) -> None:
    whole = column_sums(np.array(rows)).tolist()
    shuffled = np.array(data.draw(st.permutations(rows)))
    cut = data.draw(st.integers(0, len(rows)))
    pieces = column_sums(shuffled[:cut]) + column_sums(shuffled[cut:])
    assert pieces.tolist() == whole


@pytest.mark.parametrize(
    "column",
    [
        [5e-324] * 5,
        [5e-324, -1.7e308, 1.7e308],
        [1.7e308] * 4,
        [-0.0, 0.0],
        [2.0**-1022, -(2.0**-1074)],
        [math.nextafter(1, 0), 1.0, -(2.0**-53)],
    ],
)
def test_edges(column: list[float]) -> None:
    values = np.array([column, column[::-1]]).T
    assert fractions(column_sums(values)) == exact(values)


def test_the_input_is_left_alone_and_may_be_empty() -> None:
    values = np.array([[1e300, 1e-300], [3.0, -7.0]])
    before = values.copy()
    column_sums(values)
    np.testing.assert_array_equal(values, before)
    assert column_sums(np.empty((0, 3))).tolist() == [0, 0, 0]


def test_many_rows() -> None:
    rng = np.random.default_rng(0)
    values = np.ldexp(rng.random((200_000, 2)), rng.integers(-60, 60, (200_000, 2)))
    sums = fractions(column_sums(values))
    for column, total in zip(values.T, sums, strict=True):
        assert float(total) == math.fsum(column.tolist())
