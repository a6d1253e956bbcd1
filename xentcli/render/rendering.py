"""A document in each of the formats."""

from xentcli.render import Format
from xentcli.render.digits import digits
from xentcli.render.document import Document, Line, Listing, Part
from xentcli.render.writers import as_json, markdown_table, records_text


def rendered(document: Document, form: Format, *, to_file: bool) -> str:
    """``document`` in ``form``; a table that goes ``to_file`` is as wide as it needs."""
    if form == "value":
        return f"{digits(document.value())}\n"
    if form == "json":
        return as_json(document.record(), indent=2)
    if form == "markdown":
        return "\n".join(_markdown(part) for part in document.parts if part != Line(""))
    if form == "table":
        from xentcli.render.table import page_text

        return page_text(document.parts, to_file=to_file)
    if form == "jsonl" and document.objects:
        return "".join(map(as_json, document.objects))
    return records_text(document.records(), form)


def _markdown(part: Part) -> str:
    if isinstance(part, Line):
        return f"{part.text}\n"
    rows = [list(row) for row in zip(*part.columns, strict=True)]
    return markdown_table(rows, "---" if isinstance(part, Listing) else "---:")
