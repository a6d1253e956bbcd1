"""The cases of ``frameworks.jsonl``, what xent makes of them, and how far both are apart.

What the fields of a case mean stands in the comments where they are used. ``dtype`` is the float
type that the framework was given.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import jobs
import numpy as np

from xentcli.blocks.split import Split
from xentcli.conventions.registry import CONVENTIONS
from xentcli.formats.cells import Array, Cells
from xentcli.inputs.arguments import bare
from xentcli.inputs.checks import blocks
from xentcli.inputs.rows import Unread
from xentcli.job import Job, Settings
from xentcli.losses import Losses, losses
from xentcli.measures.loss.report import Report
from xentcli.measures.loss.tally import Tally

Case = dict[str, Any]

CASES: list[Case] = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "frameworks.jsonl").read_text().splitlines()
]

NOT_MET = {
    "a/optax/ce-int-label-too-large/0": "optax turns a class number of k or more into nan; "
    "xent refuses it",
    "a/optax/ce-int-label-minus-one/0": "optax takes class number -1 for the last class; "
    "xent refuses it",
    "a/optax/ce-soft-rows-not-one/0": "optax takes shares of labels above 1; xent refuses them",
    "a/tensorflow/ce-soft-rows-not-one/0": "TensorFlow takes shares of labels above 1; "
    "xent refuses them",
    "a/lightgbm/ce-probs-int-unnormalised/0": "LightGBM takes probabilities above 1; "
    "xent refuses them",
    "a/optax/err-integer-logits/0": "optax refuses logits of an integer type; "
    "xent reads all numbers as floats",
    "a/sklearn/err-one-label/0": "scikit-learn wants to see both labels, or their names; "
    "xent knows the classes from the columns",
    "a/optax/ce-onehot-poly/0": "poly loss is not offered: xent gives the cross-entropy in it",
    "a/lightgbm/kl-probs-soft/0": "kullback_leibler is not offered: xent gives the cross-entropy, "
    "which is larger by the entropy of the labels",
}
"""Cases in which xent does something else, and why."""

LOOSE = {
    "a/lightgbm/xentropy-probs-soft-weight/0": "LightGBM adds the weights of its cross_entropy up "
    "in float32; xent adds them up exactly",
}
"""Cases that are met to 1e-7 of their value only, and why."""

_KERAS3 = {
    "jax": "keras3",
    "torch": "keras3",
    "numpy": "keras3-numpy",
    "tensorflow": "keras3-tf",
}
_BY_METRIC = {
    "cross_entropy": "lightgbm-xentropy",
    "kullback_leibler": "lightgbm-xentropy",
    "CrossEntropy": "catboost-crossentropy",
    "MultiCrossEntropy": "catboost-crossentropy",
}


class Result(NamedTuple):
    """What xent makes of a case."""

    found: Losses
    report: Report


class Pair(NamedTuple):
    """Flat arrays of xent's and the framework's numbers; ``what`` names the field of the case."""

    what: str
    ours: Array
    theirs: Array


def by_id(name: str) -> Case:
    return next(case for case in CASES if case["id"] == name)


def name_of(case: Case) -> str:
    """The name of the convention that a case belongs to."""
    if case["convention"] == "keras3":
        return _KERAS3[case["backend"]]
    return str(_BY_METRIC.get(case["options"].get("metric"), case["convention"]))


def numbers(nested: Any) -> Array:
    """Lists of numbers, some of them written ``"nan"`` or ``"inf"``, as an array."""
    return np.array(nested, np.float64)


def job_of(case: Case, reduction: str | None = None) -> Job:
    """The job that a case is, with another ``reduction`` than its own where one is given."""
    options = case["options"]
    chosen = CONVENTIONS[name_of(case)]
    if case["dtype"] in chosen.dtypes:
        chosen = chosen._replace(dtype=case["dtype"])
    return jobs.job_of(
        loss=case["loss"],
        weights="given" if "sample_weight" in options else None,
        mask="given" if "mask" in options else None,
        classes=tuple(map(str, options.get("classes", ()))),
        ignore_index=options.get("ignore_index"),
        axis=options.get("axis", -1),
        one_class=True,  # the bare functions compute it; only Keras 2's fit refuses
        convention=chosen,
        sums="ignore",  # what a framework does with rows that do not sum to 1 is its own affair
        settings=_settings(case, reduction),
        grad=case["group"] == "gradient",
        head=1000,
        **{case["scores_kind"]: "given"},
    )


def _settings(case: Case, reduction: str | None) -> Settings:
    options = case["options"]
    return Settings(
        label_smoothing=options.get("label_smoothing", 0.0),
        class_weight=tuple(options.get("class_weight", ())),
        pos_weight=_one_or_more(options.get("pos_weight", ())),
        focal_gamma=options.get("focal_gamma"),
        focal_alpha=_one_or_more(options.get("focal_alpha", ())),
        reduction=reduction or options.get("reduction"),
    )


def _one_or_more(value: Any) -> tuple[float, ...]:
    return tuple(np.atleast_1d(value).tolist())


def rows_of(case: Case) -> Unread:
    """A case's arrays as the readers hand them on."""
    given = {
        "scores": case["scores"],
        "labels": case["labels"],
        "weights": case["options"].get("sample_weight"),
        "mask": case["options"].get("mask"),
    }
    cells = {role: Cells(numbers(own)) for role, own in given.items() if own is not None}
    return next(bare(job_of(case).input, Split(()), cells))


