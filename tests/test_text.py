"""Text that came from outside: no secret and no control character in it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xentcli.text import display, printable, quoted, redacted

ADDRESSES = {
    "tcp://user:SECRET@host:8786": "tcp://host:8786",
    "s3://SECRET@bucket/a.csv": "s3://bucket/a.csv",
    "http://user:SECRET/x@host/a.csv": "http://host/a.csv",
    "http://user:SEC@RET?x#y@host/a.csv": "http://host/a.csv",
    "https://host/a.csv?token=SECRET&x=1": "https://host/a.csv",
    "https://host/a.csv#token=SECRET": "https://host/a.csv",
    "https://host/a.csv?x=SECRET@here": "https://host/a.csv",
    "s3://bucket/a@b.csv": "s3://bucket/a@b.csv",
    "https://host:80/a.parquet#p_0,p_1": "https://host:80/a.parquet#p_0,p_1",
    "tcp://[::1]:8786": "tcp://[::1]:8786",
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_secrets_of_an_address(address: str) -> None:
    public = ADDRESSES[address]
    assert display(address) == public
    assert redacted(address) == public
    for before, after in (
        ("", ": no such file; (try"),
        ("lost ", ")"),
        ("'", "', or"),
        ("(", ")."),
    ):
        assert redacted(f"{before}{address}{after}") == f"{before}{public}{after}"


@given(
    st.from_regex(r"[A-Za-z]{1,8}:[!-~]{0,12}", fullmatch=True),
    st.from_regex(r"[a-z]{1,8}(:[0-9]{1,4})?(/[a-z.]{0,9})?", fullmatch=True),
)
def test_no_password_is_shown(user: str, place: str) -> None:
    assert redacted(f"x://{user}@{place} y") == f"x://{place} y"
    assert redacted(redacted(f"x://{user}@{place}")) == f"x://{place}"


def test_what_a_library_says_of_an_address() -> None:
    for address in ("tcp://user:SECRET@host", "http://user:SECRET/x@host", "http://h/a?t=SECRET"):
        for said in ("{} is bad", "bad: http://user:SECRET", "of SECRET@host", "t=SECRET"):
            assert "SECRET" not in quoted(said.format(address), address)
        assert quoted("connection refused", address) == "connection refused"


@given(st.text())
def test_nothing_else_changes(text: str) -> None:
    assert re.search("[\x00-\x1f\x7f-\x9f]", printable(text)) is None
    if "://" not in text:
        assert redacted(text) == text
