"""``xent reconcile``: rows that say the same, renormalisation by its name, and rounding alone."""

import math
import re
from collections.abc import Callable

import pytest
from support import Ran

Xent = Callable[..., Ran]

ARTICLE = (
    *("--labels", "1,0,0;0,1,0;0,0,1;1,1,0;0,1,0"),
    *("--logits", "12,3,2;3,10,1;1,2,5;4,6.5,1.2;3,6,1"),
)
ROUNDING = "They differ by rounding only."
RENORMALISES = "renormalises: divides rows of p by their sum"


def reasons(ran: Ran) -> dict[str, str]:
    """What stands behind each name at the beginning of a line."""
    lines = (re.split(" {2,}", line.strip()) for line in ran.out.splitlines())
    return {cells[0]: cells[-1] for cells in lines if len(cells) == 4}


@pytest.mark.parametrize("rows", ["none", "5"])
def test_differences_of_rounding_alone_rank_nothing(xent: Xent, rows: str) -> None:
    given = ("reconcile", "--loss", "bce", *ARTICLE, "--with", "exact,keras2,torch", "--rows", rows)
    for form in ("table", "markdown"):
        ran = xent(*given, "-f", form)
        assert ROUNDING in ran.out.splitlines()
        assert "differ most" not in ran.out
        assert "least" not in ran.out
    found = xent(*given, "-f", "json").json
    assert found["rounding_only"] is True
    assert found["rows"] == []
    assert 0 < abs(found["conventions"][1]["difference"]) < 5 * 2**-23


@pytest.mark.parametrize(
    "data",
    [
        ("--labels", "1,0", "--logits", "90.1,89.3"),  # torch's negatives cancel, by units of 90
        ("--labels", "1,0,0.3", "--logits", "-3,-20,0.1", "--pos-weight", "1000"),
        ("--labels", "0,2", "--logits", "70,1.5,3;1,2,55.25"),
        ("--labels", "0,1", "--probs", "0.3,0.7;0.6,0.4"),
    ],
)
def test_rounding_goes_by_the_largest_number_that_was_met(xent: Xent, data: tuple[str]) -> None:
    given = ("reconcile", *data, "--with", "exact,tensorflow,torch,sklearn", "--rows", "2")
    found = xent(*given, "-f", "json", "-q").json
    assert found["rounding_only"] is True
    assert found["rows"] == []


@pytest.mark.parametrize(
    "data",
    [
        ("--labels", "1,1,0", "--probs", "1,0.3,0.2"),  # a clip of 1e-7 is no rounding
        ("--labels", "1,0", "--probs", "0,0.5"),
        ("--labels", "0,1", "--probs", "0.3,0.6;0.6,0.4"),
    ],
)
def test_what_is_more_than_rounding_is_ranked(xent: Xent, data: tuple[str]) -> None:
    given = ("reconcile", *data, "--with", "exact,keras3", "--rows", "1")
    found = xent(*given, "-f", "json", "-q").json
    assert found["rounding_only"] is False
    assert len(found["rows"]) == 1
    assert ROUNDING not in xent(*given).out


def test_samples_that_are_averaged_in_other_ways(xent: Xent) -> None:
    """Half of all weights are 0: Σ w·l / Σ w, and Σ w·l over the number of losses."""
    data = ("--labels", "1,0", "--logits", "1,2", "--weights", "0,1")
    ran = xent("reconcile", *data, "--with", "exact,torch", "--rows", "2")
    assert "Sample by sample they differ by rounding only." in ran.out.splitlines()
    assert "divides by the number of losses" in ran.out
    assert "differ most" not in ran.out
    found = xent("reconcile", *data, "--with", "exact,torch", "-f", "json").json
    assert found["rounding_only"] is False
    exact = math.log1p(math.exp(2))
    assert found["conventions"][1]["value"] == pytest.approx(exact / 2, rel=1e-6)


def test_equal_values_are_no_difference(xent: Xent) -> None:
    ran = xent("reconcile", "--labels", "1", "--probs", "0.5", "--with", "exact,lightgbm")
    assert "rounding" not in ran.out


def test_rows_that_say_the_same_are_one(xent: Xent) -> None:
    given = ("reconcile", "--labels", "1,1,0", "--probs", "1,0,0.2")
    ran = xent(*given)
    found = reasons(ran)
    alike = ["keras2", "keras3", "keras3-numpy", "keras3-tf"]
    assert found["keras2"].endswith(f"; 3 more say the same: {', '.join(alike[1:])}")
    assert not set(alike[1:]) & set(found)
    # One record each for machines.
    assert [each["name"] for each in xent(*given, "-f", "json").json["conventions"]][1] == "keras2"
    lines = xent(*given, "-f", "csv").out.splitlines()
    assert [line.partition(",")[0] for line in lines if line.startswith("keras")] == alike


