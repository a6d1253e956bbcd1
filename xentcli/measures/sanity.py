"""Sanity checks: evidence, collected per block, that the input is not what its options say.

Nothing here changes a number; the results are remarks.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from xentcli.blocks.block import Block
from xentcli.blocks.layout import Layout
from xentcli.conventions import Convention
from xentcli.formats.class_names import few, typed
from xentcli.inputs.faults import are_logs
from xentcli.job import Job
from xentcli.measures.fingerprints import Fingerprints
from xentcli.remarks import (
    BY_POSITION,
    LABEL_PAIR,
    LABELS_FROM_ONE,
    LABELS_MISSING,
    LABELS_OFF_ONE,
    LOG_PROBS_UNDER_BCE,
    LOGITS_LIKE_LOG_PROBS,
    LOGITS_LIKE_PROBS,
    LOGITS_LIKE_SOFTMAX,
    MINUS_ONE_ALONE,
    MIXED_CPUS,
    ORDER_UNSAID,
    PROBS_OFF_ONE,
    PROBS_OUTSIDE,
    ROWS_MISSING,
    SOFTMAX_UNDER_BCE,
    Kind,
    Remark,
)

Array = np.ndarray[Any, np.dtype[Any]]

SUM_TOLERANCE: Final = 1e-5
"""Sums of ten classes rounded to six decimals are within it, of three to three decimals not."""


MOST_LISTED: Final = 6
"""Columns that a hint lists."""


class Odd(NamedTuple):
    """Odd values: their number, and the first one's sample number (from 0) and value."""

    many: int = 0
    first: int = 0
    value: float = math.nan

    @classmethod
    def of(cls, values: Array, odd: Array, numbers: Array | None) -> "Odd":
        """The ``values`` marked by ``odd``; ``numbers`` are the sample numbers (None: from 0)."""
        many = int(np.count_nonzero(odd))
        if not many:
            return cls()
        flat = int(np.argmax(odd))
        row = flat if values.ndim == 1 else flat // values.shape[1]
        return cls(many, row if numbers is None else int(numbers[row]), float(values.flat[flat]))

    def merged(self, other: "Odd", rows: int) -> "Odd":
        """Both together, ``other`` coming after ``rows`` rows."""
        if not self.many:
            return other._replace(first=rows + other.first) if other.many else other
        return self._replace(many=self.many + other.many)


