"""A single column of scores is that of label 1: does its name say that it is of label 0?

Names say it by a number or a word, as ``p_0`` and ``prob_no`` do, or by the name of the class that
options make label 0. Two things a user types settle it: the classes in their order, which say what
label 0 is, and beside them the column's position, which says that its name counts for nothing.
"""

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from xentcli.blocks.input import Input
from xentcli.errors import InputError
from xentcli.formats.class_names import ROLES, SCORE_WORDS
from xentcli.formats.classes import LABEL_0
from xentcli.remarks import SCORES_CONTRARY, Remark

if TYPE_CHECKING:
    from xentcli.blocks.layout import Scale
    from xentcli.formats.columns import Header

_WORD: Final = re.compile(r"[^\W\d_]+|(?<![^\W_])-\d+|\d+")
Key = tuple[str, ...]


class _Labels(NamedTuple):
    """The words for labels 0 and 1; ``sure``: the name says that label 0, and not just a 0."""

    no: str
    yes: str
    sure: bool = True


def doubted(
    input: Input, scale: "Scale", header: "Header", labels: Sequence[int], scores: Sequence[int]
) -> list[Remark]:
    """What to say of a single column of scores that is named for label 0.

    InputError where nobody said that it is that of label 1 nevertheless.
    """
    name = header.name(scores[0]) if scores else ""
    if name == "0" and "1" not in (header.names or ()):
        return []  # what pandas calls the only column without a name
    found = _label_0(input, name)
    if found is None or _keys(name) & {key for at in labels for key in _keys(header.name(at))}:
        return []  # of y_0 and p_0 both are output 0
    no, yes, sure = found
    if input.classes and (not sure or (input.scores or "").startswith(":")):
        text = f"{name} is by its name the score of {no if sure else 0}, "
        taken = "label 1" if yes == "1" else f"{yes}, label 1"
        return [Remark(SCORES_CONTRARY, f"{text}and is taken as that of {taken}")]
    instead = "" if input.label_base is None else ", and no --label-base"
    raise InputError(
        f"{name} is by its name the score of {no}, and a single column is the score of label 1",
        source=header.source,
        hint=f"if it is of {no} make that label 1: --classes {yes},{no}{instead}; "
        f"if it is of {yes}: --classes {no},{yes} --{scale} :{scores[0] + 1}{instead}",
    )


def _label_0(input: Input, name: str) -> _Labels | None:
    """What labels 0 and 1 are where ``name`` is that of label 0."""
    own = _keys(name)
    undeclared = next((key for key in LABEL_0 if key in own), None)
    if len(input.classes) == 2:
        no, yes = (item.strip() for item in input.classes)
    elif input.label_base is not None:
        no, yes = str(input.label_base), str(input.label_base + 1)
    elif undeclared is not None and not input.classes:
        return _Labels(undeclared[0], LABEL_0[undeclared])
    else:
        return None
    if _words(yes) in own:
        return None
    if _words(no) in own:
        return _Labels(no, yes)
    return None if undeclared is None else _Labels(no, yes, sure=False)


def _keys(name: str) -> set[Key]:
    """The words of a name that say which column it is.

    >>> _keys("prob_-1") == {("-1",)}, sorted(_keys("p_true")), sorted(_keys("p-1"))
    (True, [('true',)], [('1',)])
    """
    return {_words(name, SCORE_WORDS), _words(name, ROLES)} - {()}


def _words(name: str, but: Collection[str] = ()) -> Key:
    """The words and numbers of a name, in lower case."""
    return tuple(word for word in _WORD.findall(name.lower()) if word not in but)
