"""The command that ``bce`` and ``ce`` are: one loss, by one convention."""

from collections.abc import Callable
from typing import Final

from xentcli.cli.command import Given, command, job_of
from xentcli.cli.groups import BREAKING_DOWN, GATING, READING, VARYING, WEIGHING, WRITING
from xentcli.errors import OptionError
from xentcli.job import Job, Loss

_SHARED: Final = [
    *READING,
    "convention",
    *WEIGHING,
    *VARYING,
    "average",
    "rows",
    *BREAKING_DOWN,
    "grad",
    *WRITING,
    *GATING,
]

MOST: Final = 1_000_000
"""Samples that --worst keeps in memory at the most."""


def loss_command(loss: Loss, text: str, *own: str) -> Callable[..., int]:
    """The command for ``loss`` with the options of both losses and its ``own``."""
    return command(lambda given: _run(given, loss), text, [*_SHARED, *own])


def _run(given: Given, loss: Loss) -> int:
    from xentcli.cli.gates import Gates
    from xentcli.cli.output import Output
    from xentcli.cli.run import run

    _refuse_contradictions(given)
    values = vars(given)
    most = {name: values.get(f"max_{name}") for name in ("mean", "normalised", "perplexity")}
    gates = Gates(given.expect, given.tol, most)
    return run(_job(given, loss), Output.of(given), gates)


def _job(given: Given, loss: Loss) -> Job:
    from xentcli.cli.settings import in_dtype, per_class_of, settings_of
    from xentcli.conventions import EXACT

    if given.convention == EXACT.name:
        chosen = in_dtype(EXACT, given.dtype)
    else:
        from xentcli.conventions.registry import convention

        chosen = in_dtype(convention(given.convention), given.dtype)
    return job_of(given, loss)._replace(
        convention=chosen,
        settings=settings_of(given),
        per_class=per_class_of(given),
        grad=given.grad,
        worst=given.worst or 0,
        id=given.id,
        by=given.by,
        one_class=vars(given).get("force", False) or chosen.one_class == "computed",
    )


def _refuse_contradictions(given: Given) -> None:
    """OptionError where options ask for what cannot be had together."""
    if given.worst is not None and not 1 <= given.worst <= MOST:
        raise OptionError(f"--worst {given.worst} is not a number from 1 to {MOST}")
    for option, other in (("rows", given.rows), ("grad", given.grad or None)):
        if given.worst is not None and other is not None:
            raise OptionError(f"--{option} and --worst exclude each other", hint="leave out one")
