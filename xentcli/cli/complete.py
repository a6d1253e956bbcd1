"""Completion: column names of the file on the line, and the scripts for the shells.

The names come from data that anyone may have written and end up in a shell, so only names of
harmless characters are offered, and only regular files are opened.
"""

import os
import re
from collections.abc import Mapping
from typing import Any, Final

import typer

from xentcli.errors import OptionError, XentError
from xentcli.job import STDIN

SHELLS: Final = ("bash", "zsh", "fish", "powershell")
HARMLESS: Final = re.compile(r"[A-Za-z0-9_.+-]+")
HEADER_BYTES: Final = 1 << 16

# Typer's own scripts evaluate what they are answered (zsh), do nothing on the first TAB when loaded
# from fpath (zsh), show errors in the middle of the line, complete nothing after --labels=, and
# start the program twice (fish). PowerShell's does for now.
BASH: Final = """\
# Completes xent by asking it; what it answers is never evaluated.
_xent_completion() {
  local IFS=$'\\n' name current=${COMP_WORDS[COMP_CWORD]} before=()
  # bash makes the = of --labels=y a word of its own.
  for name in "${COMP_WORDS[@]:0:COMP_CWORD}"; do
    [[ $name == "=" ]] || before+=("$name")
  done
  [[ $current == "=" ]] && current=
  COMPREPLY=()
  # What is answered replaces the word: without its quotes, their content would be live.
  [[ ${current#[\\"\\']} == *[\\"\\'\\\\]* ]] && return
  while read -r name; do
    [[ -n $name ]] && COMPREPLY+=("$name")
  # The last word, not one counted here: what is asked splits $(a b) in two.
  done < <(_XENT_COMPLETE=complete_bash COMP_WORDS="${before[*]}"$'\\n'"${current:-''}" \\
    COMP_CWORD=-1 "$1" 2>/dev/null)
}
complete -o default -F _xent_completion xent
"""

ZSH: Final = """\
#compdef xent
# Completes xent by asking it; what it answers is never evaluated.
_xent_completion() {
  local -a names
  # The last word, not one counted here: what is asked splits $(a b) in two.
  local line="${(j: :)words[1,CURRENT-1]} ${words[CURRENT]:-''}"
  names=("${(@f)$(_XENT_COMPLETE=complete_bash COMP_WORDS=$line COMP_CWORD=-1 xent 2>/dev/null)}")
  names=("${(@)names:#}")
  [[ $PREFIX == --*=* ]] && compset -P 1 '*='
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

FISH: Final = """\
# Completes xent by asking it; what it answers is never evaluated.
function __xent_ask
    set -l option (commandline -ct | string match -r -- '^--[^=]+=')
    set -g __xent_names "$option"(_XENT_COMPLETE=complete_fish \\
        _TYPER_COMPLETE_FISH_ACTION=get-args \\
        _TYPER_COMPLETE_ARGS=(commandline -cp | string collect) \\
        xent 2>/dev/null | string match -r -- '.+')
    count $__xent_names >/dev/null
end
complete --command xent --no-files --condition __xent_ask --arguments '$__xent_names'
"""

OWN: Final = {"bash": BASH, "zsh": ZSH, "fish": FISH}


def script(shell: str) -> str:
    """The completion script for one of ``SHELLS``; OptionError for any other."""
    if shell in OWN:
        return OWN[shell]
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
    names = dict.fromkeys(_header_names(_first_file(files), ctx.params))
    return [prefix + n for n in names if (prefix + n).startswith(incomplete) and n not in taken]


def _first_file(words: list[str]) -> str | None:
    # A shell hands over ~/preds.csv as it was typed. The word - is stdin, whatever lies there.
    paths = (os.path.expanduser(word) for word in words if word != STDIN)
    return next((path for path in paths if os.path.isfile(path)), None)


def _header_names(path: str | None, asked: Mapping[str, Any]) -> list[str]:
    if path is None or asked.get("no_header"):
        return []
    from xentcli.readers.source import format_of, opened

    try:
        with opened(path) as source:
            kind = format_of(path, source, asked.get("input_format"))
            head = source.peek(HEADER_BYTES)
        names = _names_in(head, kind, asked)
    except XentError:
        return []
    return [name for name in names if HARMLESS.fullmatch(name)]


def _names_in(head: bytes, kind: str, asked: Mapping[str, Any]) -> list[str]:
    line, whole = _first_record(head)
    if kind == "jsonl":
        return _keys(line)
    if kind not in ("csv", "tsv"):
        return []
    from xentcli.readers import dialect

    given = "\t" if kind == "tsv" else asked.get("delimiter")
    found = dialect.checked_delimiter(given) if given else dialect.detect_delimiter(line)
    cells = dialect.split_line(line, found)
    if not asked.get("header") and not dialect.has_header(cells, ""):
        return []
    return [cell.strip(" \t") for cell in (cells if whole else cells[:-1])]


def _first_record(head: bytes) -> tuple[str, bool]:
    """Up to the first line break outside quotes, and whether nothing of it is cut off."""
    end = head.find(b"\n")
    while end >= 0 and head.count(b'"', 0, end) % 2:
        end = head.find(b"\n", end + 1)
    whole = end >= 0 or len(head) < HEADER_BYTES
    record = head[:end].removesuffix(b"\r") if end >= 0 else head
    return record.decode("utf-8-sig", "replace"), whole


def _keys(line: str) -> list[str]:
    import json

    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return []
    return list(found) if isinstance(found, dict) else []
