"""NumPy's own format, ``.npy``: its header, and an array that is loaded whole.

Nothing is ever unpickled. A header can claim any size, so the claim is held against the file
before memory is taken.
"""

import io
import math
import struct
import sys
import warnings
from typing import Any, Final, NamedTuple, Protocol

import numpy as np

from xentcli.errors import InputError
from xentcli.formats.cells import Array, Shape

MAGIC: Final = b"\x93NUMPY"
HEADER_LIMIT: Final = 1 << 16
LONGEST: Final = sys.maxsize
MOST_AXES: Final = 64
"""The limit of NumPy."""
KINDS: Final = "fiub"
OPAQUE: Final = {"V2": "bfloat16", "V1": "float8"}
"""Types that NumPy lacks, and stores as raw bytes."""


class Bytes(Protocol):
    """The file that an array is read from."""

    def read(self, count: int, /) -> bytes | None:
        """At most ``count`` bytes; none at the end."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill ``buffer`` from its beginning; the number of bytes, 0 at the end."""


class Form(NamedTuple):
    """What the header of an ``.npy`` says; ``taken`` are the bytes up to the data."""

    shape: Shape
    fortran: bool
    dtype: np.dtype[Any]
    taken: int

    @property
    def size(self) -> int:
        """The bytes of data that belong to it."""
        return math.prod(self.shape) * self.dtype.itemsize


def form_of(file: Bytes, size: int | None, source: str) -> Form:
    """The header of an ``.npy`` of ``size`` bytes (None: unknown, as on a pipe).

    Raises InputError for pickled or non-numeric content, and for a size that is not as claimed.
    """
    form = _header(file, source)
    if form.dtype.hasobject:
        hint = "save numbers: numpy.save(path, array.astype(float))"
        raise InputError(
            "holds Python objects (a pickle), which are not read", source=source, hint=hint
        )
    if form.dtype.kind not in KINDS or form.dtype.itemsize > 8:
        raise _not_numbers(form.dtype, source)
    if size is not None and form.size != size - form.taken:
        problem = f"its header claims {form.size} bytes of data, the file has {size - form.taken}"
        raise InputError(problem, source=source, hint="was it cut off?")
    return form


def _not_numbers(dtype: np.dtype[Any], source: str) -> InputError:
    name = OPAQUE.get(dtype.str[1:])
    if name is None:
        return InputError(f"holds {dtype}, not numbers of at most 64 bits", source=source)
    problem = f"holds {dtype.str}, which is how NumPy stores {name}"
    hint = "save it as float32: numpy.save(path, array.astype('float32'))"
    return InputError(problem, source=source, hint=hint)


def load_npy(file: Bytes, size: int | None, source: str) -> Array:
    """The array in an ``.npy`` of ``size`` bytes (None: unknown); InputError where it is none."""
    form = form_of(file, size, source)
    data = _data(file, form.size, source, trusted=size is not None)
    if size is None and file.read(1):
        raise InputError("goes on after the array that its header claims", source=source)
    array = np.frombuffer(data, form.dtype)
    return array.reshape(form.shape, order="F" if form.fortran else "C")


def _header(file: Bytes, source: str) -> Form:
    prefix = _exactly(file, 8)
    if prefix[:6] != MAGIC:
        raise InputError("is not an .npy file", source=source)
    long = prefix[6:7] >= b"\x02"
    count = _exactly(file, 4 if long else 2)
    if len(prefix) < 8 or len(count) < (4 if long else 2):
        raise InputError("ends inside its header", source=source, hint="was it cut off?")
    length = struct.unpack("<I" if long else "<H", count)[0]
    if length > HEADER_LIMIT:
        raise InputError(f"claims a header of {length} bytes", source=source)
    head = prefix + count + _exactly(file, length)
    try:
        with warnings.catch_warnings():
            # Python 2 wrote shapes such as (2L,): NumPy reads them and advises to save them anew.
            warnings.simplefilter("ignore")
            shape, fortran, dtype = _parsed(head, long=long)
    except Exception as error:  # ValueError, SyntaxError, TokenError: whatever its parser has
        reason = " ".join(str(error).split())
        raise InputError(f"has a header that NumPy refuses ({reason})", source=source) from None
    if not all(0 <= axis <= LONGEST for axis in shape) or len(shape) > MOST_AXES:
        raise InputError(f"has a header with the shape {shape}", source=source)
    return Form(shape, fortran, dtype, len(head))


def _parsed(head: bytes, *, long: bool) -> tuple[Shape, bool, np.dtype[Any]]:
    """What NumPy's own parser finds in a copy of the head."""
    view = io.BytesIO(head)
    np.lib.format.read_magic(view)
    read = np.lib.format.read_array_header_2_0 if long else np.lib.format.read_array_header_1_0
    return read(view, max_header_size=HEADER_LIMIT)


def _exactly(file: Bytes, count: int) -> bytes:
    pieces = b""
    while len(pieces) < count and (piece := file.read(count - len(pieces))):
        pieces += piece
    return pieces


def _data(file: Bytes, count: int, source: str, *, trusted: bool) -> bytearray:
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
            raise cut_off(source, filled, count)
        filled += got
    return data


def cut_off(source: str, found: int, claimed: int) -> InputError:
    """The data end too early."""
    problem = f"ends after {found} of the {claimed} bytes that its header claims"
    return InputError(problem, source=source, hint="was it cut off?")
