"""Commands that run a file, told from those that only handle it."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from itertools import pairwise

from ...shell_commands import commands_of
from .program_text import is_imported, module_of, short_paths

#: what reads, writes, moves, sends or checks files, as a program or as a subcommand
_WORDS = """
: [ [[ alias case declare export for hash local readonly select type typeset unset whereis which
awk b2sum base64 basename bat batcat cat chgrp chmod chown cksum cmp column comm cp cut dd diff
dirname dos2unix du echo egrep expand fgrep file find fmt fold gawk grep head hexdump iconv install
jq less ln ls lsattr md5sum mkdir more mv nl od open paste patch perl pr printf pygmentize readlink
realpath rev rg rm rmdir sed setfacl sha1sum sha224sum sha256sum sha384sum sha512sum shasum shred
sort split stat strings tac tail tee touch tr tree truncate unexpand uniq wc xdg-open xxd
code ed emacs gedit hx kate micro nano notepad nvim subl vi vim
7z age bzip2 git gpg gunzip gzip hg openssl svn tar unzip xz zip zipinfo zstd
curl ftp http https rsync scp sftp wget
add build bundle check compile format lint lock pull push
autopep8 babel bandit biome black codespell compileall cython dis esbuild eslint flake8 isort jshint
mypy oxlint prettier py_compile pycodestyle pydocstyle pyflakes pyinstaller pylint pyright pyupgrade
radon rollup ruff semgrep shellcheck shfmt standard swc terser tokenize tsc uglifyjs vulture webpack
yapf
apt apt-get brew dnf npm pip pip3 pipx yarn
crontab kill killall lsof pgrep pkill ps
"""
_HANDLERS = frozenset(_WORDS.split())
# such as `json.tool`
_RUNNERS = {"cProfile", "doctest", "pdb", "profile", "runpy", "timeit", "trace", "unittest"}
_TOOLS = sys.stdlib_module_names - _RUNNERS
_TESTERS = frozenset({"pytest", "unittest", "--test"})
_TEST_FILE = re.compile(r"(?:^|/)(?:test[_-][^/]*|[^/]*[._-]test)\.(?:py|[cm]?js)$")
_PROGRAM_FILE = re.compile(r"\.(?:py|sh|[cm]?js)$")
_SHELL = r"(?:^|.*[\s/])(?:(?:ba|da|k|z)?sh|script|su)"
_INTERPRETER = r"(?:^|.*[\s/])(?:python[\d.]*|node|nodemon|bun|deno)"
# by the words before a file, or before text that is a program
_RUNS_NO_FILE = re.compile(
    rf"(?:{_SHELL}(?: -\w+)* -\w*[cn]|{_INTERPRETER}(?: -\w+)* -\w*[cep]|"
    r".* --(?:check|collect-only|eval|help|print|version))(?: |$)"
)
_TAKES_COMMANDS = re.compile(rf"{_SHELL}(?: -\w+)* -\w*c$|(?:eval|watch)(?: |$)|.* --exec$")
_TAKES_CODE = re.compile(rf"{_INTERPRETER}(?: -\w+)* (?:-\w*[cep]|--eval|--print)$")
_TAKES_PATH = re.compile(rf"{_INTERPRETER}(?: -\S+)*$")
_TAKES_MODULE = re.compile(r".* (?:-m|-A|--app)$|.*\bunittest\b")
#: options of interpreters that load another file first
_LOADS = frozenset({"-r", "--require", "--import", "--loader"})
#: a folder at the start of a path, and what follows a path: `test_a.py::test_b`, `hello:app`
_FOLDER = re.compile(r"^(?:\.{1,2}/|~/|\$(?:\w+|\{\w+\}|\(.*\))/)+")
_MEMBER = re.compile(r"::.*|(?<=\w:)[^/].*")


def is_run(words: Sequence[str], names: Sequence[str]) -> bool:
    """Return whether a command runs the file that has `names`.

    A command runs the first program that it names; what follows are arguments of that.
    """
    for position, word in enumerate(words):
        before = words[:position]
        if _is_named(word, before, names):
            return not _only_handles(before) and "--collect-only" not in words
        if _is_run_by_text(word, " ".join(before), names):
            return not _only_handles(before[:-1])
        is_loaded = bool(_LOADS & {*before[-1:]})
        if _PROGRAM_FILE.search(word) and not (is_loaded or _TESTERS & {*before}):
            return False
    is_test = any(map(_TEST_FILE.search, names))
    return is_test and bool(_TESTERS & {*words}) and _is_found(words, names)


def _is_named(word: str, before: Sequence[str], names: Sequence[str]) -> bool:
    """Return whether `word`, after the words `before`, names the file: its path or its module."""
    text = " ".join(before)
    forms = {*names, *(f"{module_of(name)}:" for name in names)}
    if _TAKES_MODULE.match(text):
        forms |= {module_of(name) for name in names}
    if _TAKES_PATH.match(text):
        forms |= {path for name in names for path in short_paths(name)}
    path = _MEMBER.sub("", _FOLDER.sub("", word)).rstrip("/") or "."
    # alone, a name without a folder is no command, but say an item of an array
    return path in forms and ("/" in word or bool(before))


def _is_run_by_text(text: str, before: str, names: Sequence[str]) -> bool:
    """Return whether `text`, as `bash -c` or `python -c` takes it, runs the file."""
    if _TAKES_CODE.match(before):
        return is_imported(text, "", names)
    is_command = " " in text and _TAKES_COMMANDS.match(before) is not None
    return is_command and any(is_run(words, names) for words in commands_of(text))


def _only_handles(before: Sequence[str]) -> bool:
    """Return whether a command that begins with `before` handles a file, but does not run it."""
    programs = {word.rpartition("/")[2] for word in before}
    modules = {word.partition(".")[0] for option, word in pairwise(before) if option == "-m"}
    # `test`, which elsewhere may run tests, and `command -v`
    is_condition = before[:1] in (["test"], ["-v"])
    handles = bool(programs & _HANDLERS or modules & _TOOLS)
    return is_condition or handles or _RUNS_NO_FILE.match(" ".join(before)) is not None


def _is_found(words: Sequence[str], names: Sequence[str]) -> bool:
    """Return whether a command finds the file as a test: it names no file, or the folder."""
    first = next(position for position, word in enumerate(words) if word in _TESTERS)
    if _only_handles(words[:first]) or _RUNS_NO_FILE.match(" ".join(words)):
        return False
    arguments = (word for word in words[first + 1 :] if not word.startswith("-"))
    paths = {_FOLDER.sub("", word).rstrip("/") for word in arguments} - {"", ".", "discover"}
    folders = {name.rpartition("/")[0] for name in names}
    is_deep = "unittest" in words and "" not in folders  # where unittest does not look by itself
    return paths <= folders if paths else not is_deep
