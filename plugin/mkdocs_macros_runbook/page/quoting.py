"""Quotation marks in code: what holds a value at a place, and which characters end it there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_SHELLS = frozenset(["bash", "console", "sh", "shell", "shell-session", "zsh"])
_MARKUP = frozenset(["html", "jinja", "svelte", "svg", "vue", "xml"])
#: text for the eyes: nobody's quotation marks
_TEXT = frozenset(["log", "markdown", "md", "output", "plain", "plaintext", "text", "txt"])
_QUOTES = ("'", '"', "`")
_TRIPLE = ('"""', "'''")
_COMMENT = re.compile(r"(?:^|(?<=\s))(?:#|//)", re.MULTILINE)
_HEREDOC = re.compile(r"(?<!<)<<-?\s*(['\"]?)(\w+)\1")


def refused_at(characters: str, language: str, quote: str) -> str:
    """Return those of `characters` that cannot stand in `quote` in code of `language`.

    `quote` is the quotation mark that is open; none in bare code, and in comments.
    """
    if language in _TEXT:
        return ""
    if language in _MARKUP:
        return "".join(one for one in characters if one in "&'")
    if not quote or (quote == "`" and language in _SHELLS):
        return characters
    ends = {"'": "'", '"': "!" if language in _SHELLS else ""}.get(quote[0], "")
    return "".join(one for one in characters if one in ends)


def quotes(code: str, language: str, is_value: Callable[[str], bool]) -> Iterator[tuple[int, str]]:
    """Yield where a value stands in `code`, and the quotation mark that is open there, if any.

    `is_value` tells the characters that stand for values. In a shell, a here-document is code of
    its own, and a command substitution begins anew in its quotation marks.
    """
    is_shell = language in _SHELLS
    stack = [""]  # what is open: a quotation mark, a parenthesis of a substitution, a comment
    bodies: list[str] = []  # the last lines of the here-documents that begin on the next line
    at = 0
    while at < len(code):
        one, state = code[at], stack[-1]
        if is_value(one):
            yield at, state if state[:1] in _QUOTES else ""
        elif one == "\n":
            if state == "\n" or (state in ("'", '"') and not is_shell):
                stack.pop()  # a comment; a quotation mark that belongs to nothing
            if bodies:
                body = _body(code, at, bodies.pop(0))
                yield from ((at + place, quote) for place, quote in quotes(body, "", is_value))
                at += len(body) - 1
        elif state == "\n":
            pass
        elif one == "\\" and not (is_shell and state == "'"):
            at += 1
        elif state and code.startswith(state, at):
            stack.pop()
            at += len(state) - 1
        elif is_shell and state != "'" and code.startswith("$(", at):
            stack.append(")")
            at += 1
        elif is_shell and state == '"' and one == "`":
            stack.append(one)
        elif state in ("", ")"):
            opened, more = _opened(code, at, is_shell)
            if opened:
                stack.append(opened)
            if is_shell and (here := _HEREDOC.match(code, at)):
                bodies.append(here[2])
                more = len(here[0]) - 1
            at += more
        at += 1


def _body(code: str, at: int, last: str) -> str:
    """Return the here-document that begins at the end of a line, up to its `last` line."""
    end = re.compile(rf"^\s*{last}$", re.MULTILINE).search(code, at)
    return code[at : end.start() if end else len(code)]


def _opened(code: str, at: int, is_shell: bool) -> tuple[str, int]:
    """Return what ends what `code` opens at a place, and how many characters more open it."""
    if _COMMENT.match(code, at) and not (is_shell and code[at] == "/"):
        return "\n", 0
    if code.startswith(_TRIPLE, at) and not is_shell:
        return code[at : at + 3], 2
    if code[at] in _QUOTES:
        return code[at], 0
    return (")", 0) if is_shell and code[at] == "(" else ("", 0)
