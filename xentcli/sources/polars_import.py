"""Polars, imported where a file needs it: which version, and with which settings."""

import os
import re
import sys
from typing import TYPE_CHECKING, Any, Final

from xentcli.errors import InputError

if TYPE_CHECKING:
    pass


NEEDED: Final = (1, 37)
"""The first version whose batches end when they are no longer asked for."""


NEEDED_FAR: Final = (2, 0)
"""For what a server gives: versions to 1.42 took any certificate of a web server, and those to 1.38
read no lines, or put the whole text on the disk first."""


SETTINGS: Final = {"POLARS_INFLIGHT_REQUEST_BUDGET": "16", "POLARS_CLOUD_MAX_RETRIES": "4"}
"""What Polars is told, unless the environment says otherwise.

The budget are the reads under way at once. Without a bound, record batches of some 100 MiB bring
hundreds of threads, a warning of a deadlock on stderr, and Parquet of 80,000,000 rows 260 MiB of
memory where 16 reads need 193; they are no slower. A server that cannot be reached is given up
after 4 tries more; Polars would go on to 8, which take 10 seconds.
"""


def loaded(name: str, purpose: str, needed: tuple[int, int]) -> Any:
    """Polars itself; in a worker process with one thread, for there is a worker for each core."""
    for setting, value in SETTINGS.items():
        os.environ.setdefault(setting, value)
    if "multiprocessing.process" in sys.modules:
        from multiprocessing import parent_process

        if parent_process() is not None:
            os.environ.setdefault("POLARS_MAX_THREADS", "1")
    try:
        import polars
    except ImportError:
        problem, hint = f"needs polars, which {purpose}", "pip install polars"
        raise InputError(problem, source=name, hint=hint) from None
    version = polars.__version__
    if tuple(map(int, re.findall("[0-9]+", version)[:2])) < needed:
        problem = f"needs polars {needed[0]}.{needed[1]} or later, here is {version}"
        raise InputError(problem, source=name, hint="pip install --upgrade polars")
    return polars
