"""Rows as text, sample by sample while they are read: csv, tsv and jsonl, every digit."""

import json
from typing import Any, Final

import numpy as np

from xentcli.job import Layout
from xentcli.render.cells import digits, labels_of, output_names
from xentcli.render.plain import delimited_text
from xentcli.report import Report
from xentcli.rows import Rows


def summary_line(report: Report) -> str:
    """The result in one line, for stderr beside the row formats."""
    found = "losses" if report.value is None else f"{report.reduction} {digits(report.value)}"
    text = f"{found} {report.unit} over {report.samples} samples, sum {digits(report.sum)}"
    return f"{text}, {report.signature}"


def row_header(form: str, layout: Layout, *, grad: bool = False) -> str:
    """The line of names that begins csv and tsv; jsonl has none."""
    return "" if form == "jsonl" else delimited_text([_row_names(layout, grad=grad)], form)


def row_lines(form: str, layout: Layout, rows: Rows) -> str:
    """One line per sample."""
    losses = rows.losses
    columns: list[list[Any]] = losses.T.tolist() if losses.ndim > 1 else [losses.tolist()]
    if losses.ndim > 1:
        columns.append(rows.means.tolist())
    if rows.gradient is not None:
        columns += np.atleast_2d(rows.gradient.T).tolist()
    words = _WORDS["json" if form == "jsonl" else "text"]
    texts = [[words.get(text, text) for text in map(repr, column)] for column in columns]
    if rows.classes is not None:
        texts.insert(0, _label_texts(form, rows, layout))
    texts.insert(0, list(map(str, (rows.numbers + 1).tolist())))
    template = _template(form, _row_names(layout, grad=rows.gradient is not None))
    return "".join([template % row for row in zip(*texts, strict=True)])


_WORDS: Final = {
    "text": {},
    "json": {word: f'"{word}"' for word in ("inf", "-inf", "nan")},
}


def _label_texts(form: str, rows: Rows, layout: Layout) -> list[str]:
    """The labels as this format writes them: nothing where a sample has no one class."""
    found = labels_of(rows, layout)
    if form == "jsonl":
        return [json.dumps(label) for label in found]
    if not layout.classes:
        return ["" if label is None else str(label) for label in found]
    quoted = {name: delimited_text([[name]], form).rstrip("\n") for name in layout.classes}
    return ["" if label is None else quoted[str(label)] for label in found]


def _template(form: str, names: list[str]) -> str:
    """A line with a gap for each text: filling it takes a fifth of the time of json.dumps."""
    if form == "jsonl":
        keys = [json.dumps(name).replace("%", "%%") for name in names]
        return "{" + ", ".join(f"{key}: %s" for key in keys) + "}\n"
    return ("," if form == "csv" else "\t").join(["%s"] * len(names)) + "\n"


def _row_names(layout: Layout, *, grad: bool) -> list[str]:
    outputs = output_names(layout)
    if layout.loss == "ce":
        names = ["sample", "label", "loss"]
    elif layout.outputs is None:
        names = ["sample", "loss"]
    else:
        names = ["sample", *(f"loss_{name}" for name in outputs), "mean"]
    if grad:
        names += ["grad"] if layout.outputs is None else [f"grad_{name}" for name in outputs]
    return names
