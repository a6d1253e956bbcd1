"""Columns that are found by their names are used by their position: do the two agree?

``y_a, y_b`` beside ``p_b, p_a``, or classes ``p_2, p_1, p_0``, would give a wrong number without
a word, so they are refused unless the order was typed; and where classes were typed too, their
order must be that of the scores.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from xentcli.errors import InputError
from xentcli.job import Job, Scale

if TYPE_CHECKING:
    from xentcli.readers.columns import Header

MOST_LISTED: Final = 6
_ROLES: Final = (
    "y t p z q true label labels target targets class pred preds predicted prediction prob probs "
    "proba probability probabilities logit logits score scores output out"
)
ROLES: Final = frozenset(_ROLES.split())
"""Words that say what a column is, and not which one."""

_WORD: Final = re.compile(r"[^\W\d_]+|\d+")
Key = tuple[str, ...]


def refuse_crossed(
    job: Job, scale: Scale, header: "Header", labels: Sequence[int], scores: Sequence[int]
) -> None:
    """InputError where the names of ``labels`` and ``scores`` say another order than they have."""
    names = [header.name(place) for place in scores]
    typed = job.scores is not None and all(part in names for part in job.scores.split(","))
    if typed and not job.classes:
        return
    keys = _keys(names)
    if len(labels) > 1:
        wanted, whose = _keys([header.name(place) for place in labels]), "labels"
    elif job.loss != "bce":
        wanted = _keys(job.classes) if job.classes else _counted(names, keys)
        whose = "classes"
    else:
        return
    if wanted == keys or sorted(wanted) != sorted(keys) or len(set(keys)) < len(keys):
        return
    order = [scores[keys.index(key)] for key in wanted]
    listed = ",".join(_typed(header, place) for place in order[:MOST_LISTED])
    raise InputError(
        f"{', '.join(names[:MOST_LISTED])} are in another order than the {whose}",
        source=header.source,
        hint=f"list them in that order: --{scale} {listed}"
        + (",..." if len(order) > MOST_LISTED else ""),
    )


def classes(names: Sequence[str]) -> tuple[str, ...]:
    """What tells the names apart, as it is written; nothing where that is not unique.

    >>> classes(["prob_cat", "prob_New York"]), classes(["p[1]", "p[-1]"])
    (('cat', 'New York'), ())
    """
    found = []
    for name, key in zip(names, _telling(names), strict=True):
        words = [match for match in _WORD.finditer(name) if match[0].lower() in key]
        found.append(name[words[0].start() : words[-1].end()] if words else "")
    return tuple(found) if "" not in found and len(set(found)) == len(found) else ()


def _keys(names: Sequence[str]) -> list[Key]:
    """What tells the names apart: their words, without those of all and those that say a role.

    >>> _keys(["class_1_prob", "class_0_prob"]), _keys(["p_Cat", "prob[dog]"])
    ([('1',), ('0',)], [('cat',), ('dog',)])
    """
    keys = _telling(names)
    return keys if all(keys) else [tuple(_WORD.findall(name.lower())) for name in names]


def _telling(names: Sequence[str]) -> list[Key]:
    words = [_WORD.findall(name.lower()) for name in names]
    shared = set.intersection(*map(set, words)) | ROLES
    return [tuple(word for word in own if word not in shared) for own in words]


def _counted(names: Sequence[str], keys: list[Key]) -> list[Key]:
    """Numbers from 0 or 1 without a gap in ascending order; anything else as it is."""
    if not all(len(key) == 1 and key[0].isdecimal() for key in keys):
        return keys
    ascending = sorted(keys, key=lambda key: int(key[0]))
    first = int(ascending[0][0])
    whole = [int(key[0]) for key in ascending] == list(range(first, first + len(keys)))
    signed = any(re.search(r"-\d", name) for name in names)
    return ascending if whole and first <= 1 and not signed else keys


def _typed(header: "Header", place: int) -> str:
    """A selector that can be typed: the name, or the position of a name that is no word."""
    name = header.name(place)
    return name if re.fullmatch(r"[A-Za-z_][\w.]*", name) else f":{place + 1}"
