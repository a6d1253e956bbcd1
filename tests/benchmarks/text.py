"""Delimited text through a pipe against numpy.loadtxt: python tests/benchmarks/text.py."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator

import numpy as np
from ratios import alternate, command, show, xent

ROWS = 5_000_000
RUNS = 15
LOADTXT = "import numpy, sys; numpy.loadtxt(sys.argv[1], delimiter=',', skiprows=1)"
BAR = 1.25


def lines(rows: int, logit: str) -> Iterator[str]:
    """Labels and logits N(0, 3), each logit written as ``logit`` says."""
    rng = np.random.default_rng(3)
    yield "label,logit\n"
    for start in range(0, rows, 100_000):
        z = rng.normal(0, 3, min(100_000, rows - start))
        y = (rng.random(len(z)) < 1 / (1 + np.exp(-z))).astype(int)
        yield "".join(
            f"{label},{logit.format(score)}\n"
            for label, score in zip(y.tolist(), z.tolist(), strict=True)
        )


def main() -> None:
    """Print the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        for title, logit in (("six decimals", "{:.6f}"), ("all digits", "{!r}")):
            path = os.path.join(folder, "big.csv")
            with open(path, "w", encoding="ascii") as file:
                file.writelines(lines(ROWS, logit))
            rivals = {
                "numpy.loadtxt": command(sys.executable, "-c", LOADTXT, path),
                "cat big.csv | xent bce": command(*xent("bce", "-q"), stdin=path),
            }
            size = os.path.getsize(path) / 2**20
            show(
                f"{ROWS:,} rows, {title}, {size:.0f} MiB, whole processes",
                alternate(rivals, RUNS),
                "numpy.loadtxt",
                {"cat big.csv | xent bce": BAR},
            )
            memory(path)


def memory(path: str) -> None:
    """Print the largest resident memory of a run over a pipe."""
    script = (
        "import resource, subprocess, sys\n"
        "cat = subprocess.Popen(['cat', sys.argv[1]], stdout=subprocess.PIPE)\n"
        "subprocess.run(sys.argv[2:], stdin=cat.stdout, stdout=subprocess.DEVNULL, check=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, path, *xent("bce", "-q")],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    print(f"  resident memory: {done.stdout.strip()} MiB, at most 120")


if __name__ == "__main__":
    main()
