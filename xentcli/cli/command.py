"""Commands: a function of groups of options, as Typer wants to see it.

A group is a named tuple whose fields are options, or groups of them. An option is declared there
and nowhere else, and read from the group under the same name.
"""

import errno
import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import typer

from xentcli.errors import XentError

INPUT, WEIGHTS, LOSS, OUTPUT, GATE = "Input", "Weights", "Loss", "Output", "Gate"
"""Panels of the help."""

TOO_MANY_FILES: Final = (errno.EMFILE, errno.ENFILE)


def option(panel: str, *names: str, **settings: Any) -> Any:
    """What Typer is told of an option; its help fits one line of 80 columns."""
    return typer.Option(*names, rich_help_panel=panel, show_default=False, **settings)


class Command(NamedTuple):
    """What a command does: ``run`` is given the groups of options that are its parameters."""

    run: Callable[..., int]
    help: str

    def function(self) -> Callable[..., int]:
        """The function that Typer reads the options from and calls."""
        groups = _fields(self.run)

        def called(**values: Any) -> int:
            try:
                return self.run(**{name: _filled(kind, values) for name, kind in groups.items()})
            except OSError as error:
                raise _of_system(error) from error

        options = list(self.options())
        called.__signature__ = inspect.Signature(options)  # type: ignore[attr-defined]
        called.__annotations__ = {option.name: option.annotation for option in options}
        called.__doc__ = self.help
        return called

    def options(self) -> Iterator[inspect.Parameter]:
        """All options, one group after the other, with what Typer is told of each."""
        for group in _fields(self.run).values():
            yield from _options(group)

    def without_options(self) -> Callable[[], None]:
        """A function for the list of commands: options take long to build."""

        def called() -> None:
            raise AssertionError("a command that is not on the line was called")

        called.__doc__ = self.help
        return called


def _fields(group: Callable[..., Any]) -> dict[str, Any]:
    """The fields of a group, or the parameters of a function, and what they are."""
    return {name: k for name, k in inspect.get_annotations(group).items() if name != "return"}


def _is_group(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, tuple)


def _options(group: Any) -> Iterator[inspect.Parameter]:
    """All options of a group and of the groups in it."""
    for name, kind in _fields(group).items():
        if _is_group(kind):
            yield from _options(kind)
        else:
            default = group._field_defaults[name]
            only = inspect.Parameter.KEYWORD_ONLY
            yield inspect.Parameter(name, only, default=default, annotation=kind)


def _filled(group: Any, values: Mapping[str, Any]) -> Any:
    """The group with the values of its options."""
    own = {
        name: _filled(kind, values) if _is_group(kind) else values[name]
        for name, kind in _fields(group).items()
    }
    return group(**own)


def _of_system(error: OSError) -> XentError:
    """What the system refuses while no file of the user's is at hand: those know their names."""
    reason = (error.strerror or str(error)).lower()
    hint = "raise the limit, such as: ulimit -n 256" if error.errno in TOO_MANY_FILES else None
    return XentError(f"the system refuses to go on ({reason})", hint=hint)
