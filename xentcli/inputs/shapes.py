"""Shapes: the loss that fits them, and rows of any axes as samples by outputs.

Only axes of length 1 are dropped or added, which is said. All else that does not fit is refused
with both shapes.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from xentcli.blocks.input import Input
from xentcli.blocks.layout import Layout, Loss
from xentcli.blocks.places import Origin
from xentcli.blocks.text_column import TextColumn
from xentcli.errors import OptionError, ShapeError
from xentcli.formats.cells import Array, Cells, Place, Shape, Texts
from xentcli.formats.classes import MANY_CLASSES, WORDS, Classes
from xentcli.inputs.axes import class_axis, meant, one_sample, other_axes, shown, to_type
from xentcli.inputs.rows import Rows
from xentcli.remarks import AXIS_DROPPED, Remark

Change = Callable[[Array], Array]


class Samples(NamedTuple):
    """Rows whose shapes fit: scores ``[m]`` or ``[m, k]``, and the other roles as Block has them.

    ``place(role, row, column)`` finds a cell again for a message.
    """

    cells: Mapping[str, Cells]
    layout: Layout
    classes: Classes
    place: Callable[[str, int, int], Place]
    bytes_read: int
    texts: Mapping[str, tuple[TextColumn, ...]] = {}
    origin: Origin | None = None


def fitted(input: Input, rows: Rows) -> Samples:
    """``rows`` as samples, or ShapeError or OptionError where they are none."""
    frame, changes = _fit(input, rows)
    cells = {role: own.map(changes[role]) for role, own in rows.cells.items()}

    def place(role: str, row: int, column: int) -> Place:
        own = rows.cells[role].values
        index = changes[role](np.arange(own.size).reshape(own.shape))
        return rows.place(role, row, int(index[row] if index.ndim == 1 else index[row, column]))

    outputs = frame.width
    names = rows.layout.names if len(rows.layout.names) == (outputs or 1) else ()
    layout = rows.layout._replace(outputs=outputs, names=names, loss=frame.loss)
    # Scores of a binary loss are outputs, whose names are of no classes.
    classes = rows.classes if frame.loss == "ce" or rows.classes.declared else WORDS
    shown = layout.classes if classes.names else ()
    base = 0 if shown else input.first_class
    said = class_axis(input, rows).remarks
    remarks = (*layout.remarks, *said, *_dropped(frame, rows))
    if frame.loss == "ce" and frame.positions != frame.shape:
        remarks += (*one_sample(rows.cells["labels"].shape, frame.shape, layout.scale),)
    other = frame.loss == "ce" and frame.axis % len(frame.shape) != len(frame.shape) - 1
    last = frame.shape[-1] if other else 0
    layout = layout._replace(classes=shown, label_base=base, remarks=remarks, last=last)
    texts = _texts(frame, rows) if rows.texts else {}
    origin = rows.origin
    if origin is not None and frame.samples != frame.shape[0]:
        origin = origin._replace(lines=None)  # a row holds several
    return Samples(cells, layout, classes, place, rows.bytes_read, texts, origin)


def samples_per_row(input: Input, rows: Rows) -> int | None:
    """How many samples each row is, or None where a sample takes numbers of several rows.

    Looks at shapes only, and refuses what :func:`fitted` refuses.
    """
    frame, _ = _fit(input, rows)
    if len(frame.shape) == 1:
        return 1 if frame.positions == frame.shape else None
    return None if frame.axis % len(frame.shape) == 0 else math.prod(frame.positions[1:])


class _Frame(NamedTuple):
    """What the scores make of a table: their ``shape`` as given, and the class ``axis`` in it.

    ``positions`` are the axes without that one, ``width`` is its length (None: there is none).
    """

    shape: Shape
    axis: int
    loss: Loss
    positions: Shape
    width: int | None

    @property
    def samples(self) -> int:
        return math.prod(self.positions)

    def to_scores(self, scores: Array) -> Array:
        """From the scores' shape to ``[m]`` or ``[m, k]``."""
        if self.axis not in (-1, scores.ndim - 1):
            scores = np.moveaxis(scores, self.axis, -1)
        return scores.reshape((self.samples, *([] if self.width is None else [self.width])))

    def to_samples(self, numbers: Array) -> Array:
        """From one number for each position to ``[m]``."""
        return numbers.reshape(self.samples)


