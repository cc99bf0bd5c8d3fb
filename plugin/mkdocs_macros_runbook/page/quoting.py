"""Quotation marks in code: what quotes a value at a place, and which characters end it there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from .languages import PROMPT, names_of

_SHELLS = frozenset([*names_of("bash"), *names_of("console")])
_MARKUP = frozenset(["html", "jinja", "svelte", "svg", "vue", "xml"])
#: text for the eyes: nobody's quotation marks
_TEXT = frozenset(["log", "markdown", "md", "output", "plain", "plaintext", *names_of("text")])
#: data, and what may be any, in which an apostrophe in a word opens nothing
_WORDY = frozenset(
    [*names_of("yaml"), *names_of("ini"), "properties", "csv", "docker", "dockerfile", ""]
)
_POWERSHELL = frozenset(["powershell", "pwsh", "ps1"])
#: in which a backslash is a character like any other
_NO_BACKSLASH = _POWERSHELL | {"bat", "batch", "cmd", "csv", "sql", "vb", "vbnet"}
_MAKE = frozenset(["make", "makefile"])
#: by language, what begins a comment up to the end of its line; in others, each may be code
_COMMENTS = {
    **dict.fromkeys((*_SHELLS, *names_of("python"), *names_of("pycon"), "toml"), "#"),
    **dict.fromkeys((*names_of("yaml"), *names_of("dotenv"), "ruby", "perl", "r"), "#"),
    **dict.fromkeys(("dockerfile", "docker", "nginx", "hcl", "terraform", "makefile", "make"), "#"),
    **dict.fromkeys(("sql", "lua", "haskell"), "--"),
    **dict.fromkeys(names_of("ini"), "[;#]"),
    **dict.fromkeys((*names_of("javascript"), *names_of("typescript"), "jsonc"), "//"),
    **dict.fromkeys(
        ("c", "c++", "cpp", "csharp", "go", "java", "kotlin", "rust", "swift", "dart"), "//"
    ),
}
_BLOCK_END, _MARKUP_END = "*/", "-->"
#: by language, what begins a comment up to its own end, and that end
_BLOCK_COMMENTS = {
    **{name: ("/*", _BLOCK_END) for name, sign in _COMMENTS.items() if sign == "//"},
    **dict.fromkeys(("css", "scss", "less", "sql", "php"), ("/*", _BLOCK_END)),
    **dict.fromkeys(_MARKUP - {"jinja"}, ("<!--", _MARKUP_END)),
}
#: what of the characters of a value could end such a comment: all may have `/` and `-`
_REFUSED_IN_COMMENTS = {_BLOCK_END: "*", _MARKUP_END: ""}
#: by language, what begins a line of code; other lines are output
_PROMPTS = {
    **dict.fromkeys(names_of("console"), re.compile(f"^(?:{PROMPT}|> )", re.MULTILINE)),
    **dict.fromkeys(names_of("pycon"), re.compile(r"^(?:>>>|\.\.\.)", re.MULTILINE)),
}
_LINE_END = "\n"  # ends a comment
_BARE = ("", ")")  # the ends of what is open around bare code
_ESCAPING = "$'"  # stands for the end of `$'…'`, where a backslash escapes in a shell
_QUOTE = re.compile("[\"'`]")
#: what opens and ends nothing, and is no value
_PLAIN = re.compile(r"[\w ,.:=]+", re.ASCII)
_Opening = tuple[re.Pattern[str], tuple[str, ...], str]
# What opens something: its sign, the ends of what may be open there, and its own end, which is the
# sign itself if it is empty.
_OPENINGS: tuple[_Opening, ...] = (
    (re.compile("\"{3}|'{3}"), _BARE, ""),
    (_QUOTE, _BARE, ""),
)
_SHELL_OPENINGS: tuple[_Opening, ...] = (
    (re.compile(r"\$'"), _BARE, _ESCAPING),
    (re.compile(r"\$\("), (*_BARE, '"', "`"), ")"),
    (re.compile(r"\("), _BARE, ")"),
    (re.compile("`"), ('"',), ""),
    (_QUOTE, _BARE, ""),
)
_HEREDOC = re.compile(r"""(?<!<)<<-?\s*(?:(['"])(?P<quoted>[^'"\n]+)\1|\\?(?P<word>[\w.-]+))""")


def refused_at(characters: str, language: str, quote: str) -> str:
    """Return those of `characters` that cannot stand in `quote` in code of `language`.

    `quote` is the quotation mark that is open, or the end of a comment; none in bare code.
    """
    if language in _TEXT:
        return ""
    if quote in _REFUSED_IN_COMMENTS:
        unsafe_characters = _REFUSED_IN_COMMENTS[quote]
    elif language in _MARKUP:
        unsafe_characters = "&'"
    elif not quote or (quote == "`" and language in _SHELLS):
        unsafe_characters = characters
    elif quote.startswith('"'):
        unsafe_characters = "!" if language in _SHELLS else ""
    else:
        unsafe_characters = "'" if quote.startswith("'") else ""
    if quote in ("'", '"') and language in _MAKE:
        unsafe_characters += "#"  # which begins a comment there too
    return "".join(character for character in characters if character in unsafe_characters)


def quotes(code: str, language: str, is_value: Callable[[str], bool]) -> Iterator[tuple[int, str]]:
    """Yield where a value stands in `code`, and the quotation mark that is open there, if any.

    In a comment that has an end of its own, that is its end. Other comments, but for those of
    shells, and output below a prompt are no code. `is_value` tells the characters that stand for
    values, none of them in ASCII. In a shell, a here-document is code of its own, and a command
    substitution begins anew in its quotation marks.
    """
    return _Scanner(code, language, is_value).quotes()


class _Scanner:
    """Reads code from its beginning to its end, and keeps what is open."""

    def __init__(self, code: str, language: str, is_value: Callable[[str], bool]) -> None:
        self._code, self._is_shell, self._is_value = code, language in _SHELLS, is_value
        self._is_wordy = language in _WORDY
        self._escape = "" if language in _NO_BACKSLASH else "\\"
        if language in _POWERSHELL:
            self._escape = "`"
        # zsh, as it is, takes what is typed after a # for code
        self._has_safe_comments = language in _COMMENTS and not self._is_shell
        comment = re.compile(rf"(?<!\S)(?:{_COMMENTS.get(language, '#|//')})")
        self._openings: list[_Opening] = [(comment, _BARE, _LINE_END)]
        if language in _BLOCK_COMMENTS:
            begin, end = _BLOCK_COMMENTS[language]
            self._openings.append((re.compile(re.escape(begin)), _BARE, end))
        self._openings += _SHELL_OPENINGS if self._is_shell else _OPENINGS
        prompt = _PROMPTS.get(language)
        self._prompt = prompt if prompt and prompt.search(code) else None
        self._at = 0
        #: the ends of what is open: quotation marks, substitutions, a comment
        self._ends = [""]
        #: the last lines of the here-documents that begin on the next line
        self._last_lines: list[str] = []

    def quotes(self) -> Iterator[tuple[int, str]]:
        """Yield each value's place and the quotation mark that is open there."""
        self._at = self._next_code(0)
        while self._at < len(self._code):
            if plain := _PLAIN.match(self._code, self._at):
                self._at = plain.end()
                continue
            character, end = self._code[self._at], self._ends[-1]
            if self._is_value(character):
                yield from self._value(end)
            elif character == "\n":
                yield from self._line_end(end)
            elif end != _LINE_END:
                self._read(character, end)
            self._at += 1

    def _value(self, end: str) -> Iterator[tuple[int, str]]:
        """Yield the value that stands here, unless it is in a comment where it is safe."""
        if end != _LINE_END or not self._has_safe_comments:
            end = end.removeprefix("$")
            is_named = _QUOTE.match(end) or end in _REFUSED_IN_COMMENTS
            yield self._at, end if is_named else ""

    def _line_end(self, end: str) -> Iterator[tuple[int, str]]:
        """Go to the last character before the next code; yield the values that are in between."""
        if end == _LINE_END or (end in ("'", '"') and not self._is_shell):
            self._ends.pop()  # a quotation mark at the end of a line belongs to nothing
        if self._last_lines:
            yield from self._here_document(self._last_lines.pop(0))
        elif len(self._ends) == 1:
            self._at = self._next_code(self._at + 1) - 1

    def _next_code(self, line: int) -> int:
        """Return where code goes on, at the beginning of a `line` with nothing open, or below."""
        if not self._prompt:
            return line
        command = self._prompt.search(self._code, line)
        return command.start() if command else len(self._code)

    def _read(self, character: str, end: str) -> None:
        """Read a character and those that belong to it, up to the last of them."""
        is_plain = end in _REFUSED_IN_COMMENTS
        is_plain = is_plain or (end == "'" and (self._is_shell or self._escape == "`"))
        if character == self._escape and not is_plain:
            self._at += 1  # the next one is escaped
        elif end and self._code.startswith(end.removeprefix("$"), self._at):
            self._ends.pop()
            self._at += len(end.removeprefix("$")) - 1
        elif opening := self._opening(end):
            length, new_end = opening
            self._ends.append(new_end)
            self._at += length - 1
        elif self._is_shell and end in ("", ")") and (here := _HEREDOC.match(self._code, self._at)):
            self._last_lines.append(here["quoted"] or here["word"])
            self._at += len(here[0]) - 1

    def _opening(self, end: str) -> tuple[int, str] | None:
        """Return the length of what opens something here, and its end; `None` if nothing does."""
        is_apostrophe = self._is_wordy and self._code[self._at] == "'"
        if is_apostrophe and self._code[self._at - 1 : self._at].isalnum():
            return None
        for sign, within, new_end in self._openings:
            if end in within and (match := sign.match(self._code, self._at)):
                return len(match[0]), new_end or match[0]
        return None

    def _here_document(self, last_line: str) -> Iterator[tuple[int, str]]:
        """Yield the values of the here-document that begins at the end of this line."""
        last = re.compile(rf"^(?:> )?\s*{re.escape(last_line)}$", re.MULTILINE)
        end = last.search(self._code, self._at)
        body = self._code[self._at : end.start() if end else len(self._code)]
        for place, quote in quotes(body, "", self._is_value):
            yield self._at + place, quote
        self._at += len(body) - 1
