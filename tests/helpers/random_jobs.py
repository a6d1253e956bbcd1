"""Random jobs of the definition: seeds, options and rows, and what each comes to by hand.

Losses by mpmath at 60 digits, means and standard errors by fractions: nothing of the package.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import definition
import mpmath

Cell = tuple[int, int]
LOGITS = {
    "plain": lambda source: source.gauss(0, 3),
    "near": lambda source: 20 + source.random() * 1e-9,
    "far": lambda source: source.choice((0.0, 700.0, 744.0, -744.0, 745.5, 30.0)),
    "huge": lambda source: source.uniform(-1, 1) * 10.0 ** source.randint(-300, 300),
    "whole": lambda source: float(source.randint(-3, 3)),
}
WEIGHTS = {
    "plain": lambda source: source.choice((0.0, 0.5, 1.0, 3.0, source.random())),
    "large": lambda source: source.choice((1e300, 1e308, 1.7e308)),
    "small": lambda source: source.choice((5e-324, 1e-320, 1e-300)),
    "both": lambda source: source.choice((5e-324, 1e-100, 1.0, 1e100, 1.7e308)),
}
EXTREME = {"plain": 1.0, "large": 1e300, "small": 1e-310}


@dataclass
class Case:
    """A job as the options give it, and the numbers behind them.

    ``labels`` ``[n]`` or ``[n][k]``, ``scores`` ``[n][k]``, weights and masks by cell: of a
    binary loss the elements, of a categorical one ``(row, 0)``.
    """

    loss: str
    scale: str
    columns: int
    labels: list[Any]
    scores: list[list[float]]
    flat: bool = False
    weights: list[list[float]] | None = None
    counts: list[list[bool]] | None = None
    base: int = 0
    options: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def cells(self) -> list[Cell]:
        width = self.columns if self.loss == "bce" else 1
        return [(i, j) for i in range(len(self.scores)) for j in range(width)]

    def valid(self, cell: Cell) -> bool:
        return self.counts is None or self.counts[cell[0]][cell[1]]

    def weight(self, cell: Cell) -> Fraction:
        """The weight of a cell, 0 where it does not count."""
        if not self.valid(cell):
            return Fraction(0)
        return Fraction(1 if self.weights is None else self.weights[cell[0]][cell[1]])

    @property
    def hard(self) -> bool:
        """Whether labels are class numbers, or all 0 and 1."""
        return all(
            y in (0, 1) or not isinstance(y, float)
            for row in self.labels
            for y in (row if isinstance(row, list) else [row])
        )

    def share(self, cell: Cell) -> Fraction:
        """What the weights of classes make of a cell in the sum of the weights."""
        by_class = self.options.get("class_weight")
        if not by_class:
            return Fraction(1)
        i, j = cell
        y = self.labels[i] if self.loss == "ce" else self.labels[i][j]
        parts = list(map(Fraction, by_class))
        if self.loss == "bce":
            return parts[0] * (1 - Fraction(y)) + parts[1] * Fraction(y)
        if isinstance(y, list):
            return sum((Fraction(own) * w for own, w in zip(y, parts, strict=True)), Fraction(0))
        return parts[y]

    def loss_of(self, cell: Cell) -> Any:
        """The loss of a cell in the job's unit, at 60 digits."""
        i, j = cell
        options = self.options
        common = {
            "smoothing": options.get("label_smoothing", 0.0),
            "gamma": options.get("focal_gamma"),
            "eps": options.get("eps"),
        }
        alphas, by_class = options.get("focal_alpha"), options.get("class_weight")
        with mpmath.workdps(definition.DIGITS):
            if self.loss == "bce":
                own = options.get("pos_weight", (1.0,))
                loss = definition.bce(
                    self.labels[i][j],
                    self.scores[i][j],
                    self.scale,
                    class_weight=by_class or (1.0, 1.0),
                    pos_weight=own[j % len(own)],
                    alpha=alphas[j % len(alphas)] if alphas else None,
                    **common,
                )
            else:
                y = self.labels[i]
                rows = y if isinstance(y, list) else [float(c == y) for c in range(self.columns)]
                alpha = [alphas[c % len(alphas)] for c in range(self.columns)] if alphas else None
                loss = definition.ce(
                    rows, self.scores[i], self.scale, class_weight=by_class, alpha=alpha, **common
                )
            base = options.get("base", "e")
            return loss if base == "e" else loss / mpmath.log(int(base))

    def divisor(self) -> Fraction:
        """What the sum of the weighted losses is divided by."""
        reduction = self.options.get("reduction", "mean")
        cells = self.cells
        if reduction == "mean-by-count":
            return Fraction(sum(map(self.valid, cells)))
        if reduction == "mean-by-nonzero":
            nonzero = sum(self.weights is None or self.weights[i][j] != 0 for i, j in cells)
            return Fraction(sum(map(self.valid, cells)) * nonzero, len(cells))
        return sum((self.weight(cell) * self.share(cell) for cell in cells), Fraction(0))

    def arrays(self) -> dict[str, str]:
        """The options that say the arrays."""
        scores = [row[0] for row in self.scores] if self.flat else self.scores
        labels = [row[0] for row in self.labels] if self.flat else self.labels
        if self.base:
            labels = _shifted(labels, self.base)
        return {
            "labels": json.dumps(labels),
            self.scale: json.dumps(scores),
            **{name: json.dumps(value) for name, value in self.fields.items()},
        }


def _shifted(labels: Any, base: int) -> Any:
    return [_shifted(own, base) for own in labels] if isinstance(labels, list) else labels + base


