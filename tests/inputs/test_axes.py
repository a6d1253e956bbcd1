"""Axes of length 1 are dropped where the other side has none; classes on another axis are said."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reading import read, refused
from support import Ran

Xent = Callable[..., Ran]

LABELS = [1, 0, 1]
PROBS = [0.9, 0.2, 0.6]
ONE = "labels and {} in one row are one sample of {} classes; for {} samples of one output use"
LOSS = -(math.log(0.9) + math.log(0.8) + math.log(0.6)) / 3


def _column(values: list[Any]) -> list[list[Any]]:
    return [[value] for value in values]


def _arrays(xent: Xent, command: str, **arrays: Any) -> Ran:
    typed = [f"--{role}={json.dumps(np.asarray(own).tolist())}" for role, own in arrays.items()]
    return xent(command, *typed, "-f", "json")


@pytest.mark.parametrize(
    ("labels", "probs", "said"),
    [
        (_column(LABELS), PROBS, "labels [n, 1] are taken as [n]"),
        (LABELS, _column(PROBS), "labels [n] are taken as [n, 1]"),
        ([LABELS], PROBS, "labels [1, 3] are taken as [3]"),
    ],
)
def test_binary(xent: Xent, labels: Any, probs: Any, said: str) -> None:
    ran = _arrays(xent, "bce", labels=labels, probs=probs)
    assert math.isclose(ran.json["mean"], LOSS, rel_tol=1e-15)
    assert said in ran.err


def test_categorical(xent: Xent) -> None:
    rows = [[0.1, 0.9], [0.8, 0.2], [0.4, 0.6]]
    ran = _arrays(xent, "ce", labels=_column(LABELS), probs=rows)
    assert math.isclose(ran.json["mean"], LOSS, rel_tol=1e-15)
    assert "note: labels [n, 1] are taken as [n]" in ran.err


def test_images() -> None:
    """Masks with one channel beside scores of classes, and beside scores without a channel."""
    rng = np.random.default_rng(1)
    scores, labels = rng.random((2, 3, 4, 5)), rng.integers(0, 3, (2, 4, 5))
    options = {
        "labels": json.dumps(labels[:, None].tolist()),
        "logits": json.dumps(scores.tolist()),
    }
    plain = read("ce", **options | {"labels": json.dumps(labels.tolist())}, axis=1)
    found = read("ce", **options, axis=1)
    assert (found.labels, found.scores) == (plain.labels, plain.scores)
    assert found.last.layout.remarks[0].text == "labels [n, 1, 4, 5] are taken as [n, 4, 5]"
    one = json.dumps(scores[:, 0].tolist())
    binary = read("bce", labels=json.dumps((labels[:, None] > 0).astype(int).tolist()), logits=one)
    assert binary.labels == (labels > 0).astype(int).reshape(-1, 5).tolist()


@pytest.mark.parametrize("form", ["jsonl", "records.json", "columns.json", "npz", "parquet"])
def test_lists_of_length_1(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"a.{form}"
    rows = [{"label": [y], "p": p} for y, p in zip(LABELS, PROBS, strict=True)]
    if form == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    elif form == "records.json":
        path.write_text(json.dumps(rows))
    elif form == "columns.json":
        path.write_text(json.dumps({"label": _column(LABELS), "p": PROBS}))
    elif form == "npz":
        np.savez(path, label=_column(LABELS), p=PROBS)
    else:
        polars = pytest.importorskip("polars")
        polars.DataFrame({"label": _column(LABELS), "p": PROBS}).write_parquet(path)
    found = read("bce", path)
    assert (found.labels, found.scores) == (LABELS, PROBS)
    assert any("[n, 1] are taken as [n]" in own.text for own in found.last.layout.remarks)


def test_several_columns_of_lists_of_length_1(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    rows = [{"y": y, "p_0": [1 - p], "p_1": [p]} for y, p in zip(LABELS, PROBS, strict=True)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert read("ce", path).scores == [[1 - p, p] for p in PROBS]


@pytest.mark.parametrize("command", ["bce", "ce"])
def test_weights_and_masks(xent: Xent, command: str) -> None:
    probs: Any = [[0.1, 0.9], [0.8, 0.2], [0.4, 0.6]] if command == "ce" else PROBS
    weights = [1.0, 2.0, 0.5]
    plain = _arrays(xent, command, labels=LABELS, probs=probs, weights=weights)
    column = _arrays(xent, command, labels=LABELS, probs=probs, weights=_column(weights))
    assert column.json["mean"] == plain.json["mean"]
    assert "weights [n, 1] are taken as [n]" in column.err


@pytest.mark.parametrize(
    ("labels", "scores", "hint"),
    [
        ((2, 4, 5), (2, 3, 4, 5), "say --axis 1"),
        ((2, 4, 5), (2, 4, 3, 5), "say --axis 2"),
        ((2, 1, 4, 5), (2, 3, 4, 5), "say --axis 1"),
        ((4,), (4, 3, 1, 1), "say --axis 1"),
    ],
)
def test_the_axis_of_the_classes(
    labels: tuple[int, ...], scores: tuple[int, ...], hint: str
) -> None:
    rng = np.random.default_rng(1)
    options = {
        "labels": json.dumps(rng.integers(0, 2, labels).tolist()),
        "logits": json.dumps(rng.random(scores).tolist()),
    }
    assert hint in str(refused("ce", **options))
    axis = int(hint[-1])
    assert len(read("ce", **options, axis=axis).labels) == math.prod(labels)
    error = str(refused("bce", **options))
    assert f"use xent ce --axis {axis}" in error


TWO_AXES = ("--labels", "[[0,0]]", "--logits", f"[[[0,{math.log(2)}],[{math.log(3)},0]]]")
"""Along the last axis the label has 1 of 1 + 2 and 3 of 3 + 1, along axis 1 1 of 1 + 3 and 2 of
2 + 1."""

ON_LAST, ON_1 = math.log(3 * 4 / 3) / 2, math.log(4 * 3 / 2) / 2
ASKED = "labels [1, 2] fit logits [1, 2, 2] with the classes on axis 1 or on axis 2; say --axis 1"


def _mean(xent: Xent, *args: str) -> float:
    return float(xent("ce", *args, "--dtype", "float64", "-f", "value", "-q").out)


@pytest.mark.parametrize("name", ["exact", "sklearn", "xgboost"])
def test_several_axes_that_fit_are_asked_for(xent: Xent, name: str) -> None:
    ran = xent("ce", *TWO_AXES, "-c", name)
    assert (ran.code, ran.out) == (2, "")
    assert f"{ASKED} or --axis 2" in ran.err
    if name == "exact":
        for axis, mean in (("1", ON_1), ("2", ON_LAST), ("-1", ON_LAST)):
            assert _mean(xent, *TWO_AXES, "--axis", axis) == pytest.approx(mean, rel=1e-12)


@pytest.mark.parametrize(
    ("name", "mean", "axis", "other"),
    [
        ("torch", ON_1, 1, 2),
        ("keras3", ON_LAST, 2, 1),
        ("tensorflow", ON_LAST, 2, 1),
        ("optax", ON_LAST, 2, 1),
        ("keras2", ON_LAST, 2, 1),
    ],
)
def test_a_library_has_an_axis_of_its_own(
    xent: Xent, name: str, mean: float, axis: int, other: int
) -> None:
    ran = xent("ce", *TWO_AXES, "-c", name, "-f", "json")
    assert ran.json["mean"] == pytest.approx(mean, rel=1e-6)
    note = f"{name} takes axis {axis} of the logits for the classes; if they are on another, say"
    assert f"note: {note} --axis {other}\n" in ran.err
    said = xent("ce", *TWO_AXES, "-c", name, "--axis", "-1" if axis == 2 else "1")
    assert "takes axis" not in said.err


def test_torch_takes_axis_1_only(xent: Xent) -> None:
    """As ``F.cross_entropy``, which refuses scores with the classes last."""
    last = ("--labels", "[[0,1]]", "--logits", "[[[1,2,0],[3,4,0]]]")
    assert _mean(xent, *last) > 0
    assert "on another axis, say --axis 2\n" in xent("ce", *last, "-c", "torch").err
    first = ("--labels", "[[0,1]]", "--logits", "[[[1,2],[3,4],[0,0]]]", "-c", "torch")
    assert "note: torch takes axis 1 of the logits for the classes\n" in xent("ce", *first).err
    assert _mean(xent, *first) == _mean(xent, *first, "--axis", "1")


ROWS = ("--labels", "[[[1,0],[0,1]]]", *TWO_AXES[2:])


def test_rows_of_labels_do_not_say_their_axis(xent: Xent) -> None:
    """Their last is the default, which is not torch's: 1 of 1 + 2 and 1 of 3 + 1; 1/4 and 1/3."""
    logits = f"[[[0,{math.log(2)}],[{math.log(4)},0]]]"
    rows = (*ROWS[:3], logits)
    on_last = math.log(3 * 5) / 2
    assert _mean(xent, *rows) == pytest.approx(on_last, rel=1e-12)
    assert _mean(xent, *rows, "-c", "keras3") == pytest.approx(on_last, rel=1e-6)
    assert "takes axis" not in xent("ce", *rows, "-c", "keras3").err
    ran = xent("ce", *rows, "-c", "torch")
    assert ran.code == 2
    assert "axis 1 or on axis 2; say --axis 1 or --axis 2; torch takes axis 1\n" in ran.err
    for axis in ("1", "-1"):
        assert xent("ce", *rows, "-c", "torch", "--axis", axis).code == 0
    assert xent("ce", "--labels", "[[[1],[0]]]", "--logits", "[[[1],[2]]]", "-c", "torch").code == 0


