# Jobs in the background: which there are, how they ended, and which the block itself looks after.

# what `kill` is given if it ends nothing
_runbook_harmless='^-((s |n )?(SIG)?(0|CONT|STOP|TSTP|WINCH|URG|CHLD)|l|L) '
# jobs by their numbers: the block and the commands that began them, as a message has them, or
# nothing if the block looks after the job
_runbook_jobs=() _runbook_job='' _runbook_depth=0

# Remember the last background job: `$!` is lost where another one begins. `$_` becomes $1 again.
_runbook_note_job() {
  if [[ ${!-} != "$_runbook_job" ]]; then
    _runbook_job=$! _runbook_new_jobs=1
    _runbook_jobs[_runbook_job]=$_runbook_file$'\037'$_runbook_unit
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

# Report how the jobs of a shell that ends ended, and which it leaves running: then only the server,
# which adopts them, sees how they end.
_runbook_leave_jobs() {
  trap - DEBUG
  _runbook_note_job
  for _runbook_try in 1 2 3 4 5 6; do # a job that fails at once, this shell may still see
    _runbook_see_jobs
    [[ ${#_runbook_jobs[@]} != 0 ]] || return 0
    command sleep 0.05
  done
  _runbook_see_jobs
  for _runbook_pid in "${!_runbook_jobs[@]}"; do
    [[ ! ${_runbook_jobs[_runbook_pid]} ]] ||
      _runbook_say left "$_runbook_pid" "${_runbook_jobs[_runbook_pid]}"
  done
}

# Report background jobs that ended with a failure; if $1 is `wait`, wait for $2, or for all.
_runbook_see_jobs() {
  for _runbook_pid in "${!_runbook_jobs[@]}"; do
    if [[ ${2-$_runbook_pid} != "$_runbook_pid" ]]; then continue; fi
    if [[ ${1-} != wait ]] && builtin kill -0 "$_runbook_pid" 2>/dev/null; then continue; fi
    _runbook_job_status=0
    builtin wait "$_runbook_pid" 2>|"$_runbook_file.wait" || _runbook_job_status=$?
    # bash has something to say of a job that the block itself has waited for
    if [[ ${_runbook_jobs[_runbook_pid]} && $_runbook_job_status != 0 &&
      ! $_runbook_job_status =~ $_runbook_killed &&
      ($_runbook_job_status != 127 || ! -s $_runbook_file.wait) ]]; then
      _runbook_say job "$_runbook_job_status" "${_runbook_jobs[_runbook_pid]}"
    fi
    unset "_runbook_jobs[$_runbook_pid]"
  done
}

# Take the place of `wait`, which forgets without arguments how jobs ended.
_runbook_wait() {
  local IFS=$' \t\n'
  if [[ $# == 0 ]]; then
    for _runbook_pid in $(jobs -p); do
      : "${_runbook_jobs[_runbook_pid]=$_runbook_file$'\037'$_runbook_unit}"
    done
    _runbook_see_jobs wait
  fi
  _runbook_read_wait "$@"
  set -- "${_runbook_named[@]}"
  while [[ $# -gt 1 && $1 != -* && ! $_runbook_any ]]; do # bash tells only how the last one ended
    _runbook_see_jobs wait "$1"
    shift
  done
  _runbook_job_status=0
  builtin wait $_runbook_any ${_runbook_into:+-p "$_runbook_into"} "$@" || _runbook_job_status=$?
  if [[ $_runbook_into ]]; then set -- "${!_runbook_into-}"; fi
  _runbook_forget "$@"
  return "$_runbook_job_status"
}

# Read the arguments of `wait`: _runbook_named are the jobs by their numbers, _runbook_any is `-n`,
# and _runbook_into is the variable for the number of the one that ended.
_runbook_read_wait() {
  _runbook_any='' _runbook_into='' _runbook_named=()
  while [[ ${1-} == -+([fnp]) ]]; do
    if [[ $1 == *n* ]]; then _runbook_any=-n; fi
    if [[ $1 == *p ]]; then
      _runbook_into=${2-}
      shift
    fi
    shift
  done
  for _runbook_job_word; do
    _runbook_number "$_runbook_job_word"
    _runbook_named+=("$_runbook_job_name")
  done
  if [[ $_runbook_any && $# == 0 ]]; then # of those that have ended, `bash -c` does not tell
    for _runbook_pid in "${!_runbook_jobs[@]}"; do
      [[ ${_runbook_jobs[_runbook_pid]} ]] || continue
      builtin kill -0 "$_runbook_pid" 2>/dev/null || _runbook_any='' _runbook_named=("$_runbook_pid")
    done
  fi
  # from bash 5.1 on, `wait -n` says which job ended
  if [[ $_runbook_any && ! $_runbook_into && ${BASH_VERSINFO[0]}${BASH_VERSINFO[1]} -ge 51 ]]; then
    _runbook_into=_runbook_pid
  fi
}

# Set _runbook_job_name to the number of the job $1: `wait` finds none by its name that has ended.
_runbook_number() {
  _runbook_job_name=$1
  if [[ $1 != %* ]]; then return; fi
  jobs -p "$1" >|"$_runbook_file.job" 2>/dev/null && # in `$(…)` bash drops it
    builtin read -r _runbook_job_name <"$_runbook_file.job"
  # nor of one that ended before, if it is the last
  if [[ $_runbook_job_name == %?([%+1]) && ${!-} && ! $(jobs -p) ]]; then _runbook_job_name=$!; fi
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
        _runbook_say forget "$_runbook_pid"
      fi
    done
  done
}
