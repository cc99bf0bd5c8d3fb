"""The status of blocks on pages: the same on both site generators, wherever a block is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sites
from mkdocs_macros_runbook.problem import Problems
from mkdocs_macros_runbook.record import record_file
from mkdocs_macros_runbook.record.digest import dependencies_digest, source_digest
from mkdocs_macros_runbook.record.record import (
    VERIFIED,
    PageBlock,
    Record,
    RecordedPage,
    RobotKey,
    RobotRun,
    Run,
)
from mkdocs_macros_runbook.rendering.site_record import is_proof_required
from mkdocs_macros_runbook.verify.site.site import Site
from samples import CONFIG, DECLARATION, write_site
from sites import GENERATORS

VERIFICATION = "    verification: { against: a test server, depends_on: [] }\n"
EXTENSIONS = """\
  - attr_list
  - admonition
  - pymdownx.tabbed: {{ alternate_style: true }}
  - pymdownx.superfences:
      custom_fences:
        - name: mermaid
          class: mermaid
          format: !!python/name:pymdownx.superfences.fence_div_format
"""
CONFIGURATION = CONFIG.replace("  - pymdownx.superfences\n", EXTENSIONS)
PAGE = """\
# Page

{{ verification() }}

```bash
echo {{ city }}
```
1. After it, without an empty line.

- In a list:

    ```bash
    echo list
    ```

- next item

=== "One"

    ```{.python title="a.py" exempt="it needs a real inbox"}
    print(1)
    ```

=== "Two"

    > ```json
    > {}
    > ```
    > quoted

```yaml linenums="1"
a: 1  # (1)!
```

1. An annotation.

```mermaid
graph LR
```

<!-- Not yet:
```bash sets="cty"
echo comment
```
-->

| a |
| - |
| {{ verification("record") }} |
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("status")
    plain = "---\nrender_macros: false\n---\n# Plain\n\n```bash\necho {{ plain }}\n```\n"
    part = "## Part\n\n{{ city }} is {{ it }}.\n\n```bash\necho\n```\n"
    include = "# Include\n\n{% set it = 'there' %}{% include 'part.txt' %}\n"
    pages = {"index.md": PAGE, "plain.md": plain, "part.txt": part}
    pages["my page.md"] = plain
    pages |= {"include.md": include, "include-too.md": include.replace("there", "here")}
    write_site(folder, pages, DECLARATION + VERIFICATION, CONFIGURATION, theme="material")
    return folder


def build(site: Path, generator: str, **values: str) -> tuple[str, str]:
    """Return the built page, and what the site generator printed if it failed."""
    result = sites.run_generator(generator, site / "mkdocs.yml", values=values)
    file = site / "site" / "index.html"
    html = file.read_text(encoding="utf-8") if not result.returncode else ""
    article = re.search(r"<article.*?</article>", html, re.DOTALL)
    return article[0] if article else "", "" if html else result.stdout + result.stderr


def summaries(html: str) -> list[str]:
    texts = re.findall(r'class="status[^>]*>(?:<summary>)?(.*?)</(?:summary|p)>', html, re.DOTALL)
    return [re.sub(r"<[^>]*>", "", one) for one in texts]


@pytest.mark.parametrize("generator", GENERATORS)
def test_each_block_has_its_status_wherever_it_is(site: Path, generator: str) -> None:
    html, printed = build(site, generator)
    assert not printed
    exempt = "Not run: it needs a real inbox"
    not_verified = "Not verified"
    assert summaries(html) == [not_verified] * 2 + [exempt] + [not_verified] * 2
    assert not re.search("[\U00017000-\U000187ff]", html)
    assert "there is no verification record" in html
    # inside the element of the block, so an annotation still follows it
    ends = r"</pre>\s*(?:</div>\s*</td></tr></table>)?"
    assert len(re.findall(rf'{ends}<(?:details|p) class="status', html)) == 5
    for structure in (
        r"</details></div>\s*<ol>\s*<li>An annotation",
        r"<li>\s*<p>In a list:</p>.*status.*</li>\s*<li>\s*<p>next item",
        r"<blockquote>.*status.*<p>quoted</p>\s*</blockquote>",
    ):
        assert re.search(structure, html, re.DOTALL), structure
    plain = (site / "site" / "plain" / "index.html").read_text(encoding="utf-8")
    assert "pytest docs/plain.md -k &#x27;line-6[&#x27;" in plain
    spaced = (site / "site" / "my page" / "index.html").read_text(encoding="utf-8")
    assert "pytest &#x27;docs/my page.md&#x27; -k &#x27;line-6[&#x27;" in spaced
    for name, word in (("include", "there"), ("include-too", "here")):
        page = (site / "site" / name / "index.html").read_text(encoding="utf-8")
        assert re.search(rf"<p><span data-live=\"city\">\w+</span> is {word}\.</p>", page)
        assert summaries(page) == [not_verified] and not re.search("[\U00017000-\U000187ff]", page)
    assert "pytest docs/index.md -k &#x27;line-5[&#x27;" in html


