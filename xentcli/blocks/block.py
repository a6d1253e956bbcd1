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
    elements), or None; ``valid`` bool, ``[m]`` or the labels' shape, False for masked elements and
    ignored labels (the label is 0 then), or None if all count. ``rows`` is the number of rows that
    were read for the block, and ``kept`` are those not left out as missing (None: all), so that a
    sample's number is its row's number. ``ids`` are the text columns that name samples, and
    ``groups`` those that name each sample's group (empty: no groups). ``gaps`` is the number of
    missing labels in samples that are kept. ``origin`` is the position of the rows in their file
    (None: arrays of options). ``sums`` ``[m]`` are the row sums of class probabilities, if the
    reader has computed them.
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
