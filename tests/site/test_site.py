"""The built guide: the same from both site generators, links that lead somewhere, no leftovers."""

from __future__ import annotations

import copy
import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from markdown_it import MarkdownIt

from outline import outline
from samples import write_site
from sites import (
    GENERATORS,
    PROJECT,
    Build,
    change_default,
    copy_of_guide,
    environment,
    run_generator,
)
from value_sets import VALUE_SETS

ACME = VALUE_SETS["govcloud"]
each_publisher = pytest.mark.parametrize(
    "values",
    [pytest.param({}, id="default"), pytest.param(ACME, id="acme", marks=pytest.mark.only_full)],
)


def paths(site: Path) -> list[str]:
    """Return the paths of the pages of a built site, but for the one about what is not there."""
    files = sorted(site.rglob("*.html"))
    return [file.relative_to(site).as_posix() for file in files if file.name != "404.html"]


@cache  # reading takes longer than all that is asked of the pages
def page(site: Path, path: str) -> BeautifulSoup:
    """Return the content of a page of a built site."""
    return BeautifulSoup((site / path).read_text(encoding="utf-8"), "html.parser")


def text_of(page: BeautifulSoup) -> str:
    """Return what a reader reads in a page's article, without the theme's own additions."""
    article = copy.copy(page.select_one("article"))
    assert article is not None
    for extra in article.select(".headerlink, .md-content__button, .md-source-file, .md-code__nav"):
        extra.decompose()
    for live in article.select("[data-live]"):
        live.unwrap()
    article.smooth()
    return " ".join(article.get_text(" ").split())


@each_publisher
def test_both_site_generators_show_the_same(built_site: Build, values: Mapping[str, str]) -> None:
    one, other = (built_site(generator, values) for generator in GENERATORS)
    assert paths(one) == paths(other)
    for path in paths(one):
        assert text_of(page(one, path)) == text_of(page(other, path)), path
    assert len(paths(one)) == len(list((PROJECT / "docs").rglob("*.md")))


def targets(page: BeautifulSoup) -> Iterator[str]:
    for tag in page.find_all(["a", "link", "script", "img", "source", "iframe"]):
        assert isinstance(tag, Tag)
        for name in ("href", "src"):
            target = tag.get(name)
            if isinstance(target, str):
                yield target


@each_publisher
@pytest.mark.parametrize("generator", GENERATORS)
def test_what_pages_refer_to(built_site: Build, generator: str, values: Mapping[str, str]) -> None:
    """In one test, so that one worker reads the pages."""
    site = built_site(generator, values)
    links_and_anchors_lead_somewhere(site)
    ids_are_unique(site)
    nothing_is_asked_of_another_host(site)


def links_and_anchors_lead_somewhere(site: Path) -> None:
    anchors: dict[str, set[str]] = {}
    links: list[tuple[str, str]] = []
    for path in paths(site):
        address = "/" + path.removesuffix("index.html")
        anchors[address] = {str(tag["id"]) for tag in page(site, path).find_all(id=True)}
        links += [(address, target) for target in targets(page(site, path))]
    assert len(links) > 500
    for address, target in links:
        parts = urlsplit(urljoin(f"http://site{address}", target))
        if parts.netloc != "site":
            continue
        path = unquote(parts.path)
        file = site / path.lstrip("/")
        assert file.is_file() or (file / "index.html").is_file(), f"{address} links to {target}"
        if parts.fragment and path in anchors:
            ids = anchors[path] | {"__comments"}
            assert unquote(parts.fragment) in ids, f"{address} links to {target}"


def ids_are_unique(site: Path) -> None:
    for path in paths(site):
        ids = [tag["id"] for tag in page(site, path).select("article [id]")]
        assert len(ids) == len(set(ids)), path


def nothing_is_asked_of_another_host(site: Path) -> None:
    """Links may lead elsewhere; what a browser loads by itself may not."""
    for path in [*paths(site), "404.html"]:
        for tag in page(site, path).find_all(["link", "script", "img", "source", "iframe"]):
            assert isinstance(tag, Tag)
            for name in ("href", "src"):
                target = str(tag.get(name) or "")
                loads = name == "src" or "stylesheet" in (tag.get("rel") or [])
                assert not (loads and urlsplit(target).netloc), f"{path} loads {target}"


@pytest.mark.parametrize("generator", GENERATORS)
def test_the_scripts_to_download_are_the_ones_under_test(built_site: Build, generator: str) -> None:
    """The site has copies of what are links among its sources."""
    published = {file.name: file for file in (built_site(generator) / "scripts").glob("*.py")}
    assert published.keys() == {file.name for file in (PROJECT / "scripts").glob("*.py")}
    for name, file in published.items():
        assert not file.is_symlink()
        assert file.read_bytes() == (PROJECT / "scripts" / name).read_bytes()


TEXT_FILES = {".html", ".json", ".js", ".xml", ".txt", ".css", ".py"}


