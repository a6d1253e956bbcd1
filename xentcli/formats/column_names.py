"""Columns that are found by their names: labels, and scores that form one family.

Pure Python. Positions count from 0.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from xentcli.formats.class_names import named, words

LABELS: Final = re.compile(r"label|labels|y|y_true|target|targets|label_.*|y_.*|y[0-9]*", re.I)
_END: Final = r"(?:(?![^\W\d_])|(?-i:(?<=[a-z])(?=[A-Z])))"
"""Where a word ends: no letter follows, or a capital as in ``probCat``."""
_LOGIT: Final = rf"logits?{_END}"
_PROB: Final = rf"prob(?:s|as?|abilit(?:y|ies))?{_END}"
LOGITS: Final = re.compile(rf"{_LOGIT}.*|z|z_.*|z[0-9]*", re.IGNORECASE)
PROBS: Final = re.compile(rf"{_PROB}.*|p|p_.*|p[0-9]*", re.IGNORECASE)

_OUTPUTS: Final = (
    "hat pred preds predict predicted predictor prediction predictions prob probs proba probas "
    "probability probabilities logit logits score scores scored conf confidence softmax sigmoid "
    "output outputs out est estimate estimated weight weights"
)
OUTPUTS: Final = frozenset(_OUTPUTS.split())
"""Words of columns that a model or a weighting made, whatever else is in their names."""

_PREDICTED: Final = "pred preds predict predicted prediction predictions class classes label labels"
PREDICTED: Final = frozenset(_PREDICTED.split())
"""Words of columns that may hold the predicted class and not its probability."""

_FIGURES: Final = (
    "value values val max maximum min minimum mean avg average median sum total std stdev sd sem "
    "var variance entropy margin argmax argmin rank threshold diff ratio id index idx name names"
)
FIGURES: Final = frozenset(_FIGURES.split()) | PREDICTED
"""Words that make something else of a score: ``p_value`` and ``logit_max`` are of no class."""

_P_VALUES: Final = (
    "value values val adj adjust adjusted corr corrected uncorrected raw fdr fwer bh holm "
    "bonferroni sig"
)
_Z_SCORES: Final = "score scores stat statistic value val"
_STATISTICS: Final = {"p": frozenset(_P_VALUES.split()), "z": frozenset(_Z_SCORES.split())}
"""Words of statistics by what they begin with: ``p_adj`` is a p-value and ``z_score`` a scale.

