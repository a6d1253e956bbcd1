"""What the user decided (Job), a piece of a source (Split), consecutive samples (Block).

Records that are only handed on are named tuples here and elsewhere: a frozen dataclass takes ten
times as long to define (0.77 ms against 0.08), and two arrays should be answered at once.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from xentcli.conventions import EXACT, Convention, Dtype

if TYPE_CHECKING:
    import numpy as np

    from xentcli.places import Origin
    from xentcli.remarks import Remark
    from xentcli.written import Written

Loss = Literal["bce", "ce"]
Scale = Literal["logits", "probs"]
Missing = Literal["error", "skip", "skip-element"]
Base = Literal["e", "2", "10"]
Engine = Literal["local", "dask"]
Average = Literal["micro", "macro"]
PerClass = Literal["balanced", "macro"]
"""What is made of the losses of each class: weights that balance them, or the mean of means."""

Reader = Literal["auto", "numpy", "polars"]
RowSums = Literal["check", "renormalise", "as-is", "ignore"]

BLOCK_CELLS: Final = 1 << 17
"""Score cells in a block at the most: 1 MiB of float64, so that memory stays bounded."""

INEXACT: Final = 2.0**53
"""From here on float64 does not hold every whole number."""

STDIN: Final = "-"


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


class Split(NamedTuple):
    """A piece of the input that can be read alone: these files, one after the other.

    No files stands for arrays given on the command line. ``start`` and ``stop`` bound a piece of
    a single file or of the arrays (``stop`` None: to the end): they are rows of NumPy's files, and
    bytes of all others.
    """

    files: tuple[str, ...]
    start: int = 0
    stop: int | None = None

    @property
    def whole(self) -> bool:
        """Whether it is no piece of a file."""
        return self.start == 0 and self.stop is None


class Layout(NamedTuple):
    """What all blocks of one table share.

    ``outputs`` is the number of score columns (None: one unnamed column, shape ``[n]``),
    ``names`` their names where there are some, ``classes`` the names of the classes where labels
    are names, ``label_base`` the number of the first class, ``headed`` whether the table has a
    header (None: the question makes no sense for it) and ``remarks`` what its reader has to say.
    ``pair`` is how labels 0 and 1 of a binary loss were written, as far as they were met: nothing,
    ``1`` alone, ``0`` or ``-1`` and maybe ``1``, or two words. ``dtype`` is the float type of the
    scores' arrays where a convention goes by it and it is not float64. ``last`` is the length of
    the scores' last axis where it is not that of the classes, else 0. ``columns`` are the names of
    each role's columns, where they are columns of a file; ``ids`` and ``by`` are the names of the
    text columns. ``loss`` is the job's, or what the shapes decide; it is set with ``outputs`` once
    the shapes are known.
    """

    source: str
    scale: Scale
    outputs: int | None
    names: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    label_base: int = 0
    headed: bool | None = None
    remarks: "tuple[Remark, ...]" = ()
    dtype: Dtype | None = None
    last: int = 0
    loss: Loss = "bce"
    pair: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = {}


class Block(NamedTuple):
    """Labels, scores and weights of consecutive samples, checked and ready for a kernel.

    Shapes: ``scores`` ``[m]`` or ``[m, k]`` float64; ``labels`` the scores' shape, or ``[m]``
    class indices (int64) for categorical loss; ``weights`` ``[m]``, the scores' shape (weights of
    elements), or None; ``valid`` bool, ``[m]`` or the labels' shape, False for what is masked or
    has an ignored label (its label is 0 then), or None where all counts. ``rows`` is how
    many rows were read for it and ``kept`` which of them (None: all) were not left out as
    missing, so that a sample's number is its row's number. ``ids`` are the text columns that name
    samples, and ``groups`` those that name each sample's group (none: there are no groups).
    ``gaps`` are labels that are missing in samples that are kept. ``origin`` is where the rows
    stand in their file (None: they are arrays of options). ``sums`` ``[m]`` are those of rows of
    class probabilities, where the reader has formed them.
    """

    labels: "np.ndarray"
    scores: "np.ndarray"
    weights: "np.ndarray | None"
    layout: Layout
    rows: int
    kept: "np.ndarray | None" = None
    bytes_read: int = 0
    valid: "np.ndarray | None" = None
    ids: "tuple[Written, ...]" = ()
    groups: "tuple[Written, ...]" = ()
    gaps: int = 0
    origin: "Origin | None" = None
    sums: "np.ndarray | None" = None

    @property
    def indexed(self) -> bool:
        """Whether the labels are class numbers."""
        return self.layout.loss == "ce" and self.labels.ndim == 1