def _fit(input: Input, rows: Rows) -> tuple[_Frame, Mapping[str, Change]]:
    frame = _framed(input, rows)
    _refuse_other_classes(frame, rows)
    return frame, {
        "scores": frame.to_scores,
        "labels": _labels(frame, rows),
        "weights": _per_sample("weights", frame, rows),
        "mask": _per_sample("mask", frame, rows),
    }


def _framed(input: Input, rows: Rows) -> _Frame:
    shape, labels = rows.cells["scores"].values.shape, rows.cells["labels"].values.shape
    axis, _ = class_axis(input, rows)
    rest = list(shape)
    width = rest.pop(axis)
    flat = len(shape) == 1
    classes = 1 if flat and rows.explicit else width
    loss = input.loss or _decided(input, labels, shape, classes)
    if loss == "bce":
        positions, outputs = (shape, None) if flat else (tuple(rest), width)
        return _Frame(shape, axis, loss, positions, outputs)
    if flat and (rows.explicit or width == 1):
        rest, width = list(shape), 1
    if width == 1 and not input.one_class:
        raise _one_class(rows, other_axes(shape, axis, labels, int(rows.explicit)))
    # Scores in one row are one sample.
    return _Frame(shape, axis, loss, tuple(rest) or (1,), width)


def _decided(input: Input, labels: Shape, scores: Shape, classes: int) -> Loss:
    """The loss that the shapes fit; what fits neither is left to the one that comes closer."""
    if len(scores) == 1:
        return "ce" if labels == (1,) and classes > 1 else "bce"
    if classes == 1:
        return "bce"
    if labels != scores:
        return "ce"
    if input.square is None:
        raise OptionError(
            f"labels and scores are both {shown(scores)}, which fits binary and categorical "
            "cross-entropy",
            hint="say --loss bce or --loss ce",
        )
    return input.square


def _one_class(rows: Rows, axes: Sequence[int]) -> ShapeError:
    hint = "use xent bce, or --force to compute it all the same"
    return ShapeError(
        f"{rows.layout.source}: categorical cross-entropy needs two classes or more and "
        f"{rows.layout.scale} have one: softmax over one class is always 1, so the loss would be "
        "the constant -mean(y)*log(1-1e-7) under Keras's clip (0 exactly), whatever the model says",
        hint=f"say{to_type(axes)}, or {hint}" if axes else hint,
    )


def _refuse_other_classes(frame: _Frame, rows: Rows) -> None:
    """``--classes`` names as many as there are."""
    count = len(rows.classes.names)
    if not rows.classes.declared or count == (2 if frame.loss == "bce" else frame.width):
        return
    listed = f"--classes has {count} name{'' if count == 1 else 's'}"
    if frame.loss == "bce":
        hint = "name the class of label 0 and then that of label 1"
        hint += MANY_CLASSES if count > 2 else ""
        raise OptionError(f"{listed}, binary cross-entropy has two classes", hint=hint)
    raise ShapeError(
        f"{rows.layout.source}: {listed} and {rows.layout.scale} {shown(frame.shape)} have "
        f"{frame.width} classes",
        hint="name each class once, in the order of the scores",
    )


def _labels(frame: _Frame, rows: Rows) -> Change:
    shape = rows.cells["labels"].values.shape
    found = _label_shape(frame, shape)
    if found == frame.shape:
        return lambda labels: frame.to_scores(labels.reshape(frame.shape))
    if found is not None:
        return frame.to_samples if frame.width != 1 else lambda labels: labels.reshape(-1, 1)
    axes = other_axes(frame.shape, frame.axis, shape, int(rows.explicit))
    if frame.loss == "bce":
        hint = "binary cross-entropy needs one label per score"
        if shape == frame.positions or axes:
            hint += f"; for class numbers use xent ce{to_type(axes)}"
    elif axes:
        hint = f"where the classes are on another axis, say{to_type(axes)}"
    elif len(frame.shape) == 1:
        hint = "scores in one row are one sample"
    else:
        hint = "give one class number per row, or rows as long as the scores"
    raise mismatch(rows, "labels", hint)


