"""The losses of a block, and their weights."""

from typing import Any, NamedTuple

import numpy as np

from xentcli.conventions import Rule

Array = np.ndarray[Any, np.dtype[Any]]


def beside(values: Array, factors: Array) -> Array:
    """``factors`` of samples or of elements, with axes added to match ``values``."""
    return factors if factors.ndim >= values.ndim else factors[:, np.newaxis]


class Losses(NamedTuple):
    """Losses, the rule that they were computed by, and their weights.

    ``values`` are ``[m]`` or ``[m, k]`` in float64 or in the convention's type. ``weights`` (None:
    all 1) multiply them, ``shares`` (None: all 1) times weights add up to the divisor of a mean by
    weight, and ``valid`` (None: all) marks the losses that count; each ``[m]`` or the values'
    shape. ``clipped`` marks the values that a bound changed, and ``gradient`` (the scores' shape)
    is the derivative of each loss by the logits, not yet weighted. With very large or small class
    weights, values and gradient are to be multiplied by 2^``power``, and shares by
    2^``share_power``. ``vanished``: some non-zero weight became 0 in the convention's type.
    """

    values: Array
    rule: Rule
    weights: Array | None = None
    shares: Array | None = None
    valid: Array | None = None
    clipped: Array | None = None
    gradient: Array | None = None
    power: int = 0
    share_power: int = 0
    vanished: bool = False

    def shown(self, values: Array) -> Array:
        """``values`` or a gradient times 2^``power``, within the range of float64."""
        if not self.power:
            return values
        with np.errstate(over="ignore", under="ignore"):
            return np.ldexp(values, self.power)
