"""A module that `mkdocs.yml` names, and that Python does not have: mkdocs-macros names neither."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ..problem import Problem, suggestion
from .yaml_file import place_of

_OURS = "mkdocs_macros_runbook"
_KEYS = ("plugins", "macros", "modules")


def modules_in(plugins: object) -> list[str]:
    """Return what is listed under `modules` of mkdocs-macros, in the setting `plugins`."""
    entries = [plugins] if isinstance(plugins, Mapping) else plugins
    for entry in entries if isinstance(entries, list) else ():
        macros = entry.get("macros") if isinstance(entry, Mapping) else None
        modules = macros.get("modules") if isinstance(macros, Mapping) else None
        if isinstance(modules, list):
            return [str(module) for module in modules]
    return []


def missing_module(name: str, modules: Iterable[str], config_file: Path) -> Problem | None:
    """Return the problem that there is no module `name`, if it is one of the `modules`.

    An entry of these is the module's name, or `package:name`.
    """
    for module in modules:
        if f"{module.rpartition(':')[2]}.".startswith(f"{name}."):
            message = f"there is no module {name!r}{suggestion(name, [_OURS])}"
            fix = f"correct its name under {', '.join(_KEYS)}, or install it"
            return Problem(place_of(config_file, (*_KEYS, module)), message, fix)
    return None
