"""Options that vary a loss: what they refuse, and how a result says that they were used."""

import csv
import io
import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest
from support import Ran

from xentcli import __version__

Xent = Callable[..., Ran]

BCE = ("bce", "--labels", "1,0", "--logits", "2,-1")
PROBS = ("bce", "--labels", "1,0", "--probs", "0.5,0.5")
CE = ("ce", "--labels", "0,1", "--logits", "1,2;2,1")

REFUSALS: dict[str, tuple[tuple[str, ...], str]] = {
    "smoothing": (
        (*BCE, "--label-smoothing", "2"),
        "--label-smoothing 2 is not between 0 and 1; such as --label-smoothing 0.1",
    ),
    "smoothing-minus": ((*CE, "--label-smoothing=-0.1"), "is not between 0 and 1"),
    "smoothing-nan": ((*CE, "--label-smoothing", "nan"), "is not between 0 and 1"),
    "smoothing-lacking": (
        (*BCE, "--label-smoothing", "0.1", "-c", "torch"),
        "torch has no --label-smoothing for binary cross-entropy from logits; conventions that "
        "have it: exact, tf-keras",
    ),
    "eps": ((*PROBS, "--eps", "0.7"), "--eps 0.7 is not between 0 and 0.5; such as --eps 1e-7"),
    "eps-nan": ((*PROBS, "--eps", "nan"), "--eps nan is not between 0 and 0.5"),
    "eps-0": ((*PROBS, "--eps", "0"), "--eps 0 is not between 0 and 0.5"),
    "eps-of-logits": ((*BCE, "--eps", "0.1"), "exact has no --eps for binary cross-entropy from"),
    "alpha-alone": (
        (*BCE, "--focal-alpha", "0.5"),
        "--focal-alpha is given without --focal-gamma; add --focal-gamma 2",
    ),
    "alpha-count": (
        (*CE, "--focal-gamma", "2", "--focal-alpha", "1,2,3"),
        "--focal-alpha has 3 numbers for 2 outputs; give one number, or one for each",
    ),
    "gamma": ((*BCE, "--focal-gamma=-1"), "--focal-gamma -1 is not a number >= 0; 2 is usual"),
    "gamma-inf": ((*BCE, "--focal-gamma", "inf"), "is not a number >= 0"),
    "class-unknown": (
        (*CE, "--class-weight", "0=1,5=2"),
        "--class-weight names 5, which is not a class; the classes are 0, 1",
    ),
    "class-missing": (
        (*CE, "--class-weight", "0=1"),
        "--class-weight has no weight for class 1; name every class, such as 0=1,1=1",
    ),
    "class-twice": (
        (*CE, "--class-weight", "0=1,0 =2"),
        "--class-weight names 0 twice; name every class once",
    ),
    "class-count": (
        (*CE, "--class-weight", "1,2,3"),
        "--class-weight has 3 weights for 2 classes; give one weight per class",
    ),
    "class-nameless": ((*CE, "--class-weight", "=1"), "=1 is no NAME=WEIGHT; such as 0=1,1=3"),
    "class-word": ((*CE, "--class-weight", "0=x,1=2"), ": --class-weight, value 1: not a number"),
    "class-minus": ((*CE, "--class-weight=-1,2"), "--class-weight: -1 is not a number >= 0"),
    "class-inf": ((*CE, "--class-weight", "inf,2"), "--class-weight: inf is not a number >= 0"),
    "class-file": ((*CE, "--class-weight", "@nowhere.json"), "nowhere.json: no such file"),
    "class-and-weights": (
        (*CE, "-c", "keras3", "--class-weight", "1,2", "--weights", "1,2"),
        "keras3 does not take --class-weight and --weights together; multiply them",
    ),
    "binary-class": ((*BCE, "--class-weight", "1=2"), "no weight for class 0; name every class"),
    "pos-count": (
        (*BCE, "--pos-weight", "1,2"),
        "--pos-weight has 2 numbers for 1 output; give one number, or one for each",
    ),
    "pos-of-ce": ((*CE, "--pos-weight", "2"), "No such option: --pos-weight"),
    "weights-lacking": ((*BCE, "-c", "optax", "-w", "1,2"), "optax has no --weights for binary"),
    "convention": ((*BCE, "-c", "torh"), "no convention is called torh; did you mean torch?"),
    "dtype": (
        (*BCE, "--dtype", "float16"),
        "exact computes in float64 and float32 only, not in float16; conventions that do: keras2",
    ),
    "dtype-xgboost": ((*BCE, "-c", "xgboost", "--dtype", "float64"), "in float32 only, not in"),
    "dtype-unknown": ((*BCE, "--dtype", "float8"), "'float8' is not one of 'float64'"),
    "base": ((*BCE, "--base", "3"), "'3' is not one of 'e', '2', '10'"),
    "reduction": (
        (*BCE, "--reduction", "median"),
        "exact has no reduction median; one of mean, sum, none, mean-by-weight",
    ),
    "none-value": (
        (*BCE, "--reduction", "none", "-f", "value"),
        "there is no one number; print them with -f csv, or choose mean or sum",
    ),
    "none-expect": ((*BCE, "--reduction", "none", "--expect", "1"), "there is no one number"),
    "none-max": ((*BCE, "--reduction", "NONE", "--max-mean", "1"), "there is no one number"),
    "rows": ((*BCE, "--rows", "x"), "--rows x is not a number of rows; or say all or none"),
    "rows-minus": ((*BCE, "--rows", "-1"), "--rows -1 is not a number of rows"),
    "rows-digits": ((*BCE, "--rows", "\u0663"), "is not a number of rows"),
    "classes-and-base": (
        (*CE, "--classes", "a,b", "--label-base", "1"),
        "--classes and --label-base exclude each other; list the numbers as classes",
    ),
    "grad": ((*PROBS, "--grad"), "--grad is the derivative by each logit, and these are"),
    "tol": ((*BCE, "--tol", "1"), "--tol is given without --expect; add --expect X"),
}


