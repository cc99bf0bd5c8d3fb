"""The text of a value: the characters that are safe in every place of a page.

A value appears in prose, headings, links, attributes and code of every language, so the rule lists
what is allowed, not what is dangerous. The client script applies the same rule.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 256  # characters
_FEWEST_WORDS = 3  # of a reason
# letters and marks that show nothing: Hangul fillers, joiners, variation selectors
_INVISIBLE = frozenset("\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5") | {
    chr(code) for code in (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
}
_PUNCTUATION = frozenset(" .,:/@%_-")
_EMPHASIS = re.compile(r"(?<![^\W_])_|_(?![^\W_])")  # an underscore that Markdown may read
_LIST_ITEM = re.compile(r"\d+\.(?: |\Z)")
_EMOJI = re.compile(r":[\w+-]+:")


def objection(value: str) -> str | None:
    """Return why no parameter may have `value`, as the end of a sentence; `None` if one may."""
    if not value:
        return "is empty"
    if len(value) > LONGEST:
        return f"has {len(value)} characters, more than {LONGEST}"
    for character in value:
        is_allowed = character in _PUNCTUATION or unicodedata.category(character)[0] in "LMN"
        if not is_allowed or character in _INVISIBLE:
            name = unicodedata.name(character, f"U+{ord(character):04X}")
            return f"contains {character!r} ({name}), which could break the page or a command"
    if not value[0].isalnum() or value[-1].isspace() or "  " in value:
        return (
            "must begin with a letter or digit,"
            " and must not end with a space or contain two spaces in a row"
        )
    if _LIST_ITEM.match(value):
        return "begins like an item of a numbered list"
    if _EMOJI.search(value):
        return "has a word between colons, which Markdown may read as an emoji"
    if _EMPHASIS.search(value):
        return "has an underscore that is not between letters or digits, which Markdown may read"
    return None


def slug(value: str) -> str:
    """Return `value` in lower-case ASCII letters, digits and hyphens: `acme-data`."""
    plain = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def is_reason(text: str) -> bool:
    """Return whether `text` is more than a word or two: a reason that somebody can judge."""
    return len(text.split()) >= _FEWEST_WORDS
