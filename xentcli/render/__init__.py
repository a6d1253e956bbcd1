"""Rendering a Report: ``table`` for people, ``plain`` for machines, ``emit`` to write it."""

from typing import Final, Literal

Format = Literal["table", "json", "jsonl", "csv", "tsv", "markdown", "value"]

ROW_FORMATS: Final = ("csv", "tsv", "jsonl")
SUFFIXES: Final[dict[str, Format]] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".md": "markdown",
    ".txt": "table",
}
