"""Conventions through the command line: the frameworks' figures, and what is refused."""

import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from framework_cases import (
    CASES,
    NOT_MET,
    Case,
    agree,
    name_of,
    numbers,
    pair_of,
    tolerance,
)
from support import Ran

from xentcli.conventions.registry import CONVENTIONS

Xent = Callable[..., Ran]

OPTIONS = {
    "label_smoothing": "--label-smoothing",
    "pos_weight": "--pos-weight",
    "class_weight": "--class-weight",
    "sample_weight": "--weights",
    "ignore_index": "--ignore-index",
    "mask": "--mask",
    "axis": "--axis",
    "reduction": "--reduction",
    "focal_gamma": "--focal-gamma",
    "focal_alpha": "--focal-alpha",
    "classes": "--classes",
}
"""How the command line spells the options of a case."""

LOSSES = [
    case
    for case in CASES
    if case["group"] == "loss" and case["error"] is None and case["id"] not in NOT_MET
]
GRADIENTS = [case for case in CASES if case["group"] == "gradient"]
ERRORS = [case for case in CASES if case["error"] is not None and case["id"] not in NOT_MET]
WEIGHED = [case for case in LOSSES if "class_weight" in case["options"]]
INT = "ce-index"


def refused(ran: Ran) -> str:
    """The one line of a refusal."""
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1), ran
    return ran.err.removeprefix("xent: error: ").rstrip("\n")


def typed(value: Any) -> str:
    """A number or an array as it is typed: ``1,0``, rows split by ``;``, more axes as JSON."""
    axes = np.ndim(value)
    if axes == 0:
        return str(value)
    if axes == 1:
        return ",".join(map(str, value))
    if axes == 2:
        return ";".join(map(typed, value)) + (";" if len(value) == 1 else "")
    return json.dumps(value)


def arguments(case: Case) -> list[str]:
    name = name_of(case)
    options = {OPTIONS[key]: own for key, own in case["options"].items() if key in OPTIONS}
    given = {
        "--labels": case["labels"],
        f"--{case['scores_kind']}": case["scores"],
        "--convention": name,
        **options,
    }
    if case["dtype"] in CONVENTIONS[name].dtypes:
        given["--dtype"] = case["dtype"]
    force = ["--force"] if case["loss"] == "ce" and np.shape(case["scores"])[-1] == 1 else []
    as_is = ["--as-is"] if "unnormalised" in case["id"] else []
    return [case["loss"], *(f"{name}={typed(own)}" for name, own in given.items()), *force, *as_is]


def figures(xent: Xent, case: Case, reduction: str | None = None) -> Any:
    """The JSON of a case, with another ``reduction`` than its own where one is given."""
    more = [] if reduction is None else [f"--reduction={reduction}"]
    ran = xent(*arguments(case), *more, "-f", "json", "-qq")
    assert (ran.code, ran.err) == (0, "")
    return ran.json


def assert_met(case: Case, what: str, ours: Any) -> None:
    pair = pair_of(case, what, numbers(ours))
    assert agree(pair, tolerance(case, pair)), pair


@pytest.mark.parametrize("case", LOSSES, ids=lambda case: case["id"])
def test_a_case_gives_the_frameworks_figures(xent: Xent, case: Case) -> None:
    plain = figures(xent, case)
    assert_met(case, "mean", plain["value"])
    if case["sum"] is not None:
        assert_met(case, "sum", figures(xent, case, "sum")["value"])
    for what in ("per_element", "per_sample"):
        if case[what] is not None:
            weighted = case.get(f"{what}_weighted")
            assert_met(case, what, (figures(xent, case, "none") if weighted else plain)[what])


@pytest.mark.parametrize("case", GRADIENTS, ids=lambda case: case["id"])
def test_a_case_gives_the_frameworks_derivatives(xent: Xent, case: Case) -> None:
    ran = xent(*arguments(case), "--grad", "-f", "json", "-qq")
    assert_met(case, "mean", ran.json["value"])
    assert_met(case, "grad", ran.json["grad"])


