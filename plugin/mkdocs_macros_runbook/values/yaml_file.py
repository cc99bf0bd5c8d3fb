"""YAML with places: the line of a key of `mkdocs.yml`, keys given twice, modules that are missing.

The text is only composed, by the parser that MkDocs uses, so tags (`!ENV`, `!!python/name`) mean
nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from ..problem import Problem, suggestion

#: libyaml's, if PyYAML has it, is ten times as fast
LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_OURS = "mkdocs_macros_runbook"
_MODULES = ("plugins", "macros", "modules")


def place_of(config_file: Path, keys: Sequence[str]) -> str:
    """Return `mkdocs.yml:12` for the line of the deepest of `keys` that the file has.

    In a list, a key is an item, or a key of an item that is a mapping, as under `plugins`.
    A key may be in a file that this one inherits (`INHERIT`): then that file is the place. If the
    file cannot be read, its name is the place.
    """
    return _deepest(config_file, config_file.name, keys)[1]


def _deepest(file: Path, name: str, keys: Sequence[str]) -> tuple[int, str]:
    """Return how many of `keys` a file has, or one that it inherits, and the place of the last."""
    try:
        root = node = yaml.compose(file.read_text(encoding="utf-8"), Loader=LOADER)
    except (OSError, ValueError, yaml.YAMLError):
        return 0, name
    depth, place = 0, name
    for key in keys:
        child = next((pair for pair in _children(node) if pair[0].value == key), None)
        if child is None:
            break
        node, depth, place = child[1], depth + 1, f"{name}:{_line(child[0])}"
    other = next((pair[1].value for pair in _children(root) if pair[0].value == "INHERIT"), None)
    if depth == len(keys) or not isinstance(other, str):
        return depth, place
    inherited = _deepest(file.parent / other, str(PurePosixPath(name).parent / other), keys)
    return inherited if inherited[0] > depth else (depth, place)


def _children(node: yaml.Node | None) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    """Yield the keys and values of a mapping, or of what is in a list."""
    if isinstance(node, yaml.MappingNode):
        yield from node.value
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from item.value if isinstance(item, yaml.MappingNode) else [(item, item)]


def yaml_problems(config_file: Path) -> Iterator[Problem]:
    """Yield invalid YAML, and each key that occurs twice: YAML would take the last."""
    name = config_file.name
    try:
        node = yaml.compose(config_file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        yield Problem(name, f"the file is not UTF-8 ({error})", "save it as UTF-8")
        return
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        fix = "check this line and those before it for quotes, brackets and indentation"
        yield Problem(f"{name}:{line}", f"this is not YAML ({error.problem})", fix)
        return
    for key, first, second in duplicate_keys(node):
        message = f"the key {key!r} occurs twice, first on line {first}"
        yield Problem(f"{name}:{second}", message, "keep one of them")


def first_yaml_error(text: str) -> tuple[int, str] | None:
    """Return the line of the first error in YAML, and what it is; `None` if there is none."""
    try:
        yaml.load(text, Loader=LOADER)  # noqa: S506 - it is safe
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        return mark.line + 1 if mark else 1, str(error.problem)
    except (yaml.YAMLError, ValueError) as error:  # a control character, or a day 32
        return 1, " ".join(str(error).split())
    return None


def duplicate_keys(root: yaml.Node | None) -> Iterator[tuple[str, int, int]]:
    """Yield each key that a mapping below `root` has twice, with the lines of both."""
    nodes = [root]
    visited = set()  # an alias may lead back to where it stands
    while nodes:
        node = nodes.pop()
        if id(node) in visited:
            continue
        visited.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            nodes += node.value
        elif isinstance(node, yaml.MappingNode):
            lines: dict[object, int] = {}
            for key, value in node.value:
                nodes.append(value)
                meaning, line = _meaning(key), _line(key)
                if meaning in lines:
                    text = key.value if isinstance(key, yaml.ScalarNode) else yaml.serialize(key)
                    yield text.strip(), lines[meaning], line
                lines.setdefault(meaning, line)


def _meaning(key: yaml.Node) -> object:
    """Return what two keys have in common if YAML takes them for the same."""
    if isinstance(key, yaml.ScalarNode):
        return key.tag, key.value
    return yaml.serialize(key, canonical=True)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _macros_in(plugins: object) -> Mapping[str, Any]:
    """Return the settings of mkdocs-macros in the setting `plugins`."""
    entries = [plugins] if isinstance(plugins, Mapping) else plugins
    for entry in entries if isinstance(entries, list) else ():
        macros = entry.get("macros") if isinstance(entry, Mapping) else None
        if isinstance(macros, Mapping):
            return macros
    return {}


def modules_in(plugins: object) -> list[str]:
    """Return what is listed under `modules` of mkdocs-macros, in the setting `plugins`."""
    modules = _macros_in(plugins).get("modules")
    return [str(module) for module in modules] if isinstance(modules, list) else []


def delimiters_in(plugins: object) -> list[str]:
    """Return what begins a template in the site, by the setting `plugins`."""
    macros = _macros_in(plugins)
    standard = {"variable": "{{", "block": "{%", "comment": "{#"}
    return [str(macros.get(f"j2_{name}_start_string") or sign) for name, sign in standard.items()]


def missing_module(name: str, modules: Iterable[str], config_file: Path) -> Problem | None:
    """Return the problem that there is no module `name`, if it is one of the `modules`.

    An entry of these is the module's name, or `package:name`. mkdocs-macros names neither the entry
    nor its place.
    """
    for module in modules:
        if f"{module.rpartition(':')[2]}.".startswith(f"{name}."):
            message = f"there is no module {name!r}{suggestion(name, [_OURS])}"
            fix = f"correct its name under {', '.join(_MODULES)}, or install it"
            return Problem(place_of(config_file, (*_MODULES, module)), message, fix)
    return None
