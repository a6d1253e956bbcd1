"""The record of a convention: one per library, with one rule per kind of input.

Nothing here computes. :mod:`xentcli.losses` goes by the fields and never by a name, so two
conventions differ exactly where their records differ.
"""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

Dtype = Literal["float64", "float32", "float16"]

BoundKind = Literal["none", "clip", "floor", "cap"]
"""What keeps a loss finite: p is clipped to [eps, 1 - eps]; p and 1 - p are each raised to eps;
or -log p is capped at ``worst``."""

Renormalise = Literal["no", "before", "after"]
"""Whether rows of class probabilities are divided by their sum, before or after the bound."""

Form = Literal[
    "exact",
    "logs",
    "log1p",
    "logit",
    "max",
    "weighted-max",
    "log-sigmoid",
    "log-sigmoids",
    "shifted",
    "lse",
]
"""The form of the arithmetic; :mod:`xentcli.conventions.formula` writes each one out."""

Denominator = Literal["weights", "count", "nonzero", "one", "none"]
"""What a sum is divided by to give a mean, a key of ``DENOMINATORS``."""

SoftLabels = Literal["as given", "refused", "above 0 is 1", "above 0.5 is 1"]

ClassWeights = Literal["terms", "rows"]
"""Where class weights apply: ``terms``, to each class's term, where a denominator of weights sums
the weights times the labels; or ``rows``, to the row by its largest label, like a sample weight."""

Empty = Literal["error", "nan", "zero"]

DENOMINATORS: Final[Mapping[str, str]] = {
    "weights": "the sum of the weights",
    "count": "the number of losses that count, whatever their weights",
    "nonzero": "the number of weights that are not 0, less what is masked",
    "one": "nothing, or the number of outputs where samples are averaged first: a sum",
    "none": "nothing: the losses stay apart",
}

OPTIONS: Final = (
    "label-smoothing",
    "class-weight",
    "pos-weight",
    "weights",
    "element-weights",
    "ignore-index",
    "mask",
    "axis",
    "eps",
    "focal-gamma",
    "base",
)
"""Options that only some rules have; every rule has all other options."""


EPSILONS: Final[Mapping[str, float]] = {
    "float64": 2.0**-52,
    "float32": 2.0**-23,
    "float16": 2.0**-10,
}


class Rule(NamedTuple):
    """How one loss is computed from one kind of input; the defaults are those of ``exact``.

    ``function`` is the library's name of the function. ``eps`` is the bound's epsilon (None: the
    machine epsilon of the float type), ``worst`` the loss at the bound if it is not -log(eps),
    and ``added`` is added to p inside the logarithm. ``reductions`` are pairs of the library's
    name and a denominator, the default first. ``squash``: logits are first turned into rounded
    probabilities by a sigmoid or softmax; ``focal_squashes``: only the focal loss does that, by
    the rule for probabilities. ``focal_alpha`` is the default of the focal factor.
    ``inner_mean``: the outputs of a sample are averaged first, so a sum is over samples.
    ``pos_weight_form`` is the form used with a ``pos_weight``, where the library has a separate
    function; ``complement_in`` is the type in which 1 - y is computed if it is another.
    ``one_hot``: class numbers become rows, so that a logit of -inf on another class gives NaN.
    ``smooths_last_axis``: the smoothing is divided by the length of the last axis, whatever the
    class axis is. ``refuses_nan``: NaN probabilities are an error. ``ignores`` is the class
    number that is left out by default. ``zero_times``: a weight of 0 on an infinite loss gives
    NaN; otherwise it leaves the loss out. ``weights_together``: class weights and sample weights
    may be combined.
    """

    function: str
    options: frozenset[str]
    reductions: tuple[tuple[str, Denominator], ...]
    form: Form = "exact"
    bound: BoundKind = "none"
    eps: float | None = 0.0
    worst: float | None = None
    added: float = 0.0
    renormalise: Renormalise = "no"
    soft: SoftLabels = "as given"
    class_weights: ClassWeights = "terms"
    squash: bool = False
    focal_squashes: bool = False
    focal_alpha: float | None = None
    inner_mean: bool = False
    pos_weight_form: Form | None = None
    complement_in: Dtype | None = None
    weights_together: bool = True
    one_hot: bool = False
    smooths_last_axis: bool = False
    refuses_nan: bool = False
    ignores: int | None = None
    zero_times: bool = False
    empty: Empty = "error"

    def epsilon(self, dtype: str) -> float:
        """``eps``, or the machine epsilon of ``dtype``."""
        return EPSILONS[dtype] if self.eps is None else self.eps


Kind = Literal["bce", "ce", "ce-index"]
"""Binary, categorical with label rows, and categorical with class numbers."""


class Convention(NamedTuple):
    """A library's variant of cross-entropy.

    ``dtypes`` are the float types that it computes in, the default first. ``labels_in`` is the
    type in which labels and weights are stored, ``result`` that of the mean, and
    ``weighted_result`` that of a weighted mean, each where it differs. ``keeps_input``: scores in
    another of the ``dtypes`` are computed in that type; otherwise they are converted to the
    default. ``rules`` are keyed by kind of loss and scale, such as ``("bce", "logits")``; the
    library does not offer the others. ``clips_outside``: probabilities outside [0, 1] are silently
    clipped. ``one_class``: what happens to categorical cross-entropy of one output.
    ``class_axis`` is the default axis of the classes (None: the library takes rows only).
    ``bad_label`` describes the library's result for class numbers out of range, where that is not
    an error. ``unmet`` lists where xent differs from the library on purpose, and why.
    """

    name: str
    title: str
    source: str
    rules: Mapping[tuple[Kind, Literal["logits", "probs"]], Rule]
    dtypes: tuple[Dtype, ...] = ("float32", "float64")
    labels_in: Dtype | None = None
    result: Dtype | None = None
    weighted_result: Dtype | None = None
    keeps_input: bool = False
    clips_outside: bool = False
    one_class: Literal["refused", "computed"] = "refused"
    class_axis: int | None = None
    missing_class_weight: float | None = None
    bad_label: str = ""
    notes: str = ""
    unmet: tuple[str, ...] = ()
    dtype: Dtype | None = None

    @property
    def computes_in(self) -> Dtype:
        """The float type in use: the requested one, else the library's default."""
        return self.dtype or self.dtypes[0]

    def on(self, dtype: Dtype | None) -> "Convention":
        """The convention for scores of ``dtype`` (None: float64, or numbers without a type)."""
        if dtype is None or not self.takes_type_of_input or dtype not in self.dtypes:
            return self
        return self._replace(dtype=dtype)

    @property
    def takes_type_of_input(self) -> bool:
        """Whether the float type is that of the scores, because none was requested."""
        return self.keeps_input and self.dtype is None

    @property
    def divides_rows(self) -> bool:
        """Whether some categorical rule divides rows of probabilities by their sum."""
        return any(
            rule.renormalise != "no"
            for (kind, scale), rule in self.rules.items()
            if scale == "probs" and kind != "bce"
        )

    @property
    def dtype_code(self) -> str:
        """The short name of the float type in use: ``f64``, ``f32``, ``f16``."""
        return self.computes_in.replace("float", "f")
