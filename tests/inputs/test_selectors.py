"""Columns: selectors, what is found by name, and what is refused."""

import pytest

from xentcli.blocks.input import Input
from xentcli.errors import InputError, OptionError
from xentcli.formats.columns import Header
from xentcli.inputs.selectors import resolve, select


def header(*names: str) -> Header:
    return Header(names, len(names), "a.csv")


@pytest.mark.parametrize(
    ("selectors", "positions"),
    [
        ("b", (1,)),
        ("c,a", (2, 0)),
        ("z_*", (3, 4, 5)),
        ("b..z_0", (1, 2, 3)),
        (":2", (1,)),
        (":2..4", (1, 2, 3)),
        (":2..:4", (1, 2, 3)),
        (":1,z_1..z_2", (0, 4, 5)),
        ("x,y", (6,)),
        ("z?0", (3,)),
        ("1", (7,)),
    ],
)
def test_selectors(selectors: str, positions: tuple[int, ...]) -> None:
    names = header("a", "b", "c", "z_0", "z_1", "z_2", "x,y", "1")
    assert resolve(selectors, "--logits", names) == positions


def test_an_exact_name_wins_over_its_other_meanings() -> None:
    assert resolve("a*", "--logits", header("ab", "a*")) == (1,)
    assert resolve("a..b", "--logits", header("a", "b", "a..b")) == (2,)
    assert resolve(":1", "--logits", header("x", ":1")) == (1,)


@pytest.mark.parametrize(
    ("selectors", "message"),
    [
        ("lable", "has no column lable for --labels; did you mean label?"),
        ("twice", "two columns are named twice"),
        ("label,label", "picks column label twice"),
        ("nothing*", "has no column nothing"),
        (":9", "reaches outside its 4 columns"),
        (":0", "reaches outside"),
        (":3..2", "reaches outside"),
        ("z..label", "label stands before z"),
        ("", "empty column name"),
        ("label,,z", "empty column name"),
    ],
)
def test_refusals(selectors: str, message: str) -> None:
    with pytest.raises((InputError, OptionError)) as caught:
        resolve(selectors, "--labels", header("label", "z", "twice", "twice"))
    assert message in str(caught.value)


def test_a_name_without_a_header_asks_for_a_position() -> None:
    with pytest.raises(InputError, match=r"has no header.*:2"):
        resolve("z", "--logits", Header(None, 2, "a.csv"))


@pytest.mark.parametrize(
    ("names", "labels", "scores", "scale"),
    [
        (("label", "logit"), (0,), (1,), "logits"),
        (("Y", "P"), (0,), (1,), "probs"),
        (("y_true", "y_pred", "prob"), (0,), (2,), "probs"),
        (("id", "target", "z0", "z1", "score"), (1,), (2, 3), "logits"),
        (("label_cat", "label_dog", "prob_cat", "prob_dog"), (0, 1), (2, 3), "probs"),
        (("targets", "logits"), (0,), (1,), "logits"),
    ],
)
def test_found_by_name(
    names: tuple[str, ...], labels: tuple[int, ...], scores: tuple[int, ...], scale: str
) -> None:
    selection = select(Input(loss="bce"), header(*names))
    assert selection.positions == {"labels": labels, "scores": scores}
    assert selection.scale == scale
    assert selection.remarks[0].text.startswith("labels from ")


def test_scores_that_were_named_are_not_labels_too() -> None:
    selection = select(Input(loss="bce", probs="y_hat"), header("y_true", "y_hat"))
    assert selection.positions == {"labels": (0,), "scores": (1,)}


def test_headerless_tables_take_labels_from_the_first_column() -> None:
    selection = select(Input(loss="bce", probs=":2"), Header(None, 2, "a.csv"))
    assert selection.positions == {"labels": (0,), "scores": (1,)}
    with pytest.raises(InputError, match=":1 is taken by the scores"):
        select(Input(loss="bce", probs=":1"), Header(None, 2, "a.csv"))


def test_one_column_cannot_be_two_things() -> None:
    with pytest.raises(OptionError, match="picked for labels and for scores"):
        select(Input(loss="bce", labels="p", probs="p"), header("p", "y"))
