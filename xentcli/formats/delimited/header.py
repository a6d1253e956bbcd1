"""Whether line 1 of delimited text holds column names or data.

Text in it says names, unless columns are picked by position and their cells are numbers: beside
a number, text may as well be a slip in a row of data. Where both readings make sense, and would
give different numbers, it is a question for the user.
Pure Python, and fast to import: completion decides the same way as the reader.
"""

import re
from collections.abc import Callable, Container, Iterable, Sequence
from typing import Final, NamedTuple

from xentcli.errors import OptionError
from xentcli.formats.class_names import ROLES, words
from xentcli.formats.classes import NO_CLASSES, WORDS
from xentcli.formats.column_names import LABELS, LOGITS, PROBS
from xentcli.formats.delimited.dialect import split_line
from xentcli.formats.grammar import NUMBER, is_missing, is_plain, placeholder
from xentcli.formats.open_options import Picks
from xentcli.text import printable

LOOK: Final = 1 << 16
"""Bytes of the text that are looked at below line 1, where line 1 alone does not decide."""

_WHOLE: Final = re.compile(r"[+-]?\d+", re.ASCII)
_INDEX: Final = re.compile(r"\d{1,9}", re.ASCII)
_SHOWN: Final = 4
_WIDEST: Final = 20

Rows = Sequence[Sequence[str]]


def rows_below(below: Callable[[], bytes], delimiter: str, width: int) -> Rows:
    """The cells of the whole lines of the text ``below`` that have ``width`` of them.

    >>> rows_below(lambda: b"0,1\\n2\\n3,4", ",", 2)
    [['0', '1']]
    """
    rows = (split_line(line, delimiter) for line in _lines(below()))
    return [row for row in rows if len(row) == width]


def has_row_names(line_2: bytes, below: Callable[[], bytes], delimiter: str, width: int) -> bool:
    """Whether line 2 and the lines ``below`` line 1 begin with row names, which it leaves out.

    So R's ``write.table`` writes: names are in quotes, or count from 1 where it does not quote.
    Commas may be decimal ones, so beside them only text is a row name.

    >>> has_row_names(b'"1" 0 0.2\\n', lambda: b'"1" 0 0.2\\n"2" 1 0.7\\n', " ", 2)
    True
    >>> has_row_names(b"1,0,5\\n", lambda: b"1,0,5\\n2,1,5\\n", ",", 2)
    False
    """
    if len(split_line(line_2.rstrip(b"\r\n").decode(errors="replace"), delimiter)) != width + 1:
        return False
    lines = _lines(below())
    rows = [split_line(line, delimiter) for line in lines]
    if not rows or any(len(row) != width + 1 or not row[-1].strip() for row in rows):
        return False
    if all(line[:1] == '"' or not is_plain(row[0]) for line, row in zip(lines, rows, strict=True)):
        return True
    counted = [row[0] for row in rows] == [str(number) for number in range(1, len(rows) + 1)]
    return delimiter != "," and len(rows) > 1 and counted


def _lines(text: bytes) -> list[str]:
    """The whole lines of ``text`` up to the first blank one, without their breaks."""
    lines = text[: text.rfind(b"\n") + 1].decode(errors="replace").split("\n")
    lines = [line.removesuffix("\r") for line in lines]
    return lines[: next(i for i, line in enumerate(lines) if not line.strip())]


def has_header(
    cells: Sequence[str], source: str, picks: Picks, below: Callable[[], Rows] = tuple
) -> bool:
    """Whether the ``cells`` of line 1 are names; ``below`` gives rows that follow it.

    OptionError where they may be either.
    """
    line = _Line(cells, source, picks, below)
    return line.counts() if all(map(line.is_data, cells)) else line.names()


def shown_cells(cells: Sequence[str]) -> str:
    """The cells of line 1 for a message, cut where it is long.

    >>> shown_cells(["0", "1", "2", "3", "4"])
    '0,1,2,3,...'
    """
    shown = ",".join(printable(cell[:_WIDEST]) for cell in cells[:_SHOWN])
    return shown + (",..." if len(cells) > _SHOWN else "")


