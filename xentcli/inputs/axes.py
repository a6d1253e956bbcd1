"""Shapes side by side: which of several an array has, and which axis is that of the classes."""

from collections.abc import Sequence
from typing import NamedTuple

from xentcli.blocks.input import Input
from xentcli.errors import OptionError
from xentcli.formats.cells import Shape
from xentcli.inputs.rows import Rows
from xentcli.remarks import LIBRARY_AXIS, ONE_SAMPLE, Remark


def meant(shape: Shape, ways: Sequence[Shape]) -> Shape | None:
    """Which of the ``ways`` an array has: as it is, or but for axes of length 1.

    >>> meant((5, 1), [(5, 3), (5,)]), meant((5, 2), [(5, 3), (5,)])
    ((5,), None)
    """
    if shape in ways:
        return shape
    bare = _without_ones(shape)
    return next((way for way in ways if _without_ones(way) == bare), None)


def _without_ones(shape: Shape) -> Shape:
    return tuple(length for length in shape if length != 1)


def other_axes(shape: Shape, axis: int | None, labels: Shape, first: int) -> list[int]:
    """The axes of ``shape`` but ``axis``, from ``first`` on, without which it is the labels'."""
    return [
        other
        for other in range(first, len(shape))
        if (axis is None or other != axis % len(shape))
        and shape[other] > 1
        and meant(labels, [shape[:other] + shape[other + 1 :]]) is not None
    ]


def one_sample(labels: Shape, scores: Shape, scale: str) -> list[Remark]:
    """What to say of labels and scores ``[k]`` that are one sample; k samples have that shape, too.

    >>> one_sample((2,), (2,), "logits")[0].text[:56]
    'labels and logits in one row are one sample of 2 classes'
    """
    if labels != scores or len(scores) > 1 or scores[0] < 2:
        return []
    text = f"labels and {scale} in one row are one sample of {scores[0]} classes; "
    return [Remark(ONE_SAMPLE, f"{text}for {scores[0]} samples of one output use xent bce")]


def to_type(axes: Sequence[int]) -> str:
    """The options to type, one of which is meant: `` --axis 1 or --axis 2``."""
    return " or".join(f" --axis {axis}" for axis in axes)


class ClassAxis(NamedTuple):
    """The class axis, as ``--axis`` counts, and what to say of it."""

    number: int
    remarks: tuple[Remark, ...] = ()


def class_axis(input: Input, rows: Rows) -> ClassAxis:
    """The class axis of the scores; OptionError where there is no such one, or may be several."""
    shape = rows.cells["scores"].shape
    axis = input.axis
    if axis is None:
        return _unsaid(input, rows)
    if not -len(shape) <= axis < len(shape):
        raise OptionError(
            f"--axis {axis} is out of range for {rows.layout.scale} {shown(shape)}",
            hint=f"axes are {-len(shape)} to {len(shape) - 1}",
        )
    if rows.explicit and axis != -1 and axis % len(shape) == 0:
        raise OptionError(
            f"--axis {axis} is the axis of the rows, and rows of a file come in pieces",
            hint="give whole arrays without FILE, such as --logits @FILE",
        )
    return ClassAxis(axis)


def _unsaid(input: Input, rows: Rows) -> ClassAxis:
    """The class axis where nobody says it: the library's, or the only one that fits.

    Class numbers fit an axis where the scores without it have their shape. Rows of labels fit all
    axes: the last is the default, but not beside a library that takes another one.
    """
    shape, labels = rows.cells["scores"].shape, rows.cells["labels"].shape
    label_rows = meant(labels, [shape]) is not None
    loss = input.loss or (input.square if label_rows else "ce")
    if len(shape) < 3 or loss != "ce":
        return ClassAxis(-1)
    axes = set(input.policy.class_axes.values())
    library = axes.pop() if len(axes) == 1 else None
    if not label_rows:
        ways = other_axes(shape, None, labels, 1)
        if library is None and len(ways) > 1:
            raise _several(input, rows, ways)
    else:
        ways = [axis for axis in range(1, len(shape)) if shape[axis] > 1]
        if axes - {-1, None} or (library not in (-1, None) and ways != [library]):
            raise _several(input, rows, ways)
    if library is None:
        return ClassAxis(-1)
    said = () if label_rows and library == -1 else _said(input, rows, library % len(shape), ways)
    return ClassAxis(library, said)


def _several(input: Input, rows: Rows, ways: Sequence[int]) -> OptionError:
    scale, shape = rows.layout.scale, rows.cells["scores"].shape
    takes = [
        f"; {name} takes axis {axis}"
        for name, axis in input.policy.class_axes.items()
        if axis is not None and axis != -1
    ]
    return OptionError(
        f"labels {shown(rows.cells['labels'].shape)} fit {scale} {shown(shape)} with the classes "
        f"on axis {' or on axis '.join(map(str, ways))}",
        hint=f"say{to_type(ways)}{''.join(takes)}",
    )


def _said(input: Input, rows: Rows, axis: int, ways: Sequence[int]) -> tuple[Remark, ...]:
    """What to say of the library's ``axis``, where it fits and is not the last or the only one."""
    others = [way for way in ways if way != axis]
    last = axis == len(rows.cells["scores"].shape) - 1
    if axis not in ways or (last and not others):
        return ()
    text = f"{input.policy.library} takes axis {axis} of the {rows.layout.scale} for the classes"
    if others:
        text += f"; if they are on another, say{to_type(others)}"
    return (Remark(LIBRARY_AXIS, text),)


def shown(shape: Shape) -> str:
    """A shape as messages write it.

    >>> shown((5, 3))
    '[5, 3]'
    """
    return f"[{', '.join(map(str, shape))}]"
