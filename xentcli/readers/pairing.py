"""Columns that are found by their names are used by their position: do the two agree?

Labels ``y_a, y_b`` beside scores ``p_b, p_a`` would give a wrong number silently, so they are
refused unless the order was typed; and where classes were typed, their order must be that of the
scores. A single column of scores is that of label 1, and its name should not say otherwise.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from xentcli.errors import InputError
from xentcli.job import Job, Scale
from xentcli.readers import by_name
from xentcli.readers.class_names import MOST_COMPARED, ROLES, few, typed
from xentcli.readers.classes import LABEL_0, of_columns
from xentcli.remarks import SCORES_UNLIKE, Remark

if TYPE_CHECKING:
    from xentcli.readers.columns import Header

MOST_LISTED: Final = 6

_WORD: Final = re.compile(r"[^\W\d_]+|\d+")
_SIGNED: Final = re.compile(r"[^\W\d_]+|-?\d+")
Key = tuple[str, ...]


def refuse_crossed(
    job: Job, scale: Scale, header: "Header", labels: Sequence[int], scores: Sequence[int]
) -> None:
    """InputError where ``labels`` or the classes are in another order than ``scores``.

    That is looked for in the names of columns of labels, and in those of ``--classes``.
    """
    names = [header.name(place) for place in scores]
    if job.classes and len(labels) <= 1:
        order, whose = _of_classes(job, names), "classes"
    elif len(labels) > 1 and (job.classes or not _is_typed(job, names)):
        order, whose = _of_labels([header.name(place) for place in labels], names), "labels"
    else:
        return
    if order == sorted(order):
        return
    listed = typed([names[i] for i in order], [scores[i] for i in order], MOST_LISTED)
    raise InputError(
        f"{', '.join(names[:MOST_LISTED])} are in another order than the {whose}",
        source=header.source,
        hint=f"list them in that order: --{scale} {listed}",
    )


def _is_typed(job: Job, names: Sequence[str]) -> bool:
    """Whether the scores were typed name by name, and so their order."""
    return job.scores is not None and set(job.scores.split(",")) <= set(names)


def _of_classes(job: Job, names: Sequence[str]) -> list[int]:
    """For each class which score it is by its name; nothing where that is not one to one."""
    known = of_columns(job, names)
    found = [number for name in job.classes if (number := known.find(name)) is not None]
    return found if len(set(found)) == len(found) == len(names) else []


def _of_labels(labels: Sequence[str], names: Sequence[str]) -> list[int]:
    """The same for each column of labels."""
    wanted, keys = _keys(labels), _keys(names)
    if sorted(wanted) != sorted(keys) or len(set(keys)) < len(keys):
        return []
    place = {key: i for i, key in enumerate(keys)}
    return [place[key] for key in wanted]


def _keys(names: Sequence[str]) -> list[Key]:
    """What tells the names apart: their words, without those of all and those that say a role.

    >>> _keys(["class_1_prob", "class_0_prob"]), _keys(["p_Cat", "prob[dog]"])
    ([('1',), ('0',)], [('cat',), ('dog',)])
    >>> _keys(["p_1", "p_-1"])
    [('1',), ('-1',)]
    """
    for pattern in (_WORD, _SIGNED):
        words = [pattern.findall(name.lower()) for name in names]
        shared = set.intersection(*map(set, words)) | ROLES
        keys = [tuple(word for word in own if word not in shared) for own in words]
        if all(keys) and len(set(keys)) == len(keys):
            return keys
    return [tuple(_SIGNED.findall(name.lower())) for name in names]


def refuse_label_0(header: "Header", labels: Sequence[int], scores: Sequence[int]) -> None:
    """InputError where a single column of scores is named for label 0, as ``prob_no`` is."""
    own = _own_words(header.name(scores[0])) if scores else ()
    if own not in LABEL_0 or own in [_own_words(header.name(place)) for place in labels]:
        return  # of y_0 and p_0 both are output 0
    name, no, yes = header.name(scores[0]), own[0], LABEL_0[own]
    raise InputError(
        f"{name} is by its name the score of {no}, and a single column is the score of label 1",
        source=header.source,
        hint=f"name label 0, then label 1: --classes {no},{yes} if it is of {yes}, "
        f"--classes {yes},{no} if it is of {no}",
    )


def unlike(header: "Header", scores: Sequence[int], scale: str) -> list[Remark]:
    """What to say where a range or a pattern picks score columns of more than one kind."""
    if header.names is None or not 3 <= len(scores) <= MOST_COMPARED:
        return []
    alike = by_name.family([header.name(place) for place in scores], scores)
    others = [header.name(place) for place in scores if place not in alike]
    if not others or len(alike) <= len(others):
        return []
    names = few([header.name(place) for place in alike])
    text = f"{few(others)} among the {scale} is not named like {names}: does it belong to them?"
    return [Remark(SCORES_UNLIKE, text)]


def _own_words(name: str) -> Key:
    """The words and numbers of a name that say which column it is."""
    return tuple(word for word in _WORD.findall(name.lower()) if word not in ROLES)
