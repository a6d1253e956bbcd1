"""Gates: --expect and --max decide the exit code, never the result."""

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
        (["--max", "0.23"], 0),
        (["--max", "0.22"], 1),
        (["--max", "inf"], 0),
        (["--expect", "inf"], 1),
    ],
)
def test_gates(xent: Xent, args: list[str], code: int) -> None:
    ran = xent("bce", *TWO, "-f", "value", "-q", *args)
    assert ran.code == code
    assert ran.out.startswith("0.22009")
    assert ("gate: " in ran.err) == (code == 1)


@pytest.mark.parametrize("args", [["--expect", "1"], ["--max", "1e9"], ["--max", "inf"]])
def test_gates_never_hold_for_nan(xent: Xent, args: list[str]) -> None:
    assert xent("bce", "--labels", "1", "--probs", "nan", *args).code == 1


@pytest.mark.parametrize("logit", ["0.2447148", "1.1", "-3.3", "0.7", "40"])
def test_gates_hold_for_the_mean_as_it_is_printed(xent: Xent, logit: str) -> None:
    arrays = ("--labels", "1", f"--logits={logit}", "-f", "value")
    mean = xent("bce", *arrays).out.strip()
    assert xent("bce", *arrays, "--max", mean, "--expect", mean, "--tol", "0").code == 0


def test_gate_expecting_infinity(xent: Xent) -> None:
    assert xent("bce", "--labels", "1", "--probs", "0", "--expect", "inf").code == 0
