"""tf.nn and tf.compat.v1.losses of the TensorFlow that is installed, on inputs drawn anew."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from framework_cases import Case
from framework_draws import answer, assert_met, each

pytestmark = pytest.mark.frameworks

BOTH = ("float32", "float64")


@pytest.fixture(scope="module")
def tf() -> Any:
    return pytest.importorskip("tensorflow")


def arrays(tf: Any, case: Case) -> tuple[Any, Any]:
    scores = tf.constant(case["scores"], case["dtype"])
    whole = case["labels_kind"] == "int"
    return tf.constant(case["labels"], tf.int64 if whole else scores.dtype), scores


def bare(tf: Any, case: Case, call: Callable[..., Any]) -> Case:
    """What an operation of tf.nn returns, and its plain mean."""
    labels, scores = arrays(tf, case)
    with tf.GradientTape() as tape:
        tape.watch(scores)
        apart = call(labels=labels, logits=scores)
        mean = tf.reduce_mean(apart)
    if case["group"] == "gradient":
        slopes = tape.gradient(mean, scores).numpy()
        return answer(case, mean=float(mean), grad=slopes.tolist())
    what = "per_element" if case["loss"] == "bce" else "per_sample"
    figures = {"mean": float(mean), "sum": float(tf.reduce_sum(apart))}
    return answer(case, **figures, **{what: apart.numpy().tolist()})


def weighted(tf: Any, case: Case, name: str) -> Case:
    """What a loss of tf.compat.v1.losses returns with each of its reductions."""
    losses = tf.compat.v1.losses
    labels, scores = arrays(tf, case)
    options = case["options"]
    weights = options.get("sample_weight", [1.0] * len(case["labels"]))
    more = {"label_smoothing": options["label_smoothing"]} if "label_smoothing" in options else {}
    columns = [[weight] for weight in weights] if case["loss"] == "bce" else weights
    call = partial(getattr(losses, name), labels, scores, weights=columns, **more)
    what = "per_element" if case["loss"] == "bce" else "per_sample"
    apart = call(reduction=losses.Reduction.NONE).numpy().tolist()
    return answer(
        case,
        mean=float(call()),
        sum=float(call(reduction=losses.Reduction.SUM)),
        **{what: apart, f"{what}_weighted": True},
    )


@each("tensorflow", "bce", "logits", "soft", dtypes=BOTH)
def test_sigmoid_cross_entropy_with_logits(tf: Any, case: Case) -> None:
    assert_met(bare(tf, case, tf.nn.sigmoid_cross_entropy_with_logits))


@each("tensorflow", "bce", "logits", "soft", "pos_weight", dtypes=BOTH)
def test_weighted_cross_entropy_with_logits(tf: Any, case: Case) -> None:
    weight = tf.constant(case["options"].get("pos_weight", [1.0]), case["dtype"])
    call = partial(tf.nn.weighted_cross_entropy_with_logits, pos_weight=weight)
    assert_met(bare(tf, case, call))


@each("tensorflow", "ce", "logits", "soft", dtypes=BOTH)
def test_softmax_cross_entropy_with_logits(tf: Any, case: Case) -> None:
    assert_met(bare(tf, case, tf.nn.softmax_cross_entropy_with_logits))


@each("tensorflow", "ce", "logits", "int", dtypes=BOTH)
def test_sparse_softmax_cross_entropy_with_logits(tf: Any, case: Case) -> None:
    assert_met(bare(tf, case, tf.nn.sparse_softmax_cross_entropy_with_logits))


@each("tensorflow", "bce", "logits", "soft", dtypes=BOTH, grad=True)
def test_derivatives_of_sigmoid_cross_entropy(tf: Any, case: Case) -> None:
    assert_met(bare(tf, case, tf.nn.sigmoid_cross_entropy_with_logits))


@each("tensorflow", "ce", "logits", "onehot", dtypes=BOTH, grad=True)
def test_derivatives_of_softmax_cross_entropy(tf: Any, case: Case) -> None:
    assert_met(bare(tf, case, tf.nn.softmax_cross_entropy_with_logits))


@each("tensorflow", "ce", "logits", "int", dtypes=BOTH, grad=True)
def test_derivatives_of_sparse_softmax_cross_entropy(tf: Any, case: Case) -> None:
    assert_met(bare(tf, case, tf.nn.sparse_softmax_cross_entropy_with_logits))


@each("tensorflow", "bce", "probs", "soft", "sample_weight")
def test_log_loss(tf: Any, case: Case) -> None:
    assert_met(weighted(tf, case, "log_loss"))


@each("tensorflow", "bce", "logits", "soft", "sample_weight", "label_smoothing")
def test_losses_sigmoid_cross_entropy(tf: Any, case: Case) -> None:
    assert_met(weighted(tf, case, "sigmoid_cross_entropy"))


@each("tensorflow", "ce", "logits", "soft", "sample_weight", "label_smoothing")
def test_losses_softmax_cross_entropy(tf: Any, case: Case) -> None:
    assert_met(weighted(tf, case, "softmax_cross_entropy"))


@each("tensorflow", "ce", "logits", "int", "sample_weight")
def test_losses_sparse_softmax_cross_entropy(tf: Any, case: Case) -> None:
    assert_met(weighted(tf, case, "sparse_softmax_cross_entropy"))
