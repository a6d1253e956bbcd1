"""Losses of tables whose score columns name the classes, by hand."""

import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars
import pytest
from support import Ran

Xent = Callable[..., Ran]


def mean_of(*probabilities: float) -> float:
    """The mean loss of labels that were given these probabilities."""
    return -math.fsum(map(math.log, probabilities)) / len(probabilities)


LOSSES = {
    "even": ("y,p_0,p_2,p_4\n2,0.2,0.8,0\n0,0.9,0.1,0\n", [], mean_of(0.8, 0.9), 0.16425203),
    "from-3": (
        "truth,prob_3,prob_4,prob_5,prob_6,prob_7\n4,.1,.7,.1,.05,.05\n3,.6,.2,.1,.05,.05\n",
        ["--labels", "truth"],
        mean_of(0.7, 0.6),
        0.43375028,
    ),
    "from-1": ("y,p_1,p_2\n1,0.7,0.3\n", [], mean_of(0.7), 0.35667494),
    "signs": ("label,p_+1,p_-1\n1,0.7,0.3\n-1,0.2,0.8\n", [], mean_of(0.7, 0.8), 0.28990925),
    "caret": (
        "obs,Class1,Class2\nClass1,0.9,0.1\nClass2,0.3,0.7\nClass1,0.6,0.4\n",
        ["--labels", "obs", "--probs", "Class*"],
        mean_of(0.9, 0.7, 0.6),
        0.32428703,
    ),
    "flags": ("y,prob_True,prob_False\nTrue,0.7,0.3\nFalse,0.2,0.8\n", [], mean_of(0.7, 0.8), None),
    "y_hat": ("y,y_hat,p_0,p_1\n0,0,0.9,0.1\n", [], mean_of(0.9), 0.10536052),
    "p-value": (
        "y,p_value,p_0,p_1\n0,0.01,0.9,0.1\n",
        ["--probs", "p_0,p_1"],
        mean_of(0.9),
        0.10536052,
    ),
    "softmax": (
        "y,logit_max,logit_0,logit_1\n0,1,1,0\n",
        ["--logits", "logit_0,logit_1"],
        math.log1p(math.exp(-1)),
        0.31326169,
    ),
}


@pytest.mark.parametrize("case", LOSSES)
def test_loss(xent: Xent, case: str) -> None:
    table, options, wanted, rounded = LOSSES[case]
    ran = xent("ce", "-", *options, "-f", "json", stdin=table)
    assert ran.code == 0, ran.err
    assert math.isclose(ran.json["mean"], wanted, rel_tol=1e-15)
    assert rounded is None or round(wanted, 8) == rounded


def test_results_call_classes_as_the_columns_do(xent: Xent) -> None:
    ran = xent("ce", "-", "-f", "csv", stdin="y,p_0,p_2,p_4\n2,0.25,0.5,0.25\n")
    assert [line.split(",")[1] for line in ran.out.splitlines()] == ["label", "2"]
    assert "note: classes 0, 2, 4 by the names of the probs\n" in ran.err
    weighed = ("--class-weight", "0=1,2=3,4=1", "-f", "json")
    ran = xent("ce", "-", *weighed, stdin="y,p_0,p_2,p_4\n2,0.25,0.5,0.25\n0,1,0,0\n")
    assert ran.json["mean"] == pytest.approx(3 * math.log(2) / 4, rel=1e-15)


@pytest.mark.parametrize("label", ["5", "bird", "p_2", "0.5x", "-1"])
@pytest.mark.parametrize("names", ["p_0,p_1", "p_1,p_3", "p_a,p_b"])
def test_a_label_that_fits_nothing_names_the_option(xent: Xent, names: str, label: str) -> None:
    ran = xent("ce", "-", stdin=f"y,{names}\n{label},0.7,0.3\n")
    assert ran.code == 2
    assert f"label {label}" in ran.err or f"label '{label}'" in ran.err
    assert "say --classes" in ran.err
    ran = xent(
        "ce", "-", f"--classes={label},other", "-f", "value", stdin=f"y,{names}\n{label},0.7,0.3\n"
    )
    assert float(ran.out) == pytest.approx(mean_of(0.7), rel=1e-15)


