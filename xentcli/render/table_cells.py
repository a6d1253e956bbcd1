"""What the tables show, as strings: the columns of samples and the lines of the summary."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Final, NamedTuple

from xentcli.blocks.layout import Layout
from xentcli.conventions import DENOMINATORS
from xentcli.measures.loss.report import Report
from xentcli.measures.samples import IGNORED, SOFT, Rows
from xentcli.render.digits import digits
from xentcli.render.sample_keys import place_columns, with_ids

LONGEST: Final = 60
"""Characters of a cell of the input that tables show; other formats show all."""

LONGEST_PATH: Final = 40

ABSENT: Final = "-"


def shortened(text: str) -> str:
    """The beginning of a long text."""
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def unlike_parts(texts: Sequence[str], most: int) -> list[str]:
    """``texts``, without what all have alike at an end where one is longer than ``most``.

    >>> unlike_parts(["run/photo-1-left.jpg", "run/photo-2-left.jpg"], 18)
    ['...1-left.jpg', '...2-left.jpg']
    >>> unlike_parts(["run/photo-1-left.jpg", "", "run/photo-2-left.jpg"], 8)
    ['...1...', '', '...2...']
    """
    found = list(texts)
    for _ in range(2):  # the beginnings, then the ends
        some = {text for text in found if text}
        alike = _alike(some)
        if alike > len("...") and max(map(len, some)) > most:
            found = [text and "..." + text[alike:] for text in found]
        found = [text[::-1] for text in found]
    return found


def _alike(texts: Collection[str]) -> int:
    """How many characters all of several texts begin with."""
    if len(texts) < 2:
        return 0
    first, last = min(texts), max(texts)
    pairs = enumerate(zip(first, last, strict=False))
    return next((at for at, (one, other) in pairs if one != other), len(first))


def shown_values(values: Iterable[Any]) -> list[str]:
    """A column of the input, numbers or texts, as tables show it."""
    texts = [ABSENT if value is None else str(value) for value in values]
    return [shortened(text) for text in unlike_parts(texts, LONGEST)]


def shown_path(path: str) -> str:
    """The end of a long path: shards begin alike."""
    return path if len(path) <= LONGEST_PATH else f"...{path[3 - LONGEST_PATH :]}"


def title(report: Report) -> str:
    """What the figures are: ``Binary cross-entropy from logits, in nats``."""
    kind = "Binary" if report.loss == "bce" else "Categorical"
    scores = "logits" if report.layout.scale == "logits" else "probabilities"
    text = f"{kind} cross-entropy from {scores}, in {report.unit}"
    name = report.convention.name
    return text if name == "exact" else f"{text}, as {name} computes it"


def labels_of(rows: Rows, layout: Layout) -> list[int | str | None]:
    """The samples' classes: numbers, or names where they have some; None for soft or ignored."""
    assert rows.classes is not None
    names = layout.classes
    return [
        None if c in (SOFT, IGNORED) else names[c] if names else c for c in rows.classes.tolist()
    ]


def output_names(layout: Layout) -> list[str]:
    """The outputs' names: those of the score columns, else 1, 2, ..., of classes as labels are."""
    if layout.names and len(set(layout.names)) == len(layout.names):
        return list(layout.names)
    first = layout.label_base if layout.loss == "ce" else 1
    return [str(first + i) for i in range(layout.outputs or 1)]


class Columns(NamedTuple):
    """Columns of samples, their headings first: what stands before those of the outputs, these,
    what stands behind, and the texts that name samples."""

    before: list[list[str]]
    outputs: list[list[str]]
    after: list[list[str]]
    texts: list[list[str]]

    @property
    def all(self) -> list[list[str]]:
        """All of them, in order."""
        return [*self.before, *self.outputs, *self.after, *self.texts]

    def map(self, change: Callable[[list[str]], list[str]]) -> "Columns":
        """Each of them changed."""
        return Columns(*([change(column) for column in part] for part in self))


def columns(report: Report, precision: int, shown: list[int]) -> Columns:
    """Heading and cells of every column; ``shown`` are the outputs that have one."""
    rows = report.rows
    before = _numbers(rows)
    for name, column in zip(report.located, place_columns(rows, report.located), strict=True):
        texts = map(shown_path, column) if name == "file" else shown_values(column)
        before.append([name, *texts])
    if rows.classes is not None:
        kinds = {SOFT: "soft", IGNORED: "ignored"}
        labels = zip(labels_of(rows, report.layout), rows.classes.tolist(), strict=True)
        before.append(["label", *(kinds.get(c, str(label)) for label, c in labels)])
    outputs = []
    if rows.losses.ndim > 1:
        outputs = _outputs(report.layout, rows.losses.T.tolist(), precision, shown)
    heading = "mean" if rows.losses.ndim > 1 else "loss"
    after = [_figures(heading, rows.means.tolist(), precision)]
    headings = [column[0] for column in (*before, *outputs, *after)]
    names = with_ids(headings, report.layout)[len(headings) :]
    ids = [
        [shortened(name), *shown_values(column.tolist())]
        for name, column in zip(names, rows.ids, strict=True)
    ]
    return Columns(before, outputs, after, ids).map(_gapped(report))


