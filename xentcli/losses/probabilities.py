"""From probabilities to ``-log p`` by a rule, and which of them a bound changed."""

from typing import Any, NamedTuple

import numpy as np

from xentcli.conventions import Rule
from xentcli.kernels import narrow

Array = np.ndarray[Any, np.dtype[Any]]


class Costs(NamedTuple):
    """What outcomes cost, in nats, and which of the costs a bound made (None: there is none).

    The audit counts those, and their derivative is 0.
    """

    nats: Array
    bounded: Array | None = None


def is_exact(rule: Rule) -> bool:
    """Whether the kernels for the definition compute it: all but clipping they would not know."""
    return rule.form == "exact" and not rule.added and rule.bound in ("none", "clip")


def clipped(p: Array, rule: Rule) -> tuple[Array, Array | None]:
    """``p`` between the rule's clip bounds, and what lay outside; as it is for another bound."""
    if rule.bound != "clip":
        return p, None
    eps = rule.epsilon(p.dtype.name)
    low, high = p.dtype.type(eps), p.dtype.type(1 - eps)  # float16 holds no 1 - 1e-7: it is 1
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
    """``nats`` with the rule's cap, where it has one."""
    if rule.bound != "cap":
        return Costs(nats)
    worst = nats.dtype.type(rule.worst)
    return Costs(np.minimum(nats, worst), nats > worst)
