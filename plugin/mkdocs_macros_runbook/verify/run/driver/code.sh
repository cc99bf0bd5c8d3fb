# The next commands, and the code that runs them: what bash hides is added, so that it tells.

# of git, those that look for something: `--quiet` of another does not make it one
_runbook_question_of_git='git (-[^;&|()]* )?(diff[a-z-]*|grep|ls-remote|rev-parse|show-ref|symbolic-ref|check-ignore) [^;&|()]*--(quiet|exit-code)'
# commands that ask a question if `&&` follows
_runbook_question_word="(!|\[|\[\[|test|[ef]?grep|command|which|type|hash|pgrep|pidof|cmp|diff|kill -0|tty|shopt -q|mountpoint|jq -[a-zA-Z]*e[a-zA-Z]*|$_runbook_question_of_git|systemctl ([^;&|()]* )?is-[a-z]+)[[:space:]]"
_runbook_question="^[[:space:]]*($_runbook_question_word|\\(\\()"
_runbook_question_in_pipe="(^|\\|)[[:space:]]*$_runbook_question_word"
# what is in quotes, or stands for a text
_runbook_quotes=$'\\\\.|\'[^\']*\'|"[^"]*"|\\$\\([^()]*\\)|\\$\\{[^{}]*\\}'
# a list in a loop or a condition that begins with questions, and is the last one in it
_runbook_whole_question=$_runbook_question_word$'[^;&|()\n]*'
_runbook_whole_question+='|\[\[[[:space:]]([^]]|\][^]])*\]\]|\(\(([^)]|\)[^)])*\)\)'
_runbook_test=$'(^|[;|({)\n]|[^[:alnum:]_](do|then|else)[[:space:]])[[:space:]]*'
_runbook_test+="(($_runbook_whole_question)[[:space:]]*&&[[:space:]]*)+"
_runbook_test+=$'(\\{[^{}]*\\}|([^&;{}\n]|&[^&])*)[;[:space:]]*($|;;|\\}|\\)|done|fi|else|elif|esac)'
# several background jobs, or one in a subshell or a function
_runbook_many='((^|[^[:alnum:]_])(for|while|until|function)[[:space:]]|\(|[^&>|]&[^&>|]).*[^&>|]&([^&>|]|$)'
_runbook_many+=$'|(^|[;\n])[[:space:]]*(\\.|source)[[:space:]]'
# what defines a function, and its name
_runbook_function='function[[:space:]]+([a-zA-Z0-9_-]+)|([a-zA-Z0-9_-]+)[[:space:]]*\(\)'
# what has a condition
_runbook_condition='(^|[^[:alnum:]_])(if|while|until|elif|!)[[:space:]]|&&|\|\|'
# the beginning of a here-document, text in quotes and comments, and a condition with a pipe
_runbook_heredoc=$'<<-?[ \t]*[\'"\\\\]?([A-Za-z_][A-Za-z0-9_.-]*)[\'"]?'
_runbook_text=$'\\\\.|\'[^\']*\'|"([^"$`\\\\]|\\\\.|[$][^(])*"|[[:space:]]#[^\n]*'
# a text in quotation marks up to the end of a substitution, which is no text
_runbook_text_before=$'"([^"$`\\\\]|\\\\.|[$][^(])*([$]\\(([^()"\'`]|\\([^()]*\\)|"[^"`\\\\()]*"|\'[^\'()]*\')*\\))'
_runbook_piped_condition=$'(^|[;&|({\n\001]|else|time|!)[[:space:]]*(if|while|until|elif|!)[[:space:]]'
_runbook_piped_condition+=$'[^\001]*\\||\\|[[:space:]]*[^;\n]*([;[:space:]]*[})])*[[:space:]]*&&'
# one in which variables are replaced
_runbook_read_heredoc=$'<<(-?)[ \t]*([A-Za-z_][A-Za-z0-9_]*)'
# a loop or a condition that ends a pipe
_runbook_loop='^[^|;&]*[^|;&[:space:]][[:space:]]*\|[[:space:]]*(while|until|if)[[:space:]].*(done|fi)[[:space:]]*$'
# a list in a substitution, which may have others in it
_runbook_nested='([^()]|\([^()]*\))*'
_runbook_inner="\\\$\\(($_runbook_nested&&$_runbook_nested)\\)"
# what may be the last command of a block
_runbook_leaving='^[[:space:]]*(exit([[:space:]]+(0|"?[$][?]"?))?[[:space:]]*;?|exec[[:space:]]+[^<>0-9&].*)[[:space:]]*(#.*)?$'
# what starts the terminal's shell again, and what that reads at its start
_runbook_restart='^[[:space:]]*exec[[:space:]]+(-l[[:space:]]+)?"?([$]SHELL|[$][{]SHELL(:-[a-z/]*)?[}]|[a-z/]*bash)"?([[:space:]]+(-l|-i|-il|-li|--login))*[[:space:]]*;?[[:space:]]*(#.*)?$'
_runbook_startup='for _runbook_startup_file in ~/.bash_profile ~/.profile ~/.bashrc; do'
_runbook_startup+=' if [ -r "$_runbook_startup_file" ]; then . <(cat "$_runbook_startup_file"; printf "\n:\n"); fi; done'
# commands that first read how the last one ended, or each part of its pipe; not a function that will
_runbook_open_text='"([^"\`$]|\\.|\$[^(])*' # a text in quotation marks, without its end
_runbook_before_status="^([^#;&|)'\"\\\\]|\\\\.|'[^']*'|$_runbook_open_text\")*($_runbook_open_text)?[$]"
_runbook_reads_pipe="$_runbook_before_status[{]?PIPESTATUS"
_runbook_reads_status="$_runbook_before_status([?]|[{][?][}]|[{]?PIPESTATUS)"

