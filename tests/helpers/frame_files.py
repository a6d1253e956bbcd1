"""What tests of Parquet and Arrow files share: small files, written by Polars."""

import random
from pathlib import Path
from typing import Any

import polars as pl

KINDS = ("parquet", "arrow")
ROWS = [[1.0, 2.0, 3.0], [0.5, 0.25, -1.0], [0.0, 0.0, 1e-300]]


def written(folder: Path, columns: Any, kind: str = "parquet", name: str = "a") -> Path:
    path = folder / f"{name}.{kind}"
    frame = pl.DataFrame(columns)
    (frame.write_parquet if kind == "parquet" else frame.write_ipc)(path)
    return path


def table(rows: int = 500, seed: int = 1) -> dict[str, list[Any]]:
    source = random.Random(seed)
    scores = [source.gauss(0, 1) * 10 ** source.randint(-9, 2) for _ in range(rows)]
    return {"label": [source.randrange(2) for _ in range(rows)], "logit": scores}
