# Completes xent by asking it; what it answers is never evaluated.
_xent_completion() {
  local IFS=$'\n' name last=-1 current=${COMP_WORDS[COMP_CWORD]} before=()
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
  [[ ${current#[\"\']} == *[\"\'\\]* ]] && return
  while read -r name; do
    [[ -n $name ]] && COMPREPLY+=("$name")
  # The last word, not one counted here: what is asked splits $(a b) in two.
  done < <(_XENT_COMPLETE=complete_bash COMP_WORDS="${before[*]}"$'\n'"${current:-''}" \
    COMP_CWORD=-1 "$1" 2>/dev/null)
}
complete -o default -F _xent_completion xent
