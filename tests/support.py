"""What tests share: the result of a command."""

import json
import select
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

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
