"""Parquet and Arrow files: the numbers of CSV, each column by its type."""

import datetime
import math
import random
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from frame_files import KINDS, ROWS, table, written
from reading import read, refused
from support import Ran

from xentcli.formats.frames import frame_table

Xent = Callable[..., Ran]
VALUE = ("-f", "value", "-q")
WHOLE = ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Int128")


@pytest.mark.parametrize("kind", [*KINDS, "feather"])
def test_the_numbers_of_csv(tmp_path: Path, kind: str) -> None:
    columns = table()
    pl.DataFrame(columns).write_csv(tmp_path / "a.csv")
    found, expected = read("bce", written(tmp_path, columns, kind)), read("bce", tmp_path / "a.csv")
    assert found.scores == expected.scores == columns["logit"]
    assert found.labels == expected.labels
    assert found.notes == expected.notes


def test_one_number_from_all_formats(xent: Xent, tmp_path: Path) -> None:
    columns = table(3000)
    frame = pl.DataFrame(columns)
    frame.write_csv(tmp_path / "a.csv")
    frame.write_ndjson(tmp_path / "a.jsonl")
    frame.write_parquet(tmp_path / "a.parquet", row_group_size=700)
    frame.write_ipc(tmp_path / "a.arrow", compression="lz4")
    np.save(tmp_path / "y.npy", columns["label"])
    np.save(tmp_path / "z.npy", columns["logit"])
    arrays = ("--labels", f"@{tmp_path}/y.npy", "--logits", f"@{tmp_path}/z.npy")
    values = {xent("bce", *arrays, *VALUE).out}
    for suffix in ("csv", "jsonl", "parquet", "arrow"):
        path = tmp_path / f"a.{suffix}"
        named = ("--labels", f"@{path}#label", "--logits", f"@{path}#logit")
        values |= {xent("bce", path, *VALUE).out, xent("bce", *named, *VALUE).out}
    assert len(values) == 1
    assert math.isfinite(float(values.pop()))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", WHOLE)
def test_whole_numbers(tmp_path: Path, dtype: str, kind: str) -> None:
    kinds = {"label": getattr(pl, dtype), "logit": getattr(pl, dtype)}
    path = written(tmp_path, pl.DataFrame({"label": [1, 0], "logit": [100, 7]}, schema=kinds), kind)
    assert read("bce", path)[:2] == ([1.0, 0.0], [100.0, 7.0])


@pytest.mark.parametrize("dtype", ["Int64", "UInt64"])
def test_whole_numbers_beyond_2_to_53_are_rounded_as_text_is(tmp_path: Path, dtype: str) -> None:
    numbers = [2**53 + 1, 2**53 + 3, 2**63 - 1]
    logits = pl.Series(numbers, dtype=getattr(pl, dtype))
    path = written(tmp_path, {"label": [1, 1, 1], "logit": logits})
    assert read("bce", path).scores == [float(str(number)) for number in numbers]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", ["Float16", "Float32", "Float64"])
def test_floats(tmp_path: Path, dtype: str, kind: str) -> None:
    if not hasattr(pl, dtype):
        pytest.skip(f"this polars has no {dtype}")
    numbers = [0.1, -3.0, math.inf, -0.0]
    logits = pl.Series(numbers, dtype=getattr(pl, dtype))
    path = written(tmp_path, {"label": [1, 0, 1, 0], "logit": logits}, kind)
    narrow = np.array(numbers, dtype.lower()).astype(float).tolist()
    assert read("bce", path).scores == narrow


def test_nan_stays_nan_and_null_is_missing(xent: Xent, tmp_path: Path) -> None:
    path = written(tmp_path, {"label": [1, 0, 1], "logit": [math.nan, None, 2.0]})
    line = str(refused("bce", path))
    assert line.startswith(f"{path}, row 2, column logit: is missing; fill it")
    found = xent("bce", path, "--missing", "skip", "-f", "json").json
    assert (found["samples"], found["missing"], found["nonfinite"]) == (2, 1, 1)
    found = read("bce", path, missing="skip")
    assert np.isnan(found.scores[0])
    assert found.scores[1:] == [2.0]


