"""The text of programs in Python and JavaScript: what they import, and the commands they start."""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Iterator, Sequence

from ...shell_commands import commands_of

_IMPORT = re.compile(
    r"(?:^|;)[ \t]*(?:>>> |\.\.\. )?"
    r"(?:from[ \t]+(?P<dots>\.*)(?P<module>[\w.]*)[ \t]+import\b[ \t]*"
    r"(?:\((?P<inside>[^)]*)\)|(?P<names>[^;#\n]*))|import[ \t]+(?P<modules>[^;#\n]*))",
    re.MULTILINE,
)
_PATH = re.compile(r"\b(?:from|import|require)\b[ \t]*\(?[ \t]*['\"](\.{1,2}/[^'\"\n]*)['\"]")
_COMMENT = re.compile(r"/\*.*?\*/|(?<![:'\"`\w])//[^\n]*", re.DOTALL)  # of JavaScript
_ENTRY = re.compile(r"(?:^|/)(?:index\.[cm]?js|__main__\.py)$")
# what starts a program, with what is in its parentheses
_START = re.compile(
    r"\b(?:subprocess\.\w+|os\.(?:popen|system|exec\w+|spawn\w+)|run_path|Popen|check_(?:call|output)"
    r"|create_subprocess_\w+|spawn(?:Sync)?|exec(?:Sync|File|FileSync)?|fork|Worker)"
    r"\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)"
)
_STRING = re.compile(r"""(["'`])(.*?)\1""")


def module_of(name: str) -> str:
    """Return the name of the module in a file, or of the package that the file begins."""
    return re.sub(r"(?:/__(?:init|main)__)?\.py$", "", name).replace("/", ".")


def short_paths(name: str) -> set[str]:
    """Return by what else Node.js and Python find a file: without `.js`, or as its folder."""
    short = {name.removesuffix(".js")}
    return short | {_ENTRY.sub("", name) or "."} if _ENTRY.search(name) else short


def is_imported(text: str, file: str, names: Sequence[str]) -> bool:
    """Return whether `text`, which is saved as `file`, imports the file that has `names`."""
    if not names[0].endswith(".py"):
        paths = {path for name in names for path in (name, *short_paths(name))}
        return any(path in paths for path in _imported_paths(text, file))
    modules = [module_of(name) for name in names]
    return any(
        f"{imported}.".startswith(f"{module}.")
        for imported in _imported_modules(text, file)
        for module in modules
    )


def _imported_paths(text: str, file: str) -> Iterator[str]:
    """Yield the paths that JavaScript imports."""
    for path in _PATH.findall(_COMMENT.sub("", text)):
        path = posixpath.normpath(posixpath.join(posixpath.dirname(file), path))
        yield re.sub(r"^(?:\.\./)+", "", path)


def _imported_modules(text: str, file: str) -> Iterator[str]:
    """Yield the modules that Python may import: `from a import b` is `a`, and `a.b` may be one."""
    folders = file.split("/")[:-1]
    for parts in _IMPORT.finditer(text):
        imported = _first_words(parts["modules"] or parts["inside"] or parts["names"] or "")
        if parts["modules"]:
            modules = imported
        else:
            above = folders[: len(folders) + 1 - len(parts["dots"])] if parts["dots"] else []
            parent = [*above, *filter(None, [parts["module"]])]
            modules = [".".join([*parent, name]) for name in ["", *imported]]
        yield from modules
        if folders and not parts["dots"]:  # Python finds what is beside the program, too
            beside = (one for one in modules if one.split(".")[0] not in sys.stdlib_module_names)
            yield from (".".join([*folders, one]) for one in beside)


def _first_words(text: str) -> list[str]:
    """Return the first word of each item: `a` and `b` of `a, b as c`."""
    return [words[0] for item in text.split(",") if (words := item.split())]


def started_commands(text: str) -> Iterator[list[str]]:
    """Yield the words of each command that a program starts, as `subprocess.run` does."""
    for call in _START.findall(text):
        strings = [string for _, string in _STRING.findall(call)]
        if strings and " " in strings[0]:
            yield from commands_of(strings[0])
        else:
            yield ["run", *strings]  # the interpreter may be no string, but `sys.executable`
