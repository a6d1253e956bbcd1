"""What the names of score columns say of a single column, and of one that is unlike the others."""

from pathlib import Path

import pytest
from reading import read, refused

ROWS = "1,0.2\n0,0.9\n"


@pytest.mark.parametrize("name", ["prob_no", "p_0", "p0", "prob_negative", "no_prob"])
def test_a_column_named_for_label_0_is_asked_about(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"label,{name}\n{ROWS}")
    error = refused("bce", path, labels="label", probs=name)
    assert f"{name} is by its name the score of " in str(error)
    assert "--classes" in str(error)


def test_classes_say_of_which_label_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"label,p_0\n{ROWS}")
    assert read("bce", path, classes=("0", "1")).labels == [1, 0]
    assert read("bce", path, classes=("1", "0")).labels == [0, 1]


@pytest.mark.parametrize("names", ["y_0,p_0", "label,p_1", "label,prob_yes", "label,p", "y,prob_n"])
def test_other_names_are_of_label_1(tmp_path: Path, names: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{names}\n{ROWS}")
    labels, probs = names.split(",")
    assert read("bce", path, labels=labels, probs=probs).labels == [1, 0]


def _remarked(path: Path, names: str, **options: str) -> list[str]:
    path.write_text(f"{names}\n0,0,0.1,2,0.3,4\n1,1,0.1,2,0.3,5\n")
    found = read("ce", path, labels=":2", **options).last.layout.remarks
    return [remark.text for remark in found if remark.kind.code == "XE56"]


def test_a_range_that_reaches_too_far_is_told(tmp_path: Path) -> None:
    path, names = tmp_path / "a.csv", "i,y,logit_0,logit_1,logit_2,weight"
    assert _remarked(path, names, logits=":3..6") == [
        "weight among the logits is not named like logit_0, logit_1, logit_2: "
        "does it belong to them?"
    ]
    assert _remarked(path, names, logits=":3..5") == []


def test_names_of_classes_are_no_odd_ones(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    assert _remarked(path, "i,y,setosa,versicolor,virginica,other", logits=":3..6") == []


def test_a_file_is_named_once(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"label,p\n{ROWS}")
    assert "is named twice" in str(refused("bce", path, path))
