"""Pieces: a large input cut so that several workers can read it at once.

Text is cut at line ends. Where a cell may hold a line break a cut can fall inside of it. A piece
that may end so says it (:class:`xentcli.formats.delimited.lines.CutInCellError`), and whoever
reads the pieces goes on from its beginning without cuts: never is a row counted twice or lost.
NumPy's files, and arrays that are all in such files, are cut into ranges of rows. A file of rows
that polars reads is cut at any byte: such a cut stands for the row that lies as far into the rows
as the byte into the file, so that planning need not open it; and this process never loads polars,
whose threads a fork would break.
"""

import os
import sys
from contextlib import ExitStack, suppress
from typing import Final

from xentcli.blocks.input import Input
from xentcli.blocks.split import Split
from xentcli.errors import XentError
from xentcli.formats.format import Cut
from xentcli.formats.registry import format_of
from xentcli.inputs.arguments_beside_files import beside_files
from xentcli.inputs.array_files import split_reference
from xentcli.inputs.ranges import Plan, planned
from xentcli.inputs.reading import unread
from xentcli.inputs.roles import given
from xentcli.sources.opening import opened
from xentcli.sources.paths import STDIN
from xentcli.sources.source import Source, refuse_shrunk
from xentcli.text import display

SMALLEST: Final = 8 << 20
"""Bytes below which a piece is not worth a worker."""

LARGEST: Final = 64 << 20
"""Bytes above which the last workers to end would keep the others waiting."""

FRAME: Final = 4
"""Pieces of the formats that polars reads are larger by this: its import takes each worker as long
as a few million rows, and the row group in which a cut falls is decoded by both sides."""

FRAME_WORKERS: Final = 3
"""Fewer workers gain nothing there: the threads of polars decode beside our kernels anyway. On two
cores 50,000,000 rows took one process 1.13 s and two workers 1.17 (medians of five): either way
both are busy. Threads for our kernels beside those of polars lost: NumPy's calls are so short that
two threads wait for the interpreter's lock as long as they compute."""

LOOK: Final = 1 << 16


def pieces(input: Input, splits: list[Split], workers: int) -> list[Split]:
    """``splits`` cut for ``workers``; none where it is too little, or stdin is among them."""
    beside = _beside(input)
    if beside and any(len(split.files) > 1 for split in splits):
        return []  # where the second file begins in the arrays is known once the first is read
    paths = input_files(input, splits)
    if any(path == STDIN or not os.path.isfile(path) for path in paths):
        return []
    if sum(map(os.path.getsize, paths)) < 2 * SMALLEST:
        return []
    if beside_files(input, paths[0]):
        return []  # how many rows stand before a piece of text is known once they are read
    return together([piece for split in splits for piece in _cut(input, split, beside, workers)])


def together(splits: list[Split]) -> list[Split]:
    """``splits`` with small files that follow each other as one: a worker takes longer to be sent
    a piece than to read it."""
    found: list[Split] = []
    room = -1
    for split in splits:
        size = _whole_bytes(split)
        if 0 <= size <= room:
            found[-1] = Split(found[-1].files + split.files)
            room -= size
        else:
            found.append(split)
            room = SMALLEST - size if size >= 0 else -1
    return found


def _whole_bytes(split: Split) -> int:
    """The bytes of files that are not cut; -1 where they are, or where that is not known."""
    if not split.whole or not all(map(os.path.isfile, split.files)):
        return -1
    return sum(map(os.path.getsize, split.files))


def input_files(input: Input, splits: list[Split]) -> list[str]:
    """All files that ``splits`` and the arrays beside them are read from."""
    return [*_beside(input), *(path for split in splits for path in split.files)]


def _beside(input: Input) -> list[str]:
    return [split_reference(v[1:])[0] for v in given(input).values() if v.startswith("@")]


