"""Rows of several files put side by side: said, and refused where a shared column says no."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars
import pytest
from reading import blocks, read, refused
from support import Ran

from xentcli.blocks.input import Input
from xentcli.blocks.text_column import TextColumn

Xent = Callable[..., Ran]
CROSSED = "in another order: its row 1 is row 2 there; rows are put side by side by position: sort"
SCORES = ["id,p", "1,0.9", "2,0.1"]
CROSS_LABELS = ["id,y", "2,0", "1,1"]


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    def write(name: str, *lines: str) -> Path:
        path = tmp_path / name
        path.write_text("".join(line + "\n" for line in lines))
        return path

    return write


def remarks(*files: Path, **options: Any) -> list[str]:
    """What the readers say, without which columns were found."""
    found = blocks(Input("bce", tuple(map(str, files)), **options))
    said = dict.fromkeys(remark for block in found for remark in block.layout.remarks)
    return [remark.text for remark in said if remark.kind.code != "XE01"]


def test_the_same_ids_in_another_order(xent: Xent, table: Callable[..., Path]) -> None:
    p, y = table("p.csv", *SCORES), table("y.csv", *CROSS_LABELS)
    for files, given in (
        ((p,), {"labels": f"@{y}#y"}),
        ((y,), {"probs": f"@{p}#p"}),
        ((), {"labels": f"@{y}#y", "probs": f"@{p}#p"}),
        ((), {"labels": f"@{y}#:2", "probs": f"@{p}#:2"}),
    ):
        error = str(refused("bce", *files, **given))
        assert CROSSED in error
        assert "column id" in error
    done = xent("bce", "-", "--labels", f"@{y}#y", stdin=p.read_text())
    assert (done.code, done.out) == (2, "")
    assert CROSSED in done.err
    done = xent("bce", p, "--labels", "@-#y", stdin=y.read_text())
    assert (done.code, done.out) == (2, "")
    assert CROSSED in done.err


def test_the_same_order_is_a_note(xent: Xent, table: Callable[..., Path]) -> None:
    p, y = table("p.csv", *SCORES), table("y.csv", "id,y", "1,1", "2,0")
    said = f"labels of {y} and the rows of {p} are put side by side by position"
    assert remarks(p, labels=f"@{y}#y") == [said]
    said = f"labels of {y} and probs of {p} are put side by side by position"
    assert remarks(labels=f"@{y}#y", probs=f"@{p}#p") == [said]
    assert remarks(labels=f"@{p}#id", logits=f"@{p}#p", label_base=1) == []
    assert remarks(p, labels=f"@{p}#id", label_base=1) == []
    done = xent("bce", p, "--labels", f"@{y}#y", "-f", "json")
    assert done.json["value"] == pytest.approx(0.10536051565782628)  # -log 0.9, twice
    assert [note["code"] for note in done.json["notes"]] == ["XE01", "XE51"]
    np.save(y.with_suffix(".npy"), [1, 0])
    np.save(p.with_suffix(".npy"), [0.9, 0.1])
    arrays = {"labels": f"@{y.with_suffix('.npy')}", "probs": f"@{p.with_suffix('.npy')}"}
    (text,) = remarks(**arrays)
    assert text.endswith("are put side by side by position")


def test_other_ids_are_a_warning(xent: Xent, table: Callable[..., Path]) -> None:
    p, y = table("p.csv", *SCORES), table("y.csv", "id,y", "7,1", "8,0")
    done = xent("bce", "-q", p, "--labels", f"@{y}#y")
    assert done.code == 0
    assert f"warning: {p} and {y} are put side by side by position, and in row 1 column id is " \
        "'1' and '7'" in done.err  # fmt: skip
    assert xent("bce", "--strict", p, "--labels", f"@{y}#y").code == 2


@pytest.mark.parametrize(
    ("name", "mine", "theirs", "verdict"),
    [
        ("id", "abc", "abc", "fine"),
        ("id", "abc", "cab", "refused"),
        ("id", "abc", "xab", "refused"),  # one row more at the top
        ("split", "aab", "aba", "refused"),  # repeated, but all there
        ("split", "aab", "abb", "fine"),  # two different columns
        ("id", ["1", "2", "3"], ["1.0", "2.0", "3.0"], "fine"),
        ("id", ["1", "2", "3"], ["001", "002", "003"], "fine"),
        ("p_old", ["0.1", "0.2", "0.3"], ["0.2", "0.5", "0.6"], "fine"),  # other scores
        ("p_old", ["0.1", "0.2", "0.3"], ["0.3", "0.1", "0.2"], "refused"),
        ("", ["0", "1", "2"], ["2", "1", "0"], "refused"),  # an index without a name
    ],
)
def test_verdicts(
    table: Callable[..., Path], name: str, mine: Any, theirs: Any, verdict: str
) -> None:
    p = table("p.csv", f"{name},p", *(f"{key},0.5" for key in mine))
    y = table("y.csv", f"{name},y", *(f"{key},1" for key in theirs))
    given = {"probs": "p", "labels": f"@{y}#y"}
    if verdict == "refused":
        assert "in another order" in str(refused("bce", p, **given))
    else:
        assert len(read("bce", p, **given).labels) == 3
        assert len(remarks(p, **given)) == 1


@pytest.mark.parametrize("name", ["ID", "Sample ID", "sample_id", "sample-ID", "SampleId"])
def test_one_name_in_two_spellings(table: Callable[..., Path], name: str) -> None:
    key = "sample_ID" if "ample" in name else "id"
    p, y = table("p.csv", f"{key},p", *SCORES[1:]), table("y.csv", f"{name},y", *CROSS_LABELS[1:])
    for files, given in (((p,), {}), ((y,), {"labels": "y"}), ((), {})):
        arrays = {"labels": f"@{y}#y", "probs": f"@{p}#p"} | given
        if files == (p,):
            arrays["probs"] = "p"
        error = str(refused("bce", *files, **arrays))
        assert CROSSED in error
        assert f"column {name}" in error or f"column {key}" in error
    both = table("both.csv", "id,ID,y", "1,2,1", "2,1,0")  # the name itself comes first
    assert len(remarks(table("p.csv", *SCORES), labels=f"@{both}#y")) == 1


def test_across_shards(table: Callable[..., Path]) -> None:
    keys = [f"k{i:03}" for i in range(200)]
    shards = [
        table(f"{at}.csv", "key,p", *(f"{key},0.5" for key in keys[at : at + 100]))
        for at in (0, 100)
    ]
    same = table("same.csv", "key,y", *(f"{key},1" for key in keys))
    assert len(read("bce", *shards, labels=f"@{same}#y").labels) == 200
    keys[150], keys[151] = keys[151], keys[150]
    crossed = table("crossed.csv", "key,y", *(f"{key},1" for key in keys))
    error = str(refused("bce", *shards, labels=f"@{crossed}#y"))
    assert "its row 151 is row 152 there" in error


def test_typed_columns_and_arrays(tmp_path: Path) -> None:
    polars.DataFrame({"id": [1, 2], "p": [0.9, 0.1]}).write_parquet(tmp_path / "p.parquet")
    np.savez(tmp_path / "y.npz", id=[2, 1], y=[0, 1])
    (tmp_path / "y.jsonl").write_text('{"id": 2, "y": 0}\n{"id": 1, "y": 1}\n')
    for labels in ("y.npz", "y.jsonl"):
        error = str(refused("bce", tmp_path / "p.parquet", labels=f"@{tmp_path / labels}#y"))
        assert CROSSED in error
    np.savez(tmp_path / "p.npz", id=[1, 2], p=[0.9, 0.1], shape=[[1], [2]])
    error = str(refused("bce", tmp_path / "p.npz", labels=f"@{tmp_path}/y.npz#y"))
    assert CROSSED in error


def test_a_fifo_is_read_once(tmp_path: Path, table: Callable[..., Path]) -> None:
    p = table("p.csv", *SCORES)
    os.mkfifo(tmp_path / "y")
    command = [sys.executable, "-m", "xentcli", "bce", p, "--labels", f"@{tmp_path}/y#y"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        (tmp_path / "y").write_text("\n".join(CROSS_LABELS) + "\n")
        _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert CROSSED in err


def test_same_texts() -> None:
    words = ["", "a", "b" * 20]
    pieces = [TextColumn.of(words[:1]), TextColumn.of(words[1:])]
    joined = TextColumn.joined(pieces)
    assert joined.texts() == words
    assert joined.same(TextColumn.of(words))
    assert not joined.same(TextColumn.of(["", "a", "b" * 19 + "c"]))
    assert not joined.same(TextColumn.of(["a", "", "b" * 20]))
