"""Accuracies against Keras: every metric that frameworks.jsonl has, and properties of the rest."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jobs import job_of

from xentcli.blocks.block import Block
from xentcli.blocks.layout import Layout
from xentcli.errors import InputError, ShapeError
from xentcli.kernels.accuracy import binary_hits, categorical_hits, rounded_hits, sparse_hits
from xentcli.measures.accuracy.report import GENERATIONS, Meanings
from xentcli.measures.accuracy.tally import METRICS, Accuracies, measured

LINES = (Path(__file__).parents[1] / "data" / "frameworks.jsonl").read_text().splitlines()
CASES = [case for case in map(json.loads, LINES) if case["group"] == "metric"]
GENERATION = {"keras2": "keras2", "tf-keras": "keras3", "keras3": "keras3"}
NEAR = {"rel": 3e-7, "abs": 3e-7}  # the mean of Keras is a float32


def _arrays(case: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Labels and scores in the type that Keras was given."""
    scores = np.array(case["scores"], case["dtype"])
    return np.array(case["labels"], int if case["labels_kind"] == "int" else case["dtype"]), scores


def _block(labels: np.ndarray, scores: np.ndarray, **more: Any) -> Block:
    layout = Layout(
        source="the arrays",
        scale=more.pop("scale", "probs"),
        outputs=scores.shape[1] if scores.ndim > 1 else None,
        loss="bce" if labels.shape == scores.shape else "ce",
    )
    return Block(labels, scores, None, layout, rows=len(labels), **more)


def _meanings(*blocks: Block, **options: Any) -> Meanings:
    job = job_of(loss=None, square="bce", **options)
    first, *others = (measured(job, block)[0] for block in blocks)
    for other in others:
        first = first.merged(other, job)
    return Meanings.of(job, first)


def _values(found: Meanings) -> dict[str, float | None]:
    return {accuracy.metric: accuracy.value for accuracy in found.accuracies}


def _hits(case: dict[str, Any]) -> np.ndarray:
    """The hits of one case by the kernels alone."""
    labels, scores = _arrays(case)
    if case["resolved"] == "sparse_categorical_accuracy":
        return sparse_hits(labels, scores)
    if case["resolved"] == "categorical_accuracy":
        return categorical_hits(labels, scores)
    if case["convention"] == "keras2":
        return rounded_hits(labels, scores)
    return binary_hits(labels, scores, case["options"].get("threshold", 0.5))


def test_there_are_cases_of_every_metric() -> None:
    assert len(CASES) == 27
    assert {case["resolved"] for case in CASES} == set(METRICS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_hits_are_those_of_keras(case: dict[str, Any]) -> None:
    hits = _hits(case)
    assert hits.mean() == pytest.approx(case["value"], **NEAR)
    if case["per_element"] is not None:
        np.testing.assert_array_equal(hits, case["per_element"])
    if case["per_sample"] is not None:
        rows = hits.mean(axis=1) if hits.ndim > 1 else hits
        np.testing.assert_allclose(rows, case["per_sample"], rtol=3e-7)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_metrics_and_what_acc_means_are_those_of_keras(case: dict[str, Any]) -> None:
    threshold = case["options"].get("threshold", 0.5)
    found = _meanings(_block(*_arrays(case)), threshold=threshold)
    if "compile_loss" not in case:
        assert _values(found)[case["metric"]] == pytest.approx(case["value"], **NEAR)
        return
    meaning = next(each for each in found.acc if each.loss == case["compile_loss"])
    picked = meaning.accuracies[GENERATION[case["convention"]]]
    assert picked.metric == case["resolved"]
    assert picked.value == pytest.approx(case["value"], **NEAR)


# Three outputs under binary cross-entropy, labels one-hot: Keras 2 said 0.667, tf.keras and
# Keras 3 said 0.5 of the same data (both run when the oracle was made).
def test_generations_differ_on_one_hot_rows_under_binary_cross_entropy() -> None:
    labels = np.array([[1.0, 0, 0], [0, 1, 0]])
    scores = np.array([[0.8, 0.1, 0.1], [0.6, 0.3, 0.1]])
    found = _meanings(_block(labels, scores))
    binary, categorical = found.acc
    assert binary.loss == "binary_crossentropy"
    assert binary.accuracies["keras2"].value == pytest.approx(2 / 3)
    assert binary.accuracies["keras3"].value == 0.5
    assert len(set(categorical.metrics)) == 1
    assert len(found.traps) == 1
    assert "binary_crossentropy" in found.traps[0]


def test_acc_has_its_own_threshold() -> None:
    found = _meanings(_block(np.array([1.0, 1.0]), np.array([0.6, 0.8])), threshold=0.75)
    assert _values(found)["binary_accuracy"] == 0.5
    for accuracy in found.acc[0].accuracies.values():
        assert accuracy.value == 1.0


def test_logits_are_held_against_the_logit_of_the_threshold() -> None:
    labels, logits = np.array([1.0, 1.0, 0.0]), np.array([1.0, 1.2, 1.0])
    block = _block(labels, logits, scale="logits")  # sigmoid: 0.731, 0.769, 0.731
    assert _values(_meanings(block, threshold=0.75))["binary_accuracy"] == 2 / 3
    assert _values(_meanings(block, threshold=0.5))["binary_accuracy"] == 2 / 3


def test_keras_compares_logits_themselves() -> None:
    labels, logits = np.array([1.0, 1.0, 0.0, 0.0]), np.array([0.4, 1.7, -0.3, -2.0])
    found = _meanings(_block(labels, logits, scale="logits"))
    assert _values(found)["binary_accuracy"] == 1.0
    assert {name: count.value for name, count in found.on_logits.items()} == {
        "keras2": 0.25,  # rounded: 0, 2, -0, -2
        "keras3": 0.75,  # above 0.5: no, yes, no, no
    }
    assert any(
        "Keras compares the model's output itself" in remark.text for remark in found.remarks
    )


def test_logits_that_keras_takes_alike_need_no_note() -> None:
    block = _block(np.array([1.0, 0.0]), np.array([0.9, -0.3]), scale="logits")
    assert not any("Keras" in remark.text for remark in _meanings(block).remarks)


def test_a_label_between_0_and_1_is_never_hit_and_told() -> None:
    found = _meanings(_block(np.array([1.0, 0.9]), np.array([0.9, 0.9])))
    assert _values(found)["binary_accuracy"] == 0.5
    assert [remark.text for remark in found.remarks] == [
        "1 label is between 0 and 1 (first: sample 2, 0.9), which no prediction equals: "
        "binary_accuracy counts misses there",
    ]


def test_the_class_of_a_soft_row_is_the_likeliest() -> None:
    labels = np.array([[0.6, 0.3, 0.1], [0.2, 0.3, 0.5]])
    scores = np.array([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2]])
    assert _values(_meanings(_block(labels, scores)))["categorical_accuracy"] == 0.5


