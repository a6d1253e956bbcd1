"""Arrays typed beside a FILE, and JSON values that follow each other."""

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest
from reading import blocks, read, refused
from support import Ran

from xentcli.blocks.input import Input

Xent = Callable[..., Ran]

TEXT = "y,p\n1,0.9\n1,0.2\n1,0.6\n"
LOSS = -(math.log(0.9) + math.log(0.8) + math.log(0.6)) / 3
"""Of labels 1, 0, 1."""


@pytest.mark.parametrize("labels", ["1,0,1", "[1,0,1]", "[true, false, true]"])
@pytest.mark.parametrize("command", ["bce", "accuracy", "reconcile"])
def test_labels_beside_a_file(xent: Xent, tmp_path: Path, labels: str, command: str) -> None:
    (tmp_path / "a.csv").write_text(TEXT)
    piped = xent(command, "-", "--labels", labels, "-f", "json", stdin=TEXT)
    ran = xent(command, tmp_path / "a.csv", "--labels", labels, "-f", "json")
    assert (ran.code, piped.code) == (0, 0)
    if command == "bce":
        assert math.isclose(ran.json["mean"], LOSS, rel_tol=1e-15)
        assert piped.json["mean"] == ran.json["mean"]


def test_labels_run_on_across_files(tmp_path: Path) -> None:
    for name, rows in (("a", ["0.9"]), ("b", ["0.2", "0.6"])):
        (tmp_path / f"{name}.csv").write_text("p\n" + "".join(f"{row}\n" for row in rows))
    found = blocks(Input("bce", (f"{tmp_path}/a.csv", f"{tmp_path}/b.csv"), labels="1,0,1"))
    assert [label for block in found for label in block.labels] == [1, 0, 1]


def test_scores_and_weights_beside_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(TEXT)
    found = read("bce", tmp_path / "a.csv", probs="0.5,0.25,1", weights="[1,2,3]")
    assert (found.labels, found.scores) == ([1, 1, 1], [0.5, 0.25, 1])
    assert found.weights == [1, 2, 3]


def test_names_of_columns_win(tmp_path: Path) -> None:
    """pandas calls columns 0, 1, ... where nobody named them."""
    path = tmp_path / "a.csv"
    path.write_text("y,0,1\n1,0.25,0.75\n0,0.5,0.5\n")
    assert read("ce", path, probs="0,1").scores == [[0.25, 0.75], [0.5, 0.5]]
    assert len(refused("ce", path, probs="0,2").args) == 2
    assert "has no column 2 for --probs" in str(refused("ce", path, probs="0,2"))


def test_lengths(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(TEXT)
    error = str(refused("bce", tmp_path / "a.csv", labels="1,0"))
    assert "labels [2] do not fit probs [3]" in error


@pytest.mark.parametrize("labels", ["cat,dog", "dog", '["cat","dog"]', "CAT, dog", "cow,dog"])
def test_names_typed_inline(xent: Xent, labels: str) -> None:
    probs = "0.9,0.1;0.2,0.8" if labels != "dog" else "0.1,0.9"
    expected = {"dog": 0.9}.get(labels)
    ran = xent("ce", "--labels", labels, "--classes", "cat,dog", "--probs", probs, "-f", "json")
    if labels == "cow,dog":
        assert "label 'cow' is no class; the classes are cat, dog" in ran.err
    elif expected is not None:
        assert math.isclose(ran.json["mean"], -math.log(expected), rel_tol=1e-15)
    else:
        mean = -(math.log(0.9) + math.log(0.8)) / 2
        assert math.isclose(ran.json["mean"], mean, rel_tol=1e-15)


def test_names_none_of_which_is_a_class(xent: Xent) -> None:
    options = ["ce", "--labels", "cow,emu", "--probs", "0.9,0.1;0.2,0.8"]
    assert "add --classes NAME,NAME" in xent(*options).err
    assert "label 'cow' is no class" in xent(*options, "--classes", "cat,dog").err
    assert xent(*options, "--classes", "cow,emu").code == 0


def test_names_beside_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("y,p_a,p_b\n0,0.9,0.1\n1,0.2,0.8\n")
    assert read("ce", path, labels="dog,cat", classes=("cat", "dog")).labels == [1, 0]


ROWS = [{"label": 1, "p": 0.9}, {"label": 0, "p": 0.2}, {"label": 1, "p": 0.6}]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("between", ["\n", "", " \r\n\n"])
@pytest.mark.parametrize("suffix", ["", "json"])
def test_objects_one_after_the_other(
    xent: Xent, tmp_path: Path, indent: int | None, between: str, suffix: str
) -> None:
    """As jq writes them."""
    text = between.join(json.dumps(row, indent=indent) for row in ROWS)
    if suffix:
        (tmp_path / "a.json").write_text(text)
        ran = xent("bce", tmp_path / "a.json", "-f", "value")
    else:
        ran = xent("bce", "-f", "value", stdin=text + "\n")
    assert math.isclose(float(ran.out), LOSS, rel_tol=1e-15)


def test_pretty_objects_as_json_lines(xent: Xent) -> None:
    text = "".join(json.dumps(row, indent=2) + "\n" for row in ROWS)
    said = xent("bce", "--input-format", "jsonl", stdin=text).err
    assert "for values over several lines, or several on one, say --input-format json" in said
    assert xent("bce", "--input-format", "json", stdin=text).code == 0


def test_arrays_one_after_the_other(tmp_path: Path) -> None:
    (tmp_path / "z.json").write_text("[1, 2]\n[3,\n 4]\n")
    assert read("ce", labels="0,1", logits=f"@{tmp_path}/z.json").scores == [[1, 2], [3, 4]]


def test_what_follows_may_be_no_json(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"label": [1], "p": [0.5]}\nx')
    error = str(refused("bce", tmp_path / "a.json"))
    assert "a.json, line 2: is not valid JSON at character 1 (expecting value)" in error
