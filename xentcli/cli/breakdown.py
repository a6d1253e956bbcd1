"""Options that break the result down into samples and groups."""

from typing import Annotated

import typer

from xentcli.cli.complete import complete_columns
from xentcli.cli.options import OUTPUT

WorstOption = Annotated[
    int | None,
    typer.Option(
        "--worst",
        metavar="K",
        rich_help_panel=OUTPUT,
        show_default=False,
        help="The K samples of the largest losses",
    ),
]
Id = Annotated[
    str | None,
    typer.Option(
        "--id",
        metavar="COLS",
        rich_help_panel=OUTPUT,
        show_default=False,
        help="Columns of FILE to show beside losses",
        autocompletion=complete_columns,
    ),
]
By = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="COLS",
        rich_help_panel=OUTPUT,
        show_default=False,
        help="Loss per group: columns of FILE",
        autocompletion=complete_columns,
    ),
]
