"""Credentials in addresses show nowhere: not in errors, notes, tracebacks, nor in the result."""

import gc
from collections.abc import Callable

import pytest
from support import Ran

Xent = Callable[..., Ran]

PAIR = ("--labels", "1,0", "--logits", "2,-1")
PLACES = {
    "file": ["bce", "s9://user:SECRET@bucket/a.csv"],
    "query": ["bce", "s9://bucket/a.csv?token=SECRET"],
    "slash": ["bce", "http://user:SECRET/x@127.0.0.1:1/a.csv"],
    "array": ["bce", "--labels", "1", "--logits", "@s9://user:SECRET@bucket/a.csv#z"],
    "output": ["bce", *PAIR, "-o", "s3://user:SECRET@bucket/a.csv"],
    "scheduler": ["bce", *PAIR, "--engine", "dask", "--scheduler", "x9://user:SECRET@host:1"],
    "no scheme": ["bce", *PAIR, "--engine", "dask", "--scheduler", "user:SECRET@host:x"],
    "token": [
        "bce",
        *PAIR,
        "--engine",
        "dask",
        "--scheduler",
        "tcp://user:SECRET@h:1?token=SECRET",
    ],
    "elsewhere": ["bce", *PAIR, "--jobs", "tcp://user:SECRET@host"],
    "accuracy": ["accuracy", "s9://user:SECRET@bucket/a.csv"],
}


@pytest.mark.parametrize("case", PLACES)
def test_no_secret_is_shown(xent: Xent, case: str) -> None:
    for more in ([], ["--debug"]):
        gc.collect()  # a client of Dask that found no scheduler, before the next one starts
        ran = xent(*PLACES[case], *more)
        assert ran.code == 2
        assert "error: " in ran.err
        assert "SECRET" not in ran.out + ran.err
