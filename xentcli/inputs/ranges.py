"""Arrays that are still in files, read a range of rows at a time.

The shapes of all rows are fitted before any number is read, so that what is refused does not
depend on where the ranges end.
"""

import math
from collections.abc import Iterator
from typing import Final, NamedTuple

from xentcli.blocks.input import BLOCK_CELLS, Input
from xentcli.formats.cells import Cells, Numbers, Place, Stored, in_memory
from xentcli.inputs.rows import Rows, Unread
from xentcli.inputs.shapes import samples_per_row

MOST_BYTES: Final = 16 << 20
"""Bytes of one array that are read at once at the most, unless a single row has more."""


class Plan(NamedTuple):
    """How rows are read: ``step`` of ``rows`` at a time.

    ``samples`` are in one row, which is ``row_bytes`` of all files together. ``forward``: they
    come cheaply in their order only.
    """

    rows: int
    step: int
    samples: int
    row_bytes: int
    forward: bool


def planned(input: Input, unread: Unread) -> Plan | None:
    """How to read ``unread`` in ranges; None where nothing is in files or samples cross rows.

    Raises ShapeError or OptionError where the shapes do not fit.
    """
    stored = [own for own in unread.cells.values() if isinstance(own, Stored)]
    if not stored:
        return None
    samples = samples_per_row(input, unread.rows(_outlines(unread)))
    shape = unread.cells["scores"].shape
    if samples is None or 0 in shape:
        return None
    if any(own.shape[0] % shape[0] for own in unread.cells.values()):
        return None  # an axis of length 1 comes first
    # Weights may be one for each sample where a row has several.
    row_bytes = [own.row_bytes * (own.shape[0] // shape[0]) for own in stored]
    block = max(1, BLOCK_CELLS // math.prod(shape[1:]))
    most = max(1, MOST_BYTES // max(row_bytes))
    wanted = -(-max(own.run for own in stored) // block) * block
    step = min(wanted, most // block * block or most)
    return Plan(shape[0], step, samples, sum(row_bytes), any(own.forward for own in stored))


def _outlines(unread: Unread) -> dict[str, Cells]:
    return {
        role: own.outline() if isinstance(own, Stored) else own
        for role, own in unread.cells.items()
    }


def ranges(input: Input, unread: Unread) -> Iterator[Rows]:
    """The rows that are wanted of ``unread``, read a range after the other."""
    plan = planned(input, unread)
    if plan is None:
        yield unread.rows({role: in_memory(own) for role, own in unread.cells.items()})
        return
    end = plan.rows if unread.stop is None else min(unread.stop, plan.rows)
    for start in range(unread.start, end, plan.step):
        yield _range(unread, plan, start, min(start + plan.step, end))


def _range(unread: Unread, plan: Plan, start: int, stop: int) -> Rows:
    def part(own: Numbers) -> Cells:
        each = own.shape[0] // plan.rows
        return in_memory(own.take(slice(start * each, stop * each)))

    def place(role: str, row: int, flat: int) -> Place:
        each = math.prod(unread.cells[role].shape) // plan.rows
        return unread.place(role, row + start * plan.samples, flat + start * each)

    # Of a table it is a share of its file; arrays that options name know only their rows.
    whole = unread.bytes_read or plan.rows * plan.row_bytes
    read = [whole * row // plan.rows for row in (start, stop)]
    rows = unread.rows({role: part(own) for role, own in unread.cells.items()})
    texts = {
        role: tuple(own.take(slice(start, stop)) for own in columns)
        for role, columns in unread.texts.items()
    }
    origin = None if unread.origin is None else unread.origin.later(start)
    return rows._replace(place=place, bytes_read=read[1] - read[0], texts=texts, origin=origin)