def test_nan_is_told_with_its_sample() -> None:
    found = _meanings(_block(np.array([0.0, 1.0]), np.array([0.2, np.nan])))
    assert _values(found)["binary_accuracy"] == 0.5
    assert [remark.text for remark in found.remarks] == ["1 score is nan, the first in sample 2"]


def test_masked_samples_count_nowhere() -> None:
    labels, scores = np.eye(3), np.eye(3)[[0, 1, 0]]
    found = _meanings(_block(labels, scores, valid=np.array([True, True, False])))
    counts = {each.metric: each.counted for each in found.known}
    assert counts == {"binary_accuracy": (6, 6), "categorical_accuracy": (2, 2)}
    assert found.ignored == 3


def test_a_row_with_an_ignored_label_has_no_class() -> None:
    labels, scores = np.eye(3), np.eye(3)
    valid = np.ones((3, 3), bool)
    valid[0, 1] = False
    counts = {
        each.metric: each.counted for each in _meanings(_block(labels, scores, valid=valid)).known
    }
    assert counts == {"binary_accuracy": (8, 8), "categorical_accuracy": (2, 2)}


def test_where_every_row_has_an_ignored_label_there_is_no_categorical_accuracy() -> None:
    found = _meanings(_block(np.eye(3), np.eye(3), valid=np.eye(3, dtype=bool)))
    assert [each.metric for each in found.known] == ["binary_accuracy"]


def test_nothing_that_counts_is_an_error() -> None:
    block = _block(np.array([1.0]), np.array([0.4]), valid=np.array([False]))
    with pytest.raises(InputError, match="every sample is left out"):
        _meanings(block)


def test_one_hot_rows_and_class_numbers_have_one_accuracy() -> None:
    rng = np.random.default_rng(5)
    numbers, scores = rng.integers(0, 4, 200), rng.random((200, 4))
    of_rows = _values(_meanings(_block(np.eye(4)[numbers], scores)))
    of_numbers = _values(_meanings(_block(numbers, scores)))
    assert of_rows["categorical_accuracy"] == of_numbers["sparse_categorical_accuracy"]
    assert of_rows["sparse_categorical_accuracy"] is None
    assert of_numbers["binary_accuracy"] is None


@given(st.integers(0, 2**32 - 1), st.integers(1, 59), st.sampled_from(["probs", "logits"]))
def test_shards_merge_to_the_whole(seed: int, cut: int, scale: str) -> None:
    rng = np.random.default_rng(seed)
    labels, scores = rng.integers(0, 2, (60, 3)).astype(float), rng.random((60, 3)).round(1)
    labels[rng.integers(60)] = 0.5
    scores[rng.integers(60)] = np.nan
    valid = rng.random(60) < 0.8
    pieces = [slice(None, cut), slice(cut, None)]
    whole = _meanings(_block(labels, scores, scale=scale, valid=valid))
    parts = [_block(labels[p], scores[p], scale=scale, valid=valid[p]) for p in pieces]
    assert _meanings(*parts) == whole


def test_shards_of_different_labels_do_not_merge() -> None:
    job = job_of(loss=None, square="bce")
    rows = Accuracies.of(job, _block(np.eye(2), np.eye(2)))
    numbers = Accuracies.of(job, _block(np.array([0, 1]), np.eye(2)))
    with pytest.raises(ShapeError, match=r"has class numbers, .* has one label per score"):
        rows.merged(numbers, job)


def test_every_generation_means_something_by_acc_wherever_a_loss_fits() -> None:
    for block in (
        _block(np.array([0.0, 1.0]), np.array([0.2, 0.7])),
        _block(np.array([[0.0], [1.0]]), np.array([[0.2], [0.7]])),
        _block(np.eye(2), np.eye(2)),
        _block(np.array([0, 1]), np.eye(2)),
    ):
        found = _meanings(block)
        assert found.acc
        for meaning in found.acc:
            assert set(meaning.accuracies) == set(GENERATIONS)
            assert all(each.value is not None for each in meaning.accuracies.values())
