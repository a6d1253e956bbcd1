"""exp and logarithms of float32 and float16 arrays, the same on every CPU.

NumPy's float32 loops are off by up to 4 units in the last place, and depend on the SIMD features of
the CPU. Computed in float64, a result is nearly always the nearest number of the narrow type, which
is also closest to what frameworks compute.
"""

from typing import Final

import numpy as np

from xentcli.kernels.pieces import Array

_DOUBLE: Final = np.dtype(np.float64)


def exp(x: Array) -> Array:
    """``e**x`` in x's own type.

    >>> exp(np.float32([-0.31415927]))
    array([0.7304027], dtype=float32)
    """
    return _rounded(np.exp, x)


def log(x: Array) -> Array:
    """The natural logarithm in x's own type; -inf for 0, NaN below.

    >>> log(np.float32([0.5]))
    array([-0.6931472], dtype=float32)
    """
    return _rounded(np.log, x)


def log1p(x: Array) -> Array:
    """``log(1 + x)`` in x's own type; -inf for -1, NaN below.

    >>> log1p(np.float32([1e-9]))
    array([1.e-09], dtype=float32)
    """
    return _rounded(np.log1p, x)


def expm1(x: Array) -> Array:
    """``e**x - 1`` in x's own type.

    >>> expm1(np.float32([1e-9]))
    array([1.e-09], dtype=float32)
    """
    return _rounded(np.expm1, x)


def _rounded(function: np.ufunc, x: Array) -> Array:
    if x.dtype == _DOUBLE:
        return np.asarray(function(x))
    # NumPy converts in small buffers, so no float64 array is made.
    result = function(x, out=np.empty_like(x), dtype=_DOUBLE, casting="same_kind")
    return np.asarray(result)
