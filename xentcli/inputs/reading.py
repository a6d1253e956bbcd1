"""A job's input as splits, and a split as checked blocks.

Nothing is imported before it is needed: completion uses this package without NumPy.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

from xentcli.blocks.block import Block
from xentcli.blocks.input import Input
from xentcli.blocks.split import Split
from xentcli.errors import InputError, OptionError
from xentcli.formats.classes import WORDS
from xentcli.inputs.arguments_beside_files import beside_files
from xentcli.inputs.class_options import declared
from xentcli.inputs.roles import TEXTS, given, option
from xentcli.sources.paths import STDIN

if TYPE_CHECKING:
    from xentcli.inputs.rows import Unread


def splits(input: Input) -> list[Split]:
    """The pieces of the input that can be read alone, in the order of the input.

    Raises OptionError where the options do not say where labels and scores come from.
    """
    if input.logits is not None and input.probs is not None:
        raise OptionError("--logits and --probs exclude each other", hint="give one of them")
    declared(input)  # a slip in it shows before anything is read
    _refuse_text_from_files(input)
    if not input.files:
        _refuse_bare_paths(input)
        if _all_arrays(input):
            _refuse_text_beside_arrays(input)
            return [Split(())]
        return [Split((STDIN,))]
    if input.files.count(STDIN) > 1:
        raise OptionError("stdin (-) can be read only once")
    from xentcli.formats.registry import SUFFIXES
    from xentcli.sources.shards import shards

    files = shards(input.files, SUFFIXES)
    if any(value.startswith("@") for value in given(input).values()):
        return [Split(files)]  # arrays run on across all files
    if beside_files(input, files[0]):
        return [Split(files)]
    return [Split((file,)) for file in files]


def _refuse_text_from_files(input: Input) -> None:
    for role, value in given(input, TEXTS).items():
        if value.startswith("@"):
            typed = option(input, role)
            raise OptionError(f"{typed} names columns of FILE, not {value}", hint="add the column")


def _refuse_text_beside_arrays(input: Input) -> None:
    for role in given(input, TEXTS):
        raise OptionError(
            f"{option(input, role)} names columns of FILE, and these are arrays",
            hint="give a FILE, or columns of stdin",
        )


def from_files(input: Input) -> bool:
    """Whether anything is read from files, which may be large enough to come in pieces."""
    return bool(input.files) or any(value.startswith("@") for value in given(input).values())


def _refuse_bare_paths(input: Input) -> None:
    """A column of stdin is hardly called y.npy."""
    for role, value in given(input).items():
        if os.path.isfile(value):
            from xentcli.formats.registry import SUFFIXES
            from xentcli.sources.paths import suffix_of

            if suffix_of(value) in SUFFIXES:
                typed = option(input, role)
                raise OptionError(f"{typed} {value} names a file", hint=f"write {typed} @{value}")


def _all_arrays(input: Input) -> bool:
    from xentcli.inputs.arguments import is_array

    classes = declared(input)
    values = given(input)
    arrays = [
        option(input, role)
        for role, value in values.items()
        if is_array(value, *([classes] if role == "labels" else []))
    ]
    if not arrays:
        return False
    columns = [
        typed
        for typed in (option(input, role) for role in values)
        if typed not in arrays and not (typed == "--labels" and _are_names(input))
    ]
    if columns:
        raise OptionError(
            f"{arrays[0]} is an array and {columns[0]} is a column",
            hint="to take columns from stdin add - (and arrays from files as @FILE)"
            + ("; if labels are names, add --classes NAME,NAME" if "--labels" in columns else ""),
        )
    if input.labels is None:
        raise OptionError(f"{arrays[0]} is given without --labels", hint="such as --labels 1,0,1")
    if input.scale is None:
        raise OptionError(
            "--labels is given without scores",
            hint="add --logits or --probs, such as --logits 2,-1",
        )
    return True


def _are_names(input: Input) -> bool:
    """Whether labels beside an array of scores are names of classes, or words for 0 and 1."""
    pieces = (input.labels or "").replace(";", ",").split(",")
    return bool(input.classes) or all(WORDS.find(piece) is not None for piece in pieces)


def read(input: Input, split: Split) -> Iterator[Block]:
    """The checked blocks of ``split`` in its order; InputError or ShapeError at the first fault."""
    from xentcli.inputs.checks import blocks

    try:
        with ExitStack() as kept:
            for rows in unread(input, split, kept):
                yield from blocks(input, rows)
    except InputError as error:
        if split.start and error.line is not None:
            error.line += _lines_before(split)
        raise


def unread(input: Input, split: Split, kept: ExitStack) -> "Iterator[Unread]":
    """The rows of ``split``; those in NumPy's files are read only while ``kept`` is open."""
    from xentcli.inputs import arguments

    values = {r: v for r, v in given(input).items() if not split.files or v.startswith("@")}
    from_stdin = [v for v in values.values() if v.partition("#")[0] == f"@{STDIN}"]
    if len(from_stdin) + split.files.count(STDIN) > 1:
        raise OptionError("stdin can be read only once", hint="save it to a file first")
    arrays, classes = arguments.arrays(input, values, kept)
    if not split.files:
        return arguments.bare(input, split, arrays, classes)
    from xentcli.inputs.side_by_side import stretches

    return stretches(input, split, arrays, classes, kept)


def _lines_before(split: Split) -> int:
    """How many lines of its file stand before a piece: only errors ask."""
    from xentcli.sources.opening import opened

    buffer = bytearray(1 << 20)
    lines = 0
    with opened(split.files[0]) as source:
        source.narrow(0, split.start)
        while got := source.readinto(memoryview(buffer)):
            lines += buffer.count(b"\n", 0, got)
    return lines
