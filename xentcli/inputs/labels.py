"""Labels as they are written become labels as kernels take them: classes from 0, or 0 to 1."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from xentcli.blocks.input import Input
from xentcli.blocks.layout import Layout
from xentcli.errors import OptionError
from xentcli.formats.cells import Array, Cells
from xentcli.formats.class_names import few
from xentcli.formats.classes import NAME_THEM, PAIRS, WORDS
from xentcli.formats.grammar import INEXACT
from xentcli.inputs.faults import Fault, first, first_value, spread, within
from xentcli.inputs.shapes import Samples

MOST_LISTED: Final = 12
POSITIONS: Final = "and if labels count the columns say --label-base 0"
MARKERS: Final = frozenset({255.0, 65535.0})
"""What images hold where they have no label; negative numbers are never one."""

_ONE: Final = ("1",)
_BOTH: Final = ("0", "1")
SHARES: Final = "labels are 0, 1 or between; for class numbers use xent ce"


def are_rows(layout: Layout, labels: Cells) -> bool:
    """Whether labels are rows of shares, one for each class, and not class numbers."""
    return layout.loss == "ce" and labels.values.ndim > 1


def refuse_for_rows(input: Input) -> None:
    """OptionError for options that say how class numbers are written."""
    for option, used in (
        ("--ignore-index", input.ignore_index is not None),
        ("--label-base", input.first_class != 0),
    ):
        if used:
            raise OptionError(
                f"{option} needs class numbers, these labels are rows",
                hint="leave rows out with --mask" if option == "--ignore-index" else "leave it out",
            )


def ignored(input: Input, samples: Samples, labels: Cells) -> float | None:
    """The label that leaves out what it stands on: the one asked for, else the library's own."""
    layout = samples.layout
    if input.ignore_index is not None or samples.classes.declared:
        return input.ignore_index
    if layout.loss != "ce" or are_rows(layout, labels):
        return None
    own = input.policy.left_out.get(layout.scale)
    if own is None or own >= input.first_class or own in samples.classes.numbers:
        return None
    return own


def counting(labels: Cells, mask: Cells | None, left_out: float | None) -> Array | None:
    """Which samples, or elements, are neither masked nor ignored; None where all count."""
    valid = None if mask is None else mask.values != 0
    if left_out is not None:
        heard = labels.values != left_out
        if labels.named is not None:
            heard |= labels.named
        valid = heard if valid is None else heard & spread(valid, heard)
    return None if valid is None or valid.all() else valid


class Cleaned(NamedTuple):
    """Labels for a kernel, 0 where they do not count, and the first that is none.

    ``pair`` is as in Layout, and ``classes`` are the two words where labels are some.
    """

    values: Array
    fault: Fault | None
    pair: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


def cleaned(input: Input, samples: Samples, labels: Cells, valid: Array | None) -> Cleaned:
    """Labels as kernels take them."""
    values, classes, base = labels.values, samples.classes, input.first_class
    fault = _inexact(labels, valid) if base or classes.names else None
    if fault is not None:
        return Cleaned(np.zeros(values.shape), fault)
    if not are_rows(samples.layout, labels):
        if values.dtype == bool and classes.flags is not None:
            false, true = classes.flags
            return Cleaned(_counted(np.where(values, true, false), valid), None)
        if classes.numbered:
            return Cleaned(*_by_value(samples, labels, valid))
    if classes.words and labels.named is not None and labels.named.any():
        return _by_word(samples, labels, valid)
    if base and labels.named is None:
        values = values - float(base)  # no byte wraps around below its 0
    values = _counted(values, valid)
    fault = _mixture(samples, labels, valid)
    if fault is not None:
        return Cleaned(values, fault)
    if samples.layout.loss == "ce":
        if values.ndim == 1:
            return Cleaned(values, _class_fault(input, values, samples))
        return Cleaned(values, _unit_fault(values, base, rows=True))
    return _binary(values, valid, base)


def _inexact(labels: Cells, valid: Array | None) -> Fault | None:
    """The first label that may be another whole number, which float64 has rounded to it."""
    values = labels.values
    if within(values, 1 - INEXACT, INEXACT - 1):
        return None
    bad = ((values >= INEXACT) | (values <= -INEXACT)) & np.isfinite(values)
    if valid is not None:
        bad = bad & spread(valid, bad)
    if not bad.any():
        return None
    problem = f"label {int(values[bad][0])} is beyond 2^53, where float64 rounds whole numbers"
    return first(bad, "labels", problem, "number the classes from 0 where the labels are written")


