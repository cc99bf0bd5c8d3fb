# The terminal of a walkthrough: runs blocks as if they were pasted into it, command by command.
#
# File descriptor 213 leads to pytest. It sends a line for each block, with the block's file,
# or with a file for the environment; then `see` or `keep`, whether the jobs that ended are looked at
# after the block, and the command that follows it. Messages back end with a null character: `ready`,
# `command` or `job` with what failed, `left` with a job that a shell leaves running, `forget` with
# one that need not be watched, `exit` before a last command that leaves the shell, and `end` if every
# command ran. Then pytest sends a word, which is sent back: no block can say so in place of
# this shell, because the word does not exist while a block runs. File descriptor 214 is the standard
# error of the block, wherever that of a command leads.
#
# Commands are evaluated here and not in a function, so that `declare` and `return` work as in a
# terminal, and `$1` is empty. Blocks may define functions with the names of builtins: `_runbook_*`
# functions are read-only, and those names are cleared after each command.

readonly -f $(compgen -A function _runbook_)
_runbook_flags='' _runbook_pipefail=+o _runbook_piping=() _runbook_starting=()
_runbook_match=() _runbook_argument='' _runbook_piped=()
_runbook_unit='' _runbook_file='' _runbook_status=0

if [[ ${BASH_VERSINFO[0]}${BASH_VERSINFO[1]} -lt 44 ]]; then _runbook_fail old "bash $BASH_VERSION"; fi
shopt -s expand_aliases
PS4=$'\035+ ' # a terminal shows a `+` less than the driver, and `terminal.py` takes it away
exec </dev/null
while IFS= read -r -u 213 _runbook_file; do
  if [[ $_runbook_file == *.environment ]]; then
    /usr/bin/env -0 >|"$_runbook_file"
    printf 'environment\0' >&213
    continue
  fi
  _runbook_lines=() _runbook_line=0 _runbook_units=() _runbook_new_jobs=
  mapfile -t _runbook_lines <"$_runbook_file"
  _runbook_reads_argument=
  if [[ ${_runbook_lines[*]} == *'$'?(\{)_* ]]; then _runbook_reads_argument=1; fi
  exec >>"$_runbook_file.out" 2>>"$_runbook_file.err" 214>>"$_runbook_file.err"
  printf 'ready\0' >&213
  IFS=' ' read -r -u 213 _runbook_sees _runbook_after_block
  _runbook_is_open= _runbook_errexit=
  if [[ $_runbook_after_block =~ $_runbook_reads_status && $_runbook_flags == *e* ]]; then # and the terminal goes on
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
    trap '{ _runbook_error "$?" "$BASH_COMMAND" "${PIPESTATUS[@]}"; } 2>/dev/null' ERR
    set "$_runbook_pipes" pipefail
    if [[ ${BASH_VERSINFO[0]}${BASH_VERSINFO[1]} -ge 51 ]]; then # else it is read-only
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
    [[ $_runbook_end ]] || _runbook_piped=("$_runbook_status")
    [[ $_runbook_inherits == *inherit_errexit* ]] || shopt -u inherit_errexit
    _runbook_after "$_runbook_status"
  done
  if [[ $_runbook_is_open || ${#_runbook_units[@]} != 0 || $_runbook_line -lt ${#_runbook_lines[@]} ]]; then
    _runbook_fail skipped break
  fi
  _runbook_flags+=$_runbook_errexit
  for _runbook_try in 1 2 3 4 5 6; do
    [[ $_runbook_sees == see ]] || break
    _runbook_see_jobs
    [[ $_runbook_new_jobs && ${#_runbook_jobs[@]} != 0 ]] || break
    IFS= read -r -t 0.05 -u 213 _runbook_word
  done
  printf 'end\0' >&213
  IFS= read -r -u 213 _runbook_word
  printf '%s %s %s\0' "$_runbook_word" "${#_runbook_jobs[@]}" "$_runbook_status" >&213
done
