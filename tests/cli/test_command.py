"""Commands: options are fields of groups, declared once and read under the same name."""

import inspect
from collections import Counter
from typing import Annotated, NamedTuple

import pytest

from xentcli.cli.app import COMMANDS
from xentcli.cli.command import OUTPUT, Command, option


class Inner(NamedTuple):
    size: Annotated[int, option(OUTPUT, "--size")] = 3


class Outer(NamedTuple):
    inner: Inner
    name: Annotated[str | None, option(OUTPUT, "--name")] = None  # type: ignore[misc]


class Beside(NamedTuple):
    deep: Annotated[bool, option(OUTPUT, "--deep")] = False


def test_groups_are_filled_with_their_options() -> None:
    def run(outer: Outer, beside: Beside) -> int:
        assert outer == Outer(Inner(7), "x")
        assert beside == Beside(True)
        return 5

    assert Command(run, "").function()(size=7, name="x", deep=True) == 5


def test_typer_sees_each_option_with_its_default() -> None:
    def run(outer: Outer, beside: Beside) -> int:
        return 0

    parameters = inspect.signature(Command(run, "text").function()).parameters
    assert {name: each.default for name, each in parameters.items()} == {
        "size": 3,
        "name": None,
        "deep": False,
    }
    assert Command(run, "text").function().__doc__ == "text"


@pytest.mark.parametrize("name", COMMANDS)
def test_no_option_of_a_command_is_declared_twice(name: str) -> None:
    parameters = inspect.signature(COMMANDS[name].function()).parameters.values()
    words = Counter(
        word
        for each in parameters
        for word in (each.annotation.__metadata__[0].default, *_others(each.annotation))
        if isinstance(word, str)
    )
    assert set(words.values()) <= {1}


def _others(annotation: object) -> tuple[str, ...]:
    return tuple(annotation.__metadata__[0].param_decls or ())  # type: ignore[attr-defined]
