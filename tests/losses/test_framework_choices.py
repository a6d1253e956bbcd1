"""What the real libraries take, leave out and refuse, and what xent does not meet on purpose.

PyTorch 2.13, TensorFlow 2.21, Keras 3.15 on all backends, scikit-learn 1.9.1 and LightGBM 4.7
gave these figures.
"""

import math
from collections.abc import Callable

import pytest
from support import Ran

Xent = Callable[..., Ran]

LOGITS = ("--logits", "1,2,0;0,1,3")
SMOOTHED = ("--class-weight", "1,2,5", "--label-smoothing", "0.1")


def value(xent: Xent, *args: str) -> float:
    return float(xent(*args, "-f", "value", "-q").out)


@pytest.mark.parametrize("name", ["keras3", "keras3-numpy", "keras3-tf"])
@pytest.mark.parametrize(
    ("scores", "figure"),
    [
        # lse(1, 2) = 2.31326169: (2.31326169 - 1) + 0.2*(2.31326169 - 2)
        (("--logits", "[[[1],[2]]]"), 1.3132616875182228 + 0.2 * 0.31326168751822286),
        (("--probs", "[[[0.3],[0.7]]]"), -math.log(0.3) - 0.2 * math.log(0.7)),
    ],
)
def test_keras3_divides_the_smoothing_by_the_last_axis(
    xent: Xent, name: str, scores: tuple[str, str], figure: float
) -> None:
    """Smoothed by 0.2 over a last axis of 1, labels of 1 and 0 are 1 and 0.2."""
    data = ("ce", "--labels", "[[[1],[0]]]", *scores, "--axis", "1", "--label-smoothing", "0.2")
    assert value(xent, *data, "-c", name) == pytest.approx(figure, rel=2.4e-7)
    by_classes = value(xent, *data, "-c", "tf-keras")
    assert by_classes == pytest.approx(value(xent, *data), rel=1e-6)
    assert abs(by_classes - figure) > 0.01
    given = (*data[1:], "--loss", "ce", "--with", f"tf-keras,{name}", "-f", "json")
    said = [step["said"] for step in xent("reconcile", *given).json["conventions"][1]["steps"]]
    assert "divides the smoothing by the length of the last axis" in said


@pytest.mark.parametrize("name", ["keras3", "keras3-numpy", "keras3-tf"])
def test_an_axis_of_class_numbers_that_keras3_refuses(xent: Xent, name: str) -> None:
    data = ("ce", "--labels", "[[1,0]]", "--logits", "[[[1,2],[2,0],[0,1]]]", "--axis", "1")
    ran = xent(*data, "-c", name)
    assert (ran.code, ran.out) == (2, "")
    assert f"{name} has no --axis for categorical cross-entropy of class numbers" in ran.err
    assert xent(*data, "-c", "torch").code == 0


REDUCTIONS = {
    "weighted_sum": (0.8127070665359497, 0.9594853520393372),
    "weighted_mean": (0.32508283853530884, 0.3837941288948059),
    "weighted_sum_over_batch_size": (0.2709023654460907, 0.31982845067977905),
    "weighted_sum_by_nonzero_weights": (0.40635353326797485, 0.4797426760196686),
}
"""Of tf.compat.v1.losses.log_loss and sigmoid_cross_entropy."""


@pytest.mark.parametrize(("name", "figures"), REDUCTIONS.items())
def test_tensorflows_own_names_of_reductions(
    xent: Xent, name: str, figures: tuple[float, float]
) -> None:
    given = ("--labels", "1,0,1", "--weights", "2,0,0.5", "-c", "tensorflow", "--reduction", name)
    for scale, figure in zip(("--probs", "--logits"), figures, strict=True):
        found = value(xent, "bce", *given, scale, "0.9,0.2,0.3")
        assert found == pytest.approx(figure, rel=2.4e-7)


