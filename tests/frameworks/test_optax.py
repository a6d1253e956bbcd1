"""optax on JAX as they are installed, on inputs drawn anew."""

from typing import Any

import pytest
from framework_cases import Case
from framework_draws import answer, assert_met, each

pytestmark = pytest.mark.frameworks

BOTH = ("float32", "float64")


@pytest.fixture(scope="module")
def optax() -> Any:
    pytest.importorskip("jax").config.update("jax_enable_x64", True)
    return pytest.importorskip("optax")


def loss(optax: Any, case: Case, scores: Any) -> Any:
    """The losses of a case, ``[n, k]`` or ``[n]``."""
    import jax.numpy as jnp

    options = case["options"]
    labels = jnp.array(case["labels"])
    if case["labels_kind"] == "int":
        return optax.softmax_cross_entropy_with_integer_labels(scores, labels)
    labels = labels.astype(scores.dtype)
    smoothing = options.get("label_smoothing")
    if case["loss"] == "ce":
        if smoothing is not None:
            labels = optax.smooth_labels(labels, smoothing)
        return optax.softmax_cross_entropy(scores, labels)
    if smoothing is not None:
        labels = labels * (1 - smoothing) + smoothing / 2
    if "focal_gamma" in options:
        focal = {"gamma": options["focal_gamma"], "alpha": options.get("focal_alpha")}
        return optax.sigmoid_focal_loss(scores, labels, **focal)
    return optax.sigmoid_binary_cross_entropy(scores, labels)


def answered(optax: Any, case: Case) -> Case:
    import jax
    import jax.numpy as jnp

    scores = jnp.array(case["scores"], case["dtype"])
    counts = jnp.array(case["options"].get("mask", [1] * len(case["labels"])), bool)
    if case["loss"] == "bce":
        counts = jnp.broadcast_to(counts[:, None], scores.shape)

    def mean(own: Any) -> Any:
        return jnp.mean(loss(optax, case, own), where=counts)

    if case["group"] == "gradient":
        value, slopes = jax.value_and_grad(mean)(scores)
        return answer(case, mean=value.item(), grad=slopes.tolist())
    apart = jnp.where(counts, loss(optax, case, scores), 0)
    what = "per_element" if case["loss"] == "bce" else "per_sample"
    figures = {"mean": mean(scores).item(), "sum": jnp.sum(apart).item()}
    return answer(case, **figures, **{what: apart.tolist()})


@each("optax", "bce", "logits", "soft", "label_smoothing", "mask", dtypes=BOTH)
def test_sigmoid_binary_cross_entropy(optax: Any, case: Case) -> None:
    assert_met(answered(optax, case))


@each("optax", "bce", "logits", "multilabel", "focal_gamma", "focal_alpha", dtypes=BOTH)
def test_sigmoid_focal_loss(optax: Any, case: Case) -> None:
    assert_met(answered(optax, case))


@each("optax", "ce", "logits", "soft", "label_smoothing", "mask", dtypes=BOTH)
def test_softmax_cross_entropy(optax: Any, case: Case) -> None:
    assert_met(answered(optax, case))


@each("optax", "ce", "logits", "int", "mask", dtypes=BOTH)
def test_softmax_cross_entropy_with_integer_labels(optax: Any, case: Case) -> None:
    assert_met(answered(optax, case))


@each("optax", "bce", "logits", "soft", "label_smoothing", dtypes=BOTH, grad=True)
def test_derivatives_of_sigmoid_binary_cross_entropy(optax: Any, case: Case) -> None:
    assert_met(answered(optax, case))


@each("optax", "ce", "logits", "soft", "label_smoothing", dtypes=BOTH, grad=True)
def test_derivatives_of_softmax_cross_entropy(optax: Any, case: Case) -> None:
    assert_met(answered(optax, case))


@each("optax", "ce", "logits", "int", dtypes=BOTH, grad=True)
def test_derivatives_for_integer_labels(optax: Any, case: Case) -> None:
    assert_met(answered(optax, case))
