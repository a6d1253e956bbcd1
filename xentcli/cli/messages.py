"""What the program says on stderr, beside its result: errors, warnings, notes and gates."""

import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from xentcli.errors import XentError
from xentcli.text import printable, redacted

if TYPE_CHECKING:
    from xentcli.remarks import Remark

_COLOURS: Final[Mapping[str, str]] = {
    "error": "1;31",
    "bug": "1;31",
    "warning": "1;33",
    "note": "2",
    "gate": "1;31",
    "gate holds": "1;32",
}
"""Terminal colours: red, yellow, dim, and green for a gate that holds."""


def say(text: str) -> None:
    """One line on stderr; where that is closed or full the result still counts."""
    _line("xent: ", text)


def tell(kind: str, text: str) -> None:
    """One line on stderr that begins with what it is, such as ``error:``, in its colour."""
    word = f"{kind.partition(' ')[0]}:"
    if _coloured():
        word = f"\x1b[{_COLOURS[kind]}m{word}\x1b[0m"
    _line(f"xent: {word} ", text)


def say_trace() -> None:
    """The traceback of the exception at hand."""
    import traceback

    for line in traceback.format_exc().splitlines():
        _line("", line)


def tell_remarks(remarks: "Iterable[Remark]", quiet: int) -> None:
    """Say the warnings, then the notes; ``quiet`` 1 leaves out notes, 2 warnings as well."""
    from xentcli.remarks import of_severity

    remarks = list(remarks)
    told = of_severity(remarks, "warning") if quiet < 2 else []
    told += of_severity(remarks, "note") if quiet < 1 else []
    for remark in told:
        tell(remark.kind.severity, remark.text)


def refuse_warnings(remarks: "Iterable[Remark]") -> None:
    """XentError where there are warnings, as ``--strict`` asks."""
    from xentcli.remarks import of_severity

    warnings = of_severity(remarks, "warning")
    if warnings:
        more = len(warnings) - 1
        others = f" (and {more} more warning{'s' if more > 1 else ''})" if more else ""
        raise XentError(warnings[0].text + others, hint="--strict makes warnings errors")


def _line(before: str, text: str) -> None:
    """One line; nothing that is said gets round this, so that no secret does."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(_wrapped(f"{before}{printable(redacted(text))}"), file=sys.stderr)


def _wrapped(line: str) -> str:
    """``line`` broken between words where a terminal would break it inside of one."""
    if not sys.stderr.isatty():
        return line
    import textwrap

    width = os.get_terminal_size(sys.stderr.fileno()).columns or len(line)
    return textwrap.fill(
        line,
        max(20, width),
        subsequent_indent="      ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _coloured() -> bool:
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stderr is not None and sys.stderr.isatty() and not plain
