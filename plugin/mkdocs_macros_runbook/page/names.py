"""The names in a page's source: which are unknown, set or tested, before Jinja renders it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Set
from functools import cache

import jinja2
from jinja2 import defaults, meta, nodes

from ..problem import suggestion
from ..values.keys import RESERVED
from .expressions import expression_problems, is_plain, kind_of, to_show_it
from .fence import NAMES, visible_fences, without_fences
from .hidden import COMMENTS, without_parts
from .place import LineProblem
from .vitepress import is_vitepress, unknown_params, without_params

#: names that authors seldom mean, and that are close to those of other tools
_STANDARD = RESERVED.union(defaults.DEFAULT_NAMESPACE) - {"value_of"}
_ASK = "data-live-ask"
# in an attribute list, a line of its own or behind a heading, or in an element
_ASKS = re.compile(
    r"""^(?:[> \t]*|#.*)(?:\{:?|<[a-z])(?:[^`\n]*\s)?data-live-ask=(?:["']([^"'\n]*)|([\w=-]+))"""
)


def name_problems(
    source: str, names: Mapping[str, object], values: Set[str], jinja: jinja2.Environment
) -> Iterator[LineProblem]:
    """Yield each problem that Jinja would have with a page, and each condition on a value.

    `names` are all that the page may use, with what they stand for, and `values` those of
    parameters and derived values; `jinja` is an environment with the site's delimiters and tags.
    """
    reported = set()
    if is_vitepress(source):
        for line, name in unknown_params(source, values):
            reported.add(name)
            message = f"$params.{name} is not a parameter{suggestion(name, values)}"
            yield LineProblem(line, message, "use a name that mkdocs.yml declares")
        source = without_params(source)
    if _has_only_texts(source, names, jinja):
        return
    comments = [*_comment_problems(source, jinja)]
    yield from comments
    try:
        template = jinja.parse(source)
        undeclared = meta.find_undeclared_variables(template)
    except jinja2.TemplateSyntaxError as error:
        if error.lineno not in {problem.line for problem in comments}:
            message = f"Jinja cannot read this ({error.message})"
            yield LineProblem(error.lineno, message, f"fix it; {to_show_it(jinja)}")
        return
    unknown = undeclared - names.keys() - reported - _may_be_undefined(template)
    yield from _wrong_names(template, unknown, names, values, jinja)
    yield from expression_problems(template, names, values, jinja)
    yield from _tested_values(template, values)


def asked_problems(
    source: str, parameters: Collection[str], jinja: jinja2.Environment
) -> Iterator[LineProblem]:
    """Yield each name that the page asks readers to set, and that is none of `parameters`.

    A block asks for what it prints: for the names in `sets`.
    """
    if "sets=" not in source and _ASK not in source:
        return
    for fence in visible_fences(source):
        names = fence.attributes.get("sets", "")
        yield from _unknown_parameters(fence.first, "sets", names, parameters, jinja)
    for number, line in enumerate(without_fences(without_parts(source, COMMENTS)).split("\n")):
        if _ASK in line and (match := _ASKS.match(line)):
            names = match[1] or match[2] or ""
            yield from _unknown_parameters(number, _ASK, names, parameters, jinja)


def _unknown_parameters(
    number: int,
    attribute: str,
    names: str,
    parameters: Collection[str],
    jinja: jinja2.Environment,
) -> Iterator[LineProblem]:
    has_jinja = jinja.variable_start_string in names or jinja.block_start_string in names
    if not NAMES.fullmatch(names) and not has_jinja:
        message = f"`{attribute}` must be a list of names, not {names!r}"
        yield LineProblem(number + 1, message, "separate the names with spaces")
    for pair in names.split() if NAMES.fullmatch(names) else ():
        name = pair.partition("=")[0]
        if name not in parameters:
            message = f"`{attribute}` contains {name!r}, which is not a parameter"
            message += suggestion(name, parameters)
            yield LineProblem(number + 1, message, "use a name that mkdocs.yml declares")


def _wrong_names(
    template: nodes.Template,
    unknown: Set[str],
    names: Mapping[str, object],
    values: Set[str],
    jinja: jinja2.Environment,
) -> Iterator[LineProblem]:
    """Yield each name that is unknown, and each value that the page sets."""
    for node in template.find_all(nodes.Name):
        if node.name in unknown and node.ctx == "load":
            hint = suggestion(node.name, names.keys() - _STANDARD)
            fix = "use the name of a parameter, a derived value, a fact or a macro"
            if not suggestion(node.name, values):
                fix = f"{fix}; {to_show_it(jinja)}"
            yield LineProblem(node.lineno, f"{node.name!r} is unknown{hint}", fix)
        elif node.name in values and node.ctx == "store":
            message = f"the page sets {node.name!r}, but mkdocs.yml already declares it"
            yield LineProblem(node.lineno, message, "choose another name")


