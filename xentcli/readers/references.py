"""Arrays in files that options name: ``@FILE`` or ``@FILE#SELECTOR``.

The selector picks columns, keys or ``.npz`` members. With ``header=yes`` or ``header=no`` in it
line 1 of this file holds names or data, whatever the options say of all files.
"""

import os
from contextlib import ExitStack
from typing import Final

import numpy as np

from xentcli.errors import InputError
from xentcli.job import STDIN, Job
from xentcli.readers.classes import known
from xentcli.readers.columns import Selection, resolve
from xentcli.readers.folder import located
from xentcli.readers.magic import refuse_foreign
from xentcli.readers.roles import meaning, option
from xentcli.readers.rows import Cells, Numbers, Place, joined
from xentcli.readers.source import format_of, opened
from xentcli.readers.tables import open_npy, open_table
from xentcli.readers.text.header import ASK, Picks

EVERYTHING: Final = ":1..999999999"
HEADER_SAID: Final = {"header=yes": True, "header=no": False}


def referenced(job: Job, role: str, reference: str, kept: ExitStack) -> Numbers:
    """The array that ``reference`` (without its ``@``) names for ``role``.

    Its file is left open until ``kept`` is closed: what is stored by rows is read only later.
    """
    classes = known(job)
    typed, means = option(job, role), meaning(role, classes, job.missing_values)
    path, selector = split_reference(reference)
    selector, header_said = _header_said(selector)
    if not path:
        raise InputError("@ names no file", source=typed, hint=f"such as {typed} @labels.npy")
    source = kept.enter_context(opened(path))
    name = source.source
    kind = format_of(path, source, job.input_format if path == STDIN else None)
    from xentcli.readers.arrays import in_memory

    if kind in ("npy", "json") and not selector:
        refuse_foreign(source.peek, kind, name)
    if kind == "npy" and not selector:
        return in_memory.array_cells(open_npy(source), Place(name), means)
    if kind == "json" and not selector:
        from xentcli.readers.json import records

        return in_memory.array_cells(records.document(source), Place(name), means)
    own = job._replace(input_format=kind, header=job.header if header_said is None else header_said)
    picks = Picks.of({role: selector or EVERYTHING}, classes)._replace(
        ask=f"{ASK}, or {typed} @{name}#header=no or =yes of this file alone"
    )
    table = open_table(own, path, source, picks)
    header = table.header
    picked = resolve(selector, typed, header) if selector else tuple(range(header.width))
    if not selector and header.width > 1 and header.names and not header.names[0]:
        problem = "has a first column without a name: row numbers?"
        hint = f"pick the columns, such as {typed} @{name}#{header.names[1] or ':2'}"
        raise InputError(problem, source=name, hint=hint)
    if not selector and header.width > 1 and isinstance(table, in_memory.ArrayTable):
        problem = f"holds {header.width} arrays"
        hint = f"pick one, such as {typed} @{name}#{header.name(0)}"
        raise InputError(problem, source=name, hint=hint)
    selection = Selection(
        {role: picked}, scale="logits", classes=classes, absent=job.missing_values
    )
    pieces = [stretch.cells(picked, means) for stretch in table.stretches(selection)]
    if len(pieces) == 1:
        return pieces[0]
    return joined([own for own in pieces if isinstance(own, Cells)], np.concatenate)


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
