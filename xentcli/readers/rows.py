"""Rows as read become Blocks: shapes fitted, missing rows dealt with, values checked.

Every refusal names the first offending cell in the order of the input.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from xentcli.errors import InputError, ShapeError
from xentcli.job import BLOCK_CELLS, Block, Job, Layout

if TYPE_CHECKING:
    from xentcli.readers.columns import Header

Array = np.ndarray[Any, np.dtype[Any]]


class Cells(NamedTuple):
    """Numbers of one role, ``[m]``, ``[m, k]`` or more axes, and which of them are missing."""

    values: Array
    missing: Array | None = None

    def take(self, rows: slice | Array) -> "Cells":
        """The given rows only."""
        return Cells(self.values[rows], None if self.missing is None else self.missing[rows])


class Place(NamedTuple):
    """Where a cell stands, as InputError's fields."""

    source: str
    line: int | None = None
    column: str | None = None
    item: str | None = None


class Rows(NamedTuple):
    """Consecutive rows of one source, before they are checked.

    ``place(role, row, column)`` finds a cell again for a message; it is called only then.
    ``explicit`` is False for bare arrays, where a 1-D array may be one sample.
    """

    labels: Cells
    scores: Cells
    layout: Layout
    place: Callable[[str, int, int], Place]
    weights: Cells | None = None
    explicit: bool = True
    bytes_read: int = 0

    @classmethod
    def of(cls, roles: Mapping[str, Cells], **others: Any) -> "Rows":
        """Rows of the cells by role: labels, scores and perhaps weights."""
        return cls(roles["labels"], roles["scores"], weights=roles.get("weights"), **others)


def blocks(job: Job, rows: Rows) -> Iterator[Block]:
    """Cut ``rows`` into checked blocks of at most ``BLOCK_CELLS`` score cells."""
    rows = fitted(job, rows)
    count = len(rows.scores.values)
    if not rows.scores.values.size:
        raise InputError("holds no rows", source=rows.layout.source)
    width = rows.scores.values[:1].size or 1
    step = max(1, BLOCK_CELLS // width)
    for start in range(0, count, step):
        piece = slice(start, min(count, start + step))
        last = piece.stop == count
        yield _checked(job, rows, piece, rows.bytes_read if last else 0)


def fitted(job: Job, rows: Rows) -> Rows:
    """``rows`` with scores ``[m]`` or ``[m, k]`` and labels that fit them, or ShapeError."""
    fit = _fitted_binary if job.loss == "bce" else _fitted_categorical
    labels, scores = fit(rows.labels, rows.scores, rows)
    samples = len(scores.values)
    weights = rows.weights
    if weights is not None:
        expected = rows.scores.values.shape[:-1] if rows.scores.values.ndim > 1 else (samples,)
        if weights.values.shape not in ((samples,), expected):
            raise _mismatch(rows, "weights", weights, "give one weight per sample")
        weights = _reshaped(weights, (samples,))
    outputs = scores.values.shape[1] if scores.values.ndim > 1 else None
    names = rows.layout.names if len(rows.layout.names) == (outputs or 1) else ()
    layout = rows.layout._replace(outputs=outputs, names=names)
    return rows._replace(labels=labels, scores=scores, weights=weights, layout=layout)


def _fitted_binary(labels: Cells, scores: Cells, rows: Rows) -> tuple[Cells, Cells]:
    if labels.values.shape != scores.values.shape:
        hint = "binary cross-entropy needs one label per score"
        if labels.values.shape == scores.values.shape[:1]:
            hint += "; for class numbers use xent ce"
        raise _mismatch(rows, "labels", labels, hint)
    if scores.values.ndim > 2:
        flat = (-1, scores.values.shape[-1])
        return _reshaped(labels, flat), _reshaped(scores, flat)
    return labels, scores


def _fitted_categorical(labels: Cells, scores: Cells, rows: Rows) -> tuple[Cells, Cells]:
    shape = scores.values.shape
    if len(shape) == 1 and not rows.explicit and shape[0] > 1:
        if labels.values.shape == shape:
            return _reshaped(labels, (1, -1)), _reshaped(scores, (1, -1))
        if labels.values.shape == (1,):
            return labels, _reshaped(scores, (1, -1))
        raise _mismatch(rows, "labels", labels, "scores in one row are one sample")
    if len(shape) == 1 or shape[-1] == 1:
        raise ShapeError(
            f"{rows.layout.source}: categorical cross-entropy needs two classes or more and "
            f"{rows.layout.scale} have one: softmax over one class is always 1, so the loss "
            "would say nothing",
            hint="use xent bce",
        )
    if len(shape) > 2:
        problem = f"categorical cross-entropy takes scores [n, k], these are {_shown(shape)}"
        raise ShapeError(f"{rows.layout.source}: {problem}", hint="reshape them to [n, k]")
    if labels.values.shape == (shape[0], 1):
        hint = "give class numbers as [n], or one-hot rows as [n, k]"
        raise _mismatch(rows, "labels", labels, hint)
    if labels.values.shape not in ((shape[0],), shape):
        hint = "give one class number per row, or rows as long as the scores"
        raise _mismatch(rows, "labels", labels, hint)
    return labels, scores


def _mismatch(rows: Rows, role: str, cells: Cells, hint: str) -> ShapeError:
    found, scores = _shown(cells.values.shape), _shown(rows.scores.values.shape)
    problem = f"{role} {found} do not fit {rows.layout.scale} {scores}"
    return ShapeError(f"{rows.layout.source}: {problem}", hint=hint)


def _shown(shape: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, shape))}]"


