"""Numbers that the user says are missing: they are of every input, however it was written."""

import math
from collections.abc import Mapping

import numpy as np

from xentcli.job import Job
from xentcli.readers.rows import Array, Cells
from xentcli.readers.text import grammar


def with_absent(job: Job, cells: Mapping[str, Cells]) -> Mapping[str, Cells]:
    """``cells`` in which the numbers of ``--missing-values`` are missing."""
    numbers = [value for word in job.missing_values if (value := _number(word)) is not None]
    if not numbers:
        return cells
    return {role: _marked(own, numbers) for role, own in cells.items()}


def _number(word: str) -> float | None:
    try:
        return grammar.classify(word)
    except grammar.BadCellError:
        return None


def _marked(cells: Cells, numbers: list[float]) -> Cells:
    gone: Array = np.isin(cells.values, [own for own in numbers if not math.isnan(own)])
    if any(map(math.isnan, numbers)):
        gone |= np.isnan(cells.values)
    if cells.named is not None:
        gone &= ~cells.named
    if cells.missing is not None:
        gone |= cells.missing
    return cells._replace(missing=gone)
