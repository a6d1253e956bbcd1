"""Values that are nearly right: rounding, logarithms of probabilities, NaN for what is missing."""

import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from reading import read, refused
from support import Ran

Xent = Callable[..., Ran]


@pytest.mark.parametrize("value", ["1.0000001", "1.0000002", "-1e-9"])
def test_rounding_is_said_and_eps_helps(xent: Xent, value: str) -> None:
    options = ["bce", "--labels", "1,0", f"--probs={value},0.5", "-f", "value"]
    refusal = xent(*options)
    assert refusal.code == 2
    assert "is outside [0, 1]; that is rounding: --eps 1e-7" in refusal.err
    helped = xent(*options, "--eps", "1e-7")
    inside = xent(*options[:3], f"--probs={round(float(value))},0.5", *options[4:], "--eps", "1e-7")
    assert (helped.code, helped.out) == (0, inside.out)


@pytest.mark.parametrize("value", ["1.00001", "-0.001", "1.5"])
def test_eps_is_for_rounding_alone(value: str) -> None:
    for eps in (None, 1e-7):
        from xentcli.job import Settings

        error = refused("bce", labels="1", probs=value, settings=Settings(eps=eps))
        assert "is outside [0, 1]; if these are logits" in str(error)


def test_rounding_in_the_arrays_own_type(tmp_path: Path) -> None:
    np.save(tmp_path / "half.npy", np.array([1.002, 0.5], np.float16))
    assert "that is rounding" in str(refused("bce", labels="1,0", probs=f"@{tmp_path}/half.npy"))
    np.save(tmp_path / "single.npy", np.array([1.002, 0.5], np.float32))
    assert "rounding" not in str(refused("bce", labels="1,0", probs=f"@{tmp_path}/single.npy"))


def test_logarithms_of_probabilities_as_probabilities(xent: Xent) -> None:
    logs = ";".join(",".join(str(math.log(p)) for p in row) for row in ((0.9, 0.1), (0.2, 0.8)))
    refusal = xent("ce", "--labels", "0,1", f"--probs={logs}")
    assert "these are logarithms of probabilities: say --logits" in refusal.err
    ran = xent("ce", "--labels", "0,1", f"--logits={logs}", "-f", "json")
    assert math.isclose(ran.json["mean"], -(math.log(0.9) + math.log(0.8)) / 2, rel_tol=1e-15)
    assert "the logits are logarithms of probabilities" in ran.err


def test_logits_below_0_are_no_logarithms_of_probabilities() -> None:
    assert "--logits" in str(refused("ce", labels="0", probs="-1,-2;"))
    assert "logarithms" not in str(refused("ce", labels="0", probs="-1,-2;"))
    assert read("ce", labels="0", logits="-1,-2;").notes == ""
    assert "logarithms" not in read("bce", labels="0,1", logits="-1,-2").notes


def test_binary_loss_of_logarithms_of_class_probabilities() -> None:
    """A sigmoid of them is no probability of anything."""
    logs = ";".join(",".join(str(math.log(p)) for p in row) for row in ((0.9, 0.1), (0.2, 0.8)))
    notes = read("bce", labels="1,0;0,1", logits=logs).notes
    assert "the logits are logarithms of probabilities" in notes
    assert "xent ce" in notes


@pytest.mark.parametrize("form", ["npy", "json", "csv", "jsonl"])
@pytest.mark.parametrize("role", ["labels", "weights", "mask"])
def test_nan_is_missing_where_missing_rows_are_skipped(
    tmp_path: Path, form: str, role: str
) -> None:
    path = _written(tmp_path, form)
    options = {"labels": "y", "probs": "p"} | {role: "gap"}
    if form == "npy":
        options = {"labels": "1,0,1", "probs": "0.5,0.25,0.5"} | {role: f"@{path}"}
    files = [] if form == "npy" else [path]
    assert "leave such rows out with --missing skip" in str(refused("bce", *files, **options))
    found = read("bce", *files, missing="skip", **options)
    assert found.scores == [0.5, 0.5]
    assert found.last.kept is not None
    assert found.last.kept.tolist() == [0, 2]


def _written(folder: Path, form: str) -> Path:
    path = folder / f"a.{form}"
    gap = [1.0, math.nan, 1.0]
    rows = [
        {"y": y, "p": p, "gap": g} for y, p, g in zip((1, 0, 1), (0.5, 0.25, 0.5), gap, strict=True)
    ]
    if form == "npy":
        np.save(path, np.array(gap))
    elif form == "json":
        path.write_text(json.dumps({key: [row[key] for row in rows] for key in rows[0]}))
    elif form == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    else:
        path.write_text("y,p,gap\n" + "".join(f"{r['y']},{r['p']},{r['gap']}\n" for r in rows))
    return path


def test_scores_that_are_nan_are_computed_all_the_same() -> None:
    found = read("bce", labels="1,0", probs="nan,0.5", missing="skip")
    assert (len(found.scores), found.last.kept) == (2, None)
