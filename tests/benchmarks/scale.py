"""Large files: one job against two, and Polars' own mean: python tests/benchmarks/scale.py."""

import os
import sys
import tempfile

import numpy as np
import polars as pl
from ratios import alternate, command, show, xent

ROWS = 20_000_000
RUNS = 5

# The peer's mean, in the stable form of the same formula.
MEAN = """
import sys, polars as pl
z, y = pl.col("logit"), pl.col("label")
loss = pl.max_horizontal(z, 0.0) - z * y + (-z.abs()).exp().log1p()
scan = getattr(pl, "scan_" + sys.argv[2])(sys.argv[1])
print(scan.select(loss.mean()).collect(engine="streaming"))
"""


def write(folder: str) -> dict[str, str]:
    """The same labels and logits N(0, 3) as CSV, Parquet, and two arrays."""
    rng = np.random.default_rng(3)
    logits = rng.normal(0, 3, ROWS).round(6)
    labels = (rng.random(ROWS) < 1 / (1 + np.exp(-logits))).astype(np.int8)
    frame = pl.DataFrame({"label": labels, "logit": logits})
    paths = {kind: os.path.join(folder, f"big.{kind}") for kind in ("csv", "parquet")}
    frame.write_csv(paths["csv"])
    frame.write_parquet(paths["parquet"])
    for name, array in (("label", labels), ("logit", logits)):
        paths[name] = os.path.join(folder, f"{name}.npy")
        np.save(paths[name], array)
    return paths


def main() -> None:
    """Print the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        paths = write(folder)
        for kind in ("csv", "parquet"):
            rivals = {
                f"polars, {kind}": command(sys.executable, "-c", MEAN, paths[kind], kind),
                "xent, 1 job": command(*xent("bce", "-q", paths[kind], "--jobs", "1")),
                "xent, 2 jobs": command(*xent("bce", "-q", paths[kind], "--jobs", "2")),
            }
            title = f"{ROWS:,} rows, {kind}, whole processes, medians of {RUNS}"
            show(title, alternate(rivals, RUNS), f"polars, {kind}", {})
        arrays = ("--labels", f"@{paths['label']}", "--logits", f"@{paths['logit']}", "-q")
        rivals = {
            f"xent, {jobs} job": command(*xent("bce", *arrays, "--jobs", jobs)) for jobs in "12"
        }
        show(f"{ROWS:,} logits as .npy", alternate(rivals, RUNS), "xent, 1 job", {})


if __name__ == "__main__":
    main()
