"""``--missing skip-element``: single labels that are missing leave out themselves alone."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from support import Ran

Xent = Callable[..., Ran]

ROWS = [(1, None, 0.5, 0.25), (0, 1, 0.5, 0.25), (float("nan"), 0, 0.5, 0.5)]
NAMES = ("y_a", "y_b", "p_a", "p_b")
SKIP = ("--missing", "skip-element", "--base", 2)


def files(folder: Path) -> dict[str, tuple[object, ...]]:
    """The same rows in every kind of file: 1, 1 and 2, and 1 bits, and two labels missing."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in ROWS]
    (folder / "a.csv").write_text("\n".join(map(",".join, [NAMES, *cells])) + "\n")
    plain = [[None if cell != cell else cell for cell in row] for row in ROWS]
    lines = [json.dumps(dict(zip(NAMES, row, strict=True))) for row in plain]
    (folder / "a.jsonl").write_text("\n".join(lines))
    pl.DataFrame(plain, schema=list(NAMES), orient="row").write_parquet(folder / "a.parquet")
    numbers = np.array(ROWS, float)
    np.savez(folder / "a.npz", y=numbers[:, :2], p=numbers[:, 2:])
    found: dict[str, tuple[object, ...]] = {
        name: (folder / f"a.{name}",) for name in ("csv", "jsonl", "parquet")
    }
    found["npz"] = ("--labels", f"@{folder}/a.npz#y", "--probs", f"@{folder}/a.npz#p")
    return found


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet", "npz"])
def test_only_the_element_is_left_out(xent: Xent, tmp_path: Path, kind: str) -> None:
    ran = xent("bce", *files(tmp_path)[kind], *SKIP, "-f", "json")
    found = ran.json
    assert (found["mean"], found["sum"], found["samples"]) == (1.25, 5.0, 3)
    assert found["per_element"] == [[1.0, 0.0], [1.0, 2.0], [0.0, 1.0]]
    assert found["per_sample"] == [1.0, 1.5, 1.0]
    assert (found["missing"], found["missing_labels"], found["ignored"]) == (0, 2, 2)
    assert "|missing:skip-element|" in found["signature"]
    assert "2 missing labels were left out" in ran.err


def test_it_goes_with_masks_and_weights(xent: Xent, tmp_path: Path) -> None:
    text = "y_a,y_b,p_a,p_b,w,m\n1,,0.5,0.25,3,1\n0,1,0.5,0.25,1,1\n,,0.5,0.5,1,1\n,1,0.5,0.5,1,0\n"
    found = xent("bce", *SKIP, "--weights", "w", "--mask", "m", "-f", "json", stdin=text).json
    assert found["mean"] == (3 * 1 + 1 * 1 + 1 * 2) / (3 + 1 + 1)
    assert found["valid"] == 3


def test_one_label_per_sample_leaves_out_the_sample(xent: Xent) -> None:
    found = xent("bce", *SKIP, "-f", "json", stdin="label,prob\n1,0.5\n,0.25\n").json
    assert (found["mean"], found["ignored"]) == (1.0, 1)


def test_names_of_classes_and_ignored_labels(xent: Xent) -> None:
    text = "y_a,y_b,p_a,p_b\nyes,,0.5,0.25\nno,yes,0.5,0.25\n"
    named = xent("bce", *SKIP, "--classes", "no,yes", "-f", "value", stdin=text)
    assert float(named.out) == (1 + 1 + 2) / 3
    text = "y_a,y_b,p_a,p_b\n1,,0.5,0.25\n-1,1,0.5,0.25\n"
    ignored = xent("bce", *SKIP, "--ignore-index=-1", "-f", "value", stdin=text)
    assert float(ignored.out) == (1 + 2) / 2


def test_what_else_is_missing_is_refused(xent: Xent) -> None:
    ran = xent("bce", *SKIP, stdin="y_a,y_b,p_a,p_b\n1,0,0.5,\n")
    assert (ran.code, ran.out) == (2, "")
    assert "line 2, column p_b: is missing" in ran.err
    ran = xent("ce", *SKIP, stdin="label,p_a,p_b\n1,0.5,0.5\n")
    assert ran.code == 2
    assert "--missing skip leaves out the sample" in ran.err
    nothing = xent("bce", *SKIP, stdin="y_a,y_b,p_a,p_b\n,,0.5,0.5\n")
    assert (nothing.code, nothing.out) == (2, "")
    assert "nan" in xent("bce", stdin="y_a,y_b,p_a,p_b\nnan,1,0.5,0.5\n").err


def test_accuracy_leaves_them_out_too(xent: Xent, tmp_path: Path) -> None:
    path = files(tmp_path)["csv"]
    assert xent("accuracy", *path, *SKIP[:2], "-f", "json").json["ignored"] == 2
