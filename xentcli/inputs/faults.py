"""Faults in values: the first offending number of a role, and what is wrong with it."""

import math
from typing import Final, NamedTuple

import numpy as np

from xentcli.formats.cells import Array

FILL_IT: Final = "fill it, or leave such rows out with --missing skip"
IS_NAN: Final = "where it stands for a missing value, leave such rows out with --missing skip"
ROUNDING: Final = 8
"""Units in the last place by which rounding may push a probability out of [0, 1]: a softmax in
float32 sums to 1 give or take a few."""


LOG_TOLERANCE: Final = 1e-3
"""How far from 1 the probabilities of a row may sum whose logarithms have few digits."""


class Fault(NamedTuple):
    """A cell that cannot be used: ``row`` and ``column`` (-1: all of the row) within the role's
    values."""

    row: int
    column: int
    role: str
    problem: str
    hint: str | None = None


def within(values: Array, low: float, high: float) -> bool:
    """Whether all values lie in [low, high]; two fast passes, and False for NaN."""
    return not values.size or bool(values.min() >= low and values.max() <= high)


def spread(valid: Array, values: Array) -> Array:
    """What holds for samples, in a shape that goes with ``values`` of their elements."""
    return valid if valid.ndim == values.ndim else valid[:, None]


def first(bad: Array | None, role: str, problem: str, hint: str | None = None) -> Fault | None:
    """The fault of the first cell that is marked ``bad``."""
    if bad is None or not bad.any():
        return None
    flat = int(np.argmax(bad))
    row, column = divmod(flat, bad.shape[1]) if bad.ndim > 1 else (flat, 0)
    return Fault(row, column, role, problem, hint)


def first_value(
    values: Array, bad: Array, role: str, problem: str, hint: str | None = None
) -> Fault | None:
    """The same, with the value where ``problem`` has braces."""
    fault = first(bad, role, problem, hint)
    if fault is None:
        return None
    cell = values[fault.row] if values.ndim == 1 else values[fault.row, fault.column]
    hint = IS_NAN if math.isnan(cell) else hint
    return fault._replace(problem=problem.format(f"{float(cell):.15g}"), hint=hint)


def weight_fault(values: Array) -> Fault | None:
    """Weights are finite and not negative."""
    if within(values, 0, math.inf) and values.max(initial=0) < math.inf:
        return None
    bad = ~(np.isfinite(values) & (values >= 0))
    return first_value(values, bad, "weights", "weight {} is not a number >= 0")


def mask_fault(values: Array) -> Fault | None:
    """A mask says 1 for what counts and 0 for what does not."""
    bad = (values != 0) & (values != 1)
    hint = "1 counts, 0 is left out; for other numbers use --weights"
    return first_value(values, bad, "mask", "mask value {} is neither 0 nor 1", hint)


def rounding(values: Array) -> float:
    """How far outside [0, 1] probabilities may lie by rounding: of text that of float32."""
    kind = values.dtype if values.dtype == np.float16 else np.float32
    return ROUNDING * float(np.finfo(kind).eps)


def probability_fault(values: Array) -> Fault | None:
    """Probabilities lie in [0, 1], or are NaN."""
    if within(values, 0, 1):
        return None
    bad = (values < 0) | (values > 1)
    beyond = first(bad, "scores", "")
    if beyond is None:
        return None
    hint = "if these are logits, say --logits"
    over = rounding(values)
    if within(values[bad], -over, 1 + over):
        hint = "that is rounding: --eps 1e-7 takes it for the nearest one inside"
    elif are_logs(values):
        hint = "these are logarithms of probabilities: say --logits, which gives the same loss"
    elif within(values, 0, 100):
        hint += "; if percentages, divide them by 100"
    return first_value(values, bad, "scores", "probability {} is outside [0, 1]", hint)


def are_logs(values: Array) -> bool:
    """Whether rows of scores are logarithms of probabilities of classes.

    Of all other scores the first row tells it nearly always.
    """
    if values.ndim < 2 or values.shape[1] < 2 or not len(values):
        return False
    if not abs(float(np.exp(np.minimum(values[0], 0)).sum()) - 1) <= LOG_TOLERANCE:
        return False
    return within(values, -math.inf, 0) and within(
        np.exp(values).sum(axis=1), 1 - LOG_TOLERANCE, 1 + LOG_TOLERANCE
    )
