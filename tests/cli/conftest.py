"""Fixtures of completion: a directory with tables, and shells that start in it."""

import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from shell_terminal import HOSTILE, SCRIPTS, SETUPS, SHELLS, TABLE, XENT, Terminal


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
