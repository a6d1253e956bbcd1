"""What goes wrong on a cluster: workers that die or differ, and people who stop waiting."""

import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import clusters
import dask
import numpy as np
import pytest
from distributed import Client, LocalCluster
from jobs import changed, job_of
from support import Ran, killed_on_failure, line_of

import xentcli
from xentcli import engines
from xentcli.engines import local
from xentcli.engines.work import Part
from xentcli.errors import ClusterError
from xentcli.inputs import cuts
from xentcli.job import Job
from xentcli.measures.loss.report import Report
from xentcli.measures.loss.tally import measured

Xent = Callable[..., Ran]
ROWS = 20_000
LINES = "".join(f"{i % 2},{(i * 37 % 1009 - 504) / 64}\n" for i in range(ROWS))
PATIENCE = 30


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file that takes a cluster long enough to be disturbed."""
    path = tmp_path / "large.csv"
    path.write_text("label,logit\n" + LINES * 100)
    return path


@pytest.fixture
def cluster() -> Iterator[LocalCluster]:
    with clusters.scheduler() as own:
        yield own


def cut(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(cuts, "SMALLEST", size)
    monkeypatch.setattr(cuts, "LARGEST", size)


def figures(job: Job, parts: Iterator[Part]) -> tuple[float, float, float | None, list[Any]]:
    """What a run came to."""
    tally = None
    for part in parts:
        if part.summary is not None:
            tally = part.summary if tally is None else tally.merged(part.summary, job)
    assert tally is not None
    report = Report.of(job, tally)
    return report.mean, report.sum, report.std_error, report.rows.losses.tolist()


@pytest.mark.parametrize("every_row", [False, True])
def test_a_worker_that_is_killed_costs_no_digit(
    cluster: LocalCluster,
    large: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    every_row: bool,
) -> None:
    cut(monkeypatch, 200_000)
    job = job_of("bce", files=(str(large),), head=4, tail=2, every_row=every_row, jobs=1)
    away = changed(job, engine="dask", scheduler=cluster.scheduler_address)
    with clusters.worker(cluster, tmp_path) as first, clusters.worker(cluster, tmp_path):
        victim = next(worker for worker, pid in pids(cluster).items() if pid == first.pid)
        parts = engines.run(away, measured)
        begun = next(parts)
        state = cluster.scheduler.workers[victim]
        assert state.processing or state.has_what  # at work, or with rows that nobody has yet
        os.kill(first.pid, signal.SIGKILL)
        assert first.wait(PATIENCE) == -signal.SIGKILL
        rest = list(parts)
        assert len(cluster.scheduler.workers) == 1
    assert figures(away, iter([begun, *rest])) == figures(job, local.run(job, measured))


def pids(cluster: LocalCluster) -> dict[str, int]:
    """The workers' processes by their addresses."""
    with Client(cluster.scheduler_address, set_as_default=False) as client:
        found: dict[str, int] = client.run(os.getpid)
        return found


def test_workers_that_die_again_and_again(large: Path, tmp_path: Path) -> None:
    tests = {"PYTHONPATH": str(Path(clusters.__file__).parent)}
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        clusters.scheduler() as cluster,
        clusters.worker(cluster, tmp_path, env=tests),
        clusters.worker(cluster, tmp_path, env=tests),
        clusters.worker(cluster, tmp_path, env=tests),
    ):
        job = job_of("bce", (str(large),), engine="dask", scheduler=cluster.scheduler_address)
        with pytest.raises(ClusterError, match="a worker died 2 times over a piece of ") as told:
            list(engines.run(job, clusters.deadly))
    assert f"a piece of {large}; " in str(told.value)
    assert "is its memory too small?" in str(told.value)


@pytest.mark.parametrize("every_row", [False, True])
def test_a_scheduler_that_goes_away(
    cluster: LocalCluster,
    large: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    every_row: bool,
) -> None:
    cut(monkeypatch, 200_000)
    job = job_of("bce", (str(large),), every_row=every_row, engine="dask")
    with clusters.worker(cluster, tmp_path):
        parts = engines.run(changed(job, scheduler=cluster.scheduler_address), measured)
        next(parts)
        cluster.close()
        with pytest.raises(ClusterError, match=r"lost the Dask scheduler at tcp://127\.0\.0\.1:"):
            list(parts)


