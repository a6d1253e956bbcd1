"""Options that say which values are missing, and what becomes of their rows."""

from typing import Annotated

from xentcli.cli.options import INPUT, _option
from xentcli.job import Missing

MissingOption = Annotated[
    Missing,
    _option(
        INPUT,
        "--missing",
        metavar="MODE",
        help="Empty cells: error skip skip-element",
    ),
]
MissingValues = Annotated[
    str | None,
    _option(
        INPUT,
        "--missing-values",
        metavar="LIST",
        help="What else is missing, such as ?,nan",
    ),
]
