"""NumPy's own files: ``.npy`` arrays and ``.npz`` archives, never unpickled.

A header can claim any size, so the claim is held against the file before memory is taken.
"""

import io
import math
import struct
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, Protocol, cast

import numpy as np

from xentcli.errors import InputError
from xentcli.readers.rows import Array

HEADER_LIMIT: Final = 1 << 16
KINDS: Final = "fiub"


class _Bytes(Protocol):
    def read(self, count: int, /) -> bytes | None: ...

    def readinto(self, buffer: memoryview, /) -> int | None: ...


def load_npy(file: _Bytes, size: int | None, source: str) -> Array:
    """The array in an ``.npy`` of ``size`` bytes (None: unknown, as on a pipe).

    Raises InputError for pickled, truncated or non-numeric content.
    """
    shape, fortran, dtype, taken = _header(file, source)
    if dtype.hasobject:
        hint = "save numbers: numpy.save(path, array.astype(float))"
        raise InputError(
            "holds Python objects (a pickle), which are not read", source=source, hint=hint
        )
    if dtype.kind not in KINDS or dtype.itemsize > 8:
        problem = f"holds {dtype}, not numbers of at most 64 bits"
        raise InputError(problem, source=source)
    claimed = math.prod(shape) * dtype.itemsize
    if size is not None and claimed != size - taken:
        problem = f"its header claims {claimed} bytes of data, the file has {size - taken}"
        raise InputError(problem, source=source, hint="was it cut off?")
    data = _data(file, claimed, source, trusted=size is not None)
    if size is None and file.read(1):
        raise InputError("goes on after the array that its header claims", source=source)
    array = np.frombuffer(data, dtype)
    return array.reshape(shape, order="F" if fortran else "C")


def _header(file: _Bytes, source: str) -> tuple[tuple[int, ...], bool, np.dtype[Any], int]:
    prefix = _exactly(file, 8)
    if prefix[:6] != b"\x93NUMPY":
        raise InputError("is not an .npy file", source=source)
    long = prefix[6] >= 2
    count = _exactly(file, 4 if long else 2)
    if len(count) < (4 if long else 2):
        raise InputError("ends inside its header", source=source, hint="was it cut off?")
    length = struct.unpack("<I" if long else "<H", count)[0]
    if length > HEADER_LIMIT:
        raise InputError(f"claims a header of {length} bytes", source=source)
    head = prefix + count + _exactly(file, length)
    try:
        # NumPy parses the header itself; a copy of the head is all that it sees.
        view = io.BytesIO(head)
        np.lib.format.read_magic(view)
        reader = (
            np.lib.format.read_array_header_2_0 if long else np.lib.format.read_array_header_1_0
        )
        shape, fortran, dtype = reader(view, max_header_size=HEADER_LIMIT)
    except (ValueError, SyntaxError, TypeError, EOFError) as error:
        raise InputError(f"has a header that NumPy refuses ({error})", source=source) from None
    if any(axis < 0 for axis in shape):
        raise InputError(f"has a header with the shape {shape}", source=source)
    return shape, fortran, dtype, len(head)


def _exactly(file: _Bytes, count: int) -> bytes:
    pieces = b""
    while len(pieces) < count and (piece := file.read(count - len(pieces))):
        pieces += piece
    return pieces


def _data(file: _Bytes, count: int, source: str, *, trusted: bool) -> bytearray:
    # On a pipe the claim cannot be checked first: take memory only as the bytes arrive.
    data = bytearray(count if trusted else 0)
    filled = 0
    while filled < count:
        if len(data) == filled:
            data += bytes(min(count - filled, max(filled, 1 << 20)))
        view = memoryview(data)
        got = file.readinto(view[filled:]) or 0
        view.release()
        if not got:
            problem = f"ends after {filled} of the {count} bytes that its header claims"
            raise InputError(problem, source=source, hint="was it cut off?")
        filled += got
    return data


class Archive(Mapping[str, Array]):
    """The arrays of an ``.npz`` by name, in file order, each read when it is asked for."""

    def __init__(self, file: io.RawIOBase, source: str) -> None:
        self._source = source
        self._arrays: dict[str, Array] = {}
        with self._faults():
            self._zip = zipfile.ZipFile(_seekable(file))
        self._members = {m.filename.removesuffix(".npy"): m for m in self._zip.infolist()}

    def __getitem__(self, name: str) -> Array:
        if name not in self._arrays:
            member = self._members[name]
            with self._faults(), self._zip.open(member) as file:
                source = f"{self._source}#{name}"
                self._arrays[name] = load_npy(cast(_Bytes, file), member.file_size, source)
        return self._arrays[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except InputError:
            raise
        except Exception as error:  # zlib.error, BadZipFile, RuntimeError: zipfile has many
            problem = f"is not a readable .npz ({error})"
            raise InputError(problem, source=self._source) from None


def _seekable(file: io.RawIOBase) -> io.BytesIO:
    pieces = []
    buffer = bytearray(1 << 20)
    while got := file.readinto(memoryview(buffer)):
        pieces.append(bytes(buffer[:got]))
    return io.BytesIO(b"".join(pieces))