@pytest.mark.one_generator
@pytest.mark.parametrize("generator", GENERATORS)
def test_a_build_that_requires_proof_names_each_block_without(
    generator: str, tmp_path: Path
) -> None:
    site = {"index.md": PAGE}  # Zensical stops at any page
    write_site(tmp_path, site, DECLARATION + VERIFICATION, CONFIGURATION, theme="material")
    _, printed = build(tmp_path, generator, PROOF="required")
    places = re.findall(r"docs/index\.md:(\d+): the block is neither verified nor exempt", printed)
    assert sorted({*places}, key=int) == ["5", "12", "26", "31"]


def test_another_value_of_proof_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROOF", "require")
    with pytest.raises(
        Problems, match="environment variable PROOF: PROOF is 'require', which is not a valid"
    ):
        is_proof_required()


@pytest.mark.only_full
def test_without_the_section_nothing_is_shown(tmp_path: Path) -> None:
    write_site(tmp_path, {"index.md": PAGE}, config=CONFIGURATION)
    record_file.write(tmp_path / "docs" / record_file.FILE, Record())
    html, printed = build(tmp_path, "mkdocs")
    assert not printed
    assert 'class="status' not in html


@pytest.mark.parametrize("is_result", [False, True])
def test_a_record_has_no_html_for_the_page(is_result: bool, tmp_path: Path) -> None:
    hostile, when = (
        r"\`<script>alert(1)</script>\` [x](javascript:alert(1))",
        "2026-11-26T10:00:00Z",
    )
    parts = ("exemptions", "pages", "robot", "versions")
    text = "".join(f"{{{{ verification('{part}') }}}}\n\n" for part in parts)
    pages = {"index.md": f"# Start\n\n{text}", "a.md": "# A\n\n```bash\ntrue\n```\n"}
    pages["javascript:alert(5)"] = ""
    write_site(tmp_path, pages, DECLARATION + VERIFICATION, CONFIG, theme="mkdocs")
    declaration = Site(tmp_path / "mkdocs.yml").declaration
    block = PageBlock("1", "docs/a.md:3", "bash", exempt="it needs <account>.json of yours")
    page = RecordedPage(when, "source", (block,))
    run = Run(
        when, tools={hostile: hostile}, files=dependencies_digest(tmp_path, "a test server", [])
    )
    robot_run = RobotRun(
        hostile if is_result else VERIFIED,
        run=when,
        source=source_digest(tmp_path / "docs" / "a.md", declaration.common_source),
        browser=hostile,
        checked=(hostile,),
        not_shown=hostile,
    )
    robot_runs = {RobotKey("a.md", hostile, "default"): robot_run}
    record = Record({when: run}, {"a.md": page, "javascript:alert(5)": page}, {}, robot_runs)
    record_file.write(tmp_path / "docs" / record_file.FILE, record)
    result = sites.run_generator("mkdocs", tmp_path / "mkdocs.yml")
    html = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "it needs &lt;account&gt;.json of yours" in html, result.stderr
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") == (4 if is_result else 6)
    assert "<script>alert" not in html
    assert 'href="javascript:' not in html and 'href="javascript%3A' in html


@pytest.mark.one_generator
@pytest.mark.parametrize("generator", GENERATORS)
def test_only_pages_of_the_site_have_no_verified_block(generator: str, tmp_path: Path) -> None:
    block = "# A\n\n```bash\ntrue\n```\n"
    parts = ("summary", "pages", "matrix", "robot", "exemptions")
    text = "".join(f"{{{{ verification('{part}') }}}}\n\n" for part in parts)
    pages = {"index.md": f"# A\n\n{text}", "own.md": block}
    pages |= dict.fromkeys(("drafts/a.md", ".hidden/a.md"), block)
    config = f"exclude_docs: drafts/\n{CONFIG}"
    write_site(tmp_path, pages, DECLARATION + VERIFICATION, config, theme="material")
    (tmp_path / "docs" / "drafts" / "latin.md").write_bytes(b"\xe9\n" + block.encode())
    when = "2026-11-26T10:00:00Z"
    blocks = (PageBlock("1", "docs/gone.md:3", "bash", "it needs a key"),)
    # two pages that are gone (a plugin made the second), and one that the site leaves out now
    names = ("gone.md", "made.md", "drafts/a.md")
    gone = {name: RecordedPage(when, "" if name == "made.md" else "x", blocks) for name in names}
    robot_runs = {RobotKey("gone.md", "", "default"): RobotRun(VERIFIED, run=when)}
    record = Record(
        {when: Run(when)}, {"index.md": RecordedPage(when, "x"), **gone}, {}, robot_runs
    )
    record_file.write(tmp_path / "docs" / record_file.FILE, record)
    result = sites.run_generator(generator, tmp_path / "mkdocs.yml")
    assert result.returncode == 0, result.stdout + result.stderr
    html = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "1 page has no verified block" in html, result.stdout + result.stderr
    assert "no block is verified as it is shown now" in html
    assert "there is no verification record" not in html
    assert "version of gone.md to its end" in html
    assert not [name for name in ("made.md", "drafts/a", "it needs a key") if name in html]
