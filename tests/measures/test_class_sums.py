"""Classes that count by themselves: balanced weights, and the mean of the classes' means."""

import re
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np
import pytest
from blocks import block
from hypothesis import given, settings
from hypothesis import strategies as st
from jobs import job_of

from xentcli.blocks.block import Block
from xentcli.conventions.registry import CONVENTIONS
from xentcli.errors import OptionError
from xentcli.job import PerClass, Settings
from xentcli.measures.loss.report import Report
from xentcli.measures.loss.tally import Tally, measured

LABELS = [0, 0, 0, 1, 2, 2, 0, 1]
PROBS = [[0.5, 0.25, 0.25], [0.25, 0.5, 0.25], [0.125, 0.375, 0.5], [0.5, 0.25, 0.25]] * 2


def report(*blocks: Block, per_class: PerClass | None = None, **options: Any) -> Report:
    job = job_of(blocks[0].layout.loss, per_class=per_class, **options)
    tallies = [measured(job, own)[0] for own in blocks]
    return Report.of(job, reduce(lambda a, b: Tally.merged(a, b, job), tallies))


def one_hot(labels: list[int], classes: int) -> list[list[int]]:
    return np.eye(classes, dtype=int)[labels].tolist()


def test_weights_are_those_of_scikit_learn() -> None:
    # n_samples / (n_classes * np.bincount(y)), by hand: 8 / (3 * 4), 8 / (3 * 2), 8 / (3 * 2)
    found = report(block("ce", LABELS, probs=PROBS), per_class="balanced").classes
    assert found is not None
    weights = [float(Fraction(8, 3 * count)) for count in (4, 2, 2)]
    assert [(one.name, one.samples, one.weight) for one in found] == [
        ("0", 4, weights[0]),
        ("1", 2, weights[1]),
        ("2", 2, weights[2]),
    ]


def test_classes_without_samples_are_no_classes() -> None:
    # Class 1 does not occur, and all of class 2 is masked: 3 / (1 * 3).
    own = block("ce", [0, 0, 2, 0], probs=PROBS[:4], valid=[True, True, False, True])
    for per_class in ("balanced", "macro"):
        found = report(own, per_class=per_class)  # type: ignore[arg-type]
        assert found.classes is not None
        assert [(one.name, one.samples) for one in found.classes] == [("0", 3)]
        assert "2 of 3 classes have no sample that counts and are left out: 1, 2" in [
            remark.text for remark in found.remarks
        ]
    assert report(own, per_class="balanced").classes[0].weight == 1.0  # type: ignore[index]


CONVENTIONS_WITH_WEIGHTS = ["exact", "keras2", "tf-keras", "keras3", "torch"]
KINDS: dict[str, dict[str, Any]] = {
    "plain": {},
    "weights": {"weights": [1.0, 2.0, 0.0, 0.5, 3.0, 1.0, 1.0, 0.25]},
    "mask": {"valid": [True, False, True, True, True, True, True, True]},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", ["numbers", "rows", "binary", "outputs"])
@pytest.mark.parametrize("convention", CONVENTIONS_WITH_WEIGHTS)
def test_the_result_is_that_of_the_same_weights_typed(
    convention: str, shape: str, kind: str
) -> None:
    labels: dict[str, Any] = {
        "numbers": ("ce", LABELS, PROBS),
        "rows": ("ce", one_hot(LABELS, 3), PROBS),
        "binary": ("bce", [1, 0, 0, 1, 0, 0, 0, 1], [p[0] for p in PROBS]),
        "outputs": ("bce", one_hot(LABELS, 3), PROBS),
    }
    loss, y, p = labels[shape]
    chosen = CONVENTIONS[convention]
    own = block(loss, y, logits=np.log(p), **KINDS[kind])
    try:
        found = report(own, per_class="balanced", convention=chosen)
    except OptionError as error:  # as with the weights typed
        with pytest.raises(OptionError, match=re.escape(error.problem)):
            report(own, convention=chosen, settings=Settings(class_weight=(1.0, 2.0, 3.0)))
        return
    assert found.classes is not None
    weights = [one.weight for one in found.classes if one.weight is not None]
    typed = report(own, convention=chosen, settings=Settings(class_weight=tuple(weights)))
    near = 2.0**-51 if chosen.computes_in == "float64" else 2.0**-21
    assert found.mean == pytest.approx(typed.mean, rel=near)
    assert found.sum == pytest.approx(typed.sum, rel=near)
    assert found.total == pytest.approx(typed.total, rel=near)
    assert found.divisor == pytest.approx(typed.divisor, rel=near)
    assert (found.weighted, found.std_error) == (typed.weighted, None)
    assert found.baseline is found.normalised is None
    if typed.perplexity is not None:
        assert found.perplexity == pytest.approx(typed.perplexity, rel=near * 8)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.floats(-700, 700), st.floats(0, 9)), min_size=1),
    st.sampled_from(["balanced", "macro"]),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_means_are_exact_whatever_the_order(
    rows: list[tuple[int, float, float]], per_class: PerClass, weighted: bool, source: Any
) -> None:
    def made(part: list[tuple[int, float, float]]) -> Block:
        logits = [[0.0, z, -z] for _, z, _ in part]
        weights = [w for *_, w in part] if weighted else None
        return block("ce", [y for y, _, _ in part], logits=logits, weights=weights)

    if weighted and not any(w for *_, w in rows):
        return
    whole = report(made(rows), per_class=per_class, head=1000)
    losses = [Fraction(loss) for loss in whole.rows.losses.tolist()]
    factors = [Fraction(w) if weighted else Fraction(1) for *_, w in rows]
    classes: dict[int, list[tuple[Fraction, Fraction]]] = {}
    for (label, *_), loss, factor in zip(rows, losses, factors, strict=True):
        if factor:
            classes.setdefault(label, []).append((factor, loss))
    if per_class == "macro":
        means = [sum(w * v for w, v in own) / sum(w for w, _ in own) for own in classes.values()]
        expected = sum(means) / len(means)
    else:
        count = sum(map(len, classes.values()))
        weight = {c: Fraction(count / (len(classes) * len(own))) for c, own in classes.items()}
        total = sum(weight[c] * w * v for c, own in classes.items() for w, v in own)
        expected = total / sum(weight[c] * w for c, own in classes.items() for w, _ in own)
    assert whole.mean == float(expected)
    shuffled = source.sample(rows, len(rows))
    pieces = [made([row]) for row in shuffled]
    assert report(*pieces, per_class=per_class).mean == whole.mean


