"""Large files against Polars, DuckDB, pandas with scikit-learn, and PyTorch, all in one run:

python tests/benchmarks/scale.py [csv] [ten] [jsonl] [parquet] [npy] [memory]

The peers compute the mean alone; xent always adds sum, extremes and standard error, and its mean
is exact. Whole processes, imports included, alternating; needs .[benchmarks].
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import polars as pl
from ratios import alternate, command, installed, show, xent

ROWS = 20_000_000
MORE_ROWS = 50_000_000
TEN_ROWS = 2_000_000
RUNS = 5
AGREE = 1e-9
PEERS = os.path.join(os.path.dirname(__file__), "peers.py")
NEEDS = {"pandas": "sklearn", "torch": "torch", "duckdb": "duckdb", "polars": "polars"}


def draws(rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Labels, int8, and logits from N(0, 3) with six decimals that explain them."""
    rng = np.random.default_rng(3)
    logits = rng.normal(0, 3, rows).round(6)
    return (rng.random(rows) < 1 / (1 + np.exp(-logits))).astype(np.int8), logits


def write(folder: str, rows: int = ROWS, kinds: tuple[str, ...] = ("csv", "npy")) -> dict[str, str]:
    """The same labels and logits as CSV, Parquet, or two arrays."""
    labels, logits = draws(rows)
    frame = pl.DataFrame({"label": labels, "logit": logits})
    paths = {kind: os.path.join(folder, f"{rows}.{kind}") for kind in kinds if kind != "npy"}
    for kind, path in paths.items():
        getattr(frame, f"write_{kind}")(path)
    if "npy" in kinds:
        for name in ("label", "logit"):
            paths[name] = os.path.join(folder, f"{name}-{rows}.npy")
            np.save(paths[name], frame[name].to_numpy())
    return paths


def write_ten(folder: str) -> str:
    """Class numbers and ten logits as CSV."""
    rng = np.random.default_rng(4)
    logits = rng.normal(0, 3, (TEN_ROWS, 10)).round(6)
    columns = {f"logit_{i}": logits[:, i] for i in range(10)}
    path = os.path.join(folder, "ten.csv")
    pl.DataFrame({"label": rng.integers(0, 10, TEN_ROWS), **columns}).write_csv(path)
    return path


def peer(name: str, *files: str) -> tuple[str, ...]:
    """A peer's process, or one that is to be left out."""
    return (sys.executable, PEERS, name, *files) if installed(NEEDS[name.split("_")[0]]) else ()


def compare(title: str, rivals: dict[str, tuple[str, ...]], bars: dict[str, float]) -> None:
    """Let all print their means, which must agree; then time them, and print ratios to each peer.

    ``bars`` hold the ratio of the last rival to a peer.
    """
    rivals = {name: words for name, words in rivals.items() if words}
    means = {name: _printed(words) for name, words in rivals.items()}
    first = next(iter(means.values()))
    for name, mean in means.items():
        assert abs(mean - first) <= AGREE * first, (name, mean, first)
    seconds = alternate({name: command(*words) for name, words in rivals.items()}, RUNS)
    ours = list(seconds)[-1]
    show(title, seconds, ours, {})
    for name, bar in bars.items():
        if name in seconds:
            ratio = seconds[ours] / seconds[name]
            verdict = "met" if ratio <= bar else "MISSED"
            print(f"  {ours} / {name}: {ratio:.2f}, at most {bar:g}: {verdict}")


def _printed(words: tuple[str, ...]) -> float:
    return float(subprocess.run(words, check=True, capture_output=True).stdout.split()[-1])


def csv(folder: str) -> None:
    """A label and a logit as text."""
    _text(f"{ROWS:,} rows of CSV", "bce", write(folder, ROWS, ("csv",))["csv"])


def ten(folder: str) -> None:
    """Ten logits as text."""
    _text(f"{TEN_ROWS:,} rows of ten logits, CSV", "ce", write_ten(folder))


def _text(title: str, loss: str, path: str) -> None:
    value = (loss, "-q", "-f", "value", path)
    rivals = {
        "pandas + scikit-learn": peer(f"pandas_{loss}", path),
        "polars, the mean": peer(f"polars_{loss}", path),
        "xent, 1 job": xent(*value, "--jobs", "1"),
        "xent": xent(*value),
    }
    bars = {"pandas + scikit-learn": 0.35, "polars, the mean": 1.1, "xent, 1 job": 1 / 1.7}
    compare(title, rivals, bars)


