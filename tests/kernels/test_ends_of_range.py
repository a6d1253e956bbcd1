"""Losses at the ends of float64's range: below 2.2e-308, and where only nats overflow."""

import math
from collections.abc import Callable

import mpmath
import numpy as np
import pytest
from support import Ran

from xentcli import kernels

Xent = Callable[..., Ran]


@pytest.mark.parametrize("classes", [2, 3, 20, 33, 1000])
@pytest.mark.parametrize("gap", [690.0, 700.0, 708.5, 720.0, 744.0, 745.2, 750.0, 800.0])
def test_gaps_beyond_the_exponential(classes: int, gap: float) -> None:
    logits = np.zeros((3, classes))
    logits[:, 1] = gap
    with mpmath.workdps(60):
        exact = mpmath.log1p((classes - 1) * mpmath.exp(-mpmath.mpf(gap)))
        found = kernels.ce_from_logits(np.ones(3, int), logits)
        off = abs(mpmath.mpf(float(found[0])) - exact)
        assert off <= 4 * mpmath.mpf(math.ulp(float(exact)))
        assert exact > 2.0**-1022 or off <= mpmath.mpf(2.0**-1074)
    assert found.tolist() == [found[0]] * 3
    one_hot = np.eye(classes)[[1, 1, 1]]
    assert kernels.ce_from_logits_soft(one_hot, logits).tolist() == found.tolist()


def test_rows_of_all_sizes_side_by_side() -> None:
    rng = np.random.default_rng(3)
    logits = rng.normal(0, 1, (60, 5)) * rng.choice([1.0, 100.0, 400.0], (60, 1))
    labels = logits.argmax(axis=1)
    whole = kernels.ce_from_logits(labels, logits)
    single = [kernels.ce_from_logits(labels[i : i + 1], logits[i : i + 1])[0] for i in range(60)]
    assert whole.tolist() == single
    assert (whole < 1e-300).any()


def test_the_published_row(xent: Xent) -> None:
    zeros = ",0" * 19
    ran = xent("ce", "--labels", "0", "--logits", f"744{zeros}", "-f", "value")
    # 19·exp(-744) is 29.5 units of 2^-1074.
    assert float(ran.out) == 30 * 2.0**-1074
    assert f"{float(ran.out):.3g}" == "1.48e-322"


@pytest.mark.parametrize(
    "args",
    [
        ["ce", "--labels", "1", "--logits", "1.5e308,-1.5e308"],
        ["ce", "--labels", "0,1", "--logits", "1.5e308,-1.5e308"],
        ["ce", "--labels", "1,0;0,1", "--logits", "1e308,1e308;1.5e308,-1.5e308"],
        ["ce", "--labels", "1", "--logits", "1e308,-0.5e308", "--class-weight", "1,2"],
        ["bce", "--labels", "1", "--logits=-1.5e308", "--pos-weight", "2"],
        [
            "bce",
            "--labels",
            "1",
            "--logits=-1.5e308",
            "--pos-weight",
            "2",
            "--label-smoothing",
            "0",
        ],
    ],
)
def test_bans_where_nats_overflow(xent: Xent, args: list[str]) -> None:
    worst = 1.5e308 / math.log(10) * 2
    for base, largest in (("e", math.inf), ("2", math.inf), ("10", worst)):
        ran = xent(*args, "--base", base, "--reduction", "sum", "-f", "json")
        assert ran.code == 0, ran.err
        assert float(ran.json["max"]) == pytest.approx(largest, rel=1e-15)
