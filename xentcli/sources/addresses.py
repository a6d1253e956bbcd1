"""Addresses of files in an object store or on a web server, which Polars reads.

Nothing here contacts a server: an address is recognised by its text.
"""

import re
from typing import Final

from xentcli.errors import InputError
from xentcli.sources.paths import PACKED, suffix_of, without_query
from xentcli.text import display

WEB: Final = ("http", "https")
SCHEMES: Final = ("s3", "s3a", "gs", "gcs", "az", "azure", "adl", "abfs", "abfss", "hf", *WEB)
"""Schemes that Polars supports; it treats others as local file names."""

COPIES: Final = {
    "s3": "aws s3 cp {} -",
    "gs": "gcloud storage cat {}",
    "http": "curl -s {}",
    "https": "curl -s {}",
}
UNDONE: Final = (".gz",)
"""Compressions that Polars decompresses when it reads text."""


def is_address(path: str) -> bool:
    """Whether ``path`` begins with a scheme; a single letter is a Windows drive.

    >>> is_address("s3://bucket/a.parquet"), is_address("s3:/a"), is_address("C://a")
    (True, False, False)
    """
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", path) is not None


def stands_for_many(address: str) -> bool:
    """Whether ``address`` is a directory or a pattern; on the web ``?`` and ``*`` are literal."""
    return scheme_of(address) not in WEB and re.search(r"[*\[]|/$", address) is not None


def scheme_of(address: str) -> str:
    """The scheme, in lower case."""
    return address.partition("://")[0].lower()


def check(address: str) -> None:
    """Raise InputError for an unknown scheme, or a file that Polars cannot read as text."""
    scheme, name = scheme_of(address), display(address)
    if scheme == "file":
        hint = "give the path alone"
        raise InputError("is the address of a local file", source=name, hint=hint)
    if scheme not in SCHEMES:
        problem = f"is of the scheme {scheme}, which polars does not read"
        raise InputError(problem, source=name, hint=f"it reads {', '.join(SCHEMES)}")
    path, suffix = without_query(address), suffix_of(address)
    for packed in PACKED:
        if path.lower().endswith(packed) and (
            packed not in UNDONE or suffix in (".parquet", ".arrow", ".feather")
        ):
            raise _unread(address, f"is compressed as {packed}, which is not undone there")
    if suffix in (".npy", ".npz"):
        raise _unread(address, f"is of NumPy's format {suffix}, which polars does not read")


def _unread(address: str, problem: str) -> InputError:
    """The error for an object whose bytes Polars cannot give, with what to type instead."""
    copy = COPIES.get(scheme_of(address))
    hint = "copy it to a file"
    if copy is not None:
        hint = f"try {copy.format(display(address))} | xent ... -"
    return InputError(problem, source=display(address), hint=hint)
