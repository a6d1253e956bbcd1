"""``--engine dask``: what comes out is what the local engine says, to the last digit and word."""

import json
import os
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import clusters
import numpy as np
import polars as pl
import pytest
from jobs import job_of
from support import Ran

from xentcli import engines
from xentcli.engines.dask import cluster as connecting
from xentcli.inputs import cuts
from xentcli.measures.loss.tally import measured

Xent = Callable[..., Ran]
ROWS = 6000


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Two workers that stand in another folder than anybody who asks them."""
    folder = tmp_path_factory.mktemp("workers")
    with (
        clusters.scheduler() as cluster,
        clusters.worker(cluster, folder),
        clusters.worker(cluster, folder),
    ):
        yield cluster.scheduler_address


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cuts, "SMALLEST", 4000)
    monkeypatch.setattr(cuts, "LARGEST", 4000)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def both(xent: Xent, address: str) -> Callable[..., Ran]:
    """Run by both engines, which say the same; what they say."""

    def run(*args: object) -> Ran:
        local = xent(*args, "--jobs", 1)
        assert xent(*args, "--engine", "dask", "--scheduler", address) == local
        return local

    return run


def frame(rows: int = ROWS, seed: int = 1) -> pl.DataFrame:
    source = random.Random(seed)
    return pl.DataFrame(
        {
            "label": [source.randrange(2) for _ in range(rows)],
            "logit": [source.gauss(0, 3) for _ in range(rows)],
            "name": [f"r{i}" for i in range(rows)],
            "part": [source.choice(["a", "b", "c"]) for _ in range(rows)],
        }
    )


WRITERS = {
    "csv": pl.DataFrame.write_csv,
    "jsonl": pl.DataFrame.write_ndjson,
    "parquet": pl.DataFrame.write_parquet,
}


@pytest.mark.parametrize("kind", WRITERS)
def test_files_by_their_bare_names(both: Xent, kind: str) -> None:
    WRITERS[kind](frame(), f"a.{kind}")  # type: ignore[operator]
    found = both("bce", f"a.{kind}", "-f", "json").json
    assert (found["samples"], found["digits"]) == (ROWS, "same")


def test_arrays_in_files(both: Xent) -> None:
    np.save("y.npy", frame()["label"].to_numpy())
    np.save("z.npy", frame()["logit"].to_numpy())
    arrays = ("--labels", "@y.npy", "--logits", "@z.npy")
    assert both("bce", *arrays, "-f", "json").json["samples"] == ROWS


def test_arrays_on_the_command_line(both: Xent) -> None:
    assert both("bce", "--labels", "1", "--logits", "0", "-f", "value").out.startswith("0.693147")


def test_shards_of_one_data_set(both: Xent) -> None:
    frame().write_csv("a.csv")
    frame(900, seed=2).write_csv("b.csv")
    assert both("bce", "a.csv", "b.csv", "-f", "json").json["samples"] == ROWS + 900


@pytest.mark.parametrize(
    "options",
    [
        ("-f", "csv"),
        ("-f", "jsonl", "--rows", "7"),
        ("-f", "json", "--rows", "all"),
        ("--worst", "9", "--id", "name"),
        ("--by", "part", "-f", "csv"),
        ("--by", "part", "-f", "json"),
        ("--grad", "-f", "json"),
        ("-f", "table"),
        ("--expect", "0.5"),
    ],
    ids=" ".join,
)
def test_whatever_is_asked(both: Xent, options: tuple[str, ...]) -> None:
    frame().write_csv("a.csv")
    both("bce", "a.csv", *options)


def test_other_commands(both: Xent) -> None:
    frame().write_csv("a.csv")
    assert both("reconcile", "a.csv", "--rows", "3", "-f", "json").json["digits"] == "same"
    both("accuracy", "a.csv", "-f", "json")


@pytest.mark.parametrize("rows", ["none", "all"])
def test_the_first_of_several_errors(both: Xent, rows: str) -> None:
    lines = frame().write_csv().splitlines(keepends=True)
    lines[2500] = "1,what,x,a\n"
    lines[5900] = "7,0.5,x,a\n"
    Path("a.csv").write_text("".join(lines))
    ran = both("bce", "a.csv", "-f", "json", "--rows", rows)
    assert ran.code == 2
    assert "a.csv, line 2501, column logit" in ran.err


def test_shards_that_do_not_fit(both: Xent) -> None:
    numbers = frame(900).select("label", "logit")
    for name in "abcd":
        numbers.write_csv(f"{name}.csv", include_header=name != "d")
    columns = ("--labels", ":1", "--logits", ":2")
    ran = both("bce", *(f"{name}.csv" for name in "abcd"), *columns, "-f", "value")
    assert "a.csv has a header and d.csv has none" in ran.err


@pytest.mark.parametrize("rows", ["none", "all"])
def test_a_cut_inside_of_a_cell(both: Xent, rows: str) -> None:
    note = '"two\n' + "1,2,x,y\n" * 700 + 'lines"'
    lines = frame(3000).write_csv().splitlines(keepends=True)
    lines[1200] = f"1,0.5,{note},a\n"
    Path("a.csv").write_text("".join(lines))
    frame(1500, seed=3).write_csv("b.csv")
    found = both("bce", "a.csv", "b.csv", "-f", "json", "--rows", rows).json
    assert found["samples"] == 4500


def test_all_bytes_are_told_as_they_are_read(address: str) -> None:
    frame().write_csv("a.csv")
    job = job_of("bce", files=("a.csv",), engine="dask", scheduler=address)
    parts = list(engines.run(job, measured))
    assert len(parts) > 10
    assert [part.summary.rows for part in parts if part.summary is not None] == [ROWS]
    assert sum(part.bytes_read for part in parts) == os.path.getsize("a.csv")


def test_a_file_that_only_the_client_has(xent: Xent, address: str) -> None:
    frame(9).write_csv("a.csv")
    with open("a.csv") as file:
        path = f"/proc/self/fd/{file.fileno()}"  # every process has its own of these
        ran = xent("bce", path, "--engine", "dask", "--scheduler", address, "-f", "value")
    assert (ran.code, ran.out) == (2, "")
    assert f"{path}: worker tcp://127.0.0.1:" in ran.err
    assert "does not see it (no such file or directory)" in ran.err


@pytest.mark.parametrize(
    ("rows", "said"), [(10, "another file of this name (4"), (9, "(of the same size)")]
)
def test_another_file_of_the_same_name(xent: Xent, tmp_path: Path, rows: int, said: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    Path("a.csv").write_text("label,logit\n" + "1,0.25\n" * 9)
    Path("elsewhere/a.csv").write_text("label,logit\n" + "1,0.75\n" * rows)
    with clusters.scheduler() as cluster, clusters.worker(cluster, tmp_path / "elsewhere"):
        asked = ("--engine", "dask", "--scheduler", cluster.scheduler_address)
        ran = xent("bce", "/proc/self/cwd/a.csv", *asked)
    assert (ran.code, ran.out) == (2, "")
    assert said.replace("(4", f"({12 + 7 * rows} bytes, here 75") in ran.err


def test_standard_input_stays_here(xent: Xent, address: str) -> None:
    asked = ("--engine", "dask", "--scheduler", address)
    ran = xent("bce", *asked, stdin="label,logit\n1,2\n")
    assert (ran.code, ran.out) == (2, "")
    assert "stdin: the workers of a cluster cannot read it" in ran.err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("127.0.0.1:1", "no Dask scheduler answers at 127.0.0.1:1 within 0.5 s"),
        ("nowhere", "--scheduler nowhere is no address of a Dask scheduler"),
        ("ftp://a:1", "--scheduler ftp://a:1 is no address of a Dask scheduler"),
    ],
)
def test_no_scheduler(xent: Xent, monkeypatch: pytest.MonkeyPatch, given: str, said: str) -> None:
    monkeypatch.setattr(connecting, "PATIENCE", 0.5)
    frame(9).write_csv("a.csv")
    ran = xent("bce", "a.csv", "--engine", "dask", "--scheduler", given)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"xent: error: {said}")
    assert ran.err.count("\n") == 1


def test_no_workers(xent: Xent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "START", 0.5)
    frame(9).write_csv("a.csv")
    with clusters.scheduler() as cluster:
        asked = ("--engine", "dask", "--scheduler", cluster.scheduler_address)
        ran = xent("bce", "a.csv", *asked)
    assert ran.code == 2
    assert "has no workers; start some: dask worker tcp://127.0.0.1:" in ran.err


def test_without_the_package(xent: Xent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    frame(9).write_csv("a.csv")
    ran = xent("bce", "a.csv", "--engine", "dask")
    assert ran.code == 2
    assert ran.err == (
        "xent: error: --engine dask needs the packages dask and distributed; "
        "pip install dask distributed\n"
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--scheduler", "a:1"), "--scheduler is given without --engine dask"),
        (
            ("--engine", "dask", "--scheduler", "a:1", "--jobs", "2"),
            "--jobs and --scheduler exclude each other",
        ),
        (("--engine", "spark"), "'spark' is not one of 'local', 'dask'"),
    ],
    ids=str,
)
def test_options_that_do_not_fit(xent: Xent, options: tuple[str, ...], said: str) -> None:
    ran = xent("ce", "--labels", "0", "--logits", "1,2", *options)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_a_cluster_of_its_own(
    xent: Xent, xent_process: Callable[..., "object"], monkeypatch: pytest.MonkeyPatch
) -> None:
    frame().write_csv("a.csv")
    done = xent_process("bce", "a.csv", "--engine", "dask", "--jobs", 2, "-f", "json", "-q")
    assert (done.returncode, done.stderr) == (0, b"")  # type: ignore[attr-defined]
    local = xent("bce", "a.csv", "-f", "json", "-q")
    assert json.loads(done.stdout) == local.json  # type: ignore[attr-defined]
