"""Rendering: ``table`` for people, ``plain`` and ``rows`` for machines, ``emit`` writes."""

from typing import Final, Literal

Format = Literal["table", "json", "jsonl", "csv", "tsv", "markdown", "value"]

ROW_FORMATS: Final = ("csv", "tsv", "jsonl")
JSON_ROWS: Final = 1000
"""Samples that json carries unless asked for more."""
TABLE_ROWS: Final = 20
"""Samples that tables show all of; the summary of more is short, so that a page holds it."""
SUFFIXES: Final[dict[str, Format]] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".md": "markdown",
    ".txt": "table",
}
