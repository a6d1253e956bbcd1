"""Conventions: the variants of cross-entropy that libraries compute, as data.

``record`` defines the fields of a convention; ``exact``, ``keras``, ``frameworks`` and
``scorers`` are the conventions themselves, each with its source; ``registry`` finds them by name
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
