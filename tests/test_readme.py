"""The README: every ``console`` block prints what it says, and the two install lines stand."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README.read_text(encoding="utf-8"), re.M | re.S)


def sessions() -> list[tuple[str, str]]:
    """The commands of all console blocks in order, each with what it prints."""
    found = []
    for kind, text in BLOCKS:
        if kind == "console":
            for step in re.split(r"^\$ ", text, flags=re.M)[1:]:
                command, _, printed = step.partition("\n")
                while command.endswith("\\"):
                    more, _, printed = printed.partition("\n")
                    command += "\n" + more.removeprefix("> ")
                found.append((command, printed))
    return found


@pytest.mark.skipif(shutil.which("bash") is None, reason="the README's commands are for bash")
def test_console_blocks_print_what_they_say(tmp_path: Path) -> None:
    shim = tmp_path / "bin" / "xent"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m xentcli "$@"\n')
    shim.chmod(0o755)
    python = shim.with_name("python")
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    work = tmp_path / "work"
    work.mkdir()
    env = {**os.environ, "PATH": f"{shim.parent}{os.pathsep}{os.environ['PATH']}"}
    assert len(sessions()) >= 8
    for command, printed in sessions():
        if re.search(r"\bjq\b", command) and shutil.which("jq") is None:
            continue
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=work,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        assert _trimmed(done.stdout) == _trimmed(printed), command


def _trimmed(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().splitlines()]


def test_it_opens_with_the_two_commands() -> None:
    shell = [text for kind, text in BLOCKS if kind == "sh"]
    assert len(shell) >= 2
    for line, last in zip(shell, ("xent bce", "pytest"), strict=False):
        assert line.count("\n") == 1
        assert last in line
    lines = README.read_text(encoding="utf-8").splitlines()
    assert "pytest" in "\n".join(lines[:50])


def test_python_blocks_run() -> None:
    import doctest

    examples = [text for kind, text in BLOCKS if kind == "python"]
    assert examples
    for text in examples:
        test = doctest.DocTestParser().get_doctest(text, {}, "README", "README.md", 0)
        assert doctest.DocTestRunner().run(test).failed == 0
