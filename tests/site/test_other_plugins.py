"""Sites with other plugins, themes and modules: what these take away is kept, or is told."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import sites
from mkdocs_macros_runbook.live.assets import copy_to
from samples import CONFIG, DECLARATION, write_site
from test_check import check
from test_verification import fence, outcomes, verify

SCRIPT = "extra_javascript: [assets/live.js]\nextra_css: [assets/live.css]\nplugins:"
WITH_FORM = CONFIG.replace("plugins:", SCRIPT)
#: as mkdocs-minify-plugin does
RENAME = """
def on_pre_build(config):
    config.extra_javascript = ["assets/live.min.js"]
"""
#: as ProperDocs names what takes a page's title from its heading; or there is none
TITLE_HOOK = """
from mkdocs.structure.pages import _ExtractTitleTreeprocessor as Titles
def register(self, md):
    self.md = md
    if {name!r}:
        md.treeprocessors.register(self, {name!r}, 1)
Titles._register = register
"""
PAGE = "# In {{ city }}\n\n```bash\necho {{ city }}\n```\n"


def build(config_file: Path, generator: str = "mkdocs") -> str:
    """Build the site without `--strict`, and return what was printed."""
    copy_to(config_file.parent / "docs" / "assets")
    result = sites.run_generator(generator, config_file)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout + result.stderr


def html(folder: Path, page: str = "index.html") -> str:
    return (folder / "site" / page).read_text(encoding="utf-8")


def test_a_plugin_that_renames_the_script_leaves_the_form(tmp_path: Path) -> None:
    config = WITH_FORM.replace("plugins:", "hooks: [hook.py]\nplugins:")
    config_file = write_site(tmp_path, {"index.md": PAGE}, config=config)
    (tmp_path / "hook.py").write_text(RENAME)
    build(config_file)
    assert html(tmp_path).count("data-live-form") == 1
    assert "assets/live.min.js" in html(tmp_path)


@pytest.mark.parametrize(
    ("name", "title"), [("properdocs_extract_title", "In Basel - Sample"), ("", "Page - Sample")]
)
def test_a_page_has_its_title_whoever_takes_it(name: str, title: str, tmp_path: Path) -> None:
    config = CONFIG.replace("plugins:", "hooks: [hook.py]\nplugins:")
    config_file = write_site(tmp_path, {"index.md": PAGE, "page.md": PAGE}, config=config)
    (tmp_path / "hook.py").write_text(TITLE_HOOK.format(name=name))
    build(config_file)
    assert f"<title>{title}</title>" in html(tmp_path, "page/index.html")


@pytest.mark.parametrize("theme", ["mkdocs", "readthedocs"])
def test_a_theme_that_makes_code_anew_is_told(theme: str, tmp_path: Path) -> None:
    config = WITH_FORM.replace("  font: false\n", "")
    config_file = write_site(tmp_path, {"index.md": PAGE}, config=config, theme=theme)
    expected = "values in code are not live, since highlight.js of the theme replaces them: add"
    assert f"warning: {expected} `highlightjs: false` to `theme`" in build(config_file)
    config = config.replace("name: {theme}", "name: {theme}\n  highlightjs: false")
    write_site(tmp_path, {"index.md": PAGE}, config=config, theme=theme)
    assert "warning: " not in build(config_file)


def test_titles_for_the_plugin_typeset_have_no_script(tmp_path: Path) -> None:
    config = WITH_FORM.replace("  - search\n", "  - search\n  - material/typeset\n")
    pages = {"index.md": PAGE, "page.md": PAGE}
    build(write_site(tmp_path, pages, config=config))
    page = html(tmp_path, "page/index.html")
    assert "<title>In Basel - Sample</title>" in page
    assert page.count("currentScript.dataset") == 1


def test_the_check_sees_plugins_in_a_group(tmp_path: Path) -> None:
    macros = re.search(r"  - macros:\n(?:      .*\n)+", CONFIG)
    assert macros
    inside = "".join(f"        {line}\n" for line in macros[0].splitlines())
    group = f"  - material/group:\n      enabled: true\n      plugins:\n{inside}"
    config_file = write_site(tmp_path, {"index.md": PAGE}, config=CONFIG.replace(macros[0], group))
    result = check(config_file)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("generator", sites.GENERATORS)
def test_quotation_marks_around_a_value_are_typographic(generator: str, tmp_path: Path) -> None:
    config = CONFIG.replace("  - tables\n", "  - smarty\n")
    write_site(tmp_path, {"index.md": '# A\n\nIt is "{{ city }}"\n'}, config=config)
    result = sites.run_generator(generator, tmp_path / "mkdocs.yml")
    assert result.returncode == 0, result.stdout + result.stderr
    text = html(tmp_path).replace("&ldquo;", "\u201c").replace("&rdquo;", "\u201d")
    assert re.search("It is \u201c<[^>]*>Basel</span>\u201d", text)


BEFORE = "mkdocs.yml:4: 'city' is a variable of `extra`, `include_yaml` or another module; choose"
AFTER = "mkdocs.yml: another module sets 'city', which is a parameter or derived value; rename"


@pytest.mark.parametrize("generator", sites.GENERATORS)
@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("_runbook]", "_runbook, own]", AFTER),
        ("[mkdocs_macros_runbook]", "[own, mkdocs_macros_runbook]", BEFORE),
        ("      on_undefined", "      include_yaml: [own.yml]\n      on_undefined", BEFORE),
        ("extra:\n", "extra:\n  city: Chur\n", BEFORE.replace("4", "5")),
        ("extra:\n", "extra:\n  health_url: 2\n", "mkdocs.yml:21: 'health_url' is a variable of"),
        ("extra:\n", "extra:\n  city: { provider: mike }\n", ""),
    ],
)
def test_a_variable_of_the_site_keeps_its_name(
    generator: str, old: str, new: str, expected: str, tmp_path: Path
) -> None:
    config_file = write_site(tmp_path, {"index.md": PAGE})
    config_file.write_text(config_file.read_text().replace(old, new, 1))
    (tmp_path / "own.py").write_text("def define_env(env):\n    env.variables['city'] = 'Chur'\n")
    (tmp_path / "own.yml").write_text("city: Chur\n")
    result = sites.run_generator(generator, config_file)
    assert bool(result.returncode) == bool(expected)
    assert expected in result.stdout + result.stderr
    result = check(config_file, PYTHONPATH=str(tmp_path))
    assert result.returncode == bool(expected)
    assert result.stderr.startswith(expected) and result.stderr.count("\n") == bool(expected)


def test_the_environment_does_not_change_what_is_verified(tmp_path: Path) -> None:
    """`!ENV` has its default in the build and in the tests alike: readers get another one."""
    write_site(
        tmp_path, {"index.md": "# A\n\n" + fence("bash", "test {{ city }}{{ city|upper }}=A")}
    )
    page = "# A\n\n" + fence("bash", "test {{ city }}{{ city|upper }} = BaselBASEL")
    declaration = DECLARATION.replace("default: Basel", "default: !ENV [TOWN, Basel]")
    write_site(tmp_path, {"index.md": page}, declaration)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    result = verify(tmp_path, "--runbook-values", "default", more={"TOWN": "Bern"})
    assert outcomes(result.stdout) == {"docs/index.md::line-3[default]": "PASSED"}, result.stdout


def test_a_site_that_needs_what_is_beside_it_is_verified_with_zensical(tmp_path: Path) -> None:
    """A configuration above, folders of other names, and what cannot be copied."""
    folder = tmp_path / "conf"
    config = CONFIG.replace("  font: false", "  font: false\n  custom_dir: .theme")
    write_site(folder, {"other.md": ""}, config=config, theme="material")
    (folder / "mkdocs.yml").rename(tmp_path / "base.yml")
    inherits = "INHERIT: ../base.yml\ndocs_dir: site/docs\nsite_dir: public\n"
    (folder / "mkdocs.yml").write_text(inherits)
    (folder / "site" / "docs").mkdir(parents=True)
    (folder / "site" / "docs" / "index.md").write_text("# A\n\n" + fence("bash", "true"))
    (folder / ".theme").mkdir()
    (folder / "dangling").symlink_to("nowhere")
    os.mkfifo(folder / "pipe")
    (folder / "pytest.ini").write_text("[pytest]\nrunbook_generator = zensical\n")
    result = verify(folder, "--runbook-values", "default")
    assert outcomes(result.stdout) == {"site/docs/index.md::line-3[default]": "PASSED"}, (
        result.stdout
    )


def test_a_site_whose_pages_are_beside_its_configuration_is_verified_with_zensical(
    tmp_path: Path,
) -> None:
    write_site(tmp_path, {"other.md": ""}, theme="material")
    (tmp_path / "mkdocs.yml").write_text((tmp_path / "mkdocs.yml").read_text() + "docs_dir: .\n")
    (tmp_path / "index.md").write_text("# A\n\n" + fence("bash", "true"))
    (tmp_path / "pytest.ini").write_text("[pytest]\nrunbook_generator = zensical\n")
    result = verify(tmp_path, "--runbook-values", "default")
    assert outcomes(result.stdout) == {"index.md::line-3[default]": "PASSED"}, result.stdout


#: reads what no page that is built to be verified needs
READER = """
from pathlib import Path