@pytest.mark.parametrize(
    ("labels", "scores", "figure"),
    [
        ("-100,2", LOGITS, 0.1698460429906845),
        ("-100,0", ("--probs", "0.1,0.2,0.7;0.5,0.3,0.2"), 0.6931471824645996),
        ("-100,2", (*LOGITS, *SMOOTHED), 0.20858655869960785),
    ],
)
def test_torch_leaves_out_labels_of_minus_100(
    xent: Xent, labels: str, scores: tuple[str, ...], figure: float
) -> None:
    ran = xent("ce", f"--labels={labels}", *scores, "-c", "torch", "-f", "json")
    assert ran.json["value"] == pytest.approx(figure, rel=2.4e-7)
    assert ran.json["ignored"] == 1
    text = "labels of -100 are left out, as torch does unless told else"
    assert [note["text"] for note in ran.json["notes"]] == [text]
    assert text in ran.err


def test_where_minus_100_is_no_label_to_leave_out(xent: Xent) -> None:
    other = xent("ce", "--labels=-100,2", *LOGITS, "-c", "torch", "--ignore-index", "2")
    assert (other.code, other.out) == (2, "")
    for name in ("keras3", "exact", "tensorflow"):
        assert xent("ce", "--labels=-100,2", *LOGITS, "-c", name).code == 2
    assert xent("reconcile", "--labels=-100,2", *LOGITS, "--with", "torch,keras3").code == 2
    base = ("--label-base=-100", "--logits", "1,2", "-c", "torch")
    assert value(xent, "ce", "--labels=-100", *base) == pytest.approx(1.3132616875, rel=1e-7)
    assert xent("ce", "--labels", "1,2", *LOGITS, "-c", "torch", "-f", "json").json["notes"] == []


def test_torch_with_nothing_but_minus_100(xent: Xent) -> None:
    assert math.isnan(value(xent, "ce", "--labels=-100,-100", *LOGITS, "-c", "torch"))


@pytest.mark.parametrize("name", ["sklearn", "sklearn-legacy", "torch"])
def test_probabilities_that_are_nan_are_refused(xent: Xent, name: str) -> None:
    data = ("bce", "--labels", "0,1,1", "--probs", "0.5,nan,0.5")
    ran = xent(*data, "-c", name)
    assert (ran.code, ran.out) == (2, "")
    problem = f"{name} takes no nan, and sample 2 has one"
    assert ran.err == f"xent: error: {problem}; --convention exact computes it\n"
    assert math.isnan(value(xent, *data))
    found = xent("reconcile", *data[1:], "--with", f"exact,{name}", "-f", "json").json
    assert found["conventions"][1]["refusal"] == problem
    assert xent(*data, "-c", name, "--weights", "1,0,1").code == 2


def test_weights_that_are_all_0_in_lightgbm(xent: Xent) -> None:
    binary = ("bce", "--labels", "0,1", "--probs", "0.5,0.4", "--weights", "0,0")
    assert math.isnan(value(xent, *binary, "-c", "lightgbm"))
    many = ("ce", "--labels", "0,1", "--probs", "0.5,0.5;0.4,0.6", "--weights", "0,0")
    assert math.isnan(value(xent, *many, "-c", "lightgbm"))
    assert xent(*binary, "-c", "lightgbm-xentropy").code == 2  # "sum of weights is zero"


def test_what_is_not_met_is_said(xent: Xent) -> None:
    text = xent("conventions", "keras2").out
    assert "weights of classes and of samples together are refused: 2.2.4 drops" in text
    assert "weighted and top-k accuracy are not offered" in text
    given = ("--class-weight", "1,2", "--weights", "1,2", "-c", "keras2")
    assert xent("bce", "--labels", "1,0", "--logits", "1,2", *given).code == 2
    for name in ("keras3", "keras3-numpy", "optax", "sklearn", "catboost", "lightgbm-xentropy"):
        assert "not met" in xent("conventions", name).out
