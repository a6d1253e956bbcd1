"""What the program says beside its result."""

import sys
from contextlib import suppress

from xentcli.text import printable


def say(text: str) -> None:
    """One line on stderr; where that is closed or full the result still counts."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(f"xent: {printable(text)}", file=sys.stderr)
