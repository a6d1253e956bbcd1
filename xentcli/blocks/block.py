"""Consecutive samples, checked and ready for a kernel."""

from typing import TYPE_CHECKING, NamedTuple

from xentcli.blocks.layout import Layout

if TYPE_CHECKING:
    import numpy as np

    from xentcli.blocks.places import Origin
    from xentcli.blocks.text_column import TextColumn


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
    ids: "tuple[TextColumn, ...]" = ()
    groups: "tuple[TextColumn, ...]" = ()
    gaps: int = 0
    origin: "Origin | None" = None
    sums: "np.ndarray | None" = None

    @property
    def indexed(self) -> bool:
        """Whether the labels are class numbers."""
        return self.layout.loss == "ce" and self.labels.ndim == 1
