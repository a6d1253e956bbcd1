# Completes xent by asking it; what it answers is never evaluated.
_xent_completion() {
  local IFS=$'\n' name current=${COMP_WORDS[COMP_CWORD]} before=()
  # bash makes the = of --labels=y a word of its own.
  for name in "${COMP_WORDS[@]:0:COMP_CWORD}"; do
    [[ $name == "=" ]] || before+=("$name")
  done
  [[ $current == "=" ]] && current=
  COMPREPLY=()
  # What is answered replaces the word: without its quotes, their content would be live.
  [[ ${current#[\"\']} == *[\"\'\\]* ]] && return
  while read -r name; do
    [[ -n $name ]] && COMPREPLY+=("$name")
  # The last word, not one counted here: what is asked splits $(a b) in two.
  done < <(_XENT_COMPLETE=complete_bash COMP_WORDS="${before[*]}"$'\n'"${current:-''}" \
    COMP_CWORD=-1 "$1" 2>/dev/null)
}
complete -o default -F _xent_completion xent
