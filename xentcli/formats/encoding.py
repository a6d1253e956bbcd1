"""Bytes that are not UTF-8 text: their likely encoding, and how to convert them."""

from typing import Final, NamedTuple

MARKS: Final = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
"""Byte order marks, the longer ones first."""

UTF8_MARK: Final = b"\xef\xbb\xbf"
CONTROLS: Final = b"\t\n\v\f\r\x1a\x1b"
"""Control characters that text may hold."""


class TextFault(NamedTuple):
    """The first byte that is not text."""

    offset: int
    problem: str
    hint: str


def marked(head: bytes) -> tuple[str, str] | None:
    """The problem and hint for a byte order mark of another encoding."""
    for mark, encoding in MARKS.items():
        if head.startswith(mark):
            return f"is {encoding.upper()}, not UTF-8", _convert(encoding)
    return None


def text_fault(text: bytes) -> TextFault | None:
    r"""What in ``text``, some whole lines, is no text.

    >>> text_fault("café\n".encode("latin-1")).hint
    'convert it: iconv -f latin1 -t utf-8'
    >>> text_fault(b"\x93\x00\x01\xff\n").problem
    'invalid UTF-8: byte 0x93, so this is no text'
    """
    nul = text.find(b"\0")
    invalid = -1
    if not text.isascii():
        try:
            text.decode()
        except UnicodeDecodeError as error:
            invalid = error.start
    if invalid < 0 and nul < 0:
        return None
    at = min(offset for offset in (invalid, nul) if offset >= 0)
    found = "a NUL byte" if at == nul else f"invalid UTF-8: byte 0x{text[at]:02x}"
    encoding = _encoding(text)
    if encoding is None:
        return TextFault(at, f"{found}, so this is no text", "is it a binary file?")
    return TextFault(at, found, _convert(encoding))


def _convert(encoding: str) -> str:
    return f"convert it: iconv -f {encoding} -t utf-8"


def _encoding(text: bytes) -> str | None:
    """The likely encoding of ``text``, which is not UTF-8; None if it is not text.

    A file in UTF-16 is cut after the first half of its line breaks, so that only the beginning
    tells which half is which.
    """
    head = text[:256]
    if len(head) > 2 and not any(head[1:-1:2]) and all(head[0:-1:2]):
        return "utf-16le"
    if len(head) > 2 and not any(head[0:-1:2]) and all(head[1:-1:2]):
        return "utf-16be"
    return None if any(byte < 32 and byte not in CONTROLS for byte in set(text)) else "latin1"
