"""A cluster of two workers against one of one worker: python tests/benchmarks/cluster.py."""

import tempfile
from collections.abc import Callable

from distributed import LocalCluster
from jobs import changed, job_of
from ratios import alternate, command, show, xent
from scale import ROWS, write

from xentcli import engines
from xentcli.job import Job
from xentcli.measures.loss.tally import measured

RUNS = 5
BAR = 1 / 1.6
ONE, TWO = "1 worker", "2 workers"


def started(workers: int) -> LocalCluster:
    """A cluster on this machine that runs already."""
    return LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address="127.0.0.1:0")


def on(cluster: LocalCluster, job: Job) -> Callable[[], object]:
    """The job on a cluster that runs, from this process: what connecting and work take."""
    away = changed(job, engine="dask", scheduler=cluster.scheduler_address)
    return lambda: list(engines.run(away, measured))


def main() -> None:
    """Print the ratios."""
    with tempfile.TemporaryDirectory() as folder, started(1) as one, started(2) as two:
        paths = write(folder)
        arrays = {"labels": f"@{paths['label']}", "logits": f"@{paths['logit']}"}
        jobs = {"csv": job_of("bce", (paths["csv"],)), "npy": job_of("bce", **arrays)}
        options = [item for name, value in arrays.items() for item in (f"--{name}", value)]
        given = {"csv": [paths["csv"]], "npy": options}
        for kind, job in jobs.items():
            title = f"{ROWS:,} rows, {kind}"
            rivals = {ONE: on(one, job), TWO: on(two, job)}
            show(f"{title}, running clusters", alternate(rivals, RUNS), ONE, {TWO: BAR})
            args = ("bce", "-q", "-f", "value", *given[kind], "--engine", "dask")
            rivals = {
                ONE: command(*xent(*args, "--scheduler", one.scheduler_address)),
                TWO: command(*xent(*args, "--scheduler", two.scheduler_address)),
                f"{ONE} of its own": command(*xent(*args, "--jobs", "1")),
                f"{TWO} of its own": command(*xent(*args, "--jobs", "2")),
            }
            show(f"{title}, whole processes", alternate(rivals, RUNS), ONE, {})


if __name__ == "__main__":
    main()
