"""Errors, and the exit codes.

::

    XentError
    ├── InputError    a file, a line or a cell that cannot be read as what was asked for
    ├── ShapeError    arrays that do not fit each other
    ├── OptionError   options that do not fit each other
    └── ClusterError  a cluster that cannot be reached, cannot take the work, or gave it up

The core raises these and never prints or exits; ``cli.app.main`` is the one place
where an exception becomes a line on stderr and an exit code.
"""

from typing import Any, Final

OK: Final = 0
GATE_FAILED: Final = 1
USAGE: Final = 2
BUG: Final = 70
INTERRUPTED: Final = 130
READER_GONE: Final = 141
SIGNALLED: Final = 128
"""Shells report a process ended by a signal as this plus the signal's number."""


class XentError(Exception):
    """An error that the user can fix: ``problem`` says what is wrong, ``hint`` what to type."""

    def __init__(self, problem: str, *, hint: str | None = None) -> None:
        super().__init__(problem, hint)
        self.problem = problem
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle all attributes, so that the error arrives complete from a worker process."""
        return _rebuilt, (type(self), self.args, self.__dict__)

    @property
    def place(self) -> str:
        """Where the error was found, in words; empty for the command line as a whole."""
        return ""

    def __str__(self) -> str:
        text = f"{self.place}: {self.problem}" if self.place else self.problem
        return f"{text}; {self.hint}" if self.hint else text


def _rebuilt(kind: type[XentError], args: tuple[Any, ...], known: dict[str, Any]) -> XentError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(known)
    return error


class OptionError(XentError):
    """Options that are malformed, missing or do not go together."""


class ClusterError(XentError):
    """A cluster that cannot be reached, has unsuitable workers, or failed."""


class ShapeError(XentError):
    """Arrays whose shapes do not fit; ``problem`` names both shapes."""


class InputError(XentError):
    """Data that cannot be read, at ``source``, ``line`` (from 1), ``column`` and ``item``.

    ``column`` is a column's name, or ``:3`` (from 1) without names; ``item`` is a
    path such as ``$.logits[3]`` inside JSON or an array.
    """

    def __init__(
        self,
        problem: str,
        *,
        source: str,
        line: int | None = None,
        column: str | None = None,
        item: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(problem, hint=hint)
        self.source = source
        self.line = line
        self.column = column
        self.item = item

    @property
    def place(self) -> str:
        """Such as ``FILE, line 3, column p``, with the parts that are known."""
        parts = [self.source]
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        if self.item is not None:
            parts.append(self.item)
        return ", ".join(parts)
