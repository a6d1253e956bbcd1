"""The cases of ``exact.jsonl``, their losses by the kernels, and distances in ulp."""

import json
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from xentcli import kernels

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "exact.jsonl").read_text().splitlines()
]


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
