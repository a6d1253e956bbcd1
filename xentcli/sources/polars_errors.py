"""Errors of Polars as one line, without secrets."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from xentcli.errors import InputError
from xentcli.sources.addresses import is_address, scheme_of
from xentcli.text import display, printable, quoted, redacted

MOST_SHOWN: Final = 160


class Refusal(NamedTuple):
    """A pattern in messages of Polars, the problem it means, and a hint."""

    words: str
    problem: str
    hint: str | None = None
    of_s3: bool = True


REFUSALS: Final = (
    Refusal("NoSuchBucket|bucket does not exist", "no such bucket"),
    Refusal(
        "status code: 404|404 Not Found|[Oo]bject .*not found",
        "no such object",
        "a directory's name ends in /",
    ),
    Refusal(
        "status code: 40[13]|privileges|valid authentication",
        "may not be read",
        "credentials come from the environment, such as AWS_ACCESS_KEY_ID",
    ),
    Refusal(
        "[Cc]redential|169[.]254[.]169[.]254",
        "is read with credentials, and there are none",
        "they come from the environment, such as AWS_ACCESS_KEY_ID",
    ),
    Refusal(
        "invalid utf-?8",
        "is not UTF-8 text, and polars cannot give other bytes",
        "if it is Parquet, say --input-format parquet; else copy it to a file",
        of_s3=False,
    ),
    Refusal("Range request not supported", "its server gives no ranges of bytes"),
    Refusal("invalid peer certificate", "the certificate of its server is not trusted"),
    Refusal(
        "error sending request|tcp connect|dns error|timed out|Connection refused",
        "its server cannot be reached",
        "where that is comes from the environment, such as AWS_ENDPOINT_URL",
    ),
    Refusal(
        "scheme is not allowed|BadScheme",
        "its server is asked by http, which is not allowed",
        "AWS_ALLOW_HTTP=true allows it",
    ),
)
"""The first one that matches applies."""


@contextmanager
def said(place: str, form: str) -> Iterator[None]:
    """Turn errors of Polars about a file or an address into one line, without secrets."""
    import polars

    try:
        yield
    except (polars.exceptions.PolarsError, polars.exceptions.PanicException, OSError) as error:
        text = str(error) or type(error).__name__
        refused = _refusal(place, text) if is_address(place) else None
        problem = f"cannot be read as {form} ({_shortened(text, place)})"
        raise refused or InputError(problem, source=display(place)) from None


def _refusal(address: str, text: str) -> InputError | None:
    """The error of a server or the network; None if the object itself is at fault."""
    key = address.partition("://")[2].partition("/")[2]
    message = text.replace(key, "") if key else text  # a name may look like an error
    found = next((own for own in REFUSALS if re.search(own.words, message)), None)
    if found is None:
        return None
    hint = None if found.of_s3 and scheme_of(address) not in ("s3", "s3a") else found.hint
    return InputError(found.problem, source=display(address), hint=hint)


def _shortened(text: str, place: str) -> str:
    """The first line of a message of Polars, with addresses redacted."""
    line = text.splitlines()[0]
    line = printable(quoted(line, place) if is_address(place) else redacted(line))
    return line if len(line) <= MOST_SHOWN else line[: MOST_SHOWN - 3] + "..."
