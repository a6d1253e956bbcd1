"""Headerless files picked by position: which row stands first changes no number."""

from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from xentcli.blocks.input import Input
from xentcli.errors import XentError
from xentcli.formats.grammar import NUMBER
from xentcli.inputs import reading
from xentcli.measures.layouts import together

LABELS = ["0", "1", "?", "yes", "no", "true", "", "NA", "-", "cat"]
SCORES = ["0", "1", "2", "0.5", "?", "-", "2.o", "", "NA", "nan()", "inf", "1,5", "w"]


def counting(given: Input) -> tuple[int, list[tuple[float, float]]] | None:
    """The number of rows, and the labels and scores that count; None where it is refused."""
    found: list[tuple[float, float]] = []
    rows, layout = 0, None
    try:
        for split in reading.splits(given):
            for block in reading.read(given, split):
                layout = together(layout or block.layout, block.layout)
                rows += block.rows
                valid = np.ones(block.labels.shape, bool) if block.valid is None else block.valid
                found += zip(block.labels[valid], block.scores[valid], strict=True)
    except XentError:
        return None
    return rows, sorted((float(label), float(score)) for label, score in found)


@st.composite
def rows(draw: st.DrawFn) -> tuple[int, list[str]]:
    """The number of outputs, and rows of labels and scores, of which one is odd."""
    outputs = draw(st.integers(1, 2))

    def row(labels: list[str], scores: list[str]) -> str:
        cells = [draw(st.sampled_from(labels)) for _ in range(outputs)]
        return ";".join(cells + [draw(st.sampled_from(scores)) for _ in range(outputs)])

    good = [row(["0", "1"], ["0", "1", "2", "0.5"]) for _ in range(draw(st.integers(1, 2)))]
    return outputs, [*good, row(LABELS, SCORES)]


@settings(max_examples=300, deadline=None)
@given(
    rows(),
    st.sampled_from(["error", "skip", "skip-element"]),
    st.sampled_from([(), ("?",)]),
)
def test_any_row_may_stand_first(
    table: tuple[int, list[str]], missing: str, words: tuple[str, ...]
) -> None:
    outputs, lines = table
    results = []
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.csv")
        job = Input("bce", (str(path),), delimiter=";", missing_values=words)
        job = job._replace(
            labels=f":1..{outputs}",
            logits=f":{outputs + 1}..{2 * outputs}",
            missing=missing,  # type: ignore[arg-type]
        )
        for order in permutations(lines):
            path.write_text("\n".join(order) + "\n")
            results.append(counting(job))
    read = [found for found in results if found is not None]
    assert all(found == read[0][1] for _, found in read)
    if any(map(NUMBER.fullmatch, lines[-1].split(";"))):  # else it may be names
        assert all(rows == len(lines) for rows, _ in read)
