"""Every convention against what its framework returned: all losses and gradients of the cases."""

import math
from collections import defaultdict

import pytest
from framework_cases import (
    CASES,
    LOOSE,
    NOT_MET,
    Case,
    agree,
    by_id,
    computed,
    name_of,
    numbers,
    pairs,
    steps,
    tolerance,
)
from scipy.special import entr, softmax

from xentcli.errors import XentError

METRICS = [case for case in CASES if case["group"] == "metric"]
MET = [case for case in CASES if case["group"] != "metric" and case["id"] not in NOT_MET]
VALUES = [case for case in MET if case["error"] is None]
ERRORS = [case for case in MET if case["error"] is not None]

MEAN_BAR = {"catboost": 7}
"""Most units in the last place between means, where it is not 2.

CatBoost forms log(1 + exp(z)) - y·z, in which digits cancel."""


def _id(case: Case) -> str:
    return case["id"]


@pytest.mark.parametrize("case", VALUES, ids=_id)
def test_losses_and_gradients_are_the_frameworks(case: Case) -> None:
    for pair in pairs(case):
        assert agree(pair, tolerance(case, pair)), pair


@pytest.mark.parametrize("case", ERRORS, ids=_id)
def test_what_a_framework_refuses_is_refused(case: Case) -> None:
    with pytest.raises(XentError):
        computed(case)


@pytest.mark.parametrize("name", sorted({name_of(case) for case in VALUES}))
def test_means_within_two_ulp(name: str) -> None:
    found = {
        case["id"]: steps(pair, case["dtype"])
        for case in VALUES
        if name_of(case) == name and case["id"] not in LOOSE
        for pair in pairs(case)
        if pair.what == "mean"
    }
    assert len(found) >= 3
    assert max(found.values()) <= MEAN_BAR.get(name, 2), found


def test_every_case_is_met_or_explained() -> None:
    assert len(CASES) == 311
    covered = [case["id"] for case in (*METRICS, *VALUES, *ERRORS)]
    assert sorted([*covered, *NOT_MET]) == sorted(case["id"] for case in CASES)
    assert set(LOOSE) <= {case["id"] for case in VALUES}


def test_every_case_has_figures_or_an_error() -> None:
    figures: defaultdict[str, int] = defaultdict(int)
    for case in VALUES:
        for pair in pairs(case):
            figures[pair.what] += pair.theirs.size
    assert figures["mean"] == len(VALUES)
    assert min(figures[what] for what in ("sum", "per_element", "per_sample", "grad")) > 100


REFUSED = {
    "a/optax/ce-int-label-too-large/0": "label 6 is out of range.* optax silently .* nan",
    "a/optax/ce-int-label-minus-one/0": "label -1 is out of range.* optax silently .* last class",
    "a/optax/ce-soft-rows-not-one/0": r"label 1\.2 is outside \[0, 1\]",
    "a/tensorflow/ce-soft-rows-not-one/0": r"label 1\.16 is outside \[0, 1\]",
    "a/lightgbm/ce-probs-int-unnormalised/0": r"probability 1\.004 is outside \[0, 1\]",
}
COMPUTED = ("a/optax/err-integer-logits/0", "a/sklearn/err-one-label/0")
NOT_OFFERED = ("a/optax/ce-onehot-poly/0", "a/lightgbm/kl-probs-soft/0")


@pytest.mark.parametrize(("name", "message"), REFUSED.items())
def test_not_met_because_xent_refuses(name: str, message: str) -> None:
    case = by_id(name)
    assert case["error"] is None
    with pytest.raises(XentError, match=message):
        computed(case)


@pytest.mark.parametrize("name", COMPUTED)
def test_not_met_because_xent_computes(name: str) -> None:
    case = by_id(name)
    assert case["error"] is not None
    by_definition = computed({**case, "convention": "exact"}).report.mean
    assert math.isclose(computed(case).report.mean, by_definition, rel_tol=1e-12)


def test_poly_loss_is_the_cross_entropy_and_a_linear_term() -> None:
    case = by_id("a/optax/ce-onehot-poly/0")
    p_of_label = (numbers(case["labels"]) * softmax(numbers(case["scores"]), axis=1)).sum(axis=1)
    linear = case["options"]["poly_epsilon"] * (1 - p_of_label)
    mean, per_sample = (pair for pair in pairs(case) if pair.what in ("mean", "per_sample"))
    for pair, more in ((mean, linear.mean()), (per_sample, linear)):
        assert not agree(pair, tolerance(case, pair))
        shifted = pair._replace(ours=pair.ours + more)
        assert agree(shifted, tolerance(case, shifted))


def test_kullback_leibler_is_the_cross_entropy_less_the_entropy_of_the_labels() -> None:
    case = by_id("a/lightgbm/kl-probs-soft/0")
    y = numbers(case["labels"]).astype("float32").astype("float64")  # as LightGBM keeps them
    entropy = entr(y) + entr(1 - y)
    mean, per_sample = pairs(case)
    for pair, less in ((mean, entropy.mean()), (per_sample, entropy)):
        assert not agree(pair, 1e-12 * abs(pair.theirs))
        assert agree(pair._replace(ours=pair.ours - less), 1e-12 * abs(pair.theirs))


@pytest.mark.parametrize("name", [name for name in REFUSED if name.endswith("rows-not-one/0")])
def test_the_loss_of_halved_label_rows_is_half_of_that_of_rows_above_one(name: str) -> None:
    case = by_id(name)
    halved = {**case, "labels": (numbers(case["labels"]) / 2).tolist()}
    for pair in pairs(halved):
        doubled = pair._replace(ours=2 * pair.ours)
        assert agree(doubled, tolerance(case, pair)), pair


def test_every_reason_is_tested() -> None:
    assert set(NOT_MET) == {*REFUSED, *COMPUTED, *NOT_OFFERED}


@pytest.mark.parametrize("name", LOOSE)
def test_loose_cases_need_it(name: str) -> None:
    case = by_id(name)
    strict = {**case, "id": "strict"}
    assert not all(agree(pair, tolerance(strict, pair)) for pair in pairs(case))
