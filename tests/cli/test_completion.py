"""Completion: the scripts in real shells on a terminal, and what the program answers them."""

import gzip
import io
import os
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from shell_terminal import SCRIPTS, TABLE, Terminal, answers
from support import Ran

FILES = {"bash": "xent.bash", "zsh": "_xent", "fish": "xent.fish", "powershell": "xent.ps1"}


@pytest.mark.parametrize("name", FILES)
def test_the_scripts_are_those_the_program_prints(xent: Callable[..., Ran], name: str) -> None:
    assert xent("--completion", name) == Ran(0, (SCRIPTS / FILES[name]).read_text(), "")


def test_no_script_for_another_shell(xent: Callable[..., Ran]) -> None:
    ran = xent("--completion", "tcsh")
    assert (ran.code, ran.out) == (2, "")
    assert "no completion for tcsh; one of bash, zsh, fish, powershell" in ran.err


def test_a_shell_finds_no_fault_in_its_script(shell: str) -> None:
    check = "--no-execute" if shell == "fish" else "-n"
    done = subprocess.run([shell, check, SCRIPTS / FILES[shell]], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.parametrize(
    ("keys", "meant"),
    [
        ("b\t", "bce"),
        ("bce --log\t", "bce --logits"),
        ("bce -f v\t", "bce -f value"),
        ("ce --input-format t\t", "ce --input-format tsv"),
        ("bce --format=ma\t", "bce --format=markdown"),
        ("bce tab\t", "bce table.csv"),
        ("bce my\t", "bce 'my data.csv'"),
        ("bce tab\t--labels l\t--logits cat,d\t", "bce table.csv --labels label --logits cat,dog"),
        ("bce table.csv --weights=w\t", "bce table.csv --weights=weight"),
        ("bce table.csv --logits=cat,d\t", "bce table.csv --logits=cat,dog"),
        ("bce table.csv --labels 'la\t", "bce table.csv --labels label"),
        ("bce 'my data.csv' -y l\t", "bce 'my data.csv' -y label"),
        ("bce my\\ data.csv -y l\t", "bce 'my data.csv' -y label"),
        ("bce $(echo ab) ~/shop/table.csv -y l\t", "bce ab ~/shop/table.csv -y label"),
    ],
)
def test_a_completed_line_runs_as_meant(
    terminal: Terminal, work: Path, keys: str, meant: str
) -> None:
    terminal.press(f"xent {keys}")
    assert terminal.ran() == [word.replace("~", str(work.parent)) for word in shlex.split(meant)]


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("", ["safe"]),
        ("'$(touch pwned),s", ["$(touch pwned),safe"]),
        # bash leaves a word with quotes inside alone.
        ("'$(touch pwned)',s", ["$(touch pwned),s", "$(touch pwned),safe"]),
        ("\\`touch\\ pwned\\`,s", ["`touch pwned`,s", "`touch pwned`,safe"]),
    ],
)
def test_hostile_names_reach_neither_shell_nor_terminal(
    terminal: Terminal, work: Path, value: str, meant: list[str]
) -> None:
    terminal.press(f"xent bce hostile.csv --labels {value}\t")
    assert terminal.ran() in [["bce", "hostile.csv", "--labels", last] for last in meant]
    assert not (work / "pwned").exists()
    assert "owned" not in terminal.text


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("", "bce ce"),
        ("bce --pr", "--probs --precision"),
        ("bce --input-format=", "csv tsv json jsonl npy npz parquet arrow"),
        ("bce table.csv --labels ", "label cat dog weight"),
        ("bce table.csv --logits cat,", "label dog weight"),
    ],
)
def test_tab_lists_what_can_follow(terminal: Terminal, keys: str, words: str) -> None:
    terminal.press(f"xent {keys}\t")
    terminal.shows(*words.split())


@pytest.mark.parametrize("protocol", ["bash", "fish", "powershell"])
def test_every_protocol(work: Path, protocol: str) -> None:
    commands = ["bce", "ce", "reconcile", "accuracy", "conventions"]
    assert answers("xent ", work, protocol) == commands
    assert answers("xent bce --log", work, protocol) == ["--logits"]
    assert answers("xent bce -f mark", work, protocol) == ["markdown"]
    assert answers("xent bce table.csv --labels d", work, protocol) == ["dog"]
    assert answers("xent bce table.csv --probs cat,d", work, protocol) == ["cat,dog"]
    assert answers("xent bce tab", work, protocol) == []  # files are the shell's


