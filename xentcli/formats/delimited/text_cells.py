"""A column of a grid as text: quoted cells unchanged, others without blanks around them."""

from typing import Any

import numpy as np

from xentcli.blocks.text_column import SPARE, TextColumn
from xentcli.formats.delimited import numbers
from xentcli.formats.delimited.grid import Grid

Array = np.ndarray[Any, np.dtype[Any]]

_QUOTE = ord('"')


def text_of(table: Grid, column: int) -> TextColumn:
    """The cells of ``column`` (from 0), in memory of their own."""
    text = table.stretch.text
    starts, ends = table.cells([column])
    quoted = None
    if table.stretch.quotes.size:
        quoted = text.take(starts - 1) == _QUOTE
    if _has_edges(text, starts, ends):
        inner_starts, inner_ends = numbers.trimmed(text, starts, ends)
        starts = inner_starts if quoted is None else np.where(quoted, starts, inner_starts)
        ends = inner_ends if quoted is None else np.where(quoted, ends, inner_ends)
    low = int(starts.min(initial=len(text)))
    high = max(low, int(ends.max(initial=0)))
    own = TextColumn(text[low : high + SPARE].copy(), starts - low, ends - low)
    if quoted is None or b'""' not in own.raw.tobytes():
        return own
    pairs = zip(own.texts(), quoted.tolist(), strict=True)
    return TextColumn.of([cell.replace('""', '"') if within else cell for cell, within in pairs])


def _has_edges(text: Array, starts: Array, ends: Array) -> bool:
    """Whether some cell may have blanks around it."""
    edges = (text.take(starts), text.take(ends - 1))
    return any(bool(((edge == 32) | (edge == 9)).any()) for edge in edges)
