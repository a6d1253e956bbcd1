"""Arrays: written in an option's value, or in the file that ``@FILE`` names.

``1,0,1`` is a row of numbers, ``1,0;0,1`` are two, ``[[1,0],[0,1]]`` is JSON;
``@FILE#SELECTOR`` picks columns, keys or ``.npz`` members.
"""

import os
from dataclasses import replace

import numpy as np

from xentcli.errors import InputError
from xentcli.job import STDIN, Job
from xentcli.readers import grammar, in_memory, json, numpy_files
from xentcli.readers.columns import Selection, resolve
from xentcli.readers.rows import Cells, Place
from xentcli.readers.source import format_of, opened
from xentcli.readers.tables import open_table


def is_array(value: str) -> bool:
    """Whether an option's value is an array and not a choice of columns.

    >>> is_array("1,0,1"), is_array("[1, 0]"), is_array("@y.npy"), is_array("logit_*")
    (True, True, True, False)
    """
    if value.startswith(("@", "[")):
        return True
    pieces = value.replace(";", ",").split(",")
    return any(_is_number(piece) for piece in pieces) and ".." not in value


def _is_number(text: str) -> bool:
    try:
        return grammar.classify(text) is not None
    except ValueError:
        return False


def array(job: Job, option: str, value: str) -> Cells:
    """The array that ``option`` was given, as typed or from the file that it names."""
    if value.startswith("@"):
        return _from_file(job, option, value[1:])
    if value.startswith("["):
        return _from_json(option, value)
    return _from_text(option, value)


def _from_json(option: str, value: str) -> Cells:
    nested = json.parsed(value, option)
    return json.numbers(
        nested,
        lambda *index: Place(option, item="".join(f"[{i}]" for i in index)),
        scores=option != "--labels",
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


def _from_file(job: Job, option: str, reference: str) -> Cells:
    path, selector = _split_reference(reference)
    scores = option != "--labels"
    with opened(path) as source:
        name = source.source
        kind = format_of(path, source, job.input_format if path == STDIN else None)
        if kind == "npy" and not selector:
            return in_memory.array_cells(
                numpy_files.load_npy(source, source.plain_size, name), Place(name), scores=scores
            )
        if kind == "json" and not selector:
            return in_memory.array_cells(json.document(source), Place(name), scores=scores)
        table = open_table(replace(job, input_format=kind), path, source)
        header = table.header
        picked = resolve(selector, option, header) if selector else tuple(range(header.width))
        if not selector and header.width > 1 and isinstance(table, in_memory.ArrayTable):
            problem = f"holds {header.width} arrays"
            hint = f"pick one, such as {option} @{name}#{header.name(0)}"
            raise InputError(problem, source=name, hint=hint)
        selection = Selection(labels=None, scores=picked, weights=None, scale="logits")
        return _joined([s.cells(picked, scores=scores) for s in table.stretches(selection)])


def _split_reference(reference: str) -> tuple[str, str]:
    if "#" not in reference or os.path.exists(reference):
        return reference, ""
    path, _, selector = reference.rpartition("#")
    return path, selector


def _joined(pieces: list[Cells]) -> Cells:
    if len(pieces) == 1:
        return pieces[0]
    missing = None
    if any(piece.missing is not None for piece in pieces):
        missing = np.concatenate(
            [
                np.zeros(piece.values.shape, bool) if piece.missing is None else piece.missing
                for piece in pieces
            ]
        )
    return Cells(np.concatenate([piece.values for piece in pieces]), missing)
