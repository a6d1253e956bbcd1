"""A portion of the input that one worker reads."""

from typing import NamedTuple


class Split(NamedTuple):
    """A piece of the input that can be read alone: these files, one after the other.

    No files means arrays given on the command line. ``start`` and ``stop`` bound a piece of a
    single file or of the arrays (``stop`` None: to the end), in rows of NumPy files and arrays, and
    in bytes of all other files.
    """

    files: tuple[str, ...]
    start: int = 0
    stop: int | None = None

    @property
    def whole(self) -> bool:
        """Whether it has whole files only."""
        return self.start == 0 and self.stop is None
