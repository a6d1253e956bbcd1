"""The user's description of the input: everything that reading needs from a job."""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from xentcli.blocks.layout import Loss, Scale

Missing = Literal["error", "skip", "skip-element"]
Reader = Literal["auto", "numpy", "polars"]
RowSums = Literal["check", "renormalise", "as-is", "ignore"]

BLOCK_CELLS: Final = 1 << 17
"""Score cells in a block at the most: 1 MiB of float64, so that memory stays bounded."""


class Policy(NamedTuple):
    """What the conventions of a job require of reading.

    ``library`` is the convention's name in messages. ``any_probability``: probabilities outside
    [0, 1] are accepted; ``clamps``: those outside by a rounding error are moved to the bound.
    ``keeps_types``: the float type of stored scores matters. ``left_out`` is the class number that
    the library leaves out by default, by the scale of the scores. ``divides`` names the conventions
    that divide rows of probabilities by their sums, and ``out_of_range`` describes what the library
    does with class numbers out of range. ``class_axes`` are the default class axes of the
    conventions by name (None: it has no default).
    """

    library: str = "exact"
    any_probability: bool = False
    clamps: bool = False
    keeps_types: bool = False
    left_out: Mapping[Scale, int] = {}
    divides: tuple[str, ...] = ()
    out_of_range: str = ""
    class_axes: Mapping[str, int | None] = {}


class Input(NamedTuple):
    """Where labels and scores come from, and how they are written.

    ``labels``, ``logits``, ``probs``, ``weights`` and ``mask`` are the option values as typed:
    arrays, ``@FILE`` references or column selectors. ``id`` and ``by`` select the text columns
    that name samples and their groups. ``loss`` None: the shapes of labels and scores decide;
    ``square`` is the loss if both are ``[n, k]``, which fits either (None: an error). ``classes``
    are the class names in the order of the scores. ``missing_values`` are words and numbers that
    mean missing. ``label_base`` is the number of the first class (None: 0, unless the names of
    the scores are other numbers). Samples or elements with the label ``ignore_index`` are left out.
    ``axis`` is the class axis (None: not given; if several fit, the library's default or an error).
    ``one_class``: categorical cross-entropy of one output is allowed. ``sums`` decides about rows
    of class probabilities that do not sum to 1: they are an error, are divided by their sum, are
    used as they are at the user's request, or do not matter.

    ``reader`` is the parser of JSON Lines, ``memory`` the limit in bytes for a file that is held
    in memory (None: the default of its format).
    """

    loss: Loss | None
    files: tuple[str, ...] = ()
    labels: str | None = None
    logits: str | None = None
    probs: str | None = None
    weights: str | None = None
    mask: str | None = None
    id: str | None = None
    by: str | None = None
    input_format: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    missing: Missing = "error"
    missing_values: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    label_base: int | None = None
    ignore_index: float | None = None
    axis: int | None = None
    square: Loss | None = None
    one_class: bool = False
    sums: RowSums = "check"
    reader: Reader = "auto"
    memory: int | None = None
    policy: Policy = Policy()

    @property
    def scores(self) -> str | None:
        """The value of ``--logits`` or ``--probs``, whichever was given."""
        return self.logits if self.logits is not None else self.probs

    @property
    def first_class(self) -> int:
        """The number of the first class, if labels are column numbers."""
        return self.label_base or 0

    @property
    def scale(self) -> Scale | None:
        """The scale of the scores; None if the column names decide it."""
        if self.logits is not None:
            return "logits"
        return "probs" if self.probs is not None else None