def test_two_ways_to_say_it_and_neither_in_a_circle(xent: Xent) -> None:
    table = "y,p_1,p_2\n0,0.7,0.3\n1,0.2,0.8\n"
    ran = xent("ce", "-", stdin=table)
    assert ran.code == 2
    assert not ran.out
    assert "label 0 is no class; the classes are 1, 2 by the scores' names" in ran.err
    for option in (("--label-base", 0), ("--classes", "0,1")):
        found = xent("ce", "-", *option, "-f", "value", stdin=table)
        assert float(found.out) == pytest.approx(mean_of(0.7, 0.8), rel=1e-15)
    table = "y,p_2,p_1,p_0\n0,0.2,0.3,0.5\n"
    ran = xent("ce", "-", stdin=table)
    assert "label 0 is p_0 by its name and p_2 by its position" in ran.err
    for option, p in ((("--label-base", 0), 0.2), (("--classes", "2,1,0"), 0.5)):
        found = xent("ce", "-", *option, "-f", "value", stdin=table)
        assert float(found.out) == pytest.approx(mean_of(p), rel=1e-15)
    ran = xent("ce", "-", "--classes", "0,1,2", "--label-base", 0, stdin=table)
    assert "--classes and --label-base exclude each other" in ran.err


@pytest.mark.parametrize(
    ("yes", "no"), [("yes", "no"), ("true", "false"), ("Pos", "Neg"), ("t", "f")]
)
def test_words_for_1_and_0_in_that_order_ask_which_is_meant(xent: Xent, yes: str, no: str) -> None:
    """Labels 1 and 0 would be the second and the first column, against the words."""
    rows = "0.9,0.1\n", "0.3,0.7\n"
    header = f"y,p_{yes},p_{no}\n"
    table = f"{header}1,{rows[0]}0,{rows[1]}"
    ran = xent("ce", "-f", "value", stdin=table)
    assert ran.code == 2
    assert f"label 1 is p_{yes} by its name and p_{no} by its position" in ran.err
    assert "--classes 1,0 for the names or --label-base 0 for the positions" in ran.err
    by_name, by_position = mean_of(0.9, 0.7), mean_of(0.1, 0.3)
    for options, expected in (
        (["--classes", "1,0"], by_name),
        (["--probs", f"p_{no},p_{yes}"], by_name),
        (["--label-base", "0"], by_position),
    ):
        ran = xent("ce", "-f", "value", *options, stdin=table)
        assert float(ran.out) == pytest.approx(expected, rel=1e-14)
    in_words = xent("ce", "-f", "value", stdin=f"{header}{yes},{rows[0]}{no},{rows[1]}")
    assert float(in_words.out) == pytest.approx(by_name, rel=1e-14)
    as_numbers = f"y,p_{no},p_{yes}\n1,0.1,0.9\n0,0.7,0.3\n"
    ran = xent("ce", "-f", "value", stdin=as_numbers)
    assert float(ran.out) == pytest.approx(by_name, rel=1e-14)


@pytest.mark.parametrize("number", ["inf", "-inf", "nan"])
def test_an_ignored_label_is_a_finite_number(xent: Xent, number: str) -> None:
    ran = xent("ce", f"--ignore-index={number}", stdin="y,p_a,p_b\n0,0.9,0.1\n")
    assert (ran.code, ran.out) == (2, "")
    assert f"--ignore-index {number} equals no label" in ran.err


@pytest.mark.parametrize("names", ["prob_1,prob_01", "p_1,p_1.0", "p_2,p_+2"])
def test_two_columns_of_one_number(xent: Xent, names: str) -> None:
    table = f"y,{names}\n1,0.9,0.1\n2,0.3,0.7\n"
    ran = xent("ce", stdin=table)
    assert (ran.code, ran.out) == (2, "")
    assert f"{names.replace(',', ' and ')} are named by the same number" in ran.err
    for option in (("--label-base", "1"), ("--classes", "1,2")):
        ran = xent("ce", "-f", "value", *option, stdin=table)
        assert float(ran.out) == pytest.approx(mean_of(0.9, 0.7), rel=1e-15)


