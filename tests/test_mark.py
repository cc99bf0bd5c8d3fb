"""Marks: any value in any place comes out whole, and nothing of a mark is left in the page."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import jinja2
import markdown
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from mkdocs_macros_runbook.mark import LiveValue, Mark, Mask, plain
from mkdocs_macros_runbook.value import objection

EXTENSIONS = [
    "abbr",
    "admonition",
    "attr_list",
    "def_list",
    "md_in_html",
    "tables",
    "toc",
    "pymdownx.highlight",
    "pymdownx.inlinehilite",
    "pymdownx.superfences",
    "mkdocs_macros_runbook",
]
ALLOWED = "abzABZ019 .,:/@%_-äßж東\u0301\U00020bb7"
VALUES = st.text(ALLOWED, min_size=1, max_size=20).filter(lambda text: objection(text) is None)

# Places of a page, with what a reader reads there.
PLACES = {
    "prose": "before {x} after",
    "bold": "a **{x}** b",
    "inside a word": "a{x}b",
    "heading": "# About {x} here",
    "list": "- one\n- {x}\n",
    "table": "| a | b |\n| --- | --- |\n| {x} | c |",
    "inline code": "see `{x}` and `a {x} b`",
    "inline highlight": 'see `#!python f("{x}")`',
    "python": '```python\nx = "{x}"\n```',
    "bash": '```bash\nrun "{x}" --y="{x}" # {x}\n```',
    "bash, bare": "```bash\nrun {x} --y={x}\n```",
    "json": '```json\n{"a": "{x}"}\n```',
    "yaml": "```yaml\na: {x}\nb: '{x}'\n```",
    "typescript": "```typescript\nexport const A = '{x}'\n```",
    "html": '```html\n<a href="{x}">{x}</a>\n```',
    "sql": "```sql\nSELECT '{x}' -- {x}\n```",
    "plain code": "```\n{x}\n```",
    "indented code": "    {x}\n",
    "title of a fence": '```python title="{x}"\npass\n```',
    "admonition": '!!! note "{x}"\n\n    Inside {x}.\n',
    "definition": "{x}\n:   is {x}\n",
    "raw HTML": "<div><b>{x}</b></div>",
    "Markdown in HTML": "<div markdown>\n*{x}*\n</div>",
}


def shown(template: str, value: str) -> BeautifulSoup:
    """Return the HTML of a page in which `{x}` is a live value, as Jinja writes it."""
    source = template.replace("{x}", "{{ x }}").replace('{"a"', "{{ '{' }}\"a\"")
    page = jinja2.Environment().from_string(source).render(x=LiveValue("x", value))
    return BeautifulSoup(markdown.markdown(page, extensions=EXTENSIONS), "html.parser")


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=30)  # of two conversions each
@given(value=VALUES)
def test_any_value_is_whole_in_any_place(place: str, value: str) -> None:
    template = PLACES[place]
    page = shown(template, value)
    lives = page.select("[data-live]")
    assert len(lives) == template.count("{x}")
    for live in lives:
        assert (live.name, live.attrs) == ("span", {"data-live": "x"})
        assert live.string == value
        live.string = "VALUE"
    # the rest of the page is the same whatever the value, but for names made of it
    other = shown(template, "Other")
    for live in other.select("[data-live]"):
        live.string = "VALUE"
    names = re.compile(r' id="[^"]*"')
    assert names.sub("", str(page)) == names.sub("", str(other))
    assert not re.search("[\ue000-\ue004\U00017000-\U000187f7]", str(page))


URLS = {
    "inline": "[a]({x})",
    "reference": "[a][r]\n\n[r]: {x}",
    "automatic": "<{x}>",
    "raw HTML": '<p><a href="{x}">a</a></p>',
}


@pytest.mark.parametrize("place", URLS)
@given(path=st.text("abc019/-._", max_size=20))
def test_a_link_is_the_value_with_a_template(place: str, path: str) -> None:
    url = f"https://host.example/{path}"
    link = shown(URLS[place], url).find("a")
    assert link is not None
    assert (link["href"], link["data-live-href"]) == (url, "{x}")


@pytest.mark.parametrize(
    ("source", "attribute", "text", "template"),
    [
        ('[a](#b "to {x}!")', "title", "to v!", "to {x}!"),
        ("![the {x}](#b)", "alt", "the v", "the {x}"),
        ('[a](#b){ aria-label="{x} {x}" }', "aria-label", "v v", "{x} {x}"),
        ("<p><i title='a \"{x}\"'>b</i></p>", "title", 'a "v"', 'a "{x}"'),
        ("<p><i title={x}>b</i></p>", "title", "v", "{x}"),
        (
            "[a](https://a.example/{x}?b=1&c={x})",
            "href",
            "https://a.example/v?b=1&c=v",
            "https://a.example/{x}?b=1&c={x}",
        ),
    ],
)
def test_attributes_have_templates(source: str, attribute: str, text: str, template: str) -> None:
    [tag] = shown(source, "v").select(f"[data-live-{attribute}]")
    assert (tag[attribute], tag[f"data-live-{attribute}"]) == (text, template)


@pytest.mark.parametrize(
    "source",
    [
        "<p><input value='{x}'></p>",
        "<!-- {x} -->",
        "<script>let a = '{x}'</script>",
        "<style>/* {x} */</style>",
        "<textarea>{x}</textarea>",
        "<svg><title>{x}</title><text>{x}</text></svg>",
        "para\n{ #{x} }",
        '<p><i title="{a} {x}">b</i></p>',
    ],
)
def test_other_places_have_the_plain_value(source: str) -> None:
    html = str(shown(source, "value"))
    assert "data-live" not in html
    assert "value" in html
    assert not re.search("[\ue000-\ue004\U00017000-\U000187f7]", html)


def test_code_is_not_split_by_a_lexer() -> None:
    """A hyphen, an at sign or a digit in a value would end a token of most languages."""
    page = shown(
        "```bash\nrun --x=us-east-2_Ab@1.5:6/7\n```".replace("us-east-2_Ab@1.5:6/7", "{x}"),
        "us-1_A@1.5:6/7",
    )
    assert page.select_one("[data-live]").string == "us-1_A@1.5:6/7"  # type: ignore[union-attr]


def test_a_value_computes_as_plain_text() -> None:
    value = LiveValue("x", "Basel")
    render = jinja2.Environment().from_string
    variables: Mapping[str, object] = {"x": value}
    assert value == "Basel"
    assert value + "!" == "Basel!"
    assert json.dumps(value) == '"Basel"'
    assert plain(str(value)) == plain(f"{value}") == "Basel"
    assert render("{{ x|upper }}").render(variables) == "BASEL"
    assert render("{{ x|length }}").render(variables) == "5"
    assert render("{{ x ~ '!' }}").render(variables) == f"{value}!"
    assert plain(render("{{ 'in %s'|format(x) }}").render(variables)) == "in Basel"


@pytest.mark.parametrize("source", ["{{ x }}", "`{{ x }}`", "```\n{{ x }}\n```", "<p>{{ x }}</p>"])
def test_a_value_elsewhere_is_named_after_its_parameters(source: str) -> None:
    value = LiveValue("url", "u", region="a b", team="c")
    page = markdown.markdown(
        jinja2.Environment().from_string(source).render(x=value), extensions=EXTENSIONS
    )
    [live] = BeautifulSoup(page, "html.parser").select("[data-live]")
    assert live["data-live"] == "url?region=a+b&team=c"


def test_letters_of_the_page_are_not_taken() -> None:
    page = shown("\U00017000 {x} \U00017001", "v")
    assert page.get_text() == "\U00017000 v \U00017001"
    assert len(page.select("[data-live]")) == 1


def test_more_marks_than_letters() -> None:
    mask = Mask()
    runs = "".join(str(LiveValue(f"x{number}", f"v{number}.")) for number in range(7000))
    masked = mask.put_on(runs)
    assert mask.plain(masked) == "".join(f"v{number}." for number in range(7000))
    assert len(mask.marks) == 0x187F8 - 0x17000


def test_parts_of_a_text() -> None:
    mask = Mask()
    text = mask.put_on(f"a{LiveValue('x', '1')}b{LiveValue('y', '2')}")
    assert mask.split(text) == ["a", Mark("x", "1"), "b", Mark("y", "2")]
    assert mask.template(text) == "a{x}b{y}"
    assert mask.template("{") is None
    assert mask.split("") == []
