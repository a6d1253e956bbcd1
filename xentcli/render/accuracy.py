"""Accuracies as text: for people with what 'acc' means, for machines every figure."""

from collections.abc import Sequence
from typing import Any, Final

from xentcli.errors import OptionError
from xentcli.measures.accuracy.report import GENERATIONS, Accuracy, Meaning, Meanings
from xentcli.render.digits import digits
from xentcli.render.document import Document, Line, Listing, Part
from xentcli.render.writers import SCHEMA, Records, about

ABSENT: Final = "-"


def document(found: Meanings, precision: int, files: Sequence[str]) -> Document:
    """The accuracies, what 'acc' is, and where its meanings differ.

    Only what 'acc' is has ``precision`` digits. ``files`` are the names of the input's, for JSON.
    """
    parts: list[Part] = []
    for title, columns, right in (
        (_title(found), _columns(found), (1,)),
        (
            "What metrics=['acc'] means (tf.keras 2.x: as Keras 3)",
            _acc_columns(found, precision),
            (3,),
        ),
    ):
        parts += [Line(title, "bold"), Listing(columns, right), Line("")]
    below = [Line(text) for text in _below(found)]
    return Document(
        parts=[*parts, *below] if below else parts[:-1],
        record=lambda: _object(found, files),
        records=lambda: Records.of(_lines(found)),
        value=lambda: _value(found),
    )


def _below(found: Meanings) -> list[str]:
    """Lines that the figures should not be read without."""
    left_out = "1 label is" if found.ignored == 1 else f"{found.ignored} labels are"
    ignored = [f"{left_out} masked or ignored and not counted."] if found.ignored else []
    return [*found.traps, *ignored]


def _title(found: Meanings) -> str:
    scores = "logits" if found.layout.scale == "logits" else "probabilities"
    samples = "1 sample" if found.samples == 1 else f"{found.samples} samples"
    return f"Accuracy from {scores} of {samples}, threshold {found.threshold:g}"


def _columns(found: Meanings) -> list[list[str]]:
    """Heading and cells: metric, value with all its digits, the hits that make it."""
    return [
        ["metric", *(each.metric for each in found.accuracies)],
        ["value", *(_figure(each) for each in found.accuracies)],
        ["hits", *(_hits(each) for each in found.accuracies)],
    ]


def _acc_columns(found: Meanings, precision: int) -> list[list[str]]:
    """Heading and cells: loss, generation of Keras, the metric, its value."""
    table = [["loss"], ["Keras"], ["'acc' is"], ["value"]]
    for meaning in found.acc:
        for name, each in meaning.accuracies.items():
            cells = [meaning.loss, GENERATIONS[name].number, each.metric, _figure(each, precision)]
            for column, cell in zip(table, cells, strict=True):
                column.append(cell)
    return table


def _figure(accuracy: Accuracy, precision: int | None = None) -> str:
    return ABSENT if accuracy.value is None else digits(accuracy.value, precision)


def _hits(accuracy: Accuracy) -> str:
    if accuracy.counted is None or not accuracy.counted.total:
        return accuracy.reason
    return f"{accuracy.counted.hits} of {accuracy.counted.total} {accuracy.unit}"


def _value(found: Meanings) -> float:
    """The one number, where there is one."""
    if len(found.known) == 1:
        return found.known[0].value or 0.0
    names = " and ".join(each.metric for each in found.known)
    raise OptionError(
        f"there are {len(found.known)} accuracies here, {names}",
        hint="-f json and -f csv have them all",
    )


def _object(found: Meanings, files: Sequence[str]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "metric": "accuracy",
        "scale": found.layout.scale,
        "samples": found.samples,
        "elements": found.elements,
        "ignored": found.ignored,
        "missing": found.missing,
        **{each.metric: each.value for each in found.accuracies},
        "threshold": found.threshold,
        "hits": {each.metric: _counted(each) for each in found.accuracies},
        "acc": [_meaning(meaning) for meaning in found.acc],
        "on_logits": {name: count.value for name, count in found.on_logits.items()} or None,
        **about(found.layout, found.remarks, files),
    }


def _counted(accuracy: Accuracy) -> dict[str, int] | None:
    return accuracy.counted and accuracy.counted._asdict()


def _meaning(meaning: Meaning) -> dict[str, Any]:
    return {
        "loss": meaning.loss,
        **{
            name: {"metric": each.metric, "value": each.value}
            for name, each in meaning.accuracies.items()
        },
    }


def _lines(found: Meanings) -> list[dict[str, Any]]:
    """One record for each accuracy, then one for each loss and generation of Keras."""
    lines = [_line(each) for each in found.accuracies]
    for meaning in found.acc:
        for name, each in meaning.accuracies.items():
            lines.append(_line(each, meaning.loss, GENERATIONS[name].number))
    return lines


def _line(accuracy: Accuracy, loss: str | None = None, keras: str | None = None) -> dict[str, Any]:
    counted = accuracy.counted
    return {
        "metric": accuracy.metric,
        "value": accuracy.value,
        "hits": counted and counted.hits,
        "total": counted and counted.total,
        "loss": loss,
        "keras": keras,
    }
