"""Parquet and Arrow files: the numbers of CSV, each column by its type."""

import datetime
import json
import math
import multiprocessing
import os
import random
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from reading import read, refused
from support import Ran

from xentcli.readers import frames

Xent = Callable[..., Ran]
KINDS = ("parquet", "arrow")
VALUE = ("-f", "value", "-q")
WHOLE = ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Int128")


def written(folder: Path, columns: Any, kind: str = "parquet", name: str = "a") -> Path:
    path = folder / f"{name}.{kind}"
    frame = pl.DataFrame(columns)
    (frame.write_parquet if kind == "parquet" else frame.write_ipc)(path)
    return path


def table(rows: int = 500, seed: int = 1) -> dict[str, list[Any]]:
    source = random.Random(seed)
    scores = [source.gauss(0, 1) * 10 ** source.randint(-9, 2) for _ in range(rows)]
    return {"label": [source.randrange(2) for _ in range(rows)], "logit": scores}


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
    assert "column logit: holds String, not numbers; cast it" in str(refused("bce", path))
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


ROWS = [[1.0, 2.0, 3.0], [0.5, 0.25, -1.0], [0.0, 0.0, 1e-300]]


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
    assert read("ce", path).scores == [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]
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
    monkeypatch.setattr(frames, "BATCH_CELLS", 64)
    monkeypatch.setattr(frames, "MAPPED_ROWS", 90)
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


@pytest.mark.parametrize("kind", KINDS)
def test_bad_values_are_found(tmp_path: Path, kind: str) -> None:
    path = written(tmp_path, {"label": [1, 0, 1], "prob": [0.5, 0.5, 1.5]}, kind)
    line = str(refused("bce", path))
    assert line.startswith(f"{path}, row 3, column prob: probability 1.5 is outside [0, 1]")


@pytest.mark.parametrize("kind", KINDS)
def test_no_rows(tmp_path: Path, kind: str) -> None:
    kinds = {"label": pl.Int8, "logit": pl.Float64}
    path = written(tmp_path, pl.DataFrame(schema=kinds), kind)
    assert str(refused("bce", path)) == f"{path}: holds no rows"


@pytest.mark.parametrize(
    ("kind", "content", "problem"),
    [
        ("parquet", b"PAR1", "cannot be read as Parquet ("),
        ("parquet", b"PAR1" + bytes(99) + b"\x40\0\0\0PAR1", "cannot be read as Parquet ("),
        ("parquet", b"label,logit\n", "is not Parquet"),
        ("parquet", b"", "is empty"),
        ("arrow", b"ARROW1\0\0" + bytes(99), "cannot be read as Arrow IPC ("),
        ("arrow", b"\xff\xff\xff\xff" + bytes(9), "is an Arrow stream or a Feather 1 file"),
    ],
)
def test_damaged_files(tmp_path: Path, kind: str, content: bytes, problem: str) -> None:
    path = tmp_path / f"a.{kind}"
    path.write_bytes(content)
    assert str(refused("bce", path)).startswith(f"{path}: {problem}")


def test_damage_in_the_middle(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame(table(50_000)).write_parquet(path, row_group_size=5000)
    data = path.read_bytes()
    middle = len(data) // 2
    path.write_bytes(data[:middle] + data[middle + 999 :])
    assert str(refused("bce", path)).startswith(f"{path}: cannot be read as Parquet (")


def test_rows_that_do_not_come_are_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames.FrameTable, "_batches", lambda *_: iter(()))
    assert "ends after 0 of its 500 rows" in str(refused("bce", written(tmp_path, table())))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("given", [(), ("-",), ("-", "--input-format", None)])
def test_from_a_pipe(xent: Xent, tmp_path: Path, kind: str, given: tuple[Any, ...]) -> None:
    path = written(tmp_path, table(), kind)
    args = [kind if word is None else word for word in given]
    assert xent("bce", *args, *VALUE, stdin=path.read_bytes()).out == xent("bce", path, *VALUE).out


def test_names_that_polars_takes_for_patterns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for kind in KINDS:
        for folder in ("~", "a[1]*", "s3:"):
            Path(folder).mkdir(exist_ok=True)
            path = Path(folder) / f"a.{kind}"
            path.write_bytes(written(tmp_path, table(), kind).read_bytes())
            assert len(read("bce", path).labels) == 500