class Evidence(NamedTuple):
    """Extremes of scores and class numbers, and rows that do not sum to 1.

    Extremes are inf and -inf without values; masked and ignored samples are skipped. ``sums`` are
    odd rows of probabilities, ``label_sums`` odd rows of labels, and ``outside`` probabilities
    outside [0, 1]. ``softmax``: every row of binary labels is one-hot and its probabilities sum to
    1. ``logs``: the scores of every row are logarithms of probabilities that sum to 1. ``files``
    distinguish shards from outputs of several models.
    """

    samples: int = 0
    low: float = math.inf
    high: float = -math.inf
    sums: Odd = Odd()
    label_sums: Odd = Odd()
    outside: Odd = Odd()
    class_low: float = math.inf
    class_high: float = -math.inf
    softmax: bool = True
    logs: bool = True
    files: Fingerprints = Fingerprints()

    @classmethod
    def of(cls, job: Job, block: Block) -> "Evidence":
        """The evidence of one block."""
        scores, labels, numbers = _counted(block)
        alone = not job.input.files or job.input.files == (block.layout.source,)
        files = Fingerprints() if alone else Fingerprints.of(block)
        if not scores.size:
            return cls(files=files)
        low, high = _extremes(scores)
        inside = 0 <= low <= high <= 1
        outside = Odd()
        if block.layout.scale == "probs" and not inside:
            outside = Odd.of(scores, (scores < 0) | (scores > 1), numbers)
        categorical = block.layout.loss == "ce" and scores.shape[-1] > 1
        # Labels that are names, or have a base, do not leave open where they begin.
        plain = block.indexed and not block.layout.classes and job.input.label_base is None
        return cls(
            samples=len(scores),
            low=low,
            high=high,
            sums=_off(_sums(block, scores), numbers) if categorical and inside else Odd(),
            label_sums=(
                _off(labels.sum(axis=1), numbers) if categorical and labels.ndim == 2 else Odd()
            ),
            outside=outside,
            class_low=float(labels.min()) if plain else math.inf,
            class_high=float(labels.max()) if plain else -math.inf,
            softmax=inside and block.layout.loss == "bce" and _softmax(labels, scores),
            logs=high <= 0 and are_logs(scores),
            files=files,
        )

    def merged(self, other: "Evidence", rows: int) -> "Evidence":
        """Both together, ``other`` coming after ``rows`` rows."""
        return Evidence(
            samples=self.samples + other.samples,
            low=min(self.low, other.low),
            high=max(self.high, other.high),
            sums=self.sums.merged(other.sums, rows),
            label_sums=self.label_sums.merged(other.label_sums, rows),
            outside=self.outside.merged(other.outside, rows),
            class_low=min(self.class_low, other.class_low),
            class_high=max(self.class_high, other.class_high),
            softmax=self.softmax and other.softmax,
            logs=self.logs and other.logs,
            files=self.files.merged(other.files),
        )

    def remarks(self, job: Job, layout: Layout) -> list[Remark]:
        """Remarks on probable mistakes, with what to type."""
        found = self.files.remarks()
        found += self._of_logits(layout) if layout.scale == "logits" else self._of_probs(job)
        if self.label_sums.many:
            use = "they are used as given"
            found.append(self._off(LABELS_OFF_ONE, "rows of labels", self.label_sums, use))
        if layout.pair and layout.pair not in (("1",), ("0", "1")):
            found.append(_taken(layout.pair))
        if layout.by_position and self.samples:
            found.append(self._of_order(layout))
        classes = layout.outputs or 0
        if classes > 2 and self.class_low == 1 and self.class_high == classes - 1:
            text = (
                f"no label is 0 and the largest is {classes - 1}: labels count from 0; "
                "if yours count from 1, say --label-base 1"
            )
            found.append(Remark(LABELS_FROM_ONE, text))
        return found

    def _of_order(self, layout: Layout) -> Remark:
        """Which class number is which score column; the last ones may be no classes at all."""
        names = layout.by_position
        order = few([f"{number} is {name}" for number, name in enumerate(names)])
        text = f"labels are class numbers, taken as positions of the score columns: {order}"
        if self.class_high == len(names) - 1:
            return Remark(BY_POSITION, text)
        columns = layout.columns["scores"]
        listed = typed(columns, range(len(columns)), MOST_LISTED)
        hint = (
            f"if that is right say --label-base 0, else list the columns: --{layout.scale} {listed}"
        )
        return Remark(ORDER_UNSAID, f"{text}; no label is {len(names) - 1}: {hint}")

    def _of_logits(self, layout: Layout) -> Iterator[Remark]:
        if self.samples and self.logs:
            said = "the logits are logarithms of probabilities that sum to 1"
            if layout.loss == "ce":
                text = f"{said}: softmax leaves those as they are, the loss is the same"
                yield Remark(LOGITS_LIKE_LOG_PROBS, text)
            else:
                text = f"{said}: they are of classes, whose loss is categorical (xent ce)"
                yield Remark(LOG_PROBS_UNDER_BCE, text)
        if 0 <= self.low <= self.high <= 1:
            if layout.loss == "ce" and layout.outputs != 1 and not self.sums.many:
                text = "the logits lie in [0, 1] and every row sums to 1: already a softmax?"
                yield Remark(LOGITS_LIKE_SOFTMAX, f"{text} then say --probs")
            else:
                text = "all logits lie in [0, 1]: if they are probabilities, say --probs"
                yield Remark(LOGITS_LIKE_PROBS, text)

    def _of_probs(self, job: Job) -> Iterator[Remark]:
        conventions = job.variant.compared or (job.variant.convention,)
        if self.outside.many:
            what = "probability is" if self.outside.many == 1 else "probabilities are"
            text = (
                f"{self.outside.many} {what} outside [0, 1] (first: sample "
                f"{self.outside.first + 1}, {self.outside.value:.6g}); "
                f"{_they(conventions, 'clip')} them silently; if these are logits, say --logits"
            )
            yield Remark(PROBS_OUTSIDE, text)
        if self.sums.many:
            use = _use_of_rows(conventions)
            yield self._off(PROBS_OFF_ONE, "rows of probabilities", self.sums, use)
        if self.samples and self.softmax:
            text = (
                "labels are one-hot and rows of probabilities sum to 1: for softmax outputs "
                "categorical cross-entropy (xent ce) is usual"
            )
            yield Remark(SOFTMAX_UNDER_BCE, text)

    def _off(self, kind: Kind, what: str, odd: Odd, use: str) -> Remark:
        text = (
            f"{odd.many} of {self.samples} {what} do not sum to 1 "
            f"(first: sample {odd.first + 1}, sum {odd.value:.6g}); {use}"
        )
        return Remark(kind, text)


