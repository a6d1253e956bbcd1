"""Columns: which ones hold labels, scores and weights, by option or by name.

Selectors are ``name``, ``'name*'``, ``first..last`` (file order), ``:3`` and ``:3..12``
(positions from 1), joined by commas. Pure Python: completion and readers share it.
"""

import difflib
import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Final, NamedTuple

from xentcli.errors import InputError, OptionError
from xentcli.job import Job, Scale
from xentcli.readers.pairing import refuse_crossed

LABEL_NAMES: Final = re.compile(
    r"label|labels|y|y_true|target|targets|label_.*|y_(?!pred).*|y[0-9]*", re.IGNORECASE
)
LOGIT_NAMES: Final = re.compile(r"logit.*|z|z_.*|z[0-9]*", re.IGNORECASE)
PROB_NAMES: Final = re.compile(r"prob.*|p|p_.*|p[0-9]*", re.IGNORECASE)
MOST_SHOWN: Final = 40
SCORE_NAMES: Final = re.compile(r"prob|pred|score|conf", re.IGNORECASE)
POSITIONS: Final = re.compile(r":(\d{1,9})(?:\.\.:?(\d{1,9}))?")


class Selection(NamedTuple):
    """Positions (from 0) of the columns of each role; None: the role is not in this table."""

    labels: tuple[int, ...] | None
    scores: tuple[int, ...] | None
    weights: tuple[int, ...] | None
    scale: Scale
    note: str = ""

    @property
    def positions(self) -> dict[str, tuple[int, ...]]:
        """The positions by role, for the roles that are in this table."""
        roles = {"labels": self.labels, "scores": self.scores, "weights": self.weights}
        return {role: picked for role, picked in roles.items() if picked is not None}

    @property
    def wanted(self) -> tuple[int, ...]:
        """All selected positions, each once, in file order."""
        return tuple(sorted({p for picked in self.positions.values() for p in picked}))


class Header(NamedTuple):
    """A table's column names (None where it has none), its width and its source's name."""

    names: tuple[str, ...] | None
    width: int
    source: str

    def name(self, position: int) -> str:
        """What messages call the column at ``position``: its name, else ``:3``."""
        return self.names[position] if self.names else f":{position + 1}"


def select(job: Job, header: Header) -> Selection:
    """The columns of each role in one table.

    Roles given as ``@FILE`` are None. Raises InputError for a name that is not there, that
    stands twice, or that no rule finds; OptionError for a malformed selector.
    """
    notes = []
    labels = _chosen(job.labels, "--labels", header)
    scores = _chosen(job.scores, f"--{job.scale}" if job.scale else "--logits", header)
    weights = _chosen(job.weights, "--weights", header)
    scale = job.scale
    if job.scores is None:
        scale, scores = _found_scores(header)
        notes.append(f"{scale} from {_listed(header, scores)}")
    if job.labels is None:
        labels = _found_labels(header, scores or ())
        notes.insert(0, f"labels from {_listed(header, labels)}")
    assert scale is not None
    _refuse_overlap(header, labels, scores)
    if header.names is not None and labels and scores and len(scores) > 1:
        refuse_crossed(job, scale, header, labels, scores)
    return Selection(labels, scores, weights, scale, ", ".join(notes))


def _chosen(value: str | None, option: str, header: Header) -> tuple[int, ...] | None:
    if value is None or value.startswith("@"):
        return None
    return resolve(value, option, header)


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
    for selector in selectors.split(","):
        picked += _resolve_one(selector, option, header)
    if len(set(picked)) < len(picked):
        twice = next(p for p in picked if picked.count(p) > 1)
        raise OptionError(f"{option} picks column {header.name(twice)} twice")
    return tuple(picked)


def _resolve_one(selector: str, option: str, header: Header) -> Sequence[int]:
    names = header.names
    if names is not None and selector in names:
        return [_position(selector, header)]
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
        start, stop = _position(first, header, option), _position(last, header, option)
        if start > stop:
            raise OptionError(f"{option} {selector}: {last} stands before {first}")
        return range(start, stop + 1)
    return [_position(selector, header, option)]


