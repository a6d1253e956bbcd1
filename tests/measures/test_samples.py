"""Rows: numbers, classes, losses and means of single samples."""

import math
from typing import Any

import numpy as np
import pytest
from blocks import block, found, job, report

from xentcli.blocks.block import Block
from xentcli.blocks.places import Extent
from xentcli.job import Job
from xentcli.measures.samples import IGNORED, SOFT, Rows, rows_of, sample_means


def rows(data: Block, asked: Job | None = None, piece: slice = slice(None)) -> Rows:
    return rows_of(asked or job(data.layout.loss), data, found(data), piece)


def test_numbers_are_those_of_the_rows_that_were_read() -> None:
    data = block("bce", [1, 0, 1], logits=[0, 0, 0])
    assert rows(data).numbers.tolist() == [0, 1, 2]
    assert rows(data, piece=slice(1, None)).numbers.tolist() == [1, 2]
    kept = data._replace(kept=np.array([0, 3, 4]), rows=6)
    assert rows(kept, piece=slice(1, 3)).numbers.tolist() == [3, 4]
    assert rows(kept).after(Extent(10, 0, 4, 5), 6).numbers.tolist() == [10, 13, 14]


@pytest.mark.parametrize(
    ("labels", "valid", "base", "classes"),
    [
        ([2, 0], None, 0, [2, 0]),
        ([2, 0], None, 1, [3, 1]),
        ([2, 0], [1, 0], 1, [3, IGNORED]),
        ([[0, 0, 1], [1, 0, 0]], None, 5, [7, 5]),
        ([[0, 0.5, 0.5], [0, 0, 0]], None, 5, [SOFT, SOFT]),
        ([[0, 0, 2], [1, 1, 0]], None, 0, [SOFT, SOFT]),
        ([[0, 0.5, 0.5], [0, 1, 0]], [0, 1], 1, [IGNORED, 2]),
    ],
)
def test_classes(labels: Any, valid: Any, base: int, classes: list[int]) -> None:
    data = block("ce", labels, logits=np.zeros((2, 3)), valid=valid)
    data = data._replace(layout=data.layout._replace(label_base=base))
    found_classes = rows(data).classes
    assert found_classes is not None
    assert found_classes.tolist() == classes


def test_binary_rows_have_no_classes() -> None:
    assert rows(block("bce", [1, 0], logits=[0, 0])).classes is None


def test_weights_multiply_losses_only_where_these_stay_apart() -> None:
    data = block("bce", [1, 1], probs=[0.5, 0.25], weights=[2.0, 0.0])
    plain = rows(data).losses
    assert plain.tolist() == pytest.approx([math.log(2), math.log(4)], rel=1e-15)
    apart = rows(data, job("bce", reduction="none")).losses
    assert apart.tolist() == [2 * plain[0], 0.0]


def test_what_is_left_out_has_no_loss_and_no_part_in_the_mean() -> None:
    data = block("bce", [[1, 1], [1, 1]], probs=[[0.5, 0.25], [0.5, 0]], valid=[[1, 0], [0, 0]])
    made = rows(data)
    assert made.losses.tolist() == [[pytest.approx(math.log(2)), 0.0], [0.0, 0.0]]
    assert made.means.tolist() == [pytest.approx(math.log(2)), 0.0]


def test_means_of_outputs() -> None:
    assert sample_means(np.array([1.0, 2.0])).tolist() == [1.0, 2.0]
    losses = np.array([[1.0, 2.0], [1.5e308, 1.7e308], [math.inf, 0.0], [math.nan, 1.0]])
    means = sample_means(losses).tolist()
    assert means[:3] == [1.5, 1.6e308, math.inf]
    assert math.isnan(means[3])
    valid = np.array([[1, 0], [1, 1], [0, 1], [0, 1]], bool)
    assert sample_means(losses[[0, 2, 3]], valid[[0, 2, 3]]).tolist() == [1.0, 0.0, 1.0]


def test_means_of_partly_masked_outputs_whose_sum_overflows() -> None:
    losses, valid = np.array([[1.5e308, 1.7e308, 0.0]]), np.array([[True, True, False]])
    assert sample_means(losses, valid).tolist() == [1.6e308]


def test_pieces_join_to_the_whole() -> None:
    rng = np.random.default_rng(1)
    data = block("ce", rng.integers(0, 3, 7), logits=rng.normal(size=(7, 3)))
    asked = job("ce", grad=True)
    whole = report(data, grad=True, reduction="sum").rows
    losses = found(data)._replace(gradient=whole.gradient)
    cut = [rows_of(asked, data, losses, piece) for piece in (slice(3), slice(3, 7))]
    joined = Rows.joined(cut)
    for name in ("numbers", "losses", "means", "classes", "gradient"):
        np.testing.assert_array_equal(getattr(joined, name), getattr(whole, name))
    assert len(joined) == 7
    some = joined.take(np.array([6, 0]))
    assert some.numbers.tolist() == [6, 0]
    some.losses[:] = 0
    assert joined.losses.all()
