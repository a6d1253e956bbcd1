"""Whole results as text: value and json with every digit of each float, and markdown."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from xentcli.measures.loss.report import Report
from xentcli.render import TABLE_ROWS, breakdown, table_cells
from xentcli.render.digits import digits
from xentcli.render.headline import headline
from xentcli.render.sample_keys import place_columns, with_ids
from xentcli.render.writers import SCHEMA, about, as_json, finite, markdown_table, objects


def value_text(report: Report) -> str:
    """The one number."""
    assert report.value is not None
    return digits(report.value) + "\n"


def json_text(report: Report, files: Sequence[str], gate: Mapping[str, Any] | None) -> str:
    """The whole report as one object, schema 1; rows only where the report has all it shows.

    ``files`` are the names of the input's, ``gate`` is what the gates came to.
    """
    figures = _figures(report) | about(report.layout, report.remarks, files) | {"gate": gate}
    if len(report.rows):
        figures["per_sample"] = _finite_list(report.rows.means)
        if report.loss == "bce":
            figures["per_element"] = _finite_list(report.rows.losses)
        if report.rows.gradient is not None:
            figures["grad"] = _finite_list(report.rows.gradient)
        figures["ids"] = _ids(report)
    if report.worst is not None:
        records = breakdown.worst_records(report, report.worst, report.located)
        figures["worst"] = objects(records)
    if report.classes is not None:
        figures["classes"] = objects(breakdown.class_records(report.classes))
    if report.groups is not None:
        by = report.layout.by
        figures["by"] = by[0] if len(by) == 1 else list(by)
        figures["groups"] = objects(breakdown.group_records(report, report.groups))
    return as_json(figures, indent=2)


def _ids(report: Report) -> dict[str, list[Any]]:
    """What tells the samples of ``per_sample`` from each other, in the same order."""
    rows = report.rows
    names = with_ids(["sample", *report.located], report.layout)
    columns = [(rows.numbers + 1).tolist(), *place_columns(rows, report.located)]
    columns += [column.tolist() for column in rows.ids]
    return dict(zip(names, columns, strict=True))


def _figures(report: Report) -> dict[str, Any]:
    """What is there whatever was asked for; null where it has no meaning."""
    sums, audit = report.sums, report.audit
    return {
        "schema": SCHEMA,
        "loss": report.loss,
        "value": finite(report.value),
        "reduction": report.reduction,
        "unit": report.unit,
        "mean": finite(report.mean),
        "sum": finite(report.sum),
        "std_error": finite(report.std_error),
        "min": finite(report.min),
        "max": finite(report.max),
        "samples": report.samples,
        "elements": report.elements,
        "valid": sums.valid,
        "weight": finite(report.weight),
        "sum_weights": finite(sums.weight.value()),
        "nonzero_weights": sums.counted,
        "denominator": report.denominator,
        "divisor": finite(report.divisor),
        "ignored": report.ignored,
        "missing": report.missing,
        "missing_labels": report.gaps,
        "clipped": audit.losses if audit else 0,
        "clipped_rows": audit.rows if audit else 0,
        "clipped_share": audit.share if audit else 0.0,
        "nonfinite": report.nonfinite,
        "baseline": finite(report.baseline),
        "normalised": finite(report.normalised),
        "perplexity": finite(report.perplexity),
        "floor": finite(report.floor),
        "kl": finite(report.kl),
        "average": report.average,
        "digits": report.digits,
        "convention": _convention(report),
        "signature": report.signature,
    }


def _convention(report: Report) -> dict[str, Any]:
    """What the figures were computed by."""
    convention, rule = report.convention, report.rule
    return {
        "name": convention.name,
        "dtype": convention.dtype_code,
        "eps": rule.epsilon(convention.computes_in),
        "renormalise": rule.renormalise != "no",
        "bound": rule.bound,
        "added": rule.added,
        "form": rule.form,
    }


def _finite_list(values: np.ndarray) -> Any:
    nested = values.tolist()
    if np.isfinite(values).all():
        return nested
    if values.ndim == 1:
        return [finite(value) for value in nested]
    return [[finite(value) for value in row] for row in nested]


def markdown_text(report: Report, precision: int) -> str:
    """Two Markdown tables, samples and summary, and the signature as code."""
    parts = []
    if len(report.rows):
        outputs = list(range(report.layout.outputs or 1))
        columns = table_cells.columns(report, precision, outputs).all
        parts.append(markdown_table([list(row) for row in zip(*columns, strict=True)], "---:"))
        if report.rows.gradient is not None:
            columns = table_cells.gradient_columns(report, precision, outputs).all
            parts.append(markdown_table([list(row) for row in zip(*columns, strict=True)], "---:"))
    for section in breakdown.sections(report, precision):
        rows = [list(row) for row in zip(*section.columns, strict=True)]
        parts.append(f"{section.title}\n\n" + markdown_table(rows, "---"))
        parts += [f"{section.below}\n"] if section.below else []
    if report.samples > TABLE_ROWS and (answer := headline(report)):
        parts.append(f"**{answer}**\n")
    summary = [["", report.loss], *(list(line) for line in table_cells.summary(report, precision))]
    parts.append(markdown_table(summary, "---"))
    return "\n".join([*parts, f"`{report.signature}`\n"])