def test_a_column_of_nulls(tmp_path: Path) -> None:
    path = written(tmp_path, {"label": [1, 0], "logit": [None, None]})
    assert "row 1, column logit: is missing" in str(refused("bce", path))


def test_decimals_become_the_nearest_float(tmp_path: Path) -> None:
    source = random.Random(5)
    texts = [f"{source.randrange(10**17)}.{source.randrange(10**19):019d}" for _ in range(400)]
    texts += ["0.1", "-2.5", "9007199254740993.0000000000000000001"]
    logits = pl.Series([Decimal(text) for text in texts], dtype=pl.Decimal(38, 19))
    path = written(tmp_path, {"label": [1] * len(texts), "logit": logits})
    assert read("bce", path).scores == [float(text) for text in texts]


def test_truth_values_are_labels_and_masks_only(tmp_path: Path) -> None:
    truths = [True, False, None]
    path = written(tmp_path, {"label": truths, "logit": [1.0, 2.0, 3.0], "m": [True, False, True]})
    found = read("bce", path, mask="m", missing="skip")
    assert (found.labels, found.valid) == ([1.0, 0.0], [True, False])
    line = str(refused("bce", path, labels="label", logits="m"))
    assert line == (
        f"{path}, column m: holds Boolean, not numbers; true and false are labels or a mask"
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "dtype", [pl.String, pl.Categorical, pl.Enum(["dog", "cat", "owl"])], ids=str
)
def test_names_of_classes(tmp_path: Path, dtype: Any, kind: str) -> None:
    columns = {
        "label": pl.Series(["cat", "dog", None, "owl"], dtype=dtype),
        "p_dog": [0.2, 0.5, 0.1, 0.1],
        "p_cat": [0.5, 0.3, 0.1, 0.1],
        "p_owl": [0.3, 0.2, 0.8, 0.8],
    }
    path = written(tmp_path, columns, kind)
    assert read("ce", path, missing="skip").labels == [1, 0, 2]
    assert "row 3, column label: is missing" in str(refused("ce", path))
    declared = read("ce", path, missing="skip", classes=("dog", "cat", "owl"), probs="p_*")
    assert declared.labels == [1, 0, 2]
    line = str(refused("ce", path, classes=("dog", "cow", "owl"), probs="p_*"))
    assert "row 1, column label: label 'cat' is no class; " in line


def test_texts_are_no_numbers(tmp_path: Path) -> None:
    path = written(tmp_path, {"label": ["1", "0"], "logit": ["2", "3"], "z": [2.0, 3.0]})
    assert "logit and z, which are not named alike as logits" in str(refused("bce", path))
    refusal = str(refused("bce", path, logits="logit"))
    assert "column logit: holds String, not numbers; cast it" in refusal
    assert "row 1, column label: not a number: '1'" in str(refused("bce", path, logits="z"))
    assert read("bce", path, logits="z", classes=("0", "1")).labels == [1, 0]


REFUSED = {
    "date": [datetime.date(2024, 1, 1)],
    "datetime": [datetime.datetime(2024, 1, 1)],
    "duration": [datetime.timedelta(1)],
    "time": [datetime.time(1)],
    "binary": [b"x"],
    "struct": [{"a": 1.0}],
    "structs in lists": [[{"a": 1.0}]],
    "texts in lists": [["a"]],
}


@pytest.mark.parametrize("case", REFUSED)
def test_types_that_hold_no_numbers(tmp_path: Path, case: str) -> None:
    path = written(tmp_path, {"label": [1], "logit": REFUSED[case], "odd \n": REFUSED[case]})
    assert ", column logit: holds " in str(refused("bce", path))
    assert r"column odd \n: holds" in str(refused("bce", path, logits="odd \n"))


