"""``xent conventions``."""

from typing import Annotated, Final

import typer

from xentcli.cli.complete import complete_conventions
from xentcli.cli.options import Output, WholeFormat

HELP: Final = """The conventions as a table, or one of them in full with its formula and source.

[bold]Examples[/bold]
  xent conventions
  xent conventions keras3
  xent conventions -f json
"""


def conventions(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help="A convention",
            show_default=False,
            autocompletion=complete_conventions,
        ),
    ] = None,
    form: WholeFormat = None,
    output: Output = None,
) -> int:
    """Show what the conventions are."""
    from xentcli.cli.output import chosen_format
    from xentcli.conventions.registry import CONVENTIONS, convention
    from xentcli.render.described import described
    from xentcli.render.emit import destination

    chosen = [*CONVENTIONS.values()] if name is None else [convention(name)]
    kind = chosen_format(form, output)
    text = described(chosen, kind, full=name is not None, to_file=output is not None)
    with destination(output, kind) as write:
        write(text)
    return 0


conventions.__doc__ = HELP
