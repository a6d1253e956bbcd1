"""Which columns options pick by position, and how the files of an input are to be opened."""

from collections.abc import Collection, Mapping

from xentcli.blocks.input import Input
from xentcli.formats.classes import Classes
from xentcli.formats.open_options import OpenOptions, Picks
from xentcli.inputs.class_options import known
from xentcli.inputs.roles import ROLES, TEXTS, given
from xentcli.inputs.selectors import POSITIONS


def open_options(input: Input) -> OpenOptions:
    """What the options say of FILE."""
    return OpenOptions(
        input_format=input.input_format,
        delimiter=input.delimiter,
        header=input.header,
        picks=picks_of(given(input, ROLES + TEXTS), known(input), input.missing_values),
        texts=bool(given(input, TEXTS)),
        reader=input.reader,
        memory=input.memory,
    )


def picks_of(selectors: Mapping[str, str], classes: Classes, absent: Collection[str] = ()) -> Picks:
    """The columns that ``selectors`` pick by position, as :func:`xentcli.inputs.selectors.resolve`
    reads them; ``@FILE`` picks nothing here.

    >>> picks_of({"labels": ":1", "scores": ":3..4"}, Classes()).numbers
    (range(2, 4),)
    """
    found: dict[str, list[range]] = {"labels": [], "numbers": []}
    for role, value in selectors.items():
        for selector in () if value.startswith("@") else value.split(","):
            match = POSITIONS.fullmatch(selector)
            if match is None:
                return Picks(classes=classes, absent=absent)
            if role not in TEXTS:
                places = range(int(match[1]) - 1, int(match[2] or match[1]))
                found["labels" if role == "labels" else "numbers"].append(places)
    return Picks(tuple(found["labels"]), tuple(found["numbers"]), classes, absent)