class _Line(NamedTuple):
    cells: Sequence[str]
    source: str
    picks: Picks
    below: Callable[[], Rows]

    def is_data(self, cell: str) -> bool:
        """Whether a cell is data for sure."""
        return is_plain(cell) or self._is_absent(cell)

    def counts(self) -> bool:
        """Whether a line of numbers holds names: pandas calls columns without a name 0, 1, ….

        Its index has the empty name, which is no data before a count unless that column is
        picked; a count alone can be.
        """
        names = [cell.strip() for cell in self.cells]
        while names and not names[0]:
            names.pop(0)
        if not names or names != [str(i) for i in range(len(names))]:
            return False
        index, width = len(self.cells) - len(names), len(self.cells)
        picked = (*self.picks.labels, *self.picks.numbers)
        # Of a whole table that is picked, the index is refused once it is known to be one.
        if index and not any(own.start < index and own.stop <= width for own in picked):
            return True
        if index or len(names) > 2 or self._differ(range(len(names))):
            raise self._question()
        return False

    def names(self) -> bool:
        """Whether a line with text in it holds names."""
        labels, numbers = (self._within(ranges) for ranges in self.picks[:2])
        places = [*labels, *numbers]
        if not places:
            return True
        classes = [place for place in labels if self._is_class(place)]
        if classes:
            if not any(LABELS.fullmatch(self.cells[place].strip()) for place in classes):
                return False
            places = numbers
        text = [place for place in places if not self.is_data(self.cells[place])]
        if text and all(placeholder(self.cells[place]) for place in text):
            return False  # a value is missing, and the error says how to leave it out
        taken = set(text)
        numerals = [place for place in places if place not in taken and self._is_number(place)]
        if not numerals:
            if text:
                return True
            raise self._question()
        if not text:
            counted = self._may_be_names(numerals)
            if counted and (self._differ(numerals) or self._heads_numbers(set(places))):
                raise self._question()
            return False
        if not all(self._above_data(place, labels) for place in text):
            return False  # the text is at fault, and its error says how
        are_scores = self._may_be_names(numerals) and not set(labels).intersection(numerals)
        if are_scores and any(_is_column_word(self.cells[place]) for place in text):
            return True
        raise self._question()

    def _within(self, ranges: Iterable[range]) -> list[int]:
        width = len(self.cells)
        return [place for places in ranges for place in places[:width] if place < width]

    def _is_class(self, place: int) -> bool:
        """Whether a cell of labels names a class, and so do those below."""
        classes, below = self.picks.classes, [row[place] for row in self.below()]
        if is_plain(self.cells[place]) or classes.find(self.cells[place]) is None:
            return False
        known = [cell for cell in below if classes.find(cell) is not None]
        return not below or (bool(known) and (classes.declared or not all(map(is_plain, known))))

    def _is_absent(self, cell: str) -> bool:
        return bool(self.picks.absent) and cell.strip(" \t") in self.picks.absent

    def _is_number(self, place: int, row: Sequence[str] = ()) -> bool:
        cell = (row or self.cells)[place]
        return not (is_missing(cell) or self._is_absent(cell))

    def _may_be_names(self, places: Sequence[int]) -> bool:
        """Whether these cells count on by one, as names of columns may."""
        names = [self.cells[place].strip() for place in places]
        if not all(map(_INDEX.fullmatch, names)):
            return False
        first = int(names[0])
        return names == [str(first + step) for step in range(len(names))]

    def _differ(self, places: Iterable[int]) -> bool:
        """Whether below whole numbers stand other numbers, or text."""
        rows = self.below()
        return any(_is_other(row[place]) for place in places for row in rows)

    def _above_data(self, place: int, labels: Sequence[int]) -> bool:
        """Whether below a text stand numbers, or names of classes."""
        cells = [row[place] for row in self.below()]
        classes = self.picks.classes if place in labels else NO_CLASSES
        return any(NUMBER.fullmatch(cell) or classes.find(cell) is not None for cell in cells)

    def _heads_numbers(self, picked: Container[int]) -> bool:
        """Whether a text in a column that is not picked stands above numbers only."""
        texts = [
            place
            for place, cell in enumerate(self.cells)
            if place not in picked and not self.is_data(cell) and not placeholder(cell)
        ]
        rows = self.below() if texts else ()
        return bool(rows) and any(
            all(is_plain(row[place]) and self._is_number(place, row) for row in rows)
            for place in texts
        )

    def _question(self) -> OptionError:
        shown = shown_cells(self.cells)
        problem = f"{self.source}, line 1 is {shown}, which may be column names or data"
        return OptionError(problem, hint=self.picks.ask)


def _is_column_word(cell: str) -> bool:
    """Whether a text says what a column is for, and is no label as ``yes`` and ``true`` are.

    >>> [_is_column_word(cell) for cell in ("y", "true_class", "yes", "true", "cat")]
    [True, True, False, False, False]
    """
    cell = cell.strip()
    if any(pattern.fullmatch(cell) for pattern in (LABELS, LOGITS, PROBS)):
        return True
    return WORDS.find(cell) is None and not ROLES.isdisjoint(words(cell))


def _is_other(cell: str) -> bool:
    """Whether a cell is text, or a number with a point or a power: no whole number."""
    cell = cell.strip()
    return not _WHOLE.fullmatch(cell) and bool(NUMBER.fullmatch(cell) or not is_plain(cell))
