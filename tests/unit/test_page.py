"""A page's source: problems with names, conditions and what Jinja cannot read."""

from __future__ import annotations

import jinja2
import pytest
from jinja2.defaults import DEFAULT_NAMESPACE

from mkdocs_macros_runbook.page.expressions import unrendered_jinja
from mkdocs_macros_runbook.page.names import name_problems
from mkdocs_macros_runbook.page.place import Place, first_line_of, lines_in

NAMED = {"region": "x", "oidc_url": "x", "value_of": str, "page": object(), "price": 3}
MAPPINGS = {"git": {"tag": "1"}, "version": {"provider": "mike"}, "tags": ["a"], "plugin": "text"}
NAMESPACE: dict[str, object] = {**DEFAULT_NAMESPACE, **NAMED, **MAPPINGS}
VALUES = {"region", "oidc_url"}


def problems(source: str) -> list[str]:
    place = Place("docs/p.md", first_line=5)
    return [
        str(place.problem(problem))
        for problem in name_problems(source, NAMESPACE, VALUES, jinja2.Environment())
    ]


@pytest.mark.parametrize(
    "source",
    [
        "No braces at all.",
        "{{ region }} and {{ value_of('x', region='y') }}",
        "{% raw %}{{ anything }}{% endraw %}",
        "{% set name = 'x' %}{{ name }}{% for n in [1] %}{{ n }}{{ loop.index }}{% endfor %}",
        "{% if page.title %}x{% endif %}",
        "{% if beta is defined %}{{ beta }}{% endif %} {{ old | default('x') }} {{ b | d('') }}",
        "{% macro f(a) %}{{ a }}{% endmacro %}{{ f(1) }}",
        "{{ $params.region }}",
        "{# a comment #} {#- another -#} {#TODO tight#}\n{#\n```bash\nx\n```\n#}",
        "{% raw %}${#a} {#b}{% endraw %} ## One { #one }",
        '{{ "{{" }} x {{ "}}" }} {{ "{%" ~ " raw %}" }} {{ "`{{ x }}`" }} $x_{ {1}}$',
        "{{ 'a page.md' | urlencode }} {{ '{:,}'.format(1000) }} {{ price * 2 }} {{ [1] | join }}",
        "{{ value_of('x') }} {{ page.title }} {{ git.tag }} {{ git | tojson }} {{ tags }}",
        "{{ plugin }} {{ range(3) | join }} {% for page in tags %}{{ page }}{% endfor %}",
        "{% set context = 'x' %}{{ context }} {{ 'x' if page else 'y' }}",
        "{{ region.upper() }} {{ region[0] }} {{ region[:1] }} {{ git['tag'] }}",
        "{% macro f(range) %}{{ range }}{% endmacro %}{{ f(1) }} {% set n = namespace(a=1) %}",
    ],
)
def test_good(source: str) -> None:
    assert problems(source) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "a\n{{ regoin }}",
            "docs/p.md:6: 'regoin' is unknown (did you mean 'region'?); use the name of a parameter"
            ", a derived value, a fact or a macro",
        ),
        ("{{ REGION }}", "docs/p.md:5: 'REGION' is unknown (did you mean 'region'?)"),
        (
            "{{ zzz }}",
            "docs/p.md:5: 'zzz' is unknown; use the name of a parameter, a derived value, a fact ",
        ),
        ("{{ valueof('x') }}", "'valueof' is unknown (did you mean 'value_of'?)"),
        ("\n\n{{ region", "docs/p.md:7: Jinja cannot read this"),
        ("\n{{ region | uper }}", "docs/p.md:6: Jinja cannot read this (No filter named 'uper'.)"),
        ("{{ region is oddd }}", "docs/p.md:5: Jinja cannot read this (No test named 'oddd'.)"),
        ("{% if region == 'x' %}a{% endif %}", "docs/p.md:5: the page has a condition on 'region'"),
        ("{% if a is defined and region %}{% endif %}", "the page has a condition on 'region'"),
        ("{{ 'a' if oidc_url else 'b' }}", "the page has a condition on 'oidc_url'"),
        ("{% if page %}x{% elif region %}y{% endif %}", "the page has a condition on 'region'"),
        ("{% for x in [1] if region %}{% endfor %}", "the page has a condition on 'region'"),
        ("{% for x in [region] if x == 'y' %}{% endfor %}", "the page has a loop over 'region'"),
        (
            "{% set r = region %}{% if r == 'x' %}{% endif %}",
            "the page assigns 'region' to a variable, but readers change values after",
        ),
        ("{{ (region == 'x') and 'a' or 'b' }}", "the page has a condition on 'region'"),
        ("{% set region = 'x' %}", "the page sets 'region', but mkdocs.yml already"),
        ("{{ not oidc_url }}", "the page has a condition on 'oidc_url'"),
        ("{{ region is defined }}", "the page has a condition on 'region'"),
        (
            "## One {#one}\n\nText.\n\n`${x%#}`",
            "docs/p.md:5: `{#one}` begins a comment, which hides the text up to the next `#}`",
        ),
        ("{# fine #}\n`${#a[@]} x` `#}`", "docs/p.md:6: `{#a[@]}` begins a comment, which hides"),
        ("a\n`${#}`", "docs/p.md:6: `{#}`` begins a comment"),
        ("a\n\n## One {#one}", "docs/p.md:7: `{#one}` begins a comment"),
        ("{# no end", "docs/p.md:5: `{#` begins a comment, which hides the text"),
        ("${{ pagee.x }}", "docs/p.md:5: 'pagee' is unknown; use the name of a parameter"),
        (
            "a\n\n{{ $params.regoin }}",
            "docs/p.md:7: $params.regoin is not a parameter (did you mean 'region'?)",
        ),
    ],
)
def test_problems(source: str, expected: str) -> None:
    assert any(expected in line for line in problems(source))


