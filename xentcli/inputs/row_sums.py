"""Rows of class probabilities sum to 1, but for rounding; others have to be asked for.

Two columns that are no classes of one variable, or that lack a third, would give a number that
looks like a loss. What rounding explains is known from the digits that the numbers of a row need,
and from the type that they are stored in.
"""

from typing import Any, Final, NamedTuple

import numpy as np

from xentcli.blocks.input import Input
from xentcli.blocks.layout import Layout
from xentcli.errors import OptionError
from xentcli.formats import grammar
from xentcli.formats.cells import Array, Cells
from xentcli.inputs.faults import Fault

_POWERS: Final = np.array([float(f"1e{power}") for power in range(-20, 1)])
_MOST_PLACES: Final = 15
_COARSEST: Final = 0.1
_OF_ENDS: Final = 0.01
_WHOLE_ROW: Final = -1


class Rows(NamedTuple):
    """Probabilities as they are to be used, their sums, and the first row that cannot be."""

    probs: Array
    sums: Array | None = None
    fault: Fault | None = None


def are_classes(layout: Layout) -> bool:
    """Whether rows of scores are probabilities that exclude each other."""
    return layout.scale == "probs" and layout.loss == "ce" and (layout.outputs or 1) > 1


def refuse_for_others(input: Input, layout: Layout) -> None:
    """OptionError where ``--renormalise`` or ``--as-is`` is said of other scores."""
    if input.sums in ("renormalise", "as-is") and not are_classes(layout):
        what = "logits" if layout.scale == "logits" else "probabilities of one outcome each"
        problem = f"--{input.sums} is of rows of class probabilities, and these are {what}"
        raise OptionError(problem, hint="leave it out")


@np.errstate(over="ignore", invalid="ignore")
def summed(input: Input, probs: Array, given: Cells, counted: Array | None) -> Rows:
    """Rows ``probs`` ``[m, k]`` by the job's wish; ``given`` says how they were written.

    ``counted`` (None: all) are those that matter. Rows with a NaN are left to the loss,
    and numbers that are not probabilities to their own error: they may overflow here.
    """
    sums = probs.sum(axis=1)
    if input.sums == "renormalise":
        return _renormalised(probs, sums, counted)
    if input.sums != "check":
        return Rows(probs, sums)
    off = np.abs(sums - 1)
    slack = _slack(probs.shape[1], given.values.dtype)
    odd = off > slack
    if counted is not None:
        odd &= counted
    if not odd.any():
        return Rows(probs, sums)
    at = np.flatnonzero(odd)
    unexplained = off[at] > slack + _rounding(probs[at], _float(given.values.dtype))
    if not unexplained.any():
        return Rows(probs, sums)
    first = int(at[np.argmax(unexplained)])
    return Rows(probs, sums, _fault(input, first, float(sums[first])))


def _renormalised(probs: Array, sums: Array, counted: Array | None) -> Rows:
    empty = sums <= 0
    if counted is not None:
        empty &= counted
    if empty.any():
        problem = "probabilities sum to 0, so they cannot be divided by their sum"
        return Rows(probs, sums, Fault(int(np.argmax(empty)), _WHOLE_ROW, "scores", problem))
    return Rows(probs / np.where(sums > 0, sums, 1)[:, np.newaxis])


def _slack(classes: int, kind: np.dtype[Any]) -> float:
    """What arithmetic in the type of the numbers may add up to; float64 often was float32 once."""
    rough = _float(kind).itemsize < 4
    return (classes + 8) * float(np.finfo(kind if rough else np.float32).eps)


def _float(kind: np.dtype[Any]) -> np.dtype[Any]:
    """The type in which numbers of the type ``kind`` are probabilities."""
    return kind if kind.kind == "f" else np.dtype(np.float64)


def _rounding(rows: Array, kind: np.dtype[Any]) -> Array:
    """Half a unit of the last digit of each number in ``rows``, summed by row.

    Numbers of a row have as many digits behind the point, or significant ones, as any of the row
    needs in the type ``kind``: zeros at the end need not be there. No other row has a say, so it
    does not matter which rows stand in one file, in which order and in which format.

    0 and 1 are written as they are whatever the digits of the others: they hide half a hundredth at
    the most, a 0 in sums below 1 only and a 1 in sums above. Numbers of one digit, k of them, hide
    no more than the root of k units, for their errors hardly all go one way.
    """
    decimals = _decimals(rows, kind)
    leading = np.searchsorted(_POWERS, rows, "right") - 1
    power = leading + 1 - len(_POWERS)
    significant = np.where(leading >= 0, decimals + power + 1, 1).max(axis=1, keepdims=True)
    unit = np.where(leading >= 0, 10.0 ** (power + 1 - np.maximum(1, significant)), 0)
    unit = np.maximum(unit, 10.0 ** -decimals.max(axis=1, keepdims=True))
    below = rows.sum(axis=1, keepdims=True) < 1
    unit = np.where(np.where(below, rows == 1, rows == 0), 0, np.minimum(unit, _COARSEST))
    unit = np.where((rows == 0) | (rows == 1), np.minimum(unit, _OF_ENDS), unit)
    coarse = unit == _COARSEST
    count = np.count_nonzero(coarse, axis=1)
    fine = 0.5 * np.where(coarse, 0, unit).sum(axis=1)
    return np.asarray(fine + _COARSEST * np.minimum(count / 2, np.sqrt(count)))


def _decimals(rows: Array, kind: np.dtype[Any]) -> Array:
    """How many digits behind the point each number needs to be told from its neighbours.

    A whole number over a power of ten is rounded once, as a decimal that is read is.
    """
    found = np.zeros(rows.shape)
    open_, exact = np.flatnonzero(np.isfinite(rows)), rows.ravel()
    for places in range(_MOST_PLACES + 1):
        numbers = exact[open_]
        short = np.rint(numbers * 10.0**places) / 10.0**places
        found.ravel()[open_] = places
        open_ = open_[short.astype(kind) != numbers]
    for at in open_.tolist():
        found.ravel()[at] = max(0, grammar.digits([str(kind.type(exact[at]))])[0])
    return found


def _fault(input: Input, row: int, total: float) -> Fault:
    problem = f"probabilities sum to {total:.10g}, which rounding of their digits does not explain"
    hint = "divide each row by its sum with --renormalise, or take them --as-is"
    divide = input.policy.divides
    if divide:
        hint += f" ({', '.join(divide)} "
        hint += "divides them itself)" if len(divide) == 1 else "divide them themselves)"
    return Fault(row, _WHOLE_ROW, "scores", problem, hint)
