"""Conventions: which variant of cross-entropy a number is, as data.

A convention is one frozen record; the code that applies it (:mod:`xentcli.losses`) asks the
record's fields and never its name.
"""

from types import MappingProxyType
from typing import Final, NamedTuple


class Convention(NamedTuple):
    """What a library decides on top of the formula.

    ``eps`` is the clip bound on probabilities (0: none), ``renormalise`` whether categorical
    probabilities are divided by their row's sum first, ``dtype`` the arithmetic's type, and
    ``source`` where the rule is written down.
    """

    name: str
    dtype: str
    eps: float
    renormalise: bool
    source: str


CONVENTIONS: Final = MappingProxyType(
    {
        convention.name: convention
        for convention in (
            Convention(
                name="exact",
                dtype="f64",
                eps=0.0,
                renormalise=False,
                source="the definition: -sum y log p, with 0 log 0 = 0 and no clipping",
            ),
        )
    }
)
