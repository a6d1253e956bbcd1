"""Rows of class probabilities that do not sum to 1: explained by rounding, refused, or said."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reading import read, refused
from support import Ran

from xentcli.inputs.row_sums import _rounding

Xent = Callable[..., Ran]
TWO_MODELS = "y,prob_a,prob_b\n1,0.9,0.8\n0,0.2,0.3\n"
UNEXPLAINED = "which rounding of their digits does not explain; divide each row by its sum with"


def test_two_score_groups_are_no_classes(xent: Xent) -> None:
    done = xent("ce", stdin=TWO_MODELS)
    assert done.code == 2
    assert done.err.startswith("xent: error: stdin, line 2: probabilities sum to 1.7, ")
    assert UNEXPLAINED in done.err
    by_sums = -(math.log(0.8 / 1.7) + math.log(0.2 / 0.5)) / 2
    for flag, mean, said in (
        ("--renormalise", by_sums, "|sum:renormalised|"),
        ("--as-is", -(math.log(0.8) + math.log(0.2)) / 2, "|sum:as-is|"),
    ):
        found = xent("ce", flag, "-f", "json", stdin=TWO_MODELS).json
        assert math.isclose(found["value"], mean, rel_tol=1e-15)
        assert said in found["signature"]
    both = xent("ce", "--as-is", "--renormalise", stdin=TWO_MODELS)
    assert "--renormalise and --as-is exclude each other" in both.err


def test_a_convention_that_divides_is_a_reason_to_say_so(xent: Xent) -> None:
    asked = xent("ce", "-c", "keras3", stdin=TWO_MODELS)
    assert asked.code == 2
    assert "--as-is (keras3 divides them itself)" in asked.err
    found = xent("ce", "-c", "keras3", "--as-is", "-f", "json", stdin=TWO_MODELS).json
    by_sums = -(math.log(0.8 / 1.7) + math.log(0.2 / 0.5)) / 2
    assert math.isclose(found["value"], by_sums, rel_tol=1e-6)


def test_other_commands(xent: Xent) -> None:
    assert UNEXPLAINED in xent("reconcile", stdin=TWO_MODELS).err
    assert xent("reconcile", "--as-is", "--with", "exact,keras3", stdin=TWO_MODELS).code == 0
    assert xent("accuracy", stdin=TWO_MODELS).code == 0  # the largest is the largest
    done = xent("ce", "--labels", "0", "--logits", "0.5,0.4", "--as-is")
    assert "--as-is is of rows of class probabilities, and these are logits" in done.err


@pytest.mark.parametrize(
    ("probs", "explained"),
    [
        ("0.3,0.6", True),  # 0.35 and 0.65 round to them
        ("0.5,0.4", True),
        ("0.50,0.40", True),
        ("5e-1,4e-1", True),
        ("5.0e-1,4.0e-1", True),
        ("0.333,0.333,0.333", True),
        ("0.333,0.333,0.330", False),
        ("0.13,0.88", True),  # 0.125 and 0.875, halves rounded up
        ("0.51,0.40", False),
        ("0.60,0.50", True),  # 0.55 and 0.45, halves rounded up
        ("1,1", False),
        ("0,0", False),
        ("0.3000001,0.7", True),  # arithmetic in float32
        ("0.300005,0.70000000", False),
        ("1.2e-7,0.123457,0.876543", True),  # six significant digits
        ("nan,0.5", True),  # the loss is nan, and says so
        ("1,0.05", False),  # 1 hides half a hundredth
        ("1,0.0044", True),  # two significant digits
        ("1,0,0.1", False),  # 0 hides nothing above 1
        ("0.5,0,0,0,0,0,0,0,0,0", False),
        ("0.6,0,0,0,0,0,0,0,0,0", False),
        ("0.98,0,0,0,0", True),
        ("0.2,0.2,0.2,0.2,0.1,0.1,0.1,0.1,0.1,0.1", False),  # ten numbers hide 0.32
        ("0.2,0.2,0.2,0.1,0.1", True),  # five hide 0.22
        ("0.9,0.5,0,0,0,0,0,0,0,0", False),
        ("0,0,0,0", False),
    ],
)
def test_what_rounding_explains(tmp_path: Path, probs: str, explained: bool) -> None:
    path = tmp_path / "a.csv"
    head = ",".join(f"p_{i}" for i in range(probs.count(",") + 1))
    path.write_text(f"y,{head}\n0,{probs}\n")
    array = {"labels": "0", "probs": probs}
    given: list[tuple[tuple[Path, ...], dict[str, Any]]] = [((path,), {}), ((), array)]
    for files, options in given:
        if explained:
            assert len(read("ce", *files, **options).labels) == 1
        else:
            assert "probabilities sum to" in str(refused("ce", *files, **options))


SHORT, LONG = ("1", "0.6", "0.5"), ("1", "0.512", "0.488")


def csv(path: Path, rows: list[tuple[str, ...]]) -> Path:
    path.write_text("y,p_0,p_1\n" + "".join(",".join(row) + "\n" for row in rows))
    return path


def test_a_row_is_judged_by_its_own_digits_alone(xent: Xent, tmp_path: Path) -> None:
    """Whatever rows are beside it: 0.6 and 0.5 may be 0.55 and 0.45, halves rounded up."""
    many = [LONG] * 1500
    for rows in ([SHORT, LONG], [LONG, SHORT], [SHORT, *many], [*many, SHORT]):
        assert xent("ce", csv(tmp_path / "a.csv", rows)).code == 0
    one, two = csv(tmp_path / "a.csv", [SHORT]), csv(tmp_path / "b.csv", [LONG])
    assert xent("ce", one, two).code == 0
    assert xent("ce", two, one).code == 0
    wrong = ("1", "0.61", "0.5")
    for rows in ([SHORT, wrong], [*many, wrong, SHORT]):
        error = xent("ce", csv(tmp_path / "a.csv", rows)).err
        assert "probabilities sum to 1.11, " in error


@pytest.mark.parametrize(("row", "explained"), [([0.6, 0.5], True), ([0.61, 0.5], False)])
def test_formats_give_one_verdict(tmp_path: Path, row: list[float], explained: bool) -> None:
    written = [("1", *(f"{number:.4f}" for number in row))]
    lines = tmp_path / "a.jsonl"
    lines.write_text(json.dumps({"y": 1, "p_0": row[0], "p_1": row[1]}))
    given: list[tuple[tuple[Path, ...], dict[str, Any]]] = [
        ((csv(tmp_path / "a.csv", written),), {}),
        ((lines,), {}),
        ((), {"labels": "1", "probs": ",".join(written[0][1:])}),
    ]
    for kind in ("float32", "float64"):
        path = tmp_path / f"{kind}.npy"
        np.save(path, np.array([row], kind))
        given.append(((), {"labels": "1", "probs": f"@{path}"}))
    for files, options in given:
        if explained:
            assert len(read("ce", *files, **options).labels) == 1
        else:
            assert "probabilities sum to 1.11" in str(refused("ce", *files, **options))


@pytest.mark.parametrize(("kind", "off"), [("float16", 2e-3), ("float32", 1e-7)])
def test_the_type_of_an_array_explains_its_rounding(tmp_path: Path, kind: str, off: float) -> None:
    exact = np.random.default_rng(3).dirichlet(np.ones(5), 200)
    np.save(tmp_path / "p.npy", exact.astype(kind) * np.dtype(kind).type(1 - off))
    given = {"labels": ",".join("0" * 200), "probs": f"@{tmp_path}/p.npy"}
    assert len(read("ce", **given).labels) == 200
    np.save(tmp_path / "p.npy", (exact * (1 - 50 * off)).astype(kind))
    assert UNEXPLAINED in str(refused("ce", **given))


@pytest.mark.parametrize("decimals", [2, 3, 6])
def test_rounded_rows_are_never_refused(tmp_path: Path, decimals: int) -> None:
    for classes in (2, 3, 10, 100):
        probs = np.random.default_rng(decimals).dirichlet(np.ones(classes), 50)
        for form in (f"%.{decimals}f", f"%.{decimals}g", f"%.{decimals}e"):
            path = tmp_path / "p.csv"
            np.savetxt(path, probs, form, delimiter=",")
            given = {"labels": ",".join("0" * 50), "probs": f"@{path}#header=no"}
            assert len(read("ce", **given).labels) == 50


def test_rows_that_do_not_count_need_no_sum() -> None:
    given = {"labels": "0,1", "probs": "0.5,0.5;0.9,0.9"}
    assert read("ce", mask="1,0", **given).valid == [True, False]
    assert "sum to 1.8" in str(refused("ce", mask="1,1", **given))
    assert read("ce", ignore_index=1.0, **given).valid == [True, False]
    assert "sum to 0" in str(refused("ce", labels="0", probs="0,0", sums="renormalise"))


def test_a_weight_of_0_leaves_out_a_row(xent: Xent) -> None:
    """Its sum is not judged, as under a mask, but its numbers are probabilities all the same."""
    table = "y,p_a,p_b,w\n0,.9,.1,1\n1,.2,.2,{}\n"
    ran = xent("ce", "--weights", "w", "-f", "value", stdin=table.format(0))
    assert float(ran.out) == pytest.approx(-math.log(0.9), rel=1e-15)
    assert "line 3: probabilities sum to 0.4" in xent("ce", "-w", "w", stdin=table.format(0.1)).err
    assert "probabilities sum to 0.4" in xent("ce", stdin=table.format(0)).err
    given = {"labels": "0,1,0", "probs": "0.5,0.5;0,0;0.9,0.9", "mask": "1,1,0"}
    assert len(read("ce", weights="1,0,1", **given).labels) == 3
    assert len(read("ce", weights="1,0,1", sums="renormalise", **given).labels) == 3
    assert "sum to 0" in str(refused("ce", weights="0,1,0", **given))
    outside = {"labels": "0,1", "probs": "0.5,0.5;7,0.2", "weights": "1,0"}
    assert "probability 7 is outside [0, 1]" in str(refused("ce", **outside))


@pytest.mark.parametrize("sums", ["check", "renormalise"])
def test_numbers_that_overflow_have_their_own_error(sums: str) -> None:
    for probs in ("0.5,0.5;1e308,1e308", "0.5,0.5;1e308,0.5", "inf,0.5;0.5,0.5"):
        error = refused("ce", labels="0,1", probs=probs, sums=sums)
        assert "probabilit" in str(error)
        assert "sum to" not in str(error)


def test_half_a_unit_of_the_last_digit() -> None:
    rows = np.array([[0.5, 0.25, 0.25], [0.5, 0.5, 0], [0.1234, 0.5, 0.25], [1.25e-17, 0.5, 0]])
    for kind in ("float32", "float64"):
        stored = rows.astype(kind).astype(float)
        units = [0.03, 0.2, 3 * 0.0001, 1e-19 + 0.001 + 1e-19]
        found = _rounding(stored, np.dtype(kind))
        assert found == pytest.approx(np.array(units) / 2, rel=1e-9)


@pytest.mark.parametrize("decimals", range(2, 9))
def test_rounded_softmaxes_are_never_refused(decimals: int) -> None:
    """Of 2 to 1000 classes, of which many round to 0, at temperatures of 0.1 to 5."""
    rng = np.random.default_rng(decimals)
    for _ in range(300):
        logits = rng.normal(size=int(2 * 500 ** rng.random())) / rng.uniform(0.1, 5)
        p = np.exp(logits - logits.max())
        rounded = np.round([p / p.sum()], decimals)
        off = abs(rounded.sum() - 1)
        assert off <= 1e-12 + _rounding(rounded, np.dtype(float))[0]
