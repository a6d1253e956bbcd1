"""Rows as text, sample by sample while they are read: csv, tsv and jsonl, every digit."""

import json
import re
from typing import Any, Final, NamedTuple

import numpy as np

from xentcli.blocks.layout import Layout
from xentcli.measures.loss.report import Report
from xentcli.measures.samples import Rows
from xentcli.render.digits import digits
from xentcli.render.sample_keys import place_columns, with_ids
from xentcli.render.table_cells import labels_of, output_names
from xentcli.render.writers import delimited_text


def summary_line(report: Report) -> str:
    """The result in one line, for stderr beside the row formats."""
    found = "losses" if report.value is None else f"{report.reduction} {digits(report.value)}"
    text = f"{found} {report.unit} over {report.samples} samples, sum {digits(report.sum)}"
    return f"{text}, {report.signature}"


class RowText(NamedTuple):
    """How samples are written in a row format; ``located`` are the columns of their places."""

    form: str
    layout: Layout
    located: tuple[str, ...] = ()
    grad: bool = False

    def header(self) -> str:
        """The line of names that begins csv and tsv; jsonl has none."""
        return "" if self.form == "jsonl" else delimited_text([self._names()], self.form)

    def lines(self, rows: Rows) -> str:
        """One line per sample."""
        losses = rows.losses
        columns: list[list[Any]] = losses.T.tolist() if losses.ndim > 1 else [losses.tolist()]
        if losses.ndim > 1:
            columns.append(rows.means.tolist())
        if rows.gradient is not None:
            columns += np.atleast_2d(rows.gradient.T).tolist()
        words = _WORDS["json" if self.form == "jsonl" else "text"]
        texts = [[words.get(text, text) for text in map(repr, column)] for column in columns]
        if rows.classes is not None:
            texts.insert(0, self._cells(labels_of(rows, self.layout)))
        places = [self._cells(column) for column in place_columns(rows, self.located)]
        numbers = list(map(str, (rows.numbers + 1).tolist()))
        texts = [numbers, *places, *texts, *(self._cells(column.tolist()) for column in rows.ids)]
        template = self._template()
        return "".join([template % row for row in zip(*texts, strict=True)])

    def _cells(self, values: list[Any]) -> list[str]:
        """Numbers, texts, or None as this format writes them; the same ones are made once."""
        made: dict[Any, str] = {}
        for value in values:
            if value not in made:
                made[value] = self._cell(value)
        return [made[value] for value in values]

    def _cell(self, value: Any) -> str:
        if self.form == "jsonl":
            return json.dumps(value)
        text = "" if value is None else str(value)
        return delimited_text([[text]], self.form).rstrip("\n") if _SPECIAL.search(text) else text

    def _template(self) -> str:
        """A line with a gap for each text: filling it takes a fifth of the time of json.dumps."""
        names = self._names()
        if self.form == "jsonl":
            keys = [json.dumps(name).replace("%", "%%") for name in names]
            return "{" + ", ".join(f"{key}: %s" for key in keys) + "}\n"
        return ("," if self.form == "csv" else "\t").join(["%s"] * len(names)) + "\n"

    def _names(self) -> list[str]:
        layout = self.layout
        outputs = output_names(layout)
        names = ["sample", *self.located]
        if layout.loss == "ce":
            names += ["label", "loss"]
        elif layout.outputs is None:
            names.append("loss")
        else:
            names += [*(f"loss_{name}" for name in outputs), "mean"]
        if self.grad:
            names += ["grad"] if layout.outputs is None else [f"grad_{name}" for name in outputs]
        return with_ids(names, layout)


_WORDS: Final = {
    "text": {},
    "json": {word: f'"{word}"' for word in ("inf", "-inf", "nan")},
}
_SPECIAL: Final = re.compile('[",\t\r\n]')
"""What csv or tsv may have to quote."""
