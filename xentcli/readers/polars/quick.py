"""Large texts by Polars' parsers, a stretch at a time; the strict readers stay the arbiters.

What Polars made of a stretch is taken only where it is sure to be what the strict reader makes of
it, bit for bit: all rows whole, all wanted cells there and finite. A stretch that Polars refuses,
or of which that is not sure, is read again strictly; so both readers accept and refuse the same
texts, in the same words.

Measured on two cores (Polars 2.1): JSON Lines of a label and a logit take 200 ns a row where
Python's ``json`` takes 2400, and pay for the import from 8 MiB on. Delimited text takes 26 ns a
number and our own kernels 22, so it goes to Polars only where that is asked for: 770 MB of ten
logits took one job 4.4 s by Polars and 4.7 without, two jobs 2.9 and 2.8; 292 MB of 40 columns, of
which two are wanted, 1.0 and 0.9, 0.9 and 0.5.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final, TypeVar

import numpy as np

from xentcli.errors import InputError
from xentcli.readers.polars.complaints import said
from xentcli.readers.polars.scans import loaded
from xentcli.readers.source import Source
from xentcli.readers.text.lines import Stretch

Array = np.ndarray[Any, np.dtype[Any]]
T = TypeVar("T")

NEEDED: Final = (2, 0)
"""Earlier versions were not compared with the strict readers."""

LARGE_LINES: Final = 8 << 20
"""Bytes of JSON Lines from which Polars is worth its import."""

PATIENCE: Final = 3
"""Refusals one after the other from which Polars is not asked any more."""


class Quick:
    """Whether Polars is to parse the next stretch of one input."""

    stretch: Final = 8 << 20
    """Bytes of delimited text at once: of fewer it takes twice as long a number."""

    def __init__(self, source: Source, large: int, polars: Any = None) -> None:
        """``large`` are the bytes from which it is worth it."""
        self._source = source
        self._large = large
        self._polars = polars
        self._refusals = 0

    @classmethod
    def asked_for(cls, source: Source) -> "Quick":
        """From the first byte on; InputError where there is no Polars."""
        return cls(source, 0, loaded(source.source, "--reader polars asks for", NEEDED))

    def ready(self) -> bool:
        """Whether to ask."""
        if self._refusals >= PATIENCE:
            return False
        if self._polars is None and self._bytes >= self._large:
            try:
                self._polars = loaded(self._source.source, "", NEEDED)
            except InputError:  # it is not installed, and nobody asked for it
                self._refusals = PATIENCE
        return self._polars is not None

    @property
    def _bytes(self) -> int:
        """The size of the input, as far as it is known."""
        return max(self._source.size or 0, self._source.bytes_read)

    def parsed(self, parse: Callable[[Any], T | None]) -> T | None:
        """What ``parse`` makes of a stretch with Polars; None where the strict reader decides."""
        found = None
        with suppress(InputError), said(self._source.source, "text"):
            found = parse(self._polars)
        self._refusals = self._refusals + 1 if found is None else 0
        return found

    def numbers(
        self, stretch: Stretch, delimiter: str, width: int, wanted: Sequence[int]
    ) -> Array | None:
        """The columns ``wanted`` (positions from 0) of a stretch of delimited text."""
        text = stretch.text[stretch.start : stretch.stop]
        if not _is_plain(text):
            return None
        rows = int(np.count_nonzero(text == ord("\n")))
        if np.count_nonzero(text == ord(delimiter)) != rows * (width - 1):
            return None
        return self.parsed(lambda polars: _table(polars, text, delimiter, width, rows, wanted))


def _is_plain(text: Array) -> bool:
    """ASCII without quotes, NUL, or a carriage return that ends no line."""
    if int(text.max()) > 127 or int(text.min()) == 0:
        return False
    if (text == ord('"')).any():
        return False
    returns = np.flatnonzero(text == ord("\r"))
    return bool((text.take(returns + 1, mode="clip") == ord("\n")).all())


def _table(
    polars: Any, text: Array, delimiter: str, width: int, rows: int, wanted: Sequence[int]
) -> Array | None:
    """Numbers ``[rows, wanted]``; None where a row is not whole or a number is not there.

    Rows have ``width`` cells each if they have as many together and none has less, and that is so
    if the last cell of each is there.
    """
    names = [f"column_{i}" for i in range(1, width + 1)]  # as Polars calls them itself
    picked = [names[i] for i in wanted]
    kinds = {name: polars.Float64 if name in picked else polars.String for name in names}
    frame = polars.read_csv(
        text.tobytes(),
        has_header=False,
        schema=kinds,
        columns=list(dict.fromkeys([*picked, names[-1]])),
        separator=delimiter,
        quote_char=None,
        comment_prefix=None,
    )
    if len(frame) != rows or any(frame.null_count().row(0)):
        return None
    order = "fortran" if len(picked) == 1 else "c"
    values: Array = frame.select(picked).to_numpy(order=order)
    # NaN goes through both, and infinities are one of them.
    return values if np.isfinite(values.min()) and np.isfinite(values.max()) else None
