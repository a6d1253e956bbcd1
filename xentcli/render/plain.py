"""Machine formats: json, jsonl, csv, tsv, markdown and value, every float with all its digits."""

import csv
import io
import json
import math
from typing import Any, Final

import numpy as np

from xentcli.job import Layout
from xentcli.render import cells
from xentcli.render.cells import digits, output_names
from xentcli.report import Report
from xentcli.tally import Rows, sample_means
from xentcli.text import printable

SCHEMA: Final = 1
JSON_ROWS: Final = 1000
"""Samples that json carries unless asked for more."""


def _finite(value: float | None) -> float | str | None:
    """A JSON value: numbers as they are, what JSON has no number for as a string."""
    if value is None or math.isfinite(value):
        return value
    return digits(value)


def value_text(report: Report) -> str:
    """The one number."""
    return digits(report.value) + "\n"


def json_text(report: Report) -> str:
    """The whole report as one object, schema 1; rows only where the report has all it shows."""
    convention = report.convention
    figures: dict[str, Any] = {
        "schema": SCHEMA,
        "loss": report.loss,
        "value": _finite(report.value),
        "reduction": report.reduction,
        "unit": report.unit,
        "mean": _finite(report.mean),
        "sum": _finite(report.sum),
        "std_error": _finite(report.std_error),
        "min": _finite(report.min),
        "max": _finite(report.max),
        "samples": report.samples,
        "elements": report.elements,
        "weight": _finite(report.weight),
        "ignored": report.ignored,
        "missing": report.missing,
        "clipped": report.clipped,
        "nonfinite": report.nonfinite,
        "convention": {
            "name": convention.name,
            "dtype": convention.dtype,
            "eps": convention.eps,
            "renormalise": convention.renormalise,
        },
        "signature": report.signature,
    }
    if len(report.rows):
        losses = report.rows.losses
        figures["per_sample"] = _finite_list(sample_means(losses))
        if report.loss == "bce":
            figures["per_element"] = _finite_list(losses)
    return json.dumps(figures, allow_nan=False, indent=2) + "\n"


def _finite_list(values: np.ndarray) -> Any:
    nested = values.tolist()
    if np.isfinite(values).all():
        return nested
    if values.ndim == 1:
        return [_finite(value) for value in nested]
    return [[_finite(value) for value in row] for row in nested]


def markdown_text(report: Report, precision: int) -> str:
    """Two Markdown tables, samples and summary, and the signature as code."""
    parts = []
    if len(report.rows):
        outputs = list(range(report.layout.outputs or 1))
        columns = cells.columns(report, precision, outputs)
        parts.append(_markdown_table([list(row) for row in zip(*columns, strict=True)], "---:"))
    summary = [["", report.loss], *(list(line) for line in cells.summary(report, precision))]
    parts.append(_markdown_table(summary, "---"))
    return "\n".join([*parts, f"`{report.signature}`\n"])


def _markdown_table(rows: list[list[str]], rule: str) -> str:
    escaped = [[printable(cell).replace("|", "\\|") for cell in row] for row in rows]
    lines = [escaped[0], [rule] * len(rows[0]), *escaped[1:]]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


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
        values = [_finite(v) if isinstance(v, float) else v for v in row]
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
