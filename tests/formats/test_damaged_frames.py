"""Parquet and Arrow files with wrong bytes: a result or one line, never all memory, never a crash.

Each file is read as the program reads it, by a process of its own. They are forked from one that
has imported Polars and not used it, so that hundreds of files take seconds.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

if sys.platform != "linux":
    pytest.skip("elsewhere a process cannot be bounded", allow_module_level=True)

READ = """
import json, os, resource, sys
import polars
from xentcli.blocks.input import Input
from xentcli.engines import forked, run
from xentcli.errors import XentError
from xentcli.job import Job, Run
from xentcli.measures.loss.tally import measured

forked.can_fork = lambda: True
path = sys.argv[1]
for line in sys.stdin:
    with open(path, "wb") as file:
        file.write(bytes.fromhex(line))
    try:
        parts = list(run(Job(Input("bce", (path,)), run=Run(1)), measured))
        said = f"{sum(part.summary.rows for part in parts)} rows"
    except XentError as error:
        said = str(error)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    print(json.dumps([said, most]), flush=True)
"""


def outcomes(path: Path, cases: list[bytes]) -> list[tuple[str, int]]:
    """What is said of each file, and the most memory in MiB that a process took up to then."""
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)],
        input="".join(f"{case.hex()}\n" for case in cases),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.stderr == ""
    assert done.returncode == 0
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


def written(path: Path, **how: Any) -> bytes:
    frame = pl.DataFrame({"label": [1, 0, 1, 1, 0], "p": [0.9, 0.2, 0.7, 0.6, 0.1]})
    if path.suffix == ".parquet":
        frame.write_parquet(path, compression="uncompressed", statistics=False)
    else:
        frame.write_ipc(path)
    return path.read_bytes()


def changed(data: bytes, every: int) -> list[bytes]:
    """``data`` with one wrong byte, at each place that is ``every`` behind the one before."""
    others = [(at, data[at] ^ flip) for at in range(0, len(data), every) for flip in (0x80, 1)]
    return [data[:at] + bytes([value]) + data[at + 1 :] for at, value in others]


@pytest.mark.parametrize("kind", ["parquet", "arrow"])
def test_one_wrong_byte(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    data = written(path)
    cases = [data, *changed(data, 11), data]
    found = outcomes(path, cases)
    assert len(found) == len(cases)
    assert found[0][0] == found[-1][0] == "5 rows"
    usual = found[0][1]
    for said, most in found:
        assert said == "5 rows" or said.startswith(str(path)), said
        assert "\n" not in said
        assert most < usual + 200, said


def test_negative_sizes_in_the_footer(tmp_path: Path) -> None:
    """Such as the ``total_compressed_size`` of a column: Polars took all memory for it.

    Numbers there are zigzag, so that the lowest bit of the first byte is the sign.
    """
    path = tmp_path / "a.parquet"
    data = written(path)
    footer = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    places = [at for at in range(footer, len(data) - 8) if data[at] > 1 and data[at] % 2 == 0]
    cases = [data[:at] + bytes([data[at] + 1]) + data[at + 1 :] for at in places]
    for said, most in outcomes(path, cases):
        assert said == "5 rows" or said.startswith(str(path)), said
        assert most < 1500


def test_a_process_that_dies_of_a_file(tmp_path: Path, xent_process: Any) -> None:
    """The byte that begins the levels of a page makes Polars ask for 2^61 bytes and abort."""
    path = tmp_path / "a.parquet"
    data = written(path)
    cases = [data[:at] + b"\x09" + data[at + 1 :] for at in range(36, 46)]
    said = [words for words, _ in outcomes(path, cases)]
    died = [case for case, words in zip(cases, said, strict=True) if "crashed" in words]
    for case in died[:1]:
        path.write_bytes(case)
        done = xent_process("bce", path)
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr.decode().splitlines() == [
            f"xent: error: {path}: cannot be read: its reader crashed, so it is damaged or takes "
            "too much memory; --memory 8G allows more memory"
        ]


def test_frames_from_a_pipe_and_among_other_files(tmp_path: Path, xent_process: Any) -> None:
    """What was read before the process is forked is not lost."""
    path = tmp_path / "b.parquet"
    data = written(path)
    (tmp_path / "a.csv").write_text("label,p\n1,0.9\n0,0.2\n1,0.7\n1,0.6\n0,0.1\n")
    alone = xent_process("bce", path, "-f", "value", "-q").stdout
    assert xent_process("bce", "-f", "value", "-q", stdin=data).stdout == alone
    (tmp_path / "c.csv").symlink_to(tmp_path / "a.csv")
    done = xent_process("bce", tmp_path / "a.csv", path, tmp_path / "c.csv", "-f", "json", "-q")
    whole = json.loads(done.stdout)
    assert whole["samples"] == 15
    assert whole["mean"] == float(alone)
    rows = xent_process("bce", tmp_path / "a.csv", path, "-f", "csv", "-q").stdout
    assert rows.count(b"\n") == 11
