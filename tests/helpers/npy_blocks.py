"""NumPy's files read by ranges and from memory: what tests of both share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from reading import blocks

from xentcli.blocks.block import Block
from xentcli.blocks.input import Input
from xentcli.errors import XentError
from xentcli.sources.source import Source

PARTS = ("labels", "scores", "weights", "valid")


def whole(input: Input) -> list[Block]:
    """The blocks when files are loaded as from a pipe."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Source, "positioned", False)
        return blocks(input)


def bits(found: list[Block]) -> list[Any]:
    """Everything in blocks, joined: their numbers to the bit."""
    joined: list[Any] = [sum(block.rows for block in found), found[0].layout._replace(pair=())]
    for name in PARTS:
        parts = [getattr(block, name) for block in found]
        if name == "valid":
            parts = [counting(block) for block in found]
        if parts[0] is None:
            joined.append(None)
        else:
            array = np.concatenate(parts)
            joined.append((array.dtype.str, array.shape, array.tobytes()))
    return joined


def counting(block: Block) -> np.ndarray:
    """Which labels count, also where all do or samples as a whole."""
    valid = np.ones(len(block.labels), bool) if block.valid is None else block.valid
    if valid.ndim < block.labels.ndim:
        valid = valid[:, np.newaxis]
    return np.broadcast_to(valid, block.labels.shape)


def save_npy(folder: Path, arrays: dict[str, np.ndarray]) -> dict[str, str]:
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    return {name: f"@{folder}/{name}.npy" for name in arrays}


def save_stored(folder: Path, arrays: dict[str, np.ndarray]) -> dict[str, str]:
    np.savez(folder / "a.npz", **arrays)  # type: ignore[arg-type]
    return {name: f"@{folder}/a.npz#{name}" for name in arrays}


def save_deflated(folder: Path, arrays: dict[str, np.ndarray]) -> dict[str, str]:
    np.savez_compressed(folder / "b.npz", **arrays)  # type: ignore[arg-type]
    return {name: f"@{folder}/b.npz#{name}" for name in arrays}


SAVES = {"npy": save_npy, "stored": save_stored, "deflated": save_deflated}
shapes = st.lists(st.integers(1, 5), min_size=1, max_size=3).flatmap(
    lambda rest: st.integers(1, 30).map(lambda rows: (rows, *rest[1:]))
)
"""Of one to three axes."""


def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks, columns and buffers of a few numbers, so that little data has many ranges."""
    monkeypatch.setattr("xentcli.inputs.ranges.BLOCK_CELLS", 6)
    monkeypatch.setattr("xentcli.inputs.checks.BLOCK_CELLS", 6)
    monkeypatch.setattr("xentcli.formats.numpy.stored_arrays.COLUMN_BYTES", 1)
    monkeypatch.setattr("xentcli.formats.numpy.random_access.BUFFER", 7)


def told(input: Input, read: Callable[[Input], list[Block]]) -> str:
    with pytest.raises(XentError) as caught:
        read(input)
    return f"{type(caught.value).__name__} {caught.value}"