def on_post_page(output, page, config):
    return output[output.index("<header") :]

def on_post_build(config):
    for name in ("sitemap.xml", "404.html", "search/search_index.json"):
        Path(config.site_dir, name).read_text()
"""


def test_a_hook_may_read_what_no_block_needs(tmp_path: Path) -> None:
    config = CONFIG.replace("plugins:", "hooks: [hook.py]\nplugins:")
    write_site(tmp_path, {"index.md": PAGE}, config=config)
    (tmp_path / "hook.py").write_text(READER)
    result = verify(tmp_path)
    assert result.returncode == 0, result.stdout


TITLES = {
    "code.md": ("# The `foo` *command*\n", "The foo command"),
    "id.md": ("# Set { #id .cls }\n", "Set"),
    "under.md": ("Set *x*\n=====\n", "Set x"),
    "value.md": ("# In `{{ city }}` *now* { #x }\n", "In Basel now"),
    "meta.md": ("---\ntitle: My {{ city }}\n---\n\n# Other\n", "My Basel"),
    "none.md": ("Text\n", "None"),
}


@pytest.mark.parametrize("generator", sites.GENERATORS)
def test_titles_are_those_of_the_headings_as_readers_see_them(
    generator: str, tmp_path: Path
) -> None:
    pages = {name: page for name, (page, _) in TITLES.items()}
    config = f"{CONFIG}  - attr_list\n"
    config_file = write_site(tmp_path, {"index.md": "# Start\n", **pages}, config=config)
    assert sites.run_generator(generator, config_file).returncode == 0
    for name, (_, title) in TITLES.items():
        page = html(tmp_path, f"{name.removesuffix('.md')}/index.html")
        assert f"<title>{title} - Sample</title>" in page


def test_a_hook_may_print_what_is_not_utf_8(tmp_path: Path) -> None:
    config = CONFIG.replace("plugins:", "hooks: [hook.py]\nplugins:")
    write_site(tmp_path, {"index.md": PAGE}, config=config)
    (tmp_path / "hook.py").write_text("import os\nos.write(2, b'\\xe9')\nraise ValueError\n")
    result = verify(tmp_path)
    assert "the site cannot be built with mkdocs" in result.stdout, result.stdout


HOOK = """
def define_env(env):
    pass

