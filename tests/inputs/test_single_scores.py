"""What the names of score columns say of a single column, and of one that is unlike the others."""

import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from reading import read, refused
from support import Ran

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
    assert read("bce", path, classes=("1", "0")).labels == [0, 1]
    assert "--classes 0,1 --probs :2" in str(refused("bce", path, classes=("0", "1")))
    found = read("bce", path, labels="label", probs=":2", classes=("0", "1"))
    assert found.labels == [1, 0]
    assert [own.text for own in found.last.layout.remarks] == [
        "p_0 is by its name the score of 0, and is taken as that of label 1"
    ]


DECLARED = {
    "class": ("prob_benign", "benign,malignant", None, "malignant,benign", "benign,malignant"),
    "case": ("Benign score", "benign,malignant", None, "malignant,benign", "benign,malignant"),
    "letter": ("prob_n", "n,y", None, "y,n", "n,y"),
    "role": ("prob_true", "true,fake", None, "fake,true", "true,fake"),
    "blanks": ("p_no tumor", "no tumor,tumor", None, "tumor,no tumor", "no tumor,tumor"),
    "number": ("p_1", "1,2", None, "2,1", "1,2"),
    "base": ("p_1", "", 1, "2,1, and no --label-base", "1,2"),
    "from-0": ("p_0", "", 1, "2,1, and no --label-base", "1,2"),
    "base-0": ("p_0", "", 0, "1,0, and no --label-base", "0,1"),
    "minus": ("prob_-1", "", None, "1,-1", "-1,1"),
    "minus-alone": ("-1", "", None, "1,-1", "-1,1"),
    "declared-minus": ("prob(-1)", "-1,1", None, "1,-1", "-1,1"),
}


@pytest.mark.parametrize("case", DECLARED)
def test_options_say_what_label_0_is_called(tmp_path: Path, case: str) -> None:
    name, classes, base, of_0, of_1 = DECLARED[case]
    no, yes = of_1.split(",")
    path = tmp_path / "a.csv"
    path.write_text(f"label,{name}\n{yes},0.1\n{no},0.8\n")
    said = {"classes": tuple(classes.split(",")) if classes else (), "label_base": base}
    error = str(refused("bce", path, labels="label", probs=name, **said))
    assert f"make that label 1: --classes {of_0}; if it is of {yes}: --classes {of_1} " in error
    turned = (yes, no)
    assert read("bce", path, labels="label", probs=name, classes=turned).labels == [0, 1]
    kept = read("bce", path, labels="label", probs=":2", classes=(no, yes))
    assert kept.labels == [1, 0]
    assert [own.kind.code for own in kept.last.layout.remarks] == ["XE59"]


@pytest.mark.parametrize(
    ("names", "rows", "said"),
    [
        (
            "label,prob_malignant",
            "malignant,0.2\nbenign,0.9\n",
            {"classes": ("benign", "malignant")},
        ),
        ("y_benign,p_benign", "malignant,0.2\nbenign,0.9\n", {"classes": ("benign", "malignant")}),
        ("label,p_2", "2,0.2\n1,0.9\n", {"label_base": 1}),
        ("label,p_1", "1,0.2\n0,0.9\n", {"label_base": 0}),
        ("label,p", "p,0.2\nn,0.9\n", {"classes": ("n", "p")}),
        ("label,p", "n,0.2\np,0.9\n", {"classes": ("p", "n")}),
        ("label,p-1", "1,0.2\n-1,0.9\n", {}),
        ("label,p_+1", "1,0.2\n-1,0.9\n", {}),
    ],
)
def test_names_of_label_1_are_silent(
    tmp_path: Path, names: str, rows: str, said: dict[str, Any]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{names}\n{rows}")
    labels, probs = names.split(",")
    found = read("bce", path, labels=labels, probs=probs, **said)
    assert found.labels == [1, 0]
    assert [own for own in found.last.layout.remarks if own.kind.code == "XE59"] == []


def test_a_zero_beside_classes_in_words_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("label,LABEL_0\nmalignant,0.1\nbenign,0.8\n")
    found = read("bce", path, labels="label", probs="LABEL_0", classes=("benign", "malignant"))
    assert [own.text for own in found.last.layout.remarks] == [
        "LABEL_0 is by its name the score of 0, and is taken as that of malignant, label 1"
    ]


def test_a_lone_0_is_what_pandas_calls_a_column_without_a_name(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("label,0\n1,0.2\n0,0.9\n")
    assert read("bce", path, labels="label", probs="0").labels == [1, 0]
    path.write_text("label,0,1\n1,0.2,0.8\n0,0.9,0.1\n")
    assert "0 is by its name the score of 0" in str(refused("bce", path, labels="label", probs="0"))
    assert read("bce", path, labels="label", probs="1").labels == [1, 0]


def test_by_hand(xent: Callable[..., Ran], tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("label,prob_benign\nmalignant,0.1\nbenign,0.8\n")
    ran = xent("bce", path, "--classes", "malignant,benign", "-f", "value")
    product = (1 - Fraction("0.1")) * Fraction("0.8")
    assert math.isclose(float(ran.out), -math.log(product) / 2, rel_tol=1e-15)


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
