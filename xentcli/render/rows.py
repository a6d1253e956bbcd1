"""Rows as text, sample by sample while they are read: csv, tsv and jsonl, every digit."""

import csv
import io
import json
from typing import Any

from xentcli.job import Layout
from xentcli.render.cells import digits, output_names
from xentcli.render.plain import json_number
from xentcli.report import Report
from xentcli.tally import Rows, sample_means


def summary_line(report: Report) -> str:
    """The result in one line, for stderr beside the row formats."""
    text = f"mean {digits(report.mean)} nats over {report.samples} samples"
    return f"{text}, sum {digits(report.sum)}, {report.signature}"


def row_header(form: str, loss: str, layout: Layout) -> str:
    """The line of names that begins csv and tsv; jsonl has none."""
    return "" if form == "jsonl" else _delimited([_row_names(loss, layout)], form)


def row_lines(form: str, loss: str, layout: Layout, rows: Rows) -> str:
    """One line per sample."""
    losses = rows.losses
    numbers = (rows.numbers + 1).tolist()
    columns: list[list[Any]] = [numbers]
    if loss == "ce":
        columns.append([None if c < 0 else c for c in _classes(rows)])
    if losses.ndim > 1:
        columns += losses.T.tolist()
        columns.append(sample_means(losses).tolist())
    else:
        columns.append(losses.tolist())
    if form == "jsonl":
        return _json_lines(loss, layout, columns)
    text = [["" if v is None else str(v) for v in column] for column in columns]
    separator = "," if form == "csv" else "\t"
    return "".join(separator.join(row) + "\n" for row in zip(*text, strict=True))


def _json_lines(loss: str, layout: Layout, columns: list[list[Any]]) -> str:
    names = _row_names(loss, layout)
    lines = []
    for row in zip(*columns, strict=True):
        values = [json_number(v) if isinstance(v, float) else v for v in row]
        lines.append(json.dumps(dict(zip(names, values, strict=True)), allow_nan=False))
    return "\n".join(lines) + "\n" if lines else ""


def _row_names(loss: str, layout: Layout) -> list[str]:
    if loss == "ce":
        return ["sample", "label", "loss"]
    if layout.outputs is None:
        return ["sample", "loss"]
    return ["sample", *(f"loss_{name}" for name in output_names(layout)), "mean"]


def _delimited(rows: list[list[str]], form: str) -> str:
    file = io.StringIO()
    csv.writer(file, "excel" if form == "csv" else "excel-tab", lineterminator="\n").writerows(rows)
    return file.getvalue()


def _classes(rows: Rows) -> list[int]:
    assert rows.classes is not None
    classes: list[int] = rows.classes.tolist()
    return classes
