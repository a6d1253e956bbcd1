"""What a convention is: one frozen record per library, and in it one rule per kind of input.

Nothing here computes. :mod:`xentcli.losses` asks the fields and never a name, so a convention
is what its record says, and two conventions differ in what their records differ.
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
"""How the arithmetic goes; :mod:`xentcli.conventions.formula` writes each down."""

Denominator = Literal["weights", "count", "nonzero", "one", "none"]
"""What a sum is divided by to give a mean, a key of ``DENOMINATORS``."""

SoftLabels = Literal["as given", "refused", "above 0 is 1", "above 0.5 is 1"]

ClassWeights = Literal["terms", "rows"]
"""Where a weight per class goes: on every class's term, and its share of the labels into a
denominator of weights; or on the row, by its largest label, like a sample weight."""

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
"""Options that a rule may or may not have; what is not listed, every rule has."""


EPSILONS: Final[Mapping[str, float]] = {
    "float64": 2.0**-52,
    "float32": 2.0**-23,
    "float16": 2.0**-10,
}


class Rule(NamedTuple):
    """How one loss comes about from one kind of input; the defaults are those of ``exact``.

    ``function`` is the library's name for it. ``eps`` is the bound's (None: the machine epsilon
    of the float type), ``worst`` the loss that a probability at the bound costs where that is
    not -log(eps), and ``added`` what is added inside the logarithm. ``reductions`` are pairs of
    the library's name and a denominator, the default first. ``squash``: logits go through a
    sigmoid or softmax, rounded, and then the rest; ``focal_squashes``: the focal loss does that,
    by the rule for probabilities. ``focal_alpha`` is the focal factor where none is asked for.
    ``inner_mean``: the outputs of a sample are averaged first, so a sum is over samples.
    ``pos_weight_form`` is the form of the other function that takes a ``pos_weight``;
    ``complement_in`` is the type in which 1 - y is formed where it is another.
    ``one_hot``: class numbers become rows, so that a logit of -inf on another class gives NaN.
    ``smooths_last_axis``: the smoothing is divided by the length of the last axis, whichever the
    class axis is. ``refuses_nan``: probabilities that are NaN are an error. ``ignores`` is the
    class number that is left out unless another one is asked for. ``zero_times``: a weight of 0
    makes NaN of an infinite loss, where it leaves out the loss otherwise. ``weights_together``:
    there may be weights per class and per sample.
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
"""Binary, categorical with label rows, categorical with class numbers."""


class Convention(NamedTuple):
    """What a library decides on top of the formula.

    ``dtypes`` are the float types that it computes in, its own first; ``labels_in`` is the type in
    which labels and weights are kept, and ``result`` that of the mean, where they are others;
    ``weighted_result`` is that of a mean with weights, where that is another still.
    ``keeps_input`` says that arrays of another of its types are computed in theirs, where others
    convert to their own. ``rules`` are keyed by kind of loss and scale, such as
    ``("bce", "logits")``; what is absent the library does not offer. ``clips_outside``:
    probabilities outside [0, 1] are clipped without a word. ``one_class``: what happens to
    categorical cross-entropy of one output. ``class_axis`` is the axis of the classes unless the
    library is told another one (None: it knows rows only). ``bad_label`` says what the library
    makes of class numbers that are out of range, where it is no error, ``unmet`` what xent does
    otherwise on purpose, and why.
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
        """The float type in use: the one asked for, else the library's own."""
        return self.dtype or self.dtypes[0]

    def on(self, dtype: Dtype | None) -> "Convention":
        """The convention for scores of ``dtype`` (None: float64, or numbers of no type)."""
        if dtype is None or not self.takes_type_of_input or dtype not in self.dtypes:
            return self
        return self._replace(dtype=dtype)

    @property
    def takes_type_of_input(self) -> bool:
        """Whether the float type is that of the scores: none was asked for."""
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
        """The float type in use in short: ``f64``, ``f32``, ``f16``."""
        return self.computes_in.replace("float", "f")
