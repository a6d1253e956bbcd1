"""Scan files of typed columns by Polars, with its errors as one line.

Polars maps a local file that it knows by its path into memory, and a file that shrinks while it is
mapped kills the process (SIGBUS). Known by an address it is read instead, as an object is. What
that costs was measured (two cores, Polars 2.1, 20,000,000 rows of an int8 label and a float64
logit, best of five): Parquet 0.81 s against 0.78 mapped, Arrow 0.93 against 0.85; at the most
193 MiB of memory against 153. Where the end of a file moves into a stretch that is being read,
Polars writes lines about a panic to stderr before our one line.
"""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xentcli.errors import InputError
from xentcli.sources.addresses import is_address
from xentcli.sources.memory_bounds import bound
from xentcli.sources.paths import STDIN, located
from xentcli.sources.polars_errors import said
from xentcli.sources.polars_import import NEEDED, NEEDED_FAR, loaded
from xentcli.sources.source import Source, refuse_shrunk

if TYPE_CHECKING:
    import polars as pl


NAMES: Final = {"parquet": "Parquet", "arrow": "Arrow IPC"}
MAGIC: Final = {"parquet": b"PAR1", "arrow": b"ARROW1"}


OPEN_FILES: Final = "/proc/self/fd"


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """An open file of typed columns."""

    path: str
    source: Source
    kind: str

    def check(self) -> None:
        """InputError where the first bytes are not those of the format."""
        if self.far:
            return  # Polars itself checks remote files
        magic, head = MAGIC[self.kind], self.source.peek(8)
        if head.startswith(magic):
            return
        problem = f"is not {NAMES[self.kind]}" if head else "is empty"
        hint = None
        if self.kind == "arrow" and head.startswith((b"\xff\xff\xff\xff", b"FEA1")):
            problem = "is an Arrow stream or a Feather 1 file, which has no index of its rows"
            hint = "rewrite it as an Arrow IPC file or as Parquet"
        raise InputError(problem, source=self.source.source, hint=hint)

    def scan(self, memory: int | None = None) -> "pl.LazyFrame":
        """Its columns, not read yet, and ``memory`` bytes to read them where they are bounded."""
        needed = NEEDED_FAR if self.far else NEEDED
        polars = loaded(self.source.source, f"reads {NAMES[self.kind]}", needed)
        bound(self.source.size or 0, memory)
        scans = {"parquet": polars.scan_parquet, "arrow": polars.scan_ipc}
        with self.faults():
            return scans[self.kind](self._readable(), glob=False)  # type: ignore[no-any-return]

    def names(self) -> list[str]:
        """The names of its columns."""
        self.check()
        scan = self.scan()
        with self.faults():
            return scan.collect_schema().names()

    def _readable(self) -> "str | io.BytesIO":
        """Its address; the bytes themselves where they come compressed or by a pipe."""
        if self.far:
            return self.path
        if self._on_disk:
            return self._address()
        held = io.BytesIO()
        buffer = bytearray(1 << 20)
        while got := self.source.readinto(memoryview(buffer)):
            held.write(memoryview(buffer)[:got])
        held.seek(0)
        return held

    def _address(self) -> str:
        """An address of the file that is open, where the system has one: it does not depend on
        what Polars makes of the name, nor on what that name has come to stand for since."""
        if os.path.exists(OPEN_FILES):
            return f"file://{OPEN_FILES}/{self.source.fileno()}"
        return "file://" + os.path.abspath(located(self.path))

    @property
    def far(self) -> bool:
        """Whether it is read from a server."""
        return is_address(self.path)

    @property
    def _on_disk(self) -> bool:
        return self.path != STDIN and self.source.plain_size is not None

    def passed(self, share: float) -> None:
        """Count ``share`` of the file as read, for progress: Polars reads it by itself."""
        if self._on_disk:
            self.source.narrow(int((self.source.size or 0) * share), None)

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Turn errors of Polars into one line."""
        try:
            with said(self.path if self.far else self.source.source, NAMES[self.kind]):
                yield
        except InputError:
            self.refuse_shrunk()  # a better message than the consequence
            raise

    def refuse_shrunk(self) -> None:
        """InputError where a file on the disk is shorter than when it was opened."""
        size = self.source.size
        if self._on_disk and size is not None:
            now = os.fstat(self.source.fileno()).st_size
            refuse_shrunk(self.source.source, size, now)
