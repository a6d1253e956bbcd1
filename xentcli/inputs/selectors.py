"""Columns: which ones hold labels, scores and the rest, by option or by name.

Selectors are ``name``, ``'name*'``, ``first..last`` (file order), ``:3`` and ``:3..12``
(positions from 1), joined by commas. Pure Python: completion and readers share it.
"""

import difflib
import re
from collections import Counter
from collections.abc import Callable, Container, Sequence
from fnmatch import fnmatchcase
from typing import Final

from xentcli.blocks.input import Input
from xentcli.blocks.layout import Scale
from xentcli.errors import InputError, OptionError
from xentcli.formats import column_names
from xentcli.formats.class_names import MOST_COMPARED, few, typed
from xentcli.formats.classes import NO_CLASSES, WORDS, Classes
from xentcli.formats.columns import Header, Positions, Selection
from xentcli.inputs import label_0, label_columns
from xentcli.inputs.class_options import declared, of_columns
from xentcli.inputs.roles import TEXTS, given, option
from xentcli.remarks import COLUMNS_FOUND, Remark

MOST_SHOWN: Final = 40
MOST_TYPED: Final = 6
POSITIONS: Final = re.compile(r":(\d{1,9})(?:\.\.:?(\d{1,9}))?")

FEW: Final = 4
"""Names that are looked for one by one; for more of them a table is worth its memory."""

Find = Callable[[str], Sequence[int]]


def select(input: Input, header: Header, beside: Container[str] = ()) -> Selection:
    """The columns of each role in one table; roles whose arrays are ``beside`` it are not in it.

    Raises InputError for a name that is not there, that stands twice, or that no rule finds;
    OptionError for a malformed selector.
    """
    positions = {
        role: resolve(value, option(input, role), header)
        for role, value in given(input).items()
        if not value.startswith("@") and role not in beside
    }
    found = []
    scale = input.scale
    if input.scores is None:
        scale, positions["scores"] = _found_scores(input, header, positions)
        found.append(f"{scale} from {_listed(header, positions['scores'])}")
    if input.labels is None:
        positions["labels"] = _found_labels(header, positions)
        found.insert(0, f"labels from {_listed(header, positions['labels'])}")
    assert scale is not None
    labels, scores = positions.get("labels", ()), positions.get("scores", ())
    _refuse_overlap(header, labels, scores)
    doubts = []
    if header.names is not None and len(scores) > 1:
        doubts = label_columns.crossed(input, scale, header, labels, scores)
    elif header.names is not None and input.loss != "ce":
        doubts = label_0.doubted(input, scale, header, labels, scores)
    classes = declared(input) if input.classes else _from_scores(input, header, positions)
    if not classes.names:
        classes = WORDS
    remarks = [Remark(COLUMNS_FOUND, ", ".join(found))] if found else []
    remarks += [*classes.remarks(scale), *label_columns.unlike(header, scores, scale), *doubts]
    texts = _texts(input, header)
    return Selection(positions, scale, tuple(remarks), classes, texts, input.missing_values)


def _texts(input: Input, header: Header) -> Positions:
    """The columns of text: they may also be used as numbers, so they take none from those."""
    return {
        role: resolve(value, option(input, role), header)
        for role, value in given(input, TEXTS).items()
    }


def _from_scores(input: Input, header: Header, positions: Positions) -> Classes:
    """The classes that the score columns name, however they were picked.

    Labels may come from elsewhere, but not in several columns: those are rows.
    """
    scores = positions.get("scores", ())
    if header.names is None or len(positions.get("labels", ())) > 1:
        return NO_CLASSES
    return of_columns(input, [header.name(place) for place in scores])


def resolve(selectors: str, option: str, header: Header) -> tuple[int, ...]:
    """Positions that comma-separated ``selectors`` pick from ``header``.

    >>> resolve("y,z*", "--logits", Header(("y", "z1", "z2"), 3, "a.csv"))
    (0, 1, 2)
    >>> resolve(":2..3", "--logits", Header(None, 3, "a.csv"))
    (1, 2)
    """
    if header.names is not None and selectors in header.names:
        return (_position(selectors, header),)  # an exact name wins, even one with a comma
    picked: list[int] = []
    listed = selectors.split(",")
    find = _finder(header.names or (), often=len(listed) > FEW)
    for selector in listed:
        picked += _resolve_one(selector, option, header, find)
    common = Counter(picked)
    if len(common) < len(picked):
        twice = next(place for place in common if common[place] > 1)
        raise OptionError(f"{option} picks column {header.name(twice)} twice")
    return tuple(picked)


def _finder(names: Sequence[str], *, often: bool) -> Find:
    """What finds all places of a name; ``often``: more than a look at all of them is worth."""
    if not often:
        return lambda name: [place for place, other in enumerate(names) if other == name]
    table: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        table.setdefault(name, []).append(place)
    return lambda name: table.get(name, ())


def _resolve_one(selector: str, option: str, header: Header, find: Find) -> Sequence[int]:
    names = header.names
    if names is not None and find(selector):
        return [_position(selector, header, find=find)]
    if match := POSITIONS.fullmatch(selector):
        return _range(match, selector, option, header)
    if not selector:
        raise OptionError(f"{option} has an empty column name", hint=_what_is_there(header))
    if names is None:
        raise InputError(
            f"has no header, so {option} {selector} names nothing",
            source=header.source,
            hint=f"give positions such as {option} :2, or --header",
        )
    if "*" in selector or "?" in selector:
        found = [i for i, name in enumerate(names) if fnmatchcase(name, selector)]
        if found:
            return _each_once(found, header)
    if ".." in selector:
        first, _, last = selector.partition("..")
        if not first or not last or first.startswith(":"):
            hint = "a range has both ends, as in a..c or :2..4"
            raise OptionError(f"{option} {selector} is no range of columns", hint=hint)
        start, stop = (_position(end, header, option, find) for end in (first, last))
        if start > stop:
            raise OptionError(f"{option} {selector}: {last} stands before {first}")
        return range(start, stop + 1)
    return [_position(selector, header, option, find)]


