"""Options that say what counts, and how much."""

from functools import partial
from typing import Annotated, Final

import typer

from xentcli.cli.complete import complete_class_weights, complete_columns
from xentcli.cli.options import WEIGHTS
from xentcli.job import Average

_option: Final = partial(typer.Option, rich_help_panel=WEIGHTS, show_default=False)

Weights = Annotated[
    str | None,
    _option(
        "--weights",
        "-w",
        metavar="COLS",
        help="One per sample or per score, >= 0",
        autocompletion=complete_columns,
    ),
]
Mask = Annotated[
    str | None,
    _option(
        "--mask",
        metavar="COLS",
        help="1 where a sample counts, else 0",
        autocompletion=complete_columns,
    ),
]
ClassWeight = Annotated[
    str | None,
    _option(
        "--class-weight",
        metavar="W",
        help="Weights: 0=1,1=3, an array or balanced",
        autocompletion=complete_class_weights,
    ),
]
PosWeight = Annotated[
    str | None,
    _option("--pos-weight", metavar="W", help="Weight of the positive terms"),
]
AverageOption = Annotated[
    Average,
    _option("--average", metavar="NAME", help="macro: the mean of the classes' means"),
]
IgnoreIndex = Annotated[
    float | None,
    _option("--ignore-index", metavar="Y", help="Label that leaves out its sample"),
]
