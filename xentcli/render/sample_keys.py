"""Keys: what tells a sample from others beside its number, its place and texts of its own."""

from collections.abc import Sequence
from typing import Any

from xentcli.blocks.layout import Layout
from xentcli.measures.loss.report import Report
from xentcli.measures.samples import Rows


def place_columns(rows: Rows, located: Sequence[str]) -> list[list[Any]]:
    """The ``file``, ``line`` or ``row`` of each sample; None for a file that has no lines."""
    if not located or rows.places is None:
        return []
    columns = {
        "file": rows.places.files.tolist(),
        "line": [line or None for line in rows.places.lines.tolist()],
        "row": rows.places.rows.tolist(),
    }
    return [columns[name] for name in located]


def with_ids(names: Sequence[str], layout: Layout) -> list[str]:
    """``names`` and those of the columns that name samples, each once."""
    found = list(names)
    for name in layout.ids:
        found.append(unlike(name, found, "id"))
    return found


def unlike(name: str, names: Sequence[str], kind: str) -> str:
    """The name of a column of the input, also where it is called like one of ours."""
    while name in names:
        name = f"{kind}_{name}"
    return name


def shown_places(report: Report, rows: Rows) -> tuple[str, ...]:
    """The columns of places that help a person to find some samples that are not in order.

    Of a single file those are lines, unless they are the samples' numbers or texts name them.
    """
    if report.located or report.layout.ids or rows.places is None:
        return report.located
    lines = rows.places.lines
    return ("line",) if lines.all() and (lines != rows.numbers + 1).any() else ()
