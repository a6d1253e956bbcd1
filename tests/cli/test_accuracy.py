"""``xent accuracy``: every format, what goes to stderr, and input that it refuses."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import Ran

Xent = Callable[..., Ran]

LINES = (Path(__file__).parents[1] / "data" / "frameworks.jsonl").read_text().splitlines()
CASES = [case for case in map(json.loads, LINES) if case["group"] == "metric"]
GENERATION = {"keras2": "keras2", "tf-keras": "keras3", "keras3": "keras3"}

ONE_HOT = ("--labels", "1,0,0;0,1,0", "--probs", "0.8,0.1,0.1;0.6,0.3,0.1")
NUMBERS = ("--labels", "0,1", "--probs", "0.8,0.1,0.1;0.6,0.3,0.1")
COLUMN = ("--labels", "1,0,1", "--probs", "0.9,0.4,0.3")
TRAP = (
    "Keras 2 and Keras 3 mean different accuracies by 'acc' for binary_crossentropy: "
    "binary_accuracy and categorical_accuracy. Name the metric instead."
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_json_has_the_figures_of_keras(xent: Xent, case: dict[str, Any]) -> None:
    labels, scores = (json.dumps(case[name]) for name in ("labels", "scores"))
    more = ["--threshold", case["options"]["threshold"]] if case["options"] else []
    found = xent("accuracy", "--labels", labels, "--probs", scores, "-f", "json", *more).json
    if "compile_loss" in case:
        acc = next(each for each in found["acc"] if each["loss"] == case["compile_loss"])
        picked = acc[GENERATION[case["convention"]]]
        assert picked["metric"] == case["resolved"]
        assert picked["value"] == pytest.approx(case["value"], rel=3e-7)
    else:
        assert found[case["metric"]] == pytest.approx(case["value"], rel=3e-7)


def test_json_has_every_key_of_schema_1(xent: Xent) -> None:
    assert xent("accuracy", *ONE_HOT, "-f", "json").json == {
        "schema": 1,
        "metric": "accuracy",
        "scale": "probs",
        "samples": 2,
        "elements": 6,
        "ignored": 0,
        "missing": 0,
        "binary_accuracy": 4 / 6,
        "categorical_accuracy": 0.5,
        "sparse_categorical_accuracy": None,
        "threshold": 0.5,
        "hits": {
            "binary_accuracy": {"hits": 4, "total": 6},
            "categorical_accuracy": {"hits": 1, "total": 2},
            "sparse_categorical_accuracy": None,
        },
        "acc": [
            {
                "loss": "binary_crossentropy",
                "keras2": {"metric": "binary_accuracy", "value": 4 / 6},
                "keras3": {"metric": "categorical_accuracy", "value": 0.5},
            },
            {
                "loss": "categorical_crossentropy",
                "keras2": {"metric": "categorical_accuracy", "value": 0.5},
                "keras3": {"metric": "categorical_accuracy", "value": 0.5},
            },
        ],
        "on_logits": None,
        "columns": {},
        "files": [],
        "warnings": [],
        "notes": [],
    }


def test_table_has_all_digits_and_the_trap(xent: Xent) -> None:
    ran = xent("accuracy", *ONE_HOT)
    assert ran.code == 0
    assert ran.err == ""
    lines = [line.split() for line in ran.out.splitlines()]
    assert ["binary_accuracy", "0.6666666666666666", "4", "of", "6", "elements"] in lines
    assert ["categorical_accuracy", "0.5", "1", "of", "2", "samples"] in lines
    assert ["sparse_categorical_accuracy", "-", "needs", "class", "numbers"] in lines
    assert ["binary_crossentropy", "2", "binary_accuracy", "0.666667"] in lines
    assert ["binary_crossentropy", "3", "categorical_accuracy", "0.500000"] in lines
    assert ran.out.splitlines()[-1] == TRAP


@pytest.mark.parametrize("arrays", [NUMBERS, COLUMN], ids=["numbers", "column"])
def test_no_trap_where_both_mean_the_same(xent: Xent, arrays: tuple[str, ...]) -> None:
    assert "different" not in xent("accuracy", *arrays).out


@pytest.mark.parametrize("arrays", [ONE_HOT, NUMBERS, COLUMN], ids=["rows", "numbers", "column"])
def test_tables_fit_80_columns(xent: Xent, arrays: tuple[str, ...]) -> None:
    out = xent("accuracy", *arrays).out
    assert all(len(line) <= 80 for line in out.replace(TRAP, "").splitlines())


def test_reasons_stand_where_values_do_not(xent: Xent) -> None:
    out = xent("accuracy", *NUMBERS).out
    assert "needs one label per score" in out
    assert "needs label rows" in out
    assert xent("accuracy", *COLUMN).out.count("needs two outputs or more") == 2


@pytest.mark.parametrize(("form", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_delimited_text(xent: Xent, form: str, delimiter: str) -> None:
    out = xent("accuracy", *ONE_HOT, "-f", form).out
    rows = list(csv.DictReader(io.StringIO(out), delimiter=delimiter))
    assert [row["metric"] for row in rows[:3]] == [
        "binary_accuracy",
        "categorical_accuracy",
        "sparse_categorical_accuracy",
    ]
    assert [row["value"] for row in rows[:3]] == ["0.6666666666666666", "0.5", ""]
    assert [(row["loss"], row["keras"], row["metric"]) for row in rows[3:5]] == [
        ("binary_crossentropy", "2", "binary_accuracy"),
        ("binary_crossentropy", "3", "categorical_accuracy"),
    ]


def test_json_lines(xent: Xent) -> None:
    lines = list(map(json.loads, xent("accuracy", *COLUMN, "-f", "jsonl").out.splitlines()))
    assert lines[0] == {
        "metric": "binary_accuracy",
        "value": 2 / 3,
        "hits": 2,
        "total": 3,
        "loss": None,
        "keras": None,
    }
    assert lines[1]["value"] is None
    assert [line["keras"] for line in lines[3:]] == ["2", "3"]


def test_markdown_has_both_tables_and_the_trap(xent: Xent) -> None:
    out = xent("accuracy", *ONE_HOT, "-f", "markdown").out
    assert "| categorical_accuracy | 0.5 | 1 of 2 samples |" in out
    assert "| binary_crossentropy | 2 | binary_accuracy | 0.666667 |" in out
    assert TRAP in out


@pytest.mark.parametrize("arrays", [NUMBERS, COLUMN], ids=["numbers", "column"])
def test_value_is_the_one_accuracy(xent: Xent, arrays: tuple[str, ...]) -> None:
    expected: dict[tuple[str, ...], str] = {NUMBERS: "0.5\n", COLUMN: "0.6666666666666666\n"}
    assert xent("accuracy", *arrays, "-f", "value").out == expected[arrays]


def test_value_of_several_is_refused(xent: Xent) -> None:
    ran = xent("accuracy", *ONE_HOT, "-f", "value")
    assert (ran.code, ran.out) == (2, "")
    assert "there are 2 accuracies here, binary_accuracy and categorical_accuracy" in ran.err


def test_threshold(xent: Xent) -> None:
    ran = xent("accuracy", *COLUMN, "--threshold", "0.25", "-f", "json")
    assert ran.json["threshold"] == 0.25
    assert ran.json["binary_accuracy"] == 2 / 3
    assert ran.json["hits"]["binary_accuracy"] == {"hits": 2, "total": 3}
    assert xent("accuracy", *COLUMN, "--threshold", "0.25", "-q", "-f", "value").out != ""


@pytest.mark.parametrize("threshold", ["0", "1", "-1", "1.5", "nan"])
def test_threshold_out_of_range(xent: Xent, threshold: str) -> None:
    ran = xent("accuracy", *COLUMN, f"--threshold={threshold}")
    assert ran.code == 2
    assert f"--threshold {threshold} is not between 0 and 1" in ran.err
    assert len(ran.err.splitlines()) == 1


def test_what_keras_says_of_logits_is_a_note_and_in_json(xent: Xent) -> None:
    arrays = ("--labels", "1,1,0,0", "--logits", "0.4,1.7,-0.3,-2")
    ran = xent("accuracy", *arrays, "-f", "json")
    assert ran.json["binary_accuracy"] == 1.0
    assert ran.json["on_logits"] == {"keras2": 0.25, "keras3": 0.75}
    assert ran.err == (
        "xent: note: Keras compares the model's output itself with 0.5: on these logits its "
        "binary_accuracy says 0.25 in Keras 2, 0.75 in Keras 3\n"
    )
    assert xent("accuracy", *arrays, "-q").err == ""


def test_soft_rows_have_a_class_all_the_same(xent: Xent) -> None:
    ran = xent(
        "accuracy", "--labels", "0.7,0.3;0.4,0.6", "--probs", "0.9,0.1;0.8,0.2", "-f", "json"
    )
    assert ran.json["categorical_accuracy"] == 0.5
    assert ran.json["binary_accuracy"] == 0.0
    assert "4 labels are between 0 and 1 (first: sample 1, 0.7)" in ran.err


def test_mask_and_ignored_labels(xent: Xent) -> None:
    masked = xent("accuracy", *COLUMN, "--mask", "1,1,0", "-f", "json").json
    assert (masked["binary_accuracy"], masked["ignored"]) == (1.0, 1)
    arrays = ("--labels", "0,-100", "--probs", "0.8,0.2;0.6,0.4")
    ignored = xent("accuracy", *arrays, "--ignore-index=-100").out
    assert "1 of 1 samples" in ignored
    assert "1 label is masked or ignored and not counted." in ignored


def test_nothing_left_is_refused(xent: Xent) -> None:
    ran = xent("accuracy", *COLUMN, "--mask", "0,0,0")
    assert ran.code == 2
    assert ran.err == "xent: error: the arrays: every sample is left out, so there is no accuracy\n"


@pytest.mark.parametrize(
    ("labels", "scores", "found"),
    [
        ("0,1,1", "0.8,0.2;0.6,0.4", "labels [3] do not fit probs [2, 2]"),
        ("1,0;0,1", "0.8,0.1,0.1;0.6,0.3,0.1", "labels [2, 2] do not fit probs [2, 3]"),
        ("1,0", "0.8,0.2,0.1", "labels [2] do not fit probs [3]"),
        ("0,2", "0.8,0.2;0.6,0.4", "label 2 is out of range"),
        ("0,2", "0.8,0.2", "label 2 is outside [0, 1]"),
        ("0,1", "0.8,1.2", "probability 1.2 is outside [0, 1]"),
    ],
)
def test_what_does_not_fit_is_refused(xent: Xent, labels: str, scores: str, found: str) -> None:
    ran = xent("accuracy", "--labels", labels, "--probs", scores)
    assert (ran.code, ran.out) == (2, "")
    assert found in ran.err
    assert len(ran.err.splitlines()) == 1


def test_csv_from_stdin_by_names(xent: Xent) -> None:
    text = "y,p_0,p_1\n0,0.9,0.1\n1,0.7,0.3\n"
    ran = xent("accuracy", "-f", "value", "-q", stdin=text)
    assert (ran.code, ran.out) == (0, "0.5\n")


def test_shards_are_pooled(xent: Xent, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    labels, probs = rng.integers(0, 2, 500), rng.random(500).round(3)
    lines = [f"{y},{p}\n" for y, p in zip(labels, probs, strict=True)]
    pieces = {"whole": lines, "a": lines[:123], "b": lines[123:]}
    for name, piece in pieces.items():
        (tmp_path / f"{name}.csv").write_text("y,p\n" + "".join(piece))
    whole = xent("accuracy", tmp_path / "whole.csv", "-f", "json").figures
    assert whole == xent("accuracy", tmp_path / "a.csv", tmp_path / "b.csv", "-f", "json").figures
    assert whole["binary_accuracy"] == np.mean((probs > 0.5) == labels)


def test_missing_rows_are_left_out_and_told(xent: Xent) -> None:
    ran = xent("accuracy", "--missing", "skip", "-f", "json", stdin="y,p\n1,0.9\n,0.2\n")
    assert (ran.json["samples"], ran.json["missing"]) == (1, 1)
    assert "1 row was left out for a missing value" in ran.err


def test_article_labels_and_logits(xent: Xent, article: Any) -> None:
    labels, logits = np.array(article["labels"], float), np.array(article["logits"], float)
    found = xent(
        *("accuracy", "-f", "json", "-q"),
        *("--labels", json.dumps(labels.tolist()), "--logits", json.dumps(logits.tolist())),
    ).json
    assert found["binary_accuracy"] == np.mean((logits > 0) == labels)
    assert found["categorical_accuracy"] == np.mean(logits.argmax(1) == labels.argmax(1))


def test_help_fits_80_columns(xent: Xent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    out = xent("accuracy", "--help").out
    assert out.index("Examples") < out.index("xent accuracy --labels") < out.index("Input")
    assert "--threshold" in out
    assert all(len(line) <= 80 for line in out.splitlines())


def test_output_to_a_file(xent: Xent, tmp_path: Path) -> None:
    assert xent("accuracy", *ONE_HOT, "-o", tmp_path / "found.json").out == ""
    assert json.loads((tmp_path / "found.json").read_text())["samples"] == 2
