"""Delimited text read to its end: what tests of the reader share."""

import io
import random

import numpy as np
import pytest

from xentcli.errors import InputError
from xentcli.formats.delimited.parser import Delimited

SIZES = (1, 2, 3, 5, 16, 61, 4096)


class Drops(io.RawIOBase):
    """A stream that gives a few bytes at a time, as pipes may."""

    def __init__(self, data: bytes, seed: int = 0) -> None:
        self.rest, self.random = data, random.Random(seed)

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        count = min(len(buffer), len(self.rest), self.random.randint(1, 9))
        buffer[:count] = self.rest[:count]
        self.rest = self.rest[count:]
        return count


def opened(text: str | bytes, **options) -> Delimited:
    data = text.encode() if isinstance(text, str) else text
    return Delimited.open(io.BytesIO(data), source="f.csv", **options)


def rows_of(text: str | bytes, wanted=None, **options):
    """Values (None: missing) and the line of each row."""
    table = opened(text, **options)
    found, at = [], []
    for chunk in table.chunks(range(table.width) if wanted is None else wanted):
        values = chunk.values.tolist()
        if chunk.missing is not None:
            assert chunk.missing.any()
            assert np.isnan(chunk.values[chunk.missing]).all()
            values = [
                [None if gone else value for value, gone in zip(*pair, strict=True)]
                for pair in zip(values, chunk.missing.tolist(), strict=True)
            ]
        found += values
        at += [chunk.line(row) for row in range(len(values))]
    return found, at


def error_of(text: str | bytes, wanted=None, **options) -> InputError:
    with pytest.raises(InputError) as caught:
        rows_of(text, wanted, **options)
    assert caught.value.source == "f.csv"
    return caught.value
