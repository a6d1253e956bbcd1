"""Lines without data: a repeated header, a comment, totals. Checked only after a fault."""

from collections.abc import Sequence
from typing import Final

from xentcli.formats.grammar import placeholder

COMMENTS: Final = ("#", "//", "%", "--")
TOTALS: Final = frozenset(
    {"total", "totals", "grand total", "sum", "mean", "average", "avg", "overall", "all"}
)


def oddity(cells: Sequence[str], names: Sequence[str] | None, width: int) -> tuple[str, str] | None:
    """The problem and hint for a line without data; None for other lines.

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
