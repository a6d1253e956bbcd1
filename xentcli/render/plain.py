"""Whole results as text: value and json with every digit of each float, and markdown."""

import json
import math
from typing import Any, Final

import numpy as np

from xentcli.render import cells
from xentcli.render.cells import digits
from xentcli.report import Report
from xentcli.tally import sample_means
from xentcli.text import printable

SCHEMA: Final = 1


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
