"""Columns in another order than their names say are refused, sensible names are not."""

import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from support import Ran

from xentcli.blocks.input import Input
from xentcli.blocks.layout import Loss
from xentcli.errors import InputError
from xentcli.formats.columns import Header
from xentcli.inputs.selectors import select

CROSSED = {
    "labels": ("bce", "y_a,y_b,p_b,p_a", None, None, "--probs p_a,p_b"),
    "label-ending": ("bce", "y_cat,y_dog,dog_prob,cat_prob", None, "*_prob", "cat_prob,dog_prob"),
    "both-endings": ("bce", "y1_true,y2_true,y2_pred,y1_pred", "*_true", "*_pred", "y1_pred,y2"),
    "beginnings": ("bce", "y_cat,y_dog,prob_dog,p_cat", None, "p*", "--probs p_cat,prob_dog"),
    "sides": ("bce", "left_y,right_y,p_right,p_left", "left_y,right_y", None, "p_left,p_right"),
    "case": ("bce", "Cat,Dog,p_dog,p_cat", "Cat,Dog", None, "p_cat,p_dog"),
    "more": ("bce", "y_a,y_b,p_b_0,p_a_0", None, None, "p_a_0,p_b_0"),
    "range": ("bce", "y_a,y_b,p_b,p_a", None, "p_b..p_a", "p_a,p_b"),
    "signs": ("bce", "y_1,y_-1,p_-1,p_+1", None, None, "--probs :4,:3"),
    "case-tells": ("ce", "y_Cat,y_cat,p_cat,p_Cat", None, None, "--probs p_Cat,p_cat"),
    "words-in-all": ("ce", "y_a b,y_b a,p_b a,p_a b", None, None, "--probs :4,:3"),
    "named-like-roles": ("ce", "y_p,y_z,p_z,p_p", None, None, "--probs p_p,p_z"),
    "rows-of-classes": ("ce", "y_0,y_1,p_1,p_0", None, None, "--probs p_0,p_1"),
}

FINE = {
    "classes": ("ce", "y,p_0,p_1,p_2", None, None),
    "crossed-classes": ("ce", "y,p_2,p_1,p_0", None, None),  # labels are looked up by name
    "from-one": ("ce", "y,p1,p2,p3,p4,p5,p6,p7,p8,p9,p10,p11,p12", None, None),
    "names": ("ce", "y,p_dog,p_cat", None, None),
    "gaps": ("ce", "y,p_30,p_10,p_20", None, None),
    "signs": ("ce", "y,p_-2,p_-1", None, None),
    "hyphens": ("ce", "y,prob-1,prob-2", None, None),
    "powers": ("ce", "y,p_1e3,p_1e2", None, None),
    "labels": ("bce", "y_a,y_b,p_a,p_b", None, None),
    "alternating": ("bce", "y_a,p_a,y_b,p_b", None, None),
    "other-names": ("bce", "y_a,y_b,p_c,p_d", None, None),
    "outputs-of-one-label": ("bce", "y,p_1,p_0", None, None),
    "typed": ("ce", "y,p_1,p_0", None, "p_1,p_0"),
    "typed-with-marks": ("bce", "y_a?,y_b?,p_b?,p_a?", None, "p_b?,p_a?"),
    "typed-with-dots": ("bce", "y_a..1,y_b..1,p_b..1,p_a..1", None, "p_b..1,p_a..1"),
    "roles-alone": ("bce", "y_true,y_label,p_score,p_pred", "y_true,y_label", "p_*"),
}


def picked(loss: Loss, names: str, labels: str | None, scores: str | None) -> tuple[int, ...]:
    header = Header(tuple(names.split(",")), names.count(",") + 1, "a.csv")
    return select(Input(loss, labels=labels, probs=scores), header).positions["scores"]


@pytest.mark.parametrize("case", CROSSED)
def test_refused(case: str) -> None:
    loss, names, labels, scores, hint = CROSSED[case]
    with pytest.raises(InputError) as caught:
        picked(loss, names, labels, scores)
    assert "in another order than the " in caught.value.problem
    assert hint in (caught.value.hint or "")


@pytest.mark.parametrize("case", FINE)
def test_taken_as_they_stand(case: str) -> None:
    loss, names, labels, scores = FINE[case]
    typed = scores is not None and "*" not in scores and scores.split(",")
    places = picked(loss, names, labels, scores)
    assert list(places) == ([names.split(",").index(n) for n in typed] if typed else sorted(places))


