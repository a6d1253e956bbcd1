"""Comparisons: every convention's own value, reached by measured steps, whatever the blocks."""

import itertools
import math
from functools import reduce
from typing import Any

import numpy as np
import pytest
from blocks import block, job, report
from jobs import changed

from xentcli.blocks.block import Block
from xentcli.conventions.differences import path
from xentcli.conventions.registry import CONVENTIONS
from xentcli.errors import OptionError, ShapeError, XentError
from xentcli.job import Job
from xentcli.losses import losses
from xentcli.measures.reconcile.report import Comparing
from xentcli.measures.reconcile.tally import Comparison, Spread
from xentcli.measures.samples import rows_of

RNG = np.random.default_rng(5)
ROWS = 9
LOGITS = RNG.normal(0, 3, (ROWS, 3))
LOGITS[0], LOGITS[1] = [60.0, -60.0, 0.0], [-20.0, -30.0, 17.0]
PROBS = RNG.dirichlet([1, 1, 1], ROWS)
PROBS[0], PROBS[1], PROBS[2] = [1.0, 0.0, 0.0], [1e-9, 0.5, 0.7], [0.3, 0.3, 0.3]
TARGETS = RNG.integers(0, 3, ROWS)
TARGETS[:3] = [1, 0, 2]
BITS = RNG.integers(0, 2, (ROWS, 3))
WEIGHTS = RNG.choice([0.0, 0.5, 2.0], ROWS)
VALID = RNG.random(ROWS) < 0.7

LABELS: dict[str, Any] = {"bce": BITS, "ce": np.eye(3)[TARGETS], "ce-index": TARGETS}
SCORES: dict[str, Any] = {"logits": LOGITS, "probs": PROBS}
KINDS = list(itertools.product(LABELS, SCORES))
VARIED: dict[str, dict[str, Any]] = {
    "plain": {},
    "sum": {"reduction": "sum"},
    "smoothing": {"label_smoothing": 0.2},
    "class-weight": {"class_weight": (0.5, 2.0, 1.0)},
    "focal": {"focal_gamma": 2.0},
    "eps": {"eps": 1e-3},
    "bits": {"base": "2"},
}


def data(kind: str, scale: str, **more: Any) -> Block:
    return block("bce" if kind == "bce" else "ce", LABELS[kind], **{scale: SCORES[scale]}, **more)


def comparing(names: list[str], **settings: Any) -> Job:
    compared = tuple(CONVENTIONS[name] for name in names)
    return changed(job(None, names[0], **settings), compared=compared, head=4)


def of(asked: Job, *blocks: Block) -> Comparison:
    each = (Comparison.of(asked, one) for one in blocks)
    return reduce(lambda a, b: a.merged(b, asked), each)


def same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return one == other or (math.isnan(one) and math.isnan(other))


def own_value(name: str, made: Block, settings: dict[str, Any]) -> float | None:
    """What ``xent bce`` or ``xent ce`` gives; None where it refuses."""
    try:
        return report(made, convention=name, **settings).value
    except XentError:
        return None


@pytest.mark.parametrize("weighing", ["none", "weights", "mask"])
@pytest.mark.parametrize("settings", VARIED.values(), ids=VARIED)
@pytest.mark.parametrize(("kind", "scale"), KINDS)
def test_values_are_the_conventions_own(
    kind: str, scale: str, settings: dict[str, Any], weighing: str
) -> None:
    more = {"none": {}, "weights": {"weights": WEIGHTS}, "mask": {"valid": VALID}}[weighing]
    made = data(kind, scale, **more)
    own = {name: own_value(name, made, settings) for name in CONVENTIONS}
    if all(value is None for value in own.values()):
        asked = comparing([*CONVENTIONS], **settings)
        with pytest.raises(OptionError):
            Comparing.of(asked, of(asked, made))
        return
    for turn in range(0, len(CONVENTIONS), 5):  # some of them as the reference
        names = [*CONVENTIONS][turn:] + [*CONVENTIONS][:turn]
        asked = comparing(names, **settings)
        found = Comparing.of(asked, of(asked, made))
        for each in found.compared:
            assert same(each.value, own[each.convention.name]), each.convention.name
            assert (each.value is None) == bool(each.refusal)


