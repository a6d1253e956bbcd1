"""Parquet and Arrow as files: damaged, empty, piped, without Polars, with groups and ids."""

import json
import multiprocessing
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from frame_files import KINDS, ROWS, table, written
from reading import read, refused
from support import Ran

from xentcli.formats.frames import frame_table

Xent = Callable[..., Ran]
VALUE = ("-f", "value", "-q")
WHOLE = ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Int128")


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
    monkeypatch.setattr(frame_table.FrameTable, "_batches", lambda *_: iter(()))
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
        for folder in ("~", "a[1]*", "s3:", "a%2Fb", "a#b?c", "a\nb", "é"):
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
        assert ran.json | {"files": []} == own.json | {"files": []}
    ran = xent("bce", path, "--by", "nothing")
    assert ran.code == 2


def test_lists_name_no_group(xent: Xent, tmp_path: Path) -> None:
    frame = pl.DataFrame({"label": [1], "logit": [0.5], "tags": [["a", "b"]]})
    frame.write_parquet(tmp_path / "a.parquet")
    ran = xent("bce", tmp_path / "a.parquet", "--by", "tags")
    assert ran.code == 2
    assert "column tags: holds List(String), where one value per row belongs" in ran.err