def gradient_columns(report: Report, precision: int, shown: list[int]) -> Columns:
    """The derivatives by each logit, one column an output or a class."""
    rows = report.rows
    assert rows.gradient is not None
    outputs, after = [], []
    if rows.gradient.ndim == 1:
        after.append(_figures("logit", rows.gradient.tolist(), precision))
    else:
        outputs = _outputs(report.layout, rows.gradient.T.tolist(), precision, shown)
    return Columns(_numbers(rows), outputs, after, []).map(_gapped(report))


def _numbers(rows: Rows) -> list[list[str]]:
    return [["sample", *(str(number + 1) for number in rows.numbers.tolist())]]


def _outputs(
    layout: Layout, values: list[list[float]], precision: int, shown: list[int]
) -> list[list[str]]:
    """One column for each of the ``shown`` outputs, and one of dots where some are left out."""
    names = output_names(layout)
    kind = "" if names == list(layout.names) else f"{'class' if layout.loss == 'ce' else 'output'} "
    table = []
    for before, output in zip([-1, *shown], shown, strict=False):
        if output != before + 1:
            table.append(["...", *("" for _ in values[output])])
        table.append(_figures(kind + names[output], values[output], precision))
    return table


def _figures(heading: str, values: list[float], precision: int) -> list[str]:
    return [heading, *(digits(value, precision) for value in values)]


def _gapped(report: Report) -> Callable[[list[str]], list[str]]:
    """What puts dots into the column of numbers where samples are left out, and room elsewhere."""

    def changed(column: list[str]) -> list[str]:
        if report.gap is None:
            return column
        at = report.gap + 1
        return [*column[:at], "..." if column[0] == "sample" else "", *column[at:]]

    return changed


def summary(report: Report, precision: int) -> list[tuple[str, str]]:
    """Names and figures of the summary; the value with all its digits."""
    elements = f", {report.elements} elements" if report.elements != report.samples else ""
    lines = []
    if report.denominator != "none":
        what = "mean" if report.denominator != "one" else "total"
        lines.append((what, f"{digits(report.value or 0.0)} {report.unit}"))
    if report.classes is not None and report.average == "macro":
        lines.append(("average", f"macro: of the means of {len(report.classes)} classes"))
    lines += [
        ("sum", digits(report.sum, precision)),
        ("samples", f"{report.samples}{elements}"),
        ("min", digits(report.min, precision)),
        ("max", digits(report.max, precision)),
    ]
    if report.std_error is not None:
        lines.append(("std error", f"{digits(report.std_error, precision)} (over samples)"))
    lines += _denominators(report, precision)
    lines += _judged(report, precision)
    if report.audit is not None and report.audit.losses:
        lines.append(("clipped", _clipped(report)))
    counts = {
        "ignored": report.ignored,
        "missing": report.missing,
        "not finite": report.nonfinite,
    }
    lines += [(name, str(count)) for name, count in counts.items() if count]
    if report.left_out and len(report.rows):
        samples = "1 sample" if report.left_out == 1 else f"{report.left_out} samples"
        lines.append(("not shown", f"{samples} (--rows all shows all)"))
    return lines


def _denominators(report: Report, precision: int) -> list[tuple[str, str]]:
    """What means divide by, where that is not simply the number of losses."""
    sums = report.sums
    if not report.weighted and sums.valid == sums.losses:
        return []
    lines = []
    if sums.valid != sums.losses:
        lines.append(("valid", f"{sums.valid} of {sums.losses} losses"))
    if report.weighted:
        weight = _number(sums.weight.value(), precision)
        lines.append(("weights", f"sum {weight}, {sums.counted} of {sums.valid} not 0"))
    if report.denominator not in ("one", "none"):
        why = DENOMINATORS[report.denominator]
        lines.append(("divided by", f"{_number(report.divisor, precision)}, {why}"))
    return lines


def _number(value: float, precision: int) -> str:
    """A whole number as such, any other to ``precision`` digits."""
    return str(int(value)) if value.is_integer() else digits(value, precision)


def _judged(report: Report, precision: int) -> list[tuple[str, str]]:
    """Is it good? Beside what label frequencies alone would lose, and as a number of classes."""
    lines = []
    if report.baseline is not None:
        text = f"{digits(report.baseline, precision)} for always predicting the label frequencies"
        lines.append(("baseline", text))
    if report.normalised is not None and report.baseline is not None:
        text = f"{digits(report.normalised, precision)} of the baseline"
        if not report.is_weighted_mean:
            weighted = digits(report.normalised * report.baseline, precision)
            text += f", the weighted mean being {weighted}"
        lines.append(("normalised", text))
    if report.perplexity is not None:
        lines.append(("perplexity", digits(report.perplexity, precision)))
    if report.floor is not None and report.kl is not None:
        text = f"{digits(report.floor, precision)}, the entropy of the labels: the least loss"
        lines.append(("floor", text))
        lines.append(("KL", f"{digits(report.kl, precision)}, the mean above the floor"))
    return lines


def _clipped(report: Report) -> str:
    audit = report.audit
    assert audit is not None
    text = f"{audit.losses} of {report.elements}"
    if report.elements != report.samples:
        text += f" in {audit.rows} of {report.samples} rows"
    share = audit.share
    return text if share is None else f"{text}, {100 * share:.3g} % of the loss"
