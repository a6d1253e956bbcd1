"""Groups: each is what the whole would be of its samples alone, whatever the blocks."""

import math
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np
import pytest
from blocks import block
from hypothesis import given, settings
from hypothesis import strategies as st
from jobs import job_of
from support import group_sum

from xentcli.blocks.block import Block
from xentcli.blocks.text_column import TextColumn
from xentcli.conventions.registry import CONVENTIONS
from xentcli.errors import InputError
from xentcli.job import Settings
from xentcli.kernels import ExactSum
from xentcli.kernels.deviation import standard_error
from xentcli.kernels.grouped import grouped_sums
from xentcli.kernels.summation import UNIT
from xentcli.measures import groups as grouping
from xentcli.measures.loss.report import Report
from xentcli.measures.loss.tally import Tally, measured

DOUBLES = st.floats(allow_nan=True, allow_infinity=True)
FACTORS = st.floats(0, allow_infinity=False) | st.just(0.0)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), DOUBLES, FACTORS), max_size=40), st.booleans())
def test_sums_are_those_of_each_group_alone(
    rows: list[tuple[int, float, float]], weighted: bool
) -> None:
    codes = np.array([code for code, _, _ in rows], np.int64)
    values = np.array([value for _, value, _ in rows], float)
    weights = np.array([weight for _, _, weight in rows], float) if weighted else None
    found = grouped_sums(codes, 5, values, weights)
    for code in range(5):
        own = codes == code
        assert group_sum(found, code) == ExactSum.of(
            values[own], None if weights is None else weights[own]
        )


def test_more_values_than_a_bin_can_hold() -> None:
    values = np.full(300_000, 1 - 2.0**-53)
    found = grouped_sums(np.arange(300_000) % 2, 2, values)
    assert [group_sum(found, code).fraction for code in (0, 1)] == [
        150_000 * Fraction(values[0])
    ] * 2


def report(blocks: list[Block], names: list[list[str]], **options: Any) -> Report:
    job = job_of(blocks[0].layout.loss, **options)
    pairs = zip(blocks, names, strict=True)
    tallies = [measured(job, own._replace(groups=(TextColumn.of(each),)))[0] for own, each in pairs]
    return Report.of(job, reduce(lambda a, b: Tally.merged(a, b, job), tallies))


def alone(own: Block, rows: list[int], **options: Any) -> Block:
    def part(values: Any) -> Any:
        return None if values is None else values[rows]

    return own._replace(
        labels=own.labels[rows],
        scores=own.scores[rows],
        weights=part(own.weights),
        valid=part(own.valid),
        rows=len(rows),
    )


SETTINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "exact": ("exact", {}),
    "smoothed": ("exact", {"label_smoothing": 0.25}),
    "by class": ("exact", {"class_weight": (1.0, 3.5)}),
    "sum": ("exact", {"reduction": "sum"}),
    "none": ("exact", {"reduction": "none"}),
    "nonzero": ("exact", {"reduction": "mean-by-nonzero"}),
    "torch": ("torch", {}),
    "keras2": ("keras2", {}),
    "keras3": ("keras3", {}),
    "bits": ("exact", {"base": "2"}),
}


