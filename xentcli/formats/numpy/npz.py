"""Archives of arrays, ``.npz``: members by name, read by rows where the file can be sought in.

A member that is stored as it is (``numpy.savez``) has positions like a file of its own, one that
is deflated (``numpy.savez_compressed``) is inflated from its beginning to its end.
"""

import io
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import IO, Final, cast

from xentcli.errors import InputError
from xentcli.formats.cells import Array
from xentcli.formats.foreign import archive_error
from xentcli.formats.numpy.npy import Bytes, form_of, load_npy
from xentcli.formats.numpy.random_access import Checksum, Positions
from xentcli.formats.numpy.stored_arrays import StoredArray
from xentcli.sources.source import Source

LOCAL_HEADER: Final = struct.Struct("<4s22xHH")
"""Of a member: the signature, and how long the name and the extra field behind it are."""

ENCRYPTED: Final = 1


class Archive(Mapping[str, Array | StoredArray]):
    """The arrays of an ``.npz`` by name, in file order, each opened when it is asked for."""

    def __init__(self, source: Source, name: str) -> None:
        self._file, self._source = source, name
        self._arrays: dict[str, Array | StoredArray] = {}
        sought = io.BufferedReader(Positions(source)) if source.positioned else _seekable(source)
        with self._faults():
            self._zip = zipfile.ZipFile(sought)
        other = archive_error(self._zip.namelist(), name)
        if other is not None:
            raise other
        self._members = {m.filename.removesuffix(".npy"): m for m in self._zip.infolist()}

    def __getitem__(self, name: str) -> Array | StoredArray:
        if name not in self._arrays:
            self._arrays[name] = self._opened(self._members[name], f"{self._source}#{name}")
        return self._arrays[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def _opened(self, member: zipfile.ZipInfo, name: str) -> Array | StoredArray:
        """By rows where they can be had and there is more than one number."""
        if not self._file.positioned:
            return self._loaded(member, name)
        base = self._stored_at(member)
        if base is not None:
            file = Positions(self._file, base, member.file_size)
            form = form_of(file, member.file_size, name)
            checked = Checksum(file, member.file_size, member.CRC)
            corrupt = self._fault(f"Bad CRC-32 for file {member.filename!r}")
            if form.shape:
                return StoredArray(file, form, name, checked=checked, corrupt=corrupt)
            return self._loaded(member, name)
        with self._faults():
            inflated = _Inflated(self._zip.open(member), self._faults)
        form = form_of(inflated, member.file_size, name)
        if form.shape and not (form.fortran and len(form.shape) > 1):
            return StoredArray(inflated, form, name, forward=True)
        return self._loaded(member, name)

    def _stored_at(self, member: zipfile.ZipInfo) -> int | None:
        """The position of a member's bytes in the file; None if it is compressed or encrypted."""
        plain = member.compress_type == zipfile.ZIP_STORED and not member.flag_bits & ENCRYPTED
        if not plain or member.compress_size != member.file_size:
            return None
        header = Positions(self._file, member.header_offset).read(LOCAL_HEADER.size) or b""
        if len(header) < LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
            return None
        _, name, extra = LOCAL_HEADER.unpack(header)
        return int(member.header_offset + LOCAL_HEADER.size + name + extra)

    def _loaded(self, member: zipfile.ZipInfo, name: str) -> Array:
        with self._faults(), self._zip.open(member) as file:
            return load_npy(cast(Bytes, file), member.file_size, name)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except InputError:
            raise
        except Exception as error:  # zlib.error, BadZipFile, RuntimeError: zipfile has many
            raise self._fault(error) from None

    def _fault(self, error: object) -> InputError:
        return InputError(f"is not a readable .npz ({error})", source=self._source)


class _Inflated:
    """The decompressed bytes of a member; seeking back decompresses it again."""

    def __init__(self, file: IO[bytes], faults: Callable[[], AbstractContextManager[None]]) -> None:
        self._file, self._faults = cast(io.BufferedIOBase, file), faults

    def seek(self, position: int, /) -> int:
        with self._faults():
            return self._file.seek(position)

    def read(self, count: int, /) -> bytes:
        with self._faults():
            return self._file.read(count)

    def readinto(self, buffer: memoryview, /) -> int:
        with self._faults():
            return self._file.readinto(buffer)


def _seekable(file: Source) -> io.BytesIO:
    pieces = []
    buffer = bytearray(1 << 20)
    while got := file.readinto(memoryview(buffer)):
        pieces.append(bytes(buffer[:got]))
    return io.BytesIO(b"".join(pieces))
