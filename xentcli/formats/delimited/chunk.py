"""A chunk: consecutive rows of delimited text, as numbers and as text."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from xentcli.blocks.places import Lines
from xentcli.blocks.text_column import TextColumn

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive rows: float64 ``values`` ``[rows, wanted]``, memory of its own, C or F order.

    ``missing`` marks the cells without a number, whose value is NaN, and ``named`` those that
    are the name of a class, whose value is its number; None where there are none. ``lines``
    are those on which the rows begin, ``texts`` columns of text by position.
    """

    values: Array
    missing: Array | None
    lines: Lines
    named: Array | None = None
    texts: Mapping[int, TextColumn] = field(default_factory=dict)

    def before(self, row: int) -> "Chunk":
        """The rows before ``row``."""
        missing, named = (
            None if mask is None or not mask[:row].any() else mask[:row]
            for mask in (self.missing, self.named)
        )
        texts = {column: own.take(slice(row)) for column, own in self.texts.items()}
        return replace(self, values=self.values[:row], missing=missing, named=named, texts=texts)

    def line(self, row: int) -> int:
        """The line, from 1, on which ``row`` of this chunk begins."""
        return int(self.lines.at(row))
