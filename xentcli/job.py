"""What the user decided (Job), a piece of a source (Split), consecutive samples (Block).

Records that are only handed on are named tuples here and elsewhere: a frozen dataclass takes ten
times as long to define (0.77 ms against 0.08), and two arrays should be answered at once.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from xentcli.blocks.layout import Layout, Loss, Scale
from xentcli.conventions import EXACT, Convention

if TYPE_CHECKING:
    pass

Missing = Literal["error", "skip", "skip-element"]
Base = Literal["e", "2", "10"]
UNITS: Final[Mapping[Base, str]] = {"e": "nats", "2": "bits", "10": "bans"}
"""Units of losses by the base of their logarithm."""

Engine = Literal["local", "dask"]
Average = Literal["micro", "macro"]
PerClass = Literal["balanced", "macro"]
"""What is made of the losses of each class: weights that balance them, or the mean of means."""

Reader = Literal["auto", "numpy", "polars"]
RowSums = Literal["check", "renormalise", "as-is", "ignore"]

BLOCK_CELLS: Final = 1 << 17
"""Score cells in a block at the most: 1 MiB of float64, so that memory stays bounded."""


class Settings(NamedTuple):
    """What the user changed of the convention: values, not data.

    ``class_weight`` holds pairs of a class (a name or a number, as typed) and its weight, or bare
    weights in the order of the classes. ``pos_weight`` and ``focal_alpha`` hold one number, or
    one per output or class. ``reduction``, ``eps`` and ``focal_gamma`` None: what the convention
    does of its own.
    """

    label_smoothing: float = 0.0
    class_weight: tuple[tuple[str, float], ...] | tuple[float, ...] = ()
    pos_weight: tuple[float, ...] = ()
    focal_gamma: float | None = None
    focal_alpha: tuple[float, ...] = ()
    eps: float | None = None
    reduction: str | None = None
    base: Base = "e"


class Job(NamedTuple):
    """One computation, complete and picklable: nothing else is asked of the command line.

    ``labels``, ``logits``, ``probs``, ``weights`` and ``mask`` are the option values as typed:
    arrays, ``@FILE`` references or column selectors; ``id`` and ``by`` select columns of text:
    those that name samples, and those that name their groups. ``pooled``: several files are read
    as one, so that each sample says its place. ``loss`` None: the shapes of labels and scores
    decide, and where both are ``[n, k]``, which fits either loss, ``square``
    says which it is (None: that is an error). ``classes`` are the names of the classes in the
    order of the scores, ``missing_values`` words and numbers that are missing where they stand,
    ``label_base`` is the number of the first class (None: 0, unless the names of the scores say
    other numbers), ``ignore_index`` the label that leaves out what it stands on, ``axis`` the
    class axis. ``one_class``: categorical cross-entropy may be of one output. ``sums`` says what
    to do with rows of class probabilities that do not sum to 1: they are an error, divided by
    their sum, taken as they are because the user said so, or do not matter.

    ``per_class`` is how classes are to count, None: by their samples.

    ``compared`` are the conventions of a comparison, the reference first. ``threshold`` is the
    probability above which a binary prediction is 1.

    ``head`` and ``tail`` say how many samples a Tally keeps for display; with ``every_row`` each
    Part carries all of its rows, and with ``grad`` the derivatives beside the losses. ``worst``
    is how many samples of the largest losses are kept. ``jobs`` is the number of worker processes
    (None: one for each core). ``reader`` says who parses large texts, ``engine`` who works, and
    ``scheduler`` is the address of its cluster (None: one of this machine's own). ``memory`` are
    the bytes that a file may take which is held in memory (None: what its reader thinks right).
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
    pooled: bool = False
    input_format: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    missing: Missing = "error"
    missing_values: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    label_base: int | None = None
    ignore_index: float | None = None
    axis: int = -1
    square: Loss | None = None
    one_class: bool = False
    sums: RowSums = "check"
    convention: Convention = EXACT
    compared: tuple[Convention, ...] = ()
    threshold: float = 0.5
    settings: Settings = Settings()
    per_class: PerClass | None = None
    grad: bool = False
    head: int = 0
    tail: int = 0
    every_row: bool = False
    worst: int = 0
    jobs: int | None = None
    reader: Reader = "auto"
    engine: Engine = "local"
    scheduler: str | None = None
    memory: int | None = None

    def on(self, layout: "Layout") -> "Job":
        """The job for such input, its convention with the float types that it has there."""
        convention = self.convention.on(layout.dtype)
        if self.weights is not None and convention.weighted_result is not None:
            convention = convention._replace(result=convention.weighted_result)
        return self if convention is self.convention else self._replace(convention=convention)

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
