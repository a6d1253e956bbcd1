"""How a result is wanted: the values of the output options."""

import os
from typing import NamedTuple, cast, get_args

from xentcli.cli.command import Given
from xentcli.errors import OptionError
from xentcli.render import SUFFIXES, Format


class Output(NamedTuple):
    """The output options, as typed; ``quiet`` 1 leaves out notes, 2 warnings as well."""

    format: Format | None
    rows: str | None
    precision: int
    path: str | None
    quiet: int = 0
    strict: bool = False

    @classmethod
    def of(cls, given: Given) -> "Output":
        """Those of a command that writes a result."""
        values = vars(given)
        form, rows = values.get("form") or values.get("whole_form"), values.get("rows")
        return cls(form, rows, given.precision, given.output, given.quiet, given.strict)

    @property
    def chosen(self) -> Format:
        """The format: as asked, as the file's suffix says, or as XENT_FORMAT does."""
        return chosen_format(self.format, self.path)


def chosen_format(asked: Format | None, path: str | None) -> Format:
    """``asked``, or what the suffix of ``path`` or XENT_FORMAT say; OptionError for no format."""
    if asked is not None:
        return asked
    suffix = os.path.splitext(path or "")[1].lower()
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    usual = os.environ.get("XENT_FORMAT") or "table"
    if usual not in get_args(Format):
        hint = f"one of {', '.join(get_args(Format))}"
        raise OptionError(f"XENT_FORMAT={usual} is no format", hint=hint)
    return cast(Format, usual)
