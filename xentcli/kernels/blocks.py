"""Blocks: kernels walk over their arrays in pieces that stay in the second-level cache.

Whole-array NumPy writes every intermediate result to memory and reads it back: on 20 million
elements the same binary cross-entropy took 52 ns an element that way and 7.0 ns in blocks of
16384 (2048: 10.6, 4096: 10.1, 8192: 8.3, 32768: 7.0; medians of five alternating runs, one core
with AVX-512 and 2 MiB of second-level cache; without AVX-512 60 and between 16 and 27).
"""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

ELEMENTS: Final = 32768
"""Elements in a block: three buffers of float64, the block and its result are 768 KiB."""


def elementwise(size: int) -> Iterator[slice]:
    """Slices that cover ``size`` elements."""
    for start in range(0, size, ELEMENTS):
        yield slice(start, min(size, start + ELEMENTS))


def rowwise(rows: int, columns: int) -> Iterator[slice]:
    """Slices that cover ``rows``, each a block of elements or at least one row."""
    step = max(1, ELEMENTS // max(1, columns))
    for start in range(0, rows, step):
        yield slice(start, min(rows, start + step))


def output(shape: tuple[int, ...], out: Array | None) -> Array:
    """``out`` if it can take the result, a new array if it is None."""
    if out is None:
        return np.empty(shape)
    if out.shape != shape or out.dtype != np.float64 or not out.flags.c_contiguous:
        raise ValueError(f"out must be a C-contiguous float64 array of shape {shape}")
    return out
