"""Objects of a store or a web server: listed, and read as text, by Polars.

Parquet and Arrow are what Polars reads; for text it gives the lines, streamed. Their bytes are
put together again for our own strict readers: each line with a line feed behind it. So a CRLF
arrives as LF, also inside of a quoted cell, and what is no UTF-8 is refused wherever it stands;
nothing else is changed. Compression by gzip is undone by Polars.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from xentcli.errors import InputError
from xentcli.sources.addresses import check
from xentcli.sources.polars_errors import said
from xentcli.sources.polars_import import NEEDED_FAR, loaded
from xentcli.sources.source import Source
from xentcli.text import display

if TYPE_CHECKING:
    import polars as pl


@contextmanager
def opened_object(address: str) -> Iterator[Source]:
    """What stands at ``address``, as text; nothing is asked of a server before it is read."""
    check(address)
    with Source(Text(address), display(address), packed=False) as source:
        yield source


class Text(io.RawIOBase):
    """The bytes of a text at an address, a line feed behind each line."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address
        self._batches: Iterator[pl.DataFrame] | None = None
        self._bytes = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        """Fill ``buffer`` with what is left of the last lines, or with the next ones."""
        view = memoryview(buffer).cast("B")
        while not self._bytes:
            batch = self._next()
            if batch is None:
                return 0
            if len(batch):
                lines = batch.to_series().str.join("\n").item()
                self._bytes = memoryview(f"{lines}\n".encode())
        count = min(len(view), len(self._bytes))
        view[:count] = self._bytes[:count]
        self._bytes = self._bytes[count:]
        return count

    def _next(self) -> "pl.DataFrame | None":
        polars = _loaded(self._address)
        with said(self._address, "text"):
            if self._batches is None:
                lines = polars.scan_lines(self._address, glob=False)
                self._batches = lines.collect_batches(engine="streaming", maintain_order=True)
            return next(self._batches, None)


def _loaded(address: str) -> Any:
    purpose = "reads objects of stores and web servers"
    return loaded(display(address), purpose, NEEDED_FAR)


def listed(pattern: str) -> list[str]:
    """The objects that a pattern or a directory (its name ends in /) stands for, by name.

    They are those that Polars would scan: it expands names while it plans a query, by requests
    for lists alone, and reads no object as long as the query is not run. Those of no bytes it
    leaves out; hidden ones are left out as a shell does.
    """
    check(pattern)
    polars = _loaded(pattern)
    every = f"{pattern}*" if pattern.endswith("/") else pattern
    # Text with a schema: nothing of an object has to be seen for the plan.
    query = polars.scan_csv(every, has_header=False, schema={"line": polars.String})
    with said(pattern, "a directory"):
        try:
            planned = query._ldf.visit().view_current_node()
        except AttributeError:  # no promise of Polars: another version may have another way
            problem = f"polars {polars.__version__} does not tell what it stands for"
            hint = "name each object"
            raise InputError(problem, source=display(pattern), hint=hint) from None
    found = sorted(map(str, getattr(planned, "paths", ())))
    return [path for path in found if not path.rpartition("/")[2].startswith(".")]