def test_every_mistake_of_a_page_is_problems() -> None:
    assert len(problems("{{ a1 }}\n{{ b1 }}\n{% if region %}{% endif %}")) == 3


@pytest.mark.parametrize(
    ("whole", "body", "line"),
    [
        ("# h\ntext\n", "# h\ntext\n", 1),
        ("---\na: b\n---\n\n# h\n", "# h\n", 5),
        ("\ufeff---\na: b\n---\n# h\n", "# h", 4),
        ("---\na: b\n---\n# h\n\ntext\n", "# h\r\n\r\ntext", 4),
        ("---\ntitle: T\n---\n# h\n", "T", 1),
    ],
)
def test_line_where_the_text_begins(whole: str, body: str, line: int) -> None:
    assert first_line_of(body, whole) == line


@pytest.mark.parametrize(
    ("whole", "body", "lines"),
    [
        (
            "---\na: b\n---\n# h\n{% inc %}\n\nlast\n",
            "# h\none\n\ntwo\n\nlast\n",
            [4, 5, 5, 5, 6, 7, 8],
        ),
        ("a\nb\n", "a\nb\n\nmore\n", [1, 2, 3, 3, 3]),
        ("a\r\n{%\r\n  inc\r\n%}\r\nb", "a\nnew\nb", [1, 2, 5]),
    ],
)
def test_lines_of_a_text_that_another_plugin_changed(
    whole: str, body: str, lines: list[int]
) -> None:
    assert [*lines_in(body, whole)] == lines
    place = Place("docs/p.md", lines=lines_in(body, whole))
    assert place.line(len(lines)) == f"docs/p.md:{lines[-1]}"


LITERAL = "docs/p.md:6: `{{ … }}` contains only a literal: Jinja would show it"


@pytest.mark.parametrize(
    "source",
    [
        'a := []T{{"a", 1}}',
        'a := [][]string{{"a"}}',
        "int a[2][2] = {{0}};",
        'char a[2][8] = {{""}};',
        'print(f"{{0}} {name}")',
        "$x_{{1}}$ and $x_{{-1}}$",
        "{{ true }}",
        "{{ 1 + 2 }}",
        "{{ {'a': 1}['a'] }}",
        "{% if page %}{{ 'a' ~ 1 }}{% endif %}",
    ],
)
def test_a_literal_is_not_for_jinja(source: str) -> None:
    (problem,) = {*problems(f"Text.\n{source}")}
    assert problem.startswith(LITERAL)
    assert all(way in problem for way in WAYS)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("-n {{ namespace }}", "'namespace' is a function, not text; to call it, write `names"),
        (
            "{{ value_of }}",
            "'value_of' is a function, not text; to call it, write `value_of()`; ",
        ),
        ("{{ dict | default('x') | upper }}", "'dict' is a function, not text"),
        ("{{ range ~ '-x' }}", "'range' is a function, not text"),
        ("{{ range or 'x' }}", "'range' is a function, not text"),
        ("{{ range if page else '' }}", "'range' is a function, not text"),
        ("{{ git }}", "'git' is a mapping, not text; to show one of its parts, write `git.`"),
        ("{{version}}", "'version' is a mapping, not text"),
        ("{{ page }}", "'page' is an object, not text"),
        (
            "{{ region.suffix }}",
            "'region' is text and has no property 'suffix'; if suffix is a prop",
        ),
        ("{{ region['suffix'] | upper }}", "'region' is text and has no property 'suffix'"),
        ("{{ $params.region.suffix }}", "'region' is text and has no property 'suffix'"),
        ("{{ region.title }}", "'region' is text and has no property 'title'"),
    ],
)
def test_what_is_no_text(source: str, expected: str) -> None:
    (problem,) = problems(f"Text.\n{source}")
    assert problem.startswith(f"docs/p.md:6: {expected}")
    assert all(way in problem for way in WAYS)


@pytest.mark.parametrize("name", ["json", "message", "list", "joinr", "versoin"])
def test_a_hint_does_not_hide_the_way_out(name: str) -> None:
    (problem,) = problems(f"{{{{ {name} }}}}")
    assert all(way in problem for way in WAYS)
    assert ("did you mean" in problem) == (name == "versoin")


WAYS = ("{% raw %} … {% endraw %}", "`render_macros: false`", "other delimiters")


@pytest.mark.parametrize(
    "source",
    ["${{ github.x }}", "{{ .Values.x }}", "## A {#a}", "${#a[@]}", "{{ region | to_nice_yaml }}"],
)
def test_braces_of_other_tools_have_a_way_out(source: str) -> None:
    (problem,) = problems(source)
    assert all(way in problem for way in WAYS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n{{ region }}", [(2, "{{ region }}")]),
        ("{{ regoin }}", [(1, "{{ regoin }}")]),
        ("{{ value_of('x') | upper }}", [(1, "{{ value_of('x') | upper }}")]),
        ("{% if region %}", [(1, "{% if region %}")]),
        ("${{ github.region }} {{ .Values.region }} {{ item }}", []),
        ("{{ 'region' }} {% if x %} { region }", []),
    ],
)
def test_unrendered_jinja(text: str, expected: list[tuple[int, str]]) -> None:
    assert [*unrendered_jinja(text, VALUES | {"value_of"}, jinja2.Environment())] == expected
