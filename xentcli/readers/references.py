"""Arrays in files that options name: ``@FILE`` or ``@FILE#SELECTOR``.

The selector picks columns, keys or ``.npz`` members.
"""

import os
from contextlib import ExitStack

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


def referenced(job: Job, role: str, reference: str, kept: ExitStack) -> Numbers:
    """The array that ``reference`` (without its ``@``) names for ``role``.

    Its file is left open until ``kept`` is closed: what is stored by rows is read only later.
    """
    classes = known(job)
    typed, means = option(job, role), meaning(role, classes, job.missing_values)
    path, selector = split_reference(reference)
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
    table = open_table(job._replace(input_format=kind), path, source)
    header = table.header
    picked = resolve(selector, typed, header) if selector else tuple(range(header.width))
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


def split_reference(reference: str) -> tuple[str, str]:
    """The path in a reference, and the selector behind it."""
    if "#" not in reference or os.path.exists(located(reference)):
        return reference, ""
    path, _, selector = reference.rpartition("#")
    return path, selector
