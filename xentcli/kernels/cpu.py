"""Which loops compute here: digits are the same only where these are."""

import os
from functools import cache

import numpy as np


@cache
def simd() -> str:
    """The sets of CPU instructions that NumPy uses here, and the C library of its other functions.

    NumPy has loops of its own for exp, log and log1p by some of these sets, which differ in the
    last bit; without such a set it asks the C library.
    """
    known = np.show_config(mode="dicts").get("SIMD Extensions", {})
    return " ".join([*known.get("found", []), *_c_library()])  # it leaves out what is empty


def _c_library() -> list[str]:
    """Its name and version, where the system says them."""
    if "CS_GNU_LIBC_VERSION" not in getattr(os, "confstr_names", {}):
        return []
    return [(os.confstr("CS_GNU_LIBC_VERSION") or "").replace(" ", "-")]


def digits_of(loops: frozenset[str]) -> str:
    """``same`` where one kind of loops made all digits, else ``mixed``."""
    return "mixed" if len(loops) > 1 else "same"
