"""Find the rule that a block is computed by, and check that it has the given options."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from xentcli.blocks.block import Block
from xentcli.blocks.layout import Scale
from xentcli.conventions import Denominator, Kind, Rule
from xentcli.errors import OptionError
from xentcli.job import Job

_KINDS: Final = {
    "bce": "binary cross-entropy",
    "ce": "categorical cross-entropy of label rows",
    "ce-index": "categorical cross-entropy of class numbers",
}
_SCALES: Final = {"logits": "logits", "probs": "probabilities"}


def kind_of(block: Block) -> Kind:
    """The kind of loss of a block, by which conventions key their rules."""
    if block.layout.loss == "bce":
        return "bce"
    return "ce-index" if block.indexed else "ce"


def rule_of(block: Block, job: Job) -> Rule:
    """The convention's rule for ``block`` with the user's settings applied.

    Raises OptionError if the convention lacks the loss or an option; the message names the
    conventions that have it.
    """
    key = kind_of(block), block.layout.scale
    rule = job.variant.convention.rules.get(key)
    if rule is None:
        problem = f"{job.variant.convention.name} has no {_KINDS[key[0]]} from {_SCALES[key[1]]}"
        raise OptionError(problem, hint=_who_has(lambda rules: key in rules))
    if job.keep.grad and block.layout.scale != "logits":
        problem = "--grad is the derivative by each logit, and these are probabilities"
        raise OptionError(problem, hint="give --logits")
    for option in _used(block, job):
        if option not in rule.options:
            raise _lacking(option, key, job)
    if rule.refuses_nan:
        _refuse_nan(block, job)
    settings = job.variant.settings
    if rule.focal_squashes and settings.focal_gamma is not None:
        rule = job.variant.convention.rules[key[0], "probs"]._replace(squash=True)
    if rule.pos_weight_form is not None and settings.pos_weight:
        rule = rule._replace(form=rule.pos_weight_form)
    if rule.smooths_last_axis and not (block.layout.last and settings.label_smoothing):
        rule = rule._replace(smooths_last_axis=False)
    by_class = bool(settings.class_weight) or job.variant.per_class == "balanced"
    if by_class and job.input.weights is not None and not rule.weights_together:
        problem = (
            f"{job.variant.convention.name} does not take --class-weight and --weights together"
        )
        raise OptionError(problem, hint="multiply them into one column of weights")
    if (
        job.variant.per_class == "balanced"
        and settings.label_smoothing
        and rule.class_weights == "terms"
    ):
        raise OptionError(
            f"{job.variant.convention.name} weighs each class's term of a smoothed label, and the "
            "balanced weights are known at the end only",
            hint="without --label-smoothing the weights are shown: type those",
        )
    if settings.eps is not None:
        rule = rule._replace(
            eps=settings.eps if rule.bound != "none" or not rule.added else 0.0,
            added=settings.eps if rule.added else 0.0,
            bound="clip" if rule.bound == "none" and not rule.added else rule.bound,
            worst=None,
        )
    return rule


def _refuse_nan(block: Block, job: Job) -> None:
    unknown = np.isnan(block.scores)
    if unknown.any():
        row = int(np.argmax(unknown if unknown.ndim == 1 else unknown.any(axis=1)))
        sample = 1 + (row if block.kept is None else int(block.kept[row]))
        problem = f"{job.variant.convention.name} takes no nan, and sample {sample} has one"
        raise OptionError(problem, hint="--convention exact computes it")


def denominator_of(rule: Rule, job: Job) -> Denominator:
    """The denominator of the requested reduction; OptionError if the convention lacks it."""
    names = dict(rule.reductions)
    asked = job.variant.settings.reduction
    if asked is None:
        return rule.reductions[0][1]
    name = asked.lower().replace("_", "-")
    if name not in names:
        problem = f"{job.variant.convention.name} has no reduction {asked}"
        raise OptionError(problem, hint=f"one of {', '.join(names)}")
    return names[name]


def _used(block: Block, job: Job) -> list[str]:
    """The options among ``OPTIONS`` that this run uses."""
    settings = job.variant.settings
    elements = block.weights is not None and block.weights.ndim > 1
    asked = {
        "label-smoothing": settings.label_smoothing != 0,
        "class-weight": bool(settings.class_weight) or job.variant.per_class == "balanced",
        "pos-weight": bool(settings.pos_weight),
        "weights": block.weights is not None and not elements,
        "element-weights": elements,
        "ignore-index": job.input.ignore_index is not None,
        "mask": job.input.mask is not None,
        "axis": job.input.axis not in (None, -1),
        "eps": settings.eps is not None,
        "focal-gamma": settings.focal_gamma is not None,
        "base": settings.base != "e",
    }
    return [option for option, used in asked.items() if used]


def _lacking(option: str, key: tuple[Kind, Scale], job: Job) -> OptionError:
    words = (
        "--weights with one weight per element" if option == "element-weights" else f"--{option}"
    )
    what = f"{_KINDS[key[0]]} from {_SCALES[key[1]]}"
    problem = f"{job.variant.convention.name} has no {words} for {what}"
    return OptionError(
        problem, hint=_who_has(lambda rules: key in rules and option in rules[key].options)
    )


def _who_has(has: Callable[[Mapping[tuple[Kind, Scale], Rule]], bool]) -> str:
    from xentcli.conventions.registry import CONVENTIONS

    names = [name for name, convention in CONVENTIONS.items() if has(convention.rules)]
    return (
        f"conventions that have it: {', '.join(names)}" if names else "no convention has it there"
    )
