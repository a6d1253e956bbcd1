"""The progress bar: on a terminal, after a while, on stderr, and never in the result."""

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np
import pytest
from jobs import changed, job_of
from support import PATIENCE, killed_on_failure

from xentcli.cli import progress
from xentcli.engines import local
from xentcli.measures.loss.tally import measured
from xentcli.sources import shards

ROWS = b"1,2.5\n" * 50_000
LOSS = 0.07888973429254962334404392  # log1p(exp(-2.5)) by mpmath


@contextmanager
def running(*args: str) -> Iterator[tuple["subprocess.Popen[bytes]", IO[bytes]]]:
    """``xent bce`` on a pipe, its stderr a terminal; and what that terminal is sent."""
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "xentcli", "bce", "-f", "value", *args]
    with open(master, "rb", buffering=0) as shown:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=slave,
                env={**os.environ, "TERM": "xterm", "COLUMNS": "80"},
            )
        finally:
            os.close(slave)
        with process, killed_on_failure(process):
            yield process, shown


def fed(process: "subprocess.Popen[bytes]", shown: IO[bytes], seconds: float) -> bytes:
    """Send rows until the terminal shows a number of bytes, for ``seconds`` at the most."""
    assert process.stdin is not None
    seen = b""
    process.stdin.write(b"label,logit\n")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        process.stdin.write(ROWS)
        process.stdin.flush()
        if select.select([shown], [], [], 0.05)[0]:
            seen += shown.read(1 << 16)
        if b"MB" in seen:
            break
    return seen


def test_a_long_run_shows_a_bar_and_the_same_result() -> None:
    with running("--labels", "label", "--logits", "logit") as (process, shown):
        assert b"MB" in fed(process, shown, PATIENCE)
        out, _ = process.communicate(timeout=PATIENCE)
    assert float(out) == pytest.approx(LOSS, rel=1e-15)


def test_a_quiet_run_shows_none() -> None:
    with running("-q") as (process, shown):
        assert fed(process, shown, progress.PATIENCE + 1) == b""
        out, _ = process.communicate(timeout=PATIENCE)
    assert float(out) == pytest.approx(LOSS, rel=1e-15)


@pytest.mark.parametrize("jobs", [1, 2])
def test_arrays_that_options_name_are_counted(tmp_path: Path, jobs: int) -> None:
    paths = [tmp_path / "y.npy", tmp_path / "z.npy"]
    for path in paths:
        np.save(path, np.ones(2_500_000))
    named = {"labels": f"@{paths[0]}", "logits": f"@{paths[1]}"}
    job = job_of("bce", jobs=jobs, **named)  # type: ignore[arg-type]
    size = sum(path.stat().st_size for path in paths)
    assert progress._total(job) == size
    read = [part.bytes_read for part in local.run(job, measured)]
    assert sum(read) == size - 2 * 128  # their headers
    assert len(read) > 1
    assert progress._total(changed(job, logits="1,0")) == paths[0].stat().st_size
    assert progress._total(changed(job, logits=f"@{tmp_path}/z.csv")) is None


def test_a_bucket_is_not_listed_for_the_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    def listed(files: tuple[str, ...], suffixes: object) -> tuple[str, ...]:
        raise AssertionError(f"{files} are listed")

    monkeypatch.setattr(shards, "shards", listed)
    assert progress._total(job_of("bce", files=("s3://bucket/part-*.csv",))) is None
