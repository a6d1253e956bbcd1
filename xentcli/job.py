"""What the user decided (Job), a piece of a source (Split), consecutive samples (Block).

Records that are only handed on are named tuples here and elsewhere: a frozen dataclass takes ten
times as long to define (0.77 ms against 0.08), and two arrays should be answered at once.
"""

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    import numpy as np

Loss = Literal["bce", "ce"]
Scale = Literal["logits", "probs"]
Missing = Literal["error", "skip"]

BLOCK_CELLS: Final = 1 << 17
"""Score cells in a block at the most: 1 MiB of float64, so that memory stays bounded."""

STDIN: Final = "-"


class Job(NamedTuple):
    """One computation, complete and picklable: nothing else is asked of the command line.

    ``labels``, ``logits``, ``probs`` and ``weights`` are the option values as typed: arrays,
    ``@FILE`` references or column selectors. ``head`` and ``tail`` say how many samples a
    Tally keeps for display; with ``every_row`` each Part carries all of its rows.
    """

    loss: Loss
    files: tuple[str, ...] = ()
    labels: str | None = None
    logits: str | None = None
    probs: str | None = None
    weights: str | None = None
    input_format: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    missing: Missing = "error"
    convention: str = "exact"
    head: int = 0
    tail: int = 0
    every_row: bool = False

    @property
    def scores(self) -> str | None:
        """The value of ``--logits`` or ``--probs``, whichever was given."""
        return self.logits if self.logits is not None else self.probs

    @property
    def scale(self) -> Scale | None:
        """Which of the two was given; None where the column names decide."""
        if self.logits is not None:
            return "logits"
        return "probs" if self.probs is not None else None


class Split(NamedTuple):
    """A piece of the input that can be read alone: these files, one after the other.

    No files stands for arrays given on the command line.
    """

    files: tuple[str, ...]


class Layout(NamedTuple):
    """What all blocks of one table share.

    ``outputs`` is the number of score columns (None: one unnamed column, shape ``[n]``),
    ``names`` their names where there are some, ``headed`` whether the table has a header (None:
    the question makes no sense for it) and ``note`` which columns were found by their names.
    """

    source: str
    scale: Scale
    outputs: int | None
    names: tuple[str, ...] = ()
    headed: bool | None = None
    note: str = ""


class Block(NamedTuple):
    """Labels, scores and weights of consecutive samples, checked and ready for a kernel.

    Shapes: ``scores`` ``[m]`` or ``[m, k]`` float64; ``labels`` the scores' shape, or ``[m]``
    class indices (int64) for categorical loss; ``weights`` ``[m]`` or None. ``rows`` is how
    many rows were read for it and ``kept`` which of them (None: all) were not left out as
    missing, so that a sample's number is its row's number.
    """

    labels: "np.ndarray"
    scores: "np.ndarray"
    weights: "np.ndarray | None"
    layout: Layout
    rows: int
    kept: "np.ndarray | None" = None
    bytes_read: int = 0
