"""A header of many columns: what is done grows as it does, not as its square.

Nothing is timed: calls of functions and comparisons of names are counted, for a header and for
one four times as wide.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from xentcli.blocks.input import Input
from xentcli.errors import InputError, OptionError
from xentcli.formats.classes import NO_CLASSES
from xentcli.formats.columns import Header
from xentcli.formats.delimited.header import has_header
from xentcli.inputs.picks import picks_of
from xentcli.inputs.selectors import select

FEW, MANY = 300, 1200


class Name(str):
    """A name that counts how often it is compared."""

    compared = 0

    def __eq__(self, other: object) -> bool:
        Name.compared += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


@contextmanager
def counted() -> Iterator[list[int]]:
    """A list that holds how many calls and comparisons there were in the end."""
    found = [0]

    def count(frame: Any, event: str, argument: object) -> None:
        found[0] += event in ("call", "c_call")

    Name.compared = 0
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield found
    finally:
        sys.setprofile(before)
        found[0] += Name.compared


def names(width: int) -> list[str]:
    return [f"p_{number}" for number in range(width)]


def selected(width: int, *more: str, loss: Any = "ce", **options: Any) -> None:
    columns = tuple(map(Name, ["label", *names(width), *more]))
    select(Input(loss, **options), Header(columns, len(columns), "a.csv"))


def listed(width: int) -> None:
    selected(width, labels="label", probs=",".join(names(width)))


def line_1(width: int) -> None:
    picks = picks_of({"labels": ":1", "scores": f":2..{width + 1}"}, NO_CLASSES)
    has_header(["label", *names(width)], "a.csv", picks)


CASES: dict[str, Callable[[int], None]] = {
    "found by name": selected,
    "pattern": lambda width: selected(width, labels="label", probs="p_*"),
    "range": lambda width: selected(width, labels="label", probs=f"p_0..p_{width - 1}"),
    "positions": lambda width: selected(width, labels=":1", probs=f":2..{width + 1}"),
    "listed": listed,
    "one twice": lambda width: selected(width, f"p_{width - 1}"),
    "one listed twice": lambda width: selected(
        width, labels="label", probs=",".join([*names(width), "p_0"])
    ),
    "no such column": lambda width: selected(width, labels="label", probs="q_1"),
    "two families": lambda width: selected(width, *(f"prob{i}" for i in range(width))),
    "line 1": line_1,
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_done_grows_as_the_header_does(case: str) -> None:
    done = []
    for width in (FEW, MANY):
        with counted() as found, suppress(InputError, OptionError):
            CASES[case](width)
        done.append(found[0])
    few, many = done
    assert few > FEW
    assert many < 6 * few
