"""One mean, whatever the path: order, blocks and shards change no digit."""

import math
import random
from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from pathlib import Path

import mpmath
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jobs import job_of
from support import Ran

from xentcli.blocks.block import Block
from xentcli.blocks.layout import Layout
from xentcli.losses import Losses
from xentcli.measures.loss.report import Report
from xentcli.measures.loss.tally import Tally

JOB = job_of(loss="bce", head=4, tail=2)
LAYOUT = Layout(source="test", scale="logits", outputs=None)

losses_in_range = st.floats(min_value=1e-300, max_value=1e300)
weights_in_range = st.one_of(st.just(0.0), st.floats(min_value=1e-300, max_value=1e300))


def tally(losses: list[float], weights: list[float] | None = None) -> Tally:
    values = np.array(losses)
    block = Block(
        labels=np.zeros_like(values),
        scores=values,
        weights=None if weights is None else np.array(weights),
        layout=LAYOUT,
        rows=len(values),
    )
    rule = JOB.variant.convention.rules["bce", "logits"]
    return Tally.of(JOB, block, Losses(values, rule, block.weights))


def mean(tallies: list[Tally]) -> tuple[float, float, float | None, float | None]:
    report = Report.of(JOB, reduce(lambda a, b: a.merged(b, JOB), tallies))
    return report.mean, report.sum, report.std_error, report.baseline


def rounded(value: Fraction) -> float:
    try:
        return value.numerator / value.denominator  # int / int rounds correctly
    except OverflowError:
        return math.inf


@given(st.data())
@settings(deadline=None, max_examples=200)
def test_shuffles_and_splits_change_no_digit(data: st.DataObject) -> None:
    losses = data.draw(st.lists(losses_in_range, min_size=1, max_size=40))
    order = data.draw(st.permutations(range(len(losses))))
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, len(losses) - 1)), max_size=5)))
    shuffled = [losses[i] for i in order]
    pieces = [shuffled[a:b] for a, b in zip([0, *cuts], [*cuts, len(losses)], strict=True) if a < b]
    whole = mean([tally(losses)])
    assert mean([tally(piece) for piece in pieces]) == whole
    assert whole[0] == rounded(sum(map(Fraction, losses), Fraction(0)) / len(losses))


@given(st.data())
@settings(deadline=None, max_examples=200)
def test_the_weighted_mean_is_the_exact_quotient_rounded_once(data: st.DataObject) -> None:
    pairs = data.draw(
        st.lists(st.tuples(losses_in_range, weights_in_range), min_size=1, max_size=40).filter(
            lambda pairs: any(w for _, w in pairs)
        )
    )
    total = sum((Fraction(x) * Fraction(w) for x, w in pairs), Fraction(0))
    weight = sum((Fraction(w) for _, w in pairs), Fraction(0))
    whole = mean([tally([x for x, _ in pairs], [w for _, w in pairs])])
    assert whole[0] == rounded(total / weight)
    one_by_one = mean([tally([x], [w]) for x, w in reversed(pairs)])
    assert one_by_one == whole


def root(value: Fraction) -> float:
    """The square root to 60 digits, rounded."""
    with mpmath.workdps(60):
        return float(mpmath.sqrt(mpmath.mpf(value.numerator) / value.denominator))


def error(losses: list[float]) -> float:
    """The standard error of the mean, by fractions."""
    exact = list(map(Fraction, losses))
    mean = sum(exact) / len(exact)
    variance = sum((own - mean) ** 2 for own in exact) / (len(exact) - 1)
    return root(variance / len(exact))


@given(
    st.one_of(
        st.lists(losses_in_range, min_size=2, max_size=40),
        st.lists(st.floats(min_value=20.0, max_value=20.0 + 1e-13), min_size=2, max_size=40),
    )
)
@settings(deadline=None, max_examples=200)
def test_the_standard_error_is_rounded_once(losses: list[float]) -> None:
    assert mean([tally(losses)])[2] == error(losses)


@pytest.mark.parametrize("spread", [1e-9, 1.0, 1e9])
def test_the_standard_error_of_many(spread: float) -> None:
    losses = (700 + spread * np.random.default_rng(4).random(70_000)).tolist()
    cut = [tally(losses[i::3]) for i in range(3)]
    assert mean(cut)[2] == mean([tally(losses)])[2] == error(losses)


@pytest.mark.parametrize(
    ("logits", "shown"),
    [
        ("700,700.001,700.002", "0.00057735"),
        ("20,20.00000001,20.00000002", "5.7735e-09"),
        ("20,20,20", "0"),
    ],
)
def test_losses_near_to_each_other(xent: Callable[..., Ran], logits: str, shown: str) -> None:
    ran = xent("bce", "--labels", "0,0,0", "--logits", logits, "-f", "json")
    assert ran.json["std_error"] == error(ran.json["per_sample"])
    assert float(f"{ran.json['std_error']:.6g}") == pytest.approx(float(shown), rel=1e-7)


def test_merging_is_associative_also_for_the_rows_that_are_shown() -> None:
    parts = [tally([float(10 * i + j) for j in range(i + 1)]) for i in range(5)]
    left = reduce(lambda a, b: a.merged(b, JOB), parts)
    right = reduce(lambda a, b: b.merged(a, JOB), reversed(parts))
    assert left.rows == right.rows == 15
    for one, other in ((left.head, right.head), (left.tail, right.tail)):
        assert one.numbers.tolist() == other.numbers.tolist()
        assert one.losses.tolist() == other.losses.tolist()
    assert left.head.numbers.tolist() == [0, 1, 2, 3]
    assert left.tail.numbers.tolist() == [13, 14]


@pytest.mark.parametrize("loss", ["bce", "ce"])
@given(seed=st.integers(0, 2**32), shards=st.integers(1, 4), cells=st.sampled_from([1, 7, 64]))
@settings(
    deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_shuffled_shards_and_small_blocks_from_files(
    xent: Callable[..., Ran],
    tmp_path: Path,
    loss: str,
    seed: int,
    shards: int,
    cells: int,
) -> None:
    source = random.Random(seed)
    rows = [
        [
            source.randrange(2),
            *(
                f"{source.gauss(0, 1) * 10 ** source.randint(-3, 3):.9g}"
                for _ in range(1 if loss == "bce" else 3)
            ),
        ]
        for _ in range(50)
    ]
    header = "label," + ",".join(f"logit_{i}" for i in range(len(rows[0]) - 1))

    def value(rows: list[list[object]], shards: int) -> str:
        files = []
        for shard in range(shards):
            path = tmp_path / f"{shard}.csv"
            lines = [",".join(map(str, row)) for row in rows[shard::shards]]
            path.write_text("\n".join([header, *lines]) + "\n")
            files.append(path)
        return xent(loss, *files, "-f", "value").out

    expected = value(rows, 1)
    source.shuffle(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("xentcli.inputs.checks.BLOCK_CELLS", cells)
        assert value(rows, shards) == expected
