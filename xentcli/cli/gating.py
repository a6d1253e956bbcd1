"""Options of gates: what decides the exit code."""

from functools import partial
from typing import Annotated, Final

import typer

from xentcli.cli.options import GATE

_option: Final = partial(typer.Option, rich_help_panel=GATE, show_default=False)

Expect = Annotated[
    str | None,
    _option("--expect", metavar="X", help="Exit 1 unless the mean is X, give or take T"),
]
Tolerance = Annotated[
    str | None,
    _option("--tol", metavar="T", help="T (default: half a unit of X's last digit)"),
]
MaxMean = Annotated[
    str | None,
    _option("--max-mean", metavar="X", help="Exit 1 unless the mean is at most X"),
]
MaxNormalised = Annotated[
    str | None,
    _option("--max-normalised", metavar="X", help="Also: the mean as a share of the baseline"),
]
MaxPerplexity = Annotated[
    str | None,
    _option("--max-perplexity", metavar="X", help="Also: the perplexity"),
]
