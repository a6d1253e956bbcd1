"""Arrays written in an option's value.

``1,0,1`` is a row of numbers, ``1,0;0,1`` are two, ``[[1,0],[0,1]]`` is JSON; ``@FILE`` stands
for an array in a file (:mod:`xentcli.readers.references`). What arrays alone don't need is
imported where it is used: they should answer at once.
"""

from collections.abc import Iterator, Mapping

import numpy as np

from xentcli.errors import InputError
from xentcli.job import Job, Layout
from xentcli.readers import grammar
from xentcli.readers.roles import FLAGS, option
from xentcli.readers.rows import Cells, Place, Rows


def is_array(value: str) -> bool:
    """Whether an option's value is an array and not a choice of columns.

    >>> is_array("1,0,1"), is_array("[1, 0]"), is_array("@y.npy"), is_array("logit_*")
    (True, True, True, False)
    """
    if value.startswith(("@", "[")):
        return True
    words = value.split()
    if len(words) > 1 and all(_is_number(word) for word in words):
        return True  # a slip that the array's own message names
    pieces = value.replace(";", ",").split(",")
    return any(_is_number(piece) for piece in pieces) and ".." not in value


def _is_number(text: str) -> bool:
    try:
        return grammar.classify(text) is not None
    except ValueError:
        return False


def array(job: Job, role: str, value: str) -> Cells:
    """The array that ``role`` was given, as typed or from the file that it names."""
    if value.startswith("@"):
        from xentcli.readers.references import referenced

        return referenced(job, role, value[1:])
    if value.startswith("["):
        return _from_json(option(job, role), value, flags=role in FLAGS)
    return _from_text(option(job, role), value)


def _from_json(option: str, value: str, *, flags: bool) -> Cells:
    from xentcli.readers import json

    nested = json.parsed(value, option)
    return json.numbers(
        nested,
        lambda *index: Place(option, item="".join(f"[{i}]" for i in index)),
        flags=flags,
    )


def _from_text(option: str, value: str) -> Cells:
    rows = [row.split(",") for row in value.removesuffix(";").split(";")]
    numbers: list[list[float]] = []
    for index, row in enumerate(rows):
        place = f"row {index + 1}, " if len(rows) > 1 else ""
        if len(row) != len(rows[0]):
            problem = f"has {len(row)} values where the first row has {len(rows[0])}"
            raise InputError(problem, source=option, item=f"row {index + 1}")
        numbers.append(
            [_number(cell, option, f"{place}value {i + 1}") for i, cell in enumerate(row)]
        )
    values = np.array(numbers if ";" in value else numbers[0], np.float64)
    missing = np.array([[grammar.is_missing(cell) for cell in row] for row in rows])
    return Cells(values, missing.reshape(values.shape) if missing.any() else None)


def _number(cell: str, option: str, item: str) -> float:
    try:
        value = grammar.classify(cell)
    except ValueError as error:
        raise InputError(str(error), source=option, item=item) from None
    return float("nan") if value is None else value


def bare(job: Job, arrays: Mapping[str, Cells]) -> Iterator[Rows]:
    """Arrays of the command line alone; ``arrays`` by role."""
    assert job.scale is not None
    yield Rows(
        arrays,
        Layout(source="the arrays", scale=job.scale, outputs=None),
        place=lambda role, row, _: Place(option(job, role), item=f"sample {row + 1}"),
        explicit=False,
    )
