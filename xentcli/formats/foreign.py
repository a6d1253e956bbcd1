"""Formats that are not supported, recognised by their first bytes, with a hint for each."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from xentcli.errors import InputError

HEAD: Final = 8
"""Bytes for a first check; even a slow pipe of text has as many soon."""

LONGEST: Final = 40
"""Bytes for the final check."""

_NUMPY: Final = "save its arrays with numpy.save"
_CSV: Final = "write it as CSV or Parquet"


class Foreign(NamedTuple):
    """A format: its name with an article, and how its content can be had."""

    name: str
    hint: str

    def error(self, source: str) -> InputError:
        """The refusal of ``source``."""
        return InputError(
            f"is {self.name}, which xent does not read", source=source, hint=self.hint
        )


PICKLE: Final = Foreign(
    "a Python pickle (which may run any code)",
    "load it where it was made, and numpy.save its arrays or to_parquet its table",
)
TORCH: Final = Foreign(
    "a PyTorch file", "save its tensors with numpy.save, as in numpy.save(path, tensor.numpy())"
)
SAFETENSORS: Final = Foreign("a safetensors file", f"load it and {_NUMPY}")
TAR: Final = Foreign("a tar archive", "unpack one member: tar -xOf FILE MEMBER | xent ... -")

_R: Final = Foreign("an R data file", "write it with write.csv")
_PAGE: Final = Foreign("a web page", "download the file itself: the server sent a page")

MAGIC: Final = {
    b"\x28\xb5\x2f\xfd": Foreign("compressed with zstd", "unpack it: zstd -dc FILE | xent ... -"),
    b"\x04\x22\x4d\x18": Foreign("compressed with LZ4", "unpack it: lz4 -dc FILE | xent ... -"),
    b"\xff\x06\x00\x00sNaPpY": Foreign("compressed with Snappy", "unpack it first"),
    b"\x1f\x9d": Foreign("compressed with compress", "unpack it: zcat FILE | xent ... -"),
    b"7z\xbc\xaf\x27\x1c": Foreign("a 7z archive", "unpack it: 7z e -so FILE | xent ... -"),
    b"Rar!\x1a\x07": Foreign("a RAR archive", "unpack it: unrar p -inul FILE | xent ... -"),
    b"\x89HDF\r\n\x1a\n": Foreign("an HDF5 file", f"open it with h5py and {_NUMPY}"),
    b"CDF\x01": Foreign("a NetCDF file", f"open it and {_NUMPY}"),
    b"CDF\x02": Foreign("a NetCDF file", f"open it and {_NUMPY}"),
    b"MATLAB 5.0 MAT-file": Foreign("a MATLAB file", f"open it with scipy.io.loadmat and {_NUMPY}"),
    b"RDX2\nX\n": _R,
    b"RDX3\nX\n": _R,
    b"X\n\x00\x00\x00": _R,
    b"<stata_dta>": Foreign("a Stata file", "write it with export delimited"),
    b"$FL2@(#)": Foreign("an SPSS file", "save it as CSV"),
    b"SQLite format 3\0": Foreign(
        "an SQLite database", "select from it: sqlite3 -csv -header FILE 'SELECT ...' | xent ... -"
    ),
    b"ORC": Foreign("an ORC file", "write it as Parquet"),
    b"Obj\x01": Foreign("an Avro file", "write it as Parquet"),
    b"FEA1": Foreign("a Feather file of the first version", "write it as Arrow or Parquet"),
    b"SEQ\x06": Foreign("a Hadoop sequence file", _CSV),
    b"GGUF": Foreign("a GGUF model", f"run the model and {_NUMPY} what it predicts"),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": Foreign("an old Office file", "save the sheet as CSV"),
    b"%PDF-": Foreign("a PDF document", _CSV),
    b"\x89PNG\r\n\x1a\n": Foreign("a PNG image", _CSV),
    b"\xff\xd8\xff": Foreign("a JPEG image", _CSV),
    b"\x7fELF": Foreign("a program", "name the file of its output"),
    b"<!DOCTYPE": _PAGE,
    b"<!doctype": _PAGE,
    b"<html": _PAGE,
    b"<?xml": Foreign("an XML document", _CSV),
    b"version https://git-lfs": Foreign(
        "a Git LFS pointer and not the file", "fetch the file: git lfs pull"
    ),
    b"\x80\x02\x8a\x0al\xfc": TORCH,
    **{bytes([0x80, protocol]): PICKLE for protocol in range(2, 6)},
}
"""First bytes of files; the first match applies."""

AMBIGUOUS: Final = frozenset({b"ORC", b"FEA1", b"GGUF"})
"""A column may be called like this: such bytes begin the format only with others than text."""

READ: Final = {
    b"\x93NUMPY": "npy",
    b"PK\x03\x04": "npz",
    b"PAR1\x15": "parquet",
    b"ARROW1\0": "arrow",
}
"""Supported formats, for files whose name says another format."""

CONTENTS: Final = (
    ("xl/workbook.xml", Foreign("an Excel workbook", "save the sheet as CSV")),
    ("xl/workbook.bin", Foreign("an Excel workbook", "save the sheet as CSV")),
    ("content.xml", Foreign("an OpenDocument file", "save the sheet as CSV")),
    ("word/document.xml", Foreign("a Word document", _CSV)),
    ("data.pkl", TORCH),
    ("model.weights.h5", Foreign("a Keras model", "save what it predicts with numpy.save")),
    ("META-INF/MANIFEST.MF", Foreign("a Java archive", _CSV)),
)
"""Members that tell what a zip archive is, by the end of their names."""


def refuse_foreign(peek: Callable[[int], bytes], kind: str, source: str) -> None:
    """InputError where a file begins another format than ``kind``; ``peek`` gives its first bytes.

    What is taken for text may be a format that is read, under a name that says otherwise.
    """
    head = peek(HEAD)
    for magic, other in READ.items():
        if head.startswith(magic) and kind not in ("npy", "npz"):
            problem = f"begins as .{other} and is taken for {kind}"
            hint = f"say --input-format {other}, or end its name in .{other}"
            raise InputError(problem, source=source, hint=hint)
    tensors = head[4:] == bytes(4)  # the length of a header, which is never that long
    if tensors or any(head.startswith(magic[:HEAD]) for magic in MAGIC):
        found = known(peek(LONGEST))
        if found is not None:
            raise found.error(source)


def known(head: bytes) -> Foreign | None:
    """The format that ``head`` begins.

    >>> known(b"SQLite format 3\\0").name, known(b"ORC,p\\n1,0.5\\n")
    ('an SQLite database', None)
    """
    if head[4:9] == bytes(4) + b"{":
        return SAFETENSORS
    for magic, found in MAGIC.items():
        if head.startswith(magic):
            text = all(byte > 31 or byte in b"\t\r\n" for byte in head)
            return None if text and magic in AMBIGUOUS else found
    return None


def is_tar(record: bytes) -> bool:
    """Whether a tar archive begins like this: its name stands 257 bytes in."""
    return record[257:262] == b"ustar"


def archive_error(names: Sequence[str], source: str) -> InputError | None:
    """What a zip archive of such members is, where it is no ``.npz``; None where it may be one."""
    for ending, found in CONTENTS:
        if any(name == ending or name.endswith("/" + ending) for name in names):
            return found.error(source)
    if any(name.endswith(".npy") for name in names):
        return None
    files = [name for name in names if not name.endswith("/")]
    if not files:
        return InputError("is an empty zip archive", source=source)
    listed = ", ".join(files[:3]) + (", ..." if len(files) > 3 else "")
    hint = f"unpack one: unzip -p FILE {files[0]} | xent ... -"
    return InputError(f"is a zip archive of {listed}, not of arrays", source=source, hint=hint)
