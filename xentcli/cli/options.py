"""Options, declared once for all commands; each help text fits one line of 80 columns.

A command is built from them by name (:mod:`xentcli.cli.groups`), so that commands cannot drift
apart.
"""

from typing import Annotated, Any, Literal

import typer

from xentcli.cli.complete import (
    complete_classes,
    complete_columns,
    complete_conventions,
    complete_reductions,
    complete_whole_formats,
)
from xentcli.job import Base, Engine, Loss, Reader
from xentcli.render import Format

INPUT, WEIGHTS, LOSS, OUTPUT, GATE = "Input", "Weights", "Loss", "Output", "Gate"
InputFormat = Literal["csv", "tsv", "json", "jsonl", "npy", "npz", "parquet", "arrow"]
DtypeName = Literal["float64", "float32", "float16"]


def _option(panel: str, *names: str, **settings: Any) -> Any:
    return typer.Option(*names, rich_help_panel=panel, show_default=False, **settings)


Files = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[FILE]...",
        help="Files, directories or patterns; - or none: stdin",
        show_default=False,
        rich_help_panel="Files",
    ),
]

Labels = Annotated[
    str | None,
    _option(
        INPUT,
        "--labels",
        "-y",
        metavar="COLS",
        help="Labels (default: columns label, y, target)",
        autocompletion=complete_columns,
    ),
]
Logits = Annotated[
    str | None,
    _option(
        INPUT,
        "--logits",
        metavar="COLS",
        help="Before sigmoid or softmax (logit*, z_*)",
        autocompletion=complete_columns,
    ),
]
Probs = Annotated[
    str | None,
    _option(
        INPUT,
        "--probs",
        metavar="COLS",
        help="Probabilities, not logits (prob*, p_*)",
        autocompletion=complete_columns,
    ),
]
InputFormatOption = Annotated[
    InputFormat | None,
    _option(
        INPUT,
        "--input-format",
        metavar="FORMAT",
        help="csv tsv json jsonl npy npz parquet arrow",
    ),
]
Delimiter = Annotated[
    str | None,
    _option(
        INPUT,
        "--delimiter",
        "-d",
        metavar="CHAR",
        help="Separator (default: TAB , ; | or blanks)",
    ),
]
Header = Annotated[
    bool,
    _option(INPUT, "--header", help="Line 1 holds names (one: @FILE#header=yes)"),
]
NoHeader = Annotated[
    bool,
    _option(INPUT, "--no-header", help="Line 1 holds data (one: @FILE#header=no)"),
]
Jobs = Annotated[
    int | None,
    _option(INPUT, "--jobs", metavar="N", help="Processes for big files (default: cores)"),
]
ReaderOption = Annotated[
    Reader,
    _option(INPUT, "--reader", metavar="NAME", help="Parser of big text: auto, numpy or polars"),
]
Memory = Annotated[
    str | None,
    _option(INPUT, "--memory", metavar="SIZE", help="Memory for a JSON or Parquet file, as 8G"),
]
EngineOption = Annotated[
    Engine,
    _option(INPUT, "--engine", metavar="NAME", help="local or dask (default: local)"),
]
Scheduler = Annotated[
    str | None,
    _option(INPUT, "--scheduler", metavar="ADDR", help="Address of a Dask cluster (default: own)"),
]


