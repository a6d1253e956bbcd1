"""Remarks: warnings and notes about a result, each kind with a stable code.

Scripts read the codes from the JSON, so a code is never reused for another kind.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple

Severity = Literal["warning", "note"]


class Kind(NamedTuple):
    """A kind of remark; a ``warning`` means that the data is probably not what the options say.

    ``title`` describes it in a few words.
    """

    code: str
    severity: Severity
    title: str


class Remark(NamedTuple):
    """One remark on one input."""

    kind: Kind
    text: str


COLUMNS_FOUND = Kind("XE01", "note", "columns found by their names")
LOGITS_LIKE_SOFTMAX = Kind("XE02", "warning", "logits that look like a softmax")
LOGITS_LIKE_PROBS = Kind("XE03", "warning", "logits that look like probabilities")
PROBS_OUTSIDE = Kind("XE04", "warning", "probabilities outside [0, 1]")
PROBS_OFF_ONE = Kind("XE05", "note", "rows of probabilities that do not sum to 1")
LABELS_OFF_ONE = Kind("XE06", "warning", "rows of labels that do not sum to 1")
LABELS_FROM_ONE = Kind("XE07", "warning", "class numbers that seem to count from 1")
SOFTMAX_UNDER_BCE = Kind("XE08", "note", "softmax outputs under binary cross-entropy")
ONE_CLASS = Kind("XE09", "warning", "softmax over one class")
NOT_FINITE = Kind("XE10", "note", "losses that are not finite")
ROWS_MISSING = Kind("XE11", "note", "rows left out for a missing value")
MIXED_CPUS = Kind("XE12", "note", "workers with different CPU features")
OTHER_REFERENCE = Kind("XE13", "note", "a reference that cannot take the input")
KERAS_ON_LOGITS = Kind("XE14", "note", "accuracy of logits as Keras counts it")
SOFT_LABELS_MISS = Kind("XE15", "note", "labels that no prediction equals")
SCORES_NAN = Kind("XE16", "note", "scores that are nan")
LABELS_MISSING = Kind("XE39", "note", "single labels left out as missing")
CLASSES_ABSENT = Kind("XE40", "note", "classes without a sample that counts")

IGNORED_BY_DEFAULT = Kind("XE45", "note", "labels that the library leaves out of its own")

LABEL_PAIR = Kind("XE30", "note", "words or signs that are taken for labels 0 and 1")
MINUS_ONE_ALONE = Kind("XE31", "warning", "labels that are all -1")
LOGITS_LIKE_LOG_PROBS = Kind("XE32", "note", "logits that are logarithms of probabilities")
LOG_PROBS_UNDER_BCE = Kind("XE33", "warning", "logarithms of class probabilities under bce")
AXIS_DROPPED = Kind("XE34", "note", "an axis of length 1 that is dropped")

BEYOND_TYPE = Kind("XE48", "warning", "sums or weights beyond a library's float type")

TWO_MODELS = Kind("XE50", "warning", "shards with the same labels and other scores")
SIDE_BY_SIDE = Kind("XE51", "note", "rows of several files put side by side by position")
OTHER_KEYS = Kind("XE52", "warning", "rows side by side that are named otherwise")
CLASSES_NAMED = Kind("XE55", "note", "class numbers from the names of score columns")

SCORES_UNLIKE = Kind("XE56", "warning", "score columns that are not named alike")
ONE_SAMPLE = Kind("XE57", "note", "labels and scores of one row that are one sample")
SCORES_CONTRARY = Kind("XE59", "warning", "scores taken otherwise than their names say")
ORDER_UNSAID = Kind("XE58", "warning", "class numbers that not all score columns have, by position")
BY_POSITION = Kind("XE63", "note", "class numbers taken as positions of the score columns")

LIBRARY_AXIS = Kind("XE62", "note", "classes on the axis that a library takes")


def of_severity(remarks: Iterable[Remark], severity: Severity) -> list[Remark]:
    """The remarks of one severity, in their order."""
    return [remark for remark in remarks if remark.kind.severity == severity]
