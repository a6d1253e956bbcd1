"""Seams: a misspelt option and a misspelt method of a summary fail the type check."""

import subprocess
import sys
from pathlib import Path

import pytest

OPTION = """
from xentcli.cli.input_options import InputOptions

def labels(given: InputOptions) -> str | None:
    return given.{name}
"""
SUMMARY = """
from typing import NamedTuple, Self

from xentcli.blocks.block import Block
from xentcli.job import Job
from xentcli.engines import run

class Count(NamedTuple):
    samples: int

    def {name}(self, other: Self, job: Job) -> Self:
        return self._replace(samples=self.samples + other.samples)

def measured(job: Job, block: Block) -> tuple[Count, None]:
    return Count(len(block.labels)), None

def counted(job: Job) -> int:
    parts = run(job, measured)
    return sum(part.summary.samples for part in parts if part.summary is not None)
"""


def checked(path: Path, program: str) -> "subprocess.CompletedProcess[str]":
    path.write_text(program)
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("program", "right", "wrong"),
    [(OPTION, "labels", "lables"), (SUMMARY, "merged", "merge")],
    ids=["option", "summary"],
)
def test_what_is_misspelt_fails(tmp_path: Path, program: str, right: str, wrong: str) -> None:
    good = checked(tmp_path / "good.py", program.format(name=right))
    assert good.returncode == 0, good.stdout
    bad = checked(tmp_path / "bad.py", program.format(name=wrong))
    assert bad.returncode == 1
    assert wrong in bad.stdout or "Count" in bad.stdout