def _may_be_undefined(template: nodes.Template) -> set[str]:
    """Return the names for which the page itself says what to do without them."""
    asking = [
        *(test for test in template.find_all(nodes.Test) if test.name in ("defined", "undefined")),
        *(one for one in template.find_all(nodes.Filter) if one.name in ("default", "d")),
    ]
    return {one.node.name for one in asking if isinstance(one.node, nodes.Name)}


def names_set_in(source: str, jinja: jinja2.Environment) -> set[str]:
    """Return the names that a page sets, which the files that it includes have too."""
    if is_plain(source, jinja):
        return set()
    try:
        template = jinja.parse(source)
    except jinja2.TemplateSyntaxError:  # a problem of the page itself
        return set()
    return {node.name for node in template.find_all(nodes.Name) if node.ctx != "load"}


def _tested_values(template: nodes.Template, values: Set[str]) -> Iterator[LineProblem]:
    uses = {
        (line, name, use)
        for test, use in _conditions(template)
        for line, name in _shown_names(test)
        if name in values
    }
    for line, name, use in sorted(uses):
        message = (
            f"the page {use.format(repr(name))}, but readers change values after the page is built"
        )
        fix = "use a derived value instead, or a property of the parameter's options"
        yield LineProblem(line, message, f"{fix}, in mkdocs.yml")


def _shown_names(test: nodes.Node) -> Iterator[tuple[int, str]]:
    """Yield the line and the name of each value in `test`, also of those given to `value_of`."""
    for node in (test, *test.find_all((nodes.Name, nodes.Call))):
        match node:
            case nodes.Name():
                yield node.lineno, node.name
            case nodes.Call(node=nodes.Name(name="value_of"), args=[nodes.Const(value=name), *_]):
                yield node.lineno, str(name)


def _comment_problems(source: str, jinja: jinja2.Environment) -> Iterator[LineProblem]:
    """Yield what Jinja takes for a comment, but what is more likely an ID or shell.

    The text of an ID such as `{#id}`, or of shell such as `${#name}`, has its closing brace in it.
    """
    start, end = jinja.comment_start_string, jinja.comment_end_string
    if start not in source:
        return
    tokens = jinja.lex(source)
    try:
        for line, kind, text in tokens:
            if kind == "comment" and text[:1].strip() and "}" in text:
                yield LineProblem(line, *_comment(start + text.split()[0], end, jinja))
    except jinja2.TemplateSyntaxError as error:
        unread = source.split("\n")[error.lineno - 1]
        words = unread[unread.rfind(start) :].split()
        if words and "comment" in (error.message or ""):
            yield LineProblem(error.lineno, *_comment(words[0], end, jinja))


def _comment(opening: str, end: str, jinja: jinja2.Environment) -> tuple[str, str]:
    """Return the message and the fix for a comment that begins with the word `opening`."""
    message = f"`{opening}` begins a comment, which hides the text up to the next `{end}`"
    with_space = f"{jinja.comment_start_string[:-1]} {jinja.comment_start_string[-1:]}"
    fix = f"if this is the ID of a heading, write `{with_space}id }}` with a space"
    fix += f"; if it is a comment, write a space after `{jinja.comment_start_string}`"
    fix = f"{fix}; {to_show_it(jinja)}"
    return message, fix


def _has_only_texts(source: str, names: Mapping[str, object], jinja: jinja2.Environment) -> bool:
    """Return whether Jinja has nothing to do but to fill in texts, as on most pages."""

    def without_text(match: re.Match[str]) -> str:
        name = match[1]
        return "" if name in names and not kind_of(name, names[name]) else match[0]

    name = _name_between(jinja.variable_start_string, jinja.variable_end_string)
    return is_plain(name.sub(without_text, source), jinja)


@cache
def _name_between(start: str, end: str) -> re.Pattern[str]:
    """Return the expression of a name in braces, but not of `{{{`."""
    start, end, brace = re.escape(start), re.escape(end), re.escape(start[0])
    # the lookbehind is last, since a search that begins with fixed text is quicker
    return re.compile(rf"{start}(?<!{brace}{start}) *(\w+) *{end}")


def _conditions(template: nodes.Template) -> Iterator[tuple[nodes.Node, str]]:
    """Yield conditions and loops, and assignments: a condition may be on the name they set."""
    condition, assignment_of = "has a condition on {}", "assigns {} to a variable"
    for test in template.find_all((nodes.Compare, nodes.And, nodes.Or, nodes.Not, nodes.Test)):
        yield test, condition
    for assignment in template.find_all(nodes.Assign):
        yield assignment.node, assignment_of
    for block in template.find_all(nodes.With):
        yield from ((value, assignment_of) for value in block.values)
    for branch in template.find_all(nodes.If):
        yield branch.test, condition
    for expression in template.find_all(nodes.CondExpr):
        yield expression.test, condition
    for loop in template.find_all(nodes.For):
        yield loop.iter, "has a loop over {}"
        if loop.test is not None:
            yield loop.test, condition
