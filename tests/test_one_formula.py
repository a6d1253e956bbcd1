"""One formula, whichever way the rows came: what options leave alone changes no bit of a loss.

Soft labels stand in every input, for there two ways to write a formula differ in their last digit.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from support import Ran

Xent = Callable[..., Ran]
Row = list[str]

ROWS = 45
FIGURES = ("mean", "sum", "std_error", "min", "max", "baseline", "perplexity")
INPUTS = ("bce logits", "bce probs", "bce outputs", "ce logits", "ce probs", "ce soft")


def rows_of(kind: str, source: random.Random) -> tuple[list[str], list[Row]]:
    """Names of columns, and rows of labels, scores and a mask that leaves nothing out."""
    loss, of = kind.split()
    width = 1 if loss == "bce" and of != "outputs" else 3
    labels = 1 if loss == "ce" and of != "soft" else width
    names = [f"y{i}" for i in range(labels)] + [f"s{i}" for i in range(width)] + ["one"]
    rows = []
    for _ in range(ROWS):
        if loss == "ce":
            y = [source.randrange(3)] if labels == 1 else _distribution(source)
        else:
            y = [source.choice((0, 1, source.random())) for _ in range(labels)]
        if of == "probs":
            scores = [source.random()] if loss == "bce" else _distribution(source)
        else:
            scores = [source.gauss(0, 1) * 10 ** source.randint(-2, 2) for _ in range(width)]
        rows.append([*map(repr, y), *map(repr, scores), "1"])
    return names, rows


def _distribution(source: random.Random) -> list[float]:
    parts = [source.random() ** 3 for _ in range(3)]
    return [part / sum(parts) for part in parts]


class Files:
    """One table written in several ways; ``args`` are the options that name its columns."""

    def __init__(self, folder: Path, kind: str, names: Sequence[str], rows: list[Row]) -> None:
        self.folder, self.names, self.rows = folder, names, rows
        self.loss, of = kind.split()
        scale = "probs" if of == "probs" else "logits"
        labels = [name for name in names if name.startswith("y")]
        scores = [name for name in names if name.startswith("s")]
        self.args = ("--labels", ",".join(labels), f"--{scale}", ",".join(scores))
        self.logits = scale == "logits"
        self.labels = len(labels)

    def write(self, rows: list[Row], end: str = "\n", name: str = "rows") -> Path:
        path = self.folder / f"{name}.csv"
        path.write_text("\n".join(",".join(row) for row in [list(self.names), *rows]) + end)
        return path

    def ways(self, source: random.Random) -> Iterator[tuple[list[Path], list[str]]]:
        """Files and options that all say what the rows say."""
        yield [self.write(self.rows, "")], []
        yield [self.write(self.rows[i::3], name=str(i)) for i in range(3)], []
        shuffled = source.sample(self.rows, len(self.rows))
        yield [self.write(shuffled)], []
        yield [self.write(self.rows)], ["--mask", "one"]
        # Rows that do not count, anywhere among those that do.
        more = [["0"] * self.labels + row[self.labels : -1] + ["0"] for row in self.rows[::4]]
        yield [self.write(source.sample([*shuffled, *more], ROWS + len(more)))], ["--mask", "one"]
        if self.labels == 1:
            ignored = [["-1", *row[1:]] for row in self.rows[::5]]
            both = source.sample([*shuffled, *ignored], ROWS + len(ignored))
            yield [self.write(both)], ["--ignore-index", "-1"]


def options_without_effect(files: Files) -> Iterator[list[str]]:
    """Options of the losses alone that leave the definition as it is."""
    yield ["--class-weight", "1,1" if files.loss == "bce" else "1,1,1"]
    yield ["--focal-gamma", "0"]
    yield ["--label-smoothing", "0"]
    if files.loss == "bce":
        yield ["--pos-weight", "1"]
    if files.logits:
        yield ["--grad"]
        yield ["--grad", "--class-weight", "1,1" if files.loss == "bce" else "1,1,1"]


@pytest.mark.parametrize("kind", INPUTS)
@pytest.mark.parametrize("seed", range(3))
def test_losses(xent: Xent, tmp_path: Path, kind: str, seed: int) -> None:
    source = random.Random(seed)
    files = Files(tmp_path, kind, *rows_of(kind, source))

    def figures(paths: list[Path], options: list[str]) -> tuple[list[Any], list[str]]:
        ran = xent(files.loss, *paths, *files.args, *options, "-f", "json", "-q", "--jobs", 1)
        assert ran.code == 0, ran.err
        keys = [key for key in FIGURES if options[:1] != ["--class-weight"] or key in FIGURES[:2]]
        return [ran.json[key] for key in keys], sorted(map(repr, ran.json["per_sample"]))

    whole, each = figures([files.write(files.rows)], [])
    for paths, options in files.ways(source):
        found, own = figures(paths, options)
        assert found == whole, options
        if len(own) == len(each):
            assert own == each, options
    for options in options_without_effect(files):
        found, own = figures([files.write(files.rows)], options)
        assert found[:2] == whole[:2], options
        assert own == each, options
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("xentcli.inputs.checks.BLOCK_CELLS", 7)
        for paths, options in files.ways(source):
            assert figures(paths, options)[0] == whole, options


@pytest.mark.parametrize("kind", INPUTS)
@pytest.mark.parametrize("command", ["accuracy", "reconcile"])
def test_other_commands(xent: Xent, tmp_path: Path, command: str, kind: str) -> None:
    source = random.Random(7)
    files = Files(tmp_path, kind, *rows_of(kind, source))
    loss = ["--loss", files.loss] if files.labels > 1 and command == "reconcile" else []

    def figures(paths: list[Path], options: list[str]) -> Any:
        ran = xent(command, *paths, *files.args, *loss, *options, "-f", "json", "-q", "--jobs", 1)
        assert ran.code == 0, ran.err
        if command == "accuracy":
            return ran.json["acc"]
        conventions = ran.json["conventions"]
        for each in conventions:
            each["refusal"] = each["refusal"] is not None  # its words quote a value, the first one
        return conventions

    whole = figures([files.write(files.rows)], [])
    for paths, options in files.ways(source):
        # Not every library has masks: then the definition alone is compared.
        few = slice(1 if command == "reconcile" and options else None)
        assert figures(paths, options)[few] == whole[few], options
    if command == "reconcile":
        ran = xent(files.loss, files.write(files.rows), *files.args, "-f", "value", "-q")
        assert whole[0]["value"] == float(ran.out)


WITH_GRADIENTS = ("tensorflow", "torch", "optax", "keras2", "tf-keras", "keras3", "keras3-tf")


@pytest.mark.parametrize("convention", WITH_GRADIENTS)
@pytest.mark.parametrize("kind", ["bce logits", "bce outputs", "ce logits", "ce soft"])
def test_libraries(xent: Xent, tmp_path: Path, convention: str, kind: str) -> None:
    source = random.Random(3)
    files = Files(tmp_path, kind, *rows_of(kind, source))

    def figures(paths: list[Path], options: list[str]) -> tuple[Any, ...]:
        args = [*paths, *files.args, *options, "-c", convention, "-f", "json", "-q", "--jobs", 1]
        ran = xent(files.loss, *args)
        if "has no" in ran.err:
            pytest.skip(ran.err)
        assert ran.code == 0, ran.err
        return ran.json["mean"], ran.json["std_error"], sorted(map(repr, ran.json["per_sample"]))

    whole = figures([files.write(files.rows)], [])
    for paths, options in islice(files.ways(source), 3):
        assert figures(paths, options) == whole, options
    assert figures([files.write(files.rows)], ["--grad"]) == whole
