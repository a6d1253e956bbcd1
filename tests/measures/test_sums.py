"""Sums: exact, mergeable in any way, and every denominator as written down by hand."""

import math
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np
import pytest
from blocks import block, found, report
from hypothesis import given, settings
from hypothesis import strategies as st

from xentcli.conventions import EXACT
from xentcli.losses import Losses
from xentcli.measures.sums import Clips, Sums, counting

RULE = EXACT.rules["bce", "logits"]
finite = st.floats(allow_nan=False, allow_infinity=False)
weight = st.floats(0, 1e308)


def losses(values: Any, weights: Any = None, valid: Any = None, shares: Any = None) -> Losses:
    own, rest = (None if part is None else np.array(part, float) for part in (weights, shares))
    mask = None if valid is None else np.array(valid, bool)
    return Losses(np.array(values, float), RULE, own, rest, mask)


@given(st.lists(st.tuples(finite, weight, st.booleans(), weight), min_size=1, max_size=20))
@settings(deadline=None, max_examples=200)
def test_sums_are_exact(rows: list[tuple[float, float, bool, float]]) -> None:
    sums = Sums.of(losses(*map(list, zip(*rows, strict=True))))
    kept = [row for row in rows if row[2]]
    total = sum((Fraction(v) * Fraction(w) for v, w, _, _ in kept), Fraction(0))
    assert sums.total.fraction == total
    weight = sum((Fraction(s) * Fraction(w) for _, w, _, s in kept), Fraction(0))
    assert sums.weight.fraction == weight
    assert sums.losses == len(rows)
    assert sums.valid == len(kept)
    assert sums.nonzero == sum(w != 0 for _, w, _, _ in rows)
    assert sums.counted == sum(w != 0 for _, w, _, _ in kept)


@given(
    st.lists(st.tuples(finite, weight, st.booleans()), min_size=3, max_size=20),
    st.randoms(use_true_random=False),
)
@settings(deadline=None, max_examples=100)
def test_merging_in_any_order_and_grouping(rows: list[Any], source: Any) -> None:
    whole = Sums.of(losses(*map(list, zip(*rows, strict=True))))
    source.shuffle(rows)
    pieces = [Sums.of(losses([v], [w], [valid])) for v, w, valid in rows]
    assert reduce(lambda a, b: a + b, pieces) == whole
    assert reduce(lambda a, b: b + a, pieces) == whole
    cut = len(pieces) // 2
    left, right = (reduce(lambda a, b: a + b, part) for part in (pieces[:cut], pieces[cut:]))
    assert left + right == whole


@pytest.mark.parametrize("weights", [None, "rows", "cells"])
@pytest.mark.parametrize("valid", [None, "rows", "cells"])
def test_weights_and_masks_of_rows_stand_for_all_their_outputs(
    weights: str | None, valid: str | None
) -> None:
    values = np.array([[1.0, 2.0, 4.0], [8.0, 16.0, 32.0]])
    of_rows, of_cells = np.array([2.0, 0.5]), np.array([[1.0, 0.0, 3.0], [2.0, 2.0, 0.0]])
    row_mask, cell_mask = np.array([True, False]), np.array([[True, True, False], [False, True, 1]])
    w = {None: None, "rows": of_rows, "cells": of_cells}[weights]
    v = {None: None, "rows": row_mask, "cells": cell_mask}[valid]
    sums = Sums.of(losses(values, w, v))

    def cells(part: Any) -> Any:
        spread = np.ones(2) if part is None else np.asarray(part, float)
        return np.broadcast_to(spread if spread.ndim > 1 else spread[:, np.newaxis], values.shape)

    factors = cells(w) * cells(v)
    assert float(sums.total.fraction) == (values * factors).sum()
    assert float(sums.weight.fraction) == factors.sum()
    assert sums.valid == np.count_nonzero(cells(v))
    assert sums.nonzero == np.count_nonzero(cells(w))
    assert sums.counted == np.count_nonzero(factors)
    spread = counting(losses(values, w, v))
    assert cells(spread).tolist() == factors.tolist()


VALUES, MASK, WEIGHTS = [1.0, 2.0, 3.0, 4.0], [1, 1, 0, 1], [2.0, 1.0, 0.0, 1.0]
# Σ wl over what the mask leaves: 2·1 + 1·2 + 1·4 = 8.
DENOMINATORS = {
    "weights": 8 / 4,
    "count": 8 / 3,
    "nonzero": 8 / (3 * 3 / 4),  # by the mask's mean 3/4, then the share 3/4 of weights, then 4
    "one": 8.0,
}


