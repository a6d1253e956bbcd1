"""What the program says beside its result."""

import sys

from xentcli.text import printable


def say(text: str) -> None:
    """One line on stderr."""
    print(f"xent: {printable(text)}", file=sys.stderr)
