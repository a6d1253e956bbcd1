"""Every loss of ``exact.jsonl`` (computed at 80 digits), element by element, within 4 ulp."""

import json
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xentcli import kernels

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "exact.jsonl").read_text().splitlines()
]
BAR = 4


def losses(case: dict[str, Any]) -> np.ndarray:
    labels, scores = np.array(case["labels"]), np.array(case["scores"], float)
    kind = case["scores_kind"]
    if case["loss"] == "bce":
        return getattr(kernels, f"bce_from_{kind}")(labels, scores)
    soft = "_soft" if labels.ndim > 1 else ""
    options = {"renormalise": True} if case.get("renormalise") else {}
    return getattr(kernels, f"ce_from_{kind}{soft}")(labels, scores, **options)


def ulps(value: float, exact: str) -> float:
    """How far ``value`` is from 25 digits, in units in the last place of the float nearest."""
    if exact == "inf":
        return 0.0 if value == math.inf else math.inf
    if not math.isfinite(value):
        return math.inf
    true = Fraction(exact) if "e-" not in exact or int(exact.split("e-")[1]) < 5000 else Fraction(0)
    return float(abs(Fraction(value) - true) / Fraction(math.ulp(float(true))))


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
