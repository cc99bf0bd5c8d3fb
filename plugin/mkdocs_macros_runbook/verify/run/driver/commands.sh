# The lines of a block become commands, which are run one by one.

# a line without a command, which leaves `$?` as it is
_runbook_nothing=$'^[ \t]*(#.*)?$'
# the last line of a long command: not indented, or with what ends a command
_runbook_ending=$'^([^ \t].*)?[])}\'"`]|^(fi|done|esac)'
# the last line of a long here-document, or one of brackets below it
_runbook_word_alone=$'^[ \t]*[^ \t]+[ \t]*$'
# what is run part by part: bash hides failures before `&&`, and after these builtins
_runbook_apart='&|\$\?|PIPESTATUS|(^|[^[:alnum:]_])(trap|set|enable)[[:space:]]|;[[:space:]]*(exit|exec)'

# Take lines that make complete commands; return 1 if there are no more.
_runbook_take() {
  _runbook_chunk='' _runbook_tries=0
  while [[ $_runbook_line -lt ${#_runbook_lines[@]} ]]; do
    _runbook_text_line=${_runbook_lines[_runbook_line++]}
    if [[ ! $_runbook_chunk && $_runbook_text_line =~ $_runbook_nothing ]]; then continue; fi
    _runbook_chunk+=${_runbook_chunk:+$'\n'}$_runbook_text_line
    # for speed: a long command does not end with any line
    if [[ $((++_runbook_tries)) -gt 30 && $_runbook_line -lt ${#_runbook_lines[@]} ]]; then
      if [[ $_runbook_chunk != *'<<'* && ! $_runbook_text_line =~ $_runbook_ending ||
        $_runbook_chunk == *'<<'* && ! $_runbook_text_line =~ $_runbook_word_alone ]]; then continue; fi
    fi
    # if the function exists all the same, the commands are wrong, and bash will say how
    if _runbook_define "$_runbook_chunk" || declare -F _runbook_f >/dev/null; then return; fi
  done
  [[ ! $_runbook_chunk ]] || _runbook_fail_incomplete
  return 1
}

# Report the commands that have no end: bash says what is wrong with them or, since a brace stays
# open, that there is no more.
_runbook_fail_incomplete() {
  _runbook_syntax_error=$(eval "_runbook_f() {"$'\n'"$_runbook_chunk" 2>&1)
  printf '%s\n' "$_runbook_syntax_error" >&2
  _runbook_following=$_runbook_chunk
  if [[ $_runbook_chunk != *$'\n'*[![:space:]]* ]]; then _runbook_following='$?'; fi
  if [[ $_runbook_syntax_error == *'unexpected token'* ]]; then _runbook_fail 2 "${_runbook_chunk%%$'\n'*}"; fi
  _runbook_fail incomplete "${_runbook_chunk%%$'\n'*}"
}

# Define a function with commands; return 1 if they are incomplete or wrong.
_runbook_define() {
  unset -f _runbook_f
  _runbook_definition="_runbook_f() {"$'\n:\n'"$1"$'\n}'
  # A bash that is not interactive exits if what is in `$(…)` is wrong, and so it is if it is
  # incomplete. A subshell is slow, so it only tries commands that can be so.
  if [[ $1 == *['$<>']'('* ]]; then
    _runbook_opened=${1//[!(]/} _runbook_closed=${1//[!)]/}
    if [[ $1 == *$'\n'* || $1 == *case* || ${#_runbook_opened} != "${#_runbook_closed}" ]]; then
      (eval "$_runbook_definition") 2>/dev/null || return
    fi
  fi
  eval "$_runbook_definition" 2>/dev/null && return
  # after a part of `[[ … ]]`, bash refuses what it parses next, whatever that is
  [[ $1 != *'[['* ]] || eval if 2>/dev/null
  return 1
}

# Set _runbook_units to parts of _runbook_chunk that are run one by one: `a && b` is run as `a`,
# then `b`, because bash hides what fails in `a`. A part that `&&` follows begins with a `+`.
_runbook_split() {
  if [[ ! $_runbook_chunk =~ $_runbook_apart ]] || _runbook_has_heredoc; then
    _runbook_units=("-$_runbook_chunk")
    return
  fi
  _runbook_units=() _runbook_rest=$_runbook_chunk
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

# Return whether the commands have a here-document: what is in it is not cut.
_runbook_has_heredoc() {
  [[ $_runbook_chunk == *'<<'* ]] || return
  for _runbook_bare in "${_runbook_chunk%%$'\n'*}" "$_runbook_chunk"; do # the first line is quick
    _runbook_bare=${_runbook_bare//'<<<'/}
    _runbook_leave_out_texts
    [[ ! $_runbook_bare =~ $_runbook_heredoc ]] || return 0
  done
  return 1
}

# Cut commands ($2) at the first operator of $1 that joins two complete parts.
_runbook_cut() {
  _runbook_left='' _runbook_right=$2
  while _runbook_before_operator=${_runbook_right%%[;&]*} && [[ $_runbook_before_operator != "$_runbook_right" ]]; do
    _runbook_left+=$_runbook_before_operator
    _runbook_right=${_runbook_right:${#_runbook_before_operator}}
    case $_runbook_right in
      '&&'* | '&>'*) _runbook_operator=${_runbook_right:0:2} _runbook_end='' ;;
      '&'*) _runbook_operator='&' _runbook_end=' &' ;;
      *) _runbook_operator=';' _runbook_end='' ;;
    esac
    _runbook_right=${_runbook_right#"$_runbook_operator"}
    if [[ " $1 " == *" $_runbook_operator "* ]] && _runbook_is_cut; then
      _runbook_left+=$_runbook_end
      return
    fi
    _runbook_left+=$_runbook_operator
  done
  return 1
}

# Return whether both parts are complete. A bracket that nothing opened is complete in a comment.
_runbook_is_cut() {
  if [[ $_runbook_left == *\\ ]]; then return 1; fi
  if [[ $_runbook_left == *'#'* ]] && _runbook_define "$_runbook_left )"; then return 1; fi
  _runbook_define "$_runbook_left$_runbook_end" && _runbook_define "$_runbook_right"
}
