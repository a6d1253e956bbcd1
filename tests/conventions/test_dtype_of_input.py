"""The float type of the file: where a convention keeps it, its bound is that type's epsilon.

scikit-learn 1.9.1 printed the figures for arrays of each type.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import Ran

Xent = Callable[..., Ran]

BINARY = {"float64": 18.36840028483855, "float32": 8.317766189575195, "float16": 3.8125}
ROWS = {"float64": 12.364491837871945, "float32": 5.664068698883057, "float16": 2.66015625}
WITHIN = {"float64": 1e-15, "float32": 1.2e-7, "float16": 1e-3}
CLASSES = [[0, 0.5, 0.5], [0.25, 0.5, 0.25], [0.1, 0.2, 0.7]]
SKLEARN = ("-c", "sklearn", "-q")


def npz(path: Path, labels: Any, scores: Any, dtype: str) -> Path:
    np.savez(path, y=np.array(labels), p=np.array(scores, dtype))
    return path


def npy(path: Path, labels: Any, scores: Any, dtype: str) -> Path:
    np.save(path, np.column_stack([np.array(labels), np.array(scores)]).astype(dtype))
    return path


def frame(path: Path, labels: Any, scores: Any, dtype: str) -> Path:
    polars = pytest.importorskip("polars")
    if not hasattr(polars, "Float16") and dtype == "float16":
        pytest.skip("this Polars has no float16")
    columns = dict(zip("abc", np.array(scores, dtype).reshape(len(labels), -1).T, strict=False))
    table = polars.DataFrame({"y": labels, **columns})
    (table.write_parquet if path.suffix == ".parquet" else table.write_ipc)(path)
    return path


WRITERS: dict[str, Callable[..., Path]] = {".npz": npz, ".parquet": frame, ".arrow": frame}


def scores_of(suffix: str, loss: str) -> str:
    return "p" if suffix == ".npz" else ("a" if loss == "bce" else "a..c")


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("dtype", BINARY)
def test_scikit_learn_goes_by_the_type_of_the_file(
    xent: Xent, tmp_path: Path, suffix: str, dtype: str
) -> None:
    for loss, labels, scores, figures in (
        ("bce", [0, 1], [1, 0.5], BINARY),
        ("ce", [0, 1, 2], CLASSES, ROWS),
    ):
        path = WRITERS[suffix](tmp_path / f"{loss}{suffix}", labels, scores, dtype)
        picked = ("--labels", "y", "--probs", scores_of(suffix, loss))
        ran = xent(loss, path, *picked, *SKLEARN, "-f", "json")
        assert ran.json["value"] == pytest.approx(figures[dtype], rel=WITHIN[dtype])
        assert f"|dtype:f{dtype.removeprefix('float')}|" in ran.json["signature"]
        assert f"|eps:{np.finfo(dtype).eps:g}|" in ran.json["signature"]


@pytest.mark.parametrize("dtype", BINARY)
def test_a_table_and_two_arrays_do_too(xent: Xent, tmp_path: Path, dtype: str) -> None:
    table = npy(tmp_path / "both.npy", [0, 1], [1, 0.5], dtype)
    np.save(tmp_path / "y.npy", np.array([0, 1]))
    np.save(tmp_path / "p.npy", np.array([1, 0.5], dtype))
    apart = ("--labels", f"@{tmp_path}/y.npy", "--probs", f"@{tmp_path}/p.npy")
    for given in ((table, "--labels", ":1", "--probs", ":2"), apart):
        value = float(xent("bce", *given, *SKLEARN, "-f", "value").out)
        assert value == pytest.approx(BINARY[dtype], rel=WITHIN[dtype])


def test_weights_make_the_mean_a_float64(xent: Xent, tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, y=np.array([0, 1]), p=np.array([1, 0.5], "f4"), w=np.array([1, 2]))
    given = ("--labels", "y", "--probs", "p", "--weights", "w")
    ran = xent("bce", path, *given, *SKLEARN, "-f", "value")
    assert float(ran.out) == pytest.approx(5.77622636159261, rel=1e-15)


def test_text_and_arguments_are_float64(xent: Xent, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("y,p\n0,1\n1,0.5\n")
    for given in ((tmp_path / "a.csv",), ("--labels", "0,1", "--probs", "1,0.5")):
        value = float(xent("bce", *given, *SKLEARN, "-f", "value").out)
        assert value == pytest.approx(BINARY["float64"], rel=1e-15)


def test_a_type_that_is_asked_for_wins(xent: Xent, tmp_path: Path) -> None:
    path = npz(tmp_path / "a.npz", [0, 1], [1, 0.5], "float32")
    for dtype, value in BINARY.items():
        ran = xent("bce", path, *SKLEARN, "--dtype", dtype, "-f", "value")
        assert float(ran.out) == pytest.approx(value, rel=WITHIN[dtype])


def test_other_conventions_convert_to_their_own(xent: Xent, tmp_path: Path) -> None:
    for name in ("exact", "keras3", "tf-keras", "torch", "xgboost", "lightgbm"):
        values = set()
        for dtype in BINARY:
            path = npz(tmp_path / f"{dtype}.npz", [0, 1], [1, 0.5], dtype)
            values.add(xent("bce", path, "-c", name, "-q", "-f", "value").out)
        assert len(values) == 1, name


def test_reconcile_goes_by_it(xent: Xent, tmp_path: Path) -> None:
    path = npz(tmp_path / "a.npz", [0, 1], [1, 0.5], "float32")
    ran = xent("reconcile", path, "--with", "torch,sklearn", "-q", "-f", "json")
    torch, sklearn = ran.json["conventions"]
    assert sklearn["value"] == pytest.approx(BINARY["float32"], rel=1.2e-7)
    assert torch["value"] == pytest.approx((100 + np.log(2)) / 2, rel=1.2e-7)


def test_shards_of_two_types_are_refused(xent: Xent, tmp_path: Path) -> None:
    shards = [
        npz(tmp_path / f"{dtype}.npz", [0, 1], [1, 0.5], dtype) for dtype in ("float32", "float64")
    ]
    ran = xent("bce", *shards, *SKLEARN)
    assert (ran.code, ran.out) == (2, "")
    assert "float64.npz has float64 scores, " in ran.err
    assert "float32.npz has float32; --dtype says which type the bound is of" in ran.err
    assert xent("bce", *shards, *SKLEARN, "--dtype", "float64").code == 0
    assert xent("bce", *shards, "-c", "torch").code == 0


def test_columns_of_two_types_are_promoted_as_numpy_does(xent: Xent, tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, y=np.array([0, 1]), a=np.array([1, 0.5], "f4"), b=np.array([0, 0.5]))
    given = ("--labels", "y", "--probs", "b,a", "--classes", "0,1")
    signature = xent("ce", path, *given, *SKLEARN, "-f", "json").json["signature"]
    assert "|dtype:f64|" in signature
