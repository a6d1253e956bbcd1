"""The summary of how far xent was from the packages that are installed."""

from typing import Any

from framework_draws import WORST


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The worst distances of the run."""
    if WORST:
        terminalreporter.section("worst distances in ulp of the largest number involved")
    for (name, dtype, what), worst in sorted(WORST.items()):
        terminalreporter.line(f"  {name:22} {dtype} {what:12} {worst:9.4g}")