def test_without_polars(xent: Xent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [written(tmp_path, table(), kind) for kind in KINDS]
    monkeypatch.setitem(sys.modules, "polars", None)
    for path, name in zip(paths, ("Parquet", "Arrow IPC"), strict=True):
        ran = xent("bce", path)
        assert (ran.code, ran.out) == (2, "")
        line = f"xent: error: {path}: needs polars, which reads {name}; pip install polars\n"
        assert ran.err == line


def test_with_an_old_polars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, table())
    monkeypatch.setattr(pl, "__version__", "1.36.1")
    assert "needs polars 1.37 or later, here is 1.36.1" in str(refused("bce", path))


@pytest.mark.parametrize(("parent", "threads"), [(None, None), (object(), "1")])
def test_a_worker_leaves_polars_one_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parent: object, threads: str | None
) -> None:
    monkeypatch.setattr(os, "environ", {})
    monkeypatch.setattr(multiprocessing, "parent_process", lambda: parent)
    read("bce", written(tmp_path, table()))
    assert os.environ.get("POLARS_MAX_THREADS") == threads


def test_references(xent: Xent, tmp_path: Path) -> None:
    columns = {"label": [2, 0, 1], "logits": ROWS, "w": [1.0, 2.0, 3.0]}
    path = written(tmp_path, columns)
    expected = xent("ce", path, "-w", "w", *VALUE).out
    arrays = ("--labels", f"@{path}#label", "--logits", f"@{path}#logits", "-w", f"@{path}#w")
    assert xent("ce", *arrays, *VALUE).out == expected
    assert xent("ce", path, "-w", f"@{path}#w", *VALUE).out == expected
    (tmp_path / "z.json").write_text(json.dumps(ROWS))
    beside = ("--labels", "label", "--logits", f"@{tmp_path}/z.json", "-w", "w")
    assert xent("ce", path, *beside, *VALUE).out == expected


def test_only_selected_columns_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    columns = {"wide": [str(i) * 9 for i in range(5000)]} | table(5000)
    pl.DataFrame(columns).write_parquet(path, compression="uncompressed")
    data = path.read_bytes()
    start = data.index(b"1" * 9)  # before it stands what says how the first column is stored
    path.write_bytes(data[:4] + bytes(start - 4) + data[start:])
    assert read("bce", path).scores == columns["logit"]
    assert "cannot be read as Parquet" in str(refused("bce", path, labels="wide", logits="logit"))


@pytest.mark.parametrize("kind", ["parquet", "arrow"])
def test_groups_and_ids_are_those_of_csv(xent: Xent, tmp_path: Path, kind: str) -> None:
    frame = pl.DataFrame(
        {
            "label": [1, 0, 1, 0],
            "logit": [0.5, -1.0, 3.0, 2.0],
            "part": ["a", None, "b,c", "a"],
            "level": [1.0, 0.25, 1.0, None],
            "day": [1, 2, 3, 4],
        },
        schema_overrides={"part": pl.Categorical},
    )
    path = tmp_path / f"a.{kind}"
    (frame.write_parquet if kind == "parquet" else frame.write_ipc)(path)
    text = tmp_path / "a.csv"
    text.write_text(
        'label,logit,part,level,day\n1,0.5,a,1,1\n0,-1,,0.25,2\n1,3,"b,c",1,3\n0,2,a,,4\n'
    )
    for args in (("--by", "part"), ("--by", "level"), ("--worst", "3", "--id", "part,level,day")):
        ran, own = (xent("bce", file, *args, "-f", "json", "-q") for file in (path, text))
        assert ran.json == own.json
    ran = xent("bce", path, "--by", "nothing")
    assert ran.code == 2


def test_lists_name_no_group(xent: Xent, tmp_path: Path) -> None:
    frame = pl.DataFrame({"label": [1], "logit": [0.5], "tags": [["a", "b"]]})
    frame.write_parquet(tmp_path / "a.parquet")
    ran = xent("bce", tmp_path / "a.parquet", "--by", "tags")
    assert ran.code == 2
    assert "column tags: holds List(String), where one value per row belongs" in ran.err
