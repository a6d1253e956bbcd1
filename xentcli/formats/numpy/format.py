"""NumPy's files: one array, or an archive of arrays by name."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xentcli.errors import InputError
from xentcli.formats.format import Format

if TYPE_CHECKING:
    from xentcli.formats.cells import Numbers
    from xentcli.formats.columns import Meaning
    from xentcli.formats.open_options import OpenOptions
    from xentcli.formats.tables import Table
    from xentcli.sources.source import Source


def _open(path: str, source: "Source", options: "OpenOptions") -> "Table":
    import numpy as np

    from xentcli.formats.numpy.array_tables import MatrixTable
    from xentcli.formats.numpy.stored_arrays import array_in

    array = array_in(source)
    axes = len(array.shape)
    if axes > 2:
        hint = "name it in an option, such as --logits @FILE"
        raise InputError(f"has {axes} axes, a table has two", source=source.source, hint=hint)
    if isinstance(array, np.ndarray) and axes < 2:
        array = array.reshape(-1, 1)
    return MatrixTable(source.source, array)


def _open_archive(path: str, source: "Source", options: "OpenOptions") -> "Table":
    from xentcli.formats.numpy.array_tables import ArrayTable
    from xentcli.formats.numpy.npz import Archive

    return ArrayTable(source.source, Archive(source, source.source))


def _no_names(path: str, source: "Source", options: "OpenOptions") -> Sequence[str]:
    return ()


def _members(path: str, source: "Source", options: "OpenOptions") -> Sequence[str]:
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            return [name.removesuffix(".npy") for name in archive.namelist()]
    except (OSError, ValueError, zipfile.BadZipFile):
        return ()


def _array(source: "Source", means: "Meaning", memory: int | None) -> "Numbers":
    from xentcli.formats.cells import Place
    from xentcli.formats.numpy.array_tables import array_cells
    from xentcli.formats.numpy.stored_arrays import array_in

    return array_cells(array_in(source), Place(source.source), means)


NPY = Format("npy", (".npy",), _open, _no_names, b"\x93NUMPY", cut="rows", array=_array)
NPZ = Format("npz", (".npz",), _open_archive, _members, b"PK\x03\x04", cut="rows")
