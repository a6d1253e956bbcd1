"""What Polars complains of, in one line that shows no secret."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from xentcli.errors import InputError
from xentcli.readers.addresses import WEB, is_address, scheme_of
from xentcli.readers.source import display
from xentcli.text import printable

MOST_SHOWN: Final = 160

REFUSALS: Final = (
    (
        r"NoSuchBucket|bucket does not exist",
        "no such bucket",
        None,
    ),
    (
        r"status code: 404|404 Not Found|[Oo]bject .*not found",
        "no such object",
        "a directory's name ends in /",
    ),
    (
        r"status code: 40[13]|privileges|40[13] (Forbidden|Unauthorized)|valid authentication",
        "may not be read",
        "credentials come from the environment, such as AWS_ACCESS_KEY_ID",
    ),
    (
        r"redential|metadata endpoint|169\.254\.169\.254",
        "is read with credentials, and none were found",
        "they come from the environment, such as AWS_ACCESS_KEY_ID",
    ),
    (
        r"error sending request|tcp connect|dns error|timed out|Connection refused",
        "the server cannot be reached",
        "its address comes from the environment, such as AWS_ENDPOINT_URL",
    ),
    (
        r"URL scheme is not allowed|BadScheme",
        "http is refused by the store's client",
        "AWS_ALLOW_HTTP=true allows it",
    ),
)
"""What stands in the words of Polars where a server refuses, what that is, what to do about it."""


@contextmanager
def said(place: str, form: str) -> Iterator[None]:
    """What Polars raises of a file or an address becomes one line, without its secrets."""
    import polars

    try:
        yield
    except (polars.exceptions.PolarsError, polars.exceptions.PanicException, OSError) as error:
        text = str(error) or type(error).__name__
        refused = _refusal(place, text) if is_address(place) else None
        problem = f"cannot be read as {form} ({_shortened(text, place)})"
        raise refused or InputError(problem, source=display(place)) from None


def _refusal(address: str, text: str) -> InputError | None:
    """What a server, or the way to it, says; None where it is the object that is at fault."""
    for pattern, problem, hint in REFUSALS:
        if re.search(pattern, text):
            told = None if scheme_of(address) in WEB else hint  # the hints are for stores
            return InputError(problem, source=display(address), hint=told)
    return None


def _shortened(text: str, place: str) -> str:
    """The first line of what Polars says, its addresses as messages show them."""
    line = text.splitlines()[0]
    _, mark, query = place.partition("?")
    if mark and is_address(place):
        line = line.replace(mark + query, "")
    line = printable(
        re.sub(r"[A-Za-z][A-Za-z0-9+.-]+://[^\s)]+", lambda own: display(own[0]), line)
    )
    return line if len(line) <= MOST_SHOWN else line[: MOST_SHOWN - 3] + "..."
