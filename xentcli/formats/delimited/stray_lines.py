"""Lines that hold no data: a header again, a comment, totals. Only a fault in one looks here."""

from collections.abc import Sequence
from typing import Final

from xentcli.formats.grammar import placeholder

COMMENTS: Final = ("#", "//", "%", "--")
TOTALS: Final = frozenset(
    {"total", "totals", "grand total", "sum", "mean", "average", "avg", "overall", "all"}
)


def oddity(cells: Sequence[str], names: Sequence[str] | None, width: int) -> tuple[str, str] | None:
    """What a line is that holds no data, and what to do about it; None of all others.

    ``names`` and ``width`` are those of line 1.

    >>> oddity(["Total", "", "0.93"], ("id", "y", "p"), 3)[0]
    "is a line of totals ('Total')"
    """
    cells = [cell.strip() for cell in cells] or [""]
    if names and len(cells) != width and names[0].startswith(COMMENTS):
        hint = "if that is a comment, take it out: tail -n +2 FILE | xent ... -"
        return f"has other cells than line 1, {names[0]!r}", hint
    if names is not None and cells == list(names):
        hint = "name the files that were joined as FILE FILE ..., or take such lines out"
        return "is the header again", hint
    if cells[0].startswith(COMMENTS) and placeholder(cells[0]) is None:
        return "is a comment", f"take such lines out: grep -v '^{cells[0][:1]}' FILE | xent ... -"
    total = next((cell for cell in cells if cell.rstrip(":").casefold() in TOTALS), None)
    if total is not None:
        return f"is a line of totals ({total!r})", "take it out"
    return None
