"""Evidence: notes on input that is legal and often a slip, with the first sample it shows in."""

from pathlib import Path

import numpy as np
import pytest
from reading import read

from xentcli.conventions.registry import CONVENTIONS

SOFTMAX = "labels are one-hot and rows of probabilities sum to 1"


def test_softmax_outputs_under_binary_loss() -> None:
    rows = "0.5,0.25,0.25;0.125,0.5,0.375"
    assert SOFTMAX in read("bce", labels="1,0,0;0,1,0", probs=rows).notes
    for labels, probs in (
        ("1,0,0;0,1,1", rows),
        ("1,0,0;0,0.5,0.5", rows),
        ("1,0,0;0,1,0", "0.5,0.25,0.25;0.5,0.5,0.5"),
    ):
        assert read("bce", labels=labels, probs=probs).notes == ""
    assert read("bce", labels="1,0;0,1", probs="0.5,0.5;0.5,0.5").notes == ""
    assert read("ce", labels="1,0,0;0,1,0", probs=rows).notes == ""


def test_softmax_is_said_of_all_rows_of_all_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xentcli.inputs.checks.BLOCK_CELLS", 6)
    probs = np.full((8, 3), 1 / 3)
    labels = np.eye(3)[[0, 1, 2, 0, 1, 2, 0, 1]]
    np.save(tmp_path / "y.npy", labels)
    np.save(tmp_path / "p.npy", probs)
    given = {"labels": f"@{tmp_path}/y.npy", "probs": f"@{tmp_path}/p.npy"}
    assert SOFTMAX in read("bce", **given).notes
    labels[7] = 1
    np.save(tmp_path / "y.npy", labels)
    assert read("bce", **given).notes == ""


def test_label_rows_that_do_not_sum_to_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xentcli.inputs.checks.BLOCK_CELLS", 2)
    labels, logits = "1,0;0.5,0.5;0.5,0.25;1,1", "2,-1;2,-1;2,-1;2,-1"
    assert read("ce", labels=labels, logits=logits).notes == (
        "2 of 4 rows of labels do not sum to 1 (first: sample 3, sum 0.75); they are used as given"
    )
    masked = read("ce", labels=labels, logits=logits, mask="1,1,0,1").notes
    assert masked.startswith("1 of 3 rows of labels do not sum to 1 (first: sample 4, sum 2)")


def test_first_samples_are_numbered_through_what_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("y,p,m\n,0.5,1\n1,9,0\n1,0.5,1\n0,2,1\n")
    keras = CONVENTIONS["keras2"]
    notes = read("bce", path, mask="m", missing="skip", convention=keras).notes
    assert notes.startswith("1 probability is outside [0, 1] (first: sample 4, 2); keras2 clips")


def test_labels_from_a_base_or_with_names_are_not_suspected() -> None:
    logits = "1,2,3;1,2,3"
    assert (
        "if yours count from 1, say --label-base 1" in read("ce", labels="1,2", logits=logits).notes
    )
    assert read("ce", labels="2,3", logits=logits, label_base=1).notes == ""
    assert read("ce", labels="b,c", logits=logits, classes=("a", "b", "c")).notes == ""
    ignored = read("ce", labels="-1,2", logits=logits, ignore_index=-1.0).notes
    assert ignored == ""
