"""The completion scripts for the shells; ``completions/`` holds the same texts for packages."""

from typing import Final

from xentcli.errors import OptionError

SHELLS: Final = ("bash", "zsh", "fish", "powershell")

# Typer's own scripts evaluate what they are answered (zsh), do nothing on the first TAB when loaded
# from fpath (zsh), show errors in the middle of the line, complete nothing after --labels=, and
# start the program twice (fish). PowerShell's does for now.
BASH: Final = """\
# Completes xent by asking it; what it answers is never evaluated.
_xent_completion() {
  local IFS=$'\\n' name last=-1 current=${COMP_WORDS[COMP_CWORD]} before=()
  # bash makes the = of --labels=y and the @ of @FILE words of their own.
  for name in "${COMP_WORDS[@]:0:COMP_CWORD}"; do
    [[ $name == "=" ]] && continue
    if ((last >= 0)) && [[ ${before[last]} == @ ]]; then
      before[last]+=$name
    else
      before+=("${name#=}")
      ((last += 1))
    fi
  done
  [[ $current == "=" ]] && current=
  if [[ $2 == @* ]]; then
    current=$2
    ((last >= 0)) && [[ ${before[last]} == @ ]] && unset "before[last]"
  fi
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
