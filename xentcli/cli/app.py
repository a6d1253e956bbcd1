"""The application: its commands, and ``main``, where exceptions become exit codes."""

import os
import sys
from collections.abc import Mapping
from typing import Annotated, Final, NoReturn

import typer

from xentcli import __version__, errors
from xentcli.cli.accuracy import accuracy
from xentcli.cli.bce import bce
from xentcli.cli.ce import ce
from xentcli.cli.command import Command
from xentcli.cli.completion_scripts import SHELLS, script
from xentcli.cli.conventions import conventions
from xentcli.cli.messages import say_trace, tell
from xentcli.cli.reconcile import reconcile
from xentcli.cli.valueless_options import refuse_valueless
from xentcli.errors import XentError

COMMANDS: Final[Mapping[str, Command]] = {
    "bce": bce,
    "ce": ce,
    "reconcile": reconcile,
    "accuracy": accuracy,
    "conventions": conventions,
}
LINE: Final = ("COMP_WORDS", "_TYPER_COMPLETE_ARGS", "_TYPER_COMPLETE_WORD_TO_COMPLETE")
"""Where shells leave the line that is to be completed."""


def built(line: str) -> typer.Typer:
    """The application for a command line: only commands that it names get their options.

    All of them take 9 ms to build, a seventh of the time of ``--version``.
    """
    app = typer.Typer(
        name="xent",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(root)
    words = set(line.split())
    for name, command in COMMANDS.items():
        app.command(name)(command.function() if name in words else command.without_options())
    return app


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"xent {__version__}")
        raise typer.Exit


def _show_script(shell: str | None) -> None:
    if shell is not None:
        typer.echo(script(shell), nl=False)
        raise typer.Exit


def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            "-V",
            callback=_show_version,
            is_eager=True,
            help="Show the version and exit.",
        ),
    ] = False,
    completion: Annotated[
        str | None,
        typer.Option(
            "--completion",
            metavar="|".join(SHELLS),
            callback=_show_script,
            is_eager=True,
            show_default=False,
            help="Print a completion script.",
        ),
    ] = None,
) -> None:
    """Cross-entropy from the shell: every digit right, every variant named.

    [bold]Examples[/bold]
      xent bce --labels 1,0,1 --logits 2.1,-0.3,0.8
      xent ce preds.csv --labels y --probs 'prob_*'
      cat preds.csv | xent bce -f json

    [bold]Exit codes[/bold]
      0 done, gates hold   1 a gate says no   2 usage or data   70 a bug in xent
    """


def main() -> NoReturn:
    """Run ``xent`` and leave with its exit code; nowhere else do exceptions become codes."""
    if "_XENT_COMPLETE" in os.environ:
        from typer.completion import completion_init

        completion_init()
    args = sys.argv[1:]
    if args[:1] == ["help"]:
        args = [*args[1:], "--help"]
    line = " ".join([*args, *(os.environ.get(name, "") for name in LINE)])
    try:
        refuse_valueless(args, COMMANDS)
        code = built(line)(args, prog_name="xent", standalone_mode=False) or errors.OK
    except SystemExit:
        if "_XENT_COMPLETE" in os.environ:
            raise
        code = errors.READER_GONE  # Typer leaves like this when nobody reads its help
    except KeyboardInterrupt:
        code = errors.INTERRUPTED
    except BaseException as error:
        if "--debug" in sys.argv:
            say_trace()
        code = _told(error)
    sys.exit(code)


def _told(error: BaseException) -> int:
    """Say ``error`` in one line on stderr; its exit code."""
    from xentcli.render.destination import (
        ReaderGoneError,
        StoppedError,
        abandon_stdout,
        write_failure,
    )

    if isinstance(error, StoppedError):
        return errors.SIGNALLED + error.number
    if isinstance(error, OSError) and error.filename is None:  # help, which Typer writes
        abandon_stdout()
        error = write_failure("stdout", error)
    if isinstance(error, ReaderGoneError):
        abandon_stdout()
        return errors.READER_GONE
    if isinstance(error, XentError):
        tell("error", str(error))
        return errors.USAGE
    if isinstance(error, MemoryError):
        tell("error", "out of memory; delimited text and JSON Lines are read in little, any size")
        return errors.USAGE
    usage = getattr(error, "format_message", None)
    if usage is not None:  # Typer's own usage errors, whose classes are not public
        if text := usage():  # empty where it has shown the help instead
            tell("error", _with_advice(error, text))
        return errors.USAGE
    tell("bug", f"{type(error).__name__}: {error}; please report it with the output of --debug")
    return errors.BUG


def _with_advice(error: BaseException, text: str) -> str:
    """A usage error of Typer's, with what to type instead."""
    from xentcli.cli.unknown_options import advice

    path = getattr(getattr(error, "ctx", None), "command_path", "xent")
    hint = advice(error, COMMANDS)
    if hasattr(error, "possibilities") or hint:  # Typer guesses too
        text = text.partition(" (Possible")[0].partition(" Did you mean")[0]
    middle = f" {hint}" if hint.endswith("?") else f" {hint};" if hint else ""
    return f"{text.rstrip('.')};{middle} see {path} --help"
