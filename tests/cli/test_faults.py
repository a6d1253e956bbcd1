"""Faults while a run is under way: one line with the place, exit 2, and no partial result.

A run is held where a test wants it by the pipe that it writes rows to: nobody reads that, so after
the first rows the process stands still, and goes on when the test takes the rest.
"""

import errno
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import numpy as np
import polars as pl
import pytest
from support import PATIENCE, killed_on_failure, line_of

FORMATS = ("csv", "jsonl", "npy", "parquet", "arrow")
ROWS = 6000
"""Some 120 KB of result rows: twice what a pipe holds."""

LARGE = 40_000
"""Rows of a file that is cut for two workers, as from 16 MiB on."""

PAD = "x" * 450


def write(path: Path, rows: int = ROWS, worst: float | None = None) -> Path:
    """A file of labels and logits, by its suffix; ``worst`` stands where the last label does."""
    label = np.arange(rows) % 2.0
    if worst is not None:
        label[-1] = worst
    logit = np.linspace(-3, 3, rows)
    kind = path.suffix[1:]
    if kind == "npy":
        wide = np.zeros((rows, 60))  # columns are picked by their positions
        wide[:, 0], wide[:, 1] = label, logit
        np.save(path, wide)
        return path
    frame = pl.DataFrame({"label": label, "logit": logit, "pad": [PAD] * rows})
    if kind in ("csv", "jsonl"):
        getattr(frame, {"csv": "write_csv", "jsonl": "write_ndjson"}[kind])(path)
    elif kind == "parquet":
        frame.write_parquet(path, compression="uncompressed")
    else:
        frame.write_ipc(path)
    return path


def write_long(path: Path) -> Path:
    """So many bytes that much is still to be read when the first rows are there.

    Polars reads some 30 MB ahead of what is asked of it.
    """
    if path.suffix not in (".parquet", ".arrow"):
        return write(path, LARGE)
    logits = np.random.default_rng(1).normal(size=(32, 400_000))
    frame = pl.DataFrame({f"logit_{i}": own for i, own in enumerate(logits)})
    frame = frame.with_columns(pl.lit(1, pl.Int8).alias("label"))
    if path.suffix == ".parquet":
        frame.write_parquet(path, compression="uncompressed", row_group_size=10_000)
    else:
        frame.write_ipc(path, record_batch_size=10_000)
    return path


def command(kind: str, *args: object, loss: str = "bce") -> list[str]:
    columns = ("--labels", ":1", "--logits", ":2") if kind == "npy" else ()
    return [sys.executable, "-m", "xentcli", loss, "-q", *columns, *map(str, args)]


def one_line(said: bytes, *parts: str) -> None:
    lines = said.decode().splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("xent: error: ")
    for part in parts:
        assert part in lines[0]


@contextmanager
def held(kind: str, *args: object, loss: str = "bce") -> Iterator["subprocess.Popen[bytes]"]:
    """A run that stands still after its first rows; see the head of this file."""
    process = subprocess.Popen(
        command(kind, *args, "-f", "csv", loss=loss),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    )
    assert process.stdout is not None
    with process, killed_on_failure(process):
        assert line_of(process.stdout).startswith(b"sample,")
        yield process


def ended(process: "subprocess.Popen[bytes]") -> tuple[int, bytes, bytes]:
    out, said = process.communicate(timeout=PATIENCE)
    return process.returncode, out, said


JOBS = pytest.mark.parametrize("jobs", [1, 2])
KINDS = pytest.mark.parametrize("kind", FORMATS)


@JOBS
@KINDS
def test_a_bad_row_in_the_last_shard(tmp_path: Path, kind: str, jobs: int) -> None:
    rows = LARGE if jobs > 1 else 100
    shards = [write(tmp_path / f"a.{kind}", rows), write(tmp_path / f"b.{kind}", rows, worst=7.0)]
    target = tmp_path / "out"
    target.write_text("before")
    place = {"csv": f"line {rows + 1}", "jsonl": f"line {rows}", "npy": f"[{rows - 1}, 0]"}
    for more in (("-f", "table"), ("-f", "csv", "-o", target)):
        run = command(kind, *shards, "--jobs", jobs, *more)
        done = subprocess.run(run, capture_output=True, check=False)
        assert (done.returncode, done.stdout) == (2, b"")
        one_line(done.stderr, f"b.{kind}", place.get(kind, f"row {rows}"), "label 7")
    assert target.read_text() == "before"
    assert not list(tmp_path.glob(".xent-*"))


