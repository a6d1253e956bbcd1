"""Arrays typed in an option beside a FILE: ``--labels 0,1,0``, unless columns are called so.

Nothing here imports NumPy before some value may be one.
"""

from typing import Final

from xentcli.blocks.input import Input
from xentcli.errors import XentError
from xentcli.inputs.class_options import declared
from xentcli.inputs.roles import given
from xentcli.sources.paths import STDIN

_FIRST: Final = frozenset("[+-.0123456789")


def candidates(input: Input) -> dict[str, str]:
    """The values that are arrays where no column is called so, by role; none without a FILE."""
    if not input.files:
        return {}
    classes = declared(input)
    values = {
        role: value
        for role, value in given(input).items()
        if value[:1] in _FIRST or (role == "labels" and classes.names)
    }
    if not values:
        return {}
    from xentcli.inputs.arguments import is_array

    names = {"labels": [classes]} if classes.names else {}
    return {role: own for role, own in values.items() if is_array(own, *names.get(role, []))}


def typed_arrays(input: Input, names: tuple[str, ...] | None) -> dict[str, str]:
    """The values that are arrays beside a table whose columns have these ``names``."""
    columns = frozenset(names or ())
    return {
        role: value
        for role, value in candidates(input).items()
        if value not in columns and columns.isdisjoint(value.split(","))
    }


def beside_files(input: Input, first: str) -> bool:
    """Whether some array is typed beside files of which ``first`` is the first one.

    What only stdin can tell is taken for one: it is read by one process anyway.
    """
    if not candidates(input):
        return False
    if first == STDIN:
        return True
    from xentcli.formats.registry import open_table
    from xentcli.inputs.picks import open_options
    from xentcli.sources.opening import opened

    try:
        with opened(first) as source:
            return bool(
                typed_arrays(input, open_table(first, source, open_options(input)).header.names)
            )
    except XentError:
        return False  # whoever reads it says why