@pytest.mark.parametrize("base", [0, 1])
def test_numbers_where_names_were_declared_get_a_way_out(xent: Xent, base: int) -> None:
    table = f"y,p_cat,p_dog,p_bird\n{base},0.5,0.25,0.25\n{base + 2},0.5,0.25,0.25\n"
    numbers = ",".join(str(base + number) for number in range(3))
    ran = xent("ce", "--classes", "cat,dog,bird", stdin=table)
    assert f"if labels are their numbers, say --classes {numbers}" in ran.err
    assert ("or leave it out" in ran.err) == (base == 0)
    ran = xent("ce", "--classes", numbers, "-f", "value", stdin=table)
    assert float(ran.out) == pytest.approx(mean_of(0.5, 0.25), rel=1e-15)
    other = xent("ce", "--classes", "cat,dog,bird", stdin=table.replace(f"\n{base},", "\n7,"))
    assert "their numbers" not in other.err


@pytest.mark.parametrize(
    "header", ["logit_cat,logit_dog,logit_scale", "logit_a,logit_T,logit_bias"]
)
def test_class_numbers_beside_words_say_what_they_were_taken_for(xent: Xent, header: str) -> None:
    names = header.split(",")
    table = f"y,{header}\n0,2,1,20\n"
    ran = xent("ce", "-f", "json", stdin=table)
    (warning,) = [note for note in ran.json["warnings"] if note["code"] == "XE58"]
    order = ", ".join(f"{i} is {name[6:]}" for i, name in enumerate(names))
    assert f"positions of the score columns: {order}; no label is 2: " in warning["text"]
    assert xent("ce", "--strict", stdin=table).code == 2
    two = xent("ce", "--logits", ",".join(names[:2]), "-f", "json", stdin=table).json
    assert two["mean"] == pytest.approx(math.log1p(math.exp(-1)), rel=1e-15)  # 0.31326
    assert "XE58" not in str(two)


def test_class_numbers_that_all_columns_have_are_a_note(xent: Xent) -> None:
    ran = xent("ce", "--strict", "-f", "json", stdin="y,p_cat,p_dog\n1,0.5,0.5\n0,0.5,0.5\n")
    assert ran.code == 0
    (note,) = [note for note in ran.json["notes"] if note["code"] == "XE63"]
    assert note["text"].endswith("positions of the score columns: 0 is cat, 1 is dog")


@pytest.mark.parametrize(
    ("table", "options"),
    [
        ("y,p_cat,p_dog\n0,0.5,0.5\n", ["--label-base", "0"]),
        ("y,p_cat,p_dog\n0,0.5,0.5\n", ["--probs", "p_*"]),
        ("y,p_cat,p_dog\n0,0.5,0.5\n", ["--classes", "0,1"]),
        ("y,p_cat,p_dog\ncat,0.5,0.5\n", []),
        ("y_cat,y_dog,p_cat,p_dog\n1,0,0.5,0.5\n", []),
        ("y,p_0,p_1\n0,0.5,0.5\n", []),
        ("y,p_1,p_2\n1,0.5,0.5\n", []),
        ("y,p_no,p_yes\n1,0.5,0.5\n", []),
    ],
)
def test_an_order_that_is_said_or_not_needed_is_no_warning(
    xent: Xent, table: str, options: list[str]
) -> None:
    ran = xent("ce", *options, "-f", "json", "--strict", stdin=table)
    assert ran.json["mean"] == pytest.approx(math.log(2), rel=1e-15)


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "json", "npz", "parquet"])
def test_the_order_is_said_once_whatever_the_format(
    xent: Xent, tmp_path: Path, suffix: str
) -> None:
    frame = polars.DataFrame({"y": [0], "p_cat": [0.5], "p_dog": [0.5]})
    shards = [tmp_path / f"{name}.{suffix}" for name in "ab"]
    for path in shards:
        match suffix:
            case "csv":
                frame.write_csv(path)
            case "jsonl":
                frame.write_ndjson(path)
            case "json":
                path.write_text(json.dumps(frame.to_dict(as_series=False)))
            case "npz":
                np.savez(path, **frame.to_dict())
            case "parquet":
                frame.write_parquet(path)
    assert xent("ce", *shards).err.count("if that is right say --label-base 0") == 1
