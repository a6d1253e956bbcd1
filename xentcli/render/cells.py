"""What the tables show, as strings: the columns of samples and the lines of the summary."""

from xentcli.job import Layout
from xentcli.report import Report
from xentcli.tally import sample_means


def digits(value: float, precision: int | None = None) -> str:
    """The shortest digits that read back as ``value``, or ``precision`` significant ones.

    >>> digits(0.1), digits(2 / 3, 6), digits(float("inf")), digits(5.0)
    ('0.1', '0.666667', 'inf', '5.0')
    >>> digits(0.25, 6), digits(0.0, 6)
    ('0.250000', '0')
    """
    if precision is None:
        return repr(float(value))
    return f"{value:#.{precision}g}".rstrip(".") if value else "0"


def title(report: Report) -> str:
    """What the figures are: ``Binary cross-entropy from logits, in nats``."""
    kind = "Binary" if report.loss == "bce" else "Categorical"
    scores = "logits" if report.layout.scale == "logits" else "probabilities"
    return f"{kind} cross-entropy from {scores}, in {report.unit}"


def output_names(layout: Layout) -> list[str]:
    """The outputs' names: those of the score columns, else 1, 2, ..."""
    if layout.names and len(set(layout.names)) == len(layout.names):
        return list(layout.names)
    return [str(i + 1) for i in range(layout.outputs or 1)]


def columns(report: Report, precision: int, shown: list[int]) -> list[list[str]]:
    """Heading and cells of every column; ``shown`` are the outputs that have one."""
    rows = report.rows
    table = [["sample", *(str(number + 1) for number in rows.numbers.tolist())]]
    if report.loss == "ce":
        assert rows.classes is not None
        table.append(["label", *("soft" if c < 0 else str(c) for c in rows.classes.tolist())])
    if rows.losses.ndim == 1:
        table.append(_figures("loss", rows.losses.tolist(), precision))
        return _with_gap(table, report)
    names = output_names(report.layout)
    kind = "" if names == list(report.layout.names) else "output "
    for before, output in zip([-1, *shown], shown, strict=False):
        if output != before + 1:
            table.append(["...", *("" for _ in range(len(rows)))])
        table.append(_figures(kind + names[output], rows.losses[:, output].tolist(), precision))
    table.append(_figures("mean", sample_means(rows.losses).tolist(), precision))
    return _with_gap(table, report)


def _figures(heading: str, values: list[float], precision: int) -> list[str]:
    return [heading, *(digits(value, precision) for value in values)]


def _with_gap(table: list[list[str]], report: Report) -> list[list[str]]:
    """A row of dots where samples are left out."""
    if report.gap is None:
        return table
    at = report.gap + 1
    return [[*column[:at], "" if i else "...", *column[at:]] for i, column in enumerate(table)]


def summary(report: Report, precision: int) -> list[tuple[str, str]]:
    """Names and figures of the summary; the mean with all its digits."""
    elements = f", {report.elements} elements" if report.elements != report.samples else ""
    lines = [
        ("mean", f"{digits(report.mean)} {report.unit}"),
        ("sum", digits(report.sum, precision)),
        ("samples", f"{report.samples}{elements}"),
        ("min", digits(report.min, precision)),
        ("max", digits(report.max, precision)),
    ]
    if report.std_error is not None:
        lines.append(("std error", f"{digits(report.std_error, precision)} (over samples)"))
    if report.weighted:
        lines.append(("weight", digits(report.weight, precision)))
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
