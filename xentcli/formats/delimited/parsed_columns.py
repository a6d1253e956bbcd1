"""Columns of a grid of text as numbers, names of classes among them, and the first bad cell."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from xentcli.formats import grammar
from xentcli.formats.classes import Classes
from xentcli.formats.delimited import numbers
from xentcli.formats.delimited.grid import Grid
from xentcli.formats.delimited.numbers import Numbers

Array = np.ndarray[Any, np.dtype[Any]]
Names = Mapping[int, Classes]
"""The classes whose names may stand in a column, by its position."""


class CellFault(NamedTuple):
    """Sorts by its place; ``rank`` decides in one cell."""

    row: int
    column: int
    rank: int
    problem: str
    hint: str | None


class Parsed(NamedTuple):
    """float64 ``[rows, wanted]``; which cells are missing, and which name classes (None: none)."""

    values: Array
    missing: Array | None
    named: Array | None
    faults: list[CellFault]


def parsed(
    table: Grid, wanted: Sequence[int], names: Names, absent: Collection[str] = ()
) -> Parsed:
    """The ``wanted`` columns (positions from 0) of ``table``."""
    rows = len(table.ends)
    groups = list(_together(wanted, names)) if rows else []
    order: Literal["C", "F"] = "F" if max(map(len, groups), default=1) == 1 else "C"
    values = np.empty((rows, len(wanted)), order=order)
    masks: dict[str, Array] = {}
    faults = []
    for places in groups:
        group = [wanted[place] for place in places]
        starts, ends = table.cells(group)
        found = numbers.parse(table.stretch.text, starts, ends)
        if absent:
            found = _without(absent, table.stretch.text, starts, ends, found)
        classes = names.get(group[0])
        if classes is not None:
            found = _looked_up(classes, table.stretch.text, starts, ends, found)
        span: Any = slice(places[0], places[0] + 1) if len(places) == 1 else places
        values[:, span] = found.values.reshape(rows, -1)
        for kind, mask in (("missing", found.missing), ("named", found.named)):
            if mask is not None:
                whole = masks.get(kind)
                masks[kind] = np.zeros(values.shape, bool, order) if whole is None else whole
                masks[kind][:, span] = mask.reshape(rows, -1)
        if found.bad is not None:
            row, column = _first_bad(found.bad.reshape(rows, -1), group)
            cell = row * len(group) + group.index(column)
            texts = _Texts(table.stretch.text, starts, ends)
            faults.append(
                CellFault(row, column, 1, *_problem(texts.at(cell), classes, texts.each()))
            )
    return Parsed(values, masks.get("missing"), masks.get("named"), faults)


def _together(wanted: Sequence[int], names: Names) -> Iterator[list[int]]:
    """The places in ``wanted`` that are parsed at once.

    Labels, which may be names, stand alone: most are a matter of one byte each. The others go
    together, for a parse costs some seventy calls of NumPy however few cells it is of.
    """
    rest = []
    for place, column in enumerate(wanted):
        if column in names:
            yield [place]
        else:
            rest.append(place)
    if rest:
        yield rest


class _Texts(NamedTuple):
    """Cells, decoded when they are asked for."""

    text: Array
    starts: Array
    ends: Array

    def at(self, cell: int) -> str:
        return _decoded(self.text[self.starts[cell] : self.ends[cell]].tobytes())

    def each(self) -> Iterator[str]:
        return map(self.at, range(len(self.starts)))


class _Memo(dict[bytes, float]):
    """The classes' numbers by cell, NaN for what names none."""

    def __init__(self, classes: Classes) -> None:
        self._classes = classes

    def __missing__(self, cell: bytes) -> float:
        number = self._classes.find(_decoded(cell))
        self[cell] = float("nan") if number is None else float(number)
        return self[cell]


def _looked_up(
    classes: Classes, text: Array, starts: Array, ends: Array, found: Numbers
) -> Numbers:
    """``found`` with the numbers of classes where cells are no numbers but their names."""
    unclear = ~np.isfinite(found.values) if classes.plain else found.bad
    if unclear is None or not classes.levels[0] or not unclear.any():
        return found
    at = np.flatnonzero(unclear)
    starts, ends = starts[at], ends[at]
    low = int(starts.min())
    raw = text[low : int(ends.max())].tobytes()
    known = _Memo(classes)
    spans = zip((starts - low).tolist(), (ends - low).tolist(), strict=True)
    classed = np.fromiter((known[raw[start:end]] for start, end in spans), np.float64, len(at))
    hit = ~np.isnan(classed)
    at = at[hit]
    found.values[at] = classed[hit]
    named = np.zeros(len(found.values), bool)
    named[at] = True
    missing, bad = (
        None if mask is None or not (left := mask & ~named).any() else left
        for mask in (found.missing, found.bad)
    )
    return Numbers(found.values, missing, bad, named if at.size else None)


def _without(
    absent: Collection[str], text: Array, starts: Array, ends: Array, found: Numbers
) -> Numbers:
    """``found`` with the cells missing that are one of the words ``absent``."""
    if found.bad is None:
        return found
    at = np.flatnonzero(found.bad)
    words = [_decoded(text[starts[i] : ends[i]].tobytes()).strip(" \t") for i in at.tolist()]
    gone = np.zeros(len(found.values), bool)
    gone[at] = [word in absent for word in words]
    bad = found.bad & ~gone
    missing = gone if found.missing is None else found.missing | gone
    return found._replace(missing=missing, bad=bad if bad.any() else None)


def _first_bad(bad: Array, columns: list[int]) -> tuple[int, int]:
    row = int(np.argmax(bad.any(axis=1)))
    return row, min(columns[i] for i in np.flatnonzero(bad[row]).tolist())


def _problem(text: str, classes: Classes | None, among: Iterable[str]) -> tuple[str, str | None]:
    """What is wrong with a cell ``among`` others, and a hint."""
    try:
        grammar.classify(text)
    except grammar.BadCellError as error:
        if classes is None:
            return error.problem, error.hint
        return classes.refusal(text, error, among)
    raise AssertionError(text)


def _decoded(cell: bytes) -> str:
    return cell.decode("utf-8", "replace").replace('""', '"')
