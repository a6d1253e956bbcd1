"""Arrays in files that options name: ``@FILE`` or ``@FILE#SELECTOR``.

The selector picks columns, keys or ``.npz`` members.
"""

import os

import numpy as np

from xentcli.errors import InputError
from xentcli.job import STDIN, Job
from xentcli.readers import in_memory, json, numpy_files
from xentcli.readers.columns import Selection, resolve
from xentcli.readers.rows import Cells, Place
from xentcli.readers.source import format_of, opened
from xentcli.readers.tables import open_table


def referenced(job: Job, option: str, reference: str) -> Cells:
    """The array that ``reference`` names, without its ``@``."""
    path, selector = _split_reference(reference)
    if not path:
        raise InputError("@ names no file", source=option, hint=f"such as {option} @labels.npy")
    scores = option != "--labels"
    with opened(path) as source:
        name = source.source
        kind = format_of(path, source, job.input_format if path == STDIN else None)
        if kind == "npy" and not selector:
            return in_memory.array_cells(
                numpy_files.load_npy(source, source.plain_size, name), Place(name), scores=scores
            )
        if kind == "json" and not selector:
            return in_memory.array_cells(json.document(source), Place(name), scores=scores)
        table = open_table(job._replace(input_format=kind), path, source)
        header = table.header
        picked = resolve(selector, option, header) if selector else tuple(range(header.width))
        if not selector and header.width > 1 and isinstance(table, in_memory.ArrayTable):
            problem = f"holds {header.width} arrays"
            hint = f"pick one, such as {option} @{name}#{header.name(0)}"
            raise InputError(problem, source=name, hint=hint)
        selection = Selection(labels=None, scores=picked, weights=None, scale="logits")
        return _joined([s.cells(picked, scores=scores) for s in table.stretches(selection)])


def _split_reference(reference: str) -> tuple[str, str]:
    if "#" not in reference or os.path.exists(reference):
        return reference, ""
    path, _, selector = reference.rpartition("#")
    return path, selector


def _joined(pieces: list[Cells]) -> Cells:
    if len(pieces) == 1:
        return pieces[0]
    missing = None
    if any(piece.missing is not None for piece in pieces):
        missing = np.concatenate(
            [
                np.zeros(piece.values.shape, bool) if piece.missing is None else piece.missing
                for piece in pieces
            ]
        )
    return Cells(np.concatenate([piece.values for piece in pieces]), missing)
