"""Nested lists, as JSON and options give them, as arrays of numbers or columns of text."""

import json
from collections.abc import Callable
from itertools import chain
from typing import Any, Final

import numpy as np

from xentcli.blocks.text_column import TextColumn
from xentcli.errors import InputError
from xentcli.formats.cells import Array, Cells, Place
from xentcli.formats.classes import Classes
from xentcli.formats.columns import Meaning
from xentcli.formats.grammar import placeholder

MOST_AXES: Final = 8


class Constant(float):
    """NaN or Infinity as written, told apart from a literal such as 1e999 that overflowed."""


class Literal(float):
    """A number that knows how it was written."""

    def __new__(cls, text: str) -> "Literal":
        """A float that is ``text``."""
        number = super().__new__(cls, text)
        number.text = text
        return number

    text: str


def numbers(values: list[Any], at: Callable[..., Place], means: Meaning) -> Cells:
    """A rectangular nested list as an array; ``at(i, j, …)`` is the place of an item."""
    shape, level = rectangle(values, at)

    def place(index: int) -> dict[str, Any]:
        return at(*map(int, np.unravel_index(index, shape)))._asdict()

    if means.absent:
        words = {str, bool}
        level = [
            None if type(item) in words and _text(item).strip() in means.absent else item
            for item in level
        ]
    named = None
    if means.classes is not None:
        kinds: set[type] = {str} if means.classes.flags is None else {str, bool}
        if any(type(item) in kinds for item in level):
            level, named = _looked_up(level, means.classes, kinds, place)
    allowed = {float, Literal, Constant, type(None)} | ({bool} if means.flags else set())
    if not set(map(type, level)) <= allowed:
        index = next(i for i, item in enumerate(level) if type(item) not in allowed)
        hint = placeholder(level[index]) if type(level[index]) is str else None
        raise InputError(f"not a number: {_shown(level[index])}", hint=hint, **place(index))
    array = _typed(level)
    for index in np.flatnonzero(np.isinf(array)).tolist():
        if type(level[index]) is not Constant:
            raise InputError("a number too large for float64", **place(index))
    missing = np.array([item is None for item in level]) if None in level else None
    return Cells(array, missing, named).map(lambda own: own.reshape(shape))


def _typed(level: list[Any]) -> Array:
    """Items as an array: truth values stay what they are where nothing else stands among them."""
    kinds = set(map(type, level))
    if bool in kinds and kinds <= {bool, type(None)}:
        return np.array([item is True for item in level])
    return np.array(level, np.float64)


def _looked_up(
    level: list[Any], classes: Classes, kinds: set[type], place: Callable[[int], dict[str, Any]]
) -> tuple[list[Any], Array]:
    """``level`` with the numbers of classes for their names, and where those stood.

    ``kinds`` are the types of names; ``true`` and ``false`` may be two of them.
    """
    names = [_text(item) if type(item) in kinds else None for item in level]
    known = {name: classes.find(name) for name in names if name is not None}
    for index, name in enumerate(names):
        if name is not None and known[name] is None:
            problem, hint = classes.refusal(name, among=filter(None, names))
            raise InputError(problem, hint=hint, **place(index))
    pairs = zip(names, level, strict=True)
    numbered = [item if name is None else float(known[name] or 0) for name, item in pairs]
    return numbered, np.array([name is not None for name in names])


def texts(values: list[Any], at: Callable[..., Place]) -> TextColumn:
    """A list of scalars as text: strings as they are, numbers as they were written."""
    for index, value in enumerate(values):
        if type(value) in (list, dict):
            raise InputError(f"not text: {_shown(value)}", **at(index)._asdict())
    return TextColumn.of(list(map(_text, values)))


def _text(value: Any) -> str:
    if type(value) is str:
        return value
    if value is None:
        return ""
    return value.text if type(value) is Literal else json.dumps(value)


def rectangle(values: list[Any], at: Callable[..., Place]) -> tuple[list[int], list[Any]]:
    """The shape of a nested list, and its items one after the other."""
    shape = [len(values)]
    level: list[Any] = values
    while any(type(item) is list for item in level):
        level = _without_null_rows(level)
        width = next(len(item) for item in level if type(item) is list)
        for index, item in enumerate(level):
            if type(item) is not list or len(item) != width:
                found = f"has {len(item)}" if type(item) is list else "is not an array"
                place = at(*map(int, np.unravel_index(index, shape)))
                problem = f"{found} where {width} values belong"
                raise InputError(problem, **place._asdict(), hint="rows must be of one length")
        shape.append(width)
        if len(shape) > MOST_AXES:
            raise InputError("is nested too deeply", **at(0)._asdict())
        level = list(chain.from_iterable(level))
    return shape, level


def _without_null_rows(level: list[Any]) -> list[Any]:
    if None not in level:
        return level
    width = next(len(item) for item in level if type(item) is list)
    return [[None] * width if item is None else item for item in level]


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "an array"
    text = json.dumps(value)
    return text if len(text) <= 40 else text[:37] + "..."
