"""A page's source: what is written in it, checked before it is rendered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from pathlib import Path

import jinja2
from jinja2 import meta, nodes

from ..problem import suggestion
from .vitepress import is_vitepress, unknown_params, without_params

#: a line of a page, what was found there, what would do
Found = tuple[int, str, str]


def problems_in(
    source: str, known: Set[str], values: Set[str], jinja: jinja2.Environment
) -> Iterator[Found]:
    """Yield what is wrong in the text of a page.

    `known` are all names that the page may use, `values` those of parameters and derived values;
    `jinja` is an environment with the site's delimiters and tags.
    """
    said = set()
    if is_vitepress(source):
        for line, name in unknown_params(source, values):
            said.add(name)
            found = f"$params.{name} is no parameter{suggestion(name, values)}"
            yield line, found, "name one that mkdocs.yml declares"
        source = without_params(source)
    if _only_names(source, known, jinja):
        return
    try:
        template = jinja.parse(source)
    except jinja2.TemplateSyntaxError as error:
        remedy = "mend it, or wrap it in {% raw %} … {% endraw %} if readers are to see it"
        yield error.lineno, f"Jinja cannot read this ({error.message})", remedy
        return
    unknown = meta.find_undeclared_variables(template) - known - said
    for written in _names_in(template):
        if written.name in unknown and written.ctx == "load":
            found = f"{written.name!r} is unknown{suggestion(written.name, known)}"
            yield written.lineno, found, "name a parameter, a derived value or a macro"
    for written in _names_in(template):
        if written.name in values and written.ctx == "store":
            found = f"the page sets {written.name!r}, a value of the guide"
            yield written.lineno, found, "choose another name"
    conditions = {
        (written.lineno, written.name)
        for test in _tests(template)
        for written in _names_in(test)
        if written.name in values
    }
    for line, name in sorted(conditions):
        found = f"a condition on {name!r}, whose value is not for the page to know"
        yield line, found, "make what differs a derived value, or a fact of the option"


def _only_names(source: str, known: Set[str], jinja: jinja2.Environment) -> bool:
    """Say whether Jinja has nothing to do but to fill in known names: so it is on most pages."""
    return is_plain(with_names_filled(source, dict.fromkeys(known, ""), jinja), jinja)


def with_names_filled(source: str, values: Mapping[str, str], jinja: jinja2.Environment) -> str:
    """Return `source` with every `{{ name }}` of `values` filled in, and nothing else done."""
    start, end = jinja.variable_start_string, jinja.variable_end_string
    name = re.compile(rf"(?<!{re.escape(start[0])}){re.escape(start)} *(\w+) *{re.escape(end)}")
    return name.sub(lambda found: values.get(found[1], found[0]), source)


def is_plain(source: str, jinja: jinja2.Environment) -> bool:
    """Say whether there is nothing for Jinja in `source`."""
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


def first_line_of(body: str, file: Path) -> int:
    """Return the line of `file` at which `body`, its text without front matter, begins.

    A `body` that is not of the file's end is the page's title, which stands in the first lines.
    """
    whole = file.read_text(encoding="utf-8-sig").rstrip()
    text = body.replace("\r\n", "\n").rstrip()
    return whole.removesuffix(text).count("\n") + 1 if whole.endswith(text) else 1