def _binary(values: Array, valid: Array | None, base: int) -> Cleaned:
    low, high = (values.min(), values.max()) if values.size else (1, 1)
    if valid is not None or not 0 <= low <= high <= 1:
        pair = () if base else _pair(values, valid)
        if "-1" in pair:
            return Cleaned((values == 1).astype(np.float64), None, pair)
        return Cleaned(values, _unit_fault(values, base), pair)
    return Cleaned(values, None, () if base or not values.size else _ONE if low == 1 else _BOTH)


def _counted(values: Array, valid: Array | None) -> Array:
    """``values`` with 0 for those that do not count."""
    return values if valid is None else np.where(spread(valid, values), values, 0)


def _pair(values: Array, valid: Array | None) -> tuple[str, ...]:
    """How labels 0 and 1 are written in a block of numbers, as far as they are met in it."""
    if valid is not None:
        values = values[np.broadcast_to(spread(valid, values), values.shape)]
    if not values.size:
        return ()
    low, high = values.min(), values.max()
    if low >= 0:
        return _ONE if low == 1 else _BOTH
    if low == -1 and high in (-1, 1) and bool((np.abs(values) == 1).all()):
        return ("-1",) if high == -1 else ("-1", "1")
    return ()


def _by_word(samples: Samples, labels: Cells, valid: Array | None) -> Cleaned:
    """Labels that are words for 0 and 1, all of one pair."""
    named, numbers = labels.named, labels.values
    assert named is not None
    counts = np.True_ if valid is None else np.broadcast_to(spread(valid, named), named.shape)
    if samples.layout.loss == "ce" and numbers.ndim == 1:
        return Cleaned(numbers, _first_word(numbers, named, "not a number: {!r}", NAME_THEM))
    which = np.where(named, numbers, 0).astype(np.intp)
    met = named & counts if (named & counts).any() else named
    pair = PAIRS[which[met][0] // 2]
    alone = "write all labels in one way, or name the classes with --classes"
    bad = ~named & counts & ~np.isnan(numbers)
    problem = f"label {{}} is a number where others are {' and '.join(pair)}"
    fault = first_value(numbers, bad, "labels", problem, alone)
    if fault is None:
        other = met & (which // 2 != PAIRS.index(pair))
        problem = f"label {{!r}} is neither {pair[0]} nor {pair[1]}, as the labels before are"
        fault = _first_word(numbers, other, problem, alone)
    values = np.where(named & counts, which % 2, 0).astype(np.float64)
    return Cleaned(values, fault or first(~named & counts, "labels", "label nan"), pair, pair)


def _first_word(numbers: Array, bad: Array, problem: str, hint: str) -> Fault | None:
    """The first word that is marked, which stands where ``problem`` has braces."""
    if not bad.any():
        return None
    return first(bad, "labels", problem.format(WORDS.word(int(numbers[bad][0]))), hint)


def _by_value(samples: Samples, labels: Cells, valid: Array | None) -> tuple[Array, Fault | None]:
    """The classes that labels name; names that are no numbers were looked up as they were read."""
    classes = samples.classes
    known, order = map(np.array, classes.ascending)
    numbers, hit = labels.values, np.zeros(labels.shape, bool)
    if order.size:
        at = np.minimum(np.searchsorted(known, numbers), order.size - 1)
        hit = known[at] == numbers
        numbers = order[at]
    other = hit & (numbers != labels.values) if classes.crossed else None
    if labels.named is not None:
        numbers = np.where(labels.named, labels.values, numbers)
        hit |= labels.named
        other = None if other is None else other & ~labels.named
    bad = ~hit if valid is None else ~hit & spread(valid, hit)
    hint = classes.listed
    if not classes.declared:
        hint += f", {POSITIONS}"
    elif bad.any() and not hit.any():
        hint += _counting(labels.values[bad], len(classes.names))
    hint += _marker(labels.values, bad) if bad.any() else ""
    fault = first_value(labels.values, bad, "labels", "label {} is no class", hint)
    if fault is None and other is not None:
        fault = _crossed(samples, labels, other if valid is None else other & spread(valid, other))
    return _counted(np.where(hit, numbers, 0), valid), fault


def _counting(values: Array, count: int) -> str:
    """What to say of labels that count the classes where those were named."""
    base = int((values == count).any())
    if not np.isin(values, np.arange(base, base + count)).all():
        return ""
    numbers = _some([str(base + number) for number in range(count)])
    hint = f"; if labels are their numbers, say --classes {numbers}"
    return hint if base else hint + " or leave it out"


def _crossed(samples: Samples, labels: Cells, other: Array) -> Fault | None:
    """The first label that is one column by its name and another one by its position."""
    fault = first(other, "labels", "")
    if fault is None:
        return None
    classes, label = samples.classes, int(labels.values[fault.row])
    columns = classes.levels[0]
    ordered = [columns[classes.numbers[number]] for number in range(len(columns))]
    numbers = sorted(classes.numbers, key=classes.numbers.__getitem__)
    return fault._replace(
        problem=f"{few(columns)} are in another order than the classes: label {label} is "
        f"{ordered[label]} by its name and {columns[label]} by its position",
        hint=f"list them in order, --{samples.layout.scale} {_some(ordered)}, or say "
        f"--classes {_some([f'{number:.0f}' for number in numbers])} for the names or "
        "--label-base 0 for the positions",
    )


def _some(names: Sequence[str]) -> str:
    """As much of a list to be typed as a message may hold."""
    return ",".join(names[:MOST_LISTED]) + (",..." if len(names) > MOST_LISTED else "")


def _mixture(samples: Samples, labels: Cells, valid: Array | None) -> Fault | None:
    """Names of score columns stand for all labels or for none: 1 among them may mean anything."""
    named, names = labels.named, samples.layout.classes
    if named is None and (not names or are_rows(samples.layout, labels)):
        return None
    if named is not None and not (names and labels.values.ndim == 1):
        problem = "is the name of a class where the labels before are numbers"
        return first(named, "labels", problem, "name all classes with --classes")
    bad = ~np.isnan(labels.values) if named is None else ~(named | np.isnan(labels.values))
    bad = bad if valid is None else bad & valid
    problem = "label {} is a number where others are names of classes"
    return first_value(labels.values, bad, "labels", problem, samples.classes.listed)


def _unit_fault(values: Array, base: int, *, rows: bool = False) -> Fault | None:
    if within(values, 0, 1):
        return None
    hint = SHARES if not base else f"with --label-base {base} labels are {base} to {base + 1}"
    if not base and not np.isnan(values).any():
        found = set(np.unique(values).tolist())
        if found <= {1.0, 2.0}:
            hint = "labels are 0 and 1: these look like 1 and 2, say --label-base 1"
    bad = ~((values >= 0) & (values <= 1))
    hint += "" if rows else _marker(values + base, bad)
    problem = f"label {{}} is outside [{base}, {base + 1}]"
    return first_value(values + base, bad, "labels", problem, hint)


def _marker(values: Array, bad: Array) -> str:
    """What to say of a label that usually marks what is to be left out."""
    found = values[bad]
    value = float(found.flat[0])
    if not ((value < 0 and value.is_integer()) or value in MARKERS):
        return ""
    return f"; if {value:g} marks what to leave out, say --ignore-index {value:g}"


def _class_fault(input: Input, values: Array, samples: Samples) -> Fault | None:
    classes = samples.layout.outputs or 1
    whole = np.floor(values) == values
    if within(values, 0, classes - 1) and bool(whole.all()):
        return None
    base = input.first_class
    hint = f"class numbers are {base}, {base + 1}, {base + 2}, ..."
    problem = "label {} is not a class number"
    fault = first_value(values + base, ~whole, "labels", problem, hint)
    if fault is not None:
        return fault
    hint = f"with {classes} classes labels are {base} to {base + classes - 1}"
    if not base and values.min() >= 1 and values.max() == classes:
        hint += f": these look like 1 to {classes}, say --label-base 1"
    elif samples.classes.names and input.label_base is None:
        hint += ", for others say --classes"
    bad = (values < 0) | (values >= classes)
    hint += _marker(values + base, bad)
    if input.policy.out_of_range:
        hint += f"; note that {input.policy.out_of_range}"
    return first_value(values + base, bad, "labels", "label {} is out of range", hint)
