"""The meanings of ``metrics=['acc']``: Keras picks an accuracy, which depends on its generation.

Keras 2 picks by the loss, so the log of a model trained with binary cross-entropy shows a higher
accuracy than that of the same model trained with categorical cross-entropy. tf.keras 2.x and Keras
3 pick by the shapes alone.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from xentcli.blocks.layout import Layout
from xentcli.errors import InputError
from xentcli.job import Job
from xentcli.measures.accuracy.tally import (
    ABOVE_HALF,
    BINARY,
    CATEGORICAL,
    EVEN,
    METRICS,
    ROUNDED,
    SPARSE,
    Accuracies,
    Count,
    Kind,
)
from xentcli.measures.sanity import missing_rows
from xentcli.remarks import KERAS_ON_LOGITS, SCORES_NAN, SOFT_LABELS_MISS, Remark

BINARY_LOSS: Final = "binary_crossentropy"
CATEGORICAL_LOSS: Final = "categorical_crossentropy"
SPARSE_LOSS: Final = "sparse_categorical_crossentropy"

LOSSES: Final[Mapping[Kind, tuple[str, ...]]] = {
    "column": (BINARY_LOSS,),
    "matrix": (BINARY_LOSS, CATEGORICAL_LOSS),
    "numbers": (SPARSE_LOSS,),
}
"""The losses that fit labels and scores of each kind."""


NOTHING_WHOLE: Final = "no sample has all of its labels"
"""Why an accuracy of samples has no value if each sample has an ignored label."""


class Choice(NamedTuple):
    """The metric for labels of a kind and a model with a loss (None: any)."""

    kind: Kind | None
    loss: str | None
    metric: str


class Generation(NamedTuple):
    """A generation of Keras: it uses the first of its ``choices`` that fits.

    ``counting`` names the way of counting of metrics whose rule differs in this generation.
    """

    number: str
    choices: tuple[Choice, ...]
    counting: Mapping[str, str]

    @property
    def title(self) -> str:
        """Its name in sentences."""
        return f"Keras {self.number}"


GENERATIONS: Final[Mapping[str, Generation]] = {
    # keras 2.2.4, keras/engine/training.py, handle_metrics; keras/metrics.py, binary_accuracy
    "keras2": Generation(
        "2",
        (
            Choice("column", None, BINARY),
            Choice(None, BINARY_LOSS, BINARY),
            Choice(None, SPARSE_LOSS, SPARSE),
            Choice(None, None, CATEGORICAL),
        ),
        {BINARY: ROUNDED},
    ),
    # keras 3.15.1, keras/src/trainers/compile_utils.py, is_binary_or_sparse_categorical;
    # tf.keras 2.15, keras/engine/compile_utils.py, MetricsContainer._get_metric_object
    "keras3": Generation(
        "3",
        (
            Choice("column", None, BINARY),
            Choice("numbers", None, SPARSE),
            Choice(None, None, CATEGORICAL),
        ),
        {BINARY: ABOVE_HALF},
    ),
}
"""The generations by their names; tf.keras 2.x chooses and counts as Keras 3 does."""


def resolved(generation: Generation, loss: str, kind: Kind) -> str:
    """The metric that 'acc' stands for.

    >>> [resolved(each, BINARY_LOSS, "matrix") for each in GENERATIONS.values()]
    ['binary_accuracy', 'categorical_accuracy']
    """
    return next(
        choice.metric
        for choice in generation.choices
        if choice.kind in (None, kind) and choice.loss in (None, loss)
    )


class Accuracy(NamedTuple):
    """One accuracy: its counts, and the ``reason`` if it has no value."""

    metric: str
    unit: str
    counted: Count | None
    reason: str

    @property
    def value(self) -> float | None:
        """The accuracy; None if it has no value."""
        return self.counted.value if self.counted else None


class Meaning(NamedTuple):
    """The meaning of 'acc' under one loss, by the name of the generation."""

    loss: str
    accuracies: Mapping[str, Accuracy]

    @property
    def metrics(self) -> list[str]:
        """The metrics of all generations."""
        return [accuracy.metric for accuracy in self.accuracies.values()]


class Meanings(NamedTuple):
    """All accuracies of an input, complete.

    ``acc`` is computed from probabilities, with the threshold 0.5 that 'acc' always has.
    ``on_logits`` is the binary accuracy of each generation if the model's output is the logits;
    empty for probabilities and class numbers. ``traps`` are part of the result, ``remarks`` are
    shown in addition.
    """

    layout: Layout
    samples: int
    elements: int
    ignored: int
    missing: int
    threshold: float
    accuracies: tuple[Accuracy, ...]
    acc: tuple[Meaning, ...]
    on_logits: Mapping[str, Count]
    traps: tuple[str, ...]
    remarks: tuple[Remark, ...]

    @property
    def known(self) -> list[Accuracy]:
        """The accuracies that have a value."""
        return [accuracy for accuracy in self.accuracies if accuracy.value is not None]

    @classmethod
    def of(cls, job: Job, found: Accuracies) -> "Meanings":
        """The report of ``found``; InputError if no sample counts."""
        _refuse_nothing(found)
        accuracies = tuple(_accuracy(metric, metric, found) for metric in METRICS)
        acc = tuple(_meaning(loss, found) for loss in LOSSES[found.kind])
        on_logits = _on_logits(found)
        return cls(
            layout=found.layout,
            samples=found.samples,
            elements=found.elements,
            ignored=found.ignored,
            missing=found.missing,
            threshold=job.variant.threshold,
            accuracies=accuracies,
            acc=acc,
            on_logits=on_logits,
            traps=tuple(_traps(acc)),
            remarks=tuple(_remarks(job, found, on_logits)),
        )


def _refuse_nothing(found: Accuracies) -> None:
    if found.samples and found.ignored < found.elements:
        return
    problem = "every sample is left out" if found.samples else "every row has a missing value"
    raise InputError(f"{problem}, so there is no accuracy", source=found.layout.source)


def _accuracy(metric: str, counting: str, found: Accuracies) -> Accuracy:
    """``metric`` counted in the way ``counting``."""
    unit, reasons = METRICS[metric]
    count = found.counts.get(counting)
    return Accuracy(metric, unit, count, reasons.get(found.kind, NOTHING_WHOLE))


def _meaning(loss: str, found: Accuracies) -> Meaning:
    of_probs = found.layout.scale == "probs"
    accuracies = {}
    for name, generation in GENERATIONS.items():
        metric = resolved(generation, loss, found.kind)
        ways = generation.counting if of_probs else {BINARY: EVEN}
        accuracies[name] = _accuracy(metric, ways.get(metric, metric), found)
    return Meaning(loss, accuracies)


def _on_logits(found: Accuracies) -> dict[str, Count]:
    if found.layout.scale == "probs" or BINARY not in found.counts:
        return {}
    return {name: found.counts[each.counting[BINARY]] for name, each in GENERATIONS.items()}


def _traps(acc: tuple[Meaning, ...]) -> Iterator[str]:
    titles = " and ".join(each.title for each in GENERATIONS.values())
    for meaning in acc:
        if len(set(meaning.metrics)) > 1:
            yield (
                f"{titles} mean different accuracies by 'acc' for {meaning.loss}: "
                f"{' and '.join(meaning.metrics)}. Name the metric instead."
            )


def _remarks(job: Job, found: Accuracies, on_logits: Mapping[str, Count]) -> Iterator[Remark]:
    yield from found.remarks
    yield from found.evidence._replace(softmax=False).remarks(job, found.layout)
    if any(count != found.counts[EVEN] for count in on_logits.values()):
        said = (f"{count.value!r} in {GENERATIONS[n].title}" for n, count in on_logits.items())
        text = (
            "Keras compares the model's output itself with 0.5: on these logits its "
            f"{BINARY} says {', '.join(said)}"
        )
        yield Remark(KERAS_ON_LOGITS, text)
    if found.soft.many:
        what = "label is" if found.soft.many == 1 else "labels are"
        text = (
            f"{found.soft.many} {what} between 0 and 1 (first: sample {found.soft.first + 1}, "
            f"{found.soft.value:.6g}), which no prediction equals: {BINARY} counts misses there"
        )
        yield Remark(SOFT_LABELS_MISS, text)
    if found.unknown.many:
        what = "score is" if found.unknown.many == 1 else "scores are"
        text = f"{found.unknown.many} {what} nan, the first in sample {found.unknown.first + 1}"
        yield Remark(SCORES_NAN, text)
    yield from missing_rows(found.missing)
