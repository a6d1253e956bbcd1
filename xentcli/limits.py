"""Limits: the largest sums that a library holds, and what it makes of larger ones."""

import math
from collections.abc import Iterator

import numpy as np

from xentcli.conventions import Convention, Denominator, Rule
from xentcli.remarks import BEYOND_TYPE, Remark
from xentcli.sums import Sums


def limit_of(rule: Rule, convention: Convention) -> float:
    """The largest sum in the type in which a library adds up; inf where sums are exact.

    Of float16 it differs what libraries add it up in: it is taken to be float32.
    """
    if rule.form == "exact":
        return math.inf
    dtype = convention.result or convention.computes_in
    return float(np.finfo("float64" if dtype == "float64" else "float32").max)


def beyond_type(
    sums: Sums, denominator: Denominator, rule: Rule, convention: Convention
) -> Iterator[Remark]:
    """Where weights or sums overflow in a library's arithmetic, and the mean itself does not."""
    name, kept = convention.title, convention.labels_in or convention.computes_in
    if not sums.weight.finite:
        text = f"weights that {kept} does not hold are inf in {name}: make them smaller"
        yield Remark(BEYOND_TYPE, text)
        return
    limit = limit_of(rule, convention)
    if denominator == "weights" and sums.weight.value() > limit:
        what = "weights"
    elif sums.total.finite and sums.total.value() > limit:
        what = "losses"
    else:
        return
    text = f"the sum of the {what} is beyond {convention.result or convention.computes_in}"
    text += f", in which {name} adds them up"
    mean = sums.mean(denominator)
    if math.isfinite(mean):
        text += f"; without that the mean is {mean:.6g}"
    yield Remark(BEYOND_TYPE, text)
