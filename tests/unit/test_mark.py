"""Marks: any value in any place comes out whole, and nothing of a mark is left in the page."""

from __future__ import annotations

import json
import re

import jinja2
import markdown
import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pymdownx.superfences import fence_code_format

from mkdocs_macros_runbook.live import mark
from mkdocs_macros_runbook.live.mark import LiveValue, Mark, as_template, plain, split
from mkdocs_macros_runbook.rendering.current_page import current_page
from mkdocs_macros_runbook.values.text import DECLARABLE, objection

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
CHARACTERS = "abzABZ019 .,:/@%_+-!#&'()*;=?~äßж東\u0301\U00020bb7"
VALUES = st.text(CHARACTERS, min_size=1, max_size=20).filter(
    lambda text: objection(text, DECLARABLE) is None
)

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


@pytest.fixture(autouse=True)
def no_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test begin without marks and outside of a page, as each process does."""
    current_page.set(None)
    for name, kind in {"_marks": dict, "_letters": dict, "_reserved": set}.items():
        monkeypatch.setattr(mark, name, kind())
    letters = map(chr, range(0x17000, 0x18000))
    monkeypatch.setattr(mark, "_free", letters)


def jinja() -> jinja2.Environment:
    """Return an environment with the Jinja extension, outside of a site."""
    return jinja2.Environment(extensions=["mkdocs_macros_runbook.PageSource"])


def rendered_page(page: str, value: str) -> BeautifulSoup:
    """Return the HTML of a page in which `{x}` is a live value, as Jinja writes it."""
    source = page.replace("{x}", "{{ x }}").replace('{"a"', "{{ '{' }}\"a\"")
    text = jinja().from_string(source).render(x=LiveValue("x", value))
    return BeautifulSoup(markdown.markdown(text, extensions=EXTENSIONS), "html.parser")


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=settings().max_examples // 3)  # of two conversions each
@given(value=VALUES)
@example(value="&lt;")  # what a serializer takes for an entity
def test_any_value_is_whole_in_any_place(place: str, value: str) -> None:
    source = PLACES[place]
    page = rendered_page(source, value)
    lives = page.select("[data-live]")
    assert len(lives) == source.count("{x}")
    for live in lives:
        assert (live.name, live.attrs) == ("span", {"data-live": "x"})
        assert live.string == value
        live.string = "VALUE"
    # the rest of the page is the same whatever the value, but for names made of it
    other = rendered_page(source, "Other")
    for live in other.select("[data-live]"):
        live.string = "VALUE"
    names = re.compile(r' id="[^"]*"')
    assert names.sub("", str(page)) == names.sub("", str(other))
    assert not re.search("[\ufdd0-\ufdd5\U00017000-\U000187f7]", str(page))


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
    link = rendered_page(URLS[place], url).find("a")
    assert link is not None
    assert (link["href"], link["data-live-href"]) == (url, "{x}")


@pytest.mark.parametrize(
    ("source", "attribute", "text", "expected"),
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
def test_attributes_have_templates(source: str, attribute: str, text: str, expected: str) -> None:
    [tag] = rendered_page(source, "v").select(f"[data-live-{attribute}]")
    assert (tag[attribute], tag[f"data-live-{attribute}"]) == (text, expected)
    assert rendered_page(source, "&lt;").select(f"[data-live-{attribute}]")[0][attribute] == (
        text.replace("v", "&lt;")
    )


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
    html = str(rendered_page(source, "value"))
    assert "data-live" not in html
    assert "value" in html
    assert not re.search("[\ufdd0-\ufdd5\U00017000-\U000187f7]", html)


def test_code_is_not_split_by_a_lexer() -> None:
    """A hyphen, an at sign or a digit in a value would end a token of most languages."""
    page = rendered_page(
        "```bash\nrun --x=us-east-2_Ab@1.5:6/7\n```".replace("us-east-2_Ab@1.5:6/7", "{x}"),
        "us-1_A@1.5:6/7",
    )
    assert page.select_one("[data-live]").string == "us-1_A@1.5:6/7"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ x|upper }}", "BASEL"),
        ("{{ x|length }}", "5"),
        ("{{ x|replace('a', '0') }}", "B0sel"),
        ("{{ x ~ '!' }}", "Basel!"),
        ("{{ x + '!' }}", "Basel!"),
        ("{{ (x ~ ' x')|truncate(6, True, '...', 0) }}", "Bas..."),
        ("{{ (x ~ '/')|urlencode }}", "Basel/"),
        ("{{ 'in %s'|format(x) }}", "in Basel"),
        ("{% filter upper %}in {{ x }}{% endfilter %}", "IN BASEL"),
        ("{% set y %}in {{ x }}{% endset %}{{ y|replace('x', 'y') }}", "in Basel"),
        ("{% set y %}{{ x }} 1{% endset %}{{ y|truncate(4, True, '', 0) }}", "Base"),
        ("{{ [x, x]|map('upper')|join(' ') }}", "BASEL BASEL"),
    ],
)
def test_what_is_computed_is_plain(source: str, expected: str) -> None:
    page = jinja().from_string(source).render(x=LiveValue("x", "Basel"))
    html = markdown.markdown(page, extensions=EXTENSIONS)
    assert BeautifulSoup(html, "html.parser").get_text() == expected
    assert "data-live" not in html
    assert not re.search("[\ufdd0-\ufdd5\U00017000-\U000187f7]", html)


def test_a_value_is_plain_text_to_python() -> None:
    value = LiveValue("x", "Basel")
    assert value == str(value) == f"{value}" == "Basel"
    assert json.dumps(value) == '"Basel"'
    assert plain(f"in {value.live}") == "in Basel"
    assert LiveValue("", "Basel").live == "Basel"


@pytest.mark.parametrize("source", ["{x}", "`{x}`", "```html\n{x}\n```", "<p>{x}</p>"])
def test_markup_in_a_derived_value_is_text(source: str) -> None:
    """Only parameters are limited to the allowed characters."""
    value = 'https://a.example/?b=1&region=c&copy=<b>"'
    [live] = rendered_page(source, value).select("[data-live]")
    assert live.string == value
    assert live.find() is None


def test_markup_in_an_attribute_is_text() -> None:
    [tag] = rendered_page('<p><i title="{x}">b</i></p>', 'a&region="<b>').select("i")
    assert tag["title"] == 'a&region="<b>'


def test_an_address_in_angle_brackets_is_a_link() -> None:
    link = rendered_page("<{x}>", "ada@example.com").find("a")
    assert link is not None
    assert (link["href"], link["data-live-href"]) == ("mailto:ada@example.com", "mailto:{x}")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('```python linenums="{x}"\npass\n```', "linenos"),
        ("~~~{x}\npass\n~~~", "highlight"),
    ],
)
def test_the_options_of_a_fence_are_plain(source: str, expected: str) -> None:
    html = str(rendered_page(source, "3" if "linenums" in source else "python"))
    assert expected in html
    assert "data-live" not in html


def test_a_number_in_code_is_no_error() -> None:
    page = rendered_page('```json\n{"a": {x}}\n```', "3")
    assert page.select(".err") == []
    assert page.select_one("[data-live]") is not None


@pytest.mark.parametrize(
    "source",
    ["$a = {x}$", "```mermaid\ngraph TD\nA[{x}]\n```"],
)
def test_what_a_script_reads_is_plain(source: str) -> None:
    fences = [{"name": "mermaid", "class": "mermaid", "format": fence_code_format}]
    html = markdown.markdown(
        source.replace("{x}", LiveValue("x", "3").live),
        extensions=[*EXTENSIONS, "pymdownx.arithmatex"],
        extension_configs={
            "pymdownx.superfences": {"custom_fences": fences},
            "pymdownx.arithmatex": {"generic": True},
        },
    )
    assert "3" in html
    assert "data-live" not in html


@pytest.mark.parametrize("source", ["{{ x }}", "`{{ x }}`", "```\n{{ x }}\n```", "<p>{{ x }}</p>"])
def test_a_value_elsewhere_is_named_after_its_parameters(source: str) -> None:
    value = LiveValue("url", "u", region="a b", team="c")
    page = markdown.markdown(jinja().from_string(source).render(x=value), extensions=EXTENSIONS)
    [live] = BeautifulSoup(page, "html.parser").select("[data-live]")
    assert live["data-live"] == "url?region=a+b&team=c"


@pytest.mark.parametrize("place", ["{x}", "`{x}`", "```\n{x}\n```", "<b>{x}</b>"])
def test_a_page_may_be_written_in_the_letters_of_marks(place: str) -> None:
    rendered_page("{x}", "earlier")  # takes the first letter
    page = rendered_page(f"\U00017000 {place} \U00017001", "v\U00017002")
    assert page.get_text().split() == ["\U00017000", "v\U00017002", "\U00017001"]
    assert len(page.select("[data-live]")) == 1


def test_marks_outlast_their_page() -> None:
    """A macro may cache what it returns."""
    cached = LiveValue("x", "v").live
    assert markdown.markdown(cached, extensions=EXTENSIONS) == markdown.markdown(
        cached, extensions=EXTENSIONS
    )


def test_more_marks_than_letters() -> None:
    text = "".join(LiveValue(f"x{number}", f"v{number}.").live for number in range(7000))
    assert plain(text) == "".join(f"v{number}." for number in range(7000))
    assert sum(isinstance(part, Mark) for part in split(text)) == 0x1000


def test_parts_of_a_text() -> None:
    text = f"a{LiveValue('x', '1').live}b{LiveValue('y', '2').live}"
    assert split(text) == ["a", Mark("x", "1"), "b", Mark("y", "2")]
    assert as_template(text) == "a{x}b{y}"
    assert as_template("{") is None
    assert split("") == []
