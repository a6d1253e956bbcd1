"""scikit-learn's log_loss as it is installed, on inputs drawn anew."""

from functools import partial
from typing import Any

import numpy as np
import pytest
from framework_cases import Case
from framework_draws import answer, assert_met, each

pytestmark = pytest.mark.frameworks

BOTH = ("float32", "float64")


@pytest.fixture(scope="module")
def metrics() -> Any:
    return pytest.importorskip("sklearn.metrics")


def answered(metrics: Any, case: Case) -> Case:
    scores = np.array(case["scores"], case["dtype"])
    classes = None
    if case["labels_kind"] == "int":
        classes = list(range(2 if scores.ndim == 1 else scores.shape[1]))
    call = partial(metrics.log_loss, case["labels"], scores, labels=classes)
    weights = case["options"].get("sample_weight")
    return answer(
        case,
        mean=call(sample_weight=weights),
        sum=call(sample_weight=weights, normalize=False),
        per_sample=[
            metrics.log_loss(case["labels"][i : i + 1], scores[i : i + 1], labels=classes)
            for i in range(len(scores))
        ],
    )


@each("sklearn", "bce", "probs", "int", "sample_weight", dtypes=BOTH, flat=True)
def test_binary(metrics: Any, case: Case) -> None:
    assert_met(answered(metrics, case))


@each("sklearn", "ce", "probs", "int", "sample_weight", dtypes=BOTH)
def test_classes(metrics: Any, case: Case) -> None:
    assert_met(answered(metrics, case))


@each("sklearn", "ce", "probs", "onehot", "sample_weight", dtypes=BOTH)
def test_indicator_rows(metrics: Any, case: Case) -> None:
    assert_met(answered(metrics, case))
