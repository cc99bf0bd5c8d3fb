"""The terminal of a walkthrough: which blocks fail in it, and what they leave to the next ones."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from mkdocs_macros_runbook.verify.run.folder import new_folder
from mkdocs_macros_runbook.verify.run.process import Limits, Result, clean_environment
from mkdocs_macros_runbook.verify.run.server import Server
from mkdocs_macros_runbook.verify.run.terminal import Terminal

LIMITS = Limits(seconds=10)
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


@pytest.fixture
def terminal(server: Server, tmp_path: Path) -> Iterator[Terminal]:
    reader, scratch = tmp_path / "reader", tmp_path / "scratch"
    reader.mkdir()
    scratch.mkdir()
    environment = clean_environment(reader, "test", {})
    shell = Terminal(server, reader, scratch, environment)
    yield shell
    shell.close()


@pytest.fixture
def run(terminal: Terminal) -> Run:
    def run_block(commands: str, name: str = "", *, merge_output: bool = False) -> Result:
        return terminal.run(commands, LIMITS, name=name, merge_output=merge_output)

    return run_block


# By a block: the error, and the command that is named.
FAILS = {
    'export X="$(no-such a)"': ("a command ended with code 127", "no-such a"),
    'f() { local x="$(no-such)"; }\nf': ("a command ended with code 127", "no-such"),
    "declare y=$(ls no-such)": ("a command ended with code 2", "ls no-such"),
    'echo "Version $(no-such --version)"': ("a command ended with code 127", "no-such --version"),
    "x=$(no-such)": ("a command ended with code 127", "no-such"),
    "diff <(no-such) /dev/null": ("a command ended with code 127", "no-such"),
    "echo > >(ls no-such)\nsleep 0.1": ("a command ended with code 2", "ls no-such"),
    "(false)": ("a command ended with code 1", "( false )"),
    "(false; true)": ("a command ended with code 1", "false"),
    "echo a\necho )": ("a command ended with code 2", "echo )"),
    "false | cat": ("a command ended with code 1", "false"),
    "echo a | grep b | cat": ("a command ended with code 1", "grep b"),
    "for x in 1 2; do false | cat; done": ("a command ended with code 1", "false"),
    "f() { false | cat; }\nf": ("a command ended with code 1", "cat"),
    "no-such | while read l; do echo; done": ("a command ended with code 127", "no-such"),
    "cat < no-such": ("a command ended with code 1", "cat < no-such"),
    "cd no-such && make\necho later": ("a command ended with code 1", "cd no-such"),
    "true; cd no-such && make; echo later": ("a command ended with code 1", "cd no-such"),
    "grep -q a no-such && true": ("a command ended with code 2", "grep -q a no-such"),
    "f() { false; echo d; }\nf && echo ok": ("a command ended with code 1", "false"),
    "cat <<END && false\nx\nEND": ("a command ended with code 1", "false"),
    'export X="$(false && echo a)"': ("a command ended with code 1", "false && echo a"),
    'echo "a $(cd no-such && pwd)"': ("a command ended with code 1", "cd no-such && pwd"),
    'f() { local x="$(no-such && echo)"; }\nf': (
        "a command ended with code 127",
        "no-such && echo",
    ),
    "test -f x || return 0\nno-such": ("a command ended with code 2", "return 0"),
    "local x=1": ("a command ended with code 1", "local x=1"),
    "break\nfalse": (
        "`break` or `continue` outside of a loop: the commands after it did not run",
        "break",
    ),
    "continue; false": (
        "`break` or `continue` outside of a loop: the commands after it did not run",
        "break",
    ),
    "[[ -f no-such && -d / ]]": ("a command ended with code 1", "[[ -f no-such && -d / ]]"),
    "((1 > 2))": ("a command ended with code 1", "((1 > 2))"),
    "! true": ("a command ended with code 1", "! true"),
    "x=$((1 / 0))": ("a command ended with code 1", "x=$((1 / 0))"),
    'echo "$(<no-such)"': ("a command ended with code 1", "cat < no-such"),
    "x=$(false | yes | head -n 1)": ("a command ended with code 1", "x=$(false"),
    "cat > a <<END\nx\n END\necho hi": (
        "the commands are incomplete: bash waits for more lines",
        "cat > a <<END",
    ),
    "echo $(if true": (
        "the commands are incomplete: bash waits for more lines",
        "echo $(if true",
    ),
    "exit; true": ("the shell exited before the block's last line", ""),
    "if true; then exit 0; fi\nexit": ("the shell exited before the block's last line", ""),
    "(exit 3) &\nsleep 0.1\nexit": ("a job in the background ended with code 3", "(exit 3) &"),
    "echo 'a\nb": ("the commands are incomplete: bash waits for more lines", "echo 'a"),
    "exit 0\ntrue": ("the shell exited before the block's last line", ""),
    "exec true\nfalse": ("the shell exited before the block's last line", ""),
    "cd no-such && sleep 9 &\nsleep 0.2": (
        "a job in the background ended with code 1",
        "cd no-such && sleep 9 &",
    ),
    "no-such-server &": ("a job in the background ended with code 127", "no-such-server &"),
    "ls no-such &\nwait": ("a job in the background ended with code 2", "ls no-such &"),
    "f() { sh -c 'sleep 0.1; exit 3' & true & wait; }\nf": (
        "a job in the background ended with code 3",
        "f",
    ),
    "sh -c 'exit 3' & wait $!": ("a command ended with code 3", "wait $!"),
    "sh -c 'sleep 0.1; exit 3' & kill -CONT $!; sleep 0.3": (
        "a job in the background ended with code 3",
        "sh -c 'sleep 0.1; exit 3' &",
    ),
    # what an earlier pipe said excuses no later failure, nor one outside of a pipe
    "echo 'BrokenPipeError' >&2\nsh -c 'exit 4' | cat": (
        "a command ended with code 4",
        "sh -c 'exit 4'",
    ),
    "for n in a; do echo 'BrokenPipeError' >&2; sh -c 'exit 4'; echo $n | cat; done": (
        "a command ended with code 4",
        "sh -c 'exit 4'",
    ),
    "curl -s -o no/dir/x file:///etc/passwd | cat": (
        "a command ended with code 23",
        "curl -s -o no/dir/x file:///etc/passwd",
    ),
    'for code in 3 0; do sh -c "exit $code" & done; wait': (
        "a job in the background ended with code 3",
        'for code in 3 0; do sh -c "exit $code" & done',
    ),
    "printf '3\\n0\\n' > f; while read code; do (exit $code) & done < f; sleep 0.1": (
        "a job in the background ended with code 3",
        "while read code; do (exit $code) & done < f",
    ),
    "for x in 1; do false && grep -q a f && echo; done": (
        "a command ended with code 1",
        "for x in 1; do false && grep -q a f && echo; done",
    ),
    "mkdir a; touch f.txt; for f in $(ls f.txt); do mkdir a && echo made; done": (
        "a command ended with code 1",
        "for f in $(ls f.txt); do mkdir a && echo made; done",
    ),
    "mkdir a; for f in $(grep -l root /etc/passwd); do mkdir a && echo made; done": (
        "a command ended with code 1",
        "for f in $(grep -l root /etc/passwd); do mkdir a && echo made; done",
    ),
    "mkdir a\nif true; then\n  command -v sh\n  mkdir a && cd a\nfi": (
        "a command ended with code 1",
        "if true; then command -v sh mkdir a && cd a fi",
    ),
    'mkdir a; for f in 1; do echo "see (which a && b)"; mkdir a && cd a; done': (
        "a command ended with code 1",
        'for f in 1; do echo "see (which a && b)"; mkdir a && cd a; done',
    ),
    "for d in a; do test -d / && cp no-such x && echo ok; done": (
        "a command ended with code 1",
        "for d in a; do test -d / && cp no-such x && echo ok; done",
    ),
    "mkdir a; for d in a; do test -f x && true; mkdir a && cd a; done": (
        "a command ended with code 1",
        "for d in a; do test -f x && true; mkdir a && cd a; done",
    ),
    "(no-such &)": ("a job in the background ended with code 127", "(no-such &)"),
    # `<<` that begins no here-document hides nothing
    "cp missing x <<< a && echo copied; echo next": (
        "a command ended with code 1",
        "cp missing x <<< a",
    ),
    "mask=$((1 << 2)); cp missing x && echo copied; echo next": (
        "a command ended with code 1",
        "cp missing x",
    ),
    "echo '<<<<<<<' > f; grep -c '<<<<<<<' f && cp missing x && echo copied; echo next": (
        "a command ended with code 1",
        "cp missing x",
    ),
    "cat > f << 'EOF'\nif it's a && b; c\nEOF\ncp missing x && echo copied; echo next": (
        "a command ended with code 1",
        "cp missing x",
    ),
    # `--quiet` makes no question of what changes something
    "git init -q .; git checkout --quiet missing && echo there; echo next": (
        "a command ended with code 1",
        "git checkout --quiet missing",
    ),
    # the redirection of a loop or a group fails before any command in it
    "while read -r host; do :; done < missing": (
        "a command ended with code 1",
        "while read -r host; do :; done < missing",
    ),
    "echo $?; { echo a; } > /no/such": ("a command ended with code 1", "{ echo a; } > /no/such"),
    "(( n = 1 )); ((n > 2))": ("a command ended with code 1", "((n > 2))"),
    "f() { for x in 3 0; do (exit $x) & done; }\nf": (
        "a job in the background ended with code 3",
        "f",
    ),
    "no-such | grep -q x && true": ("a command ended with code 127", "no-such"),
    "{ sh -c 'exit 3' & sleep 0.1 & }; wait": (
        "a job in the background ended with code 3",
        "{ sh -c 'exit 3' & sleep 0.1 & }",
    ),
    "for x in 1; do grep -q r /etc/passwd && ls no-such; done": (
        "a command ended with code 2",
        "ls no-such",
    ),
    "false & wait": ("a job in the background ended with code 1", "false &"),
    "false & sleep 0.1; wait": ("a job in the background ended with code 1", "false &"),
    "{ sleep 0.1; false; } &": (
        "a job in the background ended with code 1",
        "{ sleep 0.1; false; } &",
    ),
    # what `wait` does not see of a job
    "(cd no-such; true) & wait $! || true": ("a command ended with code 1", "cd no-such"),
    "(false | true) & wait $! || true": ("a command ended with code 1", "(false"),
    "sh -c 'exit 3' & a=$!; true & wait $a $!": (
        "a job in the background ended with code 3",
        "sh -c 'exit 3' &",
    ),
    "true & sleep 0.1; wait %2": ("a command ended with code 127", "wait %2"),
    "sh -c 'kill -9 $$'": ("a command ended with code 137", "sh -c 'kill -9 $$'"),
    # signals that no pipe sends, and that nobody asked for
    "x=$(timeout -s KILL 0.1 sleep 5)": (
        "a command ended with code 137",
        "timeout -s KILL 0.1 sleep 5",
    ),
    "x=$(sh -c 'exit 130'; echo a)": ("a command ended with code 130", "sh -c 'exit 130'"),
    "export X=$(sh -c 'kill -9 $$')": ("a command ended with code 137", "sh -c 'kill -9 $$'"),
    "(sh -c 'exit 143'; echo done)": ("a command ended with code 143", "sh -c 'exit 143'"),
    "diff <(sh -c 'exit 130') /dev/null": ("a command ended with code 130", "sh -c 'exit 130'"),
    "seq 2 | while read -r n; do sh -c 'exit 137'; echo $n; done": (
        "a command ended with code 137",
        "sh -c 'exit 137'",
    ),
    "python3 -c 'import os; os.kill(os.getpid(), 9)' & sleep 0.2": (
        "a job in the background ended with code 137",
        "python3 -c 'import os; os.kill(os.getpid(), 9)' &",
    ),
    "sh -c 'kill -PIPE $$'": ("a command ended with code 141", "sh -c 'kill -PIPE $$'"),
    "sh -c 'exit 141' && echo sent\necho after": (
        "a command ended with code 141",
        "sh -c 'exit 141'",
    ),
    "for i in 1 2; do sh -c 'exit 141'; done": (
        "a command ended with code 141",
        "sh -c 'exit 141'",
    ),
    "x=$(sh -c 'exit 141')": ("a command ended with code 141", "sh -c 'exit 141'"),
    # what a block does to the terminal does not hide what fails later
    "trap - ERR\nfalse": ("a command ended with code 1", "false"),
    "trap '' ERR; set +eE\nfalse": ("a command ended with code 1", "false"),
    "trap 'true' ERR; false; echo a": ("a command ended with code 1", "false"),
    "set +E; (false; true)": ("a command ended with code 1", "false"),
    "set +E; false": ("a command ended with code 1", "false"),
    "trap 'exit 0' EXIT\nfalse": ("a command ended with code 1", "false"),
    "eval() { :; }; printf() { :; }; builtin() { :; }\nfalse": (
        "a command ended with code 1",
        "false",
    ),
    "unset() { :; }; set() { :; }; trap() { :; }; eval() { :; }\nfalse": (
        "a command ended with code 1",
        "false",
    ),
    "read() { :; }; mapfile() { :; }; declare() { :; }\nfalse": (
        "a command ended with code 1",
        "false",
    ),
    "alias eval=true printf=true\nfalse": ("a command ended with code 1", "false"),
    "false; echo 'no $?'": ("a command ended with code 1", "false"),
    "false\n# what is $?\necho": ("a command ended with code 1", "false"),
    "false; true; echo $?": ("a command ended with code 1", "false"),
    "false && echo $?": ("a command ended with code 1", "false"),
    "no-such\ncat > run <<END\nmake\nEND\ntrue\necho $?": (
        "a command ended with code 127",
        "no-such",
    ),
    "false\ncat <<'END'\ncode $?\nEND": ("a command ended with code 1", "false"),
    "(exit 3); (exit 4)\necho $?": ("a command ended with code 3", "( exit 3 )"),
    "false; true\necho $?": ("a command ended with code 1", "false"),
    "{ false; echo x; }\necho $?": ("a command ended with code 1", "false"),
    "if true; then false; echo x; fi\necho $?": ("a command ended with code 1", "false"),
    "for x in 1 2; do false; done\necho $?": ("a command ended with code 1", "false"),
    "false\nf() { return $?; }": ("a command ended with code 1", "false"),
    'false\necho "\\$?"': ("a command ended with code 1", "false"),
    "false | cat; echo $?": ("a command ended with code 1", "false"),
    "f() { false; echo d; }\nf; echo $?": ("a command ended with code 1", "false"),
    "set -- a b\nshift\nfalse": ("a command ended with code 1", "false"),
}
SUCCEEDS = [
    'echo "$([ -f no-such ] && echo)$(cd / && pwd)"',
    'x="$(false && echo)" || true\nif [ "$(false && echo a)" = a ]; then false; fi',
    "yes | head -n 1",
    "yes | head -n 1 | cat",
    "x=$(yes | head -n 1) && test $x = y",
    "for x in 1; do yes | head -n 1; done",
    "(yes | cat) | head -n 1",
    "f() { yes | head -n 1; }\nf; (f); x=$(f); f | cat",
    "seq 2 | while read -r n; do yes | head -n 1; done",
    "head -n 1 <(yes); yes > >(head -n 1)",
    "f() { read -r l < <(yes); yes > >(head -n 1); }\nf",
    "yes | head -n 1 > f & wait $!\n(yes | head -n 1) & wait $!",
    "set -o pipefail; c='yes | head -n 1'; eval \"$c\"",
    "set -o pipefail\nf() {\n yes | head -n 1\n}\ng() { f; }\ng",
    "mkfifo p; head -n 1 p & yes > p",
    "coproc C { yes; }\nread -r x <&${C[0]}\nexec {C[0]}<&-\nsleep 0.3",
    "sleep 7 &\npkill -9 -f 'sleep 7'\nsleep 0.2",
    "sleep 8 &\nP=$!\ncommand kill -9 $P\nsleep 0.2",
    "sleep 9 & kill -9 $!; wait $!",
    "ls /nope 2>/dev/null\ncat <<END\ncode $?\nEND",
    "sleep 9 & (sleep 0.05; pkill -f 'sleep 9') & sleep 0.2",
    "yes | grep -q y && true",
    "seq 99999 | while read x; do echo $x; done | head -n 1",
    "if yes | grep -q y; then true; else no-such; fi",
    "f() {\n  if yes | grep -q y; then return; fi\n  no-such\n}\nf",
    '[ -f no-such ] && no-such; echo z; test "$UNSET" = ""',
    "[[ -f x ]] && { a; b; }\n((1 > 2)) && no-such\n! true && no-such\ntrue",
    "grep -q x /dev/null && no-such\ncommand -v no-such && no-such\ntrue",
    "for c in no-such; do\n  command -v $c && no-such\ndone\ntrue",
    "for x in 1; do grep -q x /dev/null && no-such; done",
    "if true; then true; grep -q x /dev/null && no-such; fi",
    'grep -q x <<< "abc" && no-such',
    "for x in 1 2; do sleep 0.01 & done; wait; test $x = 2",
    'x=-h; case $x in -h) [ -n "" ] && echo usage ;; esac',
    "for x in 1; do [ -f x ] && { a; b; }; done",
    "for l in a b; do [ $(echo $l | wc -c) -gt 5 ] && echo big; done",
    "for l in a b; do [[ $l == a ]] && echo ${l}; done",
    "f() { false & wait $! || echo handled; }\nf",
    "for x in 1; do [[ -f x && -f y ]] && a; done; for x in 1; do ((x > 1)) && a; done",
    "for x in 1; do test -d / && [ -f x ] && a; done",
    "if true; then\n  for x in 1; do\n    grep -q 'a;b' /dev/null && a\n  done\nfi",
    'for x in 3 0; do sh -c "exit $x" & wait $! || echo failed; done',
    'pids=()\nfor x in 3 0; do sh -c "exit $x" & pids+=($!); done\n'
    'for p in "${pids[@]}"; do wait $p || echo bad $p; done',
    'for x in a; do : foo; test "$_" = foo; sleep 0.01 & done; wait',
    "sh -c 'exit 3' & true & wait -n || echo a; wait -n || echo a",
    "IFS=,\ntrue & true & wait",
    "kill -0 $$\nkill -s 0 999999 2>f\necho $?",
    'mkdir a && cd "$_"\n[[ $PWD =~ /(a)$ ]] && true\ntest "${BASH_REMATCH[1]}" = a',
    'set -x\nfor x in 1 2; do echo "a & b"; done 2>/dev/null\n{ set +x; } 2>/dev/null',
    "true && false || true\nfalse || true && true",
    "[[ a == b || a == c ]] && no-such; echo a | grep -q b && no-such # a && b; c",
    "ls no-such &> f || true; true &>> f && echo a",
    'alias ll="echo ll"\nll hi',
    'test -z "$1"; test $# = 0; test "$0" = bash',
    "sleep 9 &\nkill $!; wait $!",
    "sleep 9 &\nkill %1\nwait",
    "sleep 9 & p=$!; kill -9 $p",
    "sleep 9 & p=$!; kill -9 $p; sleep 0.1; true",
    "sleep 9 & kill $!; sleep 0.1; true",
    "f() { sleep 0.01 & wait; }\nf",
    "[[ -d / && -d / ]] && x=ran; test $x = ran",
    "test a\\&\\&b = 'a&&b' && test 'c;d' = c\\;d",
    "x=$(ls no-such 2>/dev/null || true)",
    'if [ "$(false)" ]; then :; fi\n[ "$(false)" ] && x\necho $(false) || true',
    "cat <<END\na && b; c\nEND\ncat <<-END | cat\n\ta\n\tEND",
    '# only a comment\n\necho "a && b; c" # x && y; z',
    'for i in 1 2; do\n  echo "$i" &&\n    true\ndone',
    "case a in a) echo a;; esac",
    "set -euo pipefail\necho hi | cat",
    'curl() { :; }\ncurl "http://x?a=1&b=2"',
    "echo a & echo b & wait",
    "while read l; do echo; done < /dev/null",
    "mkdir d && cd d && touch x && ls | grep -q x && cd ..",
    "echo a \\\n  b",
    'a=$(cat << END\nx; y && z\nEND\n)\ntest "$a" = "x; y && z"',
    'a=$(\n  if true; then\n    echo "a)"\n  fi\n) && test "$a" = "a)"\ncat <(\n  echo b\n)',
    'a=$(case b in\n  b) echo c ;;\nesac\n)\ntest "$a" = c',
    "echo $((1 << 2))\nx=(a b); echo ${#x[@]}",
    'grep -q a <<< b; echo "code $?"\nfalse <<< a; rc=$?; test $rc = 1',
    "cat << 'EOF' # don't && stop\nit's a && b; c\nEOF",
    "count=0; for f in a b; do ((count++)); done; let n=0; let n++; test $count$n = 21",
    "read -r -d '' policy <<'JSON'\n{}\nJSON\ntest \"$policy\" = '{}'",
    "tty -s && echo terminal; shopt -q login_shell && echo login",
    "git init -q .; git diff --quiet && echo nothing; git -C . show-ref --quiet a && echo there",
    "git init -q .; touch f; git add f; git diff --cached --quiet && echo nothing; echo next",
    "IFS=,; set -f; shopt -s nullglob nocasematch",
    "diff <(echo a) <(echo a)",
    "sleep 0.1 & wait %1",
    'mkdir w; here=$PWD; cd w && sleep 0.1 & test "$PWD" = "$here"; wait',
    "sleep 0.2 && touch late & test ! -e late; wait; test -e late",
    "false; echo $?",
    '(exit 3)\n\n# how it ended\ncode=$?; test "$code" = 3; test $? = 0',
    "bash -c 'exit 4'\n[[ $? == 4 ]]",
    "grep -q x /dev/null && no-such\ntest $? = 1",
    "true\nif [ $? -ne 0 ]; then no-such; fi",
    "yes | head -n 1; test $? = 0",
    "(exit 2); echo 'it ended; with' $?",
    'test "$_runbook_file"; test ! -e "$_runbook_file" # it could read what is around its text',
    "{ echo x; false; }\n[ $? = 1 ]",
    "f() { echo x; false; }\nf\ntest $? = 1",
    "cd / && false && no-such; test $? = 1",
    "(test a = b) & wait $! || true",
    "f() { echo a | grep -q b; }\nf & wait $! || true",
    "(exit 3) & sleep 0.1; wait %1 || true",
    "printf 'a\\nb\\n' | while read l; do [ $l = a ] && echo $l; done",
    "[[ -d / &&\n  -d / ]] && cd / && test $PWD = /",
    "true && exit 0 # leave",
    "x='\n" + "a\n" * 50 + "'\nf() {\n" + "  true\n" * 50 + "}\nf && test ${#x} = 101",
    "",
]


@pytest.mark.parametrize("block", FAILS)
def test_a_command_that_fails_is_seen_and_named(block: str, run: Run) -> None:
    result = run(block)
    assert (result.error, result.command) == FAILS[block]


@pytest.mark.parametrize("block", SUCCEEDS)
def test_what_succeeds_for_readers_does(block: str, run: Run) -> None:
    result = run(block)
    assert (result.error, result.errors) == ("", ""), result
    assert run("echo second; echo $?").output.endswith("second\n0\n")


def test_a_job_that_fails_later_is_told_by_its_block(terminal: Terminal, run: Run) -> None:
    assert run("{ sleep 0.5; ls no-such; } &", "docs/page.md:1").error == ""
    assert run("sleep 0.6", "docs/page.md:5").error == (
        "a job in the background of docs/page.md:1 ended with code 2"
    )
    assert run("sh -c 'sleep 0.5; exit 3' &", "docs/page.md:9").error == ""
    time.sleep(0.5)
    result = terminal.look_again(LIMITS)
    assert result.error == "a job in the background of docs/page.md:9 ended with code 3"


def test_what_a_block_sets_is_there_for_the_next(terminal: Terminal, run: Run) -> None:
    run("export CITY='B a\"s\nel'; alias l='echo aliased'; mkdir in; cd in; f() { echo f; }; n=1")
    assert run('echo "$CITY" $n; l; f; pwd | grep -o in$').output == 'B a"s\nel 1\naliased\nf\nin\n'
    environment, folder = terminal.state(LIMITS)
    assert environment["CITY"] == 'B a"s\nel'
    assert Path(folder).name == "in"


def test_the_next_command_of_a_console_shows_how_one_ended(terminal: Terminal) -> None:
    assert not terminal.run("(exit 3)", LIMITS, following="echo $?").error
    assert terminal.run("echo $?", LIMITS).output == "3\n"
    assert not terminal.run("false | true", LIMITS, following="echo ${PIPESTATUS[0]}").error
    assert terminal.run("echo ${PIPESTATUS[0]}", LIMITS).output == "1\n"
    for following in ("", "echo '$?'", "true; echo $?", "echo hi\necho $?"):
        assert terminal.run("false", LIMITS, following=following).error
    assert terminal.run("false | true", LIMITS, following="echo $?").error


def test_a_block_may_fail_after_set_e(terminal: Terminal, run: Run) -> None:
    run("set -e; x=1")
    assert terminal.run("(exit 3)", LIMITS, following="echo $?").code == 3
    assert run("echo $x ${-//[!e]/}").output == "1 e\n"


def test_the_terminal_goes_on_after_a_block_that_exits(terminal: Terminal, run: Run) -> None:
    run("x=1; sleep 9 & job=$!")
    result = terminal.run("echo a; (exit 2)", LIMITS, exits=2)
    assert (result.error, result.code, result.output) == ("", 2, "a\n")
    assert run("echo $x; kill $job").output == "1\n"
    result = terminal.run("(exit 3)", LIMITS, exits=2)
    assert (result.error, result.code) == ("", 3)
    result = terminal.run("false\nbash -c 'exit 2'", LIMITS, exits=2)
    assert (result.error, result.command) == ("a command ended with code 1", "false")
    result = terminal.run("(sleep 0.05; exit 7) &\nsleep 0.3; false", LIMITS, exits=1)
    assert result.error == "a job in the background ended with code 7"
    for block in ("false\ntrue\nfalse", "false; true; false", "f() { false; true; }\nf; false"):
        result = terminal.run(block, LIMITS, exits=1)
        assert (result.error, result.command) == ("a command ended with code 1", "false")
    assert not terminal.run("set -e\nfalse\nfalse", LIMITS, exits=1).error
    assert terminal.run("echo 'a", LIMITS, exits=2).error
    for block in ('echo "${NO:?is needed}"', 'set -u; echo "$NO"'):
        assert not terminal.run(block, LIMITS, exits=1).error
    assert terminal.run("exec no-such", LIMITS, exits=127).code == 127
    result = terminal.run("yes", Limits(seconds=10, characters=1000), exits=1)
    assert result.error
    result = terminal.run("x=$(bash -c 'exit 2')", LIMITS, exits=2)
    assert (result.error, result.code) == ("", 2)
    run("x=1")
    result = terminal.run("exit 2", LIMITS, exits=2)
    assert (result.error, result.code) == ("", 2)
    assert run('echo "$x"').output == "\n", "a new terminal"


def test_a_question_is_answered_once(run: Run) -> None:
    assert not run("exec <<< yes").error
    assert run('read -r answer; echo "$answer"').output == "yes\n"
    assert run("read -r answer").error == "a command ended with code 1"


def test_messages_of_bash_are_those_of_a_terminal(run: Run) -> None:
    message = "bash: no-such: command not found\n"
    assert run("f() { no-such; }\nno-such || f || true").errors == message * 2
    merged = run("echo a; no-such || echo b", merge_output=True)
    assert merged.output == f"a\n{message}b\n"
    assert run("set -x\nc=$(echo c)\nset +x").errors == "++ echo c\n+ c=c\n+ set +x\n"
    assert run("echo )").errors == "bash: syntax error near unexpected token `)'\n"


FORGES = [
    "for file in /proc/$$/fd/*; do printf 'done\\nend\\0' > $file; done; sleep 0.1; false",
    "trap 'for n in {3..255}; do printf \"end\\0\" >&$n; done' EXIT; exit 0",
    "for file in ../scratch/*; do printf 'end\\0' > $file; done\nexit 0\ntrue",
    "shopt -s extdebug; trap false DEBUG\nfalse",
    "enable -n eval\nfalse",
    "readonly POSIXLY_CORRECT\nfalse",
    "readonly -f eval; eval() { :; }; readonly -f eval\nfalse",
]


@pytest.mark.parametrize("block", FORGES)
def test_no_block_says_that_it_passed(block: str, run: Run) -> None:
    assert run(f"{{ {block}\n}} 2> /dev/null" if "\n" not in block else block).error


def test_no_block_writes_output_that_it_does_not_print(run: Run, tmp_path: Path) -> None:
    result = run("for file in ../scratch/* $_runbook_file.out; do printf goodbye > $file; done\n")
    assert (result.error, result.output) == ("", "")


def test_no_block_reads_the_environment_of_its_parent(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANARY", "secret")
    run("true")
    assert "HOME" in run("tr '\\0' '\\n' < /proc/$PPID/environ").output
    assert "secret" not in run("cat /proc/$PPID/environ | tr '\\0' '\\n'").output


HIDES = (
    "cd / && env -i setsid sh -c 'sleep WORD & '",
    "(cd / && env -i setsid -f sh -c '(sleep WORD &)' &); sleep 0.1",
    'python3 -I -c \'import os\nos.chdir("/")\nif os.fork(): os._exit(0)\nos.setsid()\n'
    'if os.fork(): os._exit(0)\nos.execve("/bin/sleep", ["sleep", "WORD"], {})\'',
)


def left_running(word: str) -> list[str]:
    lines = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended
            line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            lines += [line] if line.startswith(f"sleep {word}") else []
    return lines


def test_nothing_is_left_running_however_it_hides(terminal: Terminal, run: Run) -> None:
    word = f"{os.getpid()}1"
    for block in HIDES:
        assert run(block.replace("WORD", word)).error == ""
    deadline = time.monotonic() + 10
    while len(left_running(word)) < len(HIDES) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(left_running(word)) == len(HIDES)
    terminal.close()
    assert left_running(word) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from mkdocs_macros_runbook.verify.run.terminal import Terminal
from mkdocs_macros_runbook.verify.run.folder import new_folder
from mkdocs_macros_runbook.verify.run.process import Limits, clean_environment
from mkdocs_macros_runbook.verify.run.server import Server
folder = new_folder("walkthrough").path
terminal = Terminal(Server(), folder, folder, clean_environment(folder, folder.name, {}))
terminal.run("(setsid sleep WORD &)", Limits())
print(folder, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_run_that_is_killed_ends_its_processes_and_the_next_removes_its_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mkdocs_macros_runbook.verify.run.folder import remove_abandoned

    word = f"{os.getpid()}2"
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED.replace("WORD", word)],
        capture_output=True,
        text=True,
        check=False,
    )
    folder = Path(killed.stdout.strip())
    assert folder.is_dir(), killed.stderr
    deadline = time.monotonic() + 5
    while left_running(word) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left_running(word) == []
    mine = new_folder("built")
    (tmp_path / "precious" / "inside").mkdir(mode=0o755, parents=True)
    link = tmp_path / "runbook-built-link"
    link.symlink_to("precious")
    # one that the server could not end either
    process = subprocess.Popen(["sleep", word], cwd=folder)
    remove_abandoned()
    assert process.wait(5) == -9
    left = {path for path in tmp_path.iterdir() if "runbook-" in path.name}
    assert left == {mine.path, link} and (link / "inside").stat().st_mode & 0o777 == 0o755
    mine.remove()
