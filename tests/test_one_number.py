"""One number: the same samples in every format, cut for any number of jobs, by either engine."""

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import mpmath
import numpy as np
import polars as pl
import pytest
from clusters import scheduler, worker
from support import Ran

from xentcli.inputs import cuts

ROWS = 6000
SUMMARY = ("mean", "sum", "samples", "min", "max", "std_error", "baseline", "normalised")


@pytest.fixture
def frame(monkeypatch: pytest.MonkeyPatch) -> pl.DataFrame:
    """Logits of many magnitudes, and pieces so small that each file has several."""
    monkeypatch.setattr(cuts, "SMALLEST", 6000)
    monkeypatch.setattr(cuts, "LARGEST", 6000)
    monkeypatch.setattr(cuts, "FRAME", 1)
    rng = np.random.default_rng(17)
    logits = rng.normal(0, 1, ROWS) * 10.0 ** rng.integers(-4, 3, ROWS)
    return pl.DataFrame({"label": rng.integers(0, 2, ROWS), "logit": logits})


def definition(frame: pl.DataFrame) -> mpmath.mpf:
    """The mean loss at 60 digits."""
    with mpmath.workdps(60):
        losses = [
            mpmath.log1p(mpmath.exp(-abs(mpmath.mpf(z)))) + max(z, 0) - z * y
            for y, z in frame.iter_rows()
        ]
        return mpmath.fsum(losses) / len(losses)


def sources(frame: pl.DataFrame, folder: Path) -> Iterator[tuple[object, ...]]:
    """The arguments that name the same samples, once for each way of storing them."""
    frame.write_csv(folder / "a.csv")
    (folder / "a.csv.gz").write_bytes(gzip.compress((folder / "a.csv").read_bytes()))
    frame.write_ndjson(folder / "a.jsonl")
    frame.write_parquet(folder / "a.parquet", row_group_size=700)
    frame.write_ipc(folder / "a.arrow", record_batch_size=700)
    for name in ("a.csv", "a.csv.gz", "a.jsonl", "a.parquet", "a.arrow"):
        yield (folder / name,)
    arrays = {name: folder / f"{name}.npy" for name in frame.columns}
    for name, path in arrays.items():
        np.save(path, frame[name].to_numpy())
    yield ("--labels", f"@{arrays['label']}", "--logits", f"@{arrays['logit']}")
    np.savez(folder / "a.npz", **{name: frame[name].to_numpy() for name in frame.columns})
    yield ("--labels", f"@{folder}/a.npz#label", "--logits", f"@{folder}/a.npz#logit")
    yield (shuffled_shards(frame, folder / "shards"),)


def shuffled_shards(frame: pl.DataFrame, folder: Path) -> Path:
    """A directory of shards of unequal length and four formats, in another order."""
    folder.mkdir()
    mixed = frame.sample(fraction=1, shuffle=True, seed=5)
    mixed[:1].write_csv(folder / "0.csv")
    mixed[1:2500].write_parquet(folder / "1.parquet")
    mixed[2500:2600].write_ndjson(folder / "2.jsonl")
    mixed[2600:].write_ipc(folder / "3.arrow")
    return folder


def test_formats_jobs_shards_and_engines_give_the_same_digits(
    xent: Callable[..., Ran], frame: pl.DataFrame, tmp_path: Path
) -> None:
    found: dict[str, str] = {}

    def run(*args: object) -> None:
        ran = xent("bce", *args, "-f", "json", "-q")
        assert ran.code == 0, ran.err
        found[" ".join(map(str, args))] = json.dumps([ran.json[key] for key in SUMMARY])

    with scheduler() as cluster, worker(cluster, tmp_path), worker(cluster, tmp_path):
        for args in sources(frame, tmp_path):
            # Workers of frames import polars, each of them: text shows what the number changes.
            for jobs in range(1, 9) if args == (tmp_path / "a.csv",) else (1, 3):
                run(*args, "--jobs", jobs)
            run(*args, "--engine", "dask", "--scheduler", cluster.scheduler_address)
        run(tmp_path / "a.jsonl", "--reader", "polars")
    assert len(found) == 9 + 7 * 3 + 1
    assert len(set(found.values())) == 1, found
    mean = json.loads(found.popitem()[1])[0]
    assert abs(mean - definition(frame)) <= 2e-16 * mean