def _range(match: re.Match[str], selector: str, option: str, header: Header) -> Sequence[int]:
    first, last = int(match[1]), int(match[2] or match[1])
    if not 1 <= first <= last <= header.width:
        raise InputError(
            f"{option} {selector} reaches outside its {header.width} columns",
            source=header.source,
            hint=_what_is_there(header),
        )
    return range(first - 1, last)


def _position(name: str, header: Header, option: str = "", find: Find | None = None) -> int:
    names = header.names or ()
    places = (find or _finder(names, often=False))(name)
    if len(places) > 1:
        raise InputError(
            f"two columns are named {name}",
            source=header.source,
            hint=f"pick one by position, :{places[0] + 1} or :{places[1] + 1}",
        )
    if not places:
        near = difflib.get_close_matches(name, names[:MOST_COMPARED], n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise InputError(
            f"has no column {name} for {option}",
            source=header.source,
            hint=hint + _what_is_there(header),
        )
    return places[0]


def _found_scores(input: Input, header: Header, given: Positions) -> tuple[Scale, tuple[int, ...]]:
    taken = {place for role, picked in given.items() if role != "labels" for place in picked}
    logits, probs = (
        _free(column_names.matching(pattern, header.names or ()), header, taken)
        for pattern in (column_names.LOGITS, column_names.PROBS)
    )
    if bool(logits) != bool(probs):
        scale: Scale = "logits" if logits else "probs"
        return scale, _one_family(header, logits or probs, scale)
    if logits:
        problem = (
            f"has logits ({_listed(header, logits)}) and probabilities ({_listed(header, probs)})"
        )
    else:
        problem = "has no column named like logits or probabilities"
    names = header.names or ()
    likely = [place for place in column_names.likely(names) if place not in taken]
    example = f", such as --probs {_typed(header, likely)}" if likely else ""
    if column_names.are_logarithms([names[place] for place in likely]):
        example = f" ({_listed(header, likely)}: exp makes probabilities of logarithms)"
        if input.loss == "ce":
            example = f", such as --logits {_typed(header, likely)}, for softmax leaves "
            example += "logarithms of probabilities as they are"
    raise InputError(
        problem,
        source=header.source,
        hint=f"say which with --logits or --probs{example}; {_what_is_there(header)}",
    )


def _one_family(header: Header, found: Sequence[int], option: str) -> tuple[int, ...]:
    """``found``, or InputError where their names are of more than one kind."""
    alike = column_names.family([header.name(place) for place in found], found)
    if len(alike) == len(found):
        return tuple(found)
    others = sorted(set(found).difference(alike))
    problem = f"has {_listed(header, others)}, which may be something else than {option}"
    if alike:
        problem = f"has {_listed(header, alike)} and {_listed(header, others)}, "
        problem += f"which are not named alike as {option}"
    example = _typed(header, alike or others)
    raise InputError(problem, source=header.source, hint=f"say which: --{option} {example}")


def _found_labels(header: Header, given: Positions) -> tuple[int, ...]:
    taken = {place: role for role, picked in given.items() for place in picked}
    if header.names is None:
        if 0 in taken:
            raise InputError(
                f"has no header, and column :1 is taken by the {taken[0]}",
                source=header.source,
                hint="say where the labels are, such as --labels :2",
            )
        return (0,)
    labels = _free(column_names.labels(header.names), header, taken)
    if not labels:
        raise InputError(
            "has no column named like labels",
            source=header.source,
            hint=f"say which with --labels; {_what_is_there(header)}",
        )
    return labels if len(labels) == 1 else _one_family(header, labels, "labels")


def _free(found: list[int], header: Header, taken: Container[int]) -> tuple[int, ...]:
    """``found`` without what is ``taken`` for another role."""
    return tuple(_each_once([place for place in found if place not in taken], header))


def _each_once(picked: list[int], header: Header) -> list[int]:
    """``picked``, or InputError where two of them have one name."""
    if len({header.name(place) for place in picked}) < len(picked):
        common = Counter(map(header.name, picked))
        _position(next(name for name in common if common[name] > 1), header)
    return picked


def _refuse_overlap(header: Header, labels: tuple[int, ...], scores: tuple[int, ...]) -> None:
    both = sorted(set(labels) & set(scores))
    if both:
        raise OptionError(f"column {header.name(both[0])} is picked for labels and for scores")


def _listed(header: Header, positions: Sequence[int]) -> str:
    return few([header.name(place) for place in positions])


def _typed(header: Header, places: Sequence[int]) -> str:
    return typed([header.name(place) for place in places], places, MOST_TYPED)


def _what_is_there(header: Header, most: int = 12) -> str:
    if header.names is None:
        return f"there are columns :1 to :{header.width}"
    names = [_short(name) or f":{i + 1}" for i, name in enumerate(header.names[:most])]
    if not names:
        return "there are no columns"
    shown = ", ".join(names)
    if header.names[0].startswith("#"):
        shown += "; line 1 begins with #: if it is a comment, tail -n +2 FILE | xent ... -"
        shown += "; if only the # is, sed '1s/^#* *//' FILE | xent ... -"
    more = f" and {header.width - most} more" if header.width > most else ""
    return f"there is {shown}{more}"


def _short(name: str) -> str:
    return name if len(name) <= MOST_SHOWN else name[: MOST_SHOWN - 3] + "..."
