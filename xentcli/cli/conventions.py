"""``xent conventions``."""

from typing import Annotated, Final, NamedTuple

import typer

from xentcli.cli.command import Command
from xentcli.cli.completion import complete_conventions
from xentcli.cli.output_options import FileOptions, MessageOptions, WholeFormat
from xentcli.errors import OK

HELP: Final = """The conventions as a table, or one of them in full with its formula and source.

[bold]Examples[/bold]
  xent conventions
  xent conventions keras3
  xent conventions -f json
"""


class NameOptions(NamedTuple):
    """The convention that is shown in full, None: all of them as a table."""

    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help="A convention",
            show_default=False,
            autocompletion=complete_conventions,
        ),
    ] = None


def _run(
    chosen: NameOptions, form: WholeFormat, file: FileOptions, messages: MessageOptions
) -> int:
    from xentcli.cli.output import chosen_format
    from xentcli.conventions.registry import CONVENTIONS, convention
    from xentcli.render.conventions import document
    from xentcli.render.destination import destination
    from xentcli.render.rendering import rendered

    name = chosen.name
    shown = [*CONVENTIONS.values()] if name is None else [convention(name)]
    kind = chosen_format(form.form, file.output)
    found = document(shown, full=name is not None)
    text = rendered(found, kind, to_file=file.output is not None)
    with destination(file.output, kind) as write:
        write(text)
    return OK


conventions = Command(_run, HELP)
