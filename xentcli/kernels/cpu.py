"""NumPy's SIMD features and the C library, which decide the last bit of results."""

import os
from functools import cache

import numpy as np


@cache
def simd() -> str:
    """The SIMD features that NumPy uses on this machine, and the C library and its version.

    NumPy has its own loops of exp, log and log1p for some of these features, which differ in the
    last bit; without such a feature it calls the C library.
    """
    known = np.show_config(mode="dicts").get("SIMD Extensions", {})
    return " ".join([*known.get("found", []), *_c_library()])  # NumPy omits an empty list


def _c_library() -> list[str]:
    """The C library's name and version, if the system reports them."""
    if "CS_GNU_LIBC_VERSION" not in getattr(os, "confstr_names", {}):
        return []
    return [(os.confstr("CS_GNU_LIBC_VERSION") or "").replace(" ", "-")]


def digits_of(loops: frozenset[str]) -> str:
    """``same`` if at most one value of :func:`simd` is in ``loops``, else ``mixed``."""
    return "mixed" if len(loops) > 1 else "same"
