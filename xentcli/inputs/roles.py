"""Roles: what the arrays and columns of a job are for, declared here and nowhere else.

A role's name is also that of its value in Job. Pure Python, for completion uses it too.
"""

from collections.abc import Collection, Sequence
from typing import Final

from xentcli.formats.cells import Meaning
from xentcli.formats.classes import Classes
from xentcli.job import Job

ROLES: Final = ("labels", "scores", "weights", "mask")
"""All roles; where two cells of one row are at fault, the first role's is named."""

TEXTS: Final = ("id", "by")
"""Roles of columns that are text and never an array of numbers."""

FLAGS: Final = frozenset({"labels", "mask"})
"""Roles in which ``true`` and ``false`` may stand for 1 and 0."""


def given(job: Job, roles: Sequence[str] = ROLES) -> dict[str, str]:
    """The values of the options that were given, by role.

    >>> given(Job("bce", labels="y", probs="p_*"))
    {'labels': 'y', 'scores': 'p_*'}
    """
    values: dict[str, str | None] = {role: getattr(job, role) for role in roles}
    return {role: value for role, value in values.items() if value is not None}


def option(job: Job, role: str) -> str:
    """The option that gives ``role``.

    >>> option(Job("bce", probs="p_*"), "scores")
    '--probs'
    """
    return f"--{job.scale or 'logits'}" if role == "scores" else f"--{role}"


def meaning(role: str, classes: Classes, absent: Collection[str] = ()) -> Meaning:
    """What may stand for numbers in ``role``."""
    return Meaning(role in FLAGS, classes if role == "labels" else None, absent)
