"""Arrays in files that options name: ``@FILE`` or ``@FILE#SELECTOR``.

The selector picks columns, keys or ``.npz`` members. With ``header=yes`` or ``header=no`` in it
line 1 of this file holds names or data, whatever the options say of all files.
"""

import os
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from typing import Final, NamedTuple

import numpy as np

from xentcli.blocks.input import Input
from xentcli.blocks.text_column import TextColumn
from xentcli.errors import InputError
from xentcli.formats.cells import MOST_KEYS, Cells, Numbers, joined, with_provenance
from xentcli.formats.columns import Header, Meaning, Selection
from xentcli.formats.foreign import refuse_foreign
from xentcli.formats.open_options import ASK, OpenOptions
from xentcli.formats.registry import format_of, open_table
from xentcli.formats.tables import Stretch, Table
from xentcli.inputs.class_options import known
from xentcli.inputs.picked_by import blaming
from xentcli.inputs.picks import open_options, picks_of
from xentcli.inputs.roles import option
from xentcli.inputs.selectors import resolve
from xentcli.inputs.shared_keys import is_too_large
from xentcli.sources.opening import opened
from xentcli.sources.paths import STDIN, located
from xentcli.sources.source import Source

EVERYTHING: Final = ":1..999999999"
MOST_TEXTS: Final = 8
"""Other columns of a stream that are kept as text, for it cannot be read again."""

HEADER_SAID: Final = {"header=yes": True, "header=no": False}


def referenced(
    input: Input, role: str, reference: str, means: Meaning, kept: ExitStack
) -> tuple[Numbers, Sequence[str]]:
    """The array that ``reference`` (without its ``@``) names for ``role``, and its columns' names.

    Its file is left open until ``kept`` is closed: what is stored by rows is read only later.
    """
    typed, classes = option(input, role), means.classes or known(input)
    path, selector = split_reference(reference)
    selector, header_said = _header_said(selector)
    if not path:
        raise InputError("@ names no file", source=typed, hint=f"such as {typed} @labels.npy")
    source = kept.enter_context(opened(path))
    name = source.source
    found = format_of(path, source, input.input_format if path == STDIN else None)
    if found.array is not None and not selector:
        refuse_foreign(source.peek, found.name, name)
        return with_provenance(found.array(source, means, input.memory), source=name), ()
    header_given = input.header if header_said is None else header_said
    picks = picks_of({role: selector or EVERYTHING}, classes, input.missing_values)
    ask = f"{ASK}, or {typed} @{name}#header=no or =yes of this file alone"
    options = open_options(input)._replace(
        input_format=found.name, header=header_given, picks=picks._replace(ask=ask)
    )
    opener = _Opener(path, options)
    table = opener.table(source)
    header = table.header
    picked = resolve(selector, typed, header) if selector else tuple(range(header.width))
    if not selector:
        _refuse_several(table, typed)
    selection = Selection(
        {role: picked}, scale="logits", classes=classes, absent=input.missing_values
    )
    once = path == STDIN or source.size is None
    kept_texts = _KeptTexts(header, picked if once else None)
    pieces = []
    scores = picked if role == "scores" else ()
    with blaming(header, scores, typed, selector or f"@{reference}"):
        for stretch in table.stretches(kept_texts.selection(selection)):
            pieces.append(stretch.cells(picked, means))
            kept_texts.add(stretch)
    numbers = pieces[0]
    if len(pieces) > 1:
        numbers = joined([own for own in pieces if isinstance(own, Cells)], np.concatenate)
    column = kept_texts.column if once else opener.column
    numbers = with_provenance(numbers, source=name, names=header.names or (), column=column)
    return numbers, [header.name(place) for place in picked] if header.names else []


def _header_said(selector: str) -> tuple[str, bool | None]:
    """The selector without ``header=yes`` or ``header=no``, and which of them stood in it.

    >>> _header_said("header=no"), _header_said(":2,header=yes"), _header_said("p")
    (('', False), (':2', True), ('p', None))
    """
    parts = selector.split(",")
    said = [part for part in parts if part in HEADER_SAID]
    rest = ",".join(part for part in parts if part not in HEADER_SAID)
    return rest, HEADER_SAID[said[-1]] if said else None


def split_reference(reference: str) -> tuple[str, str]:
    """The path in a reference, and the selector behind it."""
    if "#" not in reference or os.path.exists(located(reference)):
        return reference, ""
    path, _, selector = reference.rpartition("#")
    return path, selector


def _refuse_several(table: Table, typed: str) -> None:
    """InputError where a whole table is more than one array."""
    from xentcli.formats.numpy import array_tables

    header = table.header
    name, names = header.source, header.names or ()
    if len(names) > 1 and not names[0]:
        problem = "has a first column without a name, which may number the rows"
        rest = f":2..{header.width}" if len(names) > 2 else names[1] or ":2"
        hint = f"pick the columns, such as {typed} @{name}#{rest}"
        raise InputError(problem, source=name, hint=hint)
    if header.width > 1 and isinstance(table, array_tables.ArrayTable):
        problem = f"holds {header.width} arrays"
        raise InputError(
            problem, source=name, hint=f"pick one, such as {typed} @{name}#{header.name(0)}"
        )


class _Opener(NamedTuple):
    """How a file of an array is opened, and opened again for another of its columns."""

    path: str
    options: OpenOptions

    def table(self, source: Source) -> Table:
        """The table in the open file."""
        return open_table(self.path, source, self.options)

    def column(self, name: str) -> TextColumn | None:
        """The first rows of a column as text; None where it is no text."""
        with suppress(InputError), opened(self.path) as source:
            table = self.table(source)
            if is_too_large(table, source):
                return None
            places = ((table.header.names or ()).index(name),)
            found: list[TextColumn] = []
            selection = Selection({}, scale="logits", texts={"keys": places})
            for stretch in table.stretches(selection):
                found += stretch.texts(places)
                if sum(own.size for own in found) >= MOST_KEYS:
                    break
            return TextColumn.joined(found)
        return None


class _KeptTexts:
    """Columns as text of what can be read only once: all but those that are ``picked``."""

    def __init__(self, header: Header, picked: Sequence[int] | None) -> None:
        """``picked`` None: it can be read again, so nothing is kept."""
        self._names = header.names or ()
        others = () if picked is None else range(len(self._names))
        places = [place for place in others if place not in (picked or ())]
        self._texts: dict[int, list[TextColumn]] = {place: [] for place in places[:MOST_TEXTS]}

    def selection(self, selection: Selection) -> Selection:
        """``selection`` and what is to be kept."""
        return selection._replace(texts={"keys": tuple(self._texts)} if self._texts else {})

    def add(self, stretch: Stretch) -> None:
        """Keep what ``stretch`` has."""
        for place, texts in self._texts.items():
            with suppress(InputError):
                texts += stretch.texts((place,))

    def column(self, name: str) -> TextColumn | None:
        """A column as text; None where it was not kept, or is no text."""
        texts = self._texts.get(self._names.index(name))
        return TextColumn.joined(texts) if texts else None
