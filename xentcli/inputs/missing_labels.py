"""Single labels that are missing, of samples that have others: left out one by one."""

from collections.abc import Mapping

import numpy as np

from xentcli.blocks.input import Input
from xentcli.blocks.layout import Layout
from xentcli.errors import OptionError
from xentcli.formats.cells import Array, Cells
from xentcli.inputs.faults import spread


def without_gaps(
    input: Input, layout: Layout, cells: Mapping[str, Cells]
) -> tuple[Mapping[str, Cells], Array | None]:
    """``cells`` in which labels lack nothing, and which labels do: missing ones and NaN.

    None where the input does not leave out single labels; OptionError where a sample has one label.
    """
    if input.missing != "skip-element":
        return cells, None
    if layout.loss == "ce":
        problem = "--missing skip-element leaves out labels of binary cross-entropy"
        raise OptionError(problem, hint="--missing skip leaves out the sample")
    labels = cells["labels"]
    gaps: Array = np.isnan(labels.values)
    if labels.missing is not None:
        gaps = gaps | labels.missing
    filled = labels._replace(missing=None)
    if gaps.any():
        filled = filled._replace(values=np.where(gaps, np.nan, labels.values))
    return {**cells, "labels": filled}, gaps


def counting_without(gaps: Array | None, valid: Array | None) -> Array | None:
    """Which labels count, of those that are ``valid`` (None: all)."""
    if gaps is None or not gaps.any():
        return valid
    return ~gaps if valid is None else ~gaps & spread(valid, gaps)