As names of classes they stand beside others, as ``p_adj, p_noun`` do.
"""

_ON_AXES: Final = (
    "coord coords coordinate coordinates pos position axis offset px pixel center centre "
    "smoothing noise max min mean avg average median std stdev sd sem var variance"
)
_NO_LABELS: Final = {"label": frozenset({"smoothing", "noise"}), "y": frozenset(_ON_AXES.split())}
"""The same of what is no label: settings, places and figures."""

_LIKELY: Final = re.compile(
    rf"{_PROB}|{_LOGIT}|score[sd]?{_END}|conf(?:s|idences?)?{_END}", re.IGNORECASE
)
_LOGARITHM: Final = re.compile(r"(?<![a-z])log[\W_]*p(?:rob|(?![a-z]))", re.IGNORECASE)
_STEM: Final = re.compile(
    r"y_true|labels?|targets?|y|probabilit(?:y|ies)|probas?|probs?|p|logits?|z", re.IGNORECASE
)
_NUMBER: Final = re.compile(r"([\W_]*?)[+-]?\d+(?:\.\d+)?[])}>]?")
_SEPARATOR: Final = re.compile(r"^[\W_]+")


def labels(names: Sequence[str]) -> list[int]:
    """The columns named like labels, without what a model made of them.

    >>> labels(["y", "y_hat", "y_score", "label_pred", "y_b"])
    [0, 4]
    >>> labels(["y_coord", "label_smoothing"]), labels(["y_pos"]), labels(["y_pos", "y_neg"])
    ([], [], [0, 1])
    """
    found = [
        place
        for place, name in enumerate(names)
        if LABELS.fullmatch(name) and OUTPUTS.isdisjoint(words(name))
    ]
    pairs = any("neg" in words(names[place]) for place in found)
    return [place for place in found if pairs or not _is_of(_NO_LABELS, names[place])]


def matching(pattern: re.Pattern[str], names: Sequence[str]) -> list[int]:
    """The columns whose whole name is of ``pattern``."""
    return [place for place, name in enumerate(names) if pattern.fullmatch(name)]


def likely(names: Sequence[str]) -> list[int]:
    """Columns that may be scores, for a hint; predicted classes are none.

    >>> likely(["id", "prediction", "score_cat", "score_dog", "score_class"])
    [2, 3]
    """
    found = [
        place
        for place, name in enumerate(names)
        if (_LIKELY.search(name) or _LOGARITHM.search(name)) and PREDICTED.isdisjoint(words(name))
    ]
    return family([names[place] for place in found], found)


def are_logarithms(names: Sequence[str]) -> bool:
    """Whether all are called logarithms of probabilities.

    >>> are_logarithms(["logprob_0", "log_prob_1"]), are_logarithms(["logit_prob"])
    (True, False)
    """
    return bool(names) and all(_LOGARITHM.search(name) for name in names)


def family(names: Sequence[str], places: Sequence[int]) -> list[int]:
    """Those of ``places`` whose names have one pattern: the most of them, the first where equal.

    ``names`` are theirs. They begin alike, and go on either in numbers or in words that are not
    about a class but another figure.

    >>> family(["p_0", "p_1", "p_value"], [1, 2, 3])
    [1, 2]
    >>> family(["logit_a", "logit_max", "logit_b"], [0, 1, 2])
    [0, 2]
    >>> family(["p_value"], [1]), family(["z_score"], [1]), family(["p_adj", "p_noun"], [1, 2])
    ([], [], [1, 2])
    """
    if _are_numbered(names):
        return list(places)
    by_key: dict[tuple[str, bool, str], list[tuple[str, int]]] = {}
    for name, place in zip(names, places, strict=True):
        key = _key(name)
        if key is not None:
            by_key.setdefault(key, []).append((name, place))
    of_classes = (
        [place for _, place in own]
        for own in by_key.values()
        if not all(_is_of(_STATISTICS, name) for name, _ in own)
    )
    found = max(of_classes, key=len, default=[])
    return found if len(found) < 2 else _of_one_kind(names, places, found)


def _is_of(others: Mapping[str, frozenset[str]], name: str) -> bool:
    """Whether a name begins with a key of ``others``, and one of its words follows."""
    first, *rest = *words(name), ""
    return not others.get(first, frozenset()).isdisjoint(rest)


def _are_numbered(names: Sequence[str]) -> bool:
    """Whether names differ in a number only: the common case, and the one of many columns."""
    return any(all(map(str.isdecimal, level)) for level in named(tuple(names)).levels[1:2])


def _of_one_kind(names: Sequence[str], places: Sequence[int], found: list[int]) -> list[int]:
    """``found`` less what differs in its last part, as ``p_class_max`` from ``p_class_0``."""
    by_place = dict(zip(places, names, strict=True))
    levels = named(tuple(by_place[place] for place in found)).levels
    for level in levels[1:]:
        kinds = [_NUMBER.fullmatch(own) is not None for own in level]
        if any(kinds) and not all(kinds):
            return [place for place, number in zip(found, kinds, strict=True) if number]
        figures = [own.lower() in FIGURES for own in level]
        if any(figures):
            return [place for place, figure in zip(found, figures, strict=True) if not figure]
    return found


def _key(name: str) -> tuple[str, bool, str] | None:
    """What names of one family have in common; None for a figure that is of no class.

    That is how they begin, whether a separator follows, and whether a number does, or a word.
    """
    stem = _STEM.match(name)
    before = "" if stem is None else stem[0]
    rest = name[len(before) :]
    number = _NUMBER.fullmatch(rest)
    if number is not None:
        return (before.lower(), bool(number[1]), "number")
    own = _SEPARATOR.sub("", rest, count=1)
    if own.lower() in FIGURES and before:
        return None
    return (before.lower(), len(own) < len(rest), "word" if rest else "")
