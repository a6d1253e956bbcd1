"""Check that the workers of a cluster have the same versions and see the same files as we do.

Both are checked before any work, so that no result mixes two versions or two files.
"""

import os
import pydoc
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from xentcli import __version__
from xentcli.errors import ClusterError, InputError
from xentcli.sources.opening import opened
from xentcli.sources.paths import beginning_in, located
from xentcli.text import display

if TYPE_CHECKING:
    from distributed import Client

Versions = Mapping[str, str]


def versions() -> Versions:
    """The versions of the packages that affect digits."""
    return {"xentcli": __version__, "numpy": np.__version__}


def refuse_others(client: "Client") -> None:
    """Raise ClusterError if a worker has other versions than this process, or lacks a package."""
    for package, here in versions().items():
        # A function of the standard library, since the worker may lack our package.
        answers = client.run(pydoc.locate, f"{package}.__version__", on_error="return")
        for worker, there in sorted(answers.items()):
            if isinstance(there, OSError):
                continue  # the worker has died
            if not isinstance(there, str):
                problem = f"worker {worker} has no {package}"
                raise ClusterError(problem, hint=f"install {package} {here} where the workers run")
            if there != here:
                problem = f"worker {worker} has {package} {there}, here is {here}"
                raise ClusterError(problem, hint="digits are equal only with equal versions")


class Sight(NamedTuple):
    """A file as seen by one machine: size and a checksum of samples, or why it cannot be read."""

    size: int = 0
    samples: int = 0
    refusal: str = ""


SAMPLE: Final = 4096
"""Bytes compared at the beginning, in the middle and at the end."""


def refuse_unseen(client: "Client", files: list[str]) -> None:
    """Raise InputError if a worker does not see the same files as this process."""
    paths = [path for path in dict.fromkeys(files) if "://" not in path]
    here = {path: _own_sight(path) for path in paths}
    answers = client.run(_sights, paths, os.getcwd(), on_error="return")
    for worker, there in sorted(answers.items()):
        if isinstance(there, OSError):
            continue  # the worker has died
        if isinstance(there, Exception):
            raise ClusterError(f"worker {worker} cannot look for files ({there})")
        for path, sight in zip(paths, there, strict=True):
            if sight != here[path]:
                problem = _difference(worker, sight, here[path])
                hint = "put it where all workers see it by this path"
                raise InputError(problem, source=display(path), hint=hint)


def _difference(worker: str, there: Sight, here: Sight) -> str:
    if there.refusal:
        return f"worker {worker} does not see it ({there.refusal})"
    if there.size != here.size:
        sizes = f"{there.size} bytes, here {here.size}"
        return f"worker {worker} sees another file of this name ({sizes})"
    return f"worker {worker} sees another file of this name (of the same size)"


def _own_sight(path: str) -> Sight:
    if os.path.exists(path) and not os.path.isfile(path):
        problem = "is no regular file, so that the workers of a cluster cannot read it"
        raise InputError(problem, source=display(path), hint="save it to a file that they see")
    with opened(path):
        return _sight(path)


def _sights(paths: list[str], folder: str) -> list[Sight]:
    """The files as seen by a worker; relative paths begin in the client's ``folder``."""
    with beginning_in(folder):
        return [_sight(path) for path in paths]


def _sight(path: str) -> Sight:
    try:
        with open(located(path), "rb", buffering=0) as file:
            size, samples = os.fstat(file.fileno()).st_size, 0
            for start in (0, size // 2, max(0, size - SAMPLE)):
                file.seek(start)
                samples = zlib.crc32(file.read(SAMPLE), samples)
    except OSError as error:
        return Sight(refusal=str(error.strerror).lower())
    return Sight(size, samples)