def test_the_cases_use_every_option_and_every_convention() -> None:
    used = {key for case in (*LOSSES, *GRADIENTS) for key in case["options"]}
    assert used >= OPTIONS.keys()
    assert {name_of(case) for case in LOSSES} == CONVENTIONS.keys() - {"exact", "sklearn-legacy"}


@pytest.mark.parametrize("case", ERRORS, ids=lambda case: case["id"])
def test_what_a_framework_refuses_is_refused(xent: Xent, case: Case) -> None:
    refused(xent(*arguments(case)))


@pytest.mark.parametrize("case", WEIGHED, ids=lambda case: case["id"])
def test_weights_of_classes_may_be_named(xent: Xent, case: Case) -> None:
    pairs = [f"{i}={weight}" for i, weight in enumerate(case["options"]["class_weight"])]
    named = xent(
        *arguments(case), "--class-weight", ",".join(reversed(pairs)), "-f", "value", "-qq"
    )
    assert_met(case, "mean", float(named.out))


CERTAINTY = {
    ("exact", "float64"): ("inf", "inf"),
    ("keras2", "float32"): ("16.11809540", "15.94238472"),
    ("keras2", "float64"): ("16.11809565", "16.11809565"),
    ("tf-keras", "float32"): ("15.42494869", "15.33323860"),
    ("tf-keras", "float64"): ("15.42494847", "15.42494847"),
    ("keras3", "float32"): ("16.11809540", "15.94238472"),
    ("keras3-numpy", "float32"): ("16.11809540", "15.94238472"),
    ("keras3-tf", "float32"): ("16.11809540", "15.94238472"),
    ("torch", "float32"): ("100", "100"),
    ("sklearn", "float64"): ("36.04365339", "36.04365339"),
    ("sklearn", "float32"): ("15.94238472", "15.94238472"),
    ("sklearn-legacy", "float64"): ("34.53877639", "34.53957599"),  # 1 - (1 - 1e-15) < 1e-15
    ("xgboost", "float32"): ("36.84136200", "36.84136200"),
    ("lightgbm", "float64"): ("34.53877639", "34.53877639"),
    ("lightgbm-xentropy", "float64"): ("27.63102112", "27.63102112"),
}
"""What each convention makes of certainty in the wrong label, to 10 digits: p = 0 of a positive,
and p = 1 of a negative."""


@pytest.mark.parametrize(("key", "published"), CERTAINTY.items())
def test_the_price_of_certainty(
    xent: Xent, key: tuple[str, str], published: tuple[str, str]
) -> None:
    given = ["--convention", key[0], "--dtype", key[1], "-f", "value", "-qq"]
    for label, p, value in ((1, 0, published[0]), (0, 1, published[1])):
        ran = xent("bce", "--labels", label, "--probs", p, *given)
        assert ran.code == 0, ran.err
        assert ran.out == f"{value}\n" or abs(float(ran.out) - float(value)) <= 1e-8


ONE_COLUMN = "label,p\n" + "1,0.3\n" * 1249 + "0,0.3\n" * 1251


@pytest.mark.parametrize("model", ["0.3", "0.9"])
def test_keras_gives_one_class_a_loss_that_says_nothing(xent: Xent, model: str) -> None:
    column = ONE_COLUMN.replace("0.3", model)
    given = ["ce", "--labels", "label", "--probs", "p", "--convention", "keras2", "-f", "value"]
    forced = xent(*given, "--force", "-qq", stdin=column)
    assert (forced.code, forced.err) == (0, "")
    assert f"{float(forced.out):.4e}" == "5.9557e-08"
    assert float(forced.out) == np.float32(forced.out)
    line = refused(xent(*given, stdin=column))
    assert "needs two classes or more" in line
    assert "whatever the model says" in line
    assert "--force" in line


def test_one_class_as_an_array(xent: Xent) -> None:
    column = [row.split(",") for row in ONE_COLUMN.split()[1:]]
    labels, probs = (";".join(own) for own in zip(*column, strict=True))
    given = ["--labels", labels, "--probs", probs, "--convention", "keras2", "-f", "value", "-qq"]
    assert f"{float(xent('ce', *given, '--force').out):.4e}" == "5.9557e-08"
    refused(xent("ce", *given))