def on_pre_page_macros(env):
    env.markdown = env.markdown.replace("@@", "{{ nosuch }}")
"""


def test_the_check_runs_the_functions_of_modules(tmp_path: Path) -> None:
    config_file = write_site(tmp_path, {"index.md": "# A\n\n@@\n"})
    (tmp_path / "main.py").write_text(HOOK)
    expected = "docs/index.md:3: 'nosuch' is unknown"
    assert expected in check(config_file).stderr
    assert expected in sites.run_generator("mkdocs", config_file).stderr


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ('"A {{ nosuch }}": index.md', "mkdocs.yml:3: 'nosuch' is unknown"),
        (
            '"A {{ city }}": https://x.example/{{ city }}',
            "mkdocs.yml:3: Jinja does not render '{{ city }}' in nav",
        ),
    ],
)
def test_titles_and_links_in_the_navigation(entry: str, expected: str, tmp_path: Path) -> None:
    navigation = f"nav:\n  - {entry}\n".replace("{", "{{").replace("}", "}}")
    config = navigation + CONFIG
    config_file = write_site(tmp_path, {"index.md": "# A\n"}, config=config)
    line = (
        config_file.read_text()
        .split("\n")
        .index(navigation.splitlines()[1].replace("{{", "{").replace("}}", "}"))
        + 1
    )
    expected = expected.replace("mkdocs.yml:3", f"mkdocs.yml:{line}")
    assert expected in check(config_file).stderr
    result = sites.run_generator("mkdocs", config_file)
    assert result.returncode != 0 and expected in result.stdout + result.stderr


def test_a_page_that_cannot_be_opened_is_a_problem(tmp_path: Path) -> None:
    config_file = write_site(tmp_path, {"index.md": "# A\n"})
    (tmp_path / "docs" / "broken.md").symlink_to("nowhere.md")
    (line,) = check(config_file).stderr.splitlines()
    assert line.startswith("docs/broken.md: [Errno 2] No such file")


@pytest.mark.parametrize("generator", sites.GENERATORS)
def test_values_that_no_element_may_hold(generator: str, tmp_path: Path) -> None:
    page = (
        "# A\n\n<svg-icon></svg-icon> Live {{ city }}.\n\n<svg><text>{{ city }}</text></svg>\n\n"
        "<?php {{ city }} ?>\n\n<iframe>{{ city }}</iframe>\n"
    )
    build(write_site(tmp_path, {"index.md": page}, config=WITH_FORM), generator)
    built = html(tmp_path)
    assert re.search(r'Live <span [^>]*data-live="city">Basel', built)
    for text in ("<text>Basel</text>", "<?php Basel ?>", "<iframe>Basel</iframe>"):
        assert text in built


def test_a_configuration_may_have_tags_of_mkdocs(tmp_path: Path) -> None:
    config = f"{CONFIG}  - pymdownx.snippets:\n      base_path:\n        - !relative $docs_dir\n"
    write_site(tmp_path, {"index.md": "# A\n\n" + fence("bash", "true")}, config=config)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    result = verify(tmp_path, "--runbook-values", "default")
    assert outcomes(result.stdout) == {"docs/index.md::line-3[default]": "PASSED"}, result.stdout
