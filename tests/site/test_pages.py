"""Pages as sites have them: no text of theirs vanishes, and none stops the others."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import sites
from mkdocs_macros_runbook.check_command import problems_of
from mkdocs_macros_runbook.page.verification_build import VERIFYING
from samples import NO_FORM, write_site
from test_verification import CONFIG as VERIFIED
from test_verification import DECLARATION, fence, outcomes, verify

CONFIG = (
    VERIFIED.partition("nav:")[0].replace(
        "plugins:", "nav:\n  - index.md\n  - SECTION: [index.md]\nplugins:"
    )
    + "  - pymdownx.snippets: {{ base_path: [docs, parts] }}\n"
)
#: with it, the extension itself raises, without a line
STRICT = CONFIG.replace("parts] }}", "parts], check_paths: true }}")
SNIPPETS = {
    "own.md": "# Own\n\nSnippet {{ city }}.\n",
    "ci.yml": "run: ${{ github.ref }} {{ .Values.city }}\n",
    "open.md": "Part.\n\n```bash\ntrue\n",
    "no-end.md": "```html\n<p>\n\n```bash\nfalse\n```\n",
    "fence.md": "- one\n\n    ```bash\n    true\n    ```\n",
}
PARTS = {
    "begins.md": "```bash\ntrue\n```\n",
    "follows.md": "Text.\n\n```bash\nfalse\n```\n",
}
MACROS = """
def define_env(env):
    @env.macro
    def run(command, end="```"):
        return f"```bash\\n{command}\\n{end}"