BCE, CE, INDEX = (
    ["bce", "--labels=1,0"],
    ["ce", "--labels=1,0;0,1"],
    ["ce", "--labels=0,1"],
)
PROBS, LOGITS = "--probs=0.9,0.2", "--logits=2,-1"
ROWS, LOGIT_ROWS = "--probs=0.9,0.1;0.2,0.8", "--logits=2,-1;0,1"

LACKING = [
    ("keras2", [*BCE, PROBS, "--label-smoothing=0.1"], "exact, tf-keras, keras3"),
    ("keras2", [*CE, ROWS, "--label-smoothing=0.1"], "exact, tf-keras, keras3"),
    ("keras2", [*BCE, LOGITS, "--pos-weight=2"], "exact, tensorflow, torch"),
    ("tf-keras", [*INDEX, ROWS, "--label-smoothing=0.1"], "exact"),
    ("tf-keras", [*BCE, LOGITS, "--pos-weight=2"], "exact, tensorflow, torch"),
    ("keras3", [*CE, LOGIT_ROWS, "--base=2"], "exact"),
    ("keras3", [*BCE, LOGITS, "--pos-weight=2"], "exact, tensorflow, torch"),
    ("keras3-numpy", [*BCE, LOGITS, "--pos-weight=2"], "exact, tensorflow, torch"),
    ("keras3-tf", [*INDEX, ROWS, "--label-smoothing=0.1"], "exact"),
    ("tensorflow", [*BCE, PROBS, "--label-smoothing=0.1"], "exact, tf-keras, keras3"),
    ("tensorflow", [*CE, LOGIT_ROWS, "--class-weight=1,2"], "exact, keras2, tf-keras, keras3"),
    ("torch", [*BCE, LOGITS, "--label-smoothing=0.1"], "exact, tf-keras, keras3"),
    ("torch", [*CE, LOGIT_ROWS, "--weights=1,2"], "exact, keras2, tf-keras, keras3"),
    ("torch", [*BCE, PROBS, "--eps=1e-7"], "exact, keras2, tf-keras, keras3"),
    ("optax", [*BCE, LOGITS, "--weights=1,2"], "exact, keras2, tf-keras, keras3"),
    ("optax", [*INDEX, LOGIT_ROWS, "--label-smoothing=0.1"], "exact, torch"),
    ("sklearn", [*BCE, PROBS, "--label-smoothing=0.1"], "exact, tf-keras, keras3"),
    ("sklearn", [*INDEX, ROWS, "--class-weight=1,2"], "exact, keras2, tf-keras, keras3"),
    ("sklearn-legacy", [*BCE, PROBS, "--focal-gamma=2"], "exact, tf-keras, keras3"),
    ("xgboost", [*BCE, PROBS, "--mask=1,0"], "exact, keras2, tf-keras, keras3"),
    ("xgboost", [*INDEX, LOGIT_ROWS, "--ignore-index=1"], "exact, tf-keras, keras3"),
    ("lightgbm", [*BCE, LOGITS, "--pos-weight=2"], "exact, tensorflow, torch"),
    ("lightgbm-xentropy", [*BCE, PROBS, "--eps=1e-7"], "exact, keras2, tf-keras, keras3"),
    ("catboost", [*INDEX, LOGIT_ROWS, "--label-smoothing=0.1"], "exact, torch"),
    ("catboost-crossentropy", [*BCE, LOGITS, "--focal-gamma=2"], "exact, tf-keras, keras3"),
]


@pytest.mark.parametrize(("name", "given", "have"), LACKING)
def test_an_option_that_a_library_lacks(xent: Xent, name: str, given: list[str], have: str) -> None:
    option = given[-1].partition("=")[0]
    line = refused(xent(*given, "--convention", name, "-f", "json"))
    assert line.startswith(f"{name} has no {option} ")
    assert f"conventions that have it: {have}" in line
    assert xent(*given, "--convention", "exact", "-f", "json").code == 0