def frame(kind: str) -> bytes:
    """A file of typed columns."""
    file = io.BytesIO()
    getattr(pl.DataFrame({"a": [1], "b": [2.0], "c d": [3]}), f"write_{kind}")(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("words", "content", "names"),
    [
        ("a.csv", b"a, b ,c-1\r\n1,2,3\r\n", "a b c-1"),
        ("mark.csv", b"\xef\xbb\xbfa;b\n", "a b"),
        ("a.tsv", b"a,b\tc\n", "c"),
        ("blanks.txt", b"a  b\n1  2\n", "a b"),
        ("quoted.csv", b'"a ""x","b\nc",d,"e"\n', "d e"),
        ("twice.csv", b"a,a,b\n", "a b"),
        ("accents.csv", "\u00e9t\u00e9,b\n".encode(), "b"),
        ("a.csv.gz", gzip.compress(b"a,b\n1,2\n", mtime=0), "a b"),
        ("a.jsonl", b'{"a": 1, "b": [2, 3], "c d": 4}\n{"a": 2}\n', "a b"),
        ("sniffed", b'{"a": 1}\n{"a": 2}\n', "a"),
        ("long.csv", b"a,b," + b"x" * (1 << 16) + b"\n", "a b"),
        ("long_accents.csv", b"a,b," + "\u00e9".encode() * 32766 + b",cut off here", "a b"),
        ("open.csv", b'a,"b\n' + b"x" * (1 << 16), "a"),
        ("no_header.csv", b"1,2.5,nan\n", ""),
        ("either.csv", b"0,1,2\n", ""),
        ("empty.csv", b"", ""),
        ("list.jsonl", b"[1, 2]\n", ""),
        ("number.jsonl", b"12\n", ""),
        ("deep.jsonl", b"[" * 60_000, ""),
        ("cut.jsonl", b'{"a": ' + b"1" * (1 << 16), ""),
        ("cut.csv.gz", gzip.compress(b"a,b\n1,2\n", mtime=0)[:12], ""),
        ("binary.csv", bytes(range(128, 256)) * 99, ""),
        ("a.parquet", frame("parquet"), "a b"),
        ("a.feather", frame("ipc"), "a b"),
        ("--input-format parquet a.bin", frame("parquet"), "a b"),
        ("cut.parquet", frame("parquet")[:-1], ""),
        ("a.parquet", b"PAR1", ""),
        ("a.npz", b"PK\x03\x04", ""),
        ("-d ';' odd.csv", b"a,b;c", "c"),
        ("-d xx odd.csv", b"a,b;c", ""),
        ("--no-header odd.csv", b"a,b", ""),
        ("--header odd.csv", b"0,1,2", "0 1 2"),
        ("--input-format tsv odd.csv", b"a,b\tc", "c"),
    ],
)
def test_columns_of_a_file(work: Path, words: str, content: bytes, names: str) -> None:
    (work / words.split()[-1]).write_bytes(content)
    assert answers(f"xent bce {words} --labels ", work) == names.split()


def test_files_that_cannot_be_read_have_no_columns(work: Path) -> None:
    os.mkfifo(work / "fifo.csv")  # opening it would wait for a writer
    unreadable = "/proc/self/mem"  # even by root, though it is a regular file
    for name in ("fifo.csv", ".", "nowhere", "table.csv/x", "x" * 5000, "/dev/zero", unreadable):
        assert answers(f"xent bce {name} --labels ", work) == []
    assert answers("xent bce nowhere table.csv --labels d", work) == ["dog"]


def test_stdin_is_left_alone(work: Path) -> None:
    (work / "-").write_text(TABLE)
    with open(work / "table.csv", "rb") as stdin:
        assert answers("xent bce - --labels ", work, stdin=stdin) == []
        assert answers("xent bce --labels ", work, stdin=stdin) == []
        assert os.lseek(stdin.fileno(), 0, os.SEEK_CUR) == 0
