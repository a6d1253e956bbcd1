"""Conventions: which variant of cross-entropy a number is, as data.

``record`` says what a convention consists of; ``exact``, ``keras``, ``frameworks`` and
``scorers`` are the conventions themselves, each with its source, ``registry`` has them by name
and ``formula`` writes their rules out.
"""

from xentcli.conventions.exact import EXACT
from xentcli.conventions.record import (
    DENOMINATORS,
    OPTIONS,
    Convention,
    Denominator,
    Dtype,
    Kind,
    Rule,
)

__all__ = [
    "DENOMINATORS",
    "EXACT",
    "OPTIONS",
    "Convention",
    "Denominator",
    "Dtype",
    "Kind",
    "Rule",
]
