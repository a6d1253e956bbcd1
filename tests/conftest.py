"""Fixtures: the command in this process, and the numbers that others computed."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import Ran

DATA = Path(__file__).parent / "data"


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XENT_FORMAT", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TERM"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def xent(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., Ran]:
    """``xent("bce", "--labels", "1", ...)`` in this process; ``stdin`` is text or bytes."""
    from xentcli.cli.app import main

    def run(*args: object, stdin: str | bytes = b"") -> Ran:
        piped = tmp_path / ".stdin"
        piped.write_bytes(stdin.encode() if isinstance(stdin, str) else stdin)
        monkeypatch.setattr(sys, "argv", ["xent", *map(str, args)])
        with open(piped) as file:
            monkeypatch.setattr(sys, "stdin", file)
            with pytest.raises(SystemExit) as left:
                main()
        captured = capfd.readouterr()
        return Ran(int(left.value.code or 0), captured.out, captured.err)

    return run


@pytest.fixture
def xent_process() -> Callable[..., "subprocess.CompletedProcess[bytes]"]:
    """The same as a process of its own, for what only a process can show."""

    def run(
        *args: object, stdin: bytes = b"", env: dict[str, str] | None = None, **more: Any
    ) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            [sys.executable, "-m", "xentcli", *map(str, args)],
            input=stdin,
            capture_output=True,
            env={**os.environ, **(env or {})},
            check=False,
            **more,
        )

    return run


@pytest.fixture(scope="session")
def article() -> Any:
    """The worked example of the article: five samples, three outputs, figures to 25 digits."""
    return json.loads((DATA / "article.json").read_text())


@pytest.fixture(scope="session")
def exact_cases() -> list[dict[str, Any]]:
    """Losses computed at 80 digits."""
    return [json.loads(line) for line in io.StringIO((DATA / "exact.jsonl").read_text())]
