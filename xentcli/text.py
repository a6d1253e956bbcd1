"""Text that came from outside, made safe to show."""


def printable(text: str) -> str:
    r"""``text`` with control characters escaped, so that data cannot drive a terminal.

    >>> printable("a\x1b[31m")
    'a\\x1b[31m'
    """
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
