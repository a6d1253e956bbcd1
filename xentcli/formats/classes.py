"""Names of classes: the class that each label names, and errors for labels that name none.

Pure Python. Labels that are numbers are looked up in ``labels``, many at once.
"""

import difflib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, islice
from typing import Final

from xentcli.formats import grammar
from xentcli.formats.class_names import MOST_COMPARED, few
from xentcli.remarks import CLASSES_NAMED, Remark

MOST_SHOWN: Final = 12
_SEVERAL: Final = -1
NAME_THEM: Final = "if labels are names, say which are 0, 1, ...: --classes NAME,NAME,..."
MANY_CLASSES: Final = "; three classes or more are for xent ce"
MOST_LOOKED_AT: Final = 1000
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
LABEL_0: Final = {("0",): "1", ("-1",): "1", **{(no,): yes for no, yes in PAIRS if len(no) > 1}}
"""Names of a column with the scores of label 0, and the word for label 1."""


class Classes:
    """Class names in the order of their numbers (none: labels are numbers).

    ``names`` are what results call them, ``levels`` all names that each may go by, the first one
    that fits first. ``declared``: they were given as ``--classes``. ``by_number`` False: labels
    that are numbers count the score columns, whatever those are called. ``words``: the names are
    those of ``PAIRS``, which no option and no column gave.
    """

    def __init__(
        self,
        names: tuple[str, ...] = (),
        levels: Sequence[tuple[str, ...]] = (),
        *,
        declared: bool = False,
        by_number: bool = True,
        words: bool = False,
    ) -> None:
        self.names = names
        self.levels = levels or (names,)
        self.declared = declared
        self.words = words
        self._by_number = by_number

    @cached_property
    def exact(self) -> Mapping[str, int]:
        """Numbers of classes by name; the whole name comes before what is left of another."""
        found: dict[str, int] = {}
        for level in self.levels:
            for number, name in enumerate(level):
                found.setdefault(name, number)
        return found

    @cached_property
    def folded(self) -> Mapping[str, int]:
        """Numbers of classes by name in any case, where that tells them apart."""
        found: dict[str, int] = {}
        for name, number in self.exact.items():
            if found.setdefault(fold := name.casefold(), number) != number:
                found[fold] = _SEVERAL
        return {fold: number for fold, number in found.items() if number != _SEVERAL}

    @cached_property
    def numbers(self) -> Mapping[float, int]:
        """Numbers of classes by the finite numbers that names are.

        Empty where those of score columns count the columns from 0 in their order.
        """
        if not self._by_number or (not self.declared and self._counted):
            return {}
        found: dict[float, int] = {}
        for level in self.levels:
            for number, value in _values(level):
                found.setdefault(value, number)
        if not self.declared and self._no_last:
            found = {0.0: 1, 1.0: 0}
        columns = {float(number): number for number in range(len(self.names))}
        return {} if not self.declared and found == columns else found

    @property
    def _counted(self) -> bool:
        """Whether the names count the columns from 0 in their order."""
        return tuple(map(str, range(len(self.names)))) in self.levels

    @property
    def one_number(self) -> tuple[int, int] | None:
        """Two classes whose names are the same number, where labels are looked up by numbers."""
        if not self.numbers:
            return None
        for level in self.levels:
            found: dict[float, int] = {}
            for number, value in _values(level):
                if found.setdefault(value, number) != number:
                    return found[value], number
        return None

    @property
    def _no_last(self) -> bool:
        """Whether two columns are a pair of ``PAIRS``, the word for label 1 before that for 0."""
        return len(self.names) == 2 and any(
            (level[1].casefold(), level[0].casefold()) in PAIRS for level in self.levels
        )

    @cached_property
    def ascending(self) -> tuple[list[float], list[int]]:
        """The same in ascending order: what the names are, and the classes' numbers."""
        known = sorted(self.numbers)
        return known, [self.numbers[value] for value in known]

    @property
    def numbered(self) -> bool:
        """Whether labels that are numbers are names of classes as well."""
        return self.declared or bool(self.numbers)

    @cached_property
    def crossed(self) -> bool:
        """Whether the names of columns count them from 0, but in another order."""
        return not self.declared and set(self.numbers) == set(range(len(self.names)))

    @cached_property
    def plain(self) -> bool:
        """Whether some name is one of the words that otherwise mean nan, inf or missing."""
        return any(map(grammar.is_unclear, filter(None, chain.from_iterable(self.levels))))

    @cached_property
    def flags(self) -> tuple[int, int] | None:
        """The classes that the values false and true name, where those are not labels 0 and 1."""
        false, true = self.find("false"), self.find("true")
        return None if self.words or false is None or true is None else (false, true)

    def find(self, label: str) -> int | None:
        """The number of the class that ``label`` names, if it names one.

        >>> classes = Classes(("cat", "Dog", "8"), declared=True)
        >>> classes.find(" dog"), classes.find("8.0"), classes.find("cow")
        (1, 2, None)
        """
        label = label.strip(" \t")
        found = self.exact.get(label)
        if found is None:
            found = self.folded.get(label.casefold())
        if found is None and self.numbers and not math.isnan(value := number_of(label)):
            found = self.numbers.get(value)
        return found

    def word(self, number: int) -> str:
        """The word that has the number."""
        return self.levels[0][number]

    def refusal(
        self,
        label: str,
        otherwise: grammar.BadCellError | None = None,
        among: Iterable[str] = (),
    ) -> tuple[str, str]:
        """The problem with a label that names no class, and a hint.

        ``otherwise`` is what is wrong with it as a number, and ``among`` are the labels about it.
        """
        if not self.names:
            if otherwise is not None and otherwise.hint:
                return otherwise.problem, otherwise.hint
            hint = NAME_THEM + (MANY_CLASSES if _are_many(among) else "")
            return f"not a number: {grammar.shown(label)}", hint
        known = {name: None for level in self.levels for name in level[:MOST_COMPARED]}
        near = difflib.get_close_matches(label.strip(), known, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        return f"label {grammar.shown(label)} is no class", hint + self.listed

    @property
    def listed(self) -> str:
        """The names, for a message."""
        shown = ", ".join(self.names[:MOST_SHOWN])
        more = len(self.names) - MOST_SHOWN
        shown += f" and {more} more" if more > 0 else ""
        listed = f"the classes are {shown}"
        return (
            listed if self.declared else f"{listed} by the scores' names; for others say --classes"
        )

    def remarks(self, scale: str) -> tuple[Remark, ...]:
        """The remark that numeric labels count columns and are not the columns' names."""
        if self.declared or not self.numbers or self.crossed:
            return ()
        text = f"classes {few(self.names)} by the names of the {scale}"
        return (Remark(CLASSES_NAMED, text),)

    @cached_property
    def unnumbered(self) -> bool:
        """Whether they are columns that are named in words, so that only their places count."""
        if self.declared or len(self.names) < 2 or not self._by_number or self.numbered:
            return False
        pairs = any(tuple(map(str.casefold, level)) in PAIRS for level in self.levels)
        return not (pairs or self._counted)

    def in_use(self, *, called: bool) -> tuple[str, ...]:
        """The names that labels go by; ``called``: there are some that are no numbers."""
        return self.names if called or self.numbered else ()


def _are_many(labels: Iterable[str]) -> bool:
    """Whether the first labels name more than two classes."""
    first = islice(labels, MOST_LOOKED_AT)
    return len({own.strip(" \t").casefold() for own in first if not grammar.is_plain(own)}) > 2


NO_CLASSES: Final = Classes()
WORDS: Final = Classes(levels=(tuple(chain.from_iterable(PAIRS)),), words=True)
"""What labels may be where nothing names classes: a word's number is twice that of its pair in
``PAIRS``, and one more for label 1."""


def number_of(name: str) -> float:
    """The finite number that ``name`` is, else NaN."""
    value = float(name) if grammar.NUMBER.fullmatch(name) else math.nan
    return math.nan if math.isinf(value) else value


def _values(names: Sequence[str]) -> Iterator[tuple[int, float]]:
    """The names that are finite numbers, each with its place."""
    values = ((number, number_of(name)) for number, name in enumerate(names))
    return ((number, value) for number, value in values if not math.isnan(value))
