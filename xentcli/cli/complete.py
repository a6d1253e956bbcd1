"""Completion: column names of the file on the line, and the scripts for the shells.

The names come from data that anyone may have written and end up in a shell, so only names of
harmless characters are offered, and only regular files are opened.
"""

import os
import re
from typing import Final

import typer

from xentcli.errors import OptionError, XentError

SHELLS: Final = ("bash", "zsh", "fish", "powershell")
HARMLESS: Final = re.compile(r"[A-Za-z0-9_.+-]+")
HEADER_BYTES: Final = 1 << 16

# Typer's own zsh script does nothing on the first TAB when loaded from fpath, and evaluates
# what it is answered; this one speaks Typer's bash protocol, a candidate a line.
ZSH: Final = """\
#compdef xent
# Completes xent by asking it; what it answers is never evaluated.
_xent_completion() {
  local -a names
  names=("${(@f)$(_XENT_COMPLETE=complete_bash COMP_WORDS="${words[*]}" \\
    COMP_CWORD=$((CURRENT - 1)) xent 2>/dev/null)}")
  names=("${(@)names:#}")
  if (( $#names )); then
    compadd -- "${names[@]}"
  else
    _files
  fi
}
if [[ "$funcstack[1]" == _xent ]]; then
  _xent_completion "$@"
else
  compdef _xent_completion xent
fi
"""


def script(shell: str) -> str:
    """The completion script for one of ``SHELLS``; OptionError for any other."""
    if shell == "zsh":
        return ZSH
    if shell not in SHELLS:
        raise OptionError(f"no completion for {shell}", hint=f"one of {', '.join(SHELLS)}")
    from typer.completion import get_completion_script

    text = get_completion_script(prog_name="xent", complete_var="_XENT_COMPLETE", shell=shell)
    return text.strip() + "\n"


def complete_columns(ctx: typer.Context, incomplete: str) -> list[str]:
    """Names in the header of the first FILE; after a comma, the next one."""
    files = ctx.params.get("files") or ctx.args  # Typer leaves it in args while a value is open
    before, comma, _ = incomplete.rpartition(",")
    prefix = before + comma
    taken = before.split(",")
    names = _header_names(next((f for f in files if os.path.isfile(f)), None))
    return [prefix + n for n in names if (prefix + n).startswith(incomplete) and n not in taken]


def _header_names(path: str | None) -> list[str]:
    if path is None:
        return []
    from xentcli.readers.source import format_of, opened

    try:
        with opened(path) as source:
            kind = format_of(path, source, None)
            head = source.peek(HEADER_BYTES)
    except XentError:
        return []
    line = head.decode("utf-8-sig", "replace").splitlines()[:1]
    names = _names_in(line[0], kind) if line else []
    return [name for name in names if HARMLESS.fullmatch(name)]


def _names_in(line: str, kind: str) -> list[str]:
    if kind in ("csv", "tsv"):
        from xentcli.readers.dialect import detect_delimiter, split_line

        return split_line(line, "\t" if kind == "tsv" else detect_delimiter(line))
    if kind == "jsonl":
        import json

        try:
            return list(json.loads(line))
        except ValueError:
            return []
    return []
