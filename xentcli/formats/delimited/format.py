"""Delimited text: csv, and tsv, whose delimiter is TAB."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from xentcli.errors import OptionError
from xentcli.formats.format import HEAD, Format

if TYPE_CHECKING:
    from xentcli.formats.open_options import OpenOptions
    from xentcli.formats.tables import Table
    from xentcli.sources.source import Source


def _open(path: str, source: "Source", options: "OpenOptions") -> "Table":
    if options.reader == "polars":
        problem = "--reader polars is for JSON Lines, not delimited text"
        raise OptionError(problem, hint="leave it out")
    from xentcli.formats.delimited.delimited_table import DelimitedTable

    return DelimitedTable.open(source, options)


def _open_tsv(path: str, source: "Source", options: "OpenOptions") -> "Table":
    return _open(path, source, _with_tabs(options))


def _names(path: str, source: "Source", options: "OpenOptions") -> Sequence[str]:
    from xentcli.formats.delimited import dialect, header

    line, whole, below = first_record(source.peek(HEAD))
    given = options.delimiter
    found = dialect.checked_delimiter(given) if given else dialect.detect_delimiter(line)
    cells = dialect.split_line(line, found)
    rows = partial(header.rows_below, lambda: below, found, len(cells))
    if not (options.header or header.has_header(cells, "", options.picks, rows)):
        return ()
    return [cell.strip(" \t") for cell in (cells if whole else cells[:-1])]


def _names_of_tsv(path: str, source: "Source", options: "OpenOptions") -> Sequence[str]:
    return _names(path, source, _with_tabs(options))


def _with_tabs(options: "OpenOptions") -> "OpenOptions":
    return options if options.delimiter is not None else options._replace(delimiter="\t")


def first_record(head: bytes) -> tuple[str, bool, bytes]:
    """Up to the first line break outside quotes, whether nothing of it is cut off, and the rest."""
    end = head.find(b"\n")
    while end >= 0 and head.count(b'"', 0, end) % 2:
        end = head.find(b"\n", end + 1)
    whole = end >= 0 or len(head) < HEAD
    record = head[:end].removesuffix(b"\r") if end >= 0 else head
    below = head[end + 1 :] if end >= 0 else b""
    return record.decode("utf-8-sig", "replace"), whole, below


CSV = Format("csv", (".csv", ".txt"), _open, _names, cut="lines")
TSV = Format("tsv", (".tsv",), _open_tsv, _names_of_tsv, cut="lines")
