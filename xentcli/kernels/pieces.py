"""Pieces: kernels loop over pieces of their arrays that stay in the second-level cache.

Whole-array NumPy writes every intermediate result to memory and reads it back: on 20 million
elements the same binary cross-entropy took 52 ns an element that way and 7.0 ns in blocks of
32768 (2048: 10.6, 4096: 10.1, 8192: 8.3, 16384: 7.0; medians of five alternating runs, one core
with AVX-512 and 2 MiB of second-level cache; without AVX-512 60 and between 16 and 27). With 1 MiB
of that cache, cross-entropy over 10 classes took 8.0 ns in blocks of 16384 and 7.3 in these.
"""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

# glibc returns arrays of 128 KiB and more to the system as soon as they are freed, so each step
# would need new pages and take three times as long. Freeing one larger block raises that limit
# for the process; the block is never written to, so it takes no memory.
np.empty(8 << 20, np.uint8)

ELEMENTS: Final = 32768
"""Elements in a piece: three float64 buffers, the piece and its result are 1.25 MiB."""


def elementwise(size: int) -> Iterator[slice]:
    """Slices that cover ``size`` elements."""
    for start in range(0, size, ELEMENTS):
        yield slice(start, min(size, start + ELEMENTS))


def rowwise(rows: int, columns: int) -> Iterator[slice]:
    """Slices that cover ``rows`` rows, each of at most ``ELEMENTS`` elements or one row."""
    step = max(1, ELEMENTS // max(1, columns))
    for start in range(0, rows, step):
        yield slice(start, min(rows, start + step))


def output(shape: tuple[int, ...], out: Array | None) -> Array:
    """``out`` if it fits the result, a new array if it is None."""
    if out is None:
        return np.empty(shape)
    if out.shape != shape or out.dtype != np.float64 or not out.flags.c_contiguous:
        raise ValueError(f"out must be a C-contiguous float64 array of shape {shape}")
    return out