def test_every_convention_that_lacks_something_is_tested() -> None:
    assert {name for name, _, _ in LACKING} == CONVENTIONS.keys() - {"exact"}


NO_SUCH_LOSS = [
    ("optax", [*BCE, PROBS], "optax has no binary cross-entropy from probabilities"),
    ("catboost", [*BCE, PROBS], "catboost has no binary cross-entropy from probabilities"),
    ("sklearn", [*BCE, LOGITS], "sklearn has no binary cross-entropy from logits"),
    ("tensorflow", [*CE, ROWS], "tensorflow has no categorical .* from probabilities"),
    ("xgboost", [*CE, ROWS], "xgboost has no categorical .* of label rows from probabilities"),
    ("lightgbm-xentropy", [*INDEX, ROWS], "lightgbm-xentropy has no categorical .* class numbers"),
]


@pytest.mark.parametrize(("name", "given", "message"), NO_SUCH_LOSS)
def test_a_loss_that_a_library_lacks(xent: Xent, name: str, given: list[str], message: str) -> None:
    line = refused(xent(*given, "--convention", name))
    assert re.match(f"{message}.*; conventions that have it: exact, ", line)


@pytest.mark.parametrize(
    ("name", "given"),
    [("keras2", "sum"), ("sklearn", "none"), ("torch", "mean-by-weight"), ("xgboost", "sum")],
)
def test_a_reduction_that_a_library_lacks(xent: Xent, name: str, given: str) -> None:
    line = refused(xent(*BCE, PROBS, "--convention", name, "--reduction", given))
    assert line.startswith(f"{name} has no reduction {given}; one of mean")


@pytest.mark.parametrize(
    ("name", "dtype"), [("xgboost", "float64"), ("lightgbm", "float32"), ("torch", "float16")]
)
def test_a_float_type_that_a_library_lacks(xent: Xent, name: str, dtype: str) -> None:
    line = refused(xent(*BCE, PROBS, "--convention", name, "--dtype", dtype))
    assert line.startswith(f"{name} computes in ")
    assert f"only, not in {dtype}; conventions that do: " in line


SILENT = {
    "keras2": "Keras 2 gives nan for it on a GPU",
    "tf-keras": "tf.keras gives nan for it on a GPU",
    "keras3": "Keras 3 silently gives a loss of 0",
    "keras3-numpy": "Keras 3 silently gives a loss of 0 for negative",
    "keras3-tf": "TensorFlow gives nan for it on a GPU",
    "tensorflow": "TensorFlow gives nan for it on a GPU",
    "optax": "optax silently takes -1 for the last class and gives nan",
}
"""Who is silent about class numbers out of range (the fourth of the five facts)."""

INDEXING = sorted({name for name, own in CONVENTIONS.items() for key in own.rules if key[0] == INT})


@pytest.mark.parametrize("label", [-1, -99, 3])
@pytest.mark.parametrize("name", INDEXING)
def test_class_numbers_out_of_range(xent: Xent, name: str, label: int) -> None:
    scale = "probs" if (INT, "probs") in CONVENTIONS[name].rules else "logits"
    scores = f"--{scale}=0.2,0.3,0.5;0.1,0.2,0.7"
    line = refused(xent("ce", f"--labels=2,{label}", scores, "--convention", name))
    assert f"label {label} is out of range; with 3 classes labels are 0 to 2" in line
    assert ("note that" in line) == (name in SILENT)
    assert SILENT.get(name, "") in line


@pytest.mark.parametrize("label", [-3, 1.5, 2])  # -1 beside 1 is read as 0
@pytest.mark.parametrize("name", CONVENTIONS)
def test_binary_labels_out_of_range(xent: Xent, name: str, label: float) -> None:
    scale = "probs" if ("bce", "probs") in CONVENTIONS[name].rules else "logits"
    line = refused(xent("bce", f"--labels=1,{label}", f"--{scale}=0.2,0.3", "--convention", name))
    assert f"label {label} is outside [0, 1]" in line