@pytest.mark.parametrize(("args", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(xent: Xent, args: tuple[str, ...], message: str) -> None:
    ran = xent(*args)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("xent: error: ")
    assert ran.err.count("\n") == 1
    assert message in ran.err


@pytest.mark.parametrize(
    ("typed", "name"), [("None", "none"), ("Mean_By_Count", "mean-by-count"), ("SUM", "sum")]
)
def test_reductions_as_libraries_write_them(xent: Xent, typed: str, name: str) -> None:
    args = (*BCE, "--weights", "1,3", "-f", "json", "--reduction")
    assert xent(*args, typed).out == xent(*args, name).out
    assert xent(*args, typed).json["reduction"] == name
    assert xent(*BCE, "--reduction", "None", "-f", "value").code == 2


def fields(signature: str) -> dict[str, str]:
    loss, *rest = signature.split("|")
    return {"loss": loss, **dict(field.split(":", 1) for field in rest)}


PLAIN = "loss in conv dtype eps smooth weights ignored red base n v".split()


def test_the_signature_of_a_plain_run(xent: Xent) -> None:
    found = fields(xent(*BCE, "-f", "json").json["signature"])
    assert list(found) == PLAIN
    assert found == {
        "loss": "bce",
        "in": "logits",
        "conv": "exact",
        "dtype": "f64",
        "eps": "0",
        "smooth": "0",
        "weights": "no",
        "ignored": "0",
        "red": "mean",
        "base": "e",
        "n": "2",
        "v": __version__,
    }


def test_the_signature_names_every_option(xent: Xent) -> None:
    args = "--class-weight 0=1,1=2.5 --pos-weight 3 --focal-gamma 2 --focal-alpha 0.3"
    more = "--label-smoothing 0.1 --base 2 --reduction Sum --weights 0,2 --dtype float32"
    found = fields(xent(*BCE, *args.split(), *more.split(), "-f", "json").json["signature"])
    assert list(found) == [*PLAIN[:-1], "cw", "pw", "focal", "v"]
    told = {name: found[name] for name in ("cw", "pw", "focal", "smooth", "base", "red", "dtype")}
    assert told == {
        "cw": "0=1,1=2.5",
        "pw": "3",
        "focal": "2,0.3",
        "smooth": "0.1",
        "base": "2",
        "red": "sum",
        "dtype": "f32",
    }
    assert (found["weights"], found["ignored"]) == ("yes", "1")


def test_the_signature_names_the_bound_that_worked(xent: Xent) -> None:
    args = ("bce", "--labels", "1,0;1,1", "--probs", "0,0.5;0.5,0.5", "-f", "json")
    keras = fields(xent(*args, "-c", "keras3").json["signature"])
    assert (keras["eps"], keras["clip"], keras["dtype"]) == ("1e-07", "1", "f32")
    assert (keras["red"], keras["n"]) == ("sum-over-batch-size", "2x2")
    own = fields(xent(*args, "--eps", "1e-3").json["signature"])
    assert (own["eps"], own["clip"], own["conv"]) == ("0.001", "1", "exact")


@pytest.mark.parametrize(("base", "size", "unit"), [("2", 2, "bits"), ("10", 10, "bans")])
def test_units(xent: Xent, base: str, size: int, unit: str) -> None:
    found = xent(*CE, "--base", base, "-f", "json").json
    nats = xent(*CE, "-f", "json").json
    assert found["unit"] == unit
    assert found["mean"] == pytest.approx(nats["mean"] / math.log(size), rel=1e-15)
    assert found["perplexity"] == pytest.approx(nats["perplexity"], rel=1e-14)
    assert f" {unit}\n" in xent(*CE, "--base", base).out


def test_a_gate_on_a_sum_says_so(xent: Xent) -> None:
    ran = xent(*BCE, "--reduction", "sum", "--expect", "1", "-f", "value")
    assert ran.code == 1
    # log(1 + exp(-2)) + log(1 + exp(-1)), from mpmath
    assert float(ran.out) == pytest.approx(0.440189698561195330, rel=1e-15)
    assert ran.err == f"xent: gate: expected 1 within 0.5, the sum is {ran.out}"
    assert xent(*BCE, "--reduction", "sum", "--expect", "0.44").code == 0
    assert "the mean is" in xent(*BCE, "--expect", "1").err


# 1/(1 + exp(-z)) - y at z = 2, y = 1 and z = -1, y = 0; each half of that by the mean.
SLOPES = (-0.11920292202211755 / 2, 0.26894142136999512 / 2)


def test_derivatives_in_every_format(xent: Xent) -> None:
    args = (*BCE, "--grad")
    for form, delimiter in (("csv", ","), ("tsv", "\t")):
        ran = xent(*args, "-f", form, "-q")
        rows = list(csv.DictReader(io.StringIO(ran.out), delimiter=delimiter))
        assert list(rows[0]) == ["sample", "loss", "grad"]
        assert [float(row["grad"]) for row in rows] == pytest.approx(SLOPES, rel=1e-14)
    lines = xent(*args, "-f", "jsonl").out.splitlines()
    assert [json.loads(line)["grad"] for line in lines] == pytest.approx(SLOPES, rel=1e-14)
    assert xent(*args, "-f", "json").json["grad"] == pytest.approx(SLOPES, rel=1e-14)
    table = xent(*args).out
    assert "Derivative of the mean by each logit" in table
    assert "1   -0.0596015\n" in table
    assert "| 2 | 0.134471 |\n" in xent(*args, "-f", "markdown").out
    assert "Derivative of the sum by each logit" in xent(*args, "--reduction", "sum").out
    assert xent(*args, "-f", "value").out == xent(*BCE, "-f", "value").out


def test_derivatives_of_classes(xent: Xent) -> None:
    text = "label,z_a,z_b\na,1,2\n"
    ran = xent("ce", "--grad", "-f", "csv", "-q", stdin=text)
    (row,) = csv.DictReader(io.StringIO(ran.out))
    assert list(row) == ["sample", "label", "loss", "grad_z_a", "grad_z_b"]
    # softmax of 1, 2 less the label's row, from mpmath
    assert float(row["grad_z_a"]) == pytest.approx(-0.73105857863000488, rel=1e-15)
    assert float(row["grad_z_b"]) == pytest.approx(0.73105857863000488, rel=1e-15)
    found = xent("ce", "--grad", "-f", "json", stdin=text).json["grad"]
    assert found == [[float(row["grad_z_a"]), float(row["grad_z_b"])]]


def test_derivatives_are_not_streamed_before_their_divisor_is_known(xent: Xent) -> None:
    weights = (*BCE, "--weights", "1,3", "--grad", "-f", "csv", "--rows", "1")
    (row,) = csv.DictReader(io.StringIO(xent(*weights).out))
    assert float(row["grad"]) == pytest.approx(SLOPES[0] * 2 / 4, rel=1e-14)


def test_class_names_with_commas_and_quotes_are_quoted(xent: Xent) -> None:
    text = 'label,"z_a,1","z_b""2"\n"a,1",1,2\n"b""2",1,2\n'
    for form, delimiter in (("csv", ","), ("tsv", "\t")):
        ran = xent("ce", "-f", form, "-q", stdin=text)
        rows = list(csv.DictReader(io.StringIO(ran.out), delimiter=delimiter))
        assert [row["label"] for row in rows] == ["a,1", 'b"2']
    lines = xent("ce", "-f", "jsonl", "-q", stdin=text).out.splitlines()
    assert [json.loads(line)["label"] for line in lines] == ["a,1", 'b"2']


def test_class_weights_by_name_number_and_file(xent: Xent, tmp_path: Path) -> None:
    text = "label,z_cat,z_dog\ncat,1,2\ndog,0,2\n"
    path = tmp_path / "weights.json"
    path.write_text("[2, 3]")
    named = xent("ce", "--class-weight", "dog=3,cat=2", "-f", "value", stdin=text)
    for other in ("2,3", "[2, 3]", f"@{path}"):
        assert xent("ce", "--class-weight", other, "-f", "value", stdin=text).out == named.out
    based = ("ce", "--labels", "5,6", "--logits", "1,2;0,2", "--label-base", "5")
    assert xent(*based, "--class-weight", "6=3,5=2", "-f", "value").out == named.out
    assert "classes are 5, 6" in xent(*based, "--class-weight", "0=3,1=2").err


def test_the_format_of_the_environment_reaches_all(
    xent: Xent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XENT_FORMAT", "json")
    assert xent(*CE, "--class-weight", "1,2").json["loss"] == "ce"
    assert xent(*CE, "-f", "value").out == f"{xent(*CE).json['mean']!r}\n"
    monkeypatch.setenv("XENT_FORMAT", "value")
    assert xent(*CE, "--reduction", "none").code == 2


def test_derivatives_of_unnamed_classes_are_numbered_as_labels_are(xent: Xent) -> None:
    assert xent(*CE, "--grad", "-f", "csv").out.splitlines()[0].endswith("grad_0,grad_1")


def test_counts_of_what_counts_agree(xent: Xent) -> None:
    # Sample 3 is masked, 5 ignored, 2 has no weight: of the 3 valid ones 2 count.
    given = ("bce", "--labels", "1,0,1,0,-1", "--logits", "1,1,1,1,1", "--weights", "1,0,1,2,1")
    more = ("--mask", "1,1,0,1,1", "--ignore-index=-1")
    found = xent(*given, *more, "-f", "json").json
    assert (found["valid"], found["nonzero_weights"], found["ignored"]) == (3, 2, 3)
    lines = xent(*given, *more).out.splitlines()
    assert [line.split(maxsplit=1) for line in lines if line.startswith(("valid", "weights"))] == [
        ["valid", "3 of 5 losses"],
        ["weights", "sum 3, 2 of 3 not 0"],
    ]


def test_the_signature_says_that_rows_were_left_out(xent: Xent) -> None:
    text = "label,logit\n1,2\n,3\n"
    skipped = xent("bce", "--missing", "skip", "-f", "json", stdin=text).json["signature"]
    assert "|n:1|missing:skip|v:" in skipped
    assert "missing" not in xent(*BCE, "-f", "json").json["signature"]
