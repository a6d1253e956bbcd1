"""How the files of a job are to be opened."""

from collections.abc import Collection, Mapping

from xentcli.formats.classes import Classes
from xentcli.formats.open_options import OpenOptions, Picks
from xentcli.inputs.class_options import known
from xentcli.inputs.roles import ROLES, TEXTS, given
from xentcli.inputs.selectors import POSITIONS
from xentcli.job import Job


def open_options(job: Job) -> OpenOptions:
    """What the options say of FILE."""
    return OpenOptions(
        input_format=job.input_format,
        delimiter=job.delimiter,
        header=job.header,
        picks=picks_of(given(job, ROLES + TEXTS), known(job), job.missing_values),
        texts=bool(given(job, TEXTS)),
        reader=job.reader,
        memory=job.memory,
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