def _range(match: re.Match[str], selector: str, option: str, header: Header) -> Sequence[int]:
    first, last = int(match[1]), int(match[2] or match[1])
    if not 1 <= first <= last <= header.width:
        raise InputError(
            f"{option} {selector} reaches outside its {header.width} columns",
            source=header.source,
            hint=_what_is_there(header),
        )
    return range(first - 1, last)


def _position(name: str, header: Header, option: str = "") -> int:
    names = header.names or ()
    places = [i for i, other in enumerate(names) if other == name]
    if len(places) > 1:
        raise InputError(
            f"two columns are named {name}",
            source=header.source,
            hint=f"pick one by position, :{places[0] + 1} or :{places[1] + 1}",
        )
    if not places:
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise InputError(
            f"has no column {name} for {option}",
            source=header.source,
            hint=hint + _what_is_there(header),
        )
    return places[0]


def _found_scores(header: Header) -> tuple[Scale, tuple[int, ...]]:
    logits, probs = _matching(header, LOGIT_NAMES), _matching(header, PROB_NAMES)
    if bool(logits) != bool(probs):
        return ("logits", logits) if logits else ("probs", probs)
    if logits:
        problem = (
            f"has logits ({_listed(header, logits)}) and probabilities ({_listed(header, probs)})"
        )
    else:
        problem = "has no column named like logits or probabilities"
    likely = next((name for name in header.names or () if SCORE_NAMES.search(name)), None)
    example = f", such as --probs {likely}" if likely else ""
    raise InputError(
        problem,
        source=header.source,
        hint=f"say which with --logits or --probs{example}; {_what_is_there(header)}",
    )


def _found_labels(header: Header, scores: tuple[int, ...]) -> tuple[int, ...]:
    if header.names is None:
        if 0 in scores:
            raise InputError(
                "has no header, and column :1 is taken by the scores",
                source=header.source,
                hint="say where the labels are, such as --labels :2",
            )
        return (0,)
    labels = tuple(p for p in _matching(header, LABEL_NAMES) if p not in scores)
    if not labels:
        raise InputError(
            "has no column named like labels",
            source=header.source,
            hint=f"say which with --labels; {_what_is_there(header)}",
        )
    return labels


def _matching(header: Header, pattern: re.Pattern[str]) -> tuple[int, ...]:
    names = header.names or ()
    found = [i for i, name in enumerate(names) if pattern.fullmatch(name)]
    return tuple(_each_once(found, header))


def _each_once(picked: list[int], header: Header) -> list[int]:
    """``picked``, or InputError where two of them have one name."""
    if len({header.name(place) for place in picked}) < len(picked):
        for place in picked:
            _position(header.name(place), header)
    return picked


def _refuse_overlap(
    header: Header, labels: tuple[int, ...] | None, scores: tuple[int, ...] | None
) -> None:
    both = sorted(set(labels or ()) & set(scores or ()))
    if both:
        raise OptionError(f"column {header.name(both[0])} is picked for labels and for scores")


def _listed(header: Header, positions: tuple[int, ...] | None, most: int = 4) -> str:
    names = [header.name(p) for p in positions or ()]
    return ", ".join(names if len(names) <= most else [*names[:2], "...", names[-1]])


def _what_is_there(header: Header, most: int = 12) -> str:
    if header.names is None:
        return f"there are columns :1 to :{header.width}"
    names = [_short(name) or f":{i + 1}" for i, name in enumerate(header.names[:most])]
    if not names:
        return "there are no columns"
    shown = ", ".join(names)
    more = f" and {header.width - most} more" if header.width > most else ""
    return f"there is {shown}{more}"


def _short(name: str) -> str:
    return name if len(name) <= MOST_SHOWN else name[: MOST_SHOWN - 3] + "..."
