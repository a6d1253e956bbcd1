"""Shapes: which loss they fit, the class axis, positions as samples, and one class."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import blocks, read, refused

from xentcli.blocks.input import Input
from xentcli.blocks.layout import Loss
from xentcli.errors import OptionError, ShapeError

BOTH = (
    "labels and scores are both [2, 2], which fits binary and categorical cross-entropy; "
    "say --loss bce or --loss ce"
)

DECIDED: dict[str, tuple[str, str, Loss | None, str]] = {
    "one-output": ("1,0", "2,-1", None, "bce"),
    "one-column": ("1;0", "2;-1", None, "bce"),
    "one-number": ("1", "2", None, "bce"),
    "class-numbers": ("1,0", "1,2;3,4", None, "ce"),
    "one-sample": ("1", "1,2,3", None, "ce"),
    "square-bce": ("1,0;0,1", "1,2;3,4", "bce", "bce"),
    "square-ce": ("1,0;0,1", "1,2;3,4", "ce", "ce"),
    "square-matters-not": ("1,0", "1,2;3,4", "bce", "ce"),
    "more-axes": ("[[1,0]]", "[[[1,2,0],[3,4,0]]]", None, "ce"),
}


@pytest.mark.parametrize("case", DECIDED)
def test_the_shapes_decide(case: str) -> None:
    labels, logits, square, loss = DECIDED[case]
    found = read(None, labels=labels, logits=logits, square=square)
    assert found.last.layout.loss == loss
    assert found.last.indexed == (loss == "ce" and np.ndim(found.labels) == 1)


def test_a_given_loss_is_the_layouts() -> None:
    assert read("ce", labels="1,0;0,1", logits="1,2;3,4").last.layout.loss == "ce"
    assert read("bce", labels="1,0;0,1", logits="1,2;3,4", square="ce").last.layout.loss == "bce"


def test_the_loss_of_tables(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("y,p_a,p_b\n1,0.5,0.5\n0,0.25,0.75\n")
    assert read(None, path).last.layout.loss == "ce"
    assert read(None, path, probs="p_a").last.layout.loss == "bce"
    crossed = tmp_path / "b.csv"
    crossed.write_text("y,p_1,p_0\n1,0.5,0.5\n")
    assert "label 1 is p_1 by its name and p_0 by its" in str(refused(None, crossed))


def test_a_square_is_refused_where_nobody_says() -> None:
    error = refused(None, labels="1,0;0,1", logits="1,2;3,4")
    assert isinstance(error, OptionError)
    assert str(error) == BOTH


@pytest.mark.parametrize(
    ("labels", "logits", "message"),
    [
        ("1,0,1", "1,2;3,4", "labels [3] do not fit logits [2, 2]; give one class number"),
        ("1,0,1", "1,2", "labels [3] do not fit logits [2]; binary"),
        ("1,0,1", "1;2", "labels [3] do not fit logits [2, 1]; binary"),
        ("1;0;1", "1,2;3,4", "labels [3, 1] do not fit logits [2, 2]; give one class number"),
    ],
)
def test_what_fits_neither(labels: str, logits: str, message: str) -> None:
    error = refused(None, labels=labels, logits=logits)
    assert isinstance(error, ShapeError)
    assert message in str(error)


shapes = st.lists(st.integers(1, 4), min_size=2, max_size=4).map(tuple)


@given(shapes, st.data())
def test_the_class_axis_goes_last(shape: tuple[int, ...], data: st.DataObject) -> None:
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    scores = np.arange(float(np.prod(shape))).reshape(shape)
    last = np.moveaxis(scores, axis, -1)
    labels = (scores % 2).tolist()
    found = read("bce", labels=json.dumps(labels), logits=json.dumps(scores.tolist()), axis=axis)
    assert found.scores == last.reshape(-1, last.shape[-1]).tolist()
    assert found.labels == (last % 2).reshape(-1, last.shape[-1]).tolist()
    if last.shape[-1] == 1:
        return
    classes = last.argmax(axis=-1)
    found = read(
        None, labels=json.dumps(classes.tolist()), logits=json.dumps(scores.tolist()), axis=axis
    )
    assert found.labels == classes.ravel().tolist()
    assert found.scores == last.reshape(-1, last.shape[-1]).tolist()


def test_label_rows_of_more_axes() -> None:
    scores = np.arange(12.0).reshape(2, 2, 3)
    rows = np.eye(3)[[[0, 1], [2, 0]]]
    found = read("ce", labels=json.dumps(rows.tolist()), logits=json.dumps(scores.tolist()))
    assert found.labels == rows.reshape(4, 3).tolist()
    assert found.last.layout.outputs == 3


def test_weights_by_position_and_by_the_first_axis() -> None:
    scores = json.dumps(np.arange(12.0).reshape(2, 2, 3).tolist())
    labels = "[[0,1],[2,0]]"
    for weights, expected in {
        "[[1,2],[3,4]]": [1, 2, 3, 4],
        "1,2,3,4": [1, 2, 3, 4],
        "5,6": [5, 5, 6, 6],
    }.items():
        assert read("ce", labels=labels, logits=scores, weights=weights).weights == expected
    assert read("ce", labels=labels, logits=scores, mask="1,0").valid == [True, True, False, False]
    error = refused("ce", labels=labels, logits=scores, weights="1,2,3")
    assert "weights [3] do not fit logits [2, 2, 3]; give one per sample, [2, 2], or" in str(error)
    assert "or one per item of the first axis, [2]" in str(error)


def test_axes_that_cannot_be() -> None:
    error = refused("ce", labels="0,1", logits="1,2;3,4", axis=2)
    assert isinstance(error, OptionError)
    assert str(error) == "--axis 2 is out of range for logits [2, 2]; axes are -2 to 1"


@pytest.mark.parametrize("axis", [0, -2])
def test_rows_of_files_come_in_pieces(tmp_path: Path, axis: int) -> None:
    path = tmp_path / "a.csv"
    path.write_text("y,p_a,p_b\n1,0.5,0.5\n0,0.25,0.75\n")
    error = refused("ce", path, axis=axis)
    assert isinstance(error, OptionError)
    assert f"--axis {axis} is the axis of the rows" in str(error)
    np.save(tmp_path / "z.npy", np.array([[1.0, 2, 3], [4, 5, 6]]))
    found = read("ce", labels="0,1,1", logits=f"@{tmp_path}/z.npy", axis=axis)
    assert found.scores == [[1, 4], [2, 5], [3, 6]]


def test_vectors_of_a_file_may_have_their_classes_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    scores = np.arange(12.0).reshape(2, 3, 2)
    np.savez(path, y=np.array([[0, 1], [2, 3]]), z=scores)
    found = read("ce", path, axis=1, ignore_index=3.0)
    assert found.scores == np.moveaxis(scores, 1, -1).reshape(4, 3).tolist()
    assert found.valid == [True, True, True, False]
    assert "a.npz, $.y[1][1]: label 3 is out of range" in str(refused("ce", path, axis=1))


@pytest.mark.parametrize("form", ["npz", "json", "jsonl"])
def test_places_of_arrays_whose_axes_moved(tmp_path: Path, form: str) -> None:
    probs = np.full((2, 3, 2), 0.25)
    probs[1, 2, 0] = 3
    labels = np.zeros((2, 3, 2))
    path = tmp_path / f"a.{form}"
    if form == "npz":
        np.savez(path, y=labels, p=probs)
    elif form == "json":
        path.write_text(json.dumps({"y": labels.tolist(), "p": probs.tolist()}))
    else:
        pairs = zip(labels.tolist(), probs.tolist(), strict=True)
        path.write_text("".join(json.dumps({"y": y, "p": p}) + "\n" for y, p in pairs))
    where = "line 2, $.p[2][0]" if form == "jsonl" else "$.p[1][2][0]"
    for axis in (-1, 1):
        error = refused("bce", path, axis=axis)
        assert str(error).startswith(f"{path}, {where}: probability 3 is outside [0, 1]")


ONE_CLASS = (
    "the loss would be the constant -mean(y)*log(1-1e-7) under Keras's clip (0 exactly), "
    "whatever the model says; use xent bce, or --force to compute it all the same"
)


@pytest.mark.parametrize("labels", ["1,0", "1;0"])
@pytest.mark.parametrize("logits", ["2;-1"])
def test_one_class(labels: str, logits: str) -> None:
    error = refused("ce", labels=labels, logits=logits)
    assert isinstance(error, ShapeError)
    assert str(error).endswith(ONE_CLASS)
    found = read("ce", labels=labels, logits=logits, one_class=True)
    assert (found.labels, found.scores) == ([[1], [0]], [[2], [-1]])
    assert (found.last.layout.outputs, found.last.indexed, found.notes) == (1, False, "")


def test_one_class_of_tables(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("y,p\n1,0.5\n0.5,0.25\n")
    assert str(refused("ce", path)).endswith(ONE_CLASS)
    found = read("ce", path, one_class=True)
    assert (found.labels, found.scores) == ([[1], [0.5]], [[0.5], [0.25]])
    path.write_text("y,p\n1,0.5\n2,0.25\n")
    assert "line 3, column y: label 2 is outside [0, 1]" in str(refused("ce", path, one_class=True))


def test_blocks_are_the_same_rows_whatever_their_size(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = np.arange(24.0).reshape(4, 3, 2)
    job = Input(
        None,
        labels=json.dumps([[0, 1, -1]] * 4),
        logits=json.dumps(scores.tolist()),
        weights="1,2,3,4",
        ignore_index=-1.0,
    )
    (whole,) = blocks(job)
    monkeypatch.setattr("xentcli.inputs.checks.BLOCK_CELLS", 5)
    pieces = blocks(job)
    assert len(pieces) == 6
    for name in ("labels", "scores", "weights"):
        joined = np.concatenate([getattr(piece, name) for piece in pieces])
        assert joined.tolist() == getattr(whole, name).tolist()
    assert whole.valid is not None
    valid = [np.ones(2, bool) if piece.valid is None else piece.valid for piece in pieces]
    assert np.concatenate(valid).tolist() == whole.valid.tolist()
