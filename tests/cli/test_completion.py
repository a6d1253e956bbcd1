"""Completion: the scripts in real shells on a terminal, and what the program answers them."""

import gzip
import io
import os
import pty
import re
import select
import shlex
import shutil
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from support import PATIENCE, Ran

SCRIPTS = Path(__file__).parents[2] / "completions"
FILES = {"bash": "xent.bash", "zsh": "_xent", "fish": "xent.fish", "powershell": "xent.ps1"}
SHELLS = {"bash": "bash --norc --noprofile -i", "zsh": "zsh -f -i", "fish": "fish -i"}
# fish finds its script by itself, as it does a package's. A prompt spelled with '' cannot be
# mistaken for the echo of the line that sets it.
SETUPS = {
    "bash": "PS1='as''k> '; bind 'set show-all-if-ambiguous on'; source {}/xent.bash",
    "zsh": "PS1='as''k> '; fpath=({} $fpath); autoload -Uz compinit; compinit -u -D",
    "fish": "function fish_prompt; echo -n 'as''k> '; end",
}
# Not preexec_fn, which forks Python: a test process may have threads.
WITH_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execvp(sys.argv[1], sys.argv[1:])"
)
# Outside of completion it only notes its arguments: those are what a completed line means.
XENT = """\
#!/bin/sh
if [ -n "$_XENT_COMPLETE" ]; then exec {python} -m xentcli "$@"; fi
printf '%s\\0' "$@" > {home}/argv.new && mv {home}/argv.new {home}/argv
"""
ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z]|\(B|[=>])")
TABLE = "label,cat,dog,weight\n1,2,3,4\n"
HOSTILE = (
    "$(touch pwned),`touch pwned`,;touch pwned,|touch pwned,\x1b[31mowned,\x1b]0;owned\x07,"
    '\'owned\',\'owned,"""owned""","a\nowned", safe ,owned it\n'
)


class Terminal:
    """A shell of its own on a terminal of its own, in ``home/work``."""

    def __init__(self, shell: str, home: Path) -> None:
        self.text = ""
        self._argv = home / "argv"
        env = {
            "HOME": str(home),
            "INPUTRC": os.devnull,
            "LC_ALL": "C",
            "PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "TERM": "xterm",  # on a dumb one fish lists nothing
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_DATA_DIRS": str(home / "share"),
            "XDG_DATA_HOME": str(home / "data"),
        }
        self._keys, end = pty.openpty()
        termios.tcsetwinsize(end, (50, 200))
        command = [sys.executable, "-c", WITH_TERMINAL, *SHELLS[shell].split()]
        settings: dict[str, Any] = {"cwd": home / "shop", "env": os.environ | env}
        self._process = subprocess.Popen(
            command, stdin=end, stdout=end, stderr=end, start_new_session=True, **settings
        )
        os.close(end)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._keys)

    def press(self, keys: str) -> None:
        os.write(self._keys, keys.encode())

    def shows(self, *words: str) -> None:
        """Wait until each of ``words`` stands in the text by itself."""
        patterns = [re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])") for word in words]
        self._until(lambda: all(p.search(ESCAPES.sub("", self.text)) for p in patterns))

    def ran(self) -> list[str]:
        """Press Enter, and wait for the arguments that xent is run with."""
        self.press("\r")
        self._until(self._argv.exists)
        return self._argv.read_text().split("\0")[:-1]

    def _until(self, met: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not met():
            assert time.monotonic() < deadline, f"in vain: {self.text!r}"
            if select.select([self._keys], [], [], 0.02)[0]:
                self.text += os.read(self._keys, 1 << 16).decode(errors="replace")


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """The directory that shells start in; ``xent`` and the fish script are around it."""
    vendor = tmp_path / "share" / "fish" / "vendor_completions.d"
    manuals = tmp_path / "data" / "fish" / "generated_completions"  # else fish reads them all
    work, program = tmp_path / "shop", tmp_path / "bin" / "xent"
    for folder in (vendor, manuals, work, program.parent):
        folder.mkdir(parents=True)
    shutil.copy(SCRIPTS / "xent.fish", vendor)
    home = shlex.quote(str(tmp_path))
    program.write_text(XENT.format(python=shlex.quote(sys.executable), home=home))
    program.chmod(0o755)
    for name, text in {"table.csv": TABLE, "my data.csv": TABLE, "hostile.csv": HOSTILE}.items():
        (work / name).write_text(text)
    return work


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest) -> str:
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    return str(request.param)


