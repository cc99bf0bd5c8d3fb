"""The tools whose versions the record has."""

from __future__ import annotations

#: what runs or checks the blocks of each language
PROGRAMS = {
    "bash": "bash",
    "console": "bash",
    "python": "Python",
    "pycon": "Python",
    "javascript": "node",
    "typescript": "node",
}
#: packages in every run
PACKAGES = ("mkdocs", "mkdocs-macros-plugin", "mkdocs-material", "zensical", "ruff", "pytest")
