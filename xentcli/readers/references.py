"""Arrays in files that options name: ``@FILE`` or ``@FILE#SELECTOR``.

The selector picks columns, keys or ``.npz`` members.
"""

import os

import numpy as np

from xentcli.errors import InputError
from xentcli.job import STDIN, Job
from xentcli.readers import in_memory, json, numpy_files
from xentcli.readers.classes import declared
from xentcli.readers.columns import Selection, resolve
from xentcli.readers.roles import meaning, option
from xentcli.readers.rows import Cells, Place, joined
from xentcli.readers.source import format_of, opened
from xentcli.readers.tables import open_table


def referenced(job: Job, role: str, reference: str) -> Cells:
    """The array that ``reference`` (without its ``@``) names for ``role``."""
    classes = declared(job)
    typed, means = option(job, role), meaning(role, classes)
    path, selector = _split_reference(reference)
    if not path:
        raise InputError("@ names no file", source=typed, hint=f"such as {typed} @labels.npy")
    with opened(path) as source:
        name = source.source
        kind = format_of(path, source, job.input_format if path == STDIN else None)
        if kind == "npy" and not selector:
            return in_memory.array_cells(
                numpy_files.load_npy(source, source.plain_size, name), Place(name), means
            )
        if kind == "json" and not selector:
            return in_memory.array_cells(json.document(source), Place(name), means)
        table = open_table(job._replace(input_format=kind), path, source)
        header = table.header
        picked = resolve(selector, typed, header) if selector else tuple(range(header.width))
        if not selector and header.width > 1 and isinstance(table, in_memory.ArrayTable):
            problem = f"holds {header.width} arrays"
            hint = f"pick one, such as {typed} @{name}#{header.name(0)}"
            raise InputError(problem, source=name, hint=hint)
        selection = Selection({role: picked}, scale="logits", classes=classes)
        pieces = [stretch.cells(picked, means) for stretch in table.stretches(selection)]
        return pieces[0] if len(pieces) == 1 else joined(pieces, np.concatenate)


def _split_reference(reference: str) -> tuple[str, str]:
    if "#" not in reference or os.path.exists(reference):
        return reference, ""
    path, _, selector = reference.rpartition("#")
    return path, selector