def jsonl(folder: str) -> None:
    """A label and a logit as JSON Lines, with Polars' parser and without."""
    path = write(folder, TEN_ROWS, ("ndjson",))["ndjson"]
    value = ("bce", "-q", "-f", "value", path)
    rivals = {
        "polars, the mean": peer("polars_bce", path),
        "xent --reader numpy": xent(*value, "--reader", "numpy"),
        "xent, 1 job": xent(*value, "--jobs", "1"),
        "xent": xent(*value),
    }
    compare(f"{TEN_ROWS:,} rows of JSON Lines", rivals, {})


def parquet(folder: str) -> None:
    """A label and a logit in columns."""
    path = write(folder, MORE_ROWS, ("parquet",))["parquet"]
    value = ("bce", "-q", "-f", "value", path)
    rivals = {
        "polars, the mean": peer("polars_bce", path),
        "duckdb, the mean": peer("duckdb_bce", path),
        "xent, 1 job": xent(*value, "--jobs", "1"),
        "xent": xent(*value),
    }
    bars = {"polars, the mean": 1.1, "duckdb, the mean": 0.8}
    compare(f"{MORE_ROWS:,} rows of Parquet", rivals, bars)


def npy(folder: str) -> None:
    """Two arrays."""
    paths = write(folder, MORE_ROWS, ("npy",))
    files = (paths["label"], paths["logit"])
    value = ("bce", "-q", "-f", "value", "--labels", f"@{files[0]}", "--logits", f"@{files[1]}")
    rivals = {
        "torch": peer("torch_bce", *files),
        "xent, 1 job": xent(*value, "--jobs", "1"),
        "xent": xent(*value),
    }
    compare(f"{MORE_ROWS:,} rows of .npy", rivals, {"torch": 0.25, "xent, 1 job": 1 / 1.7})
    if installed("torch"):
        both = {
            "torch": command(*rivals["torch"]),
            "its import": command(*peer("torch_import")),
            "xent": command(*rivals["xent"]),
        }
        seconds = alternate(both, RUNS)
        ratio = seconds["xent"] / (seconds["torch"] - seconds["its import"])
        print(f"  without PyTorch's import {ratio:.2f}, at most 0.6")
        size = sum(map(os.path.getsize, files))
        print(f"  {size / seconds['xent'] / 1e9:.2f} GB/s; {copied():.2f} GB/s are copied at once")


def copied() -> float:
    """How many GB/s one core copies from memory to memory."""
    source, target = np.ones(1 << 27), np.empty(1 << 27)
    times = []
    for _ in range(RUNS):
        began = perf_counter()
        np.copyto(target, source)
        times.append(perf_counter() - began)
    return source.nbytes / median(times) / 1e9


def memory(folder: str) -> None:
    """Peak memory of the largest process, for ten times the rows."""
    print("\npeak memory of one process, MiB")
    for kind, bar in (("csv", 150), ("parquet", 400)):
        peaks = []
        for rows in (ROWS // 10, ROWS, 10 * ROWS):
            path = write(folder, rows, (kind,))[kind]
            peaks.append(_peak(xent("bce", "-q", "-f", "value", path)))
            Path(path).unlink()
        grown = peaks[2] / peaks[1]
        verdict = "met" if peaks[2] < bar and grown <= 1.1 else "MISSED"
        shown = ", ".join(f"{peak:.0f}" for peak in peaks)
        print(f"  {kind}, {ROWS // 10:,} rows and 10 and 100 times as many: {shown}; {verdict}")


def _peak(words: tuple[str, ...]) -> float:
    """By a small process: what is started by one that holds the data begins with its peak."""
    script = (
        "import os, subprocess, sys\n"
        "process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)\n"
        "_, status, usage = os.wait4(process.pid, 0)\n"
        "assert status == 0\n"
        "print(usage.ru_maxrss)"
    )
    told = subprocess.run((sys.executable, "-c", script, *words), check=True, capture_output=True)
    return int(told.stdout) / 1024


SECTIONS: dict[str, Callable[[str], None]] = {
    "csv": csv,
    "ten": ten,
    "jsonl": jsonl,
    "parquet": parquet,
    "npy": npy,
    "memory": memory,
}


def main() -> None:
    """Print the ratios of the sections that are named, or of all."""
    for section in sys.argv[1:] or SECTIONS:
        with tempfile.TemporaryDirectory() as folder:
            SECTIONS[section](folder)


if __name__ == "__main__":
    main()