@pytest.mark.parametrize("loss", ["bce", "ce"])
@pytest.mark.parametrize("names", ["y_1,y_2,p_0,p_1", "y_0,y_1,p_1,p_2", "y_2,y_1,p_1,p_0"])
def test_names_that_are_partly_the_same(names: str, loss: Loss) -> None:
    with pytest.raises(InputError) as caught:
        picked(loss, names, None, None)
    assert "both have 1, but y_" in caught.value.problem
    typed = ",".join(names.split(",")[2:])
    assert (caught.value.hint or "").endswith(f"--probs {typed}")
    assert picked(loss, names, None, typed) == (2, 3)


def test_classes_and_labels_that_are_called_like_roles() -> None:
    header = Header(("y_true", "y_false", "p_false", "p_true"), 4, "a.csv")
    job = Input("ce", labels="y_true,y_false", probs="p_false,p_true", classes=("true", "false"))
    with pytest.raises(InputError) as caught:
        select(job, header)
    assert caught.value.hint == "list them in that order: --probs p_true,p_false"
    assert select(job._replace(probs="p_true,p_false"), header).positions["scores"] == (3, 2)


@pytest.mark.parametrize("labels", ["y", "@y.csv"])
@pytest.mark.parametrize("scores", [None, "p_*", "p_dog,p_cat"])
def test_classes_in_another_order_than_their_scores(scores: str | None, labels: str) -> None:
    header = Header(("y", "p_dog", "p_cat"), 3, "a.csv")
    job = Input("ce", probs=scores, labels=labels, classes=("cat", "dog"))
    with pytest.raises(InputError) as caught:
        select(job, header)
    assert "p_dog, p_cat are in another order than the classes" in caught.value.problem
    assert caught.value.hint == "list them in that order: --probs p_cat,p_dog"
    for classes in (("dog", "cat"), ("a", "b")):
        select(job._replace(classes=classes), header)
    numbered = Header(("y", "p_8", "p_33", "p_17"), 4, "a.csv")
    with pytest.raises(InputError):
        select(Input("ce", classes=("8", "17", "33")), numbered)
    select(Input("ce", classes=("8", "33", "17")), numbered)


@pytest.mark.parametrize(
    ("names", "labels", "scores", "told"),
    [
        ("y_cat,y_dog,p_dog,p_cat", "y_cat,y_dog", "p_dog,p_cat", "p_dog is set against y_cat"),
        ("y_cat,y_dog,p_dog,p_cat", None, "p_dog,p_cat", "p_dog is set against y_cat"),
        ("y_a,y_b,y_c,p_a,p_b,p_c", None, "p_a,p_c,p_b", "p_c is set against y_b"),
        ("y_cat,y_dog,p_dog,p_cat", "y_dog,y_cat", "p_dog,p_cat", None),
        ("y_a,y_b,p_c,p_d", None, "p_d,p_c", None),
        ("y_1,y_2,p_1,p_0", None, "p_1,p_0", None),
    ],
)
def test_a_typed_order_that_crosses_the_names_is_told(
    names: str, labels: str | None, scores: str, told: str | None
) -> None:
    header = Header(tuple(names.split(",")), names.count(",") + 1, "a.csv")
    selection = select(Input("bce", labels=labels, probs=scores), header)
    assert selection.positions["scores"] == tuple(map(names.split(",").index, scores.split(",")))
    said = [own.text for own in selection.remarks if own.kind.code == "XE59"]
    by_name = f"; by the names the order is --probs {','.join(sorted(scores.split(',')))}"
    assert said == ([f"{told}, as typed{by_name}"] if told else [])


def test_a_typed_order_by_hand(xent: Callable[..., Ran], tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("y_cat,y_dog,p_dog,p_cat\n1,0,0.2,0.9\n")
    for scores, product, warned in (
        ("p_dog,p_cat", Fraction("0.2") * (1 - Fraction("0.9")), True),
        ("p_cat,p_dog", Fraction("0.9") * (1 - Fraction("0.2")), False),
    ):
        ran = xent("bce", path, "--labels", "y_cat,y_dog", "--probs", scores, "-f", "value")
        assert math.isclose(float(ran.out), -math.log(product) / 2, rel_tol=1e-15)
        assert ("warning: " in ran.err) is warned
