"""``-log p`` by a rule, and which probabilities a bound changed."""

from typing import Any, NamedTuple

import numpy as np

from xentcli.conventions import Rule
from xentcli.kernels import narrow

Array = np.ndarray[Any, np.dtype[Any]]


class Costs(NamedTuple):
    """The costs of outcomes in nats, and which of them a bound changed (None: there is no bound).

    The audit counts bounded costs, and their derivative is 0.
    """

    nats: Array
    bounded: Array | None = None


def is_exact(rule: Rule) -> bool:
    """Whether the exact kernels can compute ``rule``: it only clips, if anything."""
    return rule.form == "exact" and not rule.added and rule.bound in ("none", "clip")


def clipped(p: Array, rule: Rule) -> tuple[Array, Array | None]:
    """``p`` clipped by the rule, and what lay outside; unchanged if the rule does not clip."""
    if rule.bound != "clip":
        return p, None
    eps = rule.epsilon(p.dtype.name)
    low, high = p.dtype.type(eps), p.dtype.type(1 - eps)  # in float16 1 - 1e-7 rounds to 1
    return np.clip(p, low, high), (p < low) | (p > high)


def minus_log(p: Array, rule: Rule) -> Costs:
    """``-log(p + added)`` with the rule's floor or cap."""
    kind = p.dtype.type
    if rule.added:
        p = p + kind(rule.added)
    if rule.bound != "floor":
        return capped(0 - narrow.log(p), rule)
    floor = kind(rule.epsilon(p.dtype.name))
    nats = 0 - narrow.log(np.maximum(p, floor))
    if rule.worst is not None:
        nats = np.where(p > floor, nats, kind(rule.worst))
    return Costs(nats, p < floor)


def capped(nats: Array, rule: Rule) -> Costs:
    """``nats`` with the rule's cap, if it has one."""
    if rule.bound != "cap":
        return Costs(nats)
    worst = nats.dtype.type(rule.worst)
    return Costs(np.minimum(nats, worst), nats > worst)
