"""JSON: one document that is read whole, or JSON Lines of any length."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xentcli.errors import InputError
from xentcli.formats.format import HEAD, Format

if TYPE_CHECKING:
    from xentcli.formats.cells import Numbers
    from xentcli.formats.columns import Meaning
    from xentcli.formats.json.polars_lines import PolarsParser
    from xentcli.formats.open_options import OpenOptions
    from xentcli.formats.tables import Table
    from xentcli.sources.source import Source


def _open(path: str, source: "Source", options: "OpenOptions") -> "Table":
    from xentcli.formats.json import records

    name = source.source
    value = records.document(source, records.decoder(texts=options.texts), options.memory)
    if isinstance(value, dict) and value:
        from xentcli.formats.numpy.array_tables import ArrayTable

        return ArrayTable(name, value)
    if isinstance(value, list) and value:
        from xentcli.formats.json.json_tables import RecordTable

        return RecordTable.of(value, name)
    raise InputError("holds no rows", source=name, hint='give {"label": [...], ...} or rows')


def _open_lines(path: str, source: "Source", options: "OpenOptions") -> "Table":
    from xentcli.formats.json.json_tables import LineTable
    from xentcli.formats.json.records import decoder

    return LineTable.open(source, decoder(texts=options.texts), _parser(source, options))


def _parser(source: "Source", options: "OpenOptions") -> "PolarsParser | None":
    """Polars as parser, where that is asked for or may be worth it."""
    if options.reader == "numpy":
        return None
    from xentcli.formats.json.polars_lines import LARGE, PolarsParser

    asked = options.reader == "polars"
    return PolarsParser.asked_for(source) if asked else PolarsParser(source, LARGE)


def _no_names(path: str, source: "Source", options: "OpenOptions") -> Sequence[str]:
    return ()


def _keys(path: str, source: "Source", options: "OpenOptions") -> Sequence[str]:
    """Those of the first line."""
    import json

    try:
        found = json.loads(source.peek(HEAD).partition(b"\n")[0].decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return ()
    return list(found) if isinstance(found, dict) else ()


def _array(source: "Source", means: "Meaning", memory: int | None) -> "Numbers":
    from xentcli.formats.cells import Place
    from xentcli.formats.json.records import document
    from xentcli.formats.numpy.array_tables import array_cells

    return array_cells(document(source, memory=memory), Place(source.source), means)


JSON = Format("json", (".json",), _open, _no_names, array=_array)
LINES = Format("jsonl", (".jsonl", ".ndjson"), _open_lines, _keys, cut="lines")