def case(source: random.Random) -> Case:
    """A job with options of all kinds; each of its choices is drawn from ``source``."""
    made = _rows(source)
    _options(made, source)
    _weights(made, source)
    if made.divisor() == 0:  # nothing counts, which is refused: the rows come without weights
        made.weights, made.counts = None, None
        made.fields = {}
        made.base = 0
        made.options.pop("class_weight", None)
        if made.options.pop("ignored", None) is not None:
            made.labels = _without_marks(made.labels)
    return made


def _without_marks(labels: Any) -> Any:
    return [_without_marks(own) for own in labels] if isinstance(labels, list) else max(0, labels)


def _rows(source: random.Random) -> Case:
    loss, scale = source.choice(("bce", "ce")), source.choice(("logits", "probs"))
    rows = source.randint(1, 7)
    flat = loss == "bce" and source.random() < 0.5
    columns = 1 if flat else source.randint(2, 4)
    draw = LOGITS[source.choice(list(LOGITS))]
    if scale == "logits":
        scores = [[draw(source) for _ in range(columns)] for _ in range(rows)]
    elif loss == "bce":
        scores = [[source.random() for _ in range(columns)] for _ in range(rows)]
    else:
        scores = [_distribution(source, columns) for _ in range(rows)]
    soft = source.choice((True, False))
    if loss == "bce":
        labels: list[Any] = [
            [source.random() if soft else source.choice((0, 1)) for _ in range(columns)]
            for _ in range(rows)
        ]
    elif source.random() < 0.5:
        labels = [source.randrange(columns) for _ in range(rows)]
    elif soft:
        labels = [_distribution(source, columns) for _ in range(rows)]
    else:
        numbers = [source.randrange(columns) for _ in range(rows)]
        labels = [[float(c == y) for c in range(columns)] for y in numbers]
    return Case(loss, scale, columns, labels, scores, flat)


def _distribution(source: random.Random, columns: int) -> list[float]:
    parts = [source.random() + 1e-3 for _ in range(columns)]
    return [part / sum(parts) for part in parts]


def _options(made: Case, source: random.Random) -> None:
    options, columns = made.options, made.columns

    def sometimes(share: float = 0.25) -> bool:
        return source.random() < share

    if sometimes():
        options["label_smoothing"] = source.choice((0.1, source.random()))
    if sometimes():
        scale = EXTREME[source.choice(list(EXTREME))]
        count = 2 if made.loss == "bce" else columns
        options["class_weight"] = tuple(
            source.choice((1.0, 2.0, source.random() + 0.1)) * scale for _ in range(count)
        )
    if made.loss == "bce" and sometimes():
        count = source.choice((1, columns))
        scale = source.choice((1.0, 1.0, 1e300))
        options["pos_weight"] = tuple(source.random() * scale + 0.1 for _ in range(count))
    if sometimes():
        options["focal_gamma"] = source.choice((0.0, 0.5, 1.0, 2.0, 3.5))
        if sometimes(0.5):
            count = source.choice((1, columns))
            options["focal_alpha"] = tuple(source.random() for _ in range(count))
    if made.scale == "probs" and sometimes():
        options["eps"] = source.choice((1e-7, 0.05, 0.3))
    if sometimes():
        options["base"] = source.choice(("2", "10"))
    if sometimes(0.5):
        options["reduction"] = source.choice(
            ("mean", "sum", "mean-by-weight", "mean-by-count", "mean-by-nonzero")
        )


def _weights(made: Case, source: random.Random) -> None:
    rows, width = len(made.scores), made.columns if made.loss == "bce" else 1
    numbers = made.loss == "ce" and not isinstance(made.labels[0], list)
    if source.random() < 0.5:
        draw = WEIGHTS[source.choice(list(WEIGHTS))]
        if made.loss == "bce" and not made.flat and source.random() < 0.5:
            made.weights = [[draw(source) for _ in range(width)] for _ in range(rows)]
            made.fields["weights"] = made.weights
        else:
            own = [draw(source) for _ in range(rows)]
            made.weights = [[weight] * width for weight in own]
            made.fields["weights"] = own
    counts = [[True] * width for _ in range(rows)]
    if source.random() < 0.3:
        mask = [source.choice((0, 1)) for _ in range(rows)]
        made.fields["mask"] = mask
        counts = [[bool(own)] * width for own in mask]
        made.counts = counts
    if (numbers or (made.loss == "bce" and made.hard)) and source.random() < 0.4:
        made.base = source.choice((0, 1, -7, 2**53 - 10))
        if source.random() < 0.6:
            _ignore_some(made, counts, source)


def _ignore_some(made: Case, counts: list[list[bool]], source: random.Random) -> None:
    made.options["ignored"] = made.base - 1
    for i, row in enumerate(counts):
        for j in range(len(row)):
            if source.random() < 0.25:
                row[j] = False
                if made.loss == "ce":
                    made.labels[i] = -1
                else:
                    made.labels[i][j] = -1
    made.counts = counts


def counted(made: Case) -> Iterator[Cell]:
    """The cells that add to the sum."""
    return (cell for cell in made.cells if made.weight(cell) != 0)


def mean(made: Case) -> Any:
    """The value at 60 digits."""
    with mpmath.workdps(definition.DIGITS):
        total = mpmath.mpf(0)
        for cell in counted(made):
            total += definition.product(precise(made.weight(cell)), made.loss_of(cell))
        if made.options.get("reduction") == "sum":
            return total
        return total / precise(made.divisor())


def precise(value: Fraction) -> Any:
    return mpmath.mpf(value.numerator) / mpmath.mpf(value.denominator)
