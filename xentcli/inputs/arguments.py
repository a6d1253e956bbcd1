"""Arrays written in an option's value.

``1,0,1`` is a row of numbers, ``1,0;0,1`` are two, ``[[1,0],[0,1]]`` is JSON; ``@FILE`` stands
for an array in a file (:mod:`xentcli.inputs.array_files`). What arrays alone don't need is
imported where it is used: they should answer at once.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import NamedTuple

import numpy as np

from xentcli.blocks.input import Input
from xentcli.blocks.layout import Layout
from xentcli.blocks.split import Split
from xentcli.errors import InputError
from xentcli.formats import grammar
from xentcli.formats.cells import Cells, Numbers, Place, in_memory, is_called
from xentcli.formats.classes import NO_CLASSES, WORDS, Classes
from xentcli.formats.columns import Meaning
from xentcli.inputs.class_options import known, of_columns
from xentcli.inputs.roles import meaning, option
from xentcli.inputs.rows import Unread


def is_array(value: str, classes: Classes = NO_CLASSES) -> bool:
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
    if any(classes.find(piece) is not None for piece in pieces):
        return True
    return any(_is_number(piece) for piece in pieces) and ".." not in value


def _is_number(text: str) -> bool:
    try:
        return grammar.classify(text) is not None
    except ValueError:
        return False


def array(input: Input, role: str, value: str) -> Cells:
    """The array that ``role`` was given, as typed or from the file that it names."""
    with ExitStack() as kept:
        return in_memory(arrays(input, {role: value}, kept)[0][role])


def _names_first(values: Mapping[str, str]) -> list[str]:
    """The roles in the order of reading: labels may be what columns of scores are called."""
    if values.get("labels", "").endswith(".npy"):  # numbers alone
        return list(values)
    return sorted(values, key=lambda role: role != "scores")


def arrays(
    input: Input, values: Mapping[str, str], kept: ExitStack
) -> tuple[dict[str, Numbers], Classes]:
    """The arrays that roles were given, and the classes whose names labels may be.

    Arrays stay in their files where they can, which are open until ``kept`` is closed.
    """
    found: dict[str, Numbers] = {}
    classes = known(input)
    for role in _names_first(values):
        value = values[role]
        names: Sequence[str] = ()
        means = meaning(role, classes, input.missing_values)
        if value.startswith("@"):
            from xentcli.inputs.array_files import referenced

            found[role], names = referenced(input, role, value[1:], means, kept)
        elif value.startswith("["):
            found[role] = _from_json(option(input, role), value, means)
        else:
            found[role] = _from_text(option(input, role), value, means)
        if role == "scores" and not classes.declared:
            found_classes = of_columns(input, names)
            classes = found_classes if found_classes.names else WORDS
    return {role: found[role] for role in values}, classes


def _from_json(option: str, value: str, means: Meaning) -> Cells:
    from xentcli.formats.json import nested_lists, records

    values = records.parsed(value, option)
    return nested_lists.numbers(
        values, lambda *index: Place(option, item="".join(f"[{i}]" for i in index)), means
    )


def _from_text(option: str, value: str, means: Meaning) -> Cells:
    rows = [row.split(",") for row in value.removesuffix(";").split(";")]
    cells: list[_Cell] = []
    for index, row in enumerate(rows):
        place = f"row {index + 1}, " if len(rows) > 1 else ""
        if len(row) != len(rows[0]):
            problem = f"has {len(row)} values where the first row has {len(rows[0])}"
            raise InputError(problem, source=option, item=f"row {index + 1}")
        cells += [_cell(own, option, f"{place}value {i + 1}", means) for i, own in enumerate(row)]
    shape = (len(rows), len(rows[0])) if ";" in value else (len(cells),)
    masks = ([cell.missing for cell in cells], [cell.named for cell in cells])
    missing, named = (np.array(mask).reshape(shape) if any(mask) else None for mask in masks)
    values = np.array([cell.value for cell in cells], np.float64).reshape(shape)
    return Cells(values, missing, named)


class _Cell(NamedTuple):
    value: float
    missing: bool = False
    named: bool = False


def _cell(text: str, option: str, item: str, means: Meaning) -> _Cell:
    if text.strip(" \t") in means.absent:
        return _Cell(math.nan, missing=True)
    classes = means.classes
    try:
        value = grammar.classify(text)
        refused = None
    except grammar.BadCellError as error:
        value, refused = None, error
    if classes is not None and (value is None or not math.isfinite(value)):
        number = classes.find(text)
        if number is not None:
            return _Cell(number, named=True)
    if refused is not None:
        problem, hint = refused.problem, refused.hint
        if classes is not None:
            problem, hint = classes.refusal(text, refused)
        raise InputError(problem, source=option, item=item, hint=hint)
    return _Cell(math.nan, missing=True) if value is None else _Cell(value)


def bare(
    input: Input, split: Split, arrays: Mapping[str, Numbers], classes: Classes | None = None
) -> Iterator[Unread]:
    """Arrays of the command line alone; ``arrays`` by role.

    ``classes`` are those whose names labels may be (None: as nothing but options says).
    """
    assert input.scale is not None
    classes = known(input) if classes is None else classes
    remarks = classes.remarks(input.scale)
    if not split.start and sum(bool(own.provenance.source) for own in arrays.values()) > 1:
        from xentcli.inputs.shared_keys import arrays_compared

        remarks += arrays_compared(input, arrays)
    layout = Layout("the arrays", input.scale, outputs=None, remarks=remarks)
    yield Unread(
        arrays,
        layout._replace(classes=classes.in_use(called=is_called(arrays["labels"]))),
        classes,
        place=lambda role, row, _: Place(option(input, role), item=f"sample {row + 1}"),
        explicit=False,
        start=split.start,
        stop=split.stop,
    )
