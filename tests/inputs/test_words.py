"""Words and signs for binary labels: one pair for all, whatever the format and the pieces."""

import json
import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import read, refused
from support import Ran

from xentcli.blocks.input import Input
from xentcli.blocks.layout import Layout
from xentcli.errors import ShapeError, XentError
from xentcli.formats.classes import PAIRS, WORDS
from xentcli.measures.layouts import together

Xent = Callable[..., Ran]
PROBS = [0.9, 0.2, 0.6]
LOSS = -(math.log(0.9) + math.log(0.8) + math.log(0.6)) / 3
"""Of labels 1, 0, 1."""

SPELLINGS = [
    (negative, positive)
    for pair in PAIRS
    for negative, positive in [pair, tuple(map(str.upper, pair)), tuple(map(str.title, pair))]
]


def _files(folder: Path, labels: Sequence[object]) -> list[Path]:
    """The same rows in every format of text."""
    rows = [{"label": label, "p": p} for label, p in zip(labels, PROBS, strict=True)]
    texts = {
        "a.csv": "label,p\n" + "".join(f"{row['label']},{row['p']}\n" for row in rows),
        "a.jsonl": "".join(json.dumps(row) + "\n" for row in rows),
        "rows.json": json.dumps(rows),
        "columns.json": json.dumps({"label": list(labels), "p": PROBS}),
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
    return [folder / name for name in texts]


@pytest.mark.parametrize(("negative", "positive"), SPELLINGS)
def test_words(tmp_path: Path, negative: str, positive: str) -> None:
    for path in _files(tmp_path, [positive, negative, positive]):
        found = read("bce", path)
        assert found.labels == [1, 0, 1]
        expected = f"labels {negative.lower()} and {positive.lower()} are taken as 0 and 1"
        assert found.notes == expected


def test_signs(tmp_path: Path) -> None:
    for path in _files(tmp_path, [1, -1, 1]):
        found = read("bce", path)
        assert (found.labels, found.notes) == ([1, 0, 1], "labels -1 and 1 are taken as 0 and 1")


@pytest.mark.parametrize("dtype", [np.int8, np.int64, np.float32])
def test_signs_in_arrays(tmp_path: Path, dtype: type) -> None:
    np.save(tmp_path / "y.npy", np.array([1, -1, 1], dtype))
    assert read("bce", labels=f"@{tmp_path}/y.npy", probs="0.9,0.2,0.6").labels == [1, 0, 1]


@pytest.mark.parametrize("labels", ["yes,no,yes", "T,F,T", "1,-1,1", '["pos","neg","pos"]'])
def test_typed_inline(xent: Xent, labels: str) -> None:
    ran = xent("bce", "--labels", labels, "--probs", "0.9,0.2,0.6", "-f", "value")
    assert math.isclose(float(ran.out), LOSS, rel_tol=1e-15)


def test_a_word_may_be_a_column(xent: Xent) -> None:
    """``y`` is a word of a pair as well."""
    ran = xent("bce", "--labels", "y", "--probs", "t", "-f", "value", stdin="y,t\n1,0.5\n")
    assert ran.out == "0.6931471805599453\n"


@pytest.mark.parametrize("command", [["ce"], ["accuracy"], ["reconcile", "--loss", "ce"]])
def test_one_hot_of_words(xent: Xent, command: list[str]) -> None:
    """As pandas' get_dummies writes them."""
    text = "y_a,y_b,p_a,p_b\n{},{},0.9,0.1\n{},{},0.2,0.8\n"
    words = xent(*command, "-f", "json", stdin=text.format("True", "False", "False", "True"))
    numbers = xent(*command, "-f", "json", stdin=text.format(1, 0, 0, 1))
    assert words.code == 0
    for key in ("value", "mean", "accuracy", "conventions"):
        assert words.json.get(key) == numbers.json.get(key)


def test_class_weights_by_word(xent: Xent) -> None:
    options = ["--labels", "yes,no", "--probs", "0.5,0.5", "-f", "value"]
    ran = xent("bce", "--class-weight", "no=1,yes=3", "--reduction", "sum", *options)
    assert math.isclose(float(ran.out), 4 * math.log(2), rel_tol=1e-15)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["yes", "no", "True"], "label 'true' is neither no nor yes"),
        (["yes", 0, "no"], "label 0 is a number where others are no and yes"),
        (["yes", 1, "no"], "label 1 is a number where others are no and yes"),
        (["yes", "maybe", "no"], "not a number: 'maybe'; if labels are names"),
        (["spam", "ham", "ham"], "say which are 0, 1, ...: --classes"),
        ([1, -1, 0], "label -1 is outside [0, 1]"),
        ([1, -1, 0.5], "label -1 is outside [0, 1]"),
    ],
)
def test_mixtures(tmp_path: Path, labels: list[object], message: str) -> None:
    for path in _files(tmp_path, labels):
        assert message in str(refused("bce", path))


