"""Where the result goes: files replaced as a whole, devices, pipes; readers that go away."""

import json
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from support import PATIENCE, Ran, killed_on_failure, line_of, shown

Xent = Callable[..., Ran]

TWO = ("--labels", "1,0", "--logits", "2,-1")


def test_a_late_error_keeps_the_file_that_was_there(xent: Xent, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("before")
    bad = "label,p\n" + "1,0.5\n" * 300_000 + "1,x\n"
    assert xent("bce", "-o", path, stdin=bad).code == 2
    assert path.read_text() == "before"
    assert sorted(p.name for p in tmp_path.iterdir()) == [".stdin", "out.csv"]
    ran = xent("bce", "-f", "csv", stdin=bad)
    assert ran.code == 2
    assert len(ran.out.splitlines()) > 1000
    assert "line 300002, column p" in ran.err


def test_output_keeps_mode_and_goes_through_links(xent: Xent, tmp_path: Path) -> None:
    target = tmp_path / "real.txt"
    target.write_text("before")
    target.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to(target)
    assert xent("bce", *TWO, "-f", "value", "-o", link).code == 0
    assert link.is_symlink()
    assert target.read_text().startswith("0.22")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_file_holds_no_escape_codes(
    xent: Xent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" in xent("bce", *TWO).out
    assert xent("bce", *TWO, "-o", tmp_path / "out.txt").code == 0
    assert "\x1b" not in (tmp_path / "out.txt").read_text()


@pytest.mark.skipif(not os.path.exists("/dev/fd/3"), reason="this system has no /dev/fd")
def test_output_to_an_open_file_goes_where_that_stands(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("before\n")
    program = f'"{sys.executable}" -m xentcli bce {" ".join(TWO)} -f value -o'
    script = f"{program} /dev/fd/3 3>>{log}; {program} /dev/stderr 2>>{log}"
    subprocess.run(["sh", "-c", script], check=True)
    assert log.read_text() == "before\n0.2200948492805977\n0.2200948492805977\n"


def test_output_into_the_input_is_refused(xent: Xent, tmp_path: Path) -> None:
    """By any name of the file, whether it is FILE, stdin, or what an option names."""
    path, link, other = (tmp_path / name for name in ("a.csv", "link.csv", "other.csv"))
    path.write_text("label,z\n1,2\n")
    link.symlink_to(path)
    other.hardlink_to(path)
    read: dict[str, list[object]] = {
        "FILE": [path],
        "link": [link],
        "directory": [tmp_path],
        "pattern": [tmp_path / "o*.csv"],
        "arrays": ["--labels", "1", "--logits", f"@{link}#z"],
    }
    for args in read.values():
        for target in (path, link, other):
            ran = xent("bce", *args, "-f", "csv", "-o", target)
            assert (ran.code, ran.out) == (2, "")
            assert f"-o {target} is the input " in ran.err
            assert ran.err.endswith(", which would be lost; give -o another file\n")
    for command in ("reconcile", "accuracy"):
        assert xent(command, path, "-o", other).code == 2
    ran = xent("bce", "-o", tmp_path / ".stdin", stdin="label,z\n1,2\n")
    assert "is the input stdin" in ran.err
    assert path.read_text() == "label,z\n1,2\n"
    assert link.is_symlink()
    assert xent("bce", path, "-o", tmp_path / "out.csv").code == 0


def test_stdout_into_the_input_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("label,z\n1,2\n")
    script = f'"{sys.executable}" -m xentcli bce {path} -f csv >> {path}'
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"stdout is the input {path}" in done.stderr
    assert path.read_text() == "label,z\n1,2\n"


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "jsonl", "markdown", "table"])
def test_no_control_character_reaches_a_terminal(tmp_path: Path, form: str) -> None:
    """Of names, ids and groups; a pipe gets them as they are."""
    path = tmp_path / "a.csv"
    path.write_text("y,z_c\x1b[2Jat,z_dog\nc\x1b[2Jat,2,1\n")
    args = ["ce", str(path), "--by", "y", "-q", "-f", form]
    assert "\x1b" not in "".join(shown(args, 80))
    if form in ("csv", "tsv"):
        piped = subprocess.run(
            [sys.executable, "-m", "xentcli", *args], capture_output=True, check=True
        )
        assert b"c\x1b[2Jat" in piped.stdout


@pytest.mark.parametrize(("name", "message"), [("", "names no file"), ("new/", "is a directory")])
def test_output_to_no_file(xent: Xent, tmp_path: Path, name: str, message: str) -> None:
    ran = xent("bce", *TWO, "-o", f"{tmp_path}/{name}" if name else "")
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_output_to_a_link_to_itself(xent: Xent, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    ran = xent("bce", *TWO, "-o", tmp_path / "loop")
    assert (ran.code, ran.out) == (2, "")
    assert "loop: cannot be written" in ran.err
    assert (tmp_path / "loop").is_symlink()


def test_output_to_a_name_as_long_as_names_can_be(xent: Xent, tmp_path: Path) -> None:
    path = tmp_path / ("n" * 251 + ".txt")
    assert xent("bce", *TWO, "-f", "value", "-o", path).code == 0
    assert path.read_text().startswith("0.22")


def test_output_to_a_fifo_is_written_not_replaced(xent: Xent, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append(fifo.read_text()))
    reader.start()
    assert xent("bce", *TWO, "-f", "value", "-o", fifo).code == 0
    reader.join(PATIENCE)
    assert got[0].startswith("0.22")
    assert stat.S_ISFIFO(fifo.stat().st_mode)


@pytest.mark.parametrize("name", ["/dev/stdout", "-"])
def test_output_to_stdout_by_name(xent: Xent, name: str) -> None:
    assert xent("bce", *TWO, "-f", "value", "-o", name).out.startswith("0.22")


def test_output_to_a_device(xent: Xent) -> None:
    assert xent("bce", *TWO, "-o", "/dev/null").code == 0
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


@pytest.mark.parametrize("form", ["value", "csv", "table"])
def test_a_full_disk_is_an_error(form: str) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full")
    command = [sys.executable, "-m", "xentcli", "bce", *TWO, "-f", form, "-q"]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr.decode().splitlines() == [
        "xent: error: stdout: cannot be written (no space left on device)"
    ]
    done = subprocess.run([*command, "-o", "/dev/full"], capture_output=True, check=False)
    assert done.returncode == 2
    assert b"/dev/full: cannot be written" in done.stderr


@pytest.mark.parametrize("args", [["--version"], ["bce", "--help"]], ids=str)
def test_help_on_a_full_disk_and_for_a_reader_that_left(args: list[str]) -> None:
    command = [sys.executable, "-m", "xentcli", *args]
    if os.path.exists("/dev/full"):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
        assert done.returncode == 2
        assert b"stdout: cannot be written (no space left on device)" in done.stderr
    ours, theirs = os.pipe()
    os.close(ours)
    with open(theirs, "wb") as closed:
        done = subprocess.run(command, stdout=closed, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (141, b"")


CLOSED = {
    "<&-": (2, "xent: error: stdin: cannot be read (it is closed)"),
    ">&-": (2, "xent: error: stdout: cannot be written (it is closed); give -o FILE"),
    "2>&-": (1, "0.1269280110429725"),
    "2>/dev/full": (1, "0.1269280110429725"),
}


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
@pytest.mark.parametrize("redirection", CLOSED)
def test_closed_streams(redirection: str) -> None:
    code, printed = CLOSED[redirection]
    arrays = "" if redirection == "<&-" else "--labels 1 --logits 2 --max-mean 0.1"
    script = f'"{sys.executable}" -m xentcli bce -f value {arrays} {redirection}'
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert (done.stdout + done.stderr).strip() == printed


def test_no_such_folder_for_the_output(xent: Xent, tmp_path: Path) -> None:
    ran = xent("bce", *TWO, "-o", tmp_path / "no" / "out.json")
    assert ran.code == 2
    assert "cannot be written (no such file or directory)" in ran.err
    ran = xent("bce", *TWO, "-o", tmp_path)
    assert ran.code == 2
    assert "is a directory" in ran.err


def test_a_closed_pipe_ends_quietly(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    path.write_text("label,z\n" + "1,0.5\n" * 200_000)
    process = subprocess.Popen(
        [sys.executable, "-m", "xentcli", "bce", str(path), "-f", "csv", "-q"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    with process, killed_on_failure(process):
        line_of(process.stdout)
        process.stdout.close()
        assert process.wait(PATIENCE) == 141
        assert process.stderr.read() == b""


def test_interrupt() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "xentcli", "bce", "-f", "csv"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    with process, killed_on_failure(process):
        process.stdin.write(b"label,z\n1,0.5\n")
        process.stdin.flush()
        assert line_of(process.stdout) == b"sample,loss\n"  # it is reading now
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130
        assert b"Traceback" not in process.stderr.read()


def test_rows_are_written_while_they_are_read() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "xentcli", "ce", "-f", "jsonl", "-q"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process, killed_on_failure(process):
        for number in (1, 2, 3):
            process.stdin.write(b'{"label": 0, "logits": [2, 0]}\n{"label": 0, "logits": [2, 0]}\n')
            process.stdin.flush()
            assert json.loads(line_of(process.stdout))["sample"] == 2 * number - 1
            assert json.loads(line_of(process.stdout))["sample"] == 2 * number
        process.stdin.close()
        assert process.wait(PATIENCE) == 0
