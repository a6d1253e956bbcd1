"""Roles: what the arrays and columns of a input are for, declared here and nowhere else.

A role's name is also that of its value in Input. Pure Python, for completion uses it too.
"""

from collections.abc import Collection, Sequence
from typing import Final

from xentcli.blocks.input import Input
from xentcli.formats.classes import Classes
from xentcli.formats.columns import Meaning

ROLES: Final = ("labels", "scores", "weights", "mask")
"""All roles; where two cells of one row are at fault, the first role's is named."""

TEXTS: Final = ("id", "by")
"""Roles of columns that are text and never an array of numbers."""

FLAGS: Final = frozenset({"labels", "mask"})
"""Roles in which ``true`` and ``false`` may stand for 1 and 0."""


def given(input: Input, roles: Sequence[str] = ROLES) -> dict[str, str]:
    """The values of the options that were given, by role.

    >>> given(Input("bce", labels="y", probs="p_*"))
    {'labels': 'y', 'scores': 'p_*'}
    """
    values: dict[str, str | None] = {role: getattr(input, role) for role in roles}
    return {role: value for role, value in values.items() if value is not None}


def option(input: Input, role: str) -> str:
    """The option that gives ``role``.

    >>> option(Input("bce", probs="p_*"), "scores")
    '--probs'
    """
    return f"--{input.scale or 'logits'}" if role == "scores" else f"--{role}"


def meaning(role: str, classes: Classes, absent: Collection[str] = ()) -> Meaning:
    """What may stand for numbers in ``role``."""
    return Meaning(role in FLAGS, classes if role == "labels" else None, absent)
