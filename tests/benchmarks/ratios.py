"""Times of rivals in one run: turn by turn, so that a noisy moment hits all of them; medians."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter
from typing import Final

RUNS: Final = 7


def alternate(rivals: Mapping[str, Callable[[], object]], runs: int = RUNS) -> dict[str, float]:
    """Median seconds of each rival over ``runs`` rounds, after one round that does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in rivals}
    for turn in range(runs + 1):
        for name, run in rivals.items():
            began = perf_counter()
            run()
            if turn:
                seconds[name].append(perf_counter() - began)
    return {name: median(times) for name, times in seconds.items()}


def show(title: str, seconds: Mapping[str, float], peer: str, bars: Mapping[str, float]) -> None:
    """Print each rival's time, its ratio to ``peer``, and the bar that it is held to."""
    print(f"\n{title}")
    for name, taken in seconds.items():
        ratio = taken / seconds[peer]
        bar = bars.get(name)
        verdict = "" if bar is None else f"  at most {bar:g}: {'met' if ratio <= bar else 'MISSED'}"
        print(f"  {name:44} {taken * 1000:9.1f} ms  {ratio:6.2f} x{verdict}")


def command(*arguments: str, stdin: str | None = None) -> Callable[[], object]:
    """A whole process, its output thrown away; ``stdin`` is a file that ``cat`` sends it."""

    def run() -> None:
        environment = {**os.environ, "COLUMNS": "80"}
        for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"):
            environment.pop(name, None)  # an installed program has its bytecode
        cat = None if stdin is None else subprocess.Popen(["cat", stdin], stdout=subprocess.PIPE)
        source = subprocess.DEVNULL if cat is None else cat.stdout
        subprocess.run(
            arguments, stdin=source, stdout=subprocess.DEVNULL, check=True, env=environment
        )
        if cat is not None and cat.stdout is not None:
            cat.stdout.close()
            cat.wait()

    return run


def xent(*arguments: str) -> tuple[str, ...]:
    """The program as it is installed beside this interpreter."""
    return (os.path.join(os.path.dirname(sys.executable), "xent"), *arguments)


def installed(name: str) -> bool:
    """Whether a peer can be imported here."""
    return importlib.util.find_spec(name) is not None
