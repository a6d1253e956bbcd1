"""The answer in a line, and what stands below it in a few: summaries of many samples."""

import math
from collections.abc import Iterable, Sequence

from xentcli.measures.loss.report import Report
from xentcli.render.digits import digits

WIDTH = 80
"""Columns of a page: lines are not longer, however wide the terminal is."""

GAP = "   "


def headline(report: Report) -> str:
    """``mean 0.4915 ± 0.0140 nats   45 % of the baseline 1.0986``; nothing where losses stay apart.

    The mean has four digits or more, so that two digits of its standard error show.
    """
    if report.value is None:
        return ""
    what = "total" if report.denominator == "one" else "mean"
    error = report.std_error if what == "mean" else None
    places = _places(report.value, error)
    text = f"{what} {_fixed(report.value, places)}"
    if error is not None:
        text += f" ± {_fixed(error, places)}"
    beside = _beside(report, places if what == "mean" else None)
    return f"{text} {report.unit}" + (f"{GAP}{beside}" if beside else "")


def exactly(report: Report, precision: int) -> str:
    """The value with all its digits, for the line below; nothing where the line has said it."""
    if report.value is None or not math.isfinite(report.value):
        return ""
    text = f"exactly {digits(report.value)}"
    if report.std_error is None or report.denominator == "one":
        return text
    return f"{text} ± {digits(report.std_error, precision)}"


def told(report: Report) -> set[str]:
    """The lines of the summary that the answer has told."""
    if report.value is None:
        return set()
    return {"mean", "total", "normalised"} | (
        {"std error"} if report.denominator != "one" else set()
    )


def packed(lines: Iterable[Sequence[str]], width: int) -> list[str]:
    """Names with their figures, each in the first line that has room for it."""
    found: list[str] = []
    for name, figure in lines:
        text = f"{name} {figure}"
        for at, line in enumerate(found):
            if len(line) + len(GAP) + len(text) <= width:
                found[at] += GAP + text
                break
        else:
            found.append(text)
    return found


def _beside(report: Report, places: int | None) -> str:
    """The mean as a share of the baseline, which is by weight whatever else divides a mean."""
    if report.baseline is None or report.normalised is None:
        return ""
    share = f"{_percent(report.normalised)} of the baseline {_fixed(report.baseline, places)}"
    if report.denominator == "one":
        return f"the mean is {share}"
    return share if report.is_weighted_mean else f"the weighted mean is {share}"


def _percent(share: float) -> str:
    percent = 100 * share
    text = f"{percent:.0f}" if percent >= 10 else f"{percent:.2g}"
    if text == "100" and f"{percent:.2f}" != "100.00":
        text = f"{percent:.2f}"  # better than the baseline, or worse?
    return f"{text} %"


def _places(value: float, error: float | None) -> int | None:
    """The decimal places to show; None where a power of ten says more."""
    if not math.isfinite(value) or not 1e-5 <= abs(value) < 1e6:
        return None
    places = 3 - math.floor(math.log10(abs(value)))
    if error:
        places = max(places, 1 - math.floor(math.log10(error)))
    return min(max(places, 0), 16)


def _fixed(value: float, places: int | None) -> str:
    return digits(value, 4) if places is None else f"{value:.{places}f}"