@pytest.mark.one_generator
@pytest.mark.parametrize("generator", GENERATORS)
def test_another_publisher_finds_no_default_left(generator: str, tmp_path: Path) -> None:
    """Two variables make the guide another's; whatever the defaults were, none is left over."""
    guide = copy_of_guide(tmp_path / "guide")
    for name, default in (
        ("APPLICATION_NAME", "Xylophon"),
        ("region", "sa-east-1"),
        ("user_pool_id", "{region}_oUmWoN1YP"),
    ):
        change_default(guide / "mkdocs.yml", name, default)
    two = {name: ACME[name] for name in ("APPLICATION_NAME", "REGION")}
    result = run_generator(generator, guide / "mkdocs.yml", values=two)
    assert result.returncode == 0, result.stdout + result.stderr
    count = 0
    for file in (guide / "site").rglob("*"):
        inside = file.relative_to(guide / "site").parts
        if file.suffix not in TEXT_FILES or inside[0] == "assets" or file.suffix == ".py":
            continue
        text = file.read_text(encoding="utf-8")
        assert "xylophon" not in text.lower(), file
        for form in ("sa-east-1_", "cognito-idp.sa-east-1.", "execute-api.sa-east-1."):
            # These list every Region; the record has the values of an earlier run of the tests.
            if inside[0] not in ("regions", "search.json", "search", "verification.json"):
                assert form not in text, file
        if file.suffix == ".html" and inside[0] != "plugin":  # where Jinja itself is explained
            assert "{{" not in text, file
            assert "{%" not in text, file
        count += 1
    assert count >= 10


def test_govcloud_has_its_own_hosts(built_site: Build) -> None:
    site = built_site("mkdocs", ACME)
    html = {path: (site / path).read_text(encoding="utf-8") for path in paths(site)}
    guide = html["using-aws-cognito/index.html"]
    assert ">https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_Ab1Cd2Ef3<" in guide
    assert "acme-data-test.auth-fips.us-gov-west-1.amazoncognito.com" in guide
    assert ">https://xyz789abcd.execute-api.us-gov-west-1.amazonaws.com/Prod/<" in guide
    regions = re.sub("<[^>]+>", "", html.pop("regions/index.html"))
    assert "arn:aws-us-gov:cognito-idp:us-gov-west-1:" in regions
    consoles = re.findall('href="(https://[^"/]*console[^"/]*)', "".join(html.values()))
    assert {*consoles} == {"https://us-gov-west-1.console.amazonaws-us-gov.com"}


@pytest.mark.only_full  # the guide is verified with these values
def test_the_sovereign_cloud_is_honest_about_its_issuer(built_site: Build) -> None:
    site = built_site("mkdocs", VALUE_SETS["sovereign"])
    guide = text_of(page(site, "using-aws-cognito/index.html"))
    assert "https://cognito-idp.eusc-de-east-1.amazonaws.eu/eusc-de-east-1_Ab1Cd2Ef3" in guide
    assert "AWS does not document this form: use the issuer in the discovery document." in guide


@pytest.mark.only_full  # the guide is verified with these values
def test_the_hardest_values_build(built_site: Build) -> None:
    awkward = VALUE_SETS["awkward"]
    site = built_site("mkdocs", awkward)
    assert awkward["APPLICATION_NAME"] in text_of(page(site, "index.html"))
    assert awkward["APPLICATION_URL"] in text_of(page(site, "using-aws-cognito/index.html"))


@pytest.mark.parametrize(
    "generator", ["mkdocs", pytest.param("zensical", marks=pytest.mark.only_full)]
)
def test_search_finds_pages_with_plain_values(built_site: Build, generator: str) -> None:
    site = built_site(generator, ACME)
    [index] = [*site.rglob("search_index.json"), *site.glob("search.json")]
    data = json.loads(index.read_text(encoding="utf-8"))
    entries = {one["location"]: one for one in data.get("docs") or data["items"]}
    assert "Acme Data" in str(entries["using-aws-cognito/"]["title"])
    assert "Copy all commands" not in entries["using-aws-cognito/"]["text"]
    # the text below a page's title is the page's, not that of a section
    assert [name for name, one in entries.items() if "#" not in name and not one["text"]] == []


@pytest.mark.parametrize(
    ("generator", "name", "text"),
    [
        ("mkdocs", "REGION", "us-est-2"),
        pytest.param("zensical", "APPLICATION_NAME", "<b>", marks=pytest.mark.only_full),
        ("zensical", "USER_POOL_ID", "eu-west-1_x"),
    ],
)
def test_make_build_stops_with_one_line(generator: str, name: str, text: str) -> None:
    result = subprocess.run(
        ["make", "-C", str(PROJECT), "--no-print-directory", "build", f"GENERATOR={generator}"],
        env=environment({name: text}),
        capture_output=True,
        text=True,
    )
    lines = [line for line in result.stderr.splitlines() if not line.startswith("make")]
    lines = [line for line in lines if not line.startswith("mkdocs_macros_runbook:")]
    assert result.returncode != 0
    assert len(lines) == 1
    parameter = name if name == "APPLICATION_NAME" else name.lower()
    assert lines[0].startswith(f"environment variable {name}: {parameter} is {text!r}")
    assert "; " in lines[0]


SEED = PROJECT / "tests" / "site" / "pages" / "vitepress.md"


@pytest.mark.parametrize("generator", GENERATORS)
def test_a_vitepress_page_drops_in(generator: str, tmp_path: Path) -> None:
    source = SEED.read_text(encoding="utf-8").replace("APPLICATION_NAME", "city")
    config_file = write_site(tmp_path, {"index.md": "# Home\n", "seed.md": source})
    result = run_generator(generator, config_file)
    assert result.returncode == 0, result.stdout + result.stderr
    seed = page(tmp_path / "site", "seed/index.html")
    article = seed.select_one("article")
    assert article is not None
    expected = outline(MarkdownIt("commonmark").render(source.split("---\n", 2)[2]))
    assert outline(str(article)).replace("Basel", "{{") == expected.replace("Basel", "{{")
    assert "$params" not in text_of(seed)
    assert "Basel" in text_of(seed)
