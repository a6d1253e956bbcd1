"""Import Polars when a file needs it, with its settings and a check of its version."""

import os
import re
import sys
from typing import Any, Final

from xentcli.errors import InputError

NEEDED: Final = (1, 37)
"""The first version that stops reading batches when they are no longer requested."""


NEEDED_FAR: Final = (2, 0)
"""The first version for servers: up to 1.42 any certificate of a web server was accepted, and up to
1.38 lines were not read, or the whole text was first stored on disk."""


SETTINGS: Final = {"POLARS_INFLIGHT_REQUEST_BUDGET": "16", "POLARS_CLOUD_MAX_RETRIES": "4"}
"""Settings of Polars, unless the environment has others.

The budget is the number of concurrent reads. Without a bound, record batches of about 100 MiB cause
hundreds of threads and a deadlock warning on stderr, and Parquet of 80,000,000 rows takes 260 MiB
of memory instead of 193; 16 reads are no slower. An unreachable server is given up after 4 retries;
the default of 8 takes 10 seconds.
"""


def loaded(name: str, purpose: str, needed: tuple[int, int]) -> Any:
    """The module polars; with one thread in a worker process, since each core has a worker."""
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
