"""Make text from outside safe to show."""

import re
from typing import Final

_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")
_BETWEEN: Final = re.compile(r"[\s_]+|-(?!\d)")
_SECRET: Final = re.compile(r"\w{3,}")
_ENDS: Final = ".,;:)]}'\"`"
"""Characters that may follow an address in a sentence."""


def printable(text: str, kept: str = "") -> str:
    r"""``text`` with control characters escaped, so that data cannot drive a terminal.

    >>> printable("a\x1b[31m"), printable("a\tb\x07", kept="\t")
    ('a\\x1b[31m', 'a\tb\\x07')
    """
    return "".join(c if c.isprintable() or c in kept else repr(c)[1:-1] for c in text)


def folded(name: str) -> str:
    """``name`` without differences of spelling: case, blanks, ``_`` and ``-``.

    >>> folded("Sample ID"), folded("sample_id"), folded("p_-1")
    ('sampleid', 'sampleid', 'p-1')
    """
    return _BETWEEN.sub("", name).casefold()


_UNITS: Final = "KMGT"


def shown_bytes(count: int, *, up: bool = False) -> str:
    """A number of bytes as ``--memory`` accepts it, in whole units, rounded down or ``up``.

    >>> shown_bytes(4 << 30), shown_bytes(5000), shown_bytes(5000, up=True), shown_bytes(7)
    ('4G', '4K', '5K', '7')
    """
    power = min(max(count.bit_length() - 1, 0) // 10, len(_UNITS))
    unit = 1 << 10 * power
    whole = -(-count // unit) if up else count // unit
    return f"{whole}{_UNITS[power - 1]}" if power else str(count)


def bytes_of(text: str) -> int | None:
    """The number of bytes that ``text``, such as 500M, stands for; None if it is not one.

    >>> bytes_of("4G") == 4 << 30, bytes_of("1.5k"), bytes_of("300MB"), bytes_of("-1")
    (True, 1536, 314572800, None)
    """
    found = re.fullmatch(r"(\d{1,9}(?:\.\d{1,3})?)([KMGT]?)(?:i?B)?", text.strip(), re.IGNORECASE)
    if found is None:
        return None
    power = _UNITS.index(found[2].upper()) + 1 if found[2] else 0
    return int(float(found[1]) * (1 << 10 * power))


def display(path: str) -> str:
    """``path`` for a message: control characters escaped, an address without its secrets.

    >>> display("s3://user:secret@bucket/a.csv?token=secret")
    's3://bucket/a.csv'
    """
    return printable(_public(path) if "://" in path else path)


def redacted(text: str) -> str:
    """``text`` without the secrets of the addresses in it.

    >>> redacted("lost tcp://user:se/cr@et@host:1?token=secret: timed out")
    'lost tcp://host:1: timed out'
    """
    return _ADDRESS.sub(_public_word, text) if "://" in text else text


def quoted(reason: str, address: str) -> str:
    """A library's message about ``address``, withheld if it shows the secrets of the address.

    >>> quoted("no host in 'me:secret@host'", "tcp://me:secret@host")
    'its words would show the credentials'
    >>> quoted("timed out", "tcp://me:secret@host")
    'timed out'
    """
    public = display(address)
    reason = redacted(reason.replace(address, public))
    words = set(_SECRET.findall(address)) - set(_SECRET.findall(public))
    return "its words would show the credentials" if any(w in reason for w in words) else reason


def _public_word(word: re.Match[str]) -> str:
    address = word[0].rstrip(_ENDS)
    return _public(address) + word[0][len(address) :]


def _public(address: str) -> str:
    """An address without user, password and query.

    A password that was not escaped may contain ``/``, ``?`` or ``#``. So if the part before these
    has a colon or an @, everything up to the last @ is left out: it is better to lose a part of a
    path than to show a secret.
    """
    scheme, _, rest = address.partition("://")
    host = re.split("[/?#]", rest, maxsplit=1)[0]
    if ":" in host or "@" in host:
        rest = rest.rpartition("@")[2]
    rest = rest.partition("?")[0]
    place, _, fragment = rest.partition("#")
    if "=" in fragment:  # credentials, not column names
        rest = place
    return f"{scheme}://{rest}"
