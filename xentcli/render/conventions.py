"""Conventions as text: all of them as a table, or one in full."""

from collections.abc import Sequence
from typing import Any, Final, NoReturn

from xentcli.conventions import DENOMINATORS, Convention, Kind, Rule
from xentcli.conventions.formula import formula, number
from xentcli.errors import OptionError
from xentcli.render.document import Document, Line, Listing
from xentcli.render.writers import SCHEMA, Records

_KINDS: Final = {
    "bce": "binary",
    "ce": "categorical, label rows",
    "ce-index": "categorical, class numbers",
}
_KEY: Final = (
    "",
    "p: what happens to a probability before its logarithm (empty: logits only)",
    "mean by: what divides the sum of binary losses: weights, their number, or the",
    "number of those that are not 0",
    "xent conventions NAME shows one in full: formulas, options and source",
)
_WEIGHTS: Final = {
    "terms": "on every class's term",
    "rows": "on the row, by its largest label",
}


def document(conventions: Sequence[Convention], *, full: bool) -> Document:
    """All of the ``conventions`` as a table; ``full``: the first one with all of its rules."""
    rows = details(conventions[0]) if full else overview(conventions)
    columns = [list(column) for column in zip(*rows, strict=True)]
    one = conventions[0]
    title = f"{one.name}: {one.title}" if full else "Conventions"
    key = [] if full else [Line(text, "dim") for text in _KEY]
    listed = [_object(convention) for convention in conventions]
    return Document(
        parts=[Line(title, "bold"), Listing(columns), *key],
        record=lambda: {"schema": SCHEMA, **(listed[0] if full else {"conventions": listed})},
        records=lambda: Records([own[0] for own in columns], [own[1:] for own in columns]),
        value=_no_value,
        objects=listed,
    )


def _no_value() -> NoReturn:
    raise OptionError("conventions are no number", hint="-f json has them whole")


def overview(conventions: Sequence[Convention]) -> list[list[str]]:
    """Headings, and one row for each convention."""
    rows = [["convention", "float", "p", "mean by", "library"]]
    for each in conventions:
        probs = each.rules.get(("bce", "probs"))
        mean = (probs or each.rules["bce", "logits"]).reductions[0][1]
        how = "" if probs is None else bound(probs)
        rows.append([each.name, each.dtype_code, how, mean, each.title])
    return rows


def details(convention: Convention) -> list[list[str]]:
    """What the record says, heading and text: first of the whole, then rule by rule."""
    rows = [["field", "value"], ["source", convention.source]]
    kept = "; arrays of scores keep theirs" if convention.keeps_input else ""
    rows.append(["float types", ", ".join(convention.dtypes) + kept])
    if convention.clips_outside:
        rows.append(["outside [0, 1]", "probabilities there are silently clipped"])
    if convention.class_axis is not None:
        axis = "the last" if convention.class_axis == -1 else str(convention.class_axis)
        rows.append(["class axis", axis])
    if convention.bad_label:
        rows.append(["labels out of range", f"{convention.bad_label}; xent refuses them"])
    if convention.notes:
        rows.append(["note", convention.notes])
    rows += [["not met", reason] for reason in convention.unmet]
    for (kind, scale), rule in convention.rules.items():
        rows.append([f"{_KINDS[kind]}, {scale}", rule.function])
        rows += [[f"  {name}", text] for name, text in _of_rule(kind, scale, rule)]
    return rows


def _of_rule(kind: Kind, scale: str, rule: Rule) -> list[tuple[str, str]]:
    lines = [("formula", formula(kind, scale, rule))]
    if rule.soft != "as given":
        lines.append(("soft labels", rule.soft))
    if "class-weight" in rule.options:
        lines.append(("class weights", _WEIGHTS[rule.class_weights]))
    lines.append(("reductions", ", ".join(name for name, _ in rule.reductions)))
    lines.append(("mean", f"divides by {DENOMINATORS[rule.reductions[0][1]]}"))
    lines.append(("options", ", ".join(sorted(rule.options)) or "none"))
    return lines


def bound(rule: Rule) -> str:
    """What a rule does to probabilities, in few words.

    >>> bound(Rule("", frozenset(), (), bound="clip", eps=1e-7, added=1e-7))
    'clip 1e-7 + 1e-7'
    """
    eps = "eps" if rule.eps is None else number(rule.eps)
    words = {"none": "", "clip": f"clip {eps}", "floor": f"floor {eps}"}
    found = words.get(rule.bound, f"cap {rule.worst:g}" if rule.worst else "")
    if rule.added:
        found += f" + {number(rule.added)}" if found else f"add {number(rule.added)}"
    return found or "as it is"


def _object(convention: Convention) -> dict[str, Any]:
    record = convention._asdict()
    record.pop("dtype")
    record["rules"] = [
        {"loss": kind, "scale": scale, "formula": formula(kind, scale, rule), **_plain(rule)}
        for (kind, scale), rule in convention.rules.items()
    ]
    return record


def _plain(rule: Rule) -> dict[str, Any]:
    return rule._asdict() | {
        "options": sorted(rule.options),
        "reductions": dict(rule.reductions),
    }
