"""What the system refuses: few open files, a working directory that is gone; the cause is named."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import PATIENCE

BCE = (sys.executable, "-m", "xentcli", "bce", "-q", "-f", "value")
PAIR = ("--labels", "1,0", "--logits", "2,-1")


def refused(*args: object, **how: Any) -> str:
    """The one line on stderr of a run that ends with 2 and prints nothing."""
    done = subprocess.run(
        [*BCE, *map(str, args)],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
        **how,
    )
    assert (done.returncode, done.stdout) == (2, ""), done
    (line,) = done.stderr.splitlines()
    return line


def few_files(count: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))


@pytest.mark.parametrize("count", [6, 9, 12, 13, 14])
def test_workers_that_cannot_be_started(tmp_path: Path, count: int) -> None:
    """Some of them may have been started by then: nobody is to wait for those."""
    path = tmp_path / "a.csv"
    path.write_text("label,z\n" + f"1,0.25{'0' * 500}\n" * 36_000)
    line = refused(path, "--jobs", "2", preexec_fn=few_files(count))
    assert line == (
        "xent: error: worker processes cannot be started (too many open files); "
        "--jobs 1 reads in this process alone"
    )


def test_a_cluster_that_cannot_be_started() -> None:
    line = refused(*PAIR, "--engine", "dask", "--jobs", "2", preexec_fn=few_files(40))
    assert "Dask with 2 workers needs 96 open files, the limit is 40; raise it: ulimit" in line


GONE = {
    "file": (["a.csv"], "a.csv"),
    "directory": (["."], "."),
    "pattern": (["*.csv"], "*.csv"),
    "array": (["--labels", "1,0", "--logits", "@z.npy"], "z.npy"),
    "output": ([*PAIR, "-o", "out.json"], "out.json"),
}


@pytest.mark.parametrize("case", GONE)
def test_the_working_directory_is_gone(tmp_path: Path, case: str) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    args, name = GONE[case]

    def leave() -> None:
        os.chdir(folder)
        folder.rmdir()

    line = refused(*args, preexec_fn=leave)
    cause = "is looked for in the working directory, which is gone; cd to one that is there"
    assert line == f"xent: error: {name}: {cause}"


def test_without_files_a_working_directory_is_not_needed(tmp_path: Path) -> None:
    script = f'rmdir "$PWD"; exec {" ".join(BCE)} {" ".join(PAIR)}'
    done = subprocess.run(
        ["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "0.2200948492805977\n")
