"""Languages of code blocks, and the names that fences give them."""

from __future__ import annotations

# what else fences call a language
_OTHER_NAMES = {
    "bash": ("sh", "shell", "zsh"),
    "console": ("shell-session", "shellsession", "sh-session", "bash-session"),
    "diff": ("udiff",),
    "dotenv": ("env",),
    "ini": ("cfg",),
    "javascript": ("js", "mjs"),
    "json": (),
    "jsonc": (),
    "pycon": ("python-console",),
    "python": ("py", "py3", "python3"),
    "text": ("txt",),
    "toml": (),
    "typescript": ("ts",),
    "yaml": ("yml",),
}
#: the languages that blocks are verified in
LANGUAGES = frozenset(_OTHER_NAMES)
#: a regular expression for the prompt of a `console` block, with the environment of conda or venv
PROMPT = r"(?:\([^()\n]*\) |\([\w.-]+\)(?=\$ ))?\$(?: |$)"
_LANGUAGE_OF = {name: language for language, names in _OTHER_NAMES.items() for name in names}


def language_of(name: str) -> str:
    """Return the language that a fence names, such as `bash` for `sh`."""
    return _LANGUAGE_OF.get(name, name)


def names_of(language: str) -> tuple[str, ...]:
    """Return the names that fences may give to a language."""
    return language, *_OTHER_NAMES.get(language, ())
