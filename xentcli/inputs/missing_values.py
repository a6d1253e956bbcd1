"""Numbers and truth values that the user says are missing, in every input alike.

Words are dealt with where text is read; ``true`` among numbers is no text in most formats.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from xentcli.blocks.input import Input
from xentcli.formats import grammar
from xentcli.formats.cells import Array, Cells

TRUTHS: Final = {"false": False, "true": True}
"""What truth values are called; a file that has the type may have no spelling of its own."""


def with_absent(input: Input, cells: Mapping[str, Cells]) -> Mapping[str, Cells]:
    """``cells`` in which the numbers and truth values of ``--missing-values`` are missing."""
    if not input.missing_values:
        return cells
    numbers = [value for word in input.missing_values if (value := _number(word)) is not None]
    truths = [TRUTHS[word] for word in map(str.casefold, input.missing_values) if word in TRUTHS]
    return {
        role: _marked(own, truths if own.values.dtype == bool else numbers)
        for role, own in cells.items()
    }


def _number(word: str) -> float | None:
    try:
        return grammar.classify(word)
    except grammar.BadCellError:
        return None


def _marked(cells: Cells, wanted: Sequence[float]) -> Cells:
    """``cells`` without the values that are ``wanted``, as the type of the cells holds them."""
    if not wanted:
        return cells
    values = cells.values
    listed = np.array([own for own in wanted if not math.isnan(own)])
    gone: Array = np.isin(values, _held(listed, values.dtype) if _is_float(values) else listed)
    if any(map(math.isnan, wanted)):
        gone |= np.isnan(values)
    if cells.named is not None:
        gone &= ~cells.named
    if cells.missing is not None:
        gone |= cells.missing
    return cells._replace(missing=gone)


def _is_float(values: Array) -> bool:
    return values.dtype.kind == "f"


def _held(numbers: Array, dtype: "np.dtype[Any]") -> Array:
    """``numbers`` as ``dtype`` rounds them, without those that it cannot hold."""
    with np.errstate(over="ignore"):
        held = numbers.astype(dtype)
    near: Array = np.isclose(held, numbers, rtol=float(np.finfo(dtype).eps), atol=0)
    return np.asarray(held[near])
