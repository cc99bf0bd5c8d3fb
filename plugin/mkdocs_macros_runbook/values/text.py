"""The text of a value: the characters that are safe in every place of a page, and those of quotes.

A value appears in prose, headings, links, attributes and code of every language, so the rule lists
what is allowed, not what is dangerous. What else a parameter declares is allowed only between
quotation marks that make it safe (`page/quoting.py`). The client script applies the same rule.
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
_PUNCTUATION = frozenset(" .,:/@%_+-")
#: what a parameter may declare under `characters`: no quotation marks make other characters safe
DECLARABLE = "!#&'()*;=?~"
_FIRST = "./"  # may begin a value, beside letters, digits and what is declared


def objection(value: str, characters: str = "") -> str | None:
    """Return why a parameter may not have `value`, as the end of a sentence; `None` if it may.

    `characters` are those that the parameter declares. Whether it may be empty, its pattern says.
    """
    if len(value) > LONGEST:
        return f"has {len(value)} characters, more than {LONGEST}"
    for character in value:
        is_allowed = (
            character in _PUNCTUATION
            or character in characters
            or unicodedata.category(character)[0] in "LMN"
        )
        if not is_allowed or character in _INVISIBLE:
            name = unicodedata.name(character, f"U+{ord(character):04X}")
            return f"contains {character!r} ({name}), which is not allowed here"
    if not value:
        return None
    begins_well = value[0].isalnum() or value[0] in _FIRST or value[0] in characters
    if not begins_well or value[-1].isspace() or "  " in value:
        return "does not begin with a letter, a digit, a slash or a dot, or has extra spaces"
    return None


def slug(value: str) -> str:
    """Return `value` in lowercase ASCII letters, digits and hyphens: `acme-data`."""
    plain = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def is_reason(text: str) -> bool:
    """Return whether `text` is more than a word or two: a reason that somebody can judge."""
    return len(text.split()) >= _FEWEST_WORDS
