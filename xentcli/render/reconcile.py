"""A comparison as text: for people a table with reasons, for machines every step."""

import math
from collections.abc import Sequence
from itertools import compress
from typing import Any, Final, NoReturn

from xentcli.errors import OptionError
from xentcli.measures.reconcile.report import Compared, Comparing, Step
from xentcli.render.digits import digits
from xentcli.render.document import Document, Figures, Line, Listing, Part
from xentcli.render.writers import SCHEMA, Records, about, finite

SAME: Final = "the same"
SLIGHT: Final = 1e-3
"""Steps below this share of the largest one are told together."""

_ROUNDING: Final[dict[str, tuple[str, ...]]] = {
    "values": ("They differ by rounding only.",),
    "samples": ("Sample by sample they differ by rounding only.",),
    "nothing": (),
}


def document(found: Comparing, precision: int, files: Sequence[str]) -> Document:
    """The conventions with their values and why they differ, and samples where they differ most.

    Tables have ``precision`` digits, all else has all. ``files`` are the names of the input's, for
    JSON.
    """
    parts: list[Part] = [
        Line(title(found), "bold"),
        Listing(columns(found, precision), right=(1, 2)),
    ]
    if len(found.spread.numbers):
        parts += [Line(""), Line("Samples on which they differ most", "bold")]
        parts.append(Figures(spread_columns(found, precision)))
    parts += [Line(text) for text in _samples(found)]
    parts += [Line(reason, "dim") for reason in refusals(found)]
    return Document(
        parts=parts,
        record=lambda: _object(found, files),
        records=lambda: Records.of(
            [_record(each, first=each is found.taken[0]) for each in found.compared]
        ),
        value=no_value,
    )


def no_value() -> NoReturn:
    """OptionError: a comparison has many numbers."""
    raise OptionError("reconcile has no one number", hint="-f json and -f csv have them all")


def _samples(found: Comparing) -> tuple[str, ...]:
    """On how many samples the conventions differ where fewer are shown than asked for, and how."""
    if found.rounding != "nothing" or min(found.asked, found.samples) <= found.differing:
        return _ROUNDING[found.rounding]
    if not found.differing:
        return ("They differ on no sample.",)
    return (f"They differ on {found.differing} of {found.samples} samples.",)


def title(found: Comparing) -> str:
    """What is compared, and by what."""
    kind = "Binary" if found.layout.loss == "bce" else "Categorical"
    scores = "logits" if found.layout.scale == "logits" else "probabilities"
    samples = "1 sample" if found.samples == 1 else f"{found.samples} samples"
    text = f"{kind} cross-entropy from {scores} of {samples}, in {found.unit}, by convention"
    return text if found.reduction is None else f"{text}, {found.reduction}"


def columns(found: Comparing, precision: int) -> list[list[str]]:
    """Heading and cells: convention, value, difference from the first, why.

    Conventions with the same cells are one row, which names the others.
    """
    rows: dict[tuple[str, ...], list[Compared]] = {}
    for each in found.taken:
        first = each is found.taken[0]
        text = SAME if not each.steps and not first else why(each, first=first)
        cells = digits(each.value or 0.0, precision), _difference(each, precision), text
        rows.setdefault(cells, []).append(each)
    table = [["convention"], ["value"], ["difference"], ["why"]]
    for (value, difference, text), alike in rows.items():
        one, *others = alike
        said = why(one) if text == SAME and not others else text
        if others:
            more = "1 more says" if len(others) == 1 else f"{len(others)} more say"
            said += f"; {more} the same: {', '.join(each.convention.name for each in others)}"
        for column, cell in zip(table, (one.convention.name, value, difference, said), strict=True):
            column.append(cell)
    return table


def refusals(found: Comparing) -> list[str]:
    """One line for each reason for which conventions cannot take this input."""
    reasons: dict[str, list[str]] = {}
    for each in found.compared:
        if each.refusal:
            reason = each.refusal.removeprefix(f"{each.convention.name} ")
            reasons.setdefault(reason, []).append(each.convention.name)
    return [f"not here: {', '.join(names)}: {reason}" for reason, names in reasons.items()]


