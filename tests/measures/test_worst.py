"""The worst samples: the same as by sorting everything, whatever the blocks they came in."""

import math
from functools import reduce
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from blocks import block
from hypothesis import given, settings
from hypothesis import strategies as st
from jobs import job_of

from xentcli.blocks.block import Block
from xentcli.blocks.text_column import TextColumn
from xentcli.measures.loss.tally import Tally, measured
from xentcli.measures.worst import Worst, largest

LOSSES = st.one_of(st.sampled_from([0.0, 0.5, 1.0, math.inf, math.nan, -1.0]), st.floats(width=16))
LOGITS = st.sampled_from([-3.0, -1.0, 0.0, 0.5, 2.0, math.inf, -math.inf, math.nan])


def rank(loss: float) -> tuple[int, float]:
    return (0, 0.0) if math.isnan(loss) else (1, -loss)


def by_sorting(losses: list[float], count: int) -> list[int]:
    return sorted(range(len(losses)), key=lambda place: rank(losses[place]))[:count]


@settings(deadline=None)
@given(st.lists(LOSSES, max_size=40), st.integers(1, 45))
def test_largest_is_the_beginning_of_a_sorted_list(losses: list[float], count: int) -> None:
    assert largest(np.array(losses, float), count).tolist() == by_sorting(losses, count)


@pytest.mark.parametrize("size", [2559, 2560, 2561, 40_000])
@pytest.mark.parametrize("kind", ["exponential", "few", "nan", "equal", "rising", "falling"])
def test_largest_of_many(size: int, kind: str) -> None:
    source = np.random.default_rng(size)
    losses = source.exponential(size=size)
    if kind == "few":  # the same values again and again
        losses = np.floor(losses)
    elif kind == "nan":
        losses[source.integers(size, size=25)] = math.nan
        losses[source.integers(size, size=5)] = math.inf
    elif kind == "equal":
        losses[:] = 1.0
    elif kind in ("rising", "falling"):
        losses.sort()
        losses = losses[::-1] if kind == "falling" else losses
    for count in (1, 10, 300):
        assert largest(losses, count).tolist() == by_sorting(losses.tolist(), count)


def named(own: Block, first: int) -> Block:
    texts = [f"row {first + place}" for place in range(own.rows)]
    return own._replace(ids=(TextColumn.of(texts),), layout=own.layout._replace(ids=("id",)))


def worst_of(blocks: list[Block], count: int, **options: Any) -> Worst:
    job = job_of(blocks[0].layout.loss, worst=count, **options)
    tallies = [measured(job, own)[0] for own in blocks]
    found = reduce(lambda a, b: Tally.merged(a, b, job), tallies).worst
    assert found is not None
    return found


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 1), LOGITS, st.integers(0, 1)), min_size=1, max_size=30),
    st.lists(st.integers(1, 29), max_size=3),
    st.integers(1, 12),
    st.booleans(),
)
def test_any_blocks_give_the_same(
    rows: list[tuple[int, float, int]], cuts: list[int], count: int, masked: bool
) -> None:
    labels, logits, weights = map(list, zip(*rows, strict=True))

    def part(start: int, stop: int) -> Block:
        key = "valid" if masked else "weights"
        own = block(
            "bce", labels[start:stop], logits=logits[start:stop], **{key: weights[start:stop]}
        )
        return named(own, start)

    edges = sorted({0, len(rows), *(cut for cut in cuts if cut < len(rows))})
    blocks = [part(a, b) for a, b in pairwise(edges)]
    found = worst_of(blocks, count)
    each = measured(job_of("bce", every_row=True), block("bce", labels, logits=logits))[1]
    assert each is not None
    counted = [place for place, weight in enumerate(weights) if weight]
    order = by_sorting([float(each.losses[place]) for place in counted], count)
    expected = [counted[place] for place in order]
    assert found.rows.numbers.tolist() == expected
    assert [column.tolist() for column in found.rows.ids] == [[f"row {n}" for n in expected]]
    assert found.labels is not None
    assert found.labels.tolist() == [labels[place] for place in expected]
    assert np.array_equal(found.rows.means, each.losses[expected], equal_nan=True)


@settings(deadline=None)
@given(st.permutations(range(6)), st.integers(1, 8))
def test_the_order_of_blocks_changes_numbers_only(order: list[int], count: int) -> None:
    logits = np.random.default_rng(5).permutation(60).reshape(6, 10) / 4
    blocks = [named(block("bce", [0] * 10, logits=logits[i]), 10 * i) for i in range(6)]
    straight = worst_of(blocks, count)
    found = worst_of([blocks[place] for place in order], count)
    assert found.rows.ids[0].tolist() == straight.rows.ids[0].tolist()
    assert found.rows.means.tolist() == straight.rows.means.tolist()


def test_outputs_count_by_their_mean_and_only_those_that_count() -> None:
    logits = [[0.0, 9.0], [math.nan, 0.0], [5.0, 5.0]]
    own = block("bce", [[0, 0]] * 3, logits=logits, weights=[[1, 0], [0, 1], [1, 1]])
    found = worst_of([own], 3)
    assert found.rows.numbers.tolist() == [2, 0, 1]
    assert found.rows.means.tolist() == pytest.approx([math.log1p(math.exp(5)), *[math.log(2)] * 2])
    assert found.labels is None


def test_classes_are_kept_as_the_user_counts_them() -> None:
    own = block("ce", [0, 1, 1], logits=[[0.0, 1.0], [0.0, 3.0], [2.0, 0.0]])
    own = own._replace(layout=own.layout._replace(label_base=1))
    found = worst_of([own], 2)
    assert found.rows.numbers.tolist() == [2, 0]
    assert found.rows.classes is not None
    assert found.rows.classes.tolist() == [2, 1]


def test_nothing_counts() -> None:
    found = worst_of([block("bce", [0, 1], logits=[1, 2], weights=[0, 0])], 5)
    assert len(found.rows) == 0
    assert found.rows.ids == ()