"""
#: by page: its text, and what is said of it
MISTAKES = {
    "id.md": ("# A\n\n## One {#one}\n\n`${x%#}`\n", "docs/id.md:3: `{#one}` begins a comment"),
    "open.md": ("# A\n\n```bash\ntrue\n", "docs/open.md:3: this fence is not closed"),
    "raw.md": (
        "---\nrender_macros: false\n---\n\n# {{ x }}\n\n```bash\n",
        "docs/raw.md:7: this fence is not closed",
    ),
    "options.md": (
        "# A\n\n```bash title=”a”\ntrue\n```\n",
        "docs/options.md:3: readers see this fence as text: its options 'bash title=”a”' cannot",
    ),
    "raw-options.md": (
        "---\nrender_macros: false\n---\n\n# {{ x }}\n\n```bash title=a\ntrue\n```\n",
        "docs/raw-options.md:7: readers see this fence as text: its options 'bash title=a'",
    ),
    "copied.md": (
        "# A\n\n```bash copy\necho 1\n```\n\nThen.\n\n```bash\necho ok\n```\n",
        "docs/copied.md:3: readers see this fence as text: its options 'bash copy' are not known",
    ),
    "snippet.md": (
        '# A\n\n--8<-- "own.md"\n',
        "parts/own.md:3: Jinja does not render '{{ city }}'",
    ),
    "no-file.md": (
        '# A\n\n{{ city }}\n\n```bash\n--8<-- "docs/inc/no.sh"\n```\n',
        "docs/no-file.md:6: the snippet '--8<-- \"docs/inc/no.sh\"' was not",
    ),
    "hides.md": (
        '# A\n\n--8<-- "no-end.md"\n',
        "docs/hides.md:3: a snippet of this page leaves a fence open; close it in the snippet",
    ),
    "no-section.md": (
        "# A\n\n--8<--\nown.md\n\nci.yml:setup\n; ci.yml:no\n--8<--\n",
        "docs/no-section.md:6: the snippet 'ci.yml:setup' was not found, so readers do not see it",
    ),
    "no-lines.md": (
        "---\nrender_macros: false\n---\n\n# A\n\n- a\n\n    --8<-- 'ci.yml:8:12'\n",
        "docs/no-lines.md:9: the snippet \"--8<-- 'ci.yml:8:12'\" was not found, so",
    ),
    "raw-opens.md": (
        '---\nrender_macros: false\n---\n\n# A\n\n--8<-- "open.md"\n\n' + fence("bash", "false"),
        "docs/raw-opens.md:9: a snippet above leaves a fence open, so this block",
    ),
    "include.md": (
        '# A\n\n=== "A"\n\n    {% include "begins.md" %}\n\nText.\n',
        "docs/include.md:5: this macro or include leaves the fence '```bash' open; the text",
    ),
    "outside.md": (
        '# A\n\n- a\n\n    {% include "follows.md" %}\n\nText.\n',
        "docs/outside.md:5: the fence '```bash' of this macro or include is not indented like",
    ),
    "sentence.md": (
        "# A\n\nsee {{ run('true') }}\n",
        "docs/sentence.md:3: this macro or include leaves the fence '```' open; the text",
    ),
    "swallows.md": (
        '---\ntitle: S\n---\n\n# A\n\n--8<-- "open.md"\n\nText.\n\n```bash\nfalse\n```\n',
        "docs/swallows.md:11: a snippet above leaves a fence open, so this block",
    ),
    "again.md": (
        '# A\n\n```bash\ntrue # B\n```\n\n-8<- "open.md"\n\n```bash\ntrue # B\n```\n',
        "docs/again.md:9: a snippet above leaves a fence open, so this block becomes part of that",
    ),
    "opens.md": (
        '# A\n\n--8<-- "fence.md"\n\n--8<-- "open.md"\n',
        "docs/opens.md:3: a snippet of this page leaves a fence open",
    ),
    "macro.md": (
        "---\ntitle: M\n---\n\n{{ run('true') }}\n\n{{ run('true', '') }}\n\n"
        + fence("bash", "false"),
        "docs/macro.md:7: this macro or include leaves the fence '```bash' open; the text",
    ),
    "tags.md": (
        '---\ntitle: T\ntags:\n  - "{{ city }}"\n---\n\n# A\n',
        "docs/tags.md:4: Jinja does not render '{{ city }}' in the front matter, under 'tags'",
    ),
}


def write(folder: Path, pages: dict[str, str], section: str = "Section", config: str = "") -> Path:
    pages = {"index.md": "# Start\n", **pages}
    config = (config or CONFIG).replace("SECTION", section)
    config_file = write_site(folder, pages, declaration=DECLARATION, config=config)
    (folder / "main.py").write_text(MACROS)
    (folder / "parts").mkdir()
    for name, text in SNIPPETS.items():
        (folder / "parts" / name).write_text(text)
    return config_file


def check(config_file: Path) -> list[str]:
    command = [sites.python(), "-m", "mkdocs_macros_runbook", "check", "-f", str(config_file)]
    result = subprocess.run(
        command,
        cwd=config_file.parent,  # where snippets are looked for
        env=sites.environment(),
        capture_output=True,
        text=True,
    )
    errors = result.stderr.replace(NO_FORM, "", 1)
    assert result.returncode == bool(errors)
    return errors.splitlines()


def test_the_check_names_all_that_would_vanish(tmp_path: Path) -> None:
    pages = PARTS | {page: text for page, (text, _) in MISTAKES.items()}
    lines = check(write(tmp_path, pages, config=STRICT))
    assert len(lines) == len(MISTAKES), lines
    for _, expected in MISTAKES.values():
        assert [line for line in lines if line.startswith(expected)], (expected, lines)


def test_the_check_reads_what_is_below_every_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = STRICT.replace("paths: true", "paths: true, auto_append: [own.md, no.md]")
    config_file = write(tmp_path, {}, config=config.replace("superfences", "extra"))
    monkeypatch.chdir(tmp_path)
    missing, problem = problems_of(config_file)
    fix = "write the value itself instead"
    assert problem == f"parts/own.md:3: Jinja does not render '{{{{ city }}}}' in a snippet; {fix}"
    assert missing.startswith("mkdocs.yml:28: the snippet 'no.md' of auto_append was not found")


def test_a_snippet_that_cannot_be_loaded_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sites.serve(tmp_path) as address:
        config = STRICT.replace("paths: true", "paths: true, url_download: true")
        config_file = write(tmp_path, {"a.md": f'# A\n\n--8<-- "{address}no"\n'}, config=config)
        monkeypatch.chdir(tmp_path)
        (problem,) = problems_of(config_file)
    assert problem.startswith(f"docs/a.md:3: the snippet '--8<-- \"{address}no\"' was not found")


# What Markdown finds, and what superfences does; what Jinja finds: test_check
MARKDOWN_MISTAKES = ["raw.md", "snippet.md", "no-section.md", "include.md"]


@pytest.mark.parametrize("page", MARKDOWN_MISTAKES)
@pytest.mark.parametrize("generator", sites.GENERATORS)
def test_a_build_stops_at_what_would_vanish(generator: str, page: str, tmp_path: Path) -> None:
    text, expected = MISTAKES[page]
    config_file = write(tmp_path, PARTS | {page: text}, config=STRICT)
    is_verifying = page == "include.md"  # where places are written into pages
    values = {VERIFYING: str(config_file)} if is_verifying else {}
    result = sites.run_generator(generator, config_file, values=values)
    assert result.returncode
    assert expected in result.stdout + result.stderr
    if generator == "mkdocs":
        assert "Traceback" not in result.stderr


@pytest.mark.parametrize("generator", sites.GENERATORS)
def test_a_section_of_the_navigation_is_no_template(generator: str, tmp_path: Path) -> None:
    config_file = write(tmp_path, {}, section='"On {{{{ city }}}}"')
    expected = (
        "mkdocs.yml:16: Jinja does not render '{{ city }}' in nav; write the value itself instead"
    )
    if generator == "mkdocs":
        assert check(config_file) == [expected]
    result = sites.run_generator(generator, config_file)
    assert result.returncode
    assert expected in result.stdout + result.stderr


GOOD = {
    "raw.md": "---\nrender_macros: false\n---\n\n# R {{ x }} {#r}\n\n"
    + fence("bash", "true # {{ x }}"),
    "page.md": "# P\n\n{# no text #}\n{% raw %}${{ x }} {#y}{% endraw %}\n\n## T { #t }\n\n"
    + '--8<-- "ci.yml"\n\n'
    + fence("bash", "test {{ city }} = Basel"),
    "macro.md": "# M\n\n{{ run('true') }}\n\n- a\n\n    {{ run('false') | indent(4) }}\n",
    "blog/index.md": "# Blog of {{ city }}\n",
    "blog/posts/one.md": "---\ndate: 2026-01-02\ncategories: [Towns]\n---\n\n# In {{ city }}\n\n"
    + fence("bash", "test {{ city }} = Basel")
    + "<!-- the rest -->\n\n"
    + fence("bash", "false"),
    "tags.md": "# Tags\n",
}
HOOK = """
from mkdocs.structure.files import File

