# The terminal of a walkthrough: runs blocks as if they were pasted into it, command by command.
#
# File descriptor 213 leads to the verifier. It sends a line for each block, with the block's file,
# or with a file for the environment. Messages back end with a null character: `ready`, `command`
# or `job` with what failed, `left` with a job that a subshell leaves running, `forget` with one that
# need not be watched, `exit` before a last command that leaves the shell, and `end` if every command
# ran. Then the verifier sends a word, which is sent back: no block can say so in place of this shell,
# because the word does not exist while a block runs.
#
# Commands are evaluated here and not in a function, so that `declare` and `return` work as in a
# terminal, and `$1` is empty. Blocks may define functions with the names of builtins: `_runbook_*`
# functions are read-only, and those names are cleared after each command.

# Take lines that make complete commands; return 1 if there are no more.
_runbook_take() {
  _runbook_chunk='' _runbook_tries=0
  while [[ $_runbook_line -lt ${#_runbook_lines[@]} ]]; do
    _runbook_part=${_runbook_lines[_runbook_line++]}
    if [[ ! $_runbook_chunk && $_runbook_part =~ $_runbook_nothing ]]; then continue; fi
    _runbook_chunk+=${_runbook_chunk:+$'\n'}$_runbook_part
    # for speed: a long command does not end with any line
    if [[ $((++_runbook_tries)) -gt 30 && $_runbook_line -lt ${#_runbook_lines[@]} &&
      $_runbook_chunk != *'<<'* && ! $_runbook_part =~ $_runbook_ending ]]; then continue; fi
    # if the function exists all the same, the commands are wrong, and bash will say how
    if _runbook_define "$_runbook_chunk" || declare -F _runbook_f >/dev/null; then return; fi
    _runbook_skip_document
  done
  [[ $_runbook_chunk ]] || return
  # bash says what is wrong or, since a brace stays open, that there is no more
  _runbook_part=$(eval "_runbook_f() {"$'\n'"$_runbook_chunk" 2>&1)
  printf '%s\n' "$_runbook_part" >&2
  _runbook_following=$_runbook_chunk
  if [[ $_runbook_chunk != *$'\n'*[![:space:]]* ]]; then _runbook_following='$?'; fi
  if [[ $_runbook_part == *'unexpected token'* ]]; then _runbook_fail 2 "${_runbook_chunk%%$'\n'*}"; fi
  _runbook_fail incomplete "${_runbook_chunk%%$'\n'*}"
}

# Take the lines of a here-document that begins in the last line, for speed.
_runbook_skip_document() {
  _runbook_part=${_runbook_lines[_runbook_line - 1]}
  [[ $_runbook_part =~ \<\<-?[[:space:]]*[\\\'\"]?([a-zA-Z0-9_.-]+) ]] || return 0
  for ((_runbook_at = _runbook_line; _runbook_at < ${#_runbook_lines[@]}; _runbook_at++)); do
    [[ ${_runbook_lines[_runbook_at]##*$'\t'} == "${BASH_REMATCH[1]}" ]] || continue
    while [[ $_runbook_line -lt $_runbook_at ]]; do
      _runbook_chunk+=$'\n'${_runbook_lines[_runbook_line++]}
    done
    return
  done
}

# Define a function with commands; return 1 if they are incomplete or wrong.
_runbook_define() {
  unset -f _runbook_f
  _runbook_part="_runbook_f() {"$'\n:\n'"$1"$'\n}'
  # A bash that is not interactive exits if what is in `$(…)` is wrong, and so it is if it is
  # incomplete. A subshell is slow, so it only tries commands that can be so.
  if [[ $1 == *['$<>']'('* ]]; then
    _runbook_opened=${1//[!(]/} _runbook_closed=${1//[!)]/}
    if [[ $1 == *$'\n'* || $1 == *case* || ${#_runbook_opened} != "${#_runbook_closed}" ]]; then
      (eval "$_runbook_part") 2>/dev/null || return
    fi
  fi
  eval "$_runbook_part" 2>/dev/null && return
  # after a part of `[[ … ]]`, bash refuses what it parses next, whatever that is
  [[ $1 != *'[['* ]] || eval if 2>/dev/null
  return 1
}

# Set _runbook_form to how bash prints commands: one way to write them, without comments.
_runbook_print() {
  _runbook_define "$1" || return
  declare -f _runbook_f >"$_runbook_file.form"
  mapfile -t _runbook_form_lines <"$_runbook_file.form"
  _runbook_form_lines=("${_runbook_form_lines[@]:3:${#_runbook_form_lines[@]}-4}")
  printf -v _runbook_form '%s\n' "${_runbook_form_lines[@]}"
  _runbook_form=${_runbook_form#    }
  _runbook_form=${_runbook_form%$'\n'}
}

# Cut commands ($2) at the first operator of $1 that joins two complete parts.
_runbook_cut() {
  _runbook_left='' _runbook_right=$2 _runbook_whole=
  while _runbook_part=${_runbook_right%%[;&]*} && [[ $_runbook_part != "$_runbook_right" ]]; do
    _runbook_left+=$_runbook_part
    _runbook_right=${_runbook_right:${#_runbook_part}}
    case $_runbook_right in
      '&&'*) _runbook_operator='&&' _runbook_end='' _runbook_join=' && ' ;;
      '&>'*) _runbook_operator='&>' ;;
      '&'*) _runbook_operator='&' _runbook_end=' &' _runbook_join=' ' ;;
      *) _runbook_operator=';' _runbook_end='' _runbook_join=$';\n    ' ;;
    esac
    _runbook_right=${_runbook_right#"$_runbook_operator"}
    if [[ " $1 " == *" $_runbook_operator "* ]] && _runbook_is_cut "$2"; then
      _runbook_left+=$_runbook_end
      return
    fi
    _runbook_left+=$_runbook_operator
  done
  return 1
}

_runbook_is_cut() {
  if [[ $_runbook_left == *\\ ]]; then return 1; fi
  if [[ $1 != *'#'* ]]; then # without a comment, two parts that are complete are enough
    _runbook_define "$_runbook_left$_runbook_end" && _runbook_define "$_runbook_right"
    return
  fi
  _runbook_print "$_runbook_left$_runbook_end" || return
  _runbook_joined=$_runbook_form$_runbook_join
  _runbook_print "$_runbook_right" || return
  _runbook_joined+=$_runbook_form
  if [[ ! $_runbook_whole ]]; then
    _runbook_print "$1"
    _runbook_whole=$_runbook_form
  fi
  [[ $_runbook_joined == "$_runbook_whole" ]]
}

# Set _runbook_units to parts of _runbook_chunk that are run one by one: `a && b` is run as `a`,
# then `b`, because bash hides what fails in `a`. A part that `&&` follows begins with a `+`.
_runbook_split() {
  _runbook_units=()
  if [[ ! $_runbook_chunk =~ $_runbook_apart || $_runbook_chunk == *'<<'* ]]; then
    _runbook_units=("-$_runbook_chunk")
    return
  fi
  _runbook_rest=$_runbook_chunk
  while [[ $_runbook_rest ]]; do
    if _runbook_cut '; &' "$_runbook_rest"; then
      _runbook_list=$_runbook_left _runbook_rest=$_runbook_right
    else
      _runbook_list=$_runbook_rest _runbook_rest=
    fi
    # a list in the background is a job as a whole
    while [[ $_runbook_list != *[!\&]'&' ]] && _runbook_cut '&&' "$_runbook_list" && [[ $_runbook_right != *'||'* ]]; do
      _runbook_units+=("+$_runbook_left")
      _runbook_list=$_runbook_right
    done
    _runbook_units+=("-$_runbook_list")
  done
}

# Set the next commands to run; return 1 if there are none.
_runbook_next() {
  if [[ ${#_runbook_units[@]} == 0 ]]; then
    _runbook_take || return
    _runbook_split
  fi
  _runbook_unit=${_runbook_units[0]:1}
  _runbook_asks= _runbook_sign=${_runbook_units[0]:0:1}
  if [[ $_runbook_sign == + ]]; then # the last command of a pipe asks
    [[ $_runbook_unit =~ $_runbook_question || ${_runbook_unit##*|} =~ $_runbook_question ]] &&
      _runbook_asks=1
  fi
  _runbook_units=("${_runbook_units[@]:1}")
  # Every command of a pipe counts, but not in a condition, which would get another result.
  _runbook_pipes=$_runbook_pipefail
  if _runbook_names "${_runbook_piping[@]}"; then _runbook_pipes=-o; fi
  if [[ $_runbook_unit == *'|'* && ! $_runbook_unit =~ $_runbook_condition ]]; then
    _runbook_pipes=-o
    [[ $_runbook_unit =~ $_runbook_function ]] &&
      _runbook_piping+=("${BASH_REMATCH[1]}${BASH_REMATCH[2]}")
  fi
  _runbook_code="set -E$_runbook_flags"$'\n'
  if [[ $_runbook_reads_argument ]]; then # of the last command: `eval` changes `$_`
    _runbook_code+='{ : "$_runbook_argument"; } 2>/dev/null'$'\n'
  fi
  if [[ $_runbook_unit == *'$?'* ]]; then # nor is this shown with `set -x`
    _runbook_code+='{ _runbook_end_as_before; } 2>/dev/null && :'$'\n'
  fi
  _runbook_code+=$_runbook_unit
  if [[ $_runbook_unit == *'$(<'[!'<']* && $_runbook_unit != *"'"* ]]; then # no trap sees it fail
    _runbook_code=${_runbook_code//'$(<'/'$(cat <'}
  fi
  if [[ $_runbook_unit == *'$('*'&&'* ]]; then _runbook_see_inner; fi
  if [[ $_runbook_unit =~ $_runbook_many ]] || _runbook_names "${_runbook_starting[@]}"; then
    _runbook_code="set -T; trap '{ _runbook_look \"\$_\"; } 2>/dev/null' DEBUG"$'\n'$_runbook_code
    [[ $_runbook_unit =~ $_runbook_function ]] &&
      _runbook_starting+=("${BASH_REMATCH[1]}${BASH_REMATCH[2]}")
  fi
  if [[ $_runbook_unit == *'|'* && ($_runbook_unit =~ $_runbook_loop || $_runbook_asks &&
    ! $_runbook_unit =~ $_runbook_condition && ! ${_runbook_unit%|*} =~ $_runbook_asked) ]]; then
    _runbook_code+=$'\n_runbook_statuses=("$?" "${PIPESTATUS[@]}")'
  fi
  if [[ $_runbook_reads_argument ]]; then
    _runbook_code+=$'\n{ _runbook_end=$? _runbook_argument=$_; } 2>/dev/null'
  fi
  _runbook_errors_before=
  if [[ ($_runbook_unit == *'|'* || ${#_runbook_piping[@]} != 0) && -f /proc/self/fd/2 && -s /proc/self/fd/2 ]]; then
    _runbook_errors_before=$(</proc/self/fd/2)
  fi
  _runbook_end= _runbook_statuses=() _runbook_is_fine= _runbook_last= _runbook_excused=()
  _runbook_at=0 _runbook_part=$_runbook_sign
  while [[ $_runbook_part == + ]]; do # to the end of a list with `&&`
    _runbook_part=${_runbook_units[_runbook_at++]:0:1}
  done
  _runbook_following=${_runbook_units[_runbook_at]:1}
  for ((_runbook_at = _runbook_line; _runbook_at < ${#_runbook_lines[@]}; _runbook_at++)); do
    if [[ ! $_runbook_following =~ $_runbook_nothing ]]; then return; fi
    _runbook_following=${_runbook_lines[_runbook_at]}
  done
  if [[ ! $_runbook_following =~ $_runbook_nothing ]]; then return; fi
  if [[ $_runbook_word == 'may fail' ]]; then _runbook_following='$?'; fi
  if [[ $_runbook_unit =~ $_runbook_leaving ]]; then
    _runbook_see_jobs
    _runbook_say exit
  fi
}

# Return whether the commands have one of these names in them.
_runbook_names() {
  for _runbook_part; do
    if [[ " ${_runbook_unit//[!a-zA-Z0-9_-]/ } " == *" $_runbook_part "* ]]; then return 0; fi
  done
  return 1
}

# Let `$?` be what it was after the last command: it is read now.
_runbook_end_as_before() {
  return "$_runbook_status"
}

# Report how lists in substitutions end: bash hides what fails before their `&&`.
_runbook_see_inner() {
  _runbook_rest=$_runbook_unit _runbook_hidden=()
  while [[ $_runbook_rest =~ $_runbook_inner ]]; do
    _runbook_hidden+=("${BASH_REMATCH[1]}")
    _runbook_rest=${_runbook_rest/"${BASH_REMATCH[0]}"/}
  done
  if [[ $_runbook_rest =~ $_runbook_condition ]]; then return; fi
  for _runbook_at in "${!_runbook_hidden[@]}"; do
    _runbook_list=${_runbook_hidden[_runbook_at]}
    if [[ $_runbook_list =~ $_runbook_question || $_runbook_list == *'||'* ]]; then continue; fi
    _runbook_is_substituted "\$($_runbook_list)" || continue
    _runbook_part="\$(trap '_runbook_leave \$? $_runbook_at' EXIT;$_runbook_list)"
    _runbook_code=${_runbook_code/"\$($_runbook_list)"/"$_runbook_part"}
  done
}

# Return whether $1 is not text, in quotes, a comment or a here-document: if it is, its end matters.
# If it is there twice, one may be text.
_runbook_is_substituted() {
  [[ $_runbook_unit == *["'"'\#']* || $_runbook_unit == *'<<'* ]] || return 0
  _runbook_part=${_runbook_unit/"$1"/'$('}
  [[ $_runbook_part != *"$1"* ]] && ! (eval "_runbook_f() {"$'\n:\n'"$_runbook_part"$'\n}') 2>/dev/null
}

_runbook_leave() {
  if [[ $1 != 0 ]]; then _runbook_fail "$1" "${_runbook_hidden[$2]}"; fi
}

# Look at how the commands ended: with $1, and no command failed where bash tells of it.
_runbook_after() {
  if [[ $_runbook_unit == *pipefail* ]]; then
    _runbook_pipefail=+o
    if [[ -o pipefail ]]; then _runbook_pipefail=-o; fi
  fi
  _runbook_note_job
  if [[ ${#_runbook_statuses[@]} != 0 ]]; then
    set -- "${_runbook_statuses[@]}"
    if [[ $_runbook_asks ]]; then # only the last command of the pipe does
      [[ $# == 2 ]] || set -- "${!#}" "${@:2}"
      _runbook_status=$1
      set -- "$1" "${@:2:$#-2}" 0
    elif [[ ${!#} == 1 ]] && _runbook_ends_with_test; then
      set -- 0 "${@:2:$#-2}" 0
    fi
    _runbook_is_stopped "${@:2}" || _runbook_fail 1 "$_runbook_unit" "${@:2}"
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
  elif [[ $1 == 0 || $_runbook_is_fine || $_runbook_asks && $1 == 141 ]]; then
    return
  elif [[ $1 != 1 ]] || ! _runbook_ends_with_test; then
    _runbook_fail "$1" "$_runbook_unit"
  fi
}

# Return whether the commands of a pipe, by their statuses, only failed to write to the next one.
# In a trap, `return` needs a number.
_runbook_is_stopped() {
  for _runbook_status_in_pipe; do
    if [[ $_runbook_status_in_pipe == 0 || $_runbook_status_in_pipe == 141 ]]; then continue; fi
    if [[ $# == 1 ]]; then # of a part of a pipe, or of what is in `$(…)`
      [[ -p /proc/self/fd/1 || $BASH_COMMAND == *'$('* ]] || return 1
    elif [[ ${!#} != 0 ]]; then
      return 1
    fi
    _runbook_says_stopped "$_runbook_status_in_pipe" || return 1
  done
}

# Return whether a command of a pipe that ended with $1, not by the signal, says why.
_runbook_says_stopped() {
  if [[ $_runbook_unit != *'|'* ]] && ! _runbook_names "${_runbook_piping[@]}"; then return 1; fi
  if [[ $1 == 23 && $_runbook_unit == *curl* ]]; then # unless it could not write to a file
    [[ ! $_runbook_unit =~ [[:space:]](-[a-zA-Z]*[oO]|--output|--remote-name) ]] || return 1
    return 0
  fi
  [[ -f /proc/self/fd/2 ]] || return 1
  _runbook_errors=$(</proc/self/fd/2)
  [[ ${_runbook_errors#"$_runbook_errors_before"} =~ $_runbook_broken ]]
}

# React to a command that failed: $1 is its status, $2 its text, the others those of its pipe.
_runbook_error() {
  local IFS=' '
  _runbook_waits=
  if [[ $2 == 'return "$_runbook_job_status"' ]]; then # of `wait` or `kill`
    _runbook_waits=1
    set -- "$1" "$_runbook_unit" "${@:3}"
  fi
  if [[ $2 == 'eval "$_runbook_code"' ]]; then
    return 0
  elif [[ $1 == 141 || " ${*:3} " == *" $1 "* ]] && _runbook_is_stopped "${@:3}"; then
    _runbook_is_fine=1 _runbook_last=${!#}
  elif [[ $1 != 141 && $1 =~ $_runbook_killed && ($BASH_SUBSHELL -gt 0 || $_runbook_waits) ]]; then
    _runbook_is_fine=1
  elif [[ $# -gt 3 && $1 == 1 && ${!#} == 1 && $BASH_SUBSHELL == 0 && $_runbook_unit =~ $_runbook_loop ]] &&
    _runbook_ends_with_test; then # then the statuses of the pipe are looked at
    return 0
  elif [[ $BASH_SUBSHELL == 0 && $# == 3 && $_runbook_following =~ $_runbook_shown ||
    $BASH_SUBSHELL == 1 && ${!#} != 0 && ! -p /dev/fd/0 && ! -p /dev/fd/1 ]]; then
    # if it is the last one, the page shows how it ends, or the shell outside sees it
    _runbook_level="$BASH_SUBSHELL ${#FUNCNAME[@]} $2"
    if [[ ${#_runbook_excused[@]} != 0 && $_runbook_level == "$_runbook_excused_level" ]]; then
      _runbook_following=
      _runbook_fail "$@" # the same command again
    fi
    _runbook_is_fine=1 _runbook_excused=("$@") _runbook_excused_level=$_runbook_level
    set -T
    trap '{ _runbook_go_on "$BASH_COMMAND"; } 2>/dev/null' DEBUG
  else
    _runbook_fail "$@"
  fi
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
  if [[ $1 == *[!0-9]* ]]; then _runbook_following=; elif [[ -o errexit ]]; then _runbook_following='$?'; fi
  _runbook_say command "$_runbook_file" "$1" "$2" "${*:3}" "$_runbook_unit" "$_runbook_following"
  if [[ $1 == *[!0-9]* ]]; then exit 2; fi
  exit "$1"
}

_runbook_say() {
  builtin printf -v _runbook_part '%s\037' "$@"
  builtin printf '%s\0' "$_runbook_part" >&213
}

# Return whether the commands, without what is in quotes, end with a test before `&&`.
_runbook_ends_with_test() {
  _runbook_bare=$_runbook_unit
  while [[ $_runbook_bare =~ $_runbook_quotes ]]; do
    _runbook_bare=${_runbook_bare/"${BASH_REMATCH[0]}"/x}
  done
  [[ $_runbook_bare =~ $_runbook_test ]]
}

# Remember the last background job: `$!` is lost where another one begins. `$_` becomes $1 again.
_runbook_note_job() {
  if [[ ${!-} != "$_runbook_job" ]]; then
    _runbook_job=$! _runbook_new_jobs=1
    _runbook_jobs[_runbook_job]=$_runbook_unit _runbook_jobs_files[_runbook_job]=$_runbook_file
  fi
  : "${1-}"
}

# Look for a new job, in a subshell until its end. `$_` becomes $1 again.
_runbook_look() {
  if [[ $BASH_SUBSHELL != "$_runbook_depth" ]]; then
    _runbook_depth=$BASH_SUBSHELL _runbook_jobs=()
    trap '{ _runbook_leave_jobs; } 2>/dev/null' EXIT
  fi
  _runbook_note_job "$1"
}

# Report how the jobs of a subshell ended, and which it leaves running: then only the server, which
# adopts them, sees how they end.
_runbook_leave_jobs() {
  trap - DEBUG
  _runbook_note_job
  for _runbook_part in 1 2 3 4 5 6; do # a job that fails at once, this shell may still see
    _runbook_see_jobs
    [[ ${#_runbook_jobs[@]} != 0 ]] || break
    command sleep 0.05
  done
  _runbook_see_jobs
  for _runbook_pid in "${!_runbook_jobs[@]}"; do
    _runbook_say left "$_runbook_file" "$_runbook_pid" "$_runbook_unit"
  done
}

# Report background jobs that ended with a failure; if $1 is `wait`, wait for $2, or for all.
_runbook_see_jobs() {
  for _runbook_pid in "${!_runbook_jobs[@]}"; do
    if [[ ${2-$_runbook_pid} != "$_runbook_pid" ]]; then continue; fi
    if [[ ${1-} != wait ]] && builtin kill -0 "$_runbook_pid" 2>/dev/null; then continue; fi
    _runbook_job_status=0
    builtin wait "$_runbook_pid" 2>"$_runbook_file.wait" || _runbook_job_status=$?
    # bash has something to say of a job that the block itself has waited for
    if [[ ${_runbook_jobs[_runbook_pid]} && $_runbook_job_status != 0 &&
      ! $_runbook_job_status =~ $_runbook_killed &&
      ($_runbook_job_status != 127 || ! -s $_runbook_file.wait) ]]; then
      _runbook_say job "${_runbook_jobs_files[_runbook_pid]}" "$_runbook_job_status" \
        "${_runbook_jobs[_runbook_pid]}" '' ''
    fi
    unset "_runbook_jobs[$_runbook_pid]"
  done
}

# Take the place of `wait`, which forgets without arguments how jobs ended.
_runbook_wait() {
  local IFS=$' \t\n'
  if [[ $# == 0 ]]; then
    for _runbook_pid in $(jobs -p); do
      : "${_runbook_jobs[_runbook_pid]=$_runbook_unit}"
      : "${_runbook_jobs_files[_runbook_pid]=$_runbook_file}"
    done
    _runbook_see_jobs wait
  fi
  for ((_runbook_at = $#; _runbook_at > 0; _runbook_at--)); do # a job that has ended has no name
    _runbook_job_name=$1
    shift
    if [[ $_runbook_job_name == %* ]]; then
      jobs -p "$_runbook_job_name" >"$_runbook_file.job" 2>/dev/null && # in `$(…)` bash drops it
        builtin read -r _runbook_job_name <"$_runbook_file.job"
      # nor of one that ended before, if it is the last
      if [[ $_runbook_job_name == %?([%+1]) && ${!-} && ! $(jobs -p) ]]; then _runbook_job_name=$!; fi
    fi
    set -- "$@" "$_runbook_job_name"
  done
  if [[ $* == -n ]]; then # of those that have ended, `bash -c` does not tell
    for _runbook_pid in "${!_runbook_jobs[@]}"; do
      [[ ${_runbook_jobs[_runbook_pid]} ]] || continue
      builtin kill -0 "$_runbook_pid" 2>/dev/null || set -- "$_runbook_pid"
    done
  fi
  while [[ $# -gt 1 && $1 != -* ]]; do # bash tells only how the last one ended
    _runbook_see_jobs wait "$1"
    shift
  done
  _runbook_forget "$@"
  if [[ ${1-} == -n ]]; then set -- $_runbook_which "$@"; fi
  _runbook_pid='' _runbook_job_status=0
  builtin wait "$@" || _runbook_job_status=$?
  _runbook_forget ${_runbook_pid-}
  return "$_runbook_job_status"
}

# Take the place of `kill`: how a job ends that the block ends is no failure.
_runbook_kill() {
  local IFS=' '
  [[ "$* " =~ $_runbook_harmless ]] || _runbook_forget "$@"
  _runbook_job_status=0
  builtin kill "$@" || _runbook_job_status=$?
  return "$_runbook_job_status"
}

# Watch these jobs no more: the block itself ends them, or sees how they end.
_runbook_forget() {
  local IFS=$' \t\n'
  _runbook_note_job
  for _runbook_job_name; do
    [[ $_runbook_job_name != %* ]] || _runbook_job_name=$(jobs -l "$_runbook_job_name" 2>/dev/null)
    for _runbook_pid in $_runbook_job_name; do
      if [[ $_runbook_pid == *[!0-9]* ]]; then continue; fi
      if [[ ${_runbook_jobs[_runbook_pid]+x} ]]; then
        _runbook_jobs[_runbook_pid]=
      else # a subshell may have left it
        _runbook_say forget "$_runbook_file" "$_runbook_pid"
      fi
    done
  done
}

readonly -f _runbook_take _runbook_skip_document _runbook_ends_with_test _runbook_define _runbook_print _runbook_cut _runbook_is_cut \
  _runbook_split _runbook_next _runbook_end_as_before _runbook_see_inner _runbook_is_substituted \
  _runbook_leave _runbook_after _runbook_is_stopped _runbook_says_stopped _runbook_error _runbook_go_on \
  _runbook_fail _runbook_names _runbook_say _runbook_note_job _runbook_look _runbook_leave_jobs _runbook_see_jobs \
  _runbook_wait _runbook_kill _runbook_forget
# commands that ask a question if `&&` follows
_runbook_part='(!|\[|\[\[|test|[ef]?grep|command|which|type|hash|pgrep|pidof|cmp|diff|kill -0)[[:space:]]'
_runbook_question="^[[:space:]]*($_runbook_part|\\(\\()"
_runbook_asked="(^|\\|)[[:space:]]*$_runbook_part"
# what is in quotes, or stands for a text
_runbook_quotes=$'\\\\.|\'[^\']*\'|"[^"]*"|\\$\\([^()]*\\)|\\$\\{[^{}]*\\}'
# a list in a loop or a condition that begins with questions, and is the last one in it
_runbook_part+=$'[^;&|()\n]*'
_runbook_part+='|\[\[[[:space:]]([^]]|\][^]])*\]\]|\(\(([^)]|\)[^)])*\)\)'
_runbook_test=$'(^|[;|({)\n]|[^[:alnum:]_](do|then|else)[[:space:]])[[:space:]]*'
_runbook_test+="(($_runbook_part)[[:space:]]*&&[[:space:]]*)+"
_runbook_test+=$'(\\{[^{}]*\\}|([^&;{}\n]|&[^&])*)[;[:space:]]*($|;;|\\}|\\)|done|fi|else|elif|esac)'
# several background jobs, or one in a subshell or a function
_runbook_many='((^|[^[:alnum:]_])(for|while|until|function)[[:space:]]|\(|[^&>|]&[^&>|]).*[^&>|]&([^&>|]|$)'
_runbook_many+=$'|(^|[;\n])[[:space:]]*(\\.|source)[[:space:]]'
_runbook_function='function[[:space:]]+([a-zA-Z0-9_-]+)|([a-zA-Z0-9_-]+)[[:space:]]*\(\)'
# what is run part by part: bash hides failures before `&&`, and after these builtins
_runbook_apart='&|\$\?|(^|[^[:alnum:]_])(trap|set|enable)[[:space:]]|;[[:space:]]*exit'
_runbook_condition='(^|[^[:alnum:]_])(if|while|until|elif|!)[[:space:]]|&&|\|\|'
# a loop or a condition that ends a pipe
_runbook_loop='^[^|;&]*[^|;&[:space:]][[:space:]]*\|[[:space:]]*(while|until|if)[[:space:]].*(done|fi)[[:space:]]*$'
# a list in a substitution, which may have others in it
_runbook_part='([^()]|\([^()]*\))*'
_runbook_inner="\\\$\\(($_runbook_part&&$_runbook_part)\\)"
# what may be the last command of a block
_runbook_leaving='^[[:space:]]*exit([[:space:]]+0)?[[:space:]]*(#.*)?$'
# a line that leaves `$?` as it is
_runbook_nothing=$'^[ \t]*(#.*)?$'
# commands that first read how the last one ended; not a function that will
_runbook_part='"([^"\`$]|\\.|\$[^(])*' # a text in quotation marks, without its end
_runbook_shown="^([^#;&|)'\"\\\\]|\\\\.|'[^']*'|$_runbook_part\")*($_runbook_part)?[$]([?]|[{][?][}])"
# a job that was stopped, or a process substitution of which bash 5.2 lost how it ended, one in 500
_runbook_killed='^(-1|129|130|137|141|143)$'
# what `kill` is given if it ends nothing
_runbook_harmless='^-((s |n )?(SIG)?(0|CONT|STOP|TSTP|WINCH|URG|CHLD)|l|L) '
# what programs say that catch the signal: of Python, Node.js, xargs
_runbook_broken='BrokenPipeError|\[Errno 32\]|write EPIPE|terminated by signal 13'
# the last line of a long command: not indented, and with what ends a command
_runbook_ending=$'^([^ \t].*)?[])}\'"`]|^(fi|done|esac)'
_runbook_flags='' _runbook_pipefail=+o _runbook_piping=() _runbook_starting=()
_runbook_match=() _runbook_argument='' _runbook_which=''
# from bash 5.1 on, `wait -n` says which job ended
if [[ ${BASH_VERSINFO[0]}${BASH_VERSINFO[1]} -ge 51 ]]; then _runbook_which='-p _runbook_pid'; fi
_runbook_jobs=() _runbook_jobs_files=() _runbook_job='' _runbook_depth=0
_runbook_unit='' _runbook_file='' _runbook_status=0

if [[ ${BASH_VERSINFO[0]}${BASH_VERSINFO[1]} -lt 44 ]]; then _runbook_fail old "bash $BASH_VERSION"; fi
shopt -s expand_aliases
PS4=$'\035+ ' # a terminal shows a `+` less than the driver, and the verifier takes it away
exec </dev/null
while IFS= read -r -u 213 _runbook_file; do
  if [[ $_runbook_file == *.environment ]]; then
    /usr/bin/env -0 >"$_runbook_file"
    printf 'environment\0' >&213
    continue
  fi
  _runbook_lines=() _runbook_line=0 _runbook_units=() _runbook_new_jobs=
  mapfile -t _runbook_lines <"$_runbook_file"
  _runbook_reads_argument=
  if [[ ${_runbook_lines[*]} == *'$'?(\{)_* ]]; then _runbook_reads_argument=1; fi
  exec >>"$_runbook_file.out" 2>>"$_runbook_file.err"
  printf 'ready\0' >&213
  read -r -u 213 _runbook_word
  _runbook_is_open= _runbook_errexit=
  if [[ $_runbook_word == 'may fail' && $_runbook_flags == *e* ]]; then # and the terminal goes on
    _runbook_errexit=e _runbook_flags=${_runbook_flags/e/}
  fi
  while _runbook_next; do
    if [[ $_runbook_is_open ]]; then _runbook_fail skipped continue; fi
    _runbook_is_open=1
    wait() {
      { local -; set +x; } 2>/dev/null
      _runbook_wait "$@" || return "$_runbook_job_status"
    }
    kill() {
      { local -; set +x; } 2>/dev/null
      _runbook_kill "$@" || return "$_runbook_job_status"
    }
    trap '_runbook_error "$?" "$BASH_COMMAND" "${PIPESTATUS[@]}"' ERR
    set "$_runbook_pipes" pipefail
    if [[ $_runbook_which ]]; then # else it is read-only
      { BASH_REMATCH=("${_runbook_match[@]}"); } 2>/dev/null
    fi
    if [[ $_runbook_asks ]]; then
      eval "$_runbook_code" && :
    else
      eval "$_runbook_code"
    fi
    # In this mode no function can take the place of `set`, `trap` and `unset`.
    {
      _runbook_status=${_runbook_end:-$?} POSIXLY_CORRECT=y _runbook_inherits=$BASHOPTS
      _runbook_flags=${-//[!eux]/}
      trap - ERR DEBUG
      set +euxET
      _runbook_match=("${BASH_REMATCH[@]}")
      unset -f read printf eval declare mapfile kill wait shopt builtin set trap unset exec return \
        exit
      unset POSIXLY_CORRECT
      shopt -s expand_aliases
    } 2>/dev/null
    _runbook_is_open=
    [[ $_runbook_inherits == *inherit_errexit* ]] || shopt -u inherit_errexit
    _runbook_after "$_runbook_status"
  done
  if [[ $_runbook_is_open || ${#_runbook_units[@]} != 0 || $_runbook_line -lt ${#_runbook_lines[@]} ]]; then
    _runbook_fail skipped break
  fi
  _runbook_flags+=$_runbook_errexit
  for _runbook_part in 1 2 3 4 5 6; do
    _runbook_see_jobs
    [[ $_runbook_new_jobs && ${#_runbook_jobs[@]} != 0 ]] || break
    IFS= read -r -t 0.05 -u 213 _runbook_word
  done
  printf 'end\0' >&213
  IFS= read -r -u 213 _runbook_word
  printf '%s %s %s\0' "$_runbook_word" "${#_runbook_jobs[@]}" "$_runbook_status" >&213
done