@pytest.mark.parametrize("settings", [VARIED["plain"], VARIED["class-weight"]])
@pytest.mark.parametrize(("kind", "scale"), KINDS)
def test_steps_lead_from_the_reference_to_each_value(
    kind: str, scale: str, settings: dict[str, Any]
) -> None:
    made = data(kind, scale, weights=WEIGHTS)
    for name in CONVENTIONS:
        asked = comparing([name, *(other for other in CONVENTIONS if other != name)], **settings)
        comparison = of(asked, made)
        try:
            found = Comparing.of(asked, comparison)
        except OptionError:
            continue
        start = comparison.reference
        assert start is not None
        for each, end in zip(found.compared, comparison.ends, strict=True):
            if isinstance(end, str):
                continue
            route = path(start, end)
            assert {variant for _, variant in route} <= set(comparison.sums)
            at = found.taken[0].value
            for step in each.steps:
                assert same(step.before, at)
                assert not same(step.before, step.after)
                at = step.after
            assert same(at, each.value)
            assert len(each.steps) + len(each.idle) == len(route)
            moved = [step.after - step.before for step in each.steps]
            if all(map(math.isfinite, moved)):
                assert each.difference == pytest.approx(math.fsum(moved), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(("kind", "scale"), KINDS)
def test_blocks_of_any_size_make_the_same_comparison(kind: str, scale: str) -> None:
    asked = comparing([*CONVENTIONS])
    made = data(kind, scale, weights=WEIGHTS, valid=VALID)
    whole = of(asked, made)
    for cuts in ([3], [1, 2, 8], range(1, ROWS)):
        edges = [0, *cuts, ROWS]
        pieces = [
            made._replace(
                labels=made.labels[a:b],
                scores=made.scores[a:b],
                weights=WEIGHTS[a:b],
                valid=VALID[a:b],
                rows=b - a,
            )
            for a, b in itertools.pairwise(edges)
        ]
        parts = of(asked, *pieces)
        assert parts.ends == whole.ends
        assert parts.sums == whole.sums
        assert (parts.rows, parts.samples) == (whole.rows, whole.samples)
        for mine, theirs in zip(parts.spread, whole.spread, strict=True):
            np.testing.assert_array_equal(mine, theirs)
        one, other = (Comparing.of(asked, c) for c in (parts, whole))
        assert [(e.value, e.steps, e.refusal) for e in one.compared] == [
            (e.value, e.steps, e.refusal) for e in other.compared
        ]


def brute_force(asked: Job, made: Block) -> list[tuple[int, float]]:
    """Samples by the distance of their least and largest loss, the widest first."""
    each = []
    for convention in asked.variant.compared:
        own = changed(asked, convention=convention, loss=made.layout.loss)
        try:
            found = losses(made, own)
        except OptionError:
            continue
        each.append(rows_of(own, made, found, slice(None)).means.tolist())
    numbers = range(len(made.scores)) if made.kept is None else made.kept.tolist()
    gaps = []
    for number, row in zip(numbers, zip(*each, strict=True), strict=True):
        low, high = min(row), max(row)
        if low != high:
            gaps.append((number, high - low))
    return sorted(gaps, key=lambda pair: (-pair[1], pair[0]))


@pytest.mark.parametrize(("kind", "scale"), KINDS)
@pytest.mark.parametrize("count", [1, 4, 50])
def test_the_spread_is_that_of_the_widest_samples(kind: str, scale: str, count: int) -> None:
    asked = changed(comparing([*CONVENTIONS]), head=count)
    made = data(kind, scale)._replace(kept=np.arange(ROWS) * 2, rows=2 * ROWS)
    spread = of(asked, made).spread
    found = list(zip(spread.numbers.tolist(), spread.gaps.tolist(), strict=True))
    assert found == brute_force(asked, made)[:count]


def test_equal_samples_come_in_their_order_and_none_where_none_are_asked() -> None:
    made = block("bce", [1.0] * 6, probs=[0.3] * 6)
    asked = comparing(["exact", "torch"])
    assert of(asked, made).spread.numbers.tolist() == [0, 1, 2, 3]
    assert of(asked, made, made).spread.numbers.tolist() == [0, 1, 2, 3]
    assert len(of(changed(asked, head=0), made).spread.numbers) == 0


def test_refusals_say_why() -> None:
    asked = comparing(["exact", "optax", "sklearn", "keras3"])
    found = Comparing.of(asked, of(asked, block("bce", [0.5, 1.0], probs=[0.5, 0.5])))
    assert [each.refusal for each in found.compared] == [
        "",
        "optax has no binary cross-entropy from probabilities",
        "sklearn takes labels 0 and 1 only, there is 0.5",
        "",
    ]
    assert [each.convention.name for each in found.taken] == ["exact", "keras3"]


def test_a_refusal_of_any_block_is_one_of_the_whole() -> None:
    asked = comparing(["exact", "sklearn"])
    hard, soft = (block("bce", [y], probs=[0.5]) for y in (1.0, 0.5))
    for blocks in ([hard, soft, hard], [soft, hard, hard], [hard, hard, soft]):
        found = Comparing.of(asked, of(asked, *blocks))
        assert found.compared[1].refusal == "sklearn takes labels 0 and 1 only, there is 0.5"
        assert found.compared[0].value == pytest.approx(math.log(2))


def test_the_first_convention_that_can_take_the_input_is_the_reference() -> None:
    asked = comparing(["optax", "sklearn", "exact"])
    found = Comparing.of(asked, of(asked, block("bce", [1.0], probs=[0.5])))
    assert found.taken[0].convention.name == "sklearn"
    assert found.taken[0].difference == 0


@pytest.mark.parametrize("order", [0, 1])
def test_a_reference_that_refuses_a_later_block(order: int) -> None:
    asked = comparing(["sklearn", "exact", "torch"])
    blocks = [block("bce", [y], probs=[0.25]) for y in (1.0, 0.5)]
    found = Comparing.of(asked, of(asked, *(blocks if order else blocks[::-1])))
    assert [each.convention.name for each in found.taken] == ["exact", "torch"]
    assert found.taken[0].difference == 0
    assert found.taken[0].steps == ()


def test_nobody_can_take_it() -> None:
    asked = comparing(["optax", "catboost"])
    comparison = of(asked, block("bce", [1.0], probs=[0.5]))
    with pytest.raises(OptionError, match="optax has no binary cross-entropy from probabilities"):
        Comparing.of(asked, comparison)


def test_blocks_that_do_not_fit() -> None:
    asked = comparing(["exact", "torch"])
    with pytest.raises(ShapeError, match="logits"):
        of(asked, block("bce", [1.0], probs=[0.5]), block("bce", [1.0], logits=[0.5]))


def test_large_rounding_does_not_push_out_small_differences() -> None:
    gaps, noise = [0.1, 1e-5, 0.0, np.nan, 2e-6], [2.0, 1e-6, 1e-6, 1e-6, 1e-6]
    spread = Spread(np.arange(5), np.zeros(5), np.zeros((5, 2)), np.array(gaps), np.array(noise))
    assert spread.widest(2).numbers.tolist() == [3, 1]
    assert spread.widest(9).numbers.tolist() == [3, 1, 4, 0]
    assert spread.beyond_rounding().numbers.tolist() == [1, 3, 4]
