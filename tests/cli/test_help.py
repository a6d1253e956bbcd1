"""Help: examples first, then panels, each option in one line at 80 columns."""

import os
import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from support import Ran

from xentcli.cli import app

Xent = Callable[..., Ran]


@pytest.mark.parametrize("command", ["bce", "ce"])
def test_examples_come_first_and_options_in_panels(
    xent: Xent, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    out = xent(command, "--help").out
    assert out.index("Examples") < out.index(f"xent {command} --labels") < out.index("Input")
    panels = re.findall(r"^╭─ (\w+) ─", out, re.M)
    assert panels == ["Files", "Options", "Input", "Weights", "Loss", "Output", "Gate"]
    for line in out.splitlines():
        assert len(line) <= 80
        if line.startswith("│"):
            first = line.lstrip("│ ")
            assert first.startswith(("-", "[FILE]")), f"continued line: {line}"


def test_no_arguments_show_the_help(xent: Xent) -> None:
    ran = xent()
    assert ran.code == 2
    assert "Usage: xent" in ran.out + ran.err
    assert "error" not in ran.err


def test_module_calls_itself_xent(
    xent_process: Callable[..., "object"],
) -> None:
    done = xent_process("bce", "--help")
    assert b"Usage: xent bce" in done.stdout  # type: ignore[attr-defined]


def test_version(xent: Xent) -> None:
    from xentcli import __version__

    assert xent("--version").out == f"xent {__version__}\n"


def test_only_the_named_command_gets_its_options() -> None:
    import typer.main

    commands = typer.main.get_command(app.built("bce --labels ce.csv")).commands  # type: ignore[attr-defined]
    assert len(commands["bce"].params) > 40
    assert len(commands["ce"].params) == 0


def test_suggestions(xent: Xent) -> None:
    assert "did you mean bce?" in xent("bec").err
    assert "--logits" in xent("bce", "--logitz", "1").err


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("args", [(), ("--labels", "y", "--logits", "z*")], ids=str)
def test_no_file_on_a_terminal_says_what_to_type(args: tuple[str, ...]) -> None:
    import pty

    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "xentcli", "bce", *args],
            stdin=theirs,
            capture_output=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"usage: xent bce" in done.stderr