def test_macro_by_hand() -> None:
    # Class 0 loses 1, 2 and 3 bits, class 1 loses 2 bits, class 2 loses 2 and 1.
    labels, probs = [0, 0, 0, 1, 2, 2], [[0.5, 0.25, 0.25]] * 6
    probs = [[0.5, 0.25, 0.25], [0.25, 0.5, 0.25], [0.125, 0.375, 0.5]]
    probs += [[0.5, 0.25, 0.25], [0.25, 0.5, 0.25], [0.25, 0.25, 0.5]]
    bits = Settings(base="2")
    found = report(block("ce", labels, probs=probs), per_class="macro", settings=bits)
    assert found.mean == float(Fraction(2 + 2 + Fraction(3, 2)) / 3)
    assert [one.mean for one in found.classes or ()] == [2.0, 2.0, 1.5]
    assert (found.perplexity, found.std_error, found.baseline) == (None, None, None)
    weighted = block("ce", labels, probs=probs, weights=[1, 0, 3, 1, 0, 1])
    # (1 + 3 * 3) / 4, 2, 1
    assert report(weighted, per_class="macro", settings=bits).mean == float(Fraction(11, 6))
    outputs = block("bce", [[1, 0], [0, 0]], probs=[[0.25, 0.5], [0.75, 0.5]])
    # Label 1: 2 bits. Label 0: 1, 2 and 1 bit.
    assert report(outputs, per_class="macro", settings=bits).mean == float(Fraction(5, 3))


def test_infinite_losses_stay_infinite() -> None:
    own = block("ce", [0, 1, 1], probs=[[1.0, 0.0], [1.0, 0.0], [0.5, 0.5]])
    for per_class in ("balanced", "macro"):
        assert report(own, per_class=per_class).mean == np.inf  # type: ignore[arg-type]


@pytest.mark.parametrize("per_class", ["balanced", "macro"])
def test_soft_labels_have_no_class(per_class: PerClass) -> None:
    for own in (
        block("bce", [1, 0.5], probs=[0.5, 0.5]),
        block("ce", [[0.5, 0.5], [1, 0]], probs=[[0.5, 0.5]] * 2),
        block("ce", [[1, 1], [1, 0]], probs=[[0.5, 0.5]] * 2),
        block("ce", [[0, 0], [1, 0]], probs=[[0.5, 0.5]] * 2),
    ):
        with pytest.raises(OptionError, match="needs labels of one class each"):
            report(own, per_class=per_class)
        masked = own._replace(valid=np.array([own.labels.ndim == 1, own.labels.ndim > 1]))
        assert report(masked, per_class=per_class).mean > 0


def test_balanced_weights_of_smoothed_terms_are_refused() -> None:
    own, smooth = block("ce", LABELS, logits=PROBS), Settings(label_smoothing=0.1)
    with pytest.raises(OptionError, match="weighs each class's term of a smoothed label"):
        report(own, per_class="balanced", settings=smooth, convention=CONVENTIONS["torch"])
    assert report(own, per_class="macro", settings=smooth).mean > 0
