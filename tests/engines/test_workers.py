"""Worker processes end with the process that started them, and never keep its reader waiting."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support import PATIENCE, killed_on_failure, line_of

ROWS = 40_000
"""Of 450 characters: a file that is cut for two workers."""

ENDS = ("SIGTERM", "SIGHUP", "SIGKILL")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("workers") / "a.csv"
    pad = "x" * 450
    path.write_text("label,z,pad\n" + f"1,0.25,{pad}\n0,-1.5,{pad}\n" * (ROWS // 2))
    return path


def family(number: int) -> set[int]:
    """The processes that a process has started, and those that they have."""
    if not Path(f"/proc/self/task/{os.getpid()}/children").exists():
        pytest.skip("this system does not say which processes a process has")
    threads = Path(f"/proc/{number}/task").iterdir()
    own = {int(child) for own in threads for child in (own / "children").read_text().split()}
    return own.union(*map(family, own))


def is_there(number: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        state = Path(f"/proc/{number}/stat").read_text()
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("engine", ["local", "dask"])
@pytest.mark.parametrize("name", ENDS)
def test_workers_end_with_their_parent(large: Path, name: str, engine: str) -> None:
    number = getattr(signal, name)
    args = ["bce", str(large), "--jobs", "2", "--engine", engine]
    process = subprocess.Popen(
        [sys.executable, "-m", "xentcli", *args, "-q", "-f", "csv"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        preexec_fn=None if name == "SIGKILL" else lambda: signal.signal(number, signal.SIG_DFL),
    )
    assert process.stdout is not None
    with process, killed_on_failure(process):
        assert line_of(process.stdout) == b"sample,loss\n"
        started = family(process.pid)
        assert len(started) >= 2
        os.kill(process.pid, number)
        process.communicate(timeout=PATIENCE)  # until nobody can write any more
    assert process.returncode == -number
    end = time.monotonic() + PATIENCE
    while alive := [child for child in started if is_there(child)]:
        assert time.monotonic() < end, alive
        time.sleep(0.02)