def computed(case: Case, reduction: str | None = None) -> Result:
    """A case by xent, with all checks of the input; XentError where it refuses."""
    job = job_of(case, reduction)
    (block,) = blocks(job.input, rows_of(case))
    found = losses(block, job)
    return Result(found, Report.of(job, Tally.of(job, block, found)))


def pairs(case: Case) -> Iterator[Pair]:
    """Everything that the framework returned for a case, beside xent's."""
    report = computed(case).report
    yield pair_of(case, "mean", report.mean)
    if case["group"] == "gradient":
        yield pair_of(case, "grad", report.rows.gradient)
        return
    if case["sum"] is not None:
        yield pair_of(case, "sum", report.total)
    if case["per_element"] is not None:
        yield pair_of(case, "per_element", _apart(case, "per_element").report.rows.losses)
    if case["per_sample"] is not None:
        yield pair_of(case, "per_sample", _apart(case, "per_sample").report.rows.means)


def _apart(case: Case, what: str) -> Result:
    """The losses one by one: with their weights where the framework's "none" has them."""
    return computed(case, "none" if case.get(f"{what}_weighted") else None)


def pair_of(case: Case, what: str, ours: Any) -> Pair:
    """The framework's numbers in the field ``what``, beside xent's."""
    theirs = numbers(case[what])
    if what.startswith("per_") and "mask" in case["options"]:
        counts = numbers(case["options"]["mask"]).reshape(-1, *[1] * (theirs.ndim - 1))
        theirs = np.where(counts, theirs, 0)  # what is left out xent shows as 0
    return Pair(what, np.ravel(ours), theirs.ravel())


def tolerance(case: Case, pair: Pair) -> Array:
    """How far apart the numbers of a pair may be."""
    double = case["dtype"] == "float64"
    size = np.abs(pair.theirs)
    if case["id"] in LOOSE:
        return 1e-7 * size
    if pair.what == "grad":
        return np.full_like(size, 1e-12 if double else 1e-6)
    return 1e-14 + 1e-12 * size if double else 3e-7 + 3e-6 * size


def agree(pair: Pair, within: Array) -> bool:
    """Whether a pair is of one shape and nowhere further apart; nan and inf have to be met."""
    ours, theirs = pair.ours, pair.theirs
    if ours.shape != theirs.shape:
        return False
    with np.errstate(invalid="ignore"):
        close = np.abs(ours - theirs) <= within
    return bool(np.all(close | (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))))


def steps(pair: Pair, dtype: str) -> float:
    """The largest distance of a pair in units in the last place of ``dtype``, the framework's.

    Where that is 0 the unit is that of xent's number, of which no digit was met. Numbers below the
    smallest normal one count as 0: some frameworks flush them to 0.
    """
    tiny = float(np.finfo(dtype).tiny)
    ours, theirs = (np.where(np.abs(own) < tiny, 0.0, own) for own in (pair.ours, pair.theirs))
    apart = np.isfinite(theirs) & (ours != theirs)
    if not apart.any():
        return 0.0
    ours, theirs = ours[apart], theirs[apart]
    unit = np.spacing(np.abs(np.where(theirs == 0, ours, theirs)).astype(dtype))
    return float(np.max(np.abs(ours - theirs) / unit.astype(np.float64)))