def on_files(files, config):
    text = "---\\ntitle: G\\n---\\n\\n# Gen {{ NAME }}\\n\\n```bash\\nfalse\\n```\\n"
    files.append(File.generated(config, "gen.md", content=text))
    return files

def on_env(env, config, files):
    assert env.loader.searchpath

templates = []

def on_template_context(context, template_name, config):
    templates.append(template_name)

def on_post_build(config):
    assert "404.html" in templates
"""
#: a page whose template does not show its content, but a file of the theme
HERO = {
    "hero.md": "---\ntemplate: hero.html\n---\n\n# H\n\n![d](img/d.svg)\n\n"
    + fence("bash", "false"),
}
THEME = {
    "hero.html": '{% extends "main.html" %}{% block content %}<h1>Hero</h1>{% endblock %}',
    "img/d.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
}
SEPARATOR = "<!-- the rest -->"
BLOG_PLUGIN = f'  - blog: {{{{ post_excerpt_separator: "{SEPARATOR}" }}}}\n'
BLOG = CONFIG.replace("  - macros:", f"{BLOG_PLUGIN}  - tags\n  - macros:").replace(
    "markdown_extensions:",
    "hooks: [hook.py]\nextra_javascript: [assets/live.js]\nmarkdown_extensions:",
)


@pytest.mark.parametrize("generator", sites.GENERATORS)
def test_pages_that_are_no_files_stop_no_other(generator: str, tmp_path: Path) -> None:
    is_mkdocs = generator == "mkdocs"
    config = BLOG.replace("font: false", "font: false, custom_dir: theme")
    config_file = write(tmp_path, {**GOOD, **(HERO if is_mkdocs else {})}, config=config)
    for name, text in THEME.items():
        (tmp_path / "theme" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "theme" / name).write_text(text)
    (tmp_path / "hook.py").write_text(HOOK.replace("NAME", "city"))
    (tmp_path / "pytest.ini").write_text(f"[pytest]\nrunbook_generator = {generator}\n")
    result = verify(tmp_path, "--runbook-values", "default")
    assert outcomes(result.stdout) == {
        "docs/raw.md::line-7[default]": "PASSED",
        "docs/page.md::line-10[default]": "PASSED",
        "docs/macro.md::line-3[default]": "PASSED",
        "docs/macro.md::line-7[default]": "FAILED",
        "docs/blog/posts/one.md::line-8[default]": "PASSED",
        "docs/blog/posts/one.md::line-14[default]": "FAILED",
        **({"docs/gen.md::line-7[default]": "FAILED"} if is_mkdocs else {}),
    }, result.stdout
    result = sites.run_generator(generator, config_file)
    pages = {file: file.read_text() for file in (tmp_path / "site").rglob("index.html")}
    assert result.returncode == 0, result.stdout + result.stderr
    raw = (tmp_path / "site" / "raw" / "index.html").read_text()
    without_form = {tmp_path / "site" / name / "index.html" for name in ("raw", "hero")}
    assert {
        text.count("data-live-form") for page, text in pages.items() if page not in without_form
    } == {1}
    assert "R {{ x }}" in raw
    page = (tmp_path / "site" / "page" / "index.html").read_text()
    for fragment in ("${{ x }} {#y}", "${{ github.ref }} {{ .Values.city }}", '<h2 id="t">'):
        assert fragment in page


@pytest.mark.parametrize(("replacement", "outcome"), [("true", "PASSED"), ("false", "FAILED")])
def test_what_the_sites_own_theme_makes_of_the_content_is_verified(
    replacement: str, outcome: str, tmp_path: Path
) -> None:
    config = CONFIG.replace("font: false", "font: false, custom_dir: theme")
    write(tmp_path, {"page.md": "# P\n\n" + fence("bash", "true")}, config=config)
    (tmp_path / "theme").mkdir()
    (tmp_path / "theme" / "main.html").write_text(
        '{% extends "base.html" %}{% block content %}'
        f'{{{{ page.content | replace("true", "{replacement}") }}}}{{% endblock %}}'
    )
    result = verify(tmp_path, "--runbook-values", "default")
    assert outcomes(result.stdout) == {"docs/page.md::line-3[default]": outcome}, result.stdout


def test_pages_of_another_site_that_a_plugin_builds_are_none_of_the_guide(tmp_path: Path) -> None:
    projects = VERIFIED.replace("plugins:", "plugins:\n  - material/projects")
    for folder, config, code in (
        (tmp_path, projects, "true"),
        (tmp_path / "projects" / "other", VERIFIED, "false"),
    ):
        pages = {"index.md": fence("bash", code), f"{code}.md": fence("bash", "false")}
        write_site(folder, pages, declaration=DECLARATION, config=config, theme="mkdocs")
    result = verify(tmp_path, "--runbook-values", "default", "docs")
    assert outcomes(result.stdout) == {
        "docs/index.md::line-1[default]": "PASSED",
        "docs/true.md::line-1[default]": "FAILED",
    }, result.stdout


def test_a_mistake_on_a_page_that_is_no_file_has_a_place(tmp_path: Path) -> None:
    config_file = write(tmp_path, {"blog/index.md": "# Blog\n", "tags.md": "# Tags\n"}, config=BLOG)
    (tmp_path / "hook.py").write_text(HOOK.replace("NAME", "citty"))
    result = sites.run_generator("mkdocs", config_file)
    assert "docs/gen.md:5: 'citty' is unknown (did you mean 'city'?)" in result.stderr
    assert "Traceback" not in result.stderr


INSIDE = """
from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor

