"""Which options there are, by the names of their parameters, and the groups that commands take."""

from collections.abc import Mapping
from typing import Any, Final

from xentcli.cli import breakdown as b
from xentcli.cli import gating as g
from xentcli.cli import missing as m
from xentcli.cli import options as o
from xentcli.cli import weighing as w

Option = tuple[Any, Any]

OPTIONS: Final[Mapping[str, Option]] = {
    "files": (o.Files, None),
    "labels": (o.Labels, None),
    "logits": (o.Logits, None),
    "probs": (o.Probs, None),
    "classes": (o.Classes, None),
    "label_base": (o.LabelBase, None),
    "axis": (o.Axis, -1),
    "input_format": (o.InputFormatOption, None),
    "delimiter": (o.Delimiter, None),
    "header": (o.Header, False),
    "no_header": (o.NoHeader, False),
    "missing": (m.MissingOption, "error"),
    "missing_values": (m.MissingValues, None),
    "jobs": (o.Jobs, None),
    "reader": (o.ReaderOption, "auto"),
    "memory": (o.Memory, None),
    "engine": (o.EngineOption, "local"),
    "scheduler": (o.Scheduler, None),
    "weights": (w.Weights, None),
    "mask": (w.Mask, None),
    "ignore_index": (w.IgnoreIndex, None),
    "class_weight": (w.ClassWeight, None),
    "average": (w.AverageOption, "micro"),
    "pos_weight": (w.PosWeight, None),
    "convention": (o.ConventionOption, "exact"),
    "conventions": (o.With, None),
    "loss": (o.LossOption, None),
    "label_smoothing": (o.Smoothing, 0.0),
    "focal_gamma": (o.FocalGamma, None),
    "focal_alpha": (o.FocalAlpha, None),
    "eps": (o.Eps, None),
    "reduction": (o.Reduction, None),
    "base": (o.BaseOption, "e"),
    "dtype": (o.DtypeOption, None),
    "threshold": (o.Threshold, 0.5),
    "renormalise": (o.Renormalise, False),
    "as_is": (o.AsIs, False),
    "force": (o.Force, False),
    "form": (o.FormatOption, None),
    "whole_form": (o.WholeFormat, None),
    "rows": (o.RowsOption, None),
    "differing": (o.DifferingRows, None),
    "worst": (b.WorstOption, None),
    "id": (b.Id, None),
    "by": (b.By, None),
    "grad": (o.Grad, False),
    "precision": (o.Precision, 6),
    "output": (o.Output, None),
    "quiet": (o.Quiet, 0),
    "strict": (o.Strict, False),
    "debug": (o.Debug, False),
    "expect": (g.Expect, None),
    "tol": (g.Tolerance, None),
    "max_mean": (g.MaxMean, None),
    "max_normalised": (g.MaxNormalised, None),
    "max_perplexity": (g.MaxPerplexity, None),
}
"""Annotation and default of every option, in the order of the help."""

READING: Final = [
    "files",
    "labels",
    "logits",
    "probs",
    "classes",
    "label_base",
    "axis",
    "input_format",
    "delimiter",
    "header",
    "no_header",
    "missing",
    "missing_values",
    "jobs",
    "reader",
    "memory",
    "engine",
    "scheduler",
]
WEIGHING: Final = ["weights", "mask", "ignore_index"]
VARYING: Final = [
    "class_weight",
    "label_smoothing",
    "focal_gamma",
    "focal_alpha",
    "eps",
    "reduction",
    "base",
    "dtype",
]
SUMMING: Final = ["renormalise", "as_is"]
BREAKING_DOWN: Final = ["worst", "id", "by"]
WRITING: Final = ["form", "precision", "output", "quiet", "strict", "debug"]
GATING: Final = ["expect", "tol", "max_mean", "max_normalised"]