def _cut(input: Input, split: Split, beside: list[str], workers: int) -> list[Split]:
    """A split in pieces where it is large and can be read from the middle."""
    formats = dict.fromkeys(beside) | dict.fromkeys(split.files, input.input_format)
    if all(_cut_of(path, asked) == "rows" for path, asked in formats.items()):
        return _cut_rows(input, split, workers)
    # Rows of text are not counted before they are read, so no array can be laid beside a piece.
    return [split] if beside else _cut_text(input, split, workers)


def _cut_of(path: str, asked: str | None) -> Cut | None:
    """How a file is cut; None where it is compressed, or its reader will say what is wrong."""
    try:
        with opened(path) as source:
            return format_of(path, source, asked).cut if source.positioned else None
    except XentError:
        return None


def _piece_bytes(size: int, workers: int) -> int:
    return min(LARGEST, max(SMALLEST, size // (4 * workers)))


def _cut_rows(input: Input, split: Split, workers: int) -> list[Split]:
    plan = _plan(input, split)
    if plan is None or plan.forward or plan.rows * plan.row_bytes < 2 * SMALLEST:
        return [split]
    rows = _piece_bytes(plan.rows * plan.row_bytes, workers) // plan.row_bytes
    step = max(1, rows // plan.step) * plan.step
    last = plan.rows - SMALLEST // plan.row_bytes
    return _bounded(split, [0, *range(step, last, step)])


def _plan(input: Input, split: Split) -> Plan | None:
    """How the rows of a split can be read; None where they cannot, and its reader says why."""
    try:
        with ExitStack() as kept:
            rows = unread(input, split, kept)
            return planned(input, next(rows))
    except XentError:
        return None


def _bounded(split: Split, starts: list[int]) -> list[Split]:
    stops: list[int | None] = [*starts[1:], None]
    return [
        split._replace(start=start, stop=stop) for start, stop in zip(starts, stops, strict=True)
    ]


def _cut_text(input: Input, split: Split, workers: int) -> list[Split]:
    path = split.files[0]
    with opened(path) as source:
        size = source.plain_size
        if size is None or size < 2 * SMALLEST:
            return [split]
        cut_by = format_of(path, source, input.input_format).cut
        shares = cut_by == "shares"
        if cut_by not in ("lines", "shares") or (shares and workers < FRAME_WORKERS):
            return [split]
        scale = FRAME if shares else 1
        smallest, largest = scale * SMALLEST, scale * LARGEST
        step = min(largest, max(smallest, size // (4 * workers)))
        starts = [0]
        while (at := starts[-1] + step) < size - smallest:
            cut = at if shares else _line_start(source, at)
            if cut is None:
                break
            starts.append(cut)
    return _bounded(split, starts)


def _line_start(source: Source, at: int) -> int | None:
    """The first line after ``at`` that is not blank and follows one that is not; None: none near.

    Blank lines may end a file and nothing else, so none may stand at the edge of a piece.
    """
    source.narrow(at, at + LOOK)
    text = source.peek(LOOK)
    after = text.find(b"\n") + 1
    while 0 < after < len(text):
        if text[after] not in b" \t\r\n" and text[max(0, after - 2)] not in b" \t\r\n":
            return at + after
        after = text.find(b"\n", after) + 1
    return None


def sizes(splits: list[Split]) -> dict[str, int]:
    """The files that pieces were planned for, and the bytes that each had then."""
    paths = dict.fromkeys(path for split in splits for path in split.files)
    return {path: os.path.getsize(path) for path in paths}


def refuse_any_shrunk(known: dict[str, int]) -> None:
    """InputError where a file has become shorter than it was when it was cut in pieces.

    Every reader of a piece sees only the file as it is by then, and a text may end anywhere. A
    file that is gone was still there for those that needed it, or they have said so.
    """
    for path, size in known.items():
        with suppress(OSError):
            refuse_shrunk(display(path), size, os.path.getsize(path))


def start_method() -> str | None:
    """How worker processes are to be made (None: as the platform does it).

    A process that is forked from one with threads of polars may stand still; ours has them where a
    program that uses this package, as its tests do, has loaded polars before.
    """
    return "forkserver" if "polars" in sys.modules and os.name == "posix" else None