Classes = Annotated[
    str | None,
    _option(
        INPUT,
        "--classes",
        metavar="NAMES",
        help="Class names in order, as cat,dog",
        autocompletion=complete_classes,
    ),
]
LabelBase = Annotated[
    int | None,
    _option(
        INPUT,
        "--label-base",
        metavar="N",
        help="First class number (else 0 or by name)",
    ),
]
Axis = Annotated[
    int,
    _option(INPUT, "--axis", metavar="N", help="Axis of the classes (default: the last)"),
]
ConventionOption = Annotated[
    str,
    _option(
        LOSS,
        "--convention",
        "-c",
        metavar="NAME",
        help="Default: exact; see xent conventions",
        autocompletion=complete_conventions,
    ),
]
With = Annotated[
    str | None,
    _option(
        LOSS,
        "--with",
        metavar="NAMES",
        help="Such as exact,torch (default: all)",
        autocompletion=complete_conventions,
    ),
]
LossOption = Annotated[
    Loss | None,
    _option(LOSS, "--loss", metavar="bce|ce", help="bce or ce (default: by the shapes)"),
]
Smoothing = Annotated[
    float,
    _option(LOSS, "--label-smoothing", metavar="A", help="Labels become y(1-A) + A/k (bce: k = 2)"),
]
Reduction = Annotated[
    str | None,
    _option(
        LOSS,
        "--reduction",
        metavar="NAME",
        help="mean sum none mean-by-weight ...",
        autocompletion=complete_reductions,
    ),
]
Eps = Annotated[
    float | None,
    _option(LOSS, "--eps", metavar="E", help="Clip probabilities to [E, 1-E]"),
]
FocalGamma = Annotated[
    float | None,
    _option(LOSS, "--focal-gamma", metavar="G", help="Focal loss: times (1-p)^G"),
]
FocalAlpha = Annotated[
    str | None,
    _option(LOSS, "--focal-alpha", metavar="A", help="Focal loss: balance, one or per class"),
]
BaseOption = Annotated[
    Base,
    _option(LOSS, "--base", metavar="e|2|10", help="Nats, bits or bans (default: e)"),
]
DtypeOption = Annotated[
    DtypeName | None,
    _option(LOSS, "--dtype", metavar="TYPE", help="float64 float32 (default: as convention)"),
]
Renormalise = Annotated[
    bool,
    _option(LOSS, "--renormalise", help="Divide rows of probabilities by their sum"),
]
AsIs = Annotated[
    bool,
    _option(LOSS, "--as-is", help="Rows need not sum to 1"),
]
Force = Annotated[
    bool,
    _option(LOSS, "--force", help="Compute it of one class all the same"),
]
Grad = Annotated[
    bool,
    _option(OUTPUT, "--grad", help="Derivatives by each logit, too"),
]
Threshold = Annotated[
    float,
    _option(
        LOSS, "--threshold", metavar="T", help="Predict 1 above this probability (default: 0.5)"
    ),
]

FormatOption = Annotated[
    Format | None,
    _option(
        OUTPUT,
        "--format",
        "-f",
        metavar="FORMAT",
        help="table json jsonl csv tsv markdown value",
    ),
]
WholeFormat = Annotated[
    Format | None,
    _option(
        OUTPUT,
        "--format",
        "-f",
        metavar="FORMAT",
        help="table json jsonl csv tsv markdown",
        autocompletion=complete_whole_formats,
    ),
]
"""Of a result that is not one number: what refuses ``value`` says why, and nothing offers it."""
RowsOption = Annotated[
    str | None,
    _option(
        OUTPUT,
        "--rows",
        metavar="N",
        help="N, all, none (default: 20, or worst 10)",
    ),
]
DifferingRows = Annotated[
    str | None,
    _option(
        OUTPUT,
        "--rows",
        metavar="N",
        help="N samples that differ most (default: none)",
    ),
]
Precision = Annotated[
    int,
    _option(
        OUTPUT,
        "--precision",
        min=1,
        max=17,
        metavar="N",
        help="Digits in tables (default: 6; mean: all)",
    ),
]
Output = Annotated[
    str | None,
    _option(
        OUTPUT,
        "--output",
        "-o",
        metavar="FILE",
        help="Write the result there (default: stdout)",
    ),
]
Quiet = Annotated[
    int,
    _option(
        OUTPUT, "--quiet", "-q", count=True, metavar="", help="No notes (-qq: no warnings either)"
    ),
]
Strict = Annotated[
    bool, _option(GATE, "--strict", help="Exit 2 and print nothing if there is a warning")
]
Debug = Annotated[bool, _option(OUTPUT, "--debug", help="Show an error's traceback")]
