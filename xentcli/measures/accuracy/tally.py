"""Accuracies: exact counts of hits, for every accuracy that fits the shapes.

"Accuracy" is ambiguous: with binary labels each element is a prediction, with classes each sample.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, NamedTuple

import numpy as np

from xentcli.blocks.block import Block
from xentcli.blocks.layout import Layout, Scale
from xentcli.errors import ShapeError
from xentcli.job import Job
from xentcli.kernels.accuracy import binary_hits, categorical_hits, rounded_hits, sparse_hits
from xentcli.kernels.stable import logit
from xentcli.measures.layouts import together
from xentcli.measures.sanity import Evidence, Odd
from xentcli.remarks import Remark

Array = np.ndarray[Any, np.dtype[Any]]

Kind = Literal["column", "matrix", "numbers"]
"""Labels and scores: of one output, of several outputs with a label each, or class numbers."""

BINARY: Final = "binary_accuracy"
CATEGORICAL: Final = "categorical_accuracy"
SPARSE: Final = "sparse_categorical_accuracy"
EVEN: Final = "probability above 0.5"
ABOVE_HALF: Final = "output above 0.5"
ROUNDED: Final = "output rounded"
"""Ways to count hits. The last three are binary accuracies without the job's threshold; the
output of a model may be logits."""

_WORDS: Final[Mapping[Kind, str]] = {
    "column": "labels of one output",
    "matrix": "one label per score",
    "numbers": "class numbers",
}


class Metric(NamedTuple):
    """An accuracy: the unit in which it counts hits, and why labels of some kinds lack it."""

    unit: Literal["elements", "samples"]
    reasons: Mapping[Kind, str]


METRICS: Final[Mapping[str, Metric]] = {
    BINARY: Metric("elements", {"numbers": "needs one label per score"}),
    CATEGORICAL: Metric(
        "samples",
        {"column": "needs two outputs or more", "numbers": "needs label rows, one-hot or soft"},
    ),
    SPARSE: Metric(
        "samples",
        {"column": "needs two outputs or more", "matrix": "needs class numbers"},
    ),
}


class Count(NamedTuple):
    """Hits among the predictions that count.

    >>> Count(2, 3).value, Count(0, 0).value
    (0.6666666666666666, None)
    """

    hits: int
    total: int

    @property
    def value(self) -> float | None:
        """The accuracy, rounded once; None if nothing counts."""
        return self.hits / self.total if self.total else None

    def merged(self, other: "Count") -> "Count":
        """Both together."""
        return Count(self.hits + other.hits, self.total + other.total)


class Accuracies(NamedTuple):
    """A mergeable summary: counts by the way of counting, all of them integers.

    ``elements`` counts labels, ``ignored`` those masked or with an ignored value. ``soft`` are
    binary labels strictly between 0 and 1, ``unknown`` are NaN scores.
    """

    layout: Layout
    kind: Kind
    rows: int
    samples: int
    elements: int
    ignored: int
    counts: Mapping[str, Count]
    soft: Odd
    unknown: Odd
    evidence: Evidence
    remarks: tuple[Remark, ...] = ()

    @property
    def missing(self) -> int:
        """Rows left out because a value was missing."""
        return self.rows - self.samples

    @classmethod
    def of(cls, job: Job, block: Block) -> "Accuracies":
        """The accuracies of one block."""
        labels, kind = block.labels, _kind(block)
        valid = _beside(labels, block.valid)
        soft = (labels != np.round(labels)) & valid
        return cls(
            layout=block.layout,
            kind=kind,
            rows=block.rows,
            samples=len(labels),
            elements=labels.size,
            ignored=labels.size - int(np.count_nonzero(valid)),
            counts={name: _count(hits, valid) for name, hits in _HITS[kind](job, block).items()},
            soft=Odd.of(labels, soft, block.kept),
            unknown=_unknown(block),
            evidence=Evidence.of(job, block),
            remarks=block.layout.remarks,
        )

    def merged(self, other: "Accuracies", job: Job) -> "Accuracies":
        """The accuracies of both, with ``other`` after this one; ShapeError if they do not fit."""
        layout = together(self.layout, other.layout)
        if self.kind != other.kind:
            problem = f"{other.layout.source} has {_WORDS[other.kind]}, "
            problem += f"{self.layout.source} has {_WORDS[self.kind]}"
            raise ShapeError(problem, hint="shards must be alike")
        return self._replace(
            layout=layout,
            rows=self.rows + other.rows,
            samples=self.samples + other.samples,
            elements=self.elements + other.elements,
            ignored=self.ignored + other.ignored,
            counts={name: one.merged(other.counts[name]) for name, one in self.counts.items()},
            soft=self.soft.merged(other.soft, self.rows),
            unknown=self.unknown.merged(other.unknown, self.rows),
            evidence=self.evidence.merged(other.evidence, self.rows),
            remarks=tuple(dict.fromkeys((*self.remarks, *other.remarks))),
        )


def measured(job: Job, block: Block) -> tuple[Accuracies, None]:
    """The accuracies of one block."""
    return Accuracies.of(job, block), None


def _kind(block: Block) -> Kind:
    if block.indexed:
        return "numbers"
    return "matrix" if (block.layout.outputs or 1) > 1 else "column"


def _of_elements(job: Job, block: Block) -> dict[str, Array]:
    labels, scores = block.labels, block.scores
    on_scale = _ON_SCALE[block.layout.scale]
    return {
        BINARY: binary_hits(labels, scores, on_scale(job.variant.threshold)),
        EVEN: binary_hits(labels, scores, on_scale(0.5)),
        ABOVE_HALF: binary_hits(labels, scores, 0.5),
        ROUNDED: rounded_hits(labels, scores),
    }


def _of_rows(job: Job, block: Block) -> dict[str, Array]:
    return {
        **_of_elements(job, block),
        CATEGORICAL: categorical_hits(block.labels, block.scores),
    }


def _of_numbers(job: Job, block: Block) -> dict[str, Array]:
    return {SPARSE: sparse_hits(block.labels, block.scores)}


_HITS: Final[Mapping[Kind, Callable[[Job, Block], dict[str, Array]]]] = {
    "column": _of_elements,
    "matrix": _of_rows,
    "numbers": _of_numbers,
}

_ON_SCALE: Final[Mapping[Scale, Callable[[float], float]]] = {
    "probs": float,
    "logits": lambda probability: float(logit(probability)),  # sigmoid keeps the order
}


def _beside(values: Array, valid: Array | None) -> Array:
    """Which of ``values`` count, as a mask of their shape."""
    if valid is None:
        return np.ones(values.shape, bool)
    own = valid if valid.ndim == values.ndim else valid[:, np.newaxis]
    return np.broadcast_to(own, values.shape)


def _count(hits: Array, valid: Array) -> Count:
    """Hits among the elements that count, or the samples with all labels counting."""
    counting = valid if hits.ndim == valid.ndim else valid.all(axis=-1)
    return Count(int(np.count_nonzero(hits & counting)), int(np.count_nonzero(counting)))


def _unknown(block: Block) -> Odd:
    """NaN scores in samples with a label that counts."""
    unknown: Array = np.isnan(block.scores)
    if block.valid is not None:
        used = np.asarray(block.valid.reshape(len(unknown), -1).any(axis=1))
        unknown &= _beside(unknown, used)
    return Odd.of(block.scores, unknown, block.kept)