@pytest.fixture
def terminal(shell: str, work: Path) -> Iterator[Terminal]:
    terminal = Terminal(shell, work.parent)
    try:
        terminal.press(SETUPS[shell].format(shlex.quote(str(SCRIPTS))) + "\r")
        terminal.shows("ask>")
        terminal.text = ""
        yield terminal
    finally:
        terminal.close()


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


def _answers(line: str, work: Path, protocol: str = "bash", stdin: Any = None) -> list[str]:
    """What the program answers about a line up to the cursor, successfully and in silence."""
    last = "" if line.endswith(" ") else line.split()[-1]
    env = {
        "_XENT_COMPLETE": f"complete_{protocol}",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(shlex.split(line)) - bool(last)),
        "_TYPER_COMPLETE_ARGS": line if protocol == "fish" else line.strip(),
        "_TYPER_COMPLETE_WORD_TO_COMPLETE": last,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    command = [sys.executable, "-X", "importtime", "-m", "xentcli"]
    streams = {"stdin": stdin or subprocess.DEVNULL, "capture_output": True}
    more: dict[str, Any] = {"cwd": work, "env": os.environ | env, "timeout": PATIENCE, **streams}
    done = subprocess.run(command, check=False, **more)
    said = [row for row in done.stderr.splitlines() if not row.startswith(b"import time:")]
    assert (done.returncode, said) == (0, [])
    assert b"xentcli.cli.complete" in done.stderr
    assert not re.search(rb"\| +numpy\b", done.stderr)
    return [re.split(r"\t|:::", row)[0] for row in done.stdout.decode().splitlines() if row]


@pytest.mark.parametrize("protocol", ["bash", "fish", "powershell"])
def test_every_protocol(work: Path, protocol: str) -> None:
    commands = ["bce", "ce", "compare", "accuracy", "conventions"]
    assert _answers("xent ", work, protocol) == commands
    assert _answers("xent bce --log", work, protocol) == ["--logits"]
    assert _answers("xent bce -f mark", work, protocol) == ["markdown"]
    assert _answers("xent bce table.csv --labels d", work, protocol) == ["dog"]
    assert _answers("xent bce table.csv --probs cat,d", work, protocol) == ["cat,dog"]
    assert _answers("xent bce tab", work, protocol) == []  # files are the shell's


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
    assert _answers(f"xent bce {words} --labels ", work) == names.split()


def test_files_that_cannot_be_read_have_no_columns(work: Path) -> None:
    os.mkfifo(work / "fifo.csv")  # opening it would wait for a writer
    unreadable = "/proc/self/mem"  # even by root, though it is a regular file
    for name in ("fifo.csv", ".", "nowhere", "table.csv/x", "x" * 5000, "/dev/zero", unreadable):
        assert _answers(f"xent bce {name} --labels ", work) == []
    assert _answers("xent bce nowhere table.csv --labels d", work) == ["dog"]


def test_stdin_is_left_alone(work: Path) -> None:
    (work / "-").write_text(TABLE)
    with open(work / "table.csv", "rb") as stdin:
        assert _answers("xent bce - --labels ", work, stdin=stdin) == []
        assert _answers("xent bce --labels ", work, stdin=stdin) == []
        assert os.lseek(stdin.fileno(), 0, os.SEEK_CUR) == 0
