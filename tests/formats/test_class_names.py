"""Labels are looked up in the names of the score columns, on every path in the same way."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from reading import read, refused

FOUND = {
    "numbers": ("p_0,p_2,p_4", "2,0,4", [1, 0, 2]),
    "from-three": ("prob_3,prob_4,prob_5", "4,3,5.0", [1, 0, 2]),
    "from-one": ("p1,p2", "1,2,1", [0, 1, 0]),
    "signs": ("p_+1,p_-1", "1,-1,+1", [0, 1, 0]),
    "negative": ("p_-2,p_-1", "-1,-2", [1, 0]),
    "hyphens": ("prob-1,prob-2", "1,2", [0, 1]),
    "mixed-signs": ("p-1,p0,p+1", "1,-1,0", [2, 0, 1]),
    "padded": ("p_01,p_02,p_10", "10,1,2", [2, 0, 1]),
    "gaps-unsorted": ("p_30,p_10,p_20", "10,20,30", [1, 2, 0]),
    "powers": ("p_1e3,p_1e2", "100,1000", [1, 0]),
    "brackets": ("p[1],p[-1]", "-1,1", [1, 0]),
    "ending": ("class_7_prob,class_5_prob", "5,7", [1, 0]),
    "whole-numbers": ("2010,2011,2020", "2011,2010,2020", [1, 0, 2]),
    "numbers-and-a-word": ("p_1,p_2,p_other", "2,other,1", [1, 2, 0]),
    "counted": ("p_0,p_1,p_2", "2,0,1", [2, 0, 1]),
    "counted-by-name": ("p_2,p_1,p_0", "p_2,p_0", [0, 2]),
    "whole": ("Class1,Class2", "Class1,Class2,Class1", [0, 1, 0]),
    "kaggle": ("Class_1,Class_2,Class_10", "Class_10,Class_1", [2, 0]),
    "its-numbers": ("Class_1,Class_2,Class_10", "10,1", [2, 0]),
    "hub": ("LABEL_0,LABEL_1", "LABEL_1,LABEL_0", [1, 0]),
    "iris": ("Iris-setosa,Iris-virginica", "Iris-virginica,Iris-setosa", [1, 0]),
    "iris-cut": ("Iris-setosa,Iris-virginica", "virginica,setosa", [1, 0]),
    "iris-role": ("prob_Iris-setosa,prob_Iris-virginica", "Iris-virginica,Iris-setosa", [1, 0]),
    "space": ("prob_New York,prob_Boston", "New York,Boston", [0, 1]),
    "grade": ("prob_grade 1,prob_grade 2", "grade 2,grade 1", [1, 0]),
    "flags": ("prob_True,prob_False", "True,False,FALSE", [0, 1, 1]),
    "roles": ("p_target,p_other", "other,target", [1, 0]),
    "one-letter": ("prob_p,prob_e", "e,p", [1, 0]),
    "marks": ("prob_C++,prob_C#,prob_.NET", ".NET,C#,C++", [2, 1, 0]),
    "bare": ("owl,dog,cat", "cat,owl,dog", [2, 0, 1]),
    "own-roles": ("prob_dog,p_cat", "cat,dog", [1, 0]),
    "role-at-the-end": ("prob_high_score,prob_low_score", "low_score,high_score", [1, 0]),
    "other-numbers": ("cat_1,dog_2,owl_3", "3,1,2", [2, 0, 1]),
    "whole-before-cut": ("p_p_a,p_a", "p_a,p_p_a", [1, 0]),
}


def table(names: str, labels: str) -> list[dict[str, Any]]:
    first, *rest = names.split(",")
    scores = {first: 1.0, **dict.fromkeys(rest, 0.0)}
    return [{"label": label, **scores} for label in labels.split(",")]


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    columns = {key: [row[key] for row in rows] for key in rows[0]}
    if path.suffix == ".csv":
        lines = [",".join(rows[0]), *(",".join(map(str, row.values())) for row in rows)]
        path.write_text("\n".join(lines) + "\n")
    elif path.suffix == ".parquet":
        pl.DataFrame(columns).write_parquet(path)
    elif path.suffix == ".npz":
        np.savez(path, **{key: np.array(own) for key, own in columns.items()})
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    else:
        path.write_text(json.dumps(columns))
    return path


@pytest.mark.parametrize("case", FOUND)
def test_labels_are_names(tmp_path: Path, case: str) -> None:
    names, labels, numbers = FOUND[case]
    selector = names if case == "whole-numbers" else f":2..{names.count(',') + 2}"
    for name in ("a.csv", "a.jsonl", "a.json", "a.parquet"):
        path = written(tmp_path / name, table(names, labels))
        assert read("ce", path, labels="label", probs=selector).labels == numbers, name
    path = tmp_path / "a.csv"
    scores = f"@{path}#{selector}"
    assert read("ce", labels=f"@{path}#label", probs=scores).labels == numbers
    assert read("ce", path, labels="label", probs=scores).labels == numbers


def test_typed_labels_beside_scores_of_a_file(tmp_path: Path) -> None:
    scores = f"@{written(tmp_path / 'a.csv', table('p_1,p_3', '1,3'))}#p_*"
    assert read("ce", labels="3,1", probs=scores).labels == [1, 0]
    np.save(tmp_path / "y.npy", [3, 1])
    assert read("ce", labels=f"@{tmp_path}/y.npy", probs=scores).labels == [1, 0]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.json", "a.parquet", "a.npz"])
def test_numbers_of_every_format(tmp_path: Path, name: str) -> None:
    rows = [{"label": label, "p_0": 0.5, "p_2": 0.25, "p_4": 0.25} for label in (4, 0, 2)]
    found = read("ce", written(tmp_path / name, rows))
    assert (found.labels, found.last.layout.classes) == ([2, 0, 1], ("0", "2", "4"))
    assert found.last.layout.remarks[-1].text == "classes 0, 2, 4 by the names of the probs"
    other = written(tmp_path / "labels.csv", [{"y": 4}, {"y": 0}, {"y": 2}])
    assert read("ce", tmp_path / name, labels=f"@{other}").labels == [2, 0, 1]
    assert "label 4 is out of range" in str(refused("ce", tmp_path / name, label_base=0))
    assert read("ce", tmp_path / name, classes=("0", "2", "4")).labels == [2, 0, 1]


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.parquet", "a.npz"])
def test_values_true_and_false_are_their_classes(tmp_path: Path, name: str) -> None:
    rows = [{"label": label, "p_True": 0.75, "p_False": 0.25} for label in (True, False)]
    assert read("ce", written(tmp_path / name, rows)).labels == [0, 1]
    rows = [{"label": label, "p_no": 0.75, "p_yes": 0.25} for label in (True, False)]
    assert read("ce", written(tmp_path / name, rows)).labels == [1, 0]


def refusal(tmp_path: Path, names: str, labels: str, **options: Any) -> str:
    path = written(tmp_path / "a.csv", table(names, labels))
    return str(refused("ce", path, labels="label", probs=f":2..{names.count(',') + 2}", **options))


@pytest.mark.parametrize(
    ("names", "labels", "line"),
    [
        ("p_1,p_2", "1,0", 3),  # counted from 0?
        ("p_0,p_2,p_4", "0,1", 3),
        ("p_30,p_10,p_20", "30,2", 3),
        ("p_1,p_2,p_other", "1,3", 3),
        ("p_+1,p_-1", "0,1", 2),
        ("prob-1,prob-2", "-1,-2", 2),
    ],
)
def test_a_number_that_is_no_name(tmp_path: Path, names: str, labels: str, line: int) -> None:
    error = refusal(tmp_path, names, labels)
    assert f"line {line}, column label: label " in error
    assert " is no class; " in error
    assert "--classes" in error
    assert "--label-base 0" in error


@pytest.mark.parametrize("names", ["p_2,p_1,p_0", "prob[2],prob[1],prob[0]", "2,1,0"])
def test_names_that_count_the_columns_in_another_order(tmp_path: Path, names: str) -> None:
    error = refusal(tmp_path, names, "1,0")
    columns = names.split(",")
    assert "line 3, column label: " + ", ".join(columns) + " are in another order than" in error
    assert f": label 0 is {columns[2]} by its name and {columns[0]} by its position" in error
    assert f"list them in order, --probs {','.join(columns[::-1])}, or say" in error
    assert error.endswith("--classes 2,1,0 for the names or --label-base 0 for the positions")
    path, scores = tmp_path / "a.csv", ":2..4"
    found = read("ce", path, labels="label", probs=scores, classes=("2", "1", "0"))
    assert found.labels == [1, 2]
    assert read("ce", path, labels="label", probs=scores, label_base=0).labels == [1, 0]
    typed = ",".join(names.split(",")[::-1])
    assert read("ce", path, labels="label", probs=typed).labels == [1, 0]


def test_a_later_shard_or_block_is_refused_as_the_first_is(tmp_path: Path) -> None:
    rows = "1,0.5,0.5\n" * 70_000
    for name, text in (("a.csv", rows), ("b.csv", "2,0.5,0.5\n0,0.5,0.5\n")):
        (tmp_path / name).write_text("y,p_1,p_2\n" + text)
    assert "b.csv, line 3, column y: label 0 is no class" in str(
        refused("ce", tmp_path / "a.csv", tmp_path / "b.csv")
    )
    (tmp_path / "a.csv").write_text("y,p_1,p_2\n" + rows + "0,0.5,0.5\n")
    assert "line 70002, column y: label 0 is no class" in str(refused("ce", tmp_path / "a.csv"))


def test_the_label_base_says_that_labels_are_positions(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", table("p_1,p_2", "0,1"))
    found = read("ce", path, label_base=0)
    assert (found.labels, found.last.layout.classes) == ([0, 1], ())
    path = written(tmp_path / "a.csv", table("p_a,p_b", "b,a"))
    found = read("ce", path, label_base=1)
    assert (found.labels, found.last.layout.classes) == ([1, 0], ("a", "b"))
    assert found.last.layout.label_base == 0


def test_names_of_binary_outputs_are_of_no_classes(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"y":[0,1],"p_1":0.5,"p_2":0.5}\n{"y":[1,1],"p_1":0.5,"p_2":0.5}\n')
    found = read(None, path, square="bce")
    assert (found.labels, found.last.layout.classes) == ([[0, 1], [1, 1]], ())


names_ = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=6)
classes_ = st.one_of(
    st.lists(names_, min_size=2, max_size=6, unique_by=str.casefold),
    st.lists(st.integers(-30, 30).map(str), min_size=2, max_size=6, unique=True),
)


@settings(max_examples=200, deadline=None)
@given(classes_, st.sampled_from(["{}", "p_{}", "prob {}", "{}_prob", "class_{}_score"]), st.data())
def test_any_order_of_columns_gives_the_same_loss(
    tmp_path_factory: pytest.TempPathFactory, classes: list[str], form: str, data: st.DataObject
) -> None:
    """The scores of each label are those of its own column, or the table is refused."""
    folder = tmp_path_factory.mktemp("names")
    order = data.draw(st.permutations(classes))
    labels = data.draw(st.lists(st.sampled_from(classes), min_size=1, max_size=8))
    assume(set(map(str, range(len(order)))) != set(order))  # refused, as tested above
    columns: dict[str, list[Any]] = {"true label": labels}
    columns |= {
        form.format(name): [0.0 if name == own else -1.0 for own in labels] for name in order
    }
    path = folder / "a.parquet"
    pl.DataFrame(columns).write_parquet(path)
    found = read("ce", path, labels="true label", logits=f":2..{len(order) + 1}")
    assert [row[label] for row, label in zip(found.scores, found.labels, strict=True)] == [
        0.0
    ] * len(labels)
