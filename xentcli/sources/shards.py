"""Shards: the files of directories and of quoted patterns, sorted by name."""

import glob
import os
import re
from collections import Counter
from collections.abc import Collection, Sequence

from xentcli.errors import InputError
from xentcli.sources.addresses import is_address, stands_for_many
from xentcli.sources.paths import STDIN, refuse_gone, suffix_of
from xentcli.text import display


def shards(files: Sequence[str], suffixes: Collection[str]) -> tuple[str, ...]:
    """``files`` with directories and patterns expanded, each sorted by name.

    A directory stands for its files with one of the ``suffixes``. The name of an existing file is
    never a pattern. Raises InputError if nothing matches.
    """
    found: list[str] = []
    for file in files:
        if is_address(file):
            found += _far(file, suffixes) if stands_for_many(file) else [file]
        elif os.path.isdir(file):
            found += _within(file, suffixes)
        elif _is_pattern(file) and not os.path.lexists(file):
            found += _matching(file)
        else:
            found.append(file)
    twice = next((file for file, times in Counter(found).items() if times > 1), None)
    if twice is not None and twice != STDIN:
        hint = "its rows would count double: name it once"
        raise InputError("is named twice", source=display(twice), hint=hint)
    return tuple(found)


def pooled(files: Sequence[str]) -> bool:
    """Whether ``files`` may stand for several files, judged by name: listing a server is slow."""
    if len(files) != 1:
        return len(files) > 1
    file = files[0]
    if is_address(file):
        return stands_for_many(file)
    return os.path.isdir(file) or (_is_pattern(file) and not os.path.lexists(file))


def _far(pattern: str, suffixes: Collection[str]) -> list[str]:
    """The objects of a pattern or a directory of an object store."""
    from xentcli.sources.objects import listed

    found = listed(pattern)
    if not pattern.endswith("/"):
        if not found:
            raise InputError("matches no object", source=display(pattern))
        return found
    return _readable(pattern, suffixes, found)


def _is_pattern(file: str) -> bool:
    return re.search(r"[*?\[]", file) is not None


def _within(folder: str, suffixes: Collection[str]) -> list[str]:
    refuse_gone(folder)
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        problem = f"cannot be read ({str(error.strerror).lower()})"
        raise InputError(problem, source=display(folder)) from None
    paths = [os.path.join(folder, name) for name in names]
    return _readable(folder, suffixes, [path for path in paths if os.path.isfile(path)])


def _readable(folder: str, suffixes: Collection[str], paths: list[str]) -> list[str]:
    """The files among ``paths`` that have one of the suffixes and are not hidden."""
    files = [
        path
        for path in paths
        if suffix_of(path) in suffixes and not os.path.basename(path).startswith(".")
    ]
    if not files:
        hint = f"a directory stands for its files of {' '.join(suffixes)}"
        raise InputError("holds no file that can be read", source=display(folder), hint=hint)
    return files


def _matching(pattern: str) -> list[str]:
    files = sorted(path for path in glob.glob(pattern, recursive=True) if os.path.isfile(path))
    if not files:
        refuse_gone(pattern)
        raise InputError("matches no file", source=display(pattern))
    return files