def test_workers_of_little_memory_read_more_than_they_hold(
    xent: Xent, cluster: LocalCluster, tmp_path: Path
) -> None:
    limit = 200 << 20
    path = tmp_path / "huge.csv"
    with open(path, "w") as file:
        file.write("label,logit\n")
        while file.tell() < 1.1 * limit:
            file.write(LINES)
    options = ("--nanny", "--memory-limit", str(limit))
    with (
        clusters.worker(cluster, tmp_path, *options),
        clusters.worker(cluster, tmp_path, *options),
    ):
        asked = ("--engine", "dask", "--scheduler", cluster.scheduler_address)
        before = pids(cluster)
        ran = xent("bce", path, "-f", "json", *asked)
        assert pids(cluster) == before  # no worker had to be started again
        assert [w.memory_limit for w in cluster.scheduler.workers.values()] == [limit, limit]
    assert ran == xent("bce", path, "-f", "json")


def test_another_version_is_refused_by_name(
    xent: Xent, cluster: LocalCluster, large: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(Path(xentcli.__file__).parent, other / "xentcli")
    (other / "xentcli" / "__init__.py").write_text('__version__ = "9.8.7"\n')
    with clusters.worker(cluster, tmp_path, env={"PYTHONPATH": str(other)}):
        asked = ("--engine", "dask", "--scheduler", cluster.scheduler_address)
        ran = xent("bce", large, *asked)
    assert (ran.code, ran.out) == (2, "")
    assert f"has xentcli 9.8.7, here is {xentcli.__version__}" in ran.err


def test_a_worker_without_the_program(
    xent: Xent, cluster: LocalCluster, large: Path, tmp_path: Path
) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text(
        "import sys\n"
        "class Without:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'xentcli':\n"
        "            raise ModuleNotFoundError(f'No module named {name}', name=name)\n"
        "sys.meta_path.insert(0, Without())\n"
    )
    with clusters.worker(cluster, tmp_path, env={"PYTHONPATH": str(hidden)}):
        asked = ("--engine", "dask", "--scheduler", cluster.scheduler_address)
        ran = xent("bce", large, *asked)
    assert (ran.code, ran.out) == (2, "")
    assert "has no xentcli; install xentcli" in ran.err


@pytest.mark.parametrize("command", ["bce", "reconcile"])
def test_cpu_features_that_differ_are_told(
    xent: Xent,
    cluster: LocalCluster,
    large: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
) -> None:
    cut(monkeypatch, 200_000)
    features = np.show_config(mode="dicts")["SIMD Extensions"]["found"]  # type: ignore[call-overload]
    fewer = {"NPY_DISABLE_CPU_FEATURES": " ".join(features)}
    with clusters.worker(cluster, tmp_path), clusters.worker(cluster, tmp_path, env=fewer):
        asked = ("--engine", "dask", "--scheduler", cluster.scheduler_address)
        ran = xent(command, large, *asked, "-f", "json")
    assert ran.code == 0
    assert ran.json["digits"] == "mixed"
    assert "workers differ in CPU features (" in ran.err


def test_ctrl_c_leaves_no_task_on_the_cluster(
    cluster: LocalCluster, large: Path, tmp_path: Path
) -> None:
    watch = clusters.Watch(cluster)
    files = many_names(large, tmp_path)
    asked = ("--engine", "dask", "--scheduler", cluster.scheduler_address)
    command = [sys.executable, "-m", "xentcli", "bce", *files, *asked]
    with clusters.worker(cluster, tmp_path):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with process, killed_on_failure(process):
            assert watch.begun.wait(PATIENCE)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=PATIENCE)
        assert (process.returncode, out, err) == (130, b"", b"")
        assert watch.over.wait(PATIENCE)


def test_ctrl_c_ends_a_cluster_of_its_own(large: Path, tmp_path: Path) -> None:
    files = many_names(large, tmp_path)
    command = [sys.executable, "-m", "xentcli", "bce", *files, "--engine", "dask", "-f", "csv"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        start_new_session=True,
    )
    with process, killed_on_failure(process):
        assert process.stdout is not None
        assert line_of(process.stdout) == b"sample,file,line,loss\n"
        started = [os.pidfd_open(pid) for pid in living(process.pid)]
        assert len(started) > 2
        os.killpg(process.pid, signal.SIGINT)  # as a terminal sends it: to workers, too
        _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (130, b"")
    for ended in started:
        assert select.select([ended], [], [], PATIENCE)[0]
        os.close(ended)
    assert living(process.pid) == []


def many_names(path: Path, folder: Path) -> list[str]:
    """One file by forty names: a name that stands twice is refused."""
    links = [folder / f"{number}.csv" for number in range(40)]
    for link in links:
        link.symlink_to(path)
    return list(map(str, links))


def living(session: int) -> list[int]:
    """The processes of a session that have not ended."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, own = path.read_text().rpartition(") ")[2].split()[:4]
        except OSError:
            continue
        if int(own) == session and state != "Z":
            found.append(int(path.parent.name))
    return found
