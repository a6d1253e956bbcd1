"""Directories and patterns as FILE: each stands for its files, sorted by name."""

import gzip
import math
import random
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from reading import blocks
from support import Ran

from xentcli.blocks.input import Input
from xentcli.errors import InputError
from xentcli.inputs.reading import splits

Xent = Callable[..., Ran]
VALUE = ("-f", "value", "-q")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Shards of several formats, and what is none of them."""
    path = tmp_path / "data"
    path.mkdir()
    source = random.Random(3)
    for number, name in enumerate(["b.parquet", "c.arrow", "a.csv", "d.jsonl", "e.CSV.gz"]):
        logits = [source.gauss(0, 3) for _ in range(50 + number)]
        frame = pl.DataFrame({"label": [i % 2 for i in range(50 + number)], "logit": logits})
        if name.endswith("gz"):
            (path / name).write_bytes(gzip.compress(frame.write_csv().encode()))
        else:
            write = {"b": "parquet", "c": "ipc", "a": "csv", "d": "ndjson"}[name[0]]
            getattr(frame, f"write_{write}")(path / name)
    (path / "_SUCCESS").touch()
    (path / ".hidden.csv").write_text("nothing")
    (path / "notes.md").write_text("nothing")
    (path / "sub.csv").mkdir()
    return path


def named(*files: object) -> list[str]:
    job = Input("bce", tuple(map(str, files)))
    return [Path(file).name for split in splits(job) for file in split.files]


def test_a_directory_is_its_files_by_name(xent: Xent, folder: Path) -> None:
    names = ["a.csv", "b.parquet", "c.arrow", "d.jsonl", "e.CSV.gz"]
    assert named(folder) == named(f"{folder}/") == names
    one_by_one = xent("bce", *(folder / name for name in names), *VALUE)
    assert xent("bce", folder, *VALUE).out == one_by_one.out
    assert sum(block.rows for block in blocks(Input("bce", (str(folder),)))) == 260


def test_a_pattern_is_what_it_matches(xent: Xent, folder: Path) -> None:
    assert named(f"{folder}/*.csv") == ["a.csv"]
    assert named(f"{folder}/[bc].*", folder / "a.csv") == ["b.parquet", "c.arrow", "a.csv"]
    assert named(f"{folder.parent}/**/?.a*") == ["c.arrow"]
    both = xent("bce", folder / "b.parquet", folder / "c.arrow", *VALUE).out
    assert xent("bce", f"{folder}/[bc].*", *VALUE).out == both


def test_a_file_that_is_there_is_no_pattern(folder: Path) -> None:
    (folder / "[ab]*.csv").write_text("label,logit\n1,2\n")
    assert named(f"{folder}/[ab]*.csv") == ["[ab]*.csv"]


def test_arrays_run_on_across_the_shards(xent: Xent, folder: Path) -> None:
    (folder.parent / "w.json").write_text(str([1.0] * 260))
    weighted = xent("bce", folder, "-w", f"@{folder.parent}/w.json", *VALUE)
    assert weighted.out == xent("bce", folder, *VALUE).out


def test_nothing_to_read(tmp_path: Path) -> None:
    (tmp_path / "a.md").touch()
    with pytest.raises(InputError, match="holds no file that can be read; a directory stands for"):
        named(tmp_path)
    with pytest.raises(InputError, match=r"\*\.csv: matches no file"):
        named(f"{tmp_path}/*.csv")
    assert named("https://host/a*.csv?b=1") == ["a*.csv?b=1"]  # on the web a * is like any other


@pytest.mark.parametrize(
    ("headers", "picks", "used"),
    [
        (("y,p", "p,y"), ("--labels", ":1", "--probs", ":2"), "--probs picks p"),
        (("y,p", "P,Y"), ("--labels", ":1", "--probs", ":2"), "--probs picks p"),
        (("y,p,w", "y,w,p"), ("--labels", ":1", "--probs", ":2", "--weights", ":3"), "--weights"),
        (("l1,l2,p_a,p_b", "l2,l1,p_a,p_b"), ("--labels", "l*"), "picks l2, l1 in"),
    ],
)
def test_a_column_of_one_name_serves_one_purpose(
    xent: Xent, tmp_path: Path, headers: tuple[str, str], picks: tuple[str, ...], used: str
) -> None:
    rows = ",".join("1" for _ in headers[0].split(","))
    files = [tmp_path / f"{name}.csv" for name in "ab"]
    for file, header in zip(files, headers, strict=True):
        file.write_text(f"{header}\n{rows}\n")
    ran = xent("bce", *files, *picks)
    assert (ran.code, ran.out) == (2, "")
    assert used in ran.err
    assert all(file.name in ran.err for file in files)


def test_other_names_at_the_same_places_are_fine(xent: Xent, tmp_path: Path) -> None:
    for file, header in (("a.csv", "y,p"), ("b.csv", "label,prob")):
        (tmp_path / file).write_text(f"{header}\n1,0.5\n")
    picks = ("--labels", ":1", "--probs", ":2")
    ran = xent("bce", tmp_path / "a.csv", tmp_path / "b.csv", *picks, "-f", "value")
    assert math.isclose(float(ran.out), math.log(2), rel_tol=1e-15)
    assert not ran.err
