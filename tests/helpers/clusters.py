"""Clusters for tests: a scheduler in this process, and workers as processes with their own ways."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

from distributed import Client, LocalCluster
from distributed.diagnostics.plugin import SchedulerPlugin

from xentcli.blocks.block import Block
from xentcli.job import Job

PATIENCE = 30.0


@contextmanager
def scheduler() -> Iterator[LocalCluster]:
    """A scheduler on loopback, at a port that is free, without workers."""
    free = "127.0.0.1:0"
    with LocalCluster(n_workers=0, dashboard_address=free, silence_logs=60) as own:
        yield own


@contextmanager
def worker(
    cluster: LocalCluster, folder: Path, *options: str, env: dict[str, str] | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker of one thread whose working directory is ``folder``; it is there when this is."""
    command = [sys.executable, "-m", "distributed.cli.dask_worker", cluster.scheduler_address]
    command += ["--nthreads", "1", "--no-dashboard", "--local-directory", str(folder)]
    command += options if "--nanny" in options else ["--no-nanny", *options]
    before = len(cluster.scheduler.workers)
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with Client(cluster.scheduler_address, set_as_default=False) as client:
            client.wait_for_workers(before + 1, timeout=PATIENCE)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()


def deadly(job: Job, block: Block) -> Any:
    """A measure that no worker survives, as if it had too little memory."""
    os.kill(os.getpid(), signal.SIGKILL)


class Watch(SchedulerPlugin):  # type: ignore[misc]
    """Events of a scheduler's tasks: the first one is done, and all are forgotten after that."""

    def __init__(self, cluster: LocalCluster) -> None:
        self.begun, self.over = Event(), Event()
        self._tasks = cluster.scheduler.tasks
        cluster.loop.add_callback(cluster.scheduler.add_plugin, self)

    def transition(self, key: Any, start: str, finish: str, *_: Any, **__: Any) -> None:
        """Called at every change of a task."""
        if finish == "memory":
            self.begun.set()

    def remove_client(self, **_: Any) -> None:  # type: ignore[override]
        """Called when a client has left."""
        if self.begun.is_set() and not self._tasks:
            self.over.set()
