"""Rows become Blocks: cut to size, missing rows dealt with, values checked.

Every refusal names the first offending cell in the order of the input.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, Literal

import numpy as np

from xentcli.blocks.block import Block
from xentcli.blocks.input import BLOCK_CELLS, Input
from xentcli.blocks.layout import Layout
from xentcli.blocks.text_column import TextColumn
from xentcli.errors import InputError
from xentcli.formats.cells import Array, Cells
from xentcli.inputs import labels, row_sums
from xentcli.inputs.faults import (
    FILL_IT,
    Fault,
    first,
    mask_fault,
    probability_fault,
    rounding,
    spread,
    weight_fault,
    within,
)
from xentcli.inputs.missing_labels import counting_without, without_gaps
from xentcli.inputs.missing_values import with_absent
from xentcli.inputs.ranges import ranges
from xentcli.inputs.roles import ROLES
from xentcli.inputs.rows import Rows, Unread
from xentcli.inputs.shapes import Samples, fitted
from xentcli.remarks import IGNORED_BY_DEFAULT, Remark

NARROW: Final[tuple[Literal["float32", "float16"], ...]] = ("float32", "float16")
_CHECKS: Final[Mapping[str, Callable[[Array], Fault | None]]] = {
    "weights": weight_fault,
    "mask": mask_fault,
}


def blocks(input: Input, unread: Unread) -> Iterator[Block]:
    """Cut rows into checked blocks of at most ``BLOCK_CELLS`` score cells."""
    for rows in ranges(input, unread):
        yield from _cut(input, rows)


def _cut(input: Input, rows: Rows) -> Iterator[Block]:
    samples = fitted(input, rows)
    scores = samples.cells["scores"].values
    if not scores.size:
        raise InputError("holds no rows", source=rows.layout.source)
    if labels.are_rows(samples.layout, samples.cells["labels"]):
        labels.refuse_for_rows(input)
    samples = samples._replace(layout=samples.layout._replace(dtype=_dtype(input, scores)))
    count = len(scores)
    step = max(1, BLOCK_CELLS // (samples.layout.outputs or 1))
    for start in range(0, count, step):
        piece = slice(start, min(count, start + step))
        last = piece.stop == count
        yield _checked(input, samples, piece, samples.bytes_read if last else 0)


def _dtype(input: Input, scores: Array) -> Literal["float32", "float16"] | None:
    """The type of narrow floats, where a convention goes by it."""
    if input.policy.keeps_types:
        return next((name for name in NARROW if scores.dtype.name == name), None)
    return None


def _checked(input: Input, samples: Samples, piece: slice, bytes_read: int) -> Block:
    layout = samples.layout
    read = {role: samples.cells[role].take(piece) for role in ROLES if role in samples.cells}
    whole, gaps = without_gaps(input, layout, with_absent(input, read))
    cells, kept, faults = _without_missing(input, whole)
    ignored = labels.ignored(input, samples, cells["labels"])
    heard = labels.counting(cells["labels"], cells.get("mask"), ignored)
    if ignored != input.ignore_index and heard is not None:
        layout = _ignoring(input, layout, cells["labels"].values == ignored)
    valid = counting_without(gaps, heard)
    found = labels.cleaned(input, samples, cells["labels"], valid)
    scores = cells["scores"].values
    faults.append(found.fault)
    if layout.scale == "probs":
        scores = _harmless(scores, valid)
        if input.policy.clamps:
            scores = _inside(scores)
        faults.append(None if input.policy.any_probability else probability_fault(scores))
    row_sums.refuse_for_others(input, layout)
    scores = np.ascontiguousarray(scores, np.float64)
    summed = row_sums.Rows(scores)
    if row_sums.are_classes(layout):
        counted = _rows_that_count(valid, cells.get("weights"))
        summed = row_sums.summed(input, scores, cells["scores"], counted)
        faults.append(summed.fault)
    faults += [check(cells[role].values) for role, check in _CHECKS.items() if role in cells]
    _refuse_first(faults, samples, piece.start, kept)
    indexed = layout.loss == "ce" and found.values.ndim == 1
    weights = cells.get("weights")
    texts = {role: _texts(samples, role, piece, kept) for role in samples.texts}
    return Block(
        labels=np.ascontiguousarray(found.values, np.int64 if indexed else np.float64),
        scores=summed.probs,
        weights=None if weights is None else weights.values.astype(np.float64),
        layout=layout._replace(pair=found.pair, classes=found.classes or layout.classes),
        rows=piece.stop - piece.start,
        kept=kept,
        bytes_read=bytes_read,
        valid=valid,
        gaps=0 if gaps is None else int(np.count_nonzero(gaps)),
        ids=texts.get("id", ()),
        groups=texts.get("by", ()),
        origin=None if samples.origin is None else samples.origin.later(piece.start),
        sums=summed.sums,
    )


def _ignoring(input: Input, layout: Layout, ignored: Array) -> Layout:
    """The layout that says which labels the library leaves out of its own, where there are some."""
    if not ignored.any():
        return layout
    policy = input.policy
    left_out = policy.left_out[layout.scale]
    text = f"labels of {left_out} are left out, as {policy.library} does unless told else"
    return layout._replace(remarks=(*layout.remarks, Remark(IGNORED_BY_DEFAULT, text)))


def _texts(samples: Samples, role: str, piece: slice, kept: Array | None) -> tuple[TextColumn, ...]:
    columns = tuple(own.take(piece) for own in samples.texts[role])
    return columns if kept is None else tuple(own.take(kept) for own in columns)


def _without_missing(
    input: Input, cells: Mapping[str, Cells]
) -> tuple[Mapping[str, Cells], Array | None, list[Fault | None]]:
    """The rows that have all their cells, which they are (None: all), or the faults."""
    if input.missing == "skip":
        cells = {
            role: own if role == "scores" else _nan_missing(own) for role, own in cells.items()
        }
    gone = [_by_row(own.missing) for own in cells.values() if own.missing is not None]
    if not any(mask.any() for mask in gone):
        return cells, None, []
    if input.missing != "skip":
        faults = [first(own.missing, role, "is missing", FILL_IT) for role, own in cells.items()]
        return cells, None, faults
    kept = np.flatnonzero(~np.logical_or.reduce(gone))
    return {role: own.take(kept) for role, own in cells.items()}, kept, []


def _nan_missing(cells: Cells) -> Cells:
    """Labels, weights and masks that are NaN are missing: arrays have no other way to say it."""
    if cells.values.dtype.kind != "f" or not np.isnan(cells.values).any():
        return cells
    gone = np.isnan(cells.values)
    return cells._replace(missing=gone if cells.missing is None else cells.missing | gone)


def _by_row(mask: Array) -> Array:
    return mask if mask.ndim == 1 else np.asarray(mask.any(axis=1))


def _rows_that_count(valid: Array | None, weights: Cells | None) -> Array | None:
    """Which rows are neither left out nor of the weight 0; None where all count."""
    counted = None if valid is None else _by_row(valid)
    if weights is None or weights.values.all():
        return counted
    heavy = _by_row(weights.values != 0)
    return heavy if counted is None else heavy & counted


def _harmless(probs: Array, valid: Array | None) -> Array:
    """Probabilities of which those that do not count trouble no logarithm."""
    if valid is None or within(probs, 0, 1):
        return probs
    return np.where(spread(valid, probs) | ((probs >= 0) & (probs <= 1)), probs, 0.5)


def _inside(probs: Array) -> Array:
    """Probabilities of which those that rounding pushed out of [0, 1] are 0 or 1."""
    over = rounding(probs)
    if within(probs, 0, 1) or not within(probs, -over, 1 + over):
        return probs
    return np.clip(probs, 0, 1)


def _refuse_first(
    faults: list[Fault | None], samples: Samples, start: int, kept: Array | None
) -> None:
    found = [fault for fault in faults if fault is not None]
    if found:
        fault = min(found, key=lambda fault: fault.row)
        row = fault.row if kept is None else int(kept[fault.row])
        place = samples.place(fault.role, start + row, max(0, fault.column))
        if fault.column < 0:
            place = place._replace(column=None)
        raise InputError(fault.problem, hint=fault.hint, **place._asdict())