class Inside(Preprocessor):
    def run(self, lines):
        return [self.html(line) if line == "::: text" else line for line in lines]

    def html(self, line):
        config = {"markdown_extensions": ["mkdocs_macros_runbook"], "mdx_configs": {}}
        if "rendering_context" in self.md.preprocessors:
            config = self.md.preprocessors["rendering_context"].config
        text = 'Use `${{ github.x }}` of "C:\\\\dir", {{ city }} \\u2026 \\U0001f600 {# x #}'
        inner = Markdown(
            extensions=config["markdown_extensions"], extension_configs=config["mdx_configs"]
        )
        return self.md.htmlStash.store(inner.convert(text))

class InsideExtension(Extension):
    def extendMarkdown(self, md):
        md.preprocessors.register(Inside(md), "inside", 20)
"""


@pytest.mark.parametrize("generator", sites.GENERATORS)
def test_a_text_inside_a_page_is_no_page(generator: str, tmp_path: Path) -> None:
    config = CONFIG.replace(
        "markdown_extensions:",
        "extra_javascript: [assets/live.js]\nmarkdown_extensions:\n  - inside:InsideExtension",
    )
    text = "# A {{ city }}\n\n::: text\n\n" + fence("bash", "true")
    config_file = write(tmp_path, {"api.md": text}, config=config)
    (tmp_path / "inside.py").write_text(INSIDE)
    values = {"PYTHONPATH": str(tmp_path), VERIFYING: str(config_file)}
    result = sites.run_generator(generator, config_file, values=values)
    assert result.returncode == 0, result.stdout + result.stderr
    html = (tmp_path / "site" / "api" / "index.html").read_text(encoding="utf-8")
    assert html.count("data-live-form") == 1
    assert html.count("data-runbook-page=") == 1
    assert '${{ github.x }}</code> of "C:\\dir", {{ city }} \u2026 \U0001f600 {# x #}' in html


def test_why_a_site_cannot_be_built_is_shown(tmp_path: Path) -> None:
    write(tmp_path, {"page.md": "# P\n\n{{ broken() }}\n"})
    (tmp_path / "main.py").write_text("from elsewhere import define_env\n")
    macros = "def define_env(env):\n    @env.macro\n    def broken():\n        return 1 / 0\n"
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "elsewhere.py").write_text(macros)
    result = verify(tmp_path, more={"PYTHONPATH": str(tmp_path / "lib")})
    assert outcomes(result.stdout) == {"docs/index.md::site": "FAILED"}
    assert "ZeroDivisionError" in result.stdout
    assert "INFO " not in result.stdout


@pytest.mark.parametrize("generator", sites.GENERATORS)
def test_a_page_that_is_not_utf_8_is_named(generator: str, tmp_path: Path) -> None:
    write(tmp_path, {"page.md": "# P\n\n```bash\ntrue\n```\n"})
    (tmp_path / "docs" / "latin.md").write_bytes(b"# Caf\xe9\n")
    result = verify(tmp_path, "-o", f"runbook_generator={generator}")
    expected = (
        "docs/latin.md: the page is not UTF-8 ('utf-8' codec can't decode byte 0xe9 in position"
    )
    assert f"\n{expected}" in result.stdout and "Traceback" not in result.stdout


def test_macros_that_keep_the_pluglet_out_are_named(tmp_path: Path) -> None:
    config_file = write(tmp_path, {}, config=CONFIG + "  - zensical.extensions.macros\n")
    (line,) = check(config_file)
    assert line.startswith("mkdocs.yml:23: with zensical.extensions.macros, Zensical ignores")
    result = sites.run_generator("zensical", config_file)
    assert result.returncode
    expected = "mkdocs.yml:23: pages would show {{ … }} instead of values: mkdocs-macros does not"
    assert expected in result.stdout + result.stderr
