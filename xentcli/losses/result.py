"""What is found for a block: losses, and what each of them counts for."""

from typing import Any, NamedTuple

import numpy as np

from xentcli.conventions import Rule

Array = np.ndarray[Any, np.dtype[Any]]


def beside(values: Array, factors: Array) -> Array:
    """``factors`` of samples or of elements, with the axes that ``values`` has more."""
    return factors if factors.ndim >= values.ndim else factors[:, np.newaxis]


class Losses(NamedTuple):
    """Losses, the rule that they were computed by, and what each of them counts for.

    ``values`` ``[m]`` or ``[m, k]`` in float64 or in the convention's type; ``weights`` (None:
    all 1) multiply them, ``shares`` (None: all 1) times weights are what a mean by weight divides
    by, and ``valid`` (None: all) says which count at all; each ``[m]`` or the values' shape.
    ``clipped`` marks the values that a bound changed, and ``gradient`` (the scores' shape) is
    the derivative of each loss by the logits, not yet weighted. Where weights of classes are very
    large or small, the losses and derivatives are values and gradient times 2^``power``, and
    shares are to be taken times 2^``share_power``. ``vanished``: in the convention's type some
    weight is 0 that was not.
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
        """``values`` or a gradient as float64 holds them: times 2^``power``."""
        if not self.power:
            return values
        with np.errstate(over="ignore", under="ignore"):
            return np.ldexp(values, self.power)
