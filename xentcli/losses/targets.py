"""Prepare labels and weights by a convention: thresholds, smoothing, weights per class."""

import math
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from xentcli.blocks.block import Block
from xentcli.blocks.layout import Layout
from xentcli.conventions import Rule
from xentcli.errors import OptionError
from xentcli.job import Job
from xentcli.losses.result import beside

Array = np.ndarray[Any, np.dtype[Any]]


def taken(block: Block, rule: Rule, job: Job, dtype: Any) -> Array:
    """The block's labels in ``dtype``, by the rule for soft labels; class numbers unchanged."""
    labels = block.labels
    if block.indexed:
        return labels
    if rule.soft == "as given":
        return _kept(labels, job, dtype)
    if rule.soft == "refused":
        soft = (labels != 0) & (labels != 1)
        if soft.any():
            value = float(labels[soft].flat[0])
            problem = f"{job.variant.convention.name} takes labels 0 and 1 only, there is {value:g}"
            raise OptionError(problem, hint="--convention exact takes labels between them")
        return labels.astype(dtype, copy=False)
    return (labels > (0.0 if rule.soft == "above 0 is 1" else 0.5)).astype(dtype)


def _kept(values: Array, job: Job, dtype: Any) -> Array:
    """``values`` in ``dtype``, rounded first to the type in which the library stores it."""
    kept = (
        values
        if job.variant.convention.labels_in is None
        else values.astype(job.variant.convention.labels_in)
    )
    return kept.astype(dtype, copy=False)


def smoothed_over(layout: Layout, rule: Rule) -> int:
    """The divisor of the smoothing of label rows: the number of classes, or the last axis."""
    return layout.last if rule.smooths_last_axis and layout.last else layout.outputs or 1


def smoothed(labels: Array, classes: int, amount: float) -> Array:
    """``y·(1 - a) + a/k``, for binary labels (``classes`` is 2) or label rows ``[m, k]``."""
    if not amount:
        return labels
    kind = labels.dtype.type
    return np.asarray(labels * kind(1 - amount) + kind(amount / classes))


def one_hot(labels: Array, classes: int, dtype: Any) -> Array:
    """Class numbers ``[m]`` as rows ``[m, k]``."""
    rows = np.zeros((len(labels), classes), dtype)
    rows[np.arange(len(labels)), labels] = 1
    return rows


def class_weights(block: Block, rule: Rule, job: Job) -> Array | None:
    """One weight per class, ``[k]``, or None if none are given.

    The classes of a binary loss are the labels 0 and 1, unless the rule weighs rows by their
    largest label and there are several outputs: then they are the outputs.
    """
    given = job.variant.settings.class_weight
    if not given:
        return None
    count = (block.layout.outputs or 1) if weighs_outputs(block, rule) else 2
    if not isinstance(given[0], tuple):
        if len(given) != count:
            problem = f"--class-weight has {len(given)} weights for {count} classes"
            raise OptionError(
                problem, hint="give one weight per class, in the order of the classes"
            )
        return np.array(given, np.float64)
    names = block.layout.classes or tuple(str(job.input.first_class + i) for i in range(count))
    return _by_name(dict(given), names, job)


def weighs_outputs(block: Block, rule: Rule) -> bool:
    """Whether class weights belong to the outputs, not to the labels 0 and 1."""
    outputs = block.layout.outputs or 1
    return block.layout.loss == "ce" or (rule.class_weights == "rows" and outputs > 1)


def _by_name(given: dict[str, float], names: Sequence[str], job: Job) -> Array:
    unknown = [name for name in given if name not in names]
    listed = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    if unknown:
        problem = f"--class-weight names {unknown[0]}, which is not a class"
        raise OptionError(problem, hint=f"the classes are {listed}")
    default = job.variant.convention.missing_class_weight
    missing = [name for name in names if name not in given]
    if missing and default is None:
        example = ",".join(f"{name}={given.get(name, 1.0):g}" for name in names[:6])
        example += ",..." if len(names) > 6 else ""
        problem = f"--class-weight has no weight for class {missing[0]}"
        raise OptionError(problem, hint=f"name every class, such as {example}")
    return np.array([given.get(name, default) for name in names], np.float64)


