"""Guides that readers run with their own values: the pluglet for mkdocs-macros.

`mkdocs.yml` names this package under `modules`, `PageSource` under `j2_extensions`, and the
package again under `markdown_extensions`. The other names are for an author's `conftest.py`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .problem import Failure
    from .rendering.generators.jinja import PageSource
    from .rendering.generators.macros import define_env
    from .robot.reader import Robot
    from .verify.block import Block
    from .verify.walkthrough.verifier import verifies
    from .verify.walkthrough.walkthrough import Walkthrough

__all__ = ["Block", "Failure", "PageSource", "Robot", "Walkthrough", "define_env", "verifies"]

# Each name is imported when it is used: pytest loads this package in every project that has it
# installed, and a machine that only builds a site has no pytest.
_MODULES = {
    "Block": "verify.block",
    "Failure": "problem",
    "PageSource": "rendering.generators.jinja",
    "Robot": "robot.reader",
    "Walkthrough": "verify.walkthrough.walkthrough",
    "define_env": "rendering.generators.macros",
    "verifies": "verify.walkthrough.verifier",
}


def __getattr__(name: str) -> Any:
    """Return a public name, imported when it is first used."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_MODULES[name]}", __name__), name)