def _label_shape(frame: _Frame, shape: Shape) -> Shape | None:
    """The shape that labels of ``shape`` are meant to have; None where they fit in no way."""
    if frame.loss == "bce":
        return meant(shape, [frame.shape])
    found = meant(shape, [frame.shape, frame.positions])
    # Two class numbers beside one sample of two classes are no row of shares.
    return None if found == frame.shape and shape[0] != frame.shape[0] else found


def _per_sample(role: str, frame: _Frame, rows: Rows) -> Change:
    """From one number for each sample; weights of binary cross-entropy may be one per score."""
    if role not in rows.cells:
        return frame.to_samples
    shape = rows.cells[role].values.shape
    ways = _shapes_per_sample(role, frame)
    found = meant(shape, list(ways.values()))
    if found is not None and found == ways.get(PER_SCORE):
        return lambda numbers: frame.to_scores(numbers.reshape(frame.shape))
    if found is not None and found == ways.get(PER_ITEM):
        repeats = math.prod(frame.positions[1:])
        return lambda numbers: np.repeat(numbers.reshape(-1), repeats)
    if found is not None or shape == (frame.samples,):
        return frame.to_samples
    listed = [f"{what}, {shown(possible)}" for what, possible in ways.items()]
    raise mismatch(rows, role, f"give {', or '.join(listed)}")


PER_SCORE: Final = "one per score"
PER_ITEM: Final = "one per item of the first axis"


def _shapes_per_sample(role: str, frame: _Frame) -> dict[str, Shape]:
    """The shapes that weights or a mask may have, in words; what samples have comes first."""
    ways = {"one per sample": frame.positions}
    if role == "weights" and frame.loss == "bce" and frame.width is not None:
        ways[PER_SCORE] = frame.shape
    if len(frame.positions) > 1:
        ways[PER_ITEM] = frame.positions[:1]
    return ways


def _dropped(frame: _Frame, rows: Rows) -> Iterator[Remark]:
    """What to say of arrays that have axes of length 1 where others have none."""
    for role in rows.cells.keys() - {"scores"}:
        shape = rows.cells[role].values.shape
        if role == "labels":
            found = _label_shape(frame, shape)
        else:
            ways = [*_shapes_per_sample(role, frame).values(), (frame.samples,)]
            found = meant(shape, ways)
        if found is not None and found != shape:
            # Rows of a file come in pieces of any length: what is said of all is the same.
            first = "n" if shape[0] == found[0] else shape[0]
            before = f"[{', '.join(map(str, (first, *shape[1:])))}]"
            first = "n" if shape[0] == found[0] else found[0]
            after = f"[{', '.join(map(str, (first, *found[1:])))}]"
            yield Remark(AXIS_DROPPED, f"{role} {before} are taken as {after}")


def _texts(frame: _Frame, rows: Rows) -> Texts:
    """Columns of text, one cell for each sample or for each item of the first axis."""
    first = frame.positions[0]
    for role, columns in rows.texts.items():
        for column in columns:
            if column.size != first:
                scores = shown(rows.cells["scores"].values.shape)
                problem = f"--{role} {shown((column.size,))} does not fit {rows.layout.scale} "
                raise ShapeError(f"{rows.layout.source}: {problem}{scores}")
    if frame.samples == first:
        return rows.texts
    item = np.repeat(np.arange(first), frame.samples // max(1, first))
    return {role: tuple(own.take(item) for own in each) for role, each in rows.texts.items()}


def mismatch(rows: Rows, role: str, hint: str) -> ShapeError:
    """``role`` does not fit the scores."""
    own, scored = rows.cells[role], rows.cells["scores"]
    found, scores = shown(own.shape), shown(scored.shape)
    if own.shape[:1] != scored.shape[:1]:
        said = dict.fromkeys(
            cells.provenance.line_1 for cells in (own, scored) if cells.provenance.line_1
        )
        hint = "; ".join([hint, *said])
    fits = "do not fit" if role.endswith("s") else "does not fit"
    problem = f"{role} {found} {fits} {rows.layout.scale} {scores}"
    return ShapeError(f"{rows.layout.source}: {problem}", hint=hint)
