"""The mean loss by the peers, as their users would write it: python peers.py NAME FILE...

Each prints its mean; scale.py runs them as whole processes and compares what they print.
"""

import sys
from typing import Any


def polars_bce(path: str) -> float:
    """Polars' expression for the mean, streaming, in the stable form."""
    import polars as pl

    z, y = pl.col("logit"), pl.col("label")
    loss = pl.max_horizontal(z, 0.0) - z * y + (-z.abs()).exp().log1p()
    return _scanned(path).select(loss.mean()).collect(engine="streaming").item()


def polars_ce(path: str) -> float:
    """The same for ten logits and a class number."""
    import polars as pl

    z = [pl.col(f"logit_{i}") for i in range(10)]
    top = pl.max_horizontal(*z)
    lse = top + pl.sum_horizontal(*[(one - top).exp() for one in z]).log()
    own = pl.coalesce(*[pl.when(pl.col("label") == i).then(one) for i, one in enumerate(z)])
    return _scanned(path).select((lse - own).mean()).collect(engine="streaming").item()


def _scanned(path: str):
    import polars as pl

    scans: dict[str, Any] = {
        "csv": pl.scan_csv,
        "ndjson": pl.scan_ndjson,
        "parquet": pl.scan_parquet,
    }
    return scans[path.rpartition(".")[2]](path)


def duckdb_bce(path: str) -> float:
    """DuckDB's SQL; it has no log1p."""
    import duckdb

    loss = "greatest(logit, 0) - logit * label + ln(1 + exp(-abs(logit)))"
    return duckdb.sql(f"select avg({loss}) from '{path}'").fetchall()[0][0]


def pandas_bce(path: str) -> float:
    """Pandas reads, scikit-learn's log_loss computes."""
    import numpy as np
    import pandas as pd
    from sklearn.metrics import log_loss

    frame = pd.read_csv(path)
    return log_loss(frame["label"], 1 / (1 + np.exp(-frame["logit"].to_numpy())))


def pandas_ce(path: str) -> float:
    """The same for ten logits and a class number."""
    import pandas as pd
    from scipy.special import softmax
    from sklearn.metrics import log_loss

    frame = pd.read_csv(path)
    return log_loss(frame["label"], softmax(frame.drop(columns="label").to_numpy(), axis=1))


def torch_bce(labels: str, logits: str) -> float:
    """PyTorch's binary_cross_entropy_with_logits of two arrays."""
    import numpy as np
    import torch

    z, y = torch.from_numpy(np.load(logits)), torch.from_numpy(np.load(labels)).double()
    return torch.nn.functional.binary_cross_entropy_with_logits(z, y).item()


def torch_import() -> float:
    """What PyTorch takes before it computes anything."""
    import torch

    return torch.zeros(1).item()


if __name__ == "__main__":
    print(globals()[sys.argv[1]](*sys.argv[2:]))