@pytest.mark.parametrize(("denominator", "expected"), DENOMINATORS.items())
def test_denominators_by_hand(denominator: Any, expected: float) -> None:
    sums = Sums.of(losses(VALUES, WEIGHTS, MASK))
    assert sums.mean(denominator) == pytest.approx(expected, rel=1e-16)
    assert sums.mean("one", 2) == 4.0  # two outputs are averaged first


def test_keras_2_divides_twice() -> None:
    assert f"{Sums.of(losses(VALUES, WEIGHTS, MASK)).mean('nonzero'):.4f}" == "3.5556"
    # Without a mask: by the number of weights that are not 0; without weights: by the mask's sum.
    assert Sums.of(losses(VALUES, WEIGHTS)).mean("nonzero") == 8 / 3
    assert Sums.of(losses(VALUES, None, MASK)).mean("nonzero") == 7 / 3
    # The logits whose loss for label 1 is 1, 2, 3, 4, in float32.
    logits = [-math.log(math.expm1(value)) for value in VALUES]
    data = block("bce", [1.0] * 4, logits=logits, weights=WEIGHTS, valid=MASK)
    assert report(data, convention="keras2").mean == pytest.approx(3.5556, abs=1e-4)


@pytest.mark.parametrize("denominator", ["weights", "count", "nonzero"])
def test_nothing_counts(denominator: Any) -> None:
    for sums in (Sums.of(losses([1.0], [0.0], [0])), Sums.of(losses([]))):
        assert math.isnan(sums.mean(denominator))
        assert sums.divisor(denominator) == 0


def test_what_is_left_out_may_be_infinite() -> None:
    for left_out in (math.inf, math.nan):
        assert Sums.of(losses([left_out, 3.0], [0.0, 2.0])).mean("weights") == 3.0
        assert Sums.of(losses([left_out, 3.0], None, [0, 1])).mean("count") == 3.0
    assert Sums.of(losses([math.inf, 3.0], [1.0, 2.0])).mean("weights") == math.inf


def test_clips_count_losses_rows_and_what_they_cost() -> None:
    probs = [[0.0, 0.5], [1.0, 0.0], [0.5, 0.5]]
    labels = [[1.0, 1.0], [0.0, 0.0], [1.0, 0.0]]
    clips = Sums.of(found(block("bce", labels, probs=probs), eps=0.25)).clips
    assert clips is not None
    # 0 at label 1; 1 and 0 at label 0: each is clipped.
    assert (clips.losses, clips.rows) == (3, 2)
    nats = 2 * -math.log(0.25) - math.log(0.75)
    assert clips.total.value() == pytest.approx(nats, rel=1e-15)


def test_clips_under_weights_and_masks() -> None:
    data = block(
        "bce",
        [[1.0, 1.0]] * 3,
        probs=[[0.0, 0.5], [0.0, 0.0], [0.0, 0.5]],
        weights=[2.0, 1.0, 0.0],
        valid=[[1, 1], [0, 1], [1, 1]],
    )
    result = report(data, eps=0.25)
    assert result.audit is not None
    assert (result.audit.losses, result.audit.rows) == (2, 2)
    # 2 and 1 times log 4, of that and 2 times log 2: 6 of 8.
    assert result.audit.share == pytest.approx(0.75, rel=1e-15)


def test_audits_merge_and_name_no_share_of_nothing_or_of_all() -> None:
    one, other = (block("bce", [1.0, 1.0], probs=p) for p in ([0.0, 0.5], [0.5, 1e-9]))
    both = report(one, other, convention="keras3").audit
    assert both is not None
    assert (both.losses, both.rows) == (2, 2)
    assert both.share is not None
    assert both.share == pytest.approx(32.236 / (32.236 + 2 * math.log(2)), rel=1e-4)
    nothing = report(block("bce", [1.0], probs=[0.5]), convention="keras3").audit
    assert nothing is not None
    assert (nothing.losses, nothing.rows, nothing.share) == (0, 0, 0.0)
    assert report(block("bce", [1.0], probs=[0.5])).audit is None
    assert Clips() + Clips(1, 1) == Clips(1, 1)


def test_an_audit_of_infinite_losses_has_no_share() -> None:
    result = report(block("ce", [0, 1], probs=[[1.0, 0.0], [1.0, 0.0]]), convention="torch")
    assert result.mean == math.inf
    assert result.audit is None