@JOBS
@KINDS
def test_a_truncated_file(tmp_path: Path, kind: str, jobs: int) -> None:
    path = write(tmp_path / f"a.{kind}", LARGE if jobs > 1 else 100)
    size = path.stat().st_size
    if kind in ("csv", "jsonl"):  # behind the first characters of the last line
        size = path.read_bytes().rindex(b"\n", 0, size - 1) + 4
    os.truncate(path, size - 1)
    run = command(kind, path, "--jobs", jobs, "-f", "value")
    done = subprocess.run(run, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    one_line(done.stderr, f"a.{kind}")


@JOBS
@KINDS
def test_a_file_that_shrinks_while_it_is_read(tmp_path: Path, kind: str, jobs: int) -> None:
    path = write_long(tmp_path / f"a.{kind}")
    size = path.stat().st_size // 2
    if kind in ("csv", "jsonl"):  # at the end of a line, where nothing looks cut off
        size = path.read_bytes().rindex(b"\n", 0, size) + 1
    loss = "ce" if kind in ("parquet", "arrow") else "bce"
    with held(kind, path, "--jobs", jobs, loss=loss) as process:
        os.truncate(path, size)
        code, _, said = ended(process)
    assert code == 2
    if b"panicked at" in said:  # of a stretch with the new end in it Polars says so by itself
        assert kind in ("parquet", "arrow")
        said = said.splitlines()[-1]
    one_line(said, f"a.{kind}: shrank from")


@JOBS
@KINDS
def test_a_shard_that_disappears(tmp_path: Path, kind: str, jobs: int) -> None:
    # Several workers have read small shards together before anybody asks for their rows.
    many = 8 if jobs == 1 else 48
    shards = [write(tmp_path / f"{number:02}.{kind}") for number in range(many)]
    with held(kind, tmp_path, "--jobs", jobs) as process:
        shards[-1].unlink()
        code, out, said = ended(process)
    assert code == 2
    assert out.count(b"\n") >= 6 * ROWS
    one_line(said, f"{shards[-1].name}: no such file")


def opened_by_both(fifo: Path, process: "subprocess.Popen[bytes]") -> IO[bytes]:
    """A FIFO to write to, once the run has opened it to read; fails rather than waits for ever."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            return open(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK), "wb")
        except OSError as error:
            if error.errno != errno.ENXIO:  # which says that nobody reads it yet
                raise
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
            break
    pytest.fail(f"the run has not opened {fifo.name}")


def test_a_shard_that_disappears_behind_a_pipe(tmp_path: Path) -> None:
    fifo, last = tmp_path / "a.csv", write(tmp_path / "b.csv", 10)
    os.mkfifo(fifo)
    process = subprocess.Popen(
        command("csv", fifo, last, "-f", "value"), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with process, killed_on_failure(process):
        with opened_by_both(fifo, process) as writer:
            last.unlink()
            writer.write(b"label,logit\n1,2\n")
        assert ended(process)[:2] == (2, b"")


def children(number: int) -> list[int]:
    found = Path(f"/proc/{number}/task/{number}/children")
    if not found.exists():
        pytest.skip("this system does not say which processes a process has")
    return [int(child) for child in found.read_text().split()]


def workers(process: "subprocess.Popen[bytes]") -> list[int]:
    """Its worker processes, which may be the children of a server that forks them."""
    own = children(process.pid)
    return [further for child in own for further in children(child)] or own


def test_a_worker_that_is_killed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", 3 * LARGE)
    with held("csv", path, "--jobs", 2) as process:
        os.kill(workers(process)[0], signal.SIGKILL)
        code, _, said = ended(process)
    assert code == 2
    one_line(said, "a worker process was killed, perhaps for want of memory; --jobs 1")


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_disk_that_fills(tmp_path: Path, form: str) -> None:
    """The limit on a file's size stands for the disk: a write in the middle fails."""
    target = tmp_path / "out"
    target.write_text("before")
    path = write(tmp_path / "a.csv")
    limit = 1 << 16
    done = subprocess.run(
        command("csv", path, "-f", form, "--rows", "all", "-o", target),
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert (done.returncode, done.stdout) == (2, b"")
    one_line(done.stderr, f"{target}: cannot be written (file too large)")
    assert target.read_text() == "before"
    assert sorted(own.name for own in tmp_path.iterdir()) == ["a.csv", "out"]


STOPS = {"SIGTERM": 143, "SIGHUP": 129, "SIGINT": 130}


@pytest.mark.parametrize("name", STOPS)
def test_a_signal_leaves_nothing_half_written(tmp_path: Path, name: str) -> None:
    target = tmp_path / "out"
    target.write_text("before")
    fifo = tmp_path / "a.csv"
    os.mkfifo(fifo)
    run = command("csv", fifo, "-f", "csv", "-o", target)
    number = getattr(signal, name)
    # As a shell leaves it: one that starts things in the background, or nohup, has it ignored.
    process = subprocess.Popen(
        run, stderr=subprocess.PIPE, preexec_fn=lambda: signal.signal(number, signal.SIG_DFL)
    )
    with process, killed_on_failure(process), opened_by_both(fifo, process):
        # It has opened the input, which it does after the output.
        assert list(tmp_path.glob(".xent-*"))
        process.send_signal(number)
        _, said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, said) == (STOPS[name], b"")
    assert target.read_text() == "before"
    assert not list(tmp_path.glob(".xent-*"))
