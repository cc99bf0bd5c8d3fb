# What happens when a command fails: what is no failure, what may be one later, and the report.
# Most of it runs in the trap on ERR, where `return` needs a number.

# a job that was asked to end, or that wrote to a pipe that nobody read any more
_runbook_killed='^(129|130|141|143)$'
# what programs say that catch the signal SIGPIPE: Python, Node.js, xargs, and others of their output
_runbook_broken='BrokenPipeError|\[Errno 32\]|EPIPE|terminated by signal 13'
_runbook_broken+=$'|(stdout|standard output|write )[^\n]*[Bb]roken pipe'
# what ends with 1 if all is well: a number that becomes 0, and a text without an end
_runbook_no_answer="^(\\(\\(|let ).*(\\+\\+|--|[^=!<>]=[^=])|^read .*-[a-z]*d ''"
# the statuses of a pipe in which only the last command failed
_runbook_last_fails='^((0|141) )+[1-9][0-9]*$'

# React to a command that failed: $1 is its status, $2 its text, the others those of its pipe.
_runbook_error() {
  local IFS=' '
  _runbook_waits=
  if [[ $2 == 'return "$_runbook_job_status"' ]]; then _runbook_waits=1; fi # of `wait` or `kill`
  if [[ $_runbook_waits || $2 == @(:*|set -E*) ]]; then # what ran before a redirection that failed
    set -- "$1" "$_runbook_unit" "${@:3}"
  fi
  if [[ $2 == 'eval "$_runbook_code"' ]]; then
    return 0
  elif [[ $1 == 141 || " ${*:3} " == *" $1 "* ]] && _runbook_is_stopped "${@:3}"; then
    _runbook_is_fine=1 _runbook_last=${!#}
  elif [[ $_runbook_waits && ($1 == 137 || $1 =~ $_runbook_killed) || $1 == 1 && $2 =~ $_runbook_no_answer ]]; then
    _runbook_is_fine=1
  elif [[ $# -gt 3 && $1 == 1 && ${!#} == 1 && $BASH_SUBSHELL == 0 && $_runbook_unit =~ $_runbook_loop ]] &&
    _runbook_ends_with_test; then # then the statuses of the pipe are looked at
    return 0
  elif _runbook_is_read "${@:3}" || _runbook_is_seen_outside "${!#}"; then
    _runbook_excuse "$@"
  else
    _runbook_fail "$@"
  fi
}

# Return whether the page shows how a command ends, if it is the last one: the next one reads that.
# Of a pipe, it reads each status ($1…) that is not 0, or `pipefail` makes one of them that of the pipe.
_runbook_is_read() {
  if [[ $BASH_SUBSHELL == 1 && $# == 1 && $_runbook_unit == *'|'* ]]; then # of a part of a pipe
    [[ $_runbook_following =~ $_runbook_reads_pipe && (-p /dev/fd/0 || -p /dev/fd/1) ]] || return 1
    return 0
  fi
  [[ $BASH_SUBSHELL == 0 && $_runbook_following =~ $_runbook_reads_status ]] || return 1
  if [[ $# == 1 || $_runbook_pipefail == -o ]]; then return 0; fi
  for ((_runbook_at = 0; _runbook_at < $#; _runbook_at++)); do
    if [[ ${@:_runbook_at+1:1} == 0 ]]; then continue; fi
    [[ $_runbook_following =~ PIPESTATUS\[(@|\*|$_runbook_at)\] ]] || return 1
  done
}

# Return whether the shell outside of a subshell sees how this one ends, if a command is the last
# one that ended with $1. Of a job in a subshell, that shell may end before.
_runbook_is_seen_outside() {
  [[ $BASH_SUBSHELL -gt 0 && $1 != 0 && ! -p /dev/fd/0 && ! -p /dev/fd/1 ]] || return 1
  [[ $BASH_SUBSHELL == 1 || $_runbook_unit != *'&'*')'* || $_runbook_unit == *'&'*wait* ]]
}

# Excuse a command, which must be the last one, and must not run again.
_runbook_excuse() {
  _runbook_level="$BASH_SUBSHELL ${#FUNCNAME[@]} $2"
  if [[ ${#_runbook_excused[@]} != 0 && $_runbook_level == "$_runbook_excused_level" ]]; then
    _runbook_following=
    _runbook_fail "$@"
  fi
  _runbook_is_fine=1 _runbook_last=${!#}
  if [[ $# == 3 ]]; then _runbook_last=$1; fi # `[[` and `((` leave PIPESTATUS as it is
  _runbook_excused=("$@") _runbook_excused_level=$_runbook_level
  set -T
  trap '{ _runbook_go_on "$BASH_COMMAND"; } 2>/dev/null' DEBUG
}

# Before the command $1, report the failure of an earlier one that had to be the last.
_runbook_go_on() {
  # a trap that is set for the earlier one has its name
  if [[ $1 == *_runbook_* || $1 == "${_runbook_excused[1]}" || $1 == 'trap - ERR DEBUG' ]]; then return; fi
  _runbook_following=
  _runbook_fail "${_runbook_excused[@]}"
}

# Report a failure: $1 is a status or a word, $2 the command, the others the statuses of its pipe.
# Then leave the shell or the subshell.
_runbook_fail() {
  POSIXLY_CORRECT=y
  unset -f builtin
  local IFS=' '
  if [[ $1 == *[!0-9]* || $# -gt 3 && $_runbook_pipefail == +o && ! "${*:3}" =~ $_runbook_last_fails ]]; then
    _runbook_following= # this code is not that of a last command
  elif [[ -o errexit ]]; then
    _runbook_following='$?'
  fi
  _runbook_say command "$1" "$_runbook_file" "${2//_runbook_piped/PIPESTATUS}" "${*:3}" "$_runbook_unit" \
    "$_runbook_following"
  set +x
  { builtin true >&214; } 2>/dev/null && exec 2>&214 # for a trap on EXIT
  if [[ $1 == *[!0-9]* ]]; then exit 2; fi
  exit "$1"
}

_runbook_say() {
  builtin printf -v _runbook_message '%s\037' "$@"
  builtin printf '%s\0' "$_runbook_message" >&213
}

# Look at how the commands ended: with $1, and no command failed where bash tells of it.
_runbook_after() {
  if [[ $_runbook_unit == *pipefail* ]]; then
    _runbook_pipefail=+o
    if [[ -o pipefail ]]; then _runbook_pipefail=-o; fi
  fi
  _runbook_note_job
  if [[ $_runbook_needs_statuses ]]; then
    _runbook_look_at_statuses "${_runbook_piped[@]}"
    set -- "$_runbook_status"
  fi
  if [[ $1 == 0 && ${#_runbook_excused[@]} != 0 ]]; then # it was not the last one
    _runbook_fail "${_runbook_excused[@]}"
  fi
  if [[ $1 != 0 && $_runbook_last && $_runbook_pipefail == +o ]]; then
    _runbook_status=$_runbook_last # `$?` is that of the last command of a pipe
  fi
  if [[ $_runbook_asks && $1 == 1 || $_runbook_sign == + && ${#_runbook_excused[@]} != 0 ]]; then
    while [[ ${_runbook_units[0]} == +* ]]; do _runbook_units=("${_runbook_units[@]:1}"); done
    _runbook_units=("${_runbook_units[@]:1}")
  elif [[ $1 == 0 || $_runbook_is_fine ]]; then
    return
  elif { [[ $1 != 1 ]] || ! _runbook_ends_with_test; } && ! _runbook_is_read "$1"; then
    _runbook_fail "$1" "$_runbook_unit"
  fi
}

# Look at the statuses of a pipe. How its last command ended counts only if that is neither a
# question nor a test before `&&`; the answer of a question is that of the pipe.
_runbook_look_at_statuses() {
  if [[ $_runbook_asks ]]; then
    if [[ $# -gt 1 ]]; then _runbook_status=${!#}; fi
    set -- "${@:1:$#-1}" 0
  elif [[ ${!#} == 1 ]] && _runbook_ends_with_test; then
    _runbook_status=0
    set -- "${@:1:$#-1}" 0
  fi
  _runbook_is_stopped "$@" || _runbook_is_read "$@" || _runbook_fail 1 "$_runbook_unit" "$@"
}

# Return whether the commands of a pipe, by their statuses, only failed to write to the next one.
_runbook_is_stopped() {
  for _runbook_status_in_pipe; do
    if [[ $_runbook_status_in_pipe == 0 ]]; then continue; fi
    if [[ $_runbook_status_in_pipe == 141 ]]; then
      _runbook_may_write_to_pipe && continue
      return 1
    fi
    if [[ $# == 1 ]]; then # of a part of a pipe, or of what is in `$(…)`
      [[ -p /proc/self/fd/1 || $BASH_COMMAND == *'$('* ]] || return 1
    elif [[ ${!#} != 0 ]]; then
      return 1
    fi
    _runbook_says_stopped "$_runbook_status_in_pipe" || return 1
  done
}

# Return whether the commands may write to a pipe: they have a pipe or a redirection in them, or run
# what may have one.
_runbook_may_write_to_pipe() {
  [[ ! $_runbook_unit =~ [\|\<\>]|(^|[^[:alnum:]_])(eval|source|coproc|wait|[.])[[:space:]] ]] || return 0
  local IFS=$'\n'
  for _runbook_name in $(compgen -A function); do
    if [[ $_runbook_name != @(_runbook_*|kill) ]] && _runbook_names "$_runbook_name"; then return 0; fi
  done
  return 1
}

# Return whether a command of a pipe that ended with $1, not by the signal, says why.
_runbook_says_stopped() {
  if [[ $_runbook_unit != *'|'* ]] && ! _runbook_names "${_runbook_piping[@]}"; then return 1; fi
  if [[ $1 == 23 && $_runbook_unit == *curl* ]]; then # unless it could not write to a file
    [[ ! $_runbook_unit =~ [[:space:]](-[a-zA-Z]*[oO]|--output|--remote-name) ]] || return 1
    return 0
  fi
  [[ -f /proc/self/fd/214 ]] || return 1
  _runbook_errors=$(</proc/self/fd/214)
  [[ ${_runbook_errors#"$_runbook_errors_before"} =~ $_runbook_broken ]]
}

# Return whether the commands, without what is in quotes, end with a test before `&&`.
_runbook_ends_with_test() {
  _runbook_bare=$_runbook_unit
  while [[ $_runbook_bare =~ $_runbook_quotes ]]; do
    _runbook_bare=${_runbook_bare/"${BASH_REMATCH[0]}"/x}
  done
  [[ $_runbook_bare =~ $_runbook_test ]]
}
