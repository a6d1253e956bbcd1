"""Aspects: what two conventions can differ in, one at a time.

A path of variants leads from one convention to another, each with one more aspect of the other.
The losses along that path show how much each aspect changes on the given data.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from xentcli.conventions import Convention, Denominator, Dtype, Rule
from xentcli.conventions.formula import number


class Variant(NamedTuple):
    """Everything that decides how a mean is computed: a rule, a denominator and float types."""

    rule: Rule
    denominator: Denominator
    computes_in: Dtype
    labels_in: Dtype | None
    result: Dtype
    missing_class_weight: float | None

    @classmethod
    def of(cls, rule: Rule, denominator: Denominator, convention: Convention) -> "Variant":
        """The variant of ``convention`` by ``rule``, without fields that do not affect it."""
        return cls(
            rule=rule._replace(
                function="",
                options=frozenset(),
                reductions=(),
                pos_weight_form=None,
                focal_squashes=False,
                weights_together=True,
                refuses_nan=False,
                ignores=None,
            ),
            denominator=denominator,
            computes_in=convention.computes_in,
            labels_in=convention.labels_in,
            result=convention.result or convention.computes_in,
            missing_class_weight=convention.missing_class_weight,
        )

    def convention(self) -> Convention:
        """A convention that computes in the types of this variant."""
        return Convention(
            name="between",
            title="",
            source="",
            rules={},
            dtypes=(self.computes_in,),
            labels_in=self.labels_in,
            result=self.result,
            missing_class_weight=self.missing_class_weight,
        )


class Aspect(NamedTuple):
    """One aspect of variants: its fields, and how to describe it in words.

    ``of_rule`` and ``of_variant`` are the fields, ``said`` describes a variant's choice.
    ``rounds``: the aspect may change nothing but the rounding.
    """

    name: str
    of_rule: tuple[str, ...]
    of_variant: tuple[str, ...]
    said: Callable[[Variant], str]
    rounds: bool = False

    def differs(self, one: Variant, other: Variant) -> bool:
        """Whether the two variants differ in this aspect."""
        return any(
            getattr(one.rule, field) != getattr(other.rule, field) for field in self.of_rule
        ) or any(getattr(one, field) != getattr(other, field) for field in self.of_variant)

    def taken(self, one: Variant, other: Variant) -> Variant:
        """``one`` with this aspect of ``other``."""
        changed = {field: getattr(other.rule, field) for field in self.of_rule}
        rule = one.rule._replace(**changed)
        return one._replace(rule=rule, **{f: getattr(other, f) for f in self.of_variant})


def _labels(variant: Variant) -> str:
    if variant.rule.soft.startswith("above"):
        return f"counts labels {variant.rule.soft.replace(' is ', ' as ')}"
    kept = variant.labels_in or variant.computes_in
    return f"keeps labels and weights in {kept}"


def _squash(variant: Variant) -> str:
    if variant.rule.squash:
        return "rounds probabilities on the way from logits"
    return "works on the logits themselves"


def _renormalise(variant: Variant) -> str:
    if variant.rule.renormalise == "no":
        return "does not renormalise: takes rows of p as they are"
    place = "" if variant.rule.bound == "none" else f", {variant.rule.renormalise} the bound"
    return f"renormalises: divides rows of p by their sum{place}"


def _bound(variant: Variant) -> str:
    rule = variant.rule
    eps = number(rule.epsilon(variant.computes_in))
    if rule.bound == "clip":
        return f"clips p to [{eps}, 1-{eps}]"
    if rule.bound == "floor":
        return f"lets p and 1-p be no less than {eps}"
    return f"lets no loss exceed {rule.worst:g}" if rule.bound == "cap" else "clips nothing"


def _added(variant: Variant) -> str:
    added = variant.rule.added
    return f"adds {number(added)} inside the logarithm" if added else "adds nothing to p"


_ROUNDS: Final = {
    "exact": "rounds once",
    "logs": "takes the logarithms of p and 1-p",
    "log1p": "takes log1p(-p)",
    "logit": "goes back to the logit of p",
    "max": "rounds max(z,0) - z*y",
    "weighted-max": "rounds z and max(-z,0)",
    "log-sigmoid": "rounds z - log sigmoid(z)",
    "log-sigmoids": "takes log sigmoid(z) and log sigmoid(-z)",
    "shifted": "rounds z - max z",
    "lse": "rounds log sum exp z - z_y",
}


def _form(variant: Variant) -> str:
    return _ROUNDS[variant.rule.form]


def _smoothing(variant: Variant) -> str:
    by = "length of the last axis" if variant.rule.smooths_last_axis else "number of classes"
    return f"divides the smoothing by the {by}"


def _class_numbers(variant: Variant) -> str:
    return "makes rows of class numbers" if variant.rule.one_hot else "picks the labelled class"


def _class_weights(variant: Variant) -> str:
    return {
        "terms": "weighs each class's term",
        "rows": "weighs rows by their largest label",
    }[variant.rule.class_weights]


def _focal(variant: Variant) -> str:
    alpha = variant.rule.focal_alpha
    return f"multiplies by alpha {alpha:g}" if alpha else "has no alpha of its own"


def _dtype(variant: Variant) -> str:
    bound = ", whose epsilon is the bound" if variant.rule.eps is None else ""
    return f"computes in {variant.computes_in}{bound}"


_DIVIDES: Final = {
    "weights": "divides by the sum of weights",
    "count": "divides by the number of losses",
    "nonzero": "divides by the number of weights that are not 0",
    "one": "sums",
    "none": "keeps losses apart",
}


def _denominator(variant: Variant) -> str:
    return _DIVIDES[variant.denominator]


ASPECTS: Final = (
    Aspect("labels", ("soft", "complement_in"), ("labels_in",), _labels, rounds=True),
    Aspect("probabilities", ("squash",), (), _squash, rounds=True),
    Aspect("renormalisation", ("renormalise",), (), _renormalise, rounds=True),
    Aspect("bound", ("bound", "eps", "worst"), (), _bound),
    Aspect("added", ("added",), (), _added),
    Aspect("smoothing", ("smooths_last_axis",), (), _smoothing),
    Aspect("class numbers", ("one_hot",), (), _class_numbers, rounds=True),
    Aspect("formula", ("form",), (), _form, rounds=True),
    Aspect("focal", ("focal_alpha",), (), _focal),
    Aspect("class weights", ("class_weights",), ("missing_class_weight",), _class_weights),
    Aspect("denominator", ("inner_mean", "empty", "zero_times"), ("denominator",), _denominator),
    Aspect("dtype", (), ("computes_in", "result"), _dtype, rounds=True),
)
"""In the order of the computation, which is also the order of a path."""


def path(first: Variant, last: Variant) -> list[tuple[Aspect, Variant]]:
    """The variants after ``first`` up to ``last``, each with one more aspect of the last."""
    steps = []
    at = first
    for aspect in ASPECTS:
        if aspect.differs(at, last):
            at = aspect.taken(at, last)
            steps.append((aspect, at))
    return steps
