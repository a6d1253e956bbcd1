"""Options that take a value and were given none: at the end of a line, or before another option."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from xentcli.cli.command import Command
from xentcli.errors import OptionError

HELP: Final = ("-h", "--help")


class Valued(NamedTuple):
    """What an option calls its value, and what its help says; no value where it is a switch."""

    value: str
    text: str


def refuse_valueless(args: Sequence[str], commands: Mapping[str, Command]) -> None:
    """OptionError for an option without its value, which says what that is.

    An option as a value can still be written behind a sign: ``--by=--labels``.
    """
    command = commands.get(args[0]) if args else None
    if command is None:
        return
    options = declared(command)
    words = iter(args[1:])
    for word in words:
        if word == "--":
            return
        option = options.get(word)
        if option is None or not option.value:
            continue
        following = next(words, None)
        if following is None or following in options or following in HELP:
            found = f", and {following} follows" if following else ""
            raise OptionError(
                f"{word} needs a value{found}: {word} {option.value}, {option.text!r}",
                hint=f"see xent {args[0]} --help",
            )


def declared(command: Command) -> dict[str, Valued]:
    """The options of a command by each of their names."""
    found = {}
    for parameter in command.options():
        kind, info = parameter.annotation.__origin__, parameter.annotation.__metadata__[0]
        words = (info.default, *(info.param_decls or ()))  # Typer takes the first for a default
        for word in words:
            if isinstance(word, str) and word.startswith("-"):
                switch = kind is bool or info.count
                found[word] = Valued("" if switch else info.metavar, info.help)
    return found
