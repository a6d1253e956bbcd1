"""Sums of each class, so that classes can be weighted once all labels are known.

Weights that balance classes need the label counts of the whole data. The sums of each class are
kept apart and weighted at the end, exactly, so that one pass over the data is enough.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final, NamedTuple

import numpy as np

from xentcli.blocks.block import Block
from xentcli.blocks.layout import Layout
from xentcli.conventions import Denominator, Rule
from xentcli.errors import OptionError
from xentcli.job import Job
from xentcli.kernels import ExactSum, mean_of
from xentcli.losses import Losses, beside
from xentcli.losses.targets import weighs_outputs
from xentcli.measures.groups import Groups
from xentcli.measures.sums import Sums, counting

Array = np.ndarray[Any, np.dtype[Any]]


FEW: Final = 256
"""Up to this many classes, all are kept: finding those that occur takes longer."""


class ClassFigures(NamedTuple):
    """A class's figures: the number of losses that count, their mean, and the weight used."""

    name: str
    samples: int
    mean: float
    weight: float | None


class ClassSums(NamedTuple):
    """Sums of the classes that occur; ``groups.samples`` counts the losses that count.

    ``known`` is the number of classes. A class is a class number; of a binary loss it is the label
    of an element, 0 or 1, or the labelled output if the convention weighs outputs.
    """

    groups: Groups
    known: int

    @classmethod
    def of(cls, job: Job, block: Block, found: Losses) -> "ClassSums":
        """The sums of one block; OptionError for soft labels."""
        numbers, known = _classes(job, block, found.rule)
        if numbers.ndim > 1:
            numbers, found = numbers.reshape(-1), _flat(found)
        if known <= FEW:
            keys, codes = np.arange(known), numbers
        else:
            keys, codes = np.unique(numbers, return_inverse=True)
        used = counting(found) != 0
        if used.ndim > 1:  # weights of elements where rows have a class
            used = used.any(axis=1)
        samples = np.bincount(codes if used.all() else codes[used], minlength=len(keys))
        return cls(Groups.by([(str(key),) for key in keys], codes, samples, found), known)

    def merged(self, other: "ClassSums") -> "ClassSums":
        """Both together."""
        return self._replace(groups=self.groups.merged(other.groups))

    @property
    def samples(self) -> dict[int, int]:
        """The number of losses that count by class, without classes that have none, in order."""
        samples = self.groups.samples.tolist()
        found = {int(key): samples[place] for (key,), place in self.groups.places.items()}
        return {number: found[number] for number in sorted(found) if found[number]}

    def sums(self, number: int) -> Sums:
        """The sums of a class that occurs."""
        return self.groups.sums(self.groups.places[str(number),])

    def balanced(self, dtype: str) -> dict[int, float]:
        """``n / (k·n_c)`` of each of the k classes that have samples, rounded to ``dtype``.

        Source: ``class_weight="balanced"`` of scikit-learn's ``compute_class_weight``.
        """
        samples = self.samples
        whole = sum(samples.values())
        kind = np.dtype(dtype).type
        return {
            number: float(kind(float(Fraction(whole, len(samples) * own))))
            for number, own in samples.items()
        }

    def weighted(self, whole: Sums, weights: Mapping[int, float]) -> Sums:
        """``whole``, the sums of all classes, with the losses of each class times its weight.

        The sums of bounded losses are unchanged: they are not kept by class.
        """
        total = weight = 0
        for number, factor in weights.items():
            own = self.sums(number)
            total += _times(own.total.numerator, factor)
            weight += _times(own.weight.numerator, factor)
        return whole._replace(total=_like(total, whole), weight=ExactSum(weight))

    def macro_mean(self, whole: Sums, denominator: Denominator) -> float:
        """The mean of the means of the classes that have samples."""
        means = [_mean(self.sums(number), denominator) for number in self.samples]
        return mean_of(_like(sum(means), whole), ExactSum.count(len(means)))

    def figures(
        self, layout: Layout, denominator: Denominator, weights: Mapping[int, float]
    ) -> tuple[ClassFigures, ...]:
        """The figures of each class that has samples, in the order of the classes."""
        return tuple(
            ClassFigures(
                class_name(layout, number),
                samples,
                self.sums(number).mean(denominator),
                weights.get(number),
            )
            for number, samples in self.samples.items()
        )


def class_name(layout: Layout, number: int) -> str:
    """The user's name of the class."""
    return layout.classes[number] if layout.classes else str(number + layout.label_base)


def _classes(job: Job, block: Block, rule: Rule) -> tuple[Array, int]:
    """The class of each sample, or of each element of a binary loss, and how many there are."""
    labels, valid = block.labels, block.valid
    if block.indexed:
        return labels, block.layout.outputs or 1
    hard = (labels == 0) | (labels == 1)
    of_outputs = block.layout.loss == "ce"
    if job.variant.per_class == "balanced":
        of_outputs = weighs_outputs(block, rule)
    if of_outputs:
        hard = hard.all(axis=1) & (np.count_nonzero(labels, axis=1) == 1)
    if valid is not None:
        hard |= ~(valid.any(axis=1) if valid.ndim > hard.ndim else beside(hard, valid))
    if not hard.all():
        raise _soft(job, block)
    if of_outputs:
        return np.asarray(labels.argmax(axis=1)), labels.shape[1]
    return labels.astype(np.int64), 2


def _soft(job: Job, block: Block) -> OptionError:
    option, hint = "--class-weight balanced", "type the weights, such as --class-weight 0=1,1=3"
    if job.variant.per_class == "macro":
        option, hint = "--average macro", "leave it out, the mean is over samples then"
    problem = f"{option} needs labels of one class each, some of {block.layout.source} are soft"
    return OptionError(problem, hint=hint)


def _flat(found: Losses) -> Losses:
    """The losses as one axis."""
    values = found.values

    def spread(factors: Array | None) -> Array | None:
        if factors is None:
            return None
        return np.broadcast_to(beside(values, factors), values.shape).reshape(-1)

    return found._replace(
        values=values.reshape(-1),
        weights=spread(found.weights),
        shares=spread(found.shares),
        valid=spread(found.valid),
        clipped=None,
        gradient=None,
    )


def _times(units: int, factor: float) -> int:
    """``units·factor``, exact: no product of two doubles has digits below the unit."""
    numerator, denominator = factor.as_integer_ratio()
    return units * numerator // denominator


def _like(numerator: int, whole: Sums) -> ExactSum:
    """A sum with the NaN and infinities of ``whole``."""
    return ExactSum(numerator, whole.total.nans, whole.total.positive, whole.total.negative)


def _mean(sums: Sums, denominator: Denominator) -> int:
    """A class's mean in units of 2^-2300, rounded down."""
    divisor = sums.divisor(denominator)
    return sums.total.numerator * divisor.denominator // divisor.numerator