APART: Final = 800
"""Most powers of two between the largest and the smallest class weight."""


def scaled(
    factors: Array, option: str, rule: Rule, *, usual: int, target: int
) -> tuple[Array, int]:
    """``factors`` scaled by a power of two, and the power that undoes it in results.

    Products with very large or small weights would over- or underflow, although a mean depends on
    ratios of weights only. Factors within 2^``usual`` and those of libraries are unchanged;
    others are scaled so that the largest is about 2^``target`` (2^-``target`` if they are small).
    Raises OptionError if the factors are too far apart for that.
    """
    largest = float(factors.max())
    power = math.frexp(largest)[1]
    if rule.form != "exact" or not largest:
        return factors, 0
    least = float(factors[factors > 0].min())
    if math.frexp(least)[1] < power - APART:
        problem = f"{option} has {least:g} and {largest:g}, too far apart for float64"
        raise OptionError(problem, hint="0 leaves a class out of the loss")
    if abs(power) <= usual:
        return factors, 0
    power -= target if power > 0 else -target
    return np.ldexp(factors, -power), power


def scaled_classes(by_class: Array, rule: Rule) -> tuple[Array, int]:
    """Class weights; those beyond 2^60 are scaled below 1, so that no weighted loss overflows."""
    return scaled(by_class, "--class-weight", rule, usual=60, target=0)


def scaled_positives(factor: Array, rule: Rule) -> tuple[Array, int]:
    """Weights of positives, scaled if they are beyond 2^500; negatives are scaled along."""
    return scaled(factor, "--pos-weight", rule, usual=500, target=500)


class Factors(NamedTuple):
    """``weights``, ``shares`` and ``vanished`` as in :class:`xentcli.losses.result.Losses`."""

    weights: Array | None
    shares: Array | None = None
    vanished: bool = False


def weighted_rows(
    block: Block, rule: Rule, job: Job, labels: Array, by_class: Array | None, *, inside: bool
) -> Factors:
    """The weights of losses, and the shares that a mean by weight divides by.

    ``labels`` are not smoothed; ``inside``: class weights are already in the losses.
    """
    kind = job.variant.convention.computes_in
    weights, vanished = block.weights, False
    if weights is not None:
        weights = _kept(weights, job, kind).astype(np.float64)
        vanished = _vanish(weights, block.weights)
    if by_class is None:
        return Factors(weights, None, vanished)
    counted = _class_shares(block, labels, by_class, rule)
    if inside:
        return Factors(weights, counted, vanished)
    if weights is None:
        return Factors(counted)
    pair = beside(counted, weights), beside(weights, counted)
    product = pair[0].astype(kind) * pair[1].astype(kind)
    return Factors(product.astype(np.float64), None, vanished or _vanish(product, *pair))


def _vanish(product: Array, *factors: Array | None) -> bool:
    """Whether a product is 0 although no factor is."""
    zero = product == 0
    if not zero.any():
        return False
    return bool(
        np.logical_and.reduce([zero, *(own != 0 for own in factors if own is not None)]).any()
    )


def _class_shares(block: Block, labels: Array, by_class: Array, rule: Rule) -> Array:
    """The class weight of each sample, or of each element of a binary loss."""
    if block.indexed:
        return np.asarray(by_class[labels])
    if rule.class_weights == "rows":
        column = labels.shape[1:] in ((), (1,))
        found = np.rint(labels.ravel()).astype(np.intp) if column else labels.argmax(axis=1)
        return np.asarray(by_class[found])
    if block.layout.loss == "ce":
        return np.asarray((labels * by_class).sum(axis=1))
    return np.asarray(by_class[0] * (1 - labels) + by_class[1] * labels)


def per_output(values: Sequence[float], count: int, option: str, dtype: Any) -> Array:
    """``values`` as an array: one number for all ``count`` outputs or classes, or one for each."""
    if len(values) not in (1, count):
        outputs = "1 output" if count == 1 else f"{count} outputs"
        problem = f"{option} has {len(values)} numbers for {outputs}"
        raise OptionError(problem, hint="give one number, or one for each")
    return np.array(values, dtype)
