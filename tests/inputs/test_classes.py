"""Labels that are names of classes, from every format, and names that are none."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from reading import read, refused

from xentcli.blocks.input import Input
from xentcli.errors import InputError, OptionError, ShapeError
from xentcli.formats.delimited.lines import STRETCH
from xentcli.inputs.reading import splits

PETS = ("cat", "dog", "New York")
LABELS = ["dog", "New York", "cat", "dog"]
NUMBERS = [1, 2, 0, 1]
SCORES = [[0.5, 0.25, 0.25]] * 4
HEADER = "label,prob_cat,prob_dog,prob_New York"

FILES = {
    "csv": HEADER + "".join(f"\n{name},0.5,0.25,0.25" for name in LABELS),
    "crlf.csv": HEADER + "".join(f"\r\n{name},0.5,0.25,0.25" for name in LABELS),
    "quoted.csv": HEADER + "".join(f'\n"{name}",0.5,0.25,0.25' for name in LABELS),
    "blanks.csv": HEADER + "".join(f"\n  {name}\t ,0.5,0.25,0.25" for name in LABELS),
    "case.csv": HEADER + "".join(f"\n{name.upper()},0.5,0.25,0.25" for name in LABELS),
    "tsv": (HEADER + "".join(f"\n{name},0.5,0.25,0.25" for name in LABELS)).replace(",", "\t"),
    "jsonl": "".join(
        json.dumps(dict(zip(HEADER.split(","), [name, 0.5, 0.25, 0.25], strict=True))) + "\n"
        for name in LABELS
    ),
    "records.json": json.dumps(
        [dict(zip(HEADER.split(","), [name, 0.5, 0.25, 0.25], strict=True)) for name in LABELS]
    ),
    "columns.json": json.dumps(
        {"label": LABELS, **{key: [row] * 4 for key, row in
                             zip(HEADER.split(",")[1:], [0.5, 0.25, 0.25], strict=True)}}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("classes", [(), PETS])
def test_names_of_every_format(tmp_path: Path, name: str, classes: tuple[str, ...]) -> None:
    path = tmp_path / f"a.{name}"
    path.write_text(FILES[name], newline="")
    found = read(None, path, classes=classes)
    assert (found.labels, found.scores) == (NUMBERS, SCORES)
    assert (found.last.layout.classes, found.last.layout.loss) == (PETS, "ce")
    assert found.last.indexed


def test_vectors_of_scores_have_no_names(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"y":"cat","p":[0.5,0.5]}\n{"y":"dog","p":[1,0]}\n')
    error = refused("ce", path)
    assert f"{path}, line 1, $.y: not a number: 'cat'; if labels are names" in str(error)
    assert "--classes" in str(error)
    assert read("ce", path, classes=("cat", "dog")).labels == [0, 1]


def test_arrays_of_names(tmp_path: Path) -> None:
    given = {"probs": "0.5,0.5;0.5,0.5;0.5,0.5", "classes": ("cat", "dog")}
    (tmp_path / "y.json").write_text('["cat","dog","cat"]')
    (tmp_path / "y.csv").write_text("y,n\ncat,1\ndog,2\ncat,3\n")
    for labels in (
        "cat,dog,cat",
        "CAT, dog,cat",
        '["cat","dog","cat"]',
        f"@{tmp_path}/y.json",
        f"@{tmp_path}/y.csv#y",
    ):
        found = read("ce", labels=labels, **given)  # type: ignore[arg-type]
        assert found.labels == [0, 1, 0]
        assert found.last.layout.classes == ("cat", "dog")


def test_names_are_columns_where_there_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("dog,p_cat,p_dog\ncat,0.5,0.5\n")
    assert read("ce", path, labels="dog", classes=("cat", "dog")).labels == [0]


def test_names_without_classes_are_columns_of_stdin() -> None:
    (split,) = splits(Input("ce", labels="cat,dog", probs="p_*"))
    assert split.files == ("-",)


NAMED: dict[str, tuple[tuple[str, ...], str, list[int]]] = {
    "numbers": (("8", "17", "33"), "17,8.0,33,8e0", [1, 0, 2, 0]),
    "numbers-unsorted": (("33", "8", "17"), "17,8,33,8", [2, 1, 0, 1]),
    "mixed": (("1", "cat", "0"), "cat,1,0,CAT", [1, 0, 2, 1]),
    "missing-words": (("NA", "none", "x"), "NA,none,x,na", [0, 1, 2, 0]),
    "nan-and-inf": (("nan", "inf", "-inf"), "nan,inf,-inf,NaN", [0, 1, 2, 0]),
    "case-matters": (("a", "A", "b"), "a,A,B,b", [0, 1, 2, 2]),
}


@pytest.mark.parametrize("case", NAMED)
def test_given_classes(tmp_path: Path, case: str) -> None:
    classes, labels, numbers = NAMED[case]
    found = read("ce", labels=labels, logits="1,2,3;1,2,3;1,2,3;1,2,3", classes=classes)
    assert found.labels == numbers
    path = tmp_path / "a.csv"
    path.write_text("y,z1,z2,z3\n" + "".join(f"{y},1,2,3\n" for y in labels.split(",")))
    assert read("ce", path, classes=classes).labels == numbers
    assert read("ce", path, classes=classes).last.layout.classes == classes


def test_two_classes_are_0_and_1(tmp_path: Path) -> None:
    assert read("bce", labels="-1,1,1", logits="1,2,3", classes=("-1", "1")).labels == [0, 1, 1]
    path = tmp_path / "a.csv"
    path.write_text("y_a,y_b,p_a,p_b\nyes,no,0.5,0.5\nno,Yes,0.5,0.5\n")
    found = read(None, path, classes=("no", "yes"), square="bce")
    assert found.labels == [[1, 0], [0, 1]]
    assert found.last.layout.classes == ("no", "yes")


def test_classes_beside_label_rows_only_name_them() -> None:
    found = read("ce", labels="1,0;0.5,0.5", logits="1,2;3,4", classes=("a", "b"))
    assert (found.labels, found.last.layout.classes) == ([[1, 0], [0.5, 0.5]], ("a", "b"))


def test_names_and_what_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("y,p_cat,p_dog,m\ndog,0.5,0.5,1\n-100,0.5,0.5,1\nbird,2,2,0\ncat,1,0,1\n")
    assert "line 4, column y: label 'bird' is no class" in str(
        refused("ce", path, mask="m", ignore_index=-100.0)
    )
    path.write_text("y,p_cat,p_dog,m\ndog,0.5,0.5,1\n-100,0.5,0.5,1\n7,2,2,0\ncat,1,0,1\n")
    for classes in ((), ("cat", "dog")):
        found = read("ce", path, mask="m", ignore_index=-100.0, classes=classes)
        assert found.labels == [1, 0, 0, 0]
        assert found.valid == [True, False, False, True]


def test_missing_labels_stay_missing(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("y,p_cat,p_dog\ndog,0.5,0.5\nNA,0.5,0.5\n,0.5,0.5\ncat,1,0\n")
    for classes in ((), ("cat", "dog")):
        assert "line 3, column y: is missing" in str(refused("ce", path, classes=classes))
        found = read("ce", path, missing="skip", classes=classes)
        assert found.labels == [1, 0]
    (tmp_path / "a.json").write_text('{"y":["dog",null],"p_cat":[1,1],"p_dog":[0,0]}')
    assert read("ce", tmp_path / "a.json", missing="skip").labels == [1]


@pytest.mark.parametrize("rows", [1, 5000])  # short and tall chunks are laid out differently
def test_a_name_that_is_none(tmp_path: Path, rows: int) -> None:
    path = tmp_path / "a.csv"
    path.write_text("y,p_cat,p_dog\n" + "cat,0.5,0.5\n" * rows + "dgo,0.5,x\n")
    for classes in ((), ("cat", "dog")):
        error = refused("ce", path, classes=classes)
        assert isinstance(error, InputError)
        listed = "did you mean dog? the classes are cat, dog"
        listed += "" if classes else " by the scores' names; for others say --classes"
        place = f"{path}, line {rows + 2}, column y"
        assert str(error) == f"{place}: label 'dgo' is no class; {listed}"


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "array": ({"labels": "cat,cow"}, "--labels, value 2: label 'cow' is no class; the classes are"),
    "json": ({"labels": '["cat","dgo"]'}, "--labels, [1]: label 'dgo' is no class; did you mean"),
    "number": ({"labels": "cat,3"}, "--labels, sample 2: label 3 is no class; the classes are cat"),
    "twice": ({"labels": "0,1", "classes": ("a", "a")}, "--classes has a twice"),
    "equal": ({"labels": "0,1", "classes": ("8", "8.0")}, "--classes has 8 twice"),
    "empty": ({"labels": "0,1", "classes": ("a", "")}, "--classes has an empty name"),
    "base": ({"labels": "cat,dog", "label_base": 1}, "--classes and --label-base exclude"),
    "many": (
        {"labels": "cat,dog", "classes": ("cat", "dog", "cow")},
        "the arrays: --classes has 3 names and logits [2, 2] have 2 classes",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refusals(case: str) -> None:
    options, message = REFUSED[case]
    given = {"logits": "1,2;3,4", "classes": ("cat", "dog"), **options}
    assert str(refused("ce", **given)).startswith(message)


def test_binary_classes_are_two() -> None:
    error = refused("bce", labels="a,b", logits="1,2", classes=("a", "b", "c"))
    assert isinstance(error, OptionError)
    assert str(error).startswith("--classes has 3 names, binary cross-entropy has two classes; ")
    assert isinstance(
        refused("ce", labels="a,b", logits="1,2,3;4,5,6", classes=("a", "b")), ShapeError
    )


def test_text_where_no_names_are_known(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("y,p\ncat,0.5\n")
    error = refused("bce", path)
    assert f"{path}, line 2, column y: not a number: 'cat'; if labels are names" in str(error)
    assert str(error).endswith("--classes NAME,NAME,...")
    path.write_text('y,p\n"0,9",0.5\n')
    assert str(refused("bce", path)).endswith("not a number: '0,9'; use a decimal point")
    path.write_text("y,p\n1,cat\n")
    assert str(refused("bce", path)).endswith("column p: not a number: 'cat'")


def test_names_and_numbers_do_not_mix(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("y,p_cat,p_dog\ncat,0.5,0.5\n1,0.5,0.5\n")
    assert "line 3, column y: label 1 is a number where others are names" in str(
        refused("ce", path)
    )
    assert "label 1 is no class" in str(refused("ce", path, classes=("cat", "dog")))
    rows = STRETCH // 8  # more than are read at once
    path.write_text("y,p_cat,p_dog\n" + "1,0.5,0.5\n" * rows + "cat,0.5,0.5\n")
    assert f"line {rows + 2}, column y: is the name of a class where" in str(refused("ce", path))
    path.write_text("y,p_cat,p_dog\n" + "cat,0.5,0.5\n" * rows + "1,0.5,0.5\n")
    assert f"line {rows + 2}, column y: label 1 is a number" in str(refused("ce", path))


def test_numbers_beside_named_scores_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("y,p_cat,p_dog\n1,0.5,0.5\n0,0.5,0.5\n")
    found = read("ce", path)
    assert (found.labels, found.last.layout.classes) == ([1, 0], ())


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"]),
                min_size=1, max_size=8)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(words, min_size=2, max_size=6, unique_by=str.casefold), st.data())
def test_any_name_is_found_again(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("names") / "a.csv"
    numbers = data.draw(st.lists(st.integers(0, len(names) - 1), min_size=1, max_size=9))
    scores = ",".join("1" for _ in names)
    lines = ['"' + names[number].replace('"', '""') + f'",{scores}\n' for number in numbers]
    head = "y," + ",".join(f"p_score_of_{i}" for i in range(len(names))) + "\n"
    path.write_text(head + "".join(lines), encoding="utf-8", newline="")
    try:
        found = read("ce", path, classes=tuple(names), sums="as-is")
    except OptionError:
        reject()  # 1 and 01 are one number
    assert found.labels == numbers


def test_an_archive_of_names_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", y=np.array(["cat"]), p_cat=[0.5], p_dog=[0.5])
    assert "holds <U3, not numbers" in str(refused("ce", tmp_path / "a.npz"))
