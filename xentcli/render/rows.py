"""Rows as text, sample by sample while they are read: csv, tsv and jsonl, every digit."""

import csv
import io
import json
from typing import Any, Final

from xentcli.job import Layout
from xentcli.render.cells import digits, output_names
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
    words = _WORDS["json" if form == "jsonl" else "text"]
    texts = [[words.get(text, text) for text in map(repr, column)] for column in columns]
    template = _template(form, _row_names(loss, layout))
    return "".join([template % row for row in zip(*texts, strict=True)])


_WORDS: Final = {
    "text": {"None": ""},
    "json": {"None": "null"} | {word: f'"{word}"' for word in ("inf", "-inf", "nan")},
}


def _template(form: str, names: list[str]) -> str:
    """A line with a gap for each text: filling it takes a fifth of the time of json.dumps."""
    if form == "jsonl":
        keys = [json.dumps(name).replace("%", "%%") for name in names]
        return "{" + ", ".join(f"{key}: %s" for key in keys) + "}\n"
    return ("," if form == "csv" else "\t").join(["%s"] * len(names)) + "\n"


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