def _reshaped(cells: Cells, shape: tuple[int, ...]) -> Cells:
    missing = None if cells.missing is None else cells.missing.reshape(shape)
    return Cells(cells.values.reshape(shape), missing)


class _Fault(NamedTuple):
    row: int
    column: int
    role: str
    problem: str
    hint: str | None


def _checked(job: Job, rows: Rows, piece: slice, bytes_read: int) -> Block:
    labels, scores = rows.labels.take(piece), rows.scores.take(piece)
    weights = None if rows.weights is None else rows.weights.take(piece)
    roles = {"labels": labels, "scores": scores}
    if weights is not None:
        roles["weights"] = weights
    gone = [_by_row(cells.missing) for cells in roles.values() if cells.missing is not None]
    faults = []
    kept = None
    if any(mask.any() for mask in gone):
        if job.missing == "error":
            hint = "fill it, or leave such rows out with --missing skip"
            faults += [
                _first(cells.missing, role, "is missing", hint) for role, cells in roles.items()
            ]
        else:
            kept = np.flatnonzero(~np.logical_or.reduce(gone))
            roles = {role: cells.take(kept) for role, cells in roles.items()}
    faults += [_fault(job, role, cells.values, rows) for role, cells in roles.items()]
    found = [_numbered(fault, kept) for fault in faults if fault is not None]
    if found:
        _refuse(min(found, key=lambda fault: fault.row), rows, piece.start)
    weighted = roles.get("weights")
    indexed = job.loss == "ce" and labels.values.ndim == 1
    return Block(
        labels=np.ascontiguousarray(roles["labels"].values, np.int64 if indexed else np.float64),
        scores=np.ascontiguousarray(roles["scores"].values, np.float64),
        weights=None if weighted is None else weighted.values.astype(np.float64),
        layout=rows.layout,
        rows=piece.stop - piece.start,
        kept=kept,
        bytes_read=bytes_read,
    )


def _by_row(mask: Array) -> Array:
    return mask if mask.ndim == 1 else np.asarray(mask.any(axis=1))


def _numbered(fault: _Fault, kept: Array | None) -> _Fault:
    return fault if kept is None else fault._replace(row=int(kept[fault.row]))


def _refuse(fault: _Fault, rows: Rows, start: int) -> None:
    place = rows.place(fault.role, start + fault.row, fault.column)
    raise InputError(fault.problem, hint=fault.hint, **place._asdict())


