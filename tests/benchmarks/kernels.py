"""Kernels and the exact sum against their peers: python tests/benchmarks/kernels.py."""

import os
from collections.abc import Callable
from typing import Any

import numpy as np
from ratios import alternate, installed, show

from xentcli import kernels

Array = np.ndarray[Any, np.dtype[Any]]
Rivals = dict[str, Callable[[], object]]

PEER_BCE = "NumPy: maximum(z,0)-z*y+log1p(exp(-abs(z)))"
PEER_CE = "scipy.special.logsumexp - z[y]"
ELEMENTS = 20_000_000


def has_avx512() -> bool:
    """Whether NumPy runs its AVX-512 loops here: the bars differ."""
    return bool(np._core._multiarray_umath.__cpu_features__.get("AVX512_SKX", False))  # type: ignore[attr-defined]


def binary(deviation: float) -> None:
    """Binary cross-entropy of 20 million logits."""
    rng = np.random.default_rng(1)
    z = rng.normal(0, deviation, ELEMENTS)
    y = (rng.random(ELEMENTS) < 0.5).astype(np.float64)
    rivals: Rivals = {
        PEER_BCE: lambda: np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))),
        "xentcli.kernels.bce_from_logits": lambda: kernels.bce_from_logits(y, z),
        "  and its exact mean": lambda: kernels.exact_sum(kernels.bce_from_logits(y, z)),
    }
    if installed("torch"):
        rivals |= torch_bce(y, z)
    if installed("sklearn"):
        from sklearn.metrics import log_loss

        p = kernels.sigmoid(z[: ELEMENTS // 10])
        some = y[: ELEMENTS // 10]
        rivals["sklearn log_loss of a tenth of them"] = lambda: log_loss(some, p)
    bars = {"xentcli.kernels.bce_from_logits": 0.6 if has_avx512() else 0.8}
    title = f"BCE, {ELEMENTS:,} logits N(0, {deviation:g}), float64, one thread"
    seconds = alternate(rivals, 5)
    show(title, seconds, PEER_BCE, bars)
    ours = seconds["  and its exact mean"] * 1e9 / ELEMENTS
    print(f"  kernel and exact sum: {ours:.1f} ns an element")


def categorical(rows: int, classes: int, deviation: float, bar: float | None) -> None:
    """Categorical cross-entropy of ``rows`` samples."""
    from scipy.special import logsumexp

    rng = np.random.default_rng(2)
    z = rng.normal(0, deviation, (rows, classes))
    y = rng.integers(0, classes, rows)
    at = np.arange(rows)
    rivals: Rivals = {
        PEER_CE: lambda: logsumexp(z, axis=1) - z[at, y],
        "xentcli.kernels.ce_from_logits": lambda: kernels.ce_from_logits(y, z),
        "  and its exact mean": lambda: kernels.exact_sum(kernels.ce_from_logits(y, z)),
    }
    if installed("torch"):
        rivals |= torch_ce(y, z)
    bars = {} if bar is None else {"xentcli.kernels.ce_from_logits": bar}
    seconds = alternate(rivals, 5)
    show(f"CE, {rows:,} x {classes:,} logits N(0, {deviation:g})", seconds, PEER_CE, bars)
    ours = seconds["  and its exact mean"] * 1e9 / z.size
    print(f"  kernel and exact sum: {ours:.1f} ns an element")


def torch_bce(y: Array, z: Array) -> Rivals:
    """PyTorch on the same arrays."""
    import torch

    torch.set_num_threads(1)
    loss = torch.nn.functional.binary_cross_entropy_with_logits
    labels, logits = torch.from_numpy(y), torch.from_numpy(z)
    return {"torch binary_cross_entropy_with_logits": lambda: loss(logits, labels)}


def torch_ce(y: Array, z: Array) -> Rivals:
    """PyTorch on the same arrays."""
    import torch

    torch.set_num_threads(1)
    loss = torch.nn.functional.cross_entropy
    labels, logits = torch.from_numpy(y), torch.from_numpy(z)
    return {"torch cross_entropy": lambda: loss(logits, labels)}


def main() -> None:
    """Print the ratios."""
    print(f"NumPy {np.__version__}, AVX-512: {'yes' if has_avx512() else 'no'}, one thread")
    for deviation in (3, 30, 100):
        binary(deviation)
    for deviation, bar in ((3, 0.45), (30, 0.65), (100, None)):
        categorical(2_000_000, 10, deviation, bar)
        categorical(400, 50_257, deviation, bar)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