@pytest.mark.parametrize("outputs", [None, 2, 3])
@pytest.mark.parametrize("kind", ["plain", "weights", "valid", "elements", "zero"])
@pytest.mark.parametrize("variant", SETTINGS)
def test_a_group_is_what_it_would_be_alone(variant: str, kind: str, outputs: int | None) -> None:
    convention, more = SETTINGS[variant]
    if kind == "elements" and (outputs is None or convention in ("keras2", "keras3")):
        pytest.skip("no weights of elements there")
    source = np.random.default_rng(len(variant) + len(kind))
    shape = (24,) if outputs is None else (24, outputs)
    beside = {
        "plain": {},
        "weights": {"weights": source.random(24) * (source.random(24) > 0.3)},
        "zero": {"weights": source.random(24) * (np.arange(24) % 4 > 0)},
        "valid": {"valid": source.random(shape) > 0.3},
        "elements": {"weights": source.random(shape) * (source.random(shape) > 0.2)},
    }[kind]
    own = block("bce", source.integers(0, 2, shape), logits=source.normal(0, 3, shape), **beside)
    options = {"convention": CONVENTIONS[convention], "settings": Settings(**more)}
    names = [f"g{place % 4}" for place in range(24)]
    cut = 13
    parts = [alone(own, list(range(cut))), alone(own, list(range(cut, 24)))]
    found = report(parts, [names[:cut], names[cut:]], **options)
    assert found.groups is not None
    assert sorted(group.key for group in found.groups) == [(f"g{place}",) for place in range(4)]
    assert sum(group.samples for group in found.groups) == found.samples
    for number, group in enumerate(sorted(found.groups)):
        rows = list(range(number, 24, 4))
        if kind == "zero" and number == 0:
            assert group.mean == (0.0 if convention in ("torch", "keras3") else None)
            assert group.sum == 0
            continue
        single = report([alone(own, rows)], [["x"] * 6], **options)
        assert group.mean == single.mean
        assert group.sum == single.sum
        assert group.samples == 6
        assert group.std_error is not None or kind != "plain" or "class_weight" in more
        if group.std_error is not None:
            assert group.std_error == single.std_error
        whole = found.sums.total.fraction
        assert group.share == float(single.sums.total.fraction / whole)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 1), st.sampled_from("abcd"), st.floats(-9, 9)), min_size=2),
    st.data(),
)
def test_merging_in_any_order_changes_no_digit(
    rows: list[tuple[int, str, float]], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(1, len(rows) - 1))
    mixed = data.draw(st.permutations(rows))

    def figures(parts: list[list[tuple[int, str, float]]]) -> dict[tuple[str, ...], Any]:
        blocks = [
            block("bce", [y for y, _, _ in part], logits=[z for _, _, z in part]) for part in parts
        ]
        found = report(blocks, [[name for _, name, _ in part] for part in parts]).groups
        assert found is not None
        return {group.key: group for group in found}

    assert figures([rows]) == figures([rows[:cut], rows[cut:]]) == figures([mixed])


def test_losses_of_classes_and_no_number() -> None:
    own = block("ce", [0, 1, 0], probs=[[1, 0], [1, 0], [0.5, 0.5]])
    found = report([own], [["a", "b", "a"]]).groups
    assert found is not None
    assert [(group.mean, group.sum, group.share) for group in found] == [
        (math.inf, math.inf, None),
        (math.log(2) / 2, math.log(2), None),
    ]


def test_too_many_groups_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "MOST", 3)
    blocks = [block("bce", [0, 1], logits=[1, 2])] * 2
    report(blocks, [["a", "b"], ["a", "c"]])
    with pytest.raises(InputError, match="has more than 3 groups"):
        report(blocks, [["a", "b"], ["c", "d"]])


def test_errors_of_groups_by_hand() -> None:
    # Of 1, 2, 4 and of 5, 7: sqrt((s2 - s*s/n) / (n-1) / n), in fractions.
    losses = {"a": [1, 2, 4], "b": [5, 7], "c": [3]}
    probs = [2.0**-own for own in (1, 5, 2, 7, 4, 3)]
    names = ["a", "b", "a", "b", "a", "c"]
    own = block("bce", [1.0] * 6, probs=probs)
    found = report([own], [names], settings=Settings(base="2")).groups
    assert found is not None
    errors = {group.key[0]: group.std_error for group in found}
    for name, numbers in losses.items():
        count, total = len(numbers), sum(numbers)
        if count == 1:
            assert errors[name] is None
            continue
        squares = sum(number**2 for number in numbers)
        expected = Fraction(squares - Fraction(total**2, count)) / (count - 1) / count
        assert errors[name] == pytest.approx(math.sqrt(expected), rel=2.0**-51)
    assert [group.key for group in found] == [("b",), ("c",), ("a",)]  # means 6, 3, 7/3


def test_an_error_keeps_its_digits_where_nearly_all_cancels() -> None:
    values = np.array([20.0, 20.00000001, 20.00000002])
    total, squares = ExactSum.of(values), ExactSum.of(values, values)
    exact = [Fraction(value) for value in values]
    variance = (sum(v * v for v in exact) - sum(exact) ** 2 / 3) / 2 / 3
    found = standard_error(3, total.numerator, squares.numerator)
    assert found == pytest.approx(math.sqrt(variance), rel=2.0**-50)
    assert standard_error(2, 6 << UNIT, 18 << UNIT) == 0.0  # of 3 and 3
    assert standard_error(1, 1 << UNIT, 1 << UNIT) is None


def test_masked_samples_are_not_in_the_error() -> None:
    masked = block("bce", [1.0] * 4, probs=[0.5, 0.25, 0.125, 1.0], valid=[True] * 3 + [False])
    plain = block("bce", [1.0] * 3, probs=[0.5, 0.25, 0.125])
    (one,), (other,) = (report([own], [["a"] * own.rows]).groups for own in (masked, plain))  # type: ignore[misc]
    assert one.std_error == other.std_error != None  # noqa: E711
