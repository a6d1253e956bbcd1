"""What a user says of the input: all that reading knows of a job."""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from xentcli.blocks.layout import Loss, Scale

Missing = Literal["error", "skip", "skip-element"]
Reader = Literal["auto", "numpy", "polars"]
RowSums = Literal["check", "renormalise", "as-is", "ignore"]

BLOCK_CELLS: Final = 1 << 17
"""Score cells in a block at the most: 1 MiB of float64, so that memory stays bounded."""


class Policy(NamedTuple):
    """What the conventions of a job ask of reading.

    ``library`` is what messages call the convention. ``any_probability``: probabilities outside
    [0, 1] are let through; ``clamps``: those that rounding pushed there are moved to the bound.
    ``keeps_types``: the float type of stored scores matters. ``left_out`` is the class number that
    the library leaves out of its own, by the scale of the scores. ``divides`` names those that
    divide rows of probabilities by their sums, and ``out_of_range`` says what the library makes of
    class numbers that there are not. ``class_axes`` are the axes that the conventions take for that
    of the classes unless told else, by their names (None: one has no axis of its own).
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
    """Where labels and scores are from, and how they are written.

    ``labels``, ``logits``, ``probs``, ``weights`` and ``mask`` are the option values as typed:
    arrays, ``@FILE`` references or column selectors; ``id`` and ``by`` select columns of text:
    those that name samples, and those that name their groups. ``loss`` None: the shapes of labels
    and scores decide, and where both are ``[n, k]``, which fits either loss, ``square`` says which
    it is (None: that is an error). ``classes`` are the names of the classes in the order of the
    scores, ``missing_values`` words and numbers that are missing where they stand, ``label_base``
    is the number of the first class (None: 0, unless the names of the scores say other numbers),
    ``ignore_index`` the label that leaves out what it stands on, ``axis`` the class axis (None:
    nobody says it, and where several fit it is the library's or an error).
    ``one_class``: categorical cross-entropy may be of one output. ``sums`` says what to do with
    rows of class probabilities that do not sum to 1: they are an error, divided by their sum,
    taken as they are because the user said so, or do not matter.

    ``reader`` says who parses JSON Lines, ``memory`` are the bytes that a file may take which is
    held in memory (None: what its format thinks right).
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
        """The number of the first class, where labels are numbers of columns."""
        return self.label_base or 0

    @property
    def scale(self) -> Scale | None:
        """Which of the two was given; None where the column names decide."""
        if self.logits is not None:
            return "logits"
        return "probs" if self.probs is not None else None
