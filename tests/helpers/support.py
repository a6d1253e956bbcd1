"""What tests share: the result of a command, and what a terminal is sent."""

import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xentcli.kernels import ExactSum
    from xentcli.kernels.grouped import GroupedSums

PATIENCE = 30.0
"""Seconds after which a process that says nothing has failed the test."""


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def figures(self) -> dict[str, Any]:
        """The JSON without where the data came from and what was remarked of it."""
        about = ("columns", "files", "warnings", "notes", "gate")
        return {key: value for key, value in self.json.items() if key not in about}


def group_sum(sums: "GroupedSums", group: int) -> "ExactSum":
    """The sum of one group."""
    from xentcli.kernels import ExactSum

    return ExactSum(sums.numerators[group], *sums.odd[:, group].tolist())


def line_of(pipe: IO[bytes]) -> bytes:
    """The next line of an unbuffered pipe; fails rather than waits for ever."""
    line = b""
    deadline = time.monotonic() + PATIENCE
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))
        assert ready, f"no line within {PATIENCE} s, only {line!r}"
        byte = pipe.read(1)
        if not byte:
            break
        line += byte
    return line


@contextmanager
def killed_on_failure(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """A failing test does not leave its process behind, nor wait for it."""
    try:
        yield
    except BaseException:
        process.kill()
        raise


def shown(args: Sequence[object], columns: int, *, styled: bool = False) -> list[str]:
    """The lines that a terminal of so many columns is sent; ``styled``: with their escapes."""
    master, slave = pty.openpty()
    env = {**os.environ, "COLUMNS": str(columns), "TERM": "xterm"}
    command = [sys.executable, "-m", "xentcli", *map(str, args)]
    text = b""
    with (
        open(master, "rb", buffering=0) as terminal,
        subprocess.Popen(command, stdout=slave, stderr=subprocess.PIPE, env=env) as process,
    ):
        os.close(slave)
        with suppress(OSError):  # how Linux says that the last writer has gone
            while piece := terminal.read(1 << 16):
                text += piece
        assert process.wait(PATIENCE) == 0
    plain = text.decode() if styled else re.sub("\x1b\\[[0-9;]*m", "", text.decode())
    return plain.split("\r\n")
