"""What formats are made of: numbers with all their digits, JSON, delimited lines, Markdown."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from xentcli.blocks.layout import Layout
from xentcli.remarks import Remark, of_severity
from xentcli.render.digits import digits
from xentcli.text import printable


class Records(NamedTuple):
    """Values by name: ``columns`` are as many as ``names``."""

    names: list[str]
    columns: list[list[Any]]

    @classmethod
    def of(cls, lines: Sequence[Mapping[str, Any]]) -> "Records":
        """Those of ``lines`` that all have the same names."""
        return cls(list(lines[0]), [[line[name] for line in lines] for name in lines[0]])

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """The values record by record."""
        return list(zip(*self.columns, strict=True))


SCHEMA: Final = 1


def finite(value: float | None) -> float | str | None:
    """A JSON value: numbers as they are, what JSON has no number for as a string."""
    if value is None or math.isfinite(value):
        return value
    return digits(value)


def as_json(value: Any, *, indent: int | None = None) -> str:
    """``value`` as JSON with a line break, in ASCII: it is valid whatever the locale encodes.

    Numbers that JSON does not have raise ValueError; see :func:`finite`.
    """
    import json

    return json.dumps(value, allow_nan=False, indent=indent) + "\n"


def about(layout: Layout, remarks: Sequence[Remark], files: Sequence[str]) -> dict[str, Any]:
    """Where the data came from, and what there is to say of it."""
    return {
        "columns": {role: list(names) for role, names in layout.columns.items()},
        "files": list(files),
        "warnings": _coded(of_severity(remarks, "warning")),
        "notes": _coded(of_severity(remarks, "note")),
    }


def _coded(remarks: Sequence[Remark]) -> list[dict[str, str]]:
    return [{"code": remark.kind.code, "text": remark.text} for remark in remarks]


def objects(records: Records) -> list[dict[str, Any]]:
    """The records as JSON has them."""
    return [
        {
            name: finite(value) if isinstance(value, float) else value
            for name, value in zip(records.names, row, strict=True)
        }
        for row in records.rows
    ]


def markdown_table(rows: list[list[str]], rule: str) -> str:
    """Rows of cells, the headings first, as a Markdown table; ``rule`` aligns its columns."""
    escaped = [[printable(cell).replace("|", "\\|") for cell in row] for row in rows]
    lines = [escaped[0], [rule] * len(rows[0]), *escaped[1:]]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def delimited_text(rows: list[list[str]], form: str) -> str:
    """Rows of cells as ``csv`` or ``tsv``."""
    import csv

    lines: list[str] = []
    # To this line end a bare carriage return is special too, and quoted.
    writer = csv.writer(_Lines(lines), "excel" if form == "csv" else "excel-tab")
    writer.writerows(rows)
    return "".join(line.removesuffix("\r\n") + "\n" for line in lines)


class _Lines(NamedTuple):
    """A file that keeps each line that is written."""

    lines: list[str]

    def write(self, line: str) -> None:
        self.lines.append(line)


def records_text(records: Records, form: str) -> str:
    """One line for each record in a row format, every digit of its numbers."""
    if form == "jsonl":
        return "".join(map(as_json, objects(records)))
    return delimited_text([records.names, *(list(map(_plain, row)) for row in records.rows)], form)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return digits(value) if isinstance(value, float) else str(value)
