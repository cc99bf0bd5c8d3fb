"""Expressions of a page that Jinja writes out as no author means them, or does not render."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from difflib import get_close_matches

import jinja2
from jinja2 import nodes

from ..values.keys import RESERVED
from .place import LineProblem

#: what makes an expression more than a literal
_COMPUTES = (nodes.Name, nodes.Filter, nodes.Call)
# Names, but not attributes or texts.
_NAME = re.compile(r"""(?<![\w.'"])[A-Za-z_]\w*""")
_CLOSE = 0.8


def expression_problems(
    template: nodes.Template,
    names: Mapping[str, object],
    values: Set[str],
    jinja: jinja2.Environment,
) -> Iterator[LineProblem]:
    """Yield each expression that shows a literal, a function or a mapping, or part of a value.

    `names` are all that the page may use, with what they stand for.
    """
    expressions = [part for output in template.find_all(nodes.Output) for part in output.nodes]
    for expression in expressions:
        if _is_literal(expression) and not _has_signs(expression, jinja):
            start, end = jinja.variable_start_string, jinja.variable_end_string
            message = f"`{start} … {end}` contains only a literal:"
            message = f"{message} Jinja would show it without the braces, and may change it"
            yield LineProblem(expression.lineno, message, to_show_it(jinja))
    own = {node.name for node in template.find_all(nodes.Name) if node.ctx != "load"}
    others = {name: value for name, value in names.items() if name not in own}
    for expression in expressions:
        yield from _no_texts(expression, others, jinja)
    yield from _parts_of_values(template, names, values, jinja)
    for call in template.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in values - own:
            message = f"{call.node.name!r} is text, not a function"
            yield LineProblem(call.lineno, message, "write its name without parentheses")


def kind_of(name: str, value: object) -> str:
    """Return what the value of a name is if it is no text; empty if a page can show it."""
    if isinstance(value, str):  # most are
        return ""
    if callable(value):
        return "a function"
    if isinstance(value, Mapping):
        return "a mapping"
    is_generators = name in RESERVED and not isinstance(value, int)  # such as the page
    return "an object" if is_generators and value is not None else ""


def to_show_it(jinja: jinja2.Environment) -> str:
    """Return the ways to show readers what Jinja takes for its own."""
    start, end = jinja.block_start_string, jinja.block_end_string
    return (
        f"to show it to readers, wrap it in {start} raw {end} … {start} endraw {end}, write "
        "`render_macros: false` in the front matter, or give Jinja other delimiters "
        "(j2_variable_start_string and others, under plugins, macros)"
    )


def _is_literal(expression: nodes.Expr) -> bool:
    is_more = isinstance(expression, (nodes.TemplateData, *_COMPUTES))
    return not is_more and not any(expression.find_all(_COMPUTES))


def _has_signs(expression: nodes.Expr, jinja: jinja2.Environment) -> bool:
    """Return whether this is the other way to show braces: a text in quotes with some of them."""
    signs = {jinja.variable_start_string[0], jinja.variable_end_string[-1]}
    signs |= {jinja.block_start_string[0], jinja.block_end_string[-1]}
    texts = expression.nodes if isinstance(expression, nodes.Concat) else [expression]
    values = [text.value for text in texts if isinstance(text, nodes.Const)]
    return any(isinstance(value, str) and signs & {*value} for value in values)


def _no_texts(
    expression: nodes.Expr, names: Mapping[str, object], jinja: jinja2.Environment
) -> Iterator[LineProblem]:
    for node, is_filtered in _names_in_output(expression):
        kind = kind_of(node.name, names.get(node.name))
        if kind == "a function":
            fix = f"to call it, write `{node.name}()`"
        else:
            fix = f"to show one of its parts, write `{node.name}.` and the part's name"
            kind = "" if is_filtered else kind  # a filter such as `tojson` makes a text of it
        if kind:
            message = f"{node.name!r} is {kind}, not text"
            yield LineProblem(node.lineno, message, f"{fix}; {to_show_it(jinja)}")


def _names_in_output(
    expression: nodes.Node, *, is_filtered: bool = False
) -> Iterator[tuple[nodes.Name, bool]]:
    """Yield each name whose value an expression shows, and whether a filter is applied to it."""
    if isinstance(expression, nodes.Name):
        yield expression, is_filtered
    elif isinstance(expression, nodes.Filter) and expression.node:
        yield from _names_in_output(expression.node, is_filtered=True)
    elif isinstance(expression, nodes.Concat | nodes.BinExpr | nodes.CondExpr):
        for part in expression.iter_child_nodes(exclude=("test",)):
            yield from _names_in_output(part, is_filtered=is_filtered)


def _parts_of_values(
    template: nodes.Template,
    names: Mapping[str, object],
    values: Set[str],
    jinja: jinja2.Environment,
) -> Iterator[LineProblem]:
    """Yield each `network.suffix`, which only a template in mkdocs.yml can have."""
    called = {call.node for call in template.find_all(nodes.Call)}
    for whole, node, part in _parts(template):
        if node.name not in values:
            continue
        attribute = getattr(names[node.name], part, None)
        if attribute is None or (callable(attribute) and whole not in called):
            message = f"{node.name!r} is text and has no property {part!r}"
            fix = f'if {part} is a property, declare a derived value as "{{{node.name}.{part}}}"'
            fix = f"{fix} in mkdocs.yml and write its name here; {to_show_it(jinja)}"
            yield LineProblem(whole.lineno, message, fix)


def _parts(template: nodes.Template) -> Iterator[tuple[nodes.Expr, nodes.Name, str]]:
    """Yield each `name.part` and `name["part"]`, with the two names in it."""
    for attribute in template.find_all(nodes.Getattr):
        if isinstance(attribute.node, nodes.Name):
            yield attribute, attribute.node, attribute.attr
    for item in template.find_all(nodes.Getitem):
        key = item.arg.value if isinstance(item.arg, nodes.Const) else None
        if isinstance(item.node, nodes.Name) and isinstance(key, str):
            yield item, item.node, key


def is_plain(source: str, jinja: jinja2.Environment) -> bool:
    """Return whether there is nothing for Jinja in `source`."""
    signs = (jinja.variable_start_string, jinja.block_start_string, jinja.comment_start_string)
    return not any(sign in source for sign in signs)


def unrendered_jinja(
    text: str, names: Set[str], jinja: jinja2.Environment
) -> Iterator[tuple[int, str]]:
    """Yield line and text of each expression or tag in `text` that is about one of `names`.

    Braces of other tools (`${{ github.ref }}`, `{{ .Values.x }}`) do not count.
    """
    if is_plain(text, jinja):
        return
    starts, ends = (
        "|".join(re.escape(string) for string in strings)
        for strings in (
            (jinja.variable_start_string, jinja.block_start_string),
            (jinja.variable_end_string, jinja.block_end_string),
        )
    )
    for match in re.finditer(f"(?:{starts})(.+?)(?:{ends})", text):
        words = _NAME.findall(match[1])
        if any(name in names or get_close_matches(name, names, 1, _CLOSE) for name in words):
            yield text.count("\n", 0, match.start()) + 1, match[0]


def texts_in(data: object) -> Iterator[str]:
    """Yield the texts in data of mappings and lists, keys among them."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for key, value in data.items():
            yield from texts_in(key)
            yield from texts_in(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from texts_in(value)
