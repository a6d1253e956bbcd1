"""``--jobs``: worker processes change the time and the bar, and no digit."""

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support import Ran

from xentcli.cli import progress
from xentcli.inputs import cuts

Xent = Callable[..., Ran]
ROWS = 4000


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that is cut into many pieces."""
    monkeypatch.setattr(cuts, "SMALLEST", 4000)
    monkeypatch.setattr(cuts, "LARGEST", 4000)
    path = tmp_path / "large.csv"
    lines = [f"{i % 2},{(i * 37 % 101 - 50) / 16}\n" for i in range(ROWS)]
    path.write_text("label,logit\n" + "".join(lines))
    return path


@pytest.mark.parametrize("command", ["bce", "reconcile", "accuracy"])
def test_the_same_output_by_any_number_of_jobs(xent: Xent, large: Path, command: str) -> None:
    one = xent(command, large, "--jobs", 1, "-f", "json")
    assert one.code == 0
    assert one.json["samples"] == ROWS
    for jobs in (2, 3, 4):
        assert xent(command, large, "--jobs", jobs, "-f", "json") == one
    assert xent(command, large, "-f", "json") == one


def test_rows_come_in_the_order_of_the_file(xent: Xent, large: Path) -> None:
    assert xent("bce", large, "--jobs", 3, "-f", "csv") == xent(
        "bce", large, "--jobs", 1, "-f", "csv"
    )


@pytest.mark.parametrize("jobs", [0, -1])
def test_none_at_all_is_refused(xent: Xent, jobs: int) -> None:
    ran = xent("ce", "--labels", "0", "--logits", "1,2", "--jobs", jobs)
    assert ran.code == 2
    assert ran.out == ""
    assert f"--jobs {jobs} is not a number >= 1" in ran.err


def test_more_jobs_than_input_are_no_harm(xent: Xent) -> None:
    ran = xent("bce", "--labels", "1", "--logits", "0", "--jobs", 64, "-f", "value")
    assert ran.out == "0.6931471805599453\n"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_counts_what_workers_read(
    xent: Xent, large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = _Terminal()
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    assert xent("bce", large, "--jobs", 2, "-f", "value").code == 0
    size = f"{large.stat().st_size / 1000:.1f}"
    assert f"{size}/{size} kB" in shown.getvalue()
