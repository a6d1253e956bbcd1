"""XGBoost's, LightGBM's and CatBoost's metrics as they are installed, on inputs drawn anew.

The metrics of the first two are those of a model without trees, whose scores are its margins.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from framework_cases import Case
from framework_draws import answer, assert_met, each

pytestmark = pytest.mark.frameworks

FEW_ROWS = {"verbosity": -1, "num_threads": 1, "min_data_in_leaf": 1, "min_data_in_bin": 1}


@pytest.fixture(scope="module")
def xgboost() -> Any:
    return pytest.importorskip("xgboost")


@pytest.fixture(scope="module")
def lightgbm() -> Any:
    return pytest.importorskip("lightgbm")


@pytest.fixture(scope="module")
def eval_metric() -> Any:
    return pytest.importorskip("catboost.utils").eval_metric


def answered(case: Case, metric: Callable[[Case, slice, Any], float]) -> Case:
    """The metric of a case, and of each of its rows without weights."""
    rows = len(case["labels"])
    return answer(
        case,
        mean=metric(case, slice(None), case["options"].get("sample_weight")),
        per_sample=[metric(case, slice(i, i + 1), None) for i in range(rows)],
    )


def by_xgboost(xgboost: Any, case: Case) -> Case:
    many, logits = case["loss"] == "ce", case["scores_kind"] == "logits"
    outputs = len(case["scores"][0]) if many else 1
    settings = {"eval_metric": "mlogloss" if many else "logloss", "base_score": 0.5, "nthread": 1}
    if not logits:
        settings |= {"objective": "reg:squarederror", "num_target": outputs}
    elif many:
        settings |= {"objective": "multi:softprob", "num_class": outputs}
    else:
        settings["objective"] = "binary:logistic"

    def metric(case: Case, rows: slice, weights: Any) -> float:
        labels = case["labels"][rows]
        data = xgboost.DMatrix(
            np.zeros((len(labels), 1)),
            label=labels,
            weight=weights,
            base_margin=np.array(case["scores"][rows], np.float32),
        )
        return float(xgboost.Booster(settings, [data]).eval(data).rpartition(":")[2])

    return answered(case, metric)


def by_lightgbm(lightgbm: Any, case: Case, name: str) -> Case:
    many, logits = case["loss"] == "ce", case["scores_kind"] == "logits"
    objectives = {"binary_logloss": "binary", "multi_logloss": "multiclass"}
    settings = {**FEW_ROWS, "metric": name, "objective": "none"}
    if logits:
        settings["objective"] = objectives.get(name, name)
    if many:
        settings["num_class"] = len(case["scores"][0])

    def metric(case: Case, rows: slice, weights: Any) -> float:
        labels = np.array(case["labels"][rows])
        scores = np.array(case["scores"][rows]).ravel(order="F")
        given = {"label": labels, "weight": weights, "init_score": scores}
        data = lightgbm.Dataset(np.zeros((len(labels), 1)), params=settings, **given)
        model = lightgbm.Booster(settings, data)
        beside = data.create_valid(np.zeros((len(labels), 1)), params=settings, **given)
        model.add_valid(beside, "drawn")
        return float(model.eval_valid()[0][2])

    return answered(case, metric)


def by_catboost(eval_metric: Any, case: Case, name: str) -> Case:
    def metric(case: Case, rows: slice, weights: Any) -> float:
        given = {"weight": weights, "thread_count": 1}
        return eval_metric(case["labels"][rows], case["scores"][rows], name, **given)[0]

    return answered(case, metric)


def with_weights(case: Case, change: Callable[[Any], Any]) -> Case:
    options = case["options"]
    if "sample_weight" not in options:
        return case
    return case | {
        "options": options | {"sample_weight": change(np.array(options["sample_weight"])).tolist()}
    }


def eighths(weights: Any) -> Any:
    """Weights that LightGBM's cross_entropy, which adds them up in float32, adds up exactly."""
    return np.round(weights * 8) / 8


@each("xgboost", "bce", "probs", "soft", "sample_weight", flat=True)
def test_xgboost_logloss(xgboost: Any, case: Case) -> None:
    assert_met(by_xgboost(xgboost, case))