def test_those_that_are_the_same_as_the_reference_are_one(xent: Xent) -> None:
    data = ("--labels", "1", "--probs", "0.5", "--with", "exact,lightgbm,lightgbm-xentropy")
    found = reasons(xent("reconcile", *data))
    assert found["exact"] == "the reference"
    assert found["lightgbm"] == "the same; 1 more says the same: lightgbm-xentropy"


@pytest.mark.parametrize("name", ["keras2", "tf-keras", "keras3", "keras3-numpy", "keras3-tf"])
@pytest.mark.parametrize("labels", ["0,1", "1,0;0,1"])
def test_renormalisation_is_said_to_be_that(xent: Xent, name: str, labels: str) -> None:
    data = ("--loss", "ce", f"--labels={labels}", "--probs", "0.3,0.6;0.6,0.3")
    found = xent("reconcile", *data, "--with", f"exact,{name}", "-f", "json", "-q").json
    step = found["conventions"][1]["steps"][0]
    assert (step["aspect"], step["said"]) == ("renormalisation", RENORMALISES)
    # -(ln(1/3) + ln(1/3))/2 after, -(ln 0.3 + ln 0.3)/2 before
    assert step["before"] == pytest.approx(-math.log(0.3), rel=1e-15)
    assert step["after"] == pytest.approx(math.log(3), rel=1e-15)


def test_the_other_way_round(xent: Xent) -> None:
    data = ("--labels", "0,1", "--probs", "0.3,0.6;0.6,0.3", "--with", "keras3,exact")
    found = reasons(xent("reconcile", *data, "-q"))
    assert found["exact"].startswith("does not renormalise: takes rows of p as they are: +0.105")


def test_samples_on_which_all_say_the_same_are_left_out(xent: Xent) -> None:
    """Only the two that scikit-learn clips differ, each of them by -log of its 2^-52 or 1-2^-52."""
    data = ("--labels", "1,1,0,1,0", "--probs", "0,0.5,1,0.5,0.25")
    given = ("reconcile", *data, "--with", "exact,sklearn")
    for form in ("table", "markdown"):
        ran = xent(*given, "--rows", "4", "-f", form)
        assert "They differ on 2 of 5 samples." in ran.out.splitlines()
        assert "differ on" not in xent(*given, "--rows", "2", "-f", form).out
        assert "differ on" not in xent(*given, "-f", form).out
    found = xent(*given, "--rows", "4", "-f", "json").json
    assert found["differing"] == 2
    assert [row["sample"] for row in found["rows"]] == [1, 3]
    assert found["rows"][0]["losses"]["sklearn"] == pytest.approx(52 * math.log(2), rel=1e-15)


def test_samples_that_differ_nowhere(xent: Xent) -> None:
    given = ("reconcile", "--labels", "1,1", "--probs", "1,0.5", "--with", "exact,lightgbm")
    ran = xent(*given, "--rows", "2")
    assert "They differ on no sample." in ran.out.splitlines()
    assert "differ most" not in ran.out


def test_nan_by_some_is_a_difference_and_by_all_is_none(xent: Xent) -> None:
    """Keras makes rows of class numbers: 0 times a logit of -inf on another class is NaN."""
    with_ = ("--with", "exact,keras3", "--rows", "3")
    data = ("--labels", "0,0,0", "--logits", "1,2;nan,1;1,-inf")
    found = xent("reconcile", *data, *with_, "-f", "json").json
    assert (found["differing"], [row["sample"] for row in found["rows"]]) == (1, [3])
    assert found["rows"][0]["losses"] == {"exact": 0.0, "keras3": "nan"}
    lines = xent("reconcile", *data, *with_).out.splitlines()
    assert "They differ on 1 of 3 samples." in lines
    assert "3 exact 0 keras3 nan nan".split() in map(str.split, lines)


@pytest.mark.parametrize("name", ["keras3", "torch", "optax", "tensorflow"])
def test_rounding_is_not_ranked_behind_real_differences(xent: Xent, name: str) -> None:
    """scikit-learn clips two samples; float32 rounds the others, which is no difference."""
    probs = ("--labels", "1,1,0,1,0", "--probs", "0,0.3,1,0.8,0.2")
    logits = ("--labels", "1,0,1,0,1", "--logits", "-inf,0.3,3,0.8,0.2")
    data = probs if name in ("keras3", "torch") else logits
    with_ = f"exact,{name},sklearn" if data is probs else f"exact,{name},keras3-numpy"
    given = ("reconcile", *data, "--with", with_, "--rows")
    found = xent(*given, "5", "-f", "json").json
    clipped = [1, 3] if data is probs else [1]
    assert [row["sample"] for row in found["rows"]] == clipped
    assert (found["differing"], found["samples"]) == (len(clipped), 5)
    assert f"They differ on {len(clipped)} of 5 samples." in xent(*given, "5").out.splitlines()
    assert len(xent(*given, "1", "-f", "json").json["rows"]) == 1
