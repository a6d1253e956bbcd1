"""What does not count: masks and ignored labels; and weights of samples and of elements."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import read, refused

from xentcli.errors import InputError, OptionError, ShapeError


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "a.csv"
    path.write_text("label,p,m,w\n1,0.5,1,2\n7,9,0,1\n0,0.25,1,3\n")
    return path


def test_a_mask_leaves_rows_out_whatever_they_hold(table: Path) -> None:
    found = read("bce", table, mask="m")
    assert found.valid == [True, False, True]
    assert found.labels == [1, 0, 0]
    assert found.scores == [0.5, 0.5, 0.25]
    assert read("bce", labels="1,9,0", logits="1,inf,2", mask="1,0,1").scores == [1, np.inf, 2]


def test_a_mask_of_ones_is_none(table: Path) -> None:
    assert read("bce", labels="1,0", probs="0.5,1", mask="1,1").valid is None


def test_masks_of_every_form(tmp_path: Path) -> None:
    np.save(tmp_path / "m.npy", np.array([True, False]))
    (tmp_path / "m.json").write_text("[true, false]")
    (tmp_path / "a.jsonl").write_text(
        '{"y":1,"p":0.5,"m":true}\n{"y":-1,"p":5,"m":false}\n', encoding="ascii"
    )
    for mask in ("1,0", "[true, false]", f"@{tmp_path}/m.npy", f"@{tmp_path}/m.json"):
        assert read("bce", labels="1,-1", probs="0.5,5", mask=mask).valid == [True, False]
    assert read("bce", tmp_path / "a.jsonl", mask="m").valid == [True, False]


def test_a_mask_is_0_or_1(table: Path) -> None:
    error = refused("bce", table, mask="w")
    assert str(error).startswith(f"{table}, line 2, column w: mask value 2 is neither 0 nor 1; ")
    error = refused("bce", labels="1,0", probs="0.5,1", mask="1,0.5")
    assert "--mask, sample 2: mask value 0.5 is neither 0 nor 1" in str(error)


def test_a_missing_cell_is_missing_under_a_mask_too(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("y,p,m\n1,0.5,1\n,0.5,0\n1,1,NA\n0,0.25,0\n")
    assert "line 3, column y: is missing" in str(refused("bce", path, mask="m"))
    found = read("bce", path, mask="m", missing="skip")
    assert found.valid == [True, False]
    assert found.last.kept is not None
    assert found.last.kept.tolist() == [0, 3]


def test_a_mask_that_fits_nothing() -> None:
    error = refused("bce", labels="1,0", probs="0.5,1", mask="1,0,1")
    assert isinstance(error, ShapeError)
    assert str(error).endswith("mask [3] does not fit probs [2]; give one per sample, [2]")
    error = refused("bce", labels="1,0", probs="0.5,1", weights="1,0,1")
    assert str(error).endswith("weights [3] do not fit probs [2]; give one per sample, [2]")
    assert "--mask" in str(refused("bce", labels="1,0", probs="0.5,1", mask="m"))


def test_columns_of_masks_and_weights_are_not_found_as_others(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("y,y_mask,p,p_weight\n1,0,0.5,2\n")
    found = read("bce", path, mask="y_mask", weights="p_weight")
    assert (found.labels, found.scores, found.weights, found.valid) == ([0], [0.5], [2], [False])


def test_ignored_class_numbers_leave_the_row_out(tmp_path: Path) -> None:
    scores = "1,2,3;1,2,3;1,2,3"
    found = read("ce", labels="2,-100,0", logits=scores, ignore_index=-100.0)
    assert (found.labels, found.valid) == ([2, 0, 0], [True, False, True])
    found = read("ce", labels="3,255,1", logits=scores, ignore_index=255.0, label_base=1)
    assert (found.labels, found.valid) == ([2, 0, 0], [True, False, True])
    error = refused("ce", labels="2,-100,-1", logits=scores, ignore_index=-100.0)
    assert "--labels, sample 3: label -1 is out of range" in str(error)


def test_ignored_binary_labels_leave_the_element_out() -> None:
    found = read("bce", labels="1,-1;0,1", probs="0.5,0.5;0.5,0.5", ignore_index=-1.0)
    assert (found.labels, found.valid) == ([[1, 0], [0, 1]], [[True, False], [True, True]])
    found = read("bce", labels="1,-1", probs="0.5,7", ignore_index=-1.0)
    assert (found.valid, found.scores) == ([True, False], [0.5, 0.5])


def test_a_mask_and_ignored_elements_together() -> None:
    found = read("bce", labels="1,-1;9,1", logits="1,2;3,4", mask="1,0", ignore_index=-1.0)
    assert found.valid == [[True, False], [False, False]]
    assert found.labels == [[1, 0], [0, 0]]


def test_ignoring_needs_class_numbers() -> None:
    for option, value in (("ignore_index", -100.0), ("label_base", 1)):
        error = refused("ce", labels="1,0;0,1", logits="1,2;3,4", **{option: value})
        assert isinstance(error, OptionError)
        assert "needs class numbers, these labels are rows" in str(error)


@given(st.lists(st.tuples(st.sampled_from([-1, 0, 1, 2]), st.booleans()), min_size=1, max_size=40))
def test_what_counts_is_neither_masked_nor_ignored(rows: list[tuple[int, bool]]) -> None:
    labels = [label for label, _ in rows]
    found = read(
        "ce",
        labels=json.dumps(labels),
        logits=json.dumps([[0.5, 1, 2]] * len(rows)),
        mask=json.dumps([int(on) for _, on in rows]),
        ignore_index=-1.0,
    )
    counts = [label != -1 and on for label, on in rows]
    assert (found.valid or [True] * len(rows)) == counts
    assert found.labels == [label if on else 0 for label, on in zip(labels, counts, strict=True)]


def test_weights_of_elements(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("y_a,y_b,p_a,p_b,w_a,w_b\n1,0,0.5,0.5,2,3\n0,1,0.5,0.5,0,1\n")
    assert read("bce", path, weights="w_*").weights == [[2, 3], [0, 1]]
    assert read("bce", path, weights="w_b").weights == [3, 1]
    path.write_text("y_a,y_b,p_a,p_b,w_a,w_b,x\n1,0,0.5,0.5,2,3,1\n0,1,0.5,0.5,0,1,1\n")
    error = refused("bce", path, weights="x,w_a,w_b")
    assert isinstance(error, ShapeError)
    assert "weights [2, 3] do not fit probs [2, 2]; " in str(error)
    assert "give one per sample, [2], or one per score, [2, 2]" in str(error)
    path.write_text("y_a,y_b,p_a,p_b,w_a,w_b\n1,0,0.5,0.5,2,3\n0,1,0.5,0.5,0,-1\n")
    error = refused("bce", path, weights="w_*")
    assert "line 3, column w_b: weight -1 is not a number >= 0" in str(error)


def test_categorical_weights_are_of_samples() -> None:
    error = refused("ce", labels="1,0", logits="1,2;3,4", weights="1,2;3,4")
    assert str(error).endswith("weights [2, 2] do not fit logits [2, 2]; give one per sample, [2]")


def test_a_mask_on_label_rows() -> None:
    found = read("ce", labels="1,0;5,7", probs="0.5,0.5;3,3", mask="1,0")
    assert (found.labels, found.valid) == ([[1, 0], [0, 0]], [True, False])
    assert found.scores == [[0.5, 0.5], [0.5, 0.5]]
    assert found.notes == ""


def test_rows_of_flags_are_no_weights(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"y":[1,0],"p":[0.5,0.5],"w":[true,false]}')
    error = refused("bce", path, weights="w")
    assert isinstance(error, InputError)
    assert "$.w[0]: not a number: true" in str(error)


@pytest.mark.parametrize("kind", ["f2", "f4", ">f8"])
def test_weights_of_every_width_are_finite(tmp_path: Path, kind: str) -> None:
    np.save(tmp_path / "w.npy", np.array([1, 2], kind))
    found = read("bce", labels="1,0", logits="1,2", weights=f"@{tmp_path}/w.npy")
    assert found.weights == [1, 2]
    for odd in (np.inf, np.nan, -1):
        np.save(tmp_path / "w.npy", np.array([1, odd], kind))
        error = refused("bce", labels="1,0", logits="1,2", weights=f"@{tmp_path}/w.npy")
        assert "--weights, sample 2: weight" in str(error)
