"""All conventions by name; imported only where a convention other than ``exact`` is needed."""

import difflib
from collections.abc import Mapping
from typing import Final

from xentcli.conventions.exact import EXACT
from xentcli.conventions.frameworks import OPTAX, TENSORFLOW, TORCH
from xentcli.conventions.keras import KERAS2, KERAS3, KERAS3_NUMPY, KERAS3_TF, TF_KERAS
from xentcli.conventions.record import Convention
from xentcli.conventions.scorers import (
    CATBOOST,
    CATBOOST_CROSSENTROPY,
    LIGHTGBM,
    LIGHTGBM_XENTROPY,
    SKLEARN,
    SKLEARN_LEGACY,
    XGBOOST,
)
from xentcli.errors import OptionError

CONVENTIONS: Final[Mapping[str, Convention]] = {
    record.name: record
    for record in (
        EXACT,
        KERAS2,
        TF_KERAS,
        KERAS3,
        KERAS3_NUMPY,
        KERAS3_TF,
        TENSORFLOW,
        TORCH,
        OPTAX,
        SKLEARN,
        SKLEARN_LEGACY,
        XGBOOST,
        LIGHTGBM,
        LIGHTGBM_XENTROPY,
        CATBOOST,
        CATBOOST_CROSSENTROPY,
    )
}


def convention(name: str) -> Convention:
    """The convention called ``name``; OptionError, with the closest match, if there is none.

    >>> convention("torch").title
    'PyTorch'
    """
    if name in CONVENTIONS:
        return CONVENTIONS[name]
    near = difflib.get_close_matches(name, CONVENTIONS, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    hint += f"there is {', '.join(CONVENTIONS)}"
    raise OptionError(f"no convention is called {name}", hint=hint)
