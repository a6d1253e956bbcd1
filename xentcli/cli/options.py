"""Options that ``bce`` and ``ce`` share; each help text fits one line of an 80-column terminal."""

from typing import Annotated, Any, Literal

import typer

from xentcli.cli.complete import complete_columns
from xentcli.job import Missing
from xentcli.render import Format

INPUT, LOSS, OUTPUT, GATE = "Input", "Loss", "Output", "Gate"
InputFormat = Literal["csv", "tsv", "json", "jsonl", "npy", "npz"]


def _option(panel: str, *names: str, **settings: Any) -> Any:
    return typer.Option(*names, rich_help_panel=panel, show_default=False, **settings)


Files = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[FILE]...",
        help="Shards of one data set; - or no FILE: stdin",
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
        help="Scores before sigmoid/softmax (logit*, z_*)",
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
        help="csv tsv json jsonl npy npz (default: suffix)",
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
    _option(INPUT, "--header", help="Line 1 holds names (default: if it has text)"),
]
NoHeader = Annotated[
    bool,
    _option(INPUT, "--no-header", help="Line 1 holds data"),
]
MissingOption = Annotated[
    Missing,
    _option(
        INPUT,
        "--missing",
        metavar="MODE",
        help="Empty cells: error or skip (default: error)",
    ),
]

Weights = Annotated[
    str | None,
    _option(
        LOSS,
        "--weights",
        "-w",
        metavar="COLS",
        help="Weight of each sample, >= 0 (default: all 1)",
        autocompletion=complete_columns,
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
RowsOption = Annotated[
    str | None,
    _option(
        OUTPUT,
        "--rows",
        metavar="N",
        help="N, all or none (default: tables show 20)",
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
    bool, _option(OUTPUT, "--quiet", "-q", help="No notes on stderr (default: notes)")
]
Debug = Annotated[bool, _option(OUTPUT, "--debug", help="Show an error's traceback")]

Expect = Annotated[
    str | None,
    _option(GATE, "--expect", metavar="X", help="Exit 1 unless the mean is X, give or take T"),
]
Tolerance = Annotated[
    str | None,
    _option(GATE, "--tol", metavar="T", help="T (default: half a unit of X's last digit)"),
]
Most = Annotated[
    str | None, _option(GATE, "--max", metavar="X", help="Exit 1 unless the mean is at most X")
]
