"""What `xent reconcile` remarks on: once for all conventions of which it is true."""

import math
from collections.abc import Callable

import pytest
from support import Ran

Xent = Callable[..., Ran]

BINARY = ["--labels", "1,0", "--probs", "0.9,0.2", "-f", "json"]
CATEGORICAL = ["--labels", "1,0", "--probs", "0.9,0.05;0.5,0.5", "--as-is"]


@pytest.mark.parametrize(
    ("weights", "names", "text"),
    [
        ("1e39,1", "exact,torch,keras3", "float32 does not hold are inf in torch, keras3: "),
        ("1e-50,1", "torch,exact,xgboost", "float32 does not hold are 0 in torch, xgboost: "),
        ("1e308,1.5e308", "exact,sklearn", "the sum of the weights is beyond float64 in sklearn"),
        ("1,1e30", "exact,torch,keras3", None),
    ],
)
def test_what_is_beyond_a_float_type(
    xent: Xent, weights: str, names: str, text: str | None
) -> None:
    args = [*BINARY, "--weights", weights]
    found = xent("reconcile", *args, "--with", names).json["warnings"]
    warned = [own["text"] for own in found if own["code"] == "XE48"]
    assert len(warned) == (text is not None)
    assert text is None or text in warned[0]
    # Each alone says the same of itself.
    for name in names.split(","):
        alone = xent("bce", *args, "-c", name).json["warnings"]
        assert any(own["code"] == "XE48" for own in alone) == (
            text is not None and name in text.partition(" in ")[2]
        )


def test_a_sum_of_losses_is_beyond_the_type_of_some_only(xent: Xent) -> None:
    """xgboost adds up in float64."""
    args = [*BINARY[:3], "0.1,0.2", *BINARY[4:], "--weights", "3e38,3e38"]
    found = xent("reconcile", *args, "--with", "torch,xgboost").json
    assert [own["text"] for own in found["warnings"]] == [
        "the sum of the losses is beyond float32 in torch"
    ]
    assert [own["value"] == "inf" for own in found["conventions"]] == [True, False]


def test_who_divides_rows_of_probabilities_by_their_sum(xent: Xent) -> None:
    off = "1 of 2 rows of probabilities do not sum to 1 (first: sample 1, sum 0.95); "
    for names, use in (
        ("keras3", "keras3 divides them by it"),
        ("keras3,exact", "keras3 divides them by it, exact takes them as given"),
        (
            "exact,keras2,torch,tf-keras",
            "keras2, tf-keras divide them by it, exact, torch take them as given",
        ),
        ("exact,torch", "they are used as given"),
        # optax cannot take probabilities at all, and is not among those that do something
        ("exact,optax,keras3", "keras3 divides them by it, exact takes them as given"),
    ):
        ran = xent("reconcile", *CATEGORICAL, "--with", names)
        assert off + use in " ".join(ran.err.split()), ran.err


def test_a_refusal_says_who_divides(xent: Xent) -> None:
    two = "y,p_0,p_1\n1,0.91,0.803\n0,0.702,0.603\n"
    for names, who in (
        ("exact,keras3,tf-keras", "(keras3, tf-keras divide them themselves)"),
        ("exact,keras3", "(keras3 divides them itself)"),
    ):
        assert f"--as-is {who}" in xent("reconcile", "--with", names, stdin=two).err
    assert "--as-is\n" in xent("reconcile", "--with", "exact,torch", stdin=two).err


GAPPY = "y,p\n1,0.5\n,0.2\n0,\n0,0.75\n"


def test_rows_left_out_as_missing(xent: Xent) -> None:
    """-log(1/2) and -log(1/4) are left of four rows."""
    given = ("reconcile", "--with", "exact,torch", "--missing", "skip")
    found = xent(*given, "-f", "json", stdin=GAPPY).json
    assert (found["samples"], found["missing"], found["missing_labels"]) == (2, 2, 0)
    assert found["conventions"][0]["value"] == pytest.approx(1.5 * math.log(2), rel=1e-15)
    assert [own["text"] for own in found["notes"] if own["code"] == "XE11"] == [
        "2 rows were left out for a missing value"
    ]
    for form in ("table", "csv"):
        ran = xent(*given, "-f", form, stdin=GAPPY)
        assert "xent: note: 2 rows were left out for a missing value\n" in ran.err


def test_single_labels_left_out_as_missing(xent: Xent) -> None:
    data = ("--labels", "1,nan;0,1", "--logits", "2,9;5,5", "--missing", "skip-element")
    found = xent("reconcile", "--loss", "bce", *data, "--with", "exact,optax", "-f", "json").json
    assert (found["missing"], found["missing_labels"]) == (0, 1)
    assert [own["code"] for own in found["notes"]] == ["XE39"]