def test_columns_that_are_not_selected_may_hold_anything(tmp_path: Path) -> None:
    path = written(tmp_path, table(3) | {"when": [datetime.date(2024, 1, 1)] * 3, "^a.*$": [1] * 3})
    assert len(read("bce", path).labels) == 3
    assert read("bce", path, labels="^a.*$", logits="logit").labels == [1.0] * 3


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "dtype", [pl.List(pl.Float64), pl.Array(pl.Float64, 3), pl.List(pl.Float32)], ids=str
)
def test_lists_are_rows(tmp_path: Path, dtype: Any, kind: str) -> None:
    columns = {"label": [2, 0, 1], "logits": pl.Series(ROWS, dtype=dtype)}
    path = written(tmp_path, columns, kind)
    wanted = np.array(ROWS, "f4" if dtype == pl.List(pl.Float32) else "f8").astype(float).tolist()
    assert read("ce", path).scores == wanted
    hot = {"label": pl.Series([[True, False, True]] * 3), "logits": columns["logits"]}
    found = read("bce", written(tmp_path, hot, kind))
    assert (found.labels, found.scores) == ([[1.0, 0.0, 1.0]] * 3, wanted)


def test_lists_of_lists_have_more_axes(tmp_path: Path) -> None:
    logits = [[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]
    path = written(tmp_path, {"label": [[0, 1], [1, 0]], "logits": logits})
    assert read("ce", path, axis=-1).scores == [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]
    fixed = pl.Series([[[1.0, 2.0]], [[3.0, 4.0]]], dtype=pl.Array(pl.Float64, (1, 2)))
    path = written(tmp_path, {"label": [[0], [1]], "logits": fixed})
    assert read("ce", path).scores == [[1.0, 2.0], [3.0, 4.0]]


@pytest.mark.parametrize("dtype", [pl.List(pl.Float64), pl.Array(pl.Float64, 2)], ids=str)
def test_missing_in_lists(tmp_path: Path, dtype: Any) -> None:
    rows = [None, [1.0, 2.0], [3.0, None], [4.0, 5.0]]
    path = written(tmp_path, {"label": [0, 1, 0, 1], "logits": pl.Series(rows, dtype=dtype)})
    assert "row 1, column logits[0]: is missing" in str(refused("ce", path))
    found = read("ce", path, missing="skip")
    assert (found.labels, found.scores) == ([1, 1], [[1.0, 2.0], [4.0, 5.0]])
    path = written(tmp_path, {"label": [0, 1, 0], "logits": pl.Series(rows[1:], dtype=dtype)})
    assert "row 2, column logits[1]: is missing" in str(refused("ce", path))


@pytest.mark.parametrize("gap", [[], [None]])
def test_ragged_lists(tmp_path: Path, gap: list[None]) -> None:
    rows = [*gap, [1.0, 2.0], [3.0, 4.0], [5.0]]
    path = written(tmp_path, {"label": [0] * len(rows), "logits": rows})
    line = f"row {len(rows)}, column logits: has 1 where 2 values belong; rows must be of one"
    assert line in str(refused("ce", path))
    empty = written(tmp_path, {"label": [0], "logits": pl.Series([[]], dtype=pl.List(pl.Float64))})
    assert "row 1, column logits: is empty" in str(refused("ce", empty))


def test_batches_number_rows_from_the_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame_table, "BATCH_CELLS", 64)
    rows: list[list[float] | None] = [[float(i), 0.0] for i in range(400)]
    rows[:150] = [None] * 150
    for kind in KINDS:
        columns = {"label": [0] * 400, "logits": rows}
        path = written(tmp_path, columns, kind)
        found = read("ce", path, missing="skip").scores
        assert found == rows[150:]
        path = written(tmp_path, columns | {"label": [0] * 399 + [2]}, kind)
        line = str(refused("ce", path, missing="skip"))
        assert "row 400, column label: label 2 is out of range" in line