@pytest.mark.parametrize("data", [TWO_AXES, ROWS])
def test_reconciled_libraries_of_different_axes(xent: Xent, data: tuple[str, ...]) -> None:
    given = ("reconcile", "--loss", "ce", *data, "-f", "json", "--with")
    asked = xent(*given, "torch,optax")
    assert asked.code == 2
    assert "say --axis 1 or --axis 2; torch takes axis 1\n" in asked.err
    assert xent(*given, "torch,optax", "--axis", "1").code == 0
    assert xent(*given, "tf-keras,optax").code == 0


def test_bce_has_no_axis_to_ask_for(xent: Xent) -> None:
    assert xent("bce", *ROWS, "-c", "torch").code == 0
    assert xent("accuracy", *ROWS).code == 0


def test_two_class_numbers_are_no_row(xent: Xent) -> None:
    assert "labels [2] do not fit" in str(refused("ce", labels="0,1", probs="0.5,0.5;"))


@pytest.mark.parametrize("form", ["inline", "[inline]", "npy", "json"])
def test_one_row_is_one_sample_and_may_be_several(xent: Xent, tmp_path: Path, form: str) -> None:
    """-log softmax(2, -1)[0] is log1p(e^-3), of two binary outputs it is another number."""
    typed = {"labels": "1,0", "logits": "2,-1"}
    if form == "[inline]":
        typed = {role: f"[{values}]" for role, values in typed.items()}
    elif form != "inline":
        for role, values in typed.items():
            path = tmp_path / f"{role}.{form}"
            if form == "npy":
                np.save(path, np.array(json.loads(f"[{values}]"), float))
            else:
                path.write_text(f"[{values}]")
            typed[role] = f"@{path}"
    args = [f"--{role}={value}" for role, value in typed.items()]
    ran = xent("ce", *args, "-f", "value")
    assert float(ran.out) == pytest.approx(math.log1p(math.exp(-3)), rel=1e-15)
    assert f"note: {ONE.format('logits', 2, 2)} xent bce" in ran.err
    assert xent("ce", *args, "-q").err == ""
    assert "one sample" not in xent("bce", *args).err


@pytest.mark.parametrize(
    ("args", "remarked"),
    [
        (["--labels", "1,0,0", "--probs", "0.7,0.2,0.1"], True),
        (["--labels", "1,0,0;", "--probs", "0.7,0.2,0.1;"], False),
        (["--labels", "1,0;0,1", "--logits", "2,-1;2,-1"], False),
        (["--labels", "1", "--logits", "2,-1"], False),
        (["--labels", "1,1", "--logits", "2,-1;2,-1"], False),
        (["--labels", "1", "--logits", "2", "--force"], False),
    ],
)
def test_other_rows_are_clear(xent: Xent, args: list[str], remarked: bool) -> None:
    ran = xent("ce", *args, "-f", "json")
    assert (ran.code, any(own["code"] == "XE57" for own in ran.json["notes"])) == (0, remarked)
    table = xent("ce", "-", "--labels", ":1", "--logits", ":2", "--force", stdin="1,2\n0,3\n")
    assert "one sample" not in table.err
