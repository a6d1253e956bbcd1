"""Distances from 25 true digits, the worst of each kind: python tests/benchmarks/accuracy.py."""

import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

from xentcli import kernels

sys.path.insert(0, str(Path(__file__).parents[1]))

from exact_cases import CASES, losses, ulps


def main() -> None:
    """Print the worst loss and the worst mean of each kernel, in units in the last place."""
    elements: dict[str, tuple[float, str]] = defaultdict(lambda: (0.0, ""))
    means = dict(elements)
    for case in CASES:
        found = losses(case)
        exact = np.array(case.get("per_element") or case["per_sample"], object)
        mean = kernels.mean_of(kernels.ExactSum.of(found), kernels.ExactSum.count(found.size))
        kind = f"{case['loss']} from {case['scores_kind']}, {case['labels_kind']} labels"
        worst = max(map(ulps, found.ravel().tolist(), exact.ravel().tolist()))
        elements[kind] = max(elements[kind], (worst, case["id"]))
        means[kind] = max(means.get(kind, (0.0, "")), (ulps(mean, case["mean"]), case["id"]))
    print(f"{len(CASES)} cases, distances in ulp of float64 (bars: 4 a loss, 1 a mean,")
    print("2 a mean of several outputs); inf must be met exactly")
    for kind, (worst, name) in sorted(elements.items()):
        print(f"  {kind:34} loss {worst:5.2f} {name:52} mean {means[kind][0]:5.2f}")


if __name__ == "__main__":
    main()
