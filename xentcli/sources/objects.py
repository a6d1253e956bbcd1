"""List objects of a store or a web server, and read them as text, by Polars.

Polars reads Parquet and Arrow itself; for text it streams the lines. They are joined again for our
own strict readers, each with a line feed at its end. So a CRLF becomes LF, also in a quoted cell,
and invalid UTF-8 is refused anywhere; nothing else changes. Polars decompresses gzip.
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
    """The object at ``address`` as text; no server is contacted before it is read."""
    check(address)
    with Source(Text(address), display(address), packed=False) as source:
        yield source


class Text(io.RawIOBase):
    """The bytes of a text at an address, with a line feed at the end of each line."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address
        self._batches: Iterator[pl.DataFrame] | None = None
        self._bytes = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        """Fill ``buffer`` with the rest of the last lines, or with the next ones."""
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
    """The objects that match a pattern or lie in a directory (its name ends in /), by name.

    They are those that Polars would scan: it expands names when it plans a query, by listing
    requests only, and reads no object until the query runs. It leaves out empty objects; hidden
    ones are left out here, as a shell does.
    """
    check(pattern)
    polars = _loaded(pattern)
    every = f"{pattern}*" if pattern.endswith("/") else pattern
    # As text with a given schema: the plan needs no bytes of an object.
    query = polars.scan_csv(every, has_header=False, schema={"line": polars.String})
    with said(pattern, "a directory"):
        try:
            planned = query._ldf.visit().view_current_node()
        except AttributeError:  # an internal of Polars that other versions may lack
            problem = f"polars {polars.__version__} does not tell what it stands for"
            hint = "name each object"
            raise InputError(problem, source=display(pattern), hint=hint) from None
    found = sorted(map(str, getattr(planned, "paths", ())))
    return [path for path in found if not path.rpartition("/")[2].startswith(".")]
