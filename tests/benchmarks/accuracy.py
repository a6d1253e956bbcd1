"""How far xent is from the truth and from the frameworks: python tests/benchmarks/accuracy.py.

First from 25 true digits, the worst of each kernel; then from what the frameworks returned, the
worst of each convention.
"""

import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

from xentcli import kernels

sys.path.insert(0, str(Path(__file__).parents[1] / "helpers"))

import exact_cases
import framework_cases

Worst = dict[tuple[str, str], tuple[float, str]]
"""The largest distance and its case, by row and column of a table."""


def main() -> None:
    """Print both tables, distances in units in the last place."""
    exact = from_the_truth()
    print(f"{len(exact_cases.CASES)} cases, distances in ulp of float64 (bars: 4 a loss, 1 a mean,")
    print("2 a mean of several outputs); inf must be met exactly")
    show(exact, 34)
    met = [case for case in framework_cases.CASES if is_compared(case)]
    print(f"\n{len(met)} cases of frameworks, distances in ulp of the case's float type")
    print("(bars: 2 a mean of float32, 7 one of CatBoost; subnormal numbers count as 0)")
    show(from_the_frameworks(met), 34)


def is_compared(case: framework_cases.Case) -> bool:
    """Whether a case has losses, and xent is to give the same."""
    skipped = framework_cases.NOT_MET.keys() | framework_cases.LOOSE.keys()
    return case["group"] == "loss" and case["error"] is None and case["id"] not in skipped


def from_the_truth() -> Worst:
    """The worst loss and the worst mean of each kernel."""
    worst: Worst = defaultdict(lambda: (0.0, ""))
    for case in exact_cases.CASES:
        found = exact_cases.losses(case)
        exact = np.array(case.get("per_element") or case["per_sample"], object)
        mean = kernels.mean_of(kernels.ExactSum.of(found), kernels.ExactSum.count(found.size))
        kind = f"{case['loss']} from {case['scores_kind']}, {case['labels_kind']} labels"
        loss = max(map(exact_cases.ulps, found.ravel().tolist(), exact.ravel().tolist()))
        keep(worst, (kind, "loss"), loss, case["id"])
        keep(worst, (kind, "mean"), exact_cases.ulps(mean, case["mean"]), case["id"])
    return worst


def from_the_frameworks(cases: list[framework_cases.Case]) -> Worst:
    """The worst loss and the worst mean of each convention and float type."""
    worst: Worst = defaultdict(lambda: (0.0, ""))
    for case in cases:
        kind = f"{framework_cases.name_of(case)}, {case['dtype']}"
        for pair in framework_cases.pairs(case):
            column = "loss" if pair.what.startswith("per_") else pair.what
            keep(worst, (kind, column), framework_cases.steps(pair, case["dtype"]), case["id"])
    return worst


def keep(worst: Worst, key: tuple[str, str], distance: float, name: str) -> None:
    """Note a distance if it is the largest of its kind."""
    worst[key] = max(worst[key], (distance, name))


def show(worst: Worst, width: int) -> None:
    """One line for each kind: its worst loss with the case, and its worst mean."""
    for kind in sorted({kind for kind, _ in worst}):
        loss, name = worst[kind, "loss"]
        mean, _ = worst[kind, "mean"]
        print(f"  {kind:{width}} loss {loss:9.4g} {name:52} mean {mean:5.2f}")


if __name__ == "__main__":
    main()
