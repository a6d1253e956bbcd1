"""Names of classes: which label means which, and what to say of one that means none.

Pure Python. Labels that are numbers are looked up by value in ``labels``, many at once.
"""

import difflib
import math
from collections import Counter
from collections.abc import Mapping
from itertools import chain
from typing import Final, NamedTuple

from xentcli.errors import OptionError
from xentcli.job import Job
from xentcli.readers.text import grammar

MOST_SHOWN: Final = 12
NAME_THEM: Final = "if labels are names, say which are 0, 1, ...: --classes NAME,NAME,..."
PAIRS: Final = (
    ("false", "true"),
    ("f", "t"),
    ("no", "yes"),
    ("n", "y"),
    ("negative", "positive"),
    ("neg", "pos"),
    ("off", "on"),
)
"""Words for labels 0 and 1 of a binary loss."""


class Classes(NamedTuple):
    """Class names in the order of their numbers (none: labels are numbers).

    ``declared``: they were given as ``--classes``, so that numbers are names as well. ``exact``
    and ``folded`` find a class by its name, as it is and in any case; ``values`` are the numbers
    that names are, NaN for other names. ``plain``: some name is one of the words that otherwise
    mean nan, inf or missing. ``words``: the names are those of ``PAIRS``, which no option and no
    column gave.
    """

    names: tuple[str, ...] = ()
    declared: bool = False
    exact: Mapping[str, int] = {}
    folded: Mapping[str, int] = {}
    values: tuple[float, ...] = ()
    plain: bool = False
    words: bool = False

    @classmethod
    def of(cls, names: tuple[str, ...], *, declared: bool) -> "Classes":
        """The classes that are called ``names``."""
        folds = [name.casefold() for name in names]
        common = Counter(folds)
        values = tuple(map(_value, names))
        return cls(
            names=names,
            declared=declared,
            exact={name: number for number, name in enumerate(names)},
            folded={fold: i for i, fold in enumerate(folds) if common[fold] == 1},
            values=values,
            plain=any(
                grammar.is_plain(name) and math.isnan(value)
                for name, value in zip(names, values, strict=True)
            ),
        )

    def find(self, label: str) -> int | None:
        """The number of the class that ``label`` names, if it names one.

        >>> classes = Classes.of(("cat", "Dog", "8"), declared=True)
        >>> classes.find(" dog"), classes.find("8.0"), classes.find("cow")
        (1, 2, None)
        """
        label = label.strip(" \t")
        found = self.exact.get(label)
        if found is None:
            found = self.folded.get(label.casefold())
        if found is None and self.declared and not math.isnan(value := _value(label)):
            found = next((i for i, known in enumerate(self.values) if known == value), None)
        return found

    def word(self, number: int) -> str:
        """The word that has the number."""
        return list(self.exact)[number]

    def refusal(self, label: str, otherwise: grammar.BadCellError | None = None) -> tuple[str, str]:
        """The problem with a label that names no class, and a hint.

        ``otherwise`` is what is wrong with it as a number.
        """
        if otherwise is not None and otherwise.hint and not self.declared:
            return otherwise.problem, otherwise.hint
        if not self.names:
            return f"not a number: {grammar.shown(label)}", NAME_THEM
        near = difflib.get_close_matches(label.strip(), self.names, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        return f"label {grammar.shown(label)} is no class", hint + self.listed

    @property
    def listed(self) -> str:
        """The names, for a message."""
        shown = ", ".join(self.names[:MOST_SHOWN])
        more = len(self.names) - MOST_SHOWN
        return f"the classes are {shown}" + (f" and {more} more" if more > 0 else "")


def _words() -> Classes:
    numbers = {word: number for number, word in enumerate(chain.from_iterable(PAIRS))}
    return Classes(exact=numbers, folded=numbers, words=True)


WORDS: Final = _words()
"""What labels may be where nothing names classes: a word's number is twice that of its pair in
``PAIRS``, and one more for label 1."""


def known(job: Job) -> Classes:
    """The classes of ``--classes``, else the words that are labels anyway."""
    found = declared(job)
    return found if found.names else WORDS


def _value(name: str) -> float:
    """The finite number that ``name`` is, else NaN."""
    try:
        value = grammar.classify(name)
    except grammar.BadCellError:
        return math.nan
    return math.nan if value is None or math.isinf(value) else value


def declared(job: Job) -> Classes:
    """The classes of ``--classes``; OptionError where two are called alike."""
    names = tuple(name.strip() for name in job.classes)
    if not names:
        return Classes()
    if "" in names:
        raise OptionError("--classes has an empty name", hint="such as --classes cat,dog")
    found = Classes.of(names, declared=True)
    keys = [_key(name, value) for name, value in zip(names, found.values, strict=True)]
    for name, key in zip(names, keys, strict=True):
        if keys.count(key) > 1:
            raise OptionError(f"--classes has {name} twice", hint="give each class one name")
    both = next((name for name in names if name in job.missing_values), None)
    if both is not None:
        problem = f"{both} is one of --classes and of --missing-values"
        raise OptionError(problem, hint="leave it out of one of them")
    if job.label_base:
        raise OptionError(
            "--classes and --label-base exclude each other",
            hint="list the numbers as classes, or leave out --classes",
        )
    return found


def _key(name: str, value: float) -> str | float:
    return name if math.isnan(value) else value
