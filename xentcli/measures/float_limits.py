"""Limits: the largest sums that a library's float type holds, and its result for larger ones."""

import math
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from xentcli.conventions import Convention, Denominator, Rule
from xentcli.job import Settings
from xentcli.measures.sums import Sums
from xentcli.remarks import BEYOND_TYPE, Remark


class Outcome(NamedTuple):
    """The sums of one convention, and how it divides them."""

    convention: Convention
    rule: Rule
    sums: Sums
    denominator: Denominator


def limit_of(rule: Rule, convention: Convention) -> float:
    """The largest finite sum of a library; inf for exact sums.

    Libraries differ in the type in which they add float16: it is assumed to be float32.
    """
    if rule.form == "exact":
        return math.inf
    dtype = convention.result or convention.computes_in
    return float(np.finfo("float64" if dtype == "float64" else "float32").max)


def divisors(outcome: Outcome, inner: int) -> tuple[float, Fraction | float]:
    """The divisor of a mean in float64, and the divisor of its derivatives.

    The latter is inf if the library's sum of weights is. ``inner`` outputs are averaged first.
    """
    sums, denominator = outcome.sums, outcome.denominator
    divisor, weight = sums.divisor(denominator, inner), sums.weight
    if denominator != "weights":
        return float(divisor), divisor
    beyond = not weight.value() <= limit_of(outcome.rule, outcome.convention)
    return weight.value(), math.inf if beyond else divisor


def beyond_type(settings: Settings, outcomes: Iterable[Outcome]) -> Iterator[Remark]:
    """Yield remarks on weights or sums beyond a library's float range, one for all such libraries.

    For a single convention the remark includes the mean by exact sums.
    """
    outcomes = list(outcomes)
    alone = len(outcomes) == 1
    found: dict[str, list[str]] = {}
    for outcome in outcomes:
        if (problem := _problem(settings, outcome, with_mean=alone)) is not None:
            convention = outcome.convention
            found.setdefault(problem, []).append(convention.title if alone else convention.name)
    for problem, names in found.items():
        yield Remark(BEYOND_TYPE, problem.format(", ".join(names)))


def _problem(settings: Settings, outcome: Outcome, *, with_mean: bool) -> str | None:
    """What is beyond the float type, with ``{}`` for the names of libraries."""
    convention, sums = outcome.convention, outcome.sums
    kept = convention.labels_in or convention.computes_in
    if not sums.weight.finite:
        return f"weights that {kept} does not hold are inf in {{}}: make them smaller"
    if sums.vanished or _vanish(settings, np.dtype(kept)):
        return f"weights that {kept} does not hold are 0 in {{}}: make them larger"
    limit = limit_of(outcome.rule, convention)
    if outcome.denominator == "weights" and sums.weight.value() > limit:
        what = "weights"
    elif sums.total.finite and sums.total.value() > limit:
        what = "losses"
    else:
        return None
    text = f"the sum of the {what} is beyond {convention.result or convention.computes_in} in {{}}"
    mean = sums.mean(outcome.denominator) if with_mean else math.inf
    return f"{text}; without that the mean is {mean:.6g}" if math.isfinite(mean) else text


def _vanish(settings: Settings, kept: "np.dtype[np.floating]") -> bool:
    """Whether a non-zero weight of a class or of positives is 0 in the type ``kept``."""
    by_class = [own[1] if isinstance(own, tuple) else own for own in settings.class_weight]
    return any(own != 0 and kept.type(own) == 0 for own in (*by_class, *settings.pos_weight))
