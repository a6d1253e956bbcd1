"""Columns that are found by their names are used by their position: do the two agree?

Labels ``y_a, y_b`` beside scores ``p_b, p_a`` would give a wrong number silently, so they are
refused, and only told where the order was typed; and where classes were typed, their order must be
that of the scores.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from xentcli.blocks.input import Input
from xentcli.blocks.layout import Scale
from xentcli.errors import InputError
from xentcli.formats import column_names
from xentcli.formats.class_names import MOST_COMPARED, few, named, typed
from xentcli.inputs.class_options import of_columns
from xentcli.remarks import SCORES_CONTRARY, SCORES_UNLIKE, Remark

if TYPE_CHECKING:
    from xentcli.formats.columns import Header

MOST_LISTED: Final = 6

_PLUS: Final = re.compile(r"^\+(?=\d)")


def crossed(
    input: Input, scale: Scale, header: "Header", labels: Sequence[int], scores: Sequence[int]
) -> list[Remark]:
    """InputError where ``labels`` or the classes are in another order than ``scores``.

    That is looked for in the names of columns of labels, and in those of ``--classes``. An order
    that was typed is taken, with a warning.
    """
    names = [header.name(place) for place in scores]
    typed_order = _is_typed(input, names)
    if input.classes and len(labels) <= 1:
        order, whose = _of_classes(input, names), "classes"
    elif len(labels) > 1:
        order, whose = _of_labels([header.name(place) for place in labels], names), "labels"
    else:
        return []
    if not order and whose == "labels" and not typed_order:
        _refuse_partly_alike(scale, header, labels, scores)
    if order == sorted(order):
        return []
    listed = typed([names[i] for i in order], [scores[i] for i in order], MOST_LISTED)
    if typed_order and not input.classes:
        at = next(at for at, score in enumerate(order) if score != at)
        text = f"{names[at]} is set against {header.name(labels[at])}, as typed; "
        text += f"by the names the order is --{scale} {listed}"
        return [Remark(SCORES_CONTRARY, text)]
    raise InputError(
        f"{', '.join(names[:MOST_LISTED])} are in another order than the {whose}",
        source=header.source,
        hint=f"list them in that order: --{scale} {listed}",
    )


def _is_typed(input: Input, names: Sequence[str]) -> bool:
    """Whether the scores were typed name by name, and so their order."""
    return input.scores is not None and set(input.scores.split(",")) <= set(names)


def _of_classes(input: Input, names: Sequence[str]) -> list[int]:
    """For each class which score it is by its name; nothing where that is not one to one."""
    known = of_columns(input, names)
    found = [number for name in input.classes if (number := known.find(name)) is not None]
    return found if len(set(found)) == len(found) == len(names) else []


def _of_labels(labels: Sequence[str], names: Sequence[str]) -> list[int]:
    """The same for each column of labels, where both go by the same names."""
    for case in (str, str.casefold):
        known = [_keys(level, case) for level in _levels(names)]
        for level in _levels(labels):
            wanted = _keys(level, case)
            for keys in known:
                if len(keys) == len(names) == len(labels) and wanted.keys() == keys.keys():
                    return [keys[key] for key in wanted]
    return []


def _levels(names: Sequence[str]) -> Iterable[tuple[str, ...]]:
    """All names that columns may go by, what is cut most first."""
    return reversed(named(tuple(names)).levels)


def _keys(names: Sequence[str], case: Callable[[str], str] = str) -> dict[str, int]:
    """The place of each name, numbers without a plus sign.

    >>> _keys(["+1", "-1"])
    {'1': 0, '-1': 1}
    """
    return {_PLUS.sub("", case(name)): place for place, name in enumerate(names)}


def _refuse_partly_alike(
    scale: Scale, header: "Header", labels: Sequence[int], scores: Sequence[int]
) -> None:
    """InputError where some columns of labels, and not all, go by the names of scores."""
    theirs, names = ([header.name(place) for place in places] for places in (labels, scores))
    wanted, keys = (_keys(next(iter(_levels(own)), ())) for own in (theirs, names))
    both = wanted.keys() & keys.keys()
    if not both or len(labels) != len(scores) or wanted.keys() == keys.keys():
        return
    first = next(key for key in wanted if key in both)
    alone = next((key for key in wanted if key not in both), first)
    raise InputError(
        f"labels {few(theirs)} and {scale} {few(names)} both have {first}, "
        f"but {theirs[wanted[alone]]} is among the labels only",
        source=header.source,
        hint="if they belong together in this order, type it: "
        f"--{scale} {typed(names, scores, MOST_LISTED)}",
    )


def unlike(header: "Header", scores: Sequence[int], scale: str) -> list[Remark]:
    """What to say where a range or a pattern picks score columns of more than one kind."""
    if header.names is None or not 3 <= len(scores) <= MOST_COMPARED:
        return []
    alike = column_names.family([header.name(place) for place in scores], scores)
    others = [header.name(place) for place in scores if place not in alike]
    if not others or len(alike) <= len(others):
        return []
    names = few([header.name(place) for place in alike])
    text = f"{few(others)} among the {scale} is not named like {names}: does it belong to them?"
    return [Remark(SCORES_UNLIKE, text)]
