"""Gates: --expect and --max-... decide the exit code, never the result."""

from collections.abc import Callable

import pytest
from support import Ran

Xent = Callable[..., Ran]

TWO = ("--labels", "1,0", "--logits", "2,-1")  # mean 0.220095


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["--expect", "0.22"], 0),
        (["--expect", "0.2201"], 0),
        (["--expect", "0.2202"], 1),
        (["--expect", "0.2202", "--tol", "0.001"], 0),
        (["--expect", "0.22", "--tol", "0"], 1),
        (["--max-mean", "0.23"], 0),
        (["--max-mean", "0.22"], 1),
        (["--max-mean", "inf"], 0),
        (["--expect", "inf"], 1),
    ],
)
def test_gates(xent: Xent, args: list[str], code: int) -> None:
    ran = xent("bce", *TWO, "-f", "value", "-q", *args)
    assert ran.code == code
    assert ran.out.startswith("0.22009")
    assert ("gate: " in ran.err) == (code == 1)


HALVES = ("--labels", "0,1", "--probs", "0.5,0.5; 0.5,0.5")  # log 2, as always saying 1/2


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (["--max-perplexity", "2"], "gate: the perplexity is at most 2"),
        (["--max-perplexity", "1.9"], "gate: expected at most 1.9, the perplexity is 2.0"),
        (["--max-normalised", "1"], "gate: the normalised mean is at most 1"),
        (["--max-normalised", "0.9"], "gate: expected at most 0.9, the normalised mean is 1.0"),
        (
            ["--max-mean", "0.7", "--max-perplexity", "3"],
            "gate: the mean is at most 0.7, the perplexity is at most 3",
        ),
    ],
)
def test_gates_of_other_figures(xent: Xent, args: list[str], text: str) -> None:
    ran = xent("ce", *HALVES, *args, "-f", "value")
    assert ran.err == f"xent: {text}\n"
    assert ran.code == int("expected" in text)


def test_the_mean_is_gated_as_a_mean_also_where_the_value_is_a_sum(xent: Xent) -> None:
    asked = ("ce", *HALVES, "--reduction", "sum", "-f", "value")
    assert xent(*asked, "--max-mean", "0.7").code == 0
    assert xent(*asked, "--expect", "0.7", "--tol", "0.1").code == 1


def test_a_gate_of_a_figure_that_is_not_there_is_refused(xent: Xent) -> None:
    alike = ("--labels", "1,1", "--probs", "0.5,0.5; 0.5,0.5")
    ran = xent("ce", *alike, "--max-normalised", "1")
    assert ran.code == 2
    assert ran.out == ""
    assert "there is no normalised mean here" in ran.err
    assert "--max-perplexity" in xent("bce", *TWO, "--max-perplexity", "1").err


def test_the_bound_of_the_mean_is_not_called_like_the_largest_loss(xent: Xent) -> None:
    ran = xent("bce", *TWO, "--max", "1")
    assert ran.code == 2
    assert "did you mean --max-mean or --max-normalised?" in ran.err


@pytest.mark.parametrize("args", [["--expect", "1"], ["--max-mean", "1e9"], ["--max-mean", "inf"]])
def test_gates_never_hold_for_nan(xent: Xent, args: list[str]) -> None:
    assert xent("bce", "--labels", "1", "--probs", "nan", *args).code == 1


@pytest.mark.parametrize("logit", ["0.2447148", "1.1", "-3.3", "0.7", "40"])
def test_gates_hold_for_the_mean_as_it_is_printed(xent: Xent, logit: str) -> None:
    arrays = ("--labels", "1", f"--logits={logit}", "-f", "value")
    mean = xent("bce", *arrays).out.strip()
    assert xent("bce", *arrays, "--max-mean", mean, "--expect", mean, "--tol", "0").code == 0


def test_gate_expecting_infinity(xent: Xent) -> None:
    assert xent("bce", "--labels", "1", "--probs", "0", "--expect", "inf").code == 0