def test_class_numbers_are_no_words(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("y,p1,p2,p3\n1,0.5,0.25,0.25\nyes,0.5,0.25,0.25\n")
    for options in ({"probs": ":2..4", "labels": ":1"}, {"probs": "p*"}):
        assert "'yes'" in str(refused("ce", path, **options))


def test_every_label_is_minus_one(xent: Xent) -> None:
    ran = xent("bce", "--labels=-1,-1", "--probs", "0.5,0.5", "-f", "value")
    assert (ran.out, "--ignore-index -1" in ran.err) == ("0.6931471805599453\n", True)
    ignoring = xent(
        "bce", "--labels=-1,1", "--probs", "0.9,0.5", "--ignore-index", "-1", "-f", "value"
    )
    assert (ignoring.out, "taken as" in ignoring.err) == ("0.6931471805599453\n", False)


def test_what_is_masked_decides_nothing(xent: Xent) -> None:
    options = ["--labels", "0,-1,1", "--probs", "0.9,0.5,0.5", "--mask", "0,1,1"]
    assert xent("bce", *options, "-f", "value").out == "0.6931471805599453\n"


LABELS = st.lists(st.sampled_from(["1", "-1", "0", "0.5", "yes", "no", "True"]), min_size=1)


@settings(max_examples=60)
@given(labels=LABELS, cuts=st.sets(st.integers(1, 5)))
def test_pieces_decide_as_the_whole(
    tmp_path_factory: pytest.TempPathFactory, labels: list[str], cuts: set[int]
) -> None:
    """Shards, and so blocks and workers, refuse what one file refuses, and nothing else."""
    folder = tmp_path_factory.mktemp("pieces")
    edges = [0, *sorted(cut for cut in cuts if cut < len(labels)), len(labels)]
    paths = []
    for start, stop in pairwise(edges):
        paths.append(folder / f"{start}.csv")
        paths[-1].write_text("y,p\n" + "".join(f"{own},0.5\n" for own in labels[start:stop]))
    whole = folder / "whole.csv"
    whole.write_text("y,p\n" + "".join(f"{own},0.5\n" for own in labels))
    assert _outcome(*paths) == _outcome(whole)


def _outcome(*paths: Path) -> object:
    """Labels and how they were written; None where they are refused."""
    values, layout = [], None
    for path in paths:
        try:
            found = read("bce", path)
            layout = together(layout or found.last.layout, found.last.layout)
        except XentError:
            return None
        values += found.labels
    assert layout is not None
    return values, layout.pair


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("1",), ("-1",), ("-1", "1")),
        ((), ("no", "yes"), ("no", "yes")),
        (("1",), ("0", "1"), ("0", "1")),
        (("0", "1"), ("-1",), None),
        (("-1", "1"), ("0", "1"), None),
        (("1",), ("no", "yes"), None),
        (("f", "t"), ("no", "yes"), None),
    ],
)
def test_two_pieces(
    one: tuple[str, ...], other: tuple[str, ...], expected: tuple[str, ...] | None
) -> None:
    layouts = [Layout(name, "probs", None, pair=pair) for name, pair in (("a", one), ("b", other))]
    for first, second in (layouts, layouts[::-1]):
        if expected is None:
            with pytest.raises(ShapeError):
                together(first, second)
        else:
            assert together(first, second).pair == expected


def test_pairs_are_in_the_order_of_a_union() -> None:
    assert all(pair == tuple(sorted(pair)) for pair in PAIRS)
    assert [WORDS.find(word) for pair in PAIRS for word in pair] == list(range(2 * len(PAIRS)))
    assert Input("bce").classes == ()


def test_a_word_only_in_rows_left_out(xent: Xent) -> None:
    """The only word stands where a score is missing: what is left are numbers."""
    options = ("--labels", ":1", "--logits", ":2", "--missing", "skip")
    ran = xent("bce", *options, "-f", "value", stdin="1,0\nyes,NA\n")
    assert math.isclose(float(ran.out), math.log(2), rel_tol=1e-15)


@pytest.mark.parametrize(
    ("labels", "many"),
    [
        (["cat", "dog", "bird"], True),
        (["yes", "no", "maybe"], True),
        (["cat", "dog", "Cat"], False),
        (["cat", "dog", "1"], False),
    ],
)
def test_words_for_three_classes_are_sent_to_ce(
    tmp_path: Path, labels: list[object], many: bool
) -> None:
    paths = _files(tmp_path, labels)
    polars = pytest.importorskip("polars")
    polars.DataFrame({"label": labels, "p": PROBS}).write_parquet(tmp_path / "a.parquet")
    for path in (*paths, tmp_path / "a.parquet"):
        error = str(refused("bce", path))
        assert "--classes NAME,NAME" in error
        assert ("three classes or more are for xent ce" in error) == many
    if many:
        classes = tuple(map(str, dict.fromkeys(labels)))
        assert str(refused("bce", paths[0], classes=classes)).endswith("more are for xent ce")
        assert "xent ce" not in str(refused("bce", paths[0], classes=classes[:1]))
