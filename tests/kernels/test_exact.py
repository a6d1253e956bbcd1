"""Every loss of ``exact.jsonl`` (computed at 80 digits), element by element, within 4 ulp."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from exact_cases import CASES, losses, ulps

from xentcli import kernels

BAR = 4


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_every_element_within_four_ulp(case: dict[str, Any]) -> None:
    exact = np.array(case.get("per_element") or case["per_sample"], object)
    computed = losses(case)
    assert computed.shape == exact.shape
    worst = max(map(ulps, computed.ravel().tolist(), exact.ravel().tolist()))
    assert worst <= BAR


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_mean_and_sum_are_rounded_once(case: dict[str, Any]) -> None:
    computed = losses(case)
    total = kernels.ExactSum.of(computed)
    mean = kernels.mean_of(total, kernels.ExactSum.count(computed.size))
    if np.isfinite(computed).all():
        exact = sum(map(Fraction, computed.ravel().tolist()), Fraction(0))
        assert mean == _rounded(exact / computed.size)
        assert total.value() == _rounded(exact)
    outputs = np.ndim(case["scores"]) > 1 and case["loss"] == "bce"
    assert ulps(mean, case["mean"]) <= (2 if outputs else 1)


def _rounded(value: Fraction) -> float:
    try:
        return value.numerator / value.denominator
    except OverflowError:
        return math.inf


def test_one_hot_rows_give_the_digits_of_their_class_numbers() -> None:
    indexed = [c for c in CASES if c["loss"] == "ce" and c["labels_kind"] == "int"]
    assert len(indexed) > 40
    for case in indexed:
        rows = np.eye(len(case["scores"][0]), dtype=int)[case["labels"]].tolist()
        one_hot = losses({**case, "labels": rows})
        np.testing.assert_array_equal(one_hot, losses(case))