def spread_columns(found: Comparing, precision: int) -> list[list[str]]:
    """The samples on which the conventions differ most, with the two that lie farthest apart."""
    spread = found.spread
    table = [["sample"], ["least"], ["loss"], ["most"], ["loss"], ["difference"]]
    taken = [each.value is not None for each in found.compared]
    names = [each.convention.name for each in found.compared]
    for number, losses, gap in zip(
        spread.numbers.tolist(), spread.losses.tolist(), spread.gaps.tolist(), strict=True
    ):
        own = list(compress(zip(losses, names, strict=True), taken))
        known = [(loss, name) for loss, name in own if not math.isnan(loss)]
        unknown = [(loss, name) for loss, name in own if math.isnan(loss)]
        (low, least), (high, most) = min(known), (unknown or [max(known)])[0]
        cells = [str(number + 1), least, digits(low, precision), most, digits(high, precision)]
        for column, cell in zip(table, [*cells, digits(gap, precision)], strict=True):
            column.append(cell)
    return table


def _difference(each: Compared, precision: int) -> str:
    value = each.difference or 0.0
    return f"+{digits(value, precision)}" if value > 0 else digits(value, precision)


def why(each: Compared, *, first: bool = False) -> str:
    """The steps that moved the value, the largest first."""
    if first:
        return "the reference"
    steps = sorted(each.steps, key=lambda step: -step.weight)
    if not steps:
        idle = f"; its {', '.join(each.idle)} make no difference here" if each.idle else ""
        return SAME + idle
    largest = steps[0].weight
    told = [step for step in steps if step.weight >= SLIGHT * largest or math.isinf(largest)]
    if math.isinf(largest):
        finite_steps = [step for step in steps if math.isfinite(step.weight)]
        told = [step for step in steps if math.isinf(step.weight)]
        told += [step for step in finite_steps if step.weight >= SLIGHT * abs(step.after or 1.0)]
    return "; ".join(_told(step) for step in told)


def _told(step: Step) -> str:
    clipped = f", {step.clipped} of {step.losses} here" if step.clipped else ""
    if math.isfinite(step.after - step.before):
        effect = f"{step.after - step.before:+.3g}"
    else:
        effect = f"{step.before:.6g} to {step.after:.6g}"
    return f"{step.said}{clipped}: {effect}"


def _record(each: Compared, *, first: bool) -> dict[str, Any]:
    return {
        "convention": each.convention.name,
        "value": finite(each.value),
        "difference": finite(each.difference),
        "why": each.refusal or why(each, first=first),
    }


def _object(found: Comparing, files: Sequence[str]) -> dict[str, Any]:
    spread = found.spread
    return {
        "schema": SCHEMA,
        "loss": found.layout.loss,
        "scale": found.layout.scale,
        "unit": found.unit,
        "samples": found.samples,
        "missing": found.missing,
        "missing_labels": found.gaps,
        "digits": found.digits,
        "rounding_only": found.rounding == "values",
        "differing": found.differing,
        "reference": found.taken[0].convention.name,
        "conventions": [
            {
                "name": each.convention.name,
                "value": finite(each.value),
                "difference": finite(each.difference),
                "steps": [_step(step) for step in each.steps],
                "without_effect": list(each.idle),
                "refusal": each.refusal or None,
            }
            for each in found.compared
        ],
        "rows": [
            {
                "sample": number + 1,
                "losses": {
                    each.convention.name: None if each.refusal else finite(loss)
                    for each, loss in zip(found.compared, losses, strict=True)
                },
            }
            for number, losses in zip(spread.numbers.tolist(), spread.losses.tolist(), strict=True)
        ],
        **about(found.layout, found.remarks, files),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "aspect": step.aspect,
        "said": step.said,
        "before": finite(step.before),
        "after": finite(step.after),
        "clipped": step.clipped,
    }