@each("xgboost", "bce", "logits", "soft", "sample_weight", flat=True)
def test_xgboost_logloss_of_margins(xgboost: Any, case: Case) -> None:
    assert_met(by_xgboost(xgboost, case))


@each("xgboost", "ce", "probs", "int", "sample_weight")
def test_xgboost_mlogloss(xgboost: Any, case: Case) -> None:
    assert_met(by_xgboost(xgboost, case))


@each("xgboost", "ce", "logits", "int", "sample_weight")
def test_xgboost_mlogloss_of_margins(xgboost: Any, case: Case) -> None:
    assert_met(by_xgboost(xgboost, case))


DOUBLE = {"dtypes": ("float64",)}


@each("lightgbm", "bce", "probs", "soft", "sample_weight", **DOUBLE, flat=True)
def test_lightgbm_binary_logloss(lightgbm: Any, case: Case) -> None:
    assert_met(by_lightgbm(lightgbm, case, "binary_logloss"))


@each("lightgbm", "bce", "logits", "int", "sample_weight", **DOUBLE, flat=True)
def test_lightgbm_binary_logloss_of_margins(lightgbm: Any, case: Case) -> None:
    assert_met(by_lightgbm(lightgbm, case, "binary_logloss"))


@each("lightgbm", "ce", "probs", "int", "sample_weight", **DOUBLE)
def test_lightgbm_multi_logloss(lightgbm: Any, case: Case) -> None:
    assert_met(by_lightgbm(lightgbm, case, "multi_logloss"))


@each("lightgbm", "ce", "logits", "int", "sample_weight", **DOUBLE)
def test_lightgbm_multi_logloss_of_margins(lightgbm: Any, case: Case) -> None:
    assert_met(by_lightgbm(lightgbm, case, "multi_logloss"))


@each("lightgbm-xentropy", "bce", "probs", "soft", **DOUBLE, flat=True)
def test_lightgbm_cross_entropy(lightgbm: Any, case: Case) -> None:
    assert_met(by_lightgbm(lightgbm, case, "cross_entropy"))


@each("lightgbm-xentropy", "bce", "logits", "soft", **DOUBLE, flat=True)
def test_lightgbm_cross_entropy_of_margins(lightgbm: Any, case: Case) -> None:
    assert_met(by_lightgbm(lightgbm, case, "cross_entropy"))


@each("lightgbm-xentropy", "bce", "probs", "soft", "sample_weight", **DOUBLE, flat=True)
def test_lightgbm_cross_entropy_with_weights_whose_sum_is_exact(lightgbm: Any, case: Case) -> None:
    assert_met(by_lightgbm(lightgbm, with_weights(case, eighths), "cross_entropy"))


@each("catboost", "bce", "logits", "soft", "sample_weight", **DOUBLE, flat=True)
def test_catboost_logloss(eval_metric: Any, case: Case) -> None:
    assert_met(by_catboost(eval_metric, case, "Logloss"))


@each("catboost-crossentropy", "bce", "logits", "soft", "sample_weight", **DOUBLE, flat=True)
def test_catboost_crossentropy(eval_metric: Any, case: Case) -> None:
    assert_met(by_catboost(eval_metric, case, "CrossEntropy"))


@each("catboost", "ce", "logits", "int", "sample_weight", **DOUBLE)
def test_catboost_multiclass(eval_metric: Any, case: Case) -> None:
    assert_met(by_catboost(eval_metric, case, "MultiClass"))


@each("catboost", "bce", "logits", "multilabel", "sample_weight", **DOUBLE)
def test_catboost_multilogloss(eval_metric: Any, case: Case) -> None:
    case = with_weights(case, np.ceil)  # it divides by the sum of weights that are rounded down
    assert_met(by_catboost(eval_metric, case, "MultiLogloss"))


@each("catboost-crossentropy", "bce", "logits", "soft", "sample_weight", **DOUBLE)
def test_catboost_multicrossentropy(eval_metric: Any, case: Case) -> None:
    case = with_weights(case, np.ceil)  # it divides by the sum of weights that are rounded down
    assert_met(by_catboost(eval_metric, case, "MultiCrossEntropy"))
