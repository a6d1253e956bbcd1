"""Fingerprints: shards that are really the outputs of two models are told."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from blocks import block
from support import Ran

from xentcli.measures.fingerprints import FILES, ROWS, Fingerprints

Xent = Callable[..., Ran]


@pytest.fixture
def shards(tmp_path: Path) -> Callable[..., list[Path]]:
    def write(*tables: list[tuple[float, float]]) -> list[Path]:
        paths = [tmp_path / f"{name}.csv" for name, _ in zip("abcdef", tables, strict=False)]
        for path, rows in zip(paths, tables, strict=True):
            path.write_text("label,prob\n" + "".join(f"{y},{p}\n" for y, p in rows))
        return paths

    return write


@pytest.mark.parametrize("command", ["bce", "reconcile", "accuracy"])
def test_the_same_labels_and_other_scores(
    xent: Xent, shards: Callable[..., list[Path]], command: str
) -> None:
    a, b = shards([(1, 0.9), (0, 0.2)], [(1, 0.8), (0, 0.3)])
    done = xent(command, "-q", a, b)
    assert done.code == 0
    assert f"warning: {a} and {b} have the same labels row by row and other scores" in done.err
    assert xent(command, "--strict", a, b).code == 2


@pytest.mark.parametrize(
    "other",
    [
        [(0, 0.8), (1, 0.3)],  # other labels
        [(1, 0.8), (0, 0.3), (1, 0.5)],  # more rows
    ],
)
def test_shards_are_not_suspected(
    xent: Xent, shards: Callable[..., list[Path]], other: list[tuple[float, float]]
) -> None:
    a, b = shards([(1, 0.9), (0, 0.2)], other)
    assert "same labels" not in xent("bce", a, b).err


def test_shards_of_one_label_each_are_not_suspected(
    xent: Xent, shards: Callable[..., list[Path]]
) -> None:
    a, b = shards([(1, 0.9), (1, 0.2)], [(1, 0.8), (1, 0.3)])
    assert "same labels" not in xent("bce", a, b).err


def test_a_file_twice(xent: Xent, shards: Callable[..., list[Path]]) -> None:
    a, b = shards([(1, 0.9), (0, 0.2)], [(1, 0.9), (0, 0.2)])
    assert "the same scores: are they one file twice?" in xent("bce", a, b).err


def of(source: str, labels: Any, scores: Any) -> Fingerprints:
    made = block("bce", labels, logits=scores)
    return Fingerprints.of(made._replace(layout=made.layout._replace(source=source)))


def merged(parts: list[Fingerprints]) -> Fingerprints:
    whole = Fingerprints()
    for part in parts:
        whole = whole.merged(part)
    return whole


def test_blocks_of_any_size_merge_in_any_grouping() -> None:
    random = np.random.default_rng(1)
    labels = random.integers(0, 2, 3 * ROWS)
    cuts = {"a": [0, 1, 7, 100, 700], "b": [0, 650, 3 * ROWS], "c": [0]}
    parts = []
    for name, starts in cuts.items():
        scores = random.normal(size=len(labels))
        for start, stop in zip(starts, [*starts[1:], None], strict=True):
            parts.append(of(name, labels[start:stop], scores[start:stop]))
    for cut in range(len(parts)):
        whole = merged(parts[:cut]).merged(merged(parts[cut:]))
        assert [file.rows for file in whole.files] == [len(labels)] * 3
        (remark,) = whole.remarks()
        assert "a and b have the same labels row by row and other scores" in remark.text


def test_label_rows_and_many_files() -> None:
    hot = np.eye(50)[[3, 4]]
    made = [block("ce", hot, logits=scale * hot) for scale in (1.0, 2.0)]
    named = [
        Fingerprints.of(own._replace(layout=own.layout._replace(source=name)))
        for own, name in zip(made, "ab", strict=True)
    ]
    assert merged(named).remarks()
    many = merged([of(f"f{i}", [i % 2, 1], [i, i]) for i in range(3 * FILES)])
    assert len(many.files) == FILES
