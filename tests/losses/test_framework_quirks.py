"""What frameworks make of infinities and of zero weights, as they were seen to print it.

PyTorch 2.13, Keras 3.15 on NumPy and JAX, and optax 0.2.8 gave these figures.
"""

import math
from collections.abc import Callable

import pytest
from support import Ran

Xent = Callable[..., Ran]


def value(xent: Xent, *args: str) -> float:
    return float(xent(*args, "-f", "value", "-q").out)


@pytest.mark.parametrize("name", ["torch", "tensorflow", "keras3", "tf-keras", "keras2"])
def test_a_weight_of_0_does_not_hide_an_infinite_loss(xent: Xent, name: str) -> None:
    data = ("bce", "--labels", "1,0", "--logits=-inf,1", "--weights", "0,1")
    assert math.isnan(value(xent, *data, "-c", name))
    assert value(xent, *data) == pytest.approx(1.3132616875182228)  # a weight of 0 leaves it out


def test_a_class_weight_of_0_does_not_either(xent: Xent) -> None:
    data = ("ce", "--labels", "0,1", "--logits", "nan,1;1,2", "--class-weight", "0,1")
    assert math.isnan(value(xent, *data, "-c", "torch"))
    assert value(xent, *data) == pytest.approx(0.31326168751822286)


def test_rows_of_class_numbers_meet_a_logit_of_minus_infinity(xent: Xent) -> None:
    data = ("ce", "--labels", "0,1", "--logits", "1,-inf,2;0,1,2")
    for name in ("keras3", "keras3-numpy"):
        assert math.isnan(value(xent, *data, "-c", name))
    for name in ("keras3-tf", "torch", "exact"):
        assert value(xent, *data, "-c", name) == pytest.approx(1.36043381690979)


def test_optax_gives_inf_beside_an_infinite_logit(xent: Xent) -> None:
    data = ("ce", "--labels", "0", "--logits", "1,inf")
    assert value(xent, *data, "-c", "optax") == math.inf


def test_the_derivative_of_no_mean_is_none(xent: Xent) -> None:
    data = ("ce", "--labels", "1", "--logits", "1,2", "--class-weight", "1,0", "-c", "torch")
    found = xent(*data, "--grad", "--label-smoothing", "0.3", "-f", "json").json
    assert found["mean"] == "nan"
    assert found["grad"] == [["nan", "nan"]]
    found = xent(
        "ce", "--labels", "1,1", "--logits", "1,2;3,1", "--ignore-index", "1", "-c", "torch",
        "--grad", "-f", "json",
    ).json  # fmt: skip
    assert found["mean"] == "nan"
    assert found["grad"] == [[0.0, 0.0], [0.0, 0.0]]
    assert found["min"] == found["max"] == "nan"


@pytest.mark.parametrize(
    ("labels", "logits", "mean"),
    [
        ("-1,1,1", "-0.18,0.25;-3.23,-0.81;-0.53,3.56", 0.050894301384687424),
        ("1,-1,0", "-1.51,0.88;-0.62,0.64;0.89,-0.9", 0.12103702872991562),
    ],
)
@pytest.mark.parametrize("name", ["tf-keras", "keras3-tf"])
def test_small_losses_keep_the_digits_that_tensorflow_has(
    xent: Xent, name: str, labels: str, logits: str, mean: float
) -> None:
    """tf_keras 2.21 printed them: a float32 exp that is 2 ulp off is worth 14 ulp of the mean."""
    data = ("ce", f"--labels={labels}", f"--logits={logits}", "--ignore-index=-1", "-c", name)
    assert abs(value(xent, *data) - mean) <= 2 * math.ulp(mean) * 2**29