def _use_of_rows(conventions: Sequence[Convention]) -> str:
    """How the conventions use rows of probabilities that do not sum to 1, in words."""
    divide = [own for own in conventions if own.divides_rows]
    others = [own for own in conventions if not own.divides_rows]
    if not divide:
        return "they are used as given"
    use = f"{_they(divide, 'divide')} them by it"
    return f"{use}, {_they(others, 'take')} them as given" if others else use


def _they(conventions: Sequence[Convention], verb: str) -> str:
    """The conventions' names as the subject of ``verb``."""
    names = ", ".join(convention.name for convention in conventions)
    return f"{names} {verb}s" if len(conventions) == 1 else f"{names} {verb}"


def mixed_cpus(loops: frozenset[str]) -> list[Remark]:
    """The remark on workers with different CPU features, if there are any.

    >>> mixed_cpus(frozenset({"AVX2", "AVX2 AVX512F"}))[0].text[:48]
    'workers differ in CPU features (AVX2; AVX2 AVX51'
    """
    if len(loops) < 2:
        return []
    kinds = "; ".join(sorted(kind or "none" for kind in loops))
    text = f"workers differ in CPU features ({kinds}), so another run may end in another digit"
    return [Remark(MIXED_CPUS, text)]


def missing_rows(count: int) -> list[Remark]:
    """The remark on rows that ``--missing skip`` left out, if any."""
    what = "row was" if count == 1 else "rows were"
    return [Remark(ROWS_MISSING, f"{count} {what} left out for a missing value")] if count else []


def missing_labels(count: int) -> list[Remark]:
    """The remark on labels that ``--missing skip-element`` left out, if any."""
    what = "missing label was" if count == 1 else "missing labels were"
    text = f"{count} {what} left out, the other labels of their samples were not"
    return [Remark(LABELS_MISSING, text)] if count else []


def _taken(pair: tuple[str, ...]) -> Remark:
    if pair == ("-1",):
        text = "every label is -1 and taken as 0, as beside 1; if it marks what to leave out, "
        return Remark(MINUS_ONE_ALONE, f"{text}say --ignore-index -1")
    return Remark(LABEL_PAIR, f"labels {pair[0]} and {pair[1]} are taken as 0 and 1")


def _counted(block: Block) -> tuple[Array, Array, Array | None]:
    """Scores, labels and sample numbers of the samples with a label that counts."""
    valid = block.valid
    if valid is None:
        return block.scores, block.labels, block.kept
    rows = np.flatnonzero(valid if valid.ndim == 1 else valid.any(axis=1))
    numbers = rows if block.kept is None else block.kept[rows]
    return block.scores[rows], block.labels[rows], numbers


def _extremes(scores: Array) -> tuple[float, float]:
    """The smallest and the largest score, without NaN; inf and -inf if there is none."""
    low, high = float(scores.min()), float(scores.max())
    if not math.isnan(low):
        return low, high
    return float(np.fmin.reduce(scores, None, initial=np.inf)), float(
        np.fmax.reduce(scores, None, initial=-np.inf)
    )


def _sums(block: Block, scores: Array) -> Array:
    """The sums of the rows that count, from the reader if it has computed them."""
    if block.sums is None or len(scores) != len(block.scores):
        return np.asarray(scores.sum(axis=1))
    return block.sums


def _off(sums: Array, numbers: Array | None) -> Odd:
    return Odd.of(sums, ~(np.abs(sums - 1) <= SUM_TOLERANCE), numbers)  # includes nan


def _softmax(labels: Array, scores: Array) -> bool:
    """Whether labels are one-hot and scores sum to 1; the first row nearly always decides."""
    if scores.ndim < 2 or scores.shape[1] < 3 or abs(float(scores[0].sum()) - 1) > SUM_TOLERANCE:
        return False
    one_hot = bool(((labels == 0) | (labels == 1)).all() and (labels.sum(axis=1) == 1).all())
    return one_hot and not _off(scores.sum(axis=1), None).many
