"""PyTorch as it is installed, on inputs drawn anew."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from framework_cases import Case
from framework_draws import answer, assert_met, each

pytestmark = pytest.mark.frameworks

BOTH = ("float32", "float64")


@pytest.fixture(scope="module")
def torch() -> Any:
    return pytest.importorskip("torch")


def scores_of(torch: Any, case: Case) -> Any:
    kind = getattr(torch, case["dtype"])
    return torch.tensor(case["scores"], dtype=kind, requires_grad=case["group"] == "gradient")


def option(torch: Any, case: Case, name: str) -> Any:
    value = case["options"].get(name)
    return None if value is None else torch.tensor(value, dtype=getattr(torch, case["dtype"]))


def binary(torch: Any, case: Case) -> Case:
    functions = torch.nn.functional
    scores = scores_of(torch, case)
    labels = torch.tensor(case["labels"], dtype=scores.dtype)
    weights = option(torch, case, "sample_weight")
    given = {"weight": None if weights is None else weights[:, None]}
    if case["scores_kind"] == "probs":
        call = partial(functions.binary_cross_entropy, scores, labels, **given)
    else:
        given["pos_weight"] = option(torch, case, "pos_weight")
        call = partial(functions.binary_cross_entropy_with_logits, scores, labels, **given)
    return answered(call, scores, case, "per_element")


def categorical(torch: Any, case: Case) -> Case:
    scores = scores_of(torch, case)
    rows = case["labels_kind"] != "int"
    call = partial(
        torch.nn.functional.cross_entropy,
        scores,
        torch.tensor(case["labels"], dtype=scores.dtype if rows else torch.int64),
        weight=option(torch, case, "class_weight"),
        label_smoothing=case["options"].get("label_smoothing", 0.0),
        ignore_index=case["options"].get("ignore_index", -100),
    )
    return answered(call, scores, case, "per_sample")


def answered(call: Callable[..., Any], scores: Any, case: Case, apart: str) -> Case:
    mean = call()
    if case["group"] == "gradient":
        mean.backward()
        return answer(case, mean=mean.item(), grad=scores.grad.tolist())
    figures = {apart: call(reduction="none").tolist(), f"{apart}_weighted": True}
    return answer(case, mean=mean.item(), sum=call(reduction="sum").item(), **figures)


@each("torch", "bce", "probs", "soft", "sample_weight", dtypes=BOTH)
def test_binary_cross_entropy(torch: Any, case: Case) -> None:
    assert_met(binary(torch, case))


@each("torch", "bce", "logits", "soft", "sample_weight", "pos_weight", dtypes=BOTH)
def test_binary_cross_entropy_with_logits(torch: Any, case: Case) -> None:
    assert_met(binary(torch, case))


_OF_CLASSES = ("label_smoothing", "class_weight")


@each("torch", "ce", "logits", "int", *_OF_CLASSES, "ignore_index", dtypes=BOTH)
def test_cross_entropy_of_class_numbers(torch: Any, case: Case) -> None:
    assert_met(categorical(torch, case))


@each("torch", "ce", "logits", "soft", *_OF_CLASSES, dtypes=BOTH)
def test_cross_entropy_of_label_rows(torch: Any, case: Case) -> None:
    assert_met(categorical(torch, case))


@each("torch", "bce", "logits", "soft", "sample_weight", "pos_weight", dtypes=BOTH, grad=True)
def test_derivatives_of_binary_cross_entropy(torch: Any, case: Case) -> None:
    assert_met(binary(torch, case))


@each("torch", "ce", "logits", "int", *_OF_CLASSES, "ignore_index", dtypes=BOTH, grad=True)
def test_derivatives_of_cross_entropy_of_class_numbers(torch: Any, case: Case) -> None:
    assert_met(categorical(torch, case))


@each("torch", "ce", "logits", "soft", *_OF_CLASSES, dtypes=BOTH, grad=True)
def test_derivatives_of_cross_entropy_of_label_rows(torch: Any, case: Case) -> None:
    assert_met(categorical(torch, case))
