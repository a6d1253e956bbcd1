"""Cases like those of ``frameworks.jsonl``, drawn anew, and the figures that a framework answers.

A drawn case has no figures. A framework's functions add them, and then it is held to the same
tolerances as the recorded ones.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from framework_cases import Case, agree, name_of, pairs, tolerance
from hypothesis import given, settings
from hypothesis import strategies as st

LabelsKind = Literal["int", "onehot", "soft", "multilabel"]

WORST: dict[tuple[str, str, str], float] = defaultdict(float)
"""The largest distance by convention, float type and figure.

It is in ulp of the figure, or of the largest number that went into it."""

_EDGES = [0.0, 1.0, 0.5, 1e-8, 1e-7, 2e-7, 1e-15, 1e-30, 1 - 1e-7, 1 - 2e-7]
_SHARES = st.floats(0.0, 1.0, width=32)
_WEIGHTS = st.one_of(st.just(0.0), st.floats(0.125, 4.0, width=32))
_LOGITS = st.one_of(
    st.floats(-8.0, 8.0, width=32),
    st.floats(-100.0, 100.0, width=32),
    st.sampled_from([0.0, -20.0, 20.0, -90.0, 90.0]),
)
_PROBS = st.one_of(_SHARES, st.sampled_from(_EDGES))
_CLASS_WEIGHTS = st.floats(0.125, 4.0, width=32)


Test = Callable[..., None]


def each(*kind: Any, **more: Any) -> Callable[[Test], Test]:
    """Calls a test with a ``case`` that is drawn anew each time, as :func:`cases` says."""
    return lambda test: settings(deadline=None)(given(case=cases(*kind, **more))(test))


@st.composite
def cases(
    draw: st.DrawFn,
    convention: str,
    loss: str,
    scale: str,
    labels: LabelsKind,
    *options: str,
    dtypes: tuple[str, ...] = ("float32",),
    flat: bool = False,
    grad: bool = False,
    **fixed: Any,
) -> Case:
    """A case with some of ``options``; ``flat``: scores ``[n]``, not ``[n, k]``."""
    samples = draw(st.integers(1, 6))
    outputs = draw(st.integers(2 if loss == "ce" else 1, 6))
    width = None if flat else outputs
    scores = draw(_matrix(_LOGITS if scale == "logits" else _PROBS, samples, width))
    if scale == "probs" and loss == "ce":
        scores = [_normalised(row) for row in scores]
    case = {
        "id": "drawn",
        "group": "gradient" if grad else "loss",
        "convention": convention,
        "loss": loss,
        "scores_kind": scale,
        "dtype": draw(st.sampled_from(dtypes)),
        "labels_kind": labels,
        "labels": draw(_labels(labels, samples, width)),
        "scores": scores,
        "error": None,
        **fixed,
    }
    chosen = draw(st.sets(st.sampled_from(options))) if options else set()
    if "focal_gamma" not in chosen:
        chosen.discard("focal_alpha")
    case["options"] = {name: draw(_option(name, samples, outputs)) for name in sorted(chosen)}
    if "ignore_index" in chosen:
        case["labels"] = draw(_with_ignored(case["labels"], case["options"]["ignore_index"]))
    return case


def _matrix(cells: Any, samples: int, width: int | None) -> Any:
    row = cells if width is None else st.lists(cells, min_size=width, max_size=width)
    return st.lists(row, min_size=samples, max_size=samples)


def _normalised(row: list[float]) -> list[float]:
    total = sum(row)
    return [p / total for p in row] if total else [1.0 / len(row)] * len(row)


@st.composite
def _labels(draw: st.DrawFn, kind: LabelsKind, samples: int, width: int | None) -> Any:
    if kind == "multilabel" or width is None:
        cells = _SHARES if kind == "soft" else st.sampled_from([0, 1])
        return draw(_matrix(cells, samples, width))
    if kind == "soft":
        return draw(_matrix(st.one_of(_SHARES, st.sampled_from([0.0, 1.0])), samples, width))
    numbers = draw(st.lists(st.integers(0, width - 1), min_size=samples, max_size=samples))
    if kind == "int":
        return numbers
    return [[int(column == number) for column in range(width)] for number in numbers]


def _option(name: str, samples: int, outputs: int) -> Any:
    weights = st.lists(_WEIGHTS, min_size=samples, max_size=samples).filter(any)
    per_output = st.lists(_CLASS_WEIGHTS, min_size=outputs, max_size=outputs)
    return {
        "label_smoothing": st.floats(0.0625, 1.0, width=32),
        "class_weight": per_output,
        "pos_weight": per_output,
        "sample_weight": weights,
        "ignore_index": st.sampled_from([-100, 255, 0]),
        "mask": st.lists(st.sampled_from([0, 1]), min_size=samples, max_size=samples),
        "focal_gamma": st.sampled_from([0.5, 1.0, 2.0, 3.0]),
        "focal_alpha": _SHARES.filter(bool),
        "reduction": st.sampled_from(["sum_over_batch_size", "mean_with_sample_weight"]),
    }[name]


@st.composite
def _with_ignored(draw: st.DrawFn, labels: list[int], ignored: int) -> list[int]:
    return [ignored if draw(st.booleans()) else label for label in labels]


def answer(case: Case, **figures: Any) -> Case:
    """``case`` with what a framework returned; figures that are not named it does not have."""
    return case | {"mean": None, "sum": None, "per_element": None, "per_sample": None} | figures


def assert_met(case: Case) -> None:
    """All figures of an answered case are xent's; how far they are apart is kept in ``WORST``."""
    for pair in pairs(case):
        ulp, largest = float(np.finfo(case["dtype"]).eps), magnitude(case)
        with np.errstate(invalid="ignore"):
            unit = ulp * np.maximum(largest, np.abs(pair.theirs))
            apart = np.abs(pair.ours - pair.theirs) / unit
        key = name_of(case), case["dtype"], pair.what
        WORST[key] = max(WORST[key], float(apart[np.isfinite(apart)].max(initial=0.0)))
        terms = {"grad": 0, "sum": np.size(case["scores"])}.get(pair.what, 2)
        within = tolerance(case, pair) + terms * ulp * largest
        assert agree(pair, within), (case, pair)


def magnitude(case: Case) -> float:
    """The largest number, and at least 1, that a loss is a difference of.

    Where logits of 90 cancel, a loss near 0 has the absolute error of a number near 90.
    """
    logits = case["scores_kind"] == "logits" and case["group"] == "loss"
    largest = float(np.abs(case["scores"]).max()) if logits else 1.0
    for name in ("pos_weight", "sample_weight", "class_weight"):
        largest *= max(1.0, *case["options"].get(name, [1.0]))
    return max(1.0, largest)