def _fault(job: Job, role: str, values: Array, rows: Rows) -> _Fault | None:
    if role == "labels":
        classes = rows.layout.outputs if job.loss == "ce" and values.ndim == 1 else None
        return _class_fault(values, classes) if classes else _unit_fault(values, "label")
    if role == "weights":
        good = np.isfinite(values) & (values >= 0) if not _within(values, 0, _LARGEST) else None
        return _first_bad(values, good, role, "weight {} is not a number >= 0", None)
    if rows.layout.scale == "probs" and not _within(values, 0, 1):
        good = np.isnan(values) | ((values >= 0) & (values <= 1))
        hint = "if these are logits, say --logits"
        if _within(values, 0, 100):
            hint += "; if percentages, divide them by 100"
        return _first_bad(values, good, role, "probability {} is outside [0, 1]", hint)
    return None


_LARGEST = float(np.finfo(np.float64).max)


def _within(values: Array, low: float, high: float) -> bool:
    """Whether all values lie in [low, high]; two fast passes, and False for NaN."""
    return not values.size or bool(values.min() >= low and values.max() <= high)


def _unit_fault(values: Array, name: str) -> _Fault | None:
    if _within(values, 0, 1):
        return None
    good = (values >= 0) & (values <= 1)
    hint = "labels are 0, 1 or between; for class numbers use xent ce"
    if not np.isnan(values).any() and set(np.unique(values).tolist()) <= {-1.0, 1.0}:
        hint = "labels are 0 and 1: write -1 as 0"
    elif not np.isnan(values).any() and set(np.unique(values).tolist()) <= {1.0, 2.0}:
        hint = "labels are 0 and 1: these look like 1 and 2, subtract 1"
    return _first_bad(values, good, "labels", name + " {} is outside [0, 1]", hint)


def _class_fault(values: Array, classes: int) -> _Fault | None:
    if _within(values, 0, classes - 1) and bool((np.floor(values) == values).all()):
        return None
    whole = np.floor(values) == values
    fault = _first_bad(
        values, whole, "labels", "label {} is not a class number", "class numbers are 0, 1, 2, ..."
    )
    if fault is not None:
        return fault
    hint = f"with {classes} classes labels are 0 to {classes - 1}"
    if values.min() >= 1 and values.max() == classes:
        hint += f": these look like 1 to {classes}, subtract 1"
    good = (values >= 0) & (values < classes)
    return _first_bad(values, good, "labels", "label {} is out of range", hint)


def _first_bad(
    values: Array, good: Array | None, role: str, problem: str, hint: str | None
) -> _Fault | None:
    if good is None:
        return None
    fault = _first(~good, role, problem, hint)
    if fault is None:
        return None
    cell = values[fault.row] if values.ndim == 1 else values[fault.row, fault.column]
    return fault._replace(problem=problem.format(f"{float(cell):.15g}"))


def _first(mask: Array | None, role: str, problem: str, hint: str | None) -> _Fault | None:
    if mask is None or not mask.any():
        return None
    flat = int(np.argmax(mask))
    row, column = divmod(flat, mask.shape[1]) if mask.ndim > 1 else (flat, 0)
    return _Fault(row, column, role, problem, hint)


def side_by_side(columns: list[Cells], header: "Header", positions: Sequence[int]) -> Cells:
    """Columns of numbers as one matrix; a single column as it is."""
    if len(columns) == 1:
        return columns[0]
    for column, position in zip(columns, positions, strict=True):
        if column.values.shape != columns[0].values.shape or column.values.ndim != 1:
            if position == positions[0]:
                column, position = columns[1], positions[1]
            first, other = header.name(positions[0]), header.name(position)
            shapes = f"{list(columns[0].values.shape)} and {list(column.values.shape)}"
            problem = f"{first} and {other} cannot be set side by side: shapes {shapes}"
            raise InputError(problem, source=header.source, hint="pick columns of numbers")
    missing = None
    if any(column.missing is not None for column in columns):
        missing = np.stack(
            [np.zeros(len(c.values), bool) if c.missing is None else c.missing for c in columns],
            axis=1,
        )
    return Cells(np.stack([column.values for column in columns], axis=1), missing)