# Set the next commands to run, and their code; return 1 if there are none.
_runbook_next() {
  if [[ ${#_runbook_units[@]} == 0 ]]; then
    _runbook_take || return
    _runbook_split
  fi
  _runbook_unit=${_runbook_units[0]:1} _runbook_sign=${_runbook_units[0]:0:1}
  _runbook_units=("${_runbook_units[@]:1}")
  _runbook_asks=
  if [[ $_runbook_sign == + ]] && _runbook_is_question; then _runbook_asks=1; fi
  _runbook_choose_pipes
  if ! _runbook_find_following && [[ $_runbook_sign == - && $_runbook_unit =~ $_runbook_leaving ]]; then
    _runbook_leave_jobs
    _runbook_say exit
  fi
  _runbook_write_code
  _runbook_errors_before=
  if [[ ($_runbook_unit == *'|'* || ${#_runbook_piping[@]} != 0) && -f /proc/self/fd/214 && -s /proc/self/fd/214 ]]; then
    _runbook_errors_before=$(</proc/self/fd/214)
  fi
  _runbook_end= _runbook_is_fine= _runbook_last= _runbook_excused=()
}

# Return whether the commands ask a question; of a pipe, the last one does.
_runbook_is_question() {
  [[ $_runbook_unit =~ $_runbook_question || ${_runbook_unit##*|} =~ $_runbook_question ]]
}

# Choose `pipefail`: each command of a pipe counts, but not in a condition, which would get another
# result. What calls a function with a pipe has it, too.
_runbook_choose_pipes() {
  _runbook_pipes=$_runbook_pipefail
  if _runbook_names "${_runbook_piping[@]}"; then _runbook_pipes=-o; fi
  if [[ $_runbook_unit == *'|'* ]] && ! _runbook_has_piped_condition; then
    _runbook_pipes=-o
    if [[ $_runbook_unit =~ $_runbook_function ]]; then
      _runbook_piping+=("${BASH_REMATCH[1]}${BASH_REMATCH[2]}")
    fi
  fi
}

# Return whether a condition is a pipe, or has one in it. Texts, comments and here-documents are left
# out, and `||` is written like `&&`.
_runbook_has_piped_condition() {
  _runbook_bare=$_runbook_unit
  while [[ $_runbook_bare =~ $_runbook_heredoc ]]; do
    _runbook_end_line=$'\n[ \t]*'"${BASH_REMATCH[1]}"$'\n'
    _runbook_after_sign=${_runbook_bare#*"${BASH_REMATCH[0]}"}$'\n'
    _runbook_bare=${_runbook_bare%%"${BASH_REMATCH[0]}"*}
    if [[ $_runbook_after_sign =~ $_runbook_end_line ]]; then
      _runbook_bare+=${_runbook_after_sign%%$'\n'*}$'\n'${_runbook_after_sign#*"${BASH_REMATCH[0]}"}
    else # no here-document
      _runbook_bare+=$_runbook_after_sign
    fi
  done
  _runbook_leave_out_texts
  _runbook_bare=${_runbook_bare//'||'/'&&'}
  while [[ $_runbook_bare =~ [[:space:]\;](then|do)[[:space:]] ]]; do
    _runbook_bare=${_runbook_bare/"${BASH_REMATCH[0]}"/$'\001'}
  done
  [[ $_runbook_bare =~ $_runbook_piped_condition ]]
}

_runbook_leave_out_texts() {
  while [[ $_runbook_bare =~ $_runbook_text|$_runbook_text_before ]]; do
    _runbook_substitution=_${BASH_REMATCH[3]}${BASH_REMATCH[3]:+\"} # the rest of its text follows
    _runbook_bare=${_runbook_bare/"${BASH_REMATCH[0]}"/"$_runbook_substitution"}
  done
}

# Set _runbook_following to the commands after these, which may read how these end; return 1 if the
# block has no more.
_runbook_find_following() {
  _runbook_at=0 _runbook_list_sign=$_runbook_sign
  while [[ $_runbook_list_sign == + ]]; do # to the end of a list with `&&`
    _runbook_list_sign=${_runbook_units[_runbook_at++]:0:1}
  done
  _runbook_following=${_runbook_units[_runbook_at]:1}
  for ((_runbook_at = _runbook_line; _runbook_at < ${#_runbook_lines[@]}; _runbook_at++)); do
    if [[ ! $_runbook_following =~ $_runbook_nothing ]]; then return; fi
    _runbook_following=${_runbook_lines[_runbook_at]}
    if [[ $_runbook_following =~ $_runbook_read_heredoc ]]; then # it may read the code there
      for ((; _runbook_at + 1 < ${#_runbook_lines[@]}; _runbook_at++)); do
        _runbook_text_line=${_runbook_lines[_runbook_at]}
        if [[ ${BASH_REMATCH[1]} ]]; then _runbook_text_line=${_runbook_text_line##*$'\t'}; fi
        if [[ $_runbook_text_line == "${BASH_REMATCH[2]}" ]]; then break; fi
        _runbook_following+=$'\n'${_runbook_lines[_runbook_at+1]}
      done
    fi
  done
  if [[ ! $_runbook_following =~ $_runbook_nothing ]]; then return; fi
  _runbook_following=$_runbook_after_block
  return 1
}

# Set _runbook_code to what is evaluated: the commands, and what bash needs to tell how they end.
_runbook_write_code() {
  _runbook_code=$_runbook_unit
  if [[ $_runbook_unit =~ $_runbook_restart ]]; then _runbook_code=$_runbook_startup; fi
  if [[ $_runbook_unit =~ $_runbook_reads_pipe ]]; then # `eval` is no pipe
    _runbook_code=${_runbook_code//PIPESTATUS/_runbook_piped}
  fi
  if [[ $_runbook_unit == *'$(<'[!'<']* && $_runbook_unit != *"'"* ]]; then # no trap sees it fail
    _runbook_code=${_runbook_code//'$(<'/'$(cat <'}
  fi
  if [[ $_runbook_unit == *'$('*'&&'* ]]; then _runbook_see_inner; fi
  if [[ $_runbook_unit == *'$?'* ]]; then # let it be what it was, which `set -x` does not show
    _runbook_code='{ (exit "$_runbook_status"); } 2>/dev/null && :'$'\n'$_runbook_code
  fi
  if [[ $_runbook_reads_argument ]]; then # of the last command: `eval` changes `$_`
    _runbook_code='{ : "$_runbook_argument"; } 2>/dev/null'$'\n'$_runbook_code
  fi
  _runbook_code="set -E$_runbook_flags"$'\n'$_runbook_code
  # each job is noted, also of a function that begins jobs
  if [[ $_runbook_unit =~ $_runbook_many ]] || _runbook_names "${_runbook_starting[@]}"; then
    _runbook_code="set -T; trap '{ _runbook_look \"\$_\"; } 2>/dev/null' DEBUG"$'\n'$_runbook_code
    if [[ $_runbook_unit =~ $_runbook_function ]]; then
      _runbook_starting+=("${BASH_REMATCH[1]}${BASH_REMATCH[2]}")
    fi
  fi
  # what `eval` loses
  _runbook_needs_statuses=
  if _runbook_tells_too_little; then _runbook_needs_statuses=1; fi
  if [[ $_runbook_needs_statuses || $_runbook_reads_argument || $_runbook_following =~ $_runbook_reads_pipe ]]; then
    _runbook_code+=$'\n{ _runbook_end=$? _runbook_argument=$_ _runbook_piped=("${PIPESTATUS[@]}"); } 2>/dev/null'
  fi
}

# Return whether bash tells only by its statuses how a pipe ended: the last command is a loop or a
# condition, or asks a question.
_runbook_tells_too_little() {
  [[ $_runbook_unit == *'|'* ]] || return
  [[ $_runbook_unit =~ $_runbook_loop || $_runbook_asks && ! $_runbook_unit =~ $_runbook_condition &&
    ! ${_runbook_unit%|*} =~ $_runbook_question_in_pipe ]]
}

# Return whether the commands have one of these names in them.
_runbook_names() {
  for _runbook_name; do
    if [[ " ${_runbook_unit//[!a-zA-Z0-9_-]/ } " == *" $_runbook_name "* ]]; then return 0; fi
  done
  return 1
}

# Report how lists in substitutions end: bash hides what fails before their `&&`.
_runbook_see_inner() {
  _runbook_rest=$_runbook_unit _runbook_hidden=()
  while [[ $_runbook_rest =~ $_runbook_inner ]]; do
    _runbook_hidden+=("${BASH_REMATCH[1]}")
    _runbook_rest=${_runbook_rest/"${BASH_REMATCH[0]}"/}
  done
  _runbook_bare=$_runbook_rest
  _runbook_leave_out_texts
  if [[ $_runbook_bare =~ $_runbook_condition ]]; then return; fi
  for _runbook_at in "${!_runbook_hidden[@]}"; do
    _runbook_list=${_runbook_hidden[_runbook_at]}
    if [[ $_runbook_list =~ $_runbook_question || $_runbook_list == *'||'* ]]; then continue; fi
    _runbook_is_substituted "\$($_runbook_list)" || continue
    _runbook_list_with_trap="\$(trap '_runbook_leave \$? $_runbook_at' EXIT;$_runbook_list)"
    _runbook_code=${_runbook_code/"\$($_runbook_list)"/"$_runbook_list_with_trap"}
  done
}

# Return whether $1 is not text, in quotes, a comment or a here-document: if it is, its end matters.
# If it is there twice, one may be text.
_runbook_is_substituted() {
  [[ $_runbook_unit == *["'"'\#']* || $_runbook_unit == *'<<'* ]] || return 0
  _runbook_unit_without=${_runbook_unit/"$1"/'$('}
  [[ $_runbook_unit_without != *"$1"* ]] && ! (eval "_runbook_f() {"$'\n:\n'"$_runbook_unit_without"$'\n}') 2>/dev/null
}

_runbook_leave() {
  if [[ $1 != 0 ]]; then _runbook_fail "$1" "${_runbook_hidden[$2]}"; fi
}
