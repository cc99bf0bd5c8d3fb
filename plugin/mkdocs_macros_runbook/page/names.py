"""The names in a page's source: which are unknown, set or tested, before Jinja renders it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set

import jinja2
from jinja2 import meta, nodes

from ..problem import suggestion
from .place import LineProblem
from .vitepress import is_vitepress, unknown_params, without_params


def name_problems(
    source: str, known: Set[str], values: Set[str], jinja: jinja2.Environment
) -> Iterator[LineProblem]:
    """Yield each problem that Jinja would have with a page, and each condition on a value.

    `known` are all names that the page may use, `values` those of parameters and derived values;
    `jinja` is an environment with the site's delimiters and tags.
    """
    unknown_to_vitepress = set()
    if is_vitepress(source):
        for line, name in unknown_params(source, values):
            unknown_to_vitepress.add(name)
            message = f"$params.{name} is not a parameter{suggestion(name, values)}"
            yield LineProblem(line, message, "use a name that mkdocs.yml declares")
        source = without_params(source)
    if _has_only_names(source, known, jinja):
        return
    try:
        template = jinja.parse(source)
    except jinja2.TemplateSyntaxError as error:
        fix = "fix it, or wrap it in {% raw %} … {% endraw %} to show it to readers"
        yield LineProblem(error.lineno, f"Jinja cannot read this ({error.message})", fix)
        return
    unknown = meta.find_undeclared_variables(template) - known - unknown_to_vitepress
    for node in _names_in(template):
        if node.name in unknown and node.ctx == "load":
            message = f"{node.name!r} is unknown{suggestion(node.name, known)}"
            fix = "use the name of a parameter, a derived value or a macro"
            yield LineProblem(node.lineno, message, fix)
    for node in _names_in(template):
        if node.name in values and node.ctx == "store":
            message = f"the page sets {node.name!r}, but mkdocs.yml already declares it"
            yield LineProblem(node.lineno, message, "choose another name")
    conditions = {
        (node.lineno, node.name)
        for test in _tests(template)
        for node in _names_in(test)
        if node.name in values
    }
    for line, name in sorted(conditions):
        message = f"the page has a condition on {name!r}, but pages must be the same for all values"
        yield LineProblem(line, message, "use a derived value, or a property of the option")


def _has_only_names(source: str, known: Set[str], jinja: jinja2.Environment) -> bool:
    """Return whether the page has nothing for Jinja but known names in braces, as most pages."""
    return is_plain(with_names_filled(source, dict.fromkeys(known, ""), jinja), jinja)


def with_names_filled(source: str, values: Mapping[str, str], jinja: jinja2.Environment) -> str:
    """Return `source` with every `{{ name }}` of `values` filled in, and nothing else done."""
    start, end = jinja.variable_start_string, jinja.variable_end_string
    name = re.compile(rf"(?<!{re.escape(start[0])}){re.escape(start)} *(\w+) *{re.escape(end)}")
    return name.sub(lambda match: values.get(match[1], match[0]), source)


def is_plain(source: str, jinja: jinja2.Environment) -> bool:
    """Return whether there is nothing for Jinja in `source`."""
    signs = (jinja.variable_start_string, jinja.block_start_string, jinja.comment_start_string)
    return not any(sign in source for sign in signs)


def _names_in(node: nodes.Node) -> Iterator[nodes.Name]:
    if isinstance(node, nodes.Name):
        yield node
    yield from node.find_all(nodes.Name)


def _tests(template: nodes.Template) -> Iterator[nodes.Node]:
    """Yield what decides something, and what gives a value another name to decide by."""
    yield from template.find_all((nodes.Compare, nodes.And, nodes.Or, nodes.Not, nodes.Test))
    for assignment in template.find_all(nodes.Assign):
        yield assignment.node
    for condition in template.find_all(nodes.If):
        yield condition.test
    for expression in template.find_all(nodes.CondExpr):
        yield expression.test
    for loop in template.find_all(nodes.For):
        yield loop.iter
        if loop.test is not None:
            yield loop.test
