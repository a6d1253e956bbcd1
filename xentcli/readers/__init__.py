"""Reading: a Job's input as Splits, and a Split as checked Blocks.

``shards`` names the files, ``source`` opens bytes, ``columns`` picks columns, ``delimited``,
``json``, ``numpy_files`` and ``frames`` know the formats, ``inline`` and ``references`` the arrays
of options, ``shapes`` fits them to each other and ``blocks`` checks all of it.
Nothing is imported before it is needed: completion uses this package without NumPy.
"""

import os
from collections.abc import Iterator

from xentcli.errors import InputError, OptionError
from xentcli.job import STDIN, Block, Job, Split
from xentcli.readers.classes import declared
from xentcli.readers.roles import given, option


def splits(job: Job) -> list[Split]:
    """The pieces of the input that can be read alone, in the order of the input.

    Raises OptionError where the options do not say where labels and scores come from.
    """
    if job.logits is not None and job.probs is not None:
        raise OptionError("--logits and --probs exclude each other", hint="give one of them")
    declared(job)  # a slip in it shows before anything is read
    if not job.files:
        _refuse_bare_paths(job)
        if _all_arrays(job):
            return [Split(())]
        return [Split((STDIN,))]
    if job.files.count(STDIN) > 1:
        raise OptionError("stdin (-) can be read only once")
    from xentcli.readers.shards import shards

    files = shards(job.files)
    if any(value.startswith("@") for value in given(job).values()):
        return [Split(files)]  # arrays run on across all files
    return [Split((file,)) for file in files]


def _refuse_bare_paths(job: Job) -> None:
    """A column of stdin is hardly called y.npy."""
    for role, value in given(job).items():
        if value.lower().endswith(
            (".csv", ".json", ".npy", ".npz", ".parquet", ".arrow")
        ) and os.path.isfile(value):
            typed = option(job, role)
            raise OptionError(f"{typed} {value} names a file", hint=f"write {typed} @{value}")


def _all_arrays(job: Job) -> bool:
    from xentcli.readers.inline import is_array

    classes = declared(job)
    values = given(job)
    arrays = [
        option(job, role)
        for role, value in values.items()
        if is_array(value, *([classes] if role == "labels" else []))
    ]
    if not arrays:
        return False
    columns = [typed for typed in (option(job, role) for role in values) if typed not in arrays]
    if columns:
        raise OptionError(
            f"{arrays[0]} is an array and {columns[0]} is a column",
            hint="to take columns from stdin add - (and arrays from files as @FILE)",
        )
    if job.labels is None:
        raise OptionError(f"{arrays[0]} is given without --labels", hint="such as --labels 1,0,1")
    if job.scale is None:
        raise OptionError(
            "--labels is given without scores",
            hint="add --logits or --probs, such as --logits 2,-1",
        )
    return True


def read(job: Job, split: Split) -> Iterator[Block]:
    """The checked blocks of ``split`` in its order; InputError or ShapeError at the first fault."""
    from xentcli.readers.blocks import blocks
    from xentcli.readers.inline import array, bare

    values = {r: v for r, v in given(job).items() if not split.files or v.startswith("@")}
    from_stdin = [v for v in values.values() if v.partition("#")[0] == f"@{STDIN}"]
    if len(from_stdin) + split.files.count(STDIN) > 1:
        raise OptionError("stdin can be read only once", hint="save it to a file first")
    arrays = {role: array(job, role, value) for role, value in values.items()}
    if not split.files:
        pieces = bare(job, arrays)
    else:
        from xentcli.readers.aligned import stretches

        pieces = stretches(job, split, arrays)
    try:
        for rows in pieces:
            yield from blocks(job, rows)
    except InputError as error:
        if split.start and error.line is not None:
            from xentcli.readers.pieces import lines_before

            error.line += lines_before(split)
        raise
