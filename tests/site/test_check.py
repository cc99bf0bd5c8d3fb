"""Everything fails closed: the check says it in one line, and so does each site generator."""

from __future__ import annotations

import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

import sites
from mkdocs_macros_runbook.__main__ import main
from samples import CONFIG, DECLARATION, NO_FORM, write_site

GOOD = "# Welcome to {{ city }}\n\n<{{ health_url }}> {{ value_of('host', network='lab') }}\n"
OWN = "{{ page.title }} {{ config.site_name }} {{ now().year }} {{ git | length }} {{ '{{' }}\n"
VITEPRESS = "---\noutline: deep\n---\n\n# {{ $params.city }}\n\n1. a\n   1. b\n      - c\n2. d\n"


def check(config_file: Path, **values: str) -> subprocess.CompletedProcess[str]:
    result = run_check(config_file, **values)
    result.stderr = result.stderr.replace(NO_FORM, "", 1)
    return result


def run_check(config_file: Path, **values: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sites.python(), "-m", "mkdocs_macros_runbook", "check", "-f", str(config_file)],
        env=sites.environment(values),
        capture_output=True,
        text=True,
    )


def test_a_good_site_passes_and_writes_nothing(tmp_path: Path) -> None:
    own = f"---\naside: mine\nplugin: yours\n---\n\n# {{{{ aside }}}} {{{{ plugin }}}}\n\n{OWN}"
    config_file = write_site(tmp_path, {"index.md": GOOD, "vp.md": VITEPRESS, "own.md": own})
    before = sorted(tmp_path.rglob("*"))
    result = run_check(config_file)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", NO_FORM)
    assert sorted(tmp_path.rglob("*")) == before


def test_an_override_is_printed(tmp_path: Path) -> None:
    result = check(write_site(tmp_path, {"index.md": GOOD}), CITY="Bern")
    assert result.returncode == 0
    assert result.stderr == "mkdocs_macros_runbook: 'Bern' from environment variable CITY\n"


def test_a_value_set_that_does_not_fit_is_found(tmp_path: Path) -> None:
    declaration = DECLARATION + "    value_sets:\n      far: { network: shed }\n"
    result = check(write_site(tmp_path, {"index.md": GOOD}, declaration))
    assert result.returncode == 1
    assert result.stderr.startswith("mkdocs.yml:22: network is 'shed'")


EMPTY = "front matter of an empty page"
BAD = {
    "unknown name": (
        "# a\n\n{{ citty }}\n",
        {},
        "docs/index.md:3: 'citty' is unknown (did you mean 'city'?)",
    ),
    "after front matter": ("---\nt: x\n---\n\n{{ citty }}\n", {}, "docs/index.md:5: 'citty' is"),
    "in the heading after front matter": (
        "---\ntags: [a]\n---\n\n# Hi {{ citty }}\n\ntext\n",
        {},
        "docs/index.md:5: 'citty' is unknown (did you mean 'city'?)",
    ),
    "neither true nor false": (
        '---\nt: x\nrender_macros: "no"\n---\n\n# a\n',
        {},
        "docs/index.md:3: `render_macros` is 'no', so Jinja renders the page; write true or false",
    ),
    EMPTY: (
        "---\ncity: x\n---\n",
        {},
        "docs/index.md:2: the front matter sets 'city', but mkdocs.yml already declares it",
    ),
    "unknown $params": (
        "{{ $params.citty }}\n",
        {},
        "docs/index.md:1: $params.citty is not a parameter",
    ),
    "asked for": (
        '```\n{ data-live-ask="x" }\n```\n\nYours?\n<!--\n{ data-live-ask="x" }\n-->\n'
        '{ data-live-ask="{{ city }}" }\n\n{data-live-ask="network citty=C"}\n',
        {},
        "docs/index.md:11: `data-live-ask` contains 'citty', which is not a parameter (did you",
    ),
    "asked for with commas": (
        '```bash sets="city, network"\ntrue\n```\n',
        {},
        "docs/index.md:1: `sets` must be a list of names, not 'city, network'; separate the",
    ),
    "asked for below with commas": (
        '# A\n\nYours?\n{ data-live-ask="city, network" }\n',
        {},
        "docs/index.md:4: `data-live-ask` must be a list of names, not 'city, network'",
    ),
    "a number in place of a value": (
        "# A\n\n{{ value_of('rack', network=5) }}\n",
        {},
        'docs/index.md:3: value_of() has network=5, which is not text; write network="5"',
    ),
    "a value without its name": (
        "# A\n\n{{ value_of('health_url', 'lab') }}\n",
        {},
        "docs/index.md:3: value_of() has 'lab' without the name of a parameter; write it with",
    ),
    "misspelled in braces": (
        "# A\n\n```{.bash exitz=2}\nfalse\n```\n",
        {},
        "docs/index.md:3: a fence has no attribute 'exitz' (did you mean 'exits'?)",
    ),
    "asked for by a block": (
        '````\n```bash sets="x"\n```\n````\n\n```bash sets="city=place netwrok=n"\ntrue\n```\n',
        {},
        "docs/index.md:6: `sets` contains 'netwrok', which is not a parameter (did you mean",
    ),
    "asked for between blocks of comments": (
        '```html\n<!-- a\n```\n\n```bash sets="netwrok=n"\ntrue\n```\n\n```html\nb -->\n```\n',
        {},
        "docs/index.md:5: `sets` contains 'netwrok', which is not a parameter (did you mean",
    ),
    "called": (
        "{{ city() }}\n",
        {},
        "docs/index.md:1: 'city' is text, not a function; write its name without parentheses",
    ),
    "front matter that is not YAML": (
        "---\nt: x\ntitle: {{ city }}\n---\n\n# a\n",
        {},
        "docs/index.md:3: the front matter is not YAML (found unhashable key), so readers see it",
    ),
    "a list in front matter without its end": (
        "---\ntags: [a\n---\n\n# a\n",
        {},
        "docs/index.md:3: the front matter is not YAML (",
    ),
    "condition on a value with another": (
        "a\n\n{% if value_of('city') == 'Basel' %}{% endif %}\n",
        {},
        "docs/index.md:3: the page has a condition on 'city'",
    ),
    "assignment in a block": (
        "{% with a=city %}{{ a }}{% endwith %}\n",
        {},
        "docs/index.md:1: the page assigns 'city' to a variable, but readers change values",
    ),
    "condition": (
        "{% if city %}{% endif %}\n",
        {},
        "docs/index.md:1: the page has a condition on 'city'",
    ),
    "unreadable": ("a\n{{ city\n", {}, "docs/index.md:2: Jinja cannot read this"),
    "other option": (
        "a\n\n{{ value_of('host', network='shed') }}\n",
        {},
        "docs/index.md:3: network is 'shed', which is not one of its 2 options",
    ),
    "raised": (
        "# a\n\n{{ city.upper().x }}\n",
        {},
        "docs/index.md:3: UndefinedError: 'str object' has no attribute 'x'; fix the page or",
    ),
    "other value after front matter": (
        "---\nt: x\n---\n\n# a\n\n{{ value_of('hots') }}\n",
        {},
        "docs/index.md:7: 'hots' is not a parameter or",
    ),
    "shadowed": ("---\ncity: x\n---\n\n# a\n", {}, "docs/index.md:2: the front matter sets 'city'"),
    "unknown in title": (
        "---\ntitle: About {{ citty }}\n---\n\n# a\n",
        {},
        "docs/index.md:2: 'citty' is unknown (did you mean 'city'?)",
    ),
    "braces in front matter": (
        "---\ndescription: About {{ city }}\n---\n\n# a\n",
        {},
        "docs/index.md:2: Jinja does not render 'About {{ city }}' in the front matter",
    ),
    "bad option": (GOOD, {"NETWORK": "shed"}, "environment variable NETWORK: network is 'shed'"),
    "bad pattern": (
        GOOD,
        {"CITY": "B4"},
        "environment variable CITY: city is 'B4', which does not",
    ),
    "empty": (GOOD, {"CITY": ""}, "environment variable CITY: city is '', which does not match"),
    "markup": (
        GOOD,
        {"CITY": "<b>"},
        "environment variable CITY: city is '<b>', which contains '<'",
    ),
    "bound": (
        GOOD,
        {"RACK": "lab-2"},
        "environment variable RACK: rack is 'lab-2', which belongs to",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_the_check_says_it_in_one_line(tmp_path: Path, case: str) -> None:
    page, values, expected = BAD[case]
    result = check(write_site(tmp_path, {"index.md": page}), **values)
    lines = [line for line in result.stderr.splitlines() if " from environment" not in line]
    assert result.returncode == 1
    assert len(lines) == 1
    assert lines[0].startswith(expected)
    assert "; " in lines[0], "the remedy"


FACTS = "rooms: {value: 12, source: the plan}\n"


@pytest.mark.parametrize(
    "text",
    [
        "{% include 'part.j2' %}",
        "{% from 'part.j2' import card with context %}{{ card() }}",
        "{% import 'part.j2' as part with context %}{{ part.card() }}",
    ],
)
def test_a_name_of_no_fact_is_found_in_an_include(text: str, tmp_path: Path) -> None:
    pages = {"index.md": f"# a\n\n{{{{ rooms }}}} {text}\n", "facts.yml": FACTS}
    pages["part.j2"] = "{% macro card() %}\n{{ romms }} rooms.\n{% endmacro %}\n{{ card() }}\n"
    declaration = DECLARATION + "    facts: docs/facts.yml\n"
    result = check(write_site(tmp_path, pages, declaration))
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("docs/part.j2:2: 'romms' is unknown (did you mean 'rooms'?)")


@pytest.mark.parametrize("generator", sites.GENERATORS)
def test_pages_show_facts(tmp_path: Path, generator: str) -> None:
    pages = {"index.md": "# a\n\n{{ rooms }} rooms\n", "facts.yml": FACTS}
    declaration = DECLARATION + "    facts: docs/facts.yml\n"
    result = sites.run_generator(generator, write_site(tmp_path, pages, declaration))
    assert result.returncode == 0, result.stderr
    html = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "<p>12 rooms</p>" in html, "and not a live value"


@pytest.mark.one_generator
@pytest.mark.parametrize("generator", sites.GENERATORS)
@pytest.mark.parametrize("case", BAD)
def test_a_bare_generator_stops_with_the_same_line(
    tmp_path: Path, case: str, generator: str
) -> None:
    page, values, expected = BAD[case]
    config_file = write_site(tmp_path, {"index.md": page})
    result = sites.run_generator(generator, config_file, values=values)
    if generator == "zensical" and case == EMPTY:  # gives an empty page to no extension
        assert result.returncode == 0
        return
    assert result.returncode != 0
    if generator == "zensical" and " is not YAML" in expected:
        expected = "error reading page metadata 'index.md'"
    assert expected in result.stdout + result.stderr
    assert not (tmp_path / "site" / "index.html").exists()
    if generator == "mkdocs":  # Zensical's own tracebacks cannot be helped
        assert "Traceback" not in result.stderr
        assert sum(expected in line for line in result.stderr.splitlines()) == 1


def test_a_mistake_does_not_stop_the_server(tmp_path: Path) -> None:
    config_file = write_site(tmp_path, {"index.md": GOOD})
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "serve",
        "-f",
        config_file,
        "-a",
        f"127.0.0.1:{port}",
    ]
    page = tmp_path / "docs" / "index.md"
    with subprocess.Popen(
        [str(part) for part in command],
        env=sites.environment(),
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            assert server.stderr is not None
            lines = iter(server.stderr.readline, "")
            assert any("Serving on" in line for line in lines)
            page.write_text("# a\n\n{{ citty }}\n")
            assert any("docs/index.md:3: 'citty' is unknown" in line for line in lines)
            page.write_text(GOOD.replace("Welcome", "Hello"))
            assert any("Reloading browsers" in line for line in lines)
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer:
                assert "Hello to Basel" in answer.read().decode()
        finally:
            server.kill()


def test_the_section_of_a_plugin_is_no_template(tmp_path: Path) -> None:
    """As navigation plugins make sections, from files of their own."""
    hook = 'def on_nav(nav, **_):\n    nav.items[-1].title = "Guide {{ city }}"\n'
    config = CONFIG + "hooks: [hook.py]\n"
    config_file = write_site(tmp_path, {"index.md": "# a\n", "g/b.md": "# b\n"}, config=config)
    (tmp_path / "hook.py").write_text(hook)
    result = sites.run_generator("mkdocs", config_file)
    assert result.returncode != 0
    message = "docs/g/b.md: Jinja does not render '{{ city }}' in the title of the section; write"
    assert message in result.stderr


@pytest.mark.parametrize("generator", sites.GENERATORS)
def test_lax_settings_are_refused(tmp_path: Path, generator: str) -> None:
    lax = CONFIG.replace("      on_undefined: strict\n      on_error_fail: true\n", "").replace(
        "      j2_extensions: [mkdocs_macros_runbook.PageSource]\n", ""
    )
    config_file = write_site(tmp_path, {"index.md": GOOD}, config=lax)
    result = sites.run_generator(generator, config_file)
    expected = "set `on_undefined: strict` under plugins, macros"
    assert result.returncode != 0
    assert expected in result.stdout + result.stderr
    lines = check(config_file).stderr.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("mkdocs.yml:")
    assert lines[0].endswith(expected)
    assert "set `on_error_fail: true`" in lines[1]
    assert "add it to j2_extensions" in lines[2]


@pytest.mark.parametrize("generator", sites.GENERATORS)
def test_without_the_markdown_extension_values_are_plain(tmp_path: Path, generator: str) -> None:
    config = CONFIG.replace("  - mkdocs_macros_runbook\n", "")
    config_file = write_site(tmp_path, {"index.md": GOOD}, config=config)
    expected = "warning: values are not live: add mkdocs_macros_runbook to markdown_extensions"
    assert expected in check(config_file).stderr
    result = sites.run_generator(generator, config_file)
    assert result.returncode == 0, result.stdout + result.stderr
    assert expected in result.stdout + result.stderr
    page = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "Welcome to Basel" in page
    assert "data-live" not in page


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (b"# \xe9\n", "docs/index.md: 'utf-8' codec can't decode"),
        (b"a\n\n{{ city|uper }}\n", "docs/index.md:3: Jinja cannot read this (No filter named"),
    ],
)
def test_other_mistakes_of_a_page(tmp_path: Path, page: bytes, expected: str) -> None:
    config_file = write_site(tmp_path, {"index.md": ""})
    (tmp_path / "docs" / "index.md").write_bytes(page)
    [line] = check(config_file).stderr.splitlines()
    assert line.startswith(expected)


@pytest.mark.one_generator
@pytest.mark.parametrize("generator", sites.GENERATORS)
def test_a_place_that_cannot_hold_a_value(tmp_path: Path, generator: str) -> None:
    declaration = DECLARATION.replace(
        "default: Basel", "default: L'Aquila\n        characters: \"'\""
    )
    declaration = declaration.replace("[A-Za-z]{1,20}", "[A-Za-z']{0,20}")
    page = '# {{ city }}\n\nsay {{ city }}\n\n```bash\nsay "{{ city }}" {{ host }}\n```\n\n- a\n\n'
    page += "    ```bash\n    say '{{ city }}'\n    ```\n"
    config_file = write_site(tmp_path, {"index.md": page}, declaration)
    expected = "docs/index.md:12: the value of city may contain ', which breaks this code inside '…"
    [line] = check(config_file).stderr.splitlines()
    assert line.startswith(expected)
    result = sites.run_generator(generator, config_file)
    assert result.returncode != 0
    assert expected in result.stdout + result.stderr
    write_site(tmp_path, {"index.md": page.replace("'{{ city }}'", '"{{ city }}"')}, declaration)
    assert check(config_file, CITY="").stderr.splitlines()[1:] == []


def test_each_place_has_its_line_and_the_quotes_that_would_do(tmp_path: Path) -> None:
    declaration = DECLARATION.replace("default: Basel", 'default: a!\n        characters: "!"')
    declaration = declaration.replace("[A-Za-z]{1,20}", "[a-z!]+")
    page = "# {{ city }}\n\n```bash\nsay '{{ city }}'\n```\n\n```bash\nsay {{ city }}\n"
    page += 'say "{{ city }}" {{ city }}\n```\n'
    lines = check(write_site(tmp_path, {"index.md": page}, declaration)).stderr.splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"docs/index.md:{at}" for at in (8, 9, 9)]
    assert all("put the value in single quotes, or remove ! from" in line for line in lines)


def test_a_snippet_from_a_host_that_does_not_answer(tmp_path: Path) -> None:
    config = f"{CONFIG}  - pymdownx.snippets: {{{{ url_download: true }}}}\n"
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/a.md"
        page = f'---\ntitle: A\n---\n\n# A\n\n--8<-- "{url}"\n'
        [line] = check(write_site(tmp_path, {"index.md": page}, config=config)).stderr.splitlines()
    assert line.startswith(f"docs/index.md:7: the snippet {url!r} cannot be downloaded (<urlopen")


def test_several_mistakes_on_several_pages(tmp_path: Path) -> None:
    pages = {"index.md": "{{ a1 }}\n\n{{ b1 }}\n", "sub/p.md": "{{ c1 }}\n", "good.md": GOOD}
    pages["own.md"] = (
        "---\nexempt: no such\n---\n\n{{ context }}\n{{ page }}\n{{ network.suffix }}\n"
    )
    lines = check(write_site(tmp_path, pages)).stderr.splitlines()
    assert [line.split(";")[0].removeprefix("docs/") for line in lines] == [
        "index.md:1: 'a1' is unknown",
        "index.md:3: 'b1' is unknown",
        "own.md:2: `exempt` in the front matter has no effect",
        "own.md:5: 'context' is a function, not text",
        "own.md:6: 'page' is an object, not text",
        "own.md:7: 'network' is text and has no property 'suffix'",
        "sub/p.md:1: 'c1' is unknown",
    ]


def test_front_matter_of_the_plugin_meta_counts(tmp_path: Path) -> None:
    pages = {"index.md": "# a\n", "raw/a.md": "# a\n\n${{ x }}\n"}
    config = CONFIG.replace("- search", "- material/meta")
    config_file = write_site(tmp_path, pages, config=config, theme="mkdocs")
    meta = tmp_path / "docs" / "raw" / ".meta.yml"
    for text, returncode in (("render_macros: false", 0), ("title: x", 1), ("a: [", 1)):
        meta.write_text(text)
        result = check(config_file)
        assert result.returncode == returncode, result.stderr
        assert "Traceback" not in result.stderr


def test_macros_of_the_author(tmp_path: Path) -> None:
    config = CONFIG.replace(
        "modules: [mkdocs_macros_runbook]", "modules: [mkdocs_macros_runbook, own]"
    )
    (tmp_path / "own.py").write_text(
        "def define_env(env):\n    @env.macro\n    def half(n):\n        return n / 0\n"
        "    @env.macro\n    def rendered(text):\n        return env.render(text)\n"
    )
    pages = {
        "index.md": "a\n\n{{ half(2) }}\n",
        "template.md": "a\n\n{{ rendered('{{ citty }}') }}\n",  # a text, until it is rendered
    }
    config_file = write_site(tmp_path, pages, config=config)
    result = subprocess.run(
        [sites.python(), "-m", "mkdocs_macros_runbook", "check"],
        cwd=tmp_path,
        env=sites.environment({"PYTHONPATH": str(tmp_path)}),
        capture_output=True,
        text=True,
    )
    errors = result.stderr.replace(NO_FORM, "")
    raised, unknown = errors.splitlines()
    expected = "docs/index.md:3: ZeroDivisionError: division by zero (raised at own.py:4); fix the"
    assert raised.startswith(expected)
    assert "template.md:" in unknown
    assert "'citty' is unknown (did you mean 'city'?)" in unknown
    assert config_file.exists()


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("site_name: x\nplugins: []\n", "mkdocs.yml: the macros plugin is missing from `plugins`"),
        ("site_name: x\nplugins: [no_such]\n", "no_such"),
        ("site_name: [\n", "mkdocs.yml:2: this is not YAML (expected the node content"),
        (
            "site_name: x\na:\n  b: 1\n  b: 2\n",
            "mkdocs.yml:4: the key 'b' occurs twice, first on line 3",
        ),
        (
            "site_name: x\nplugins:\n  - macros: {modules: [no_such]}\n",
            "mkdocs.yml:3: there is no module 'no_such'; correct its name under plugins, macros,",
        ),
        ("site_name: x\nplugins: [macros]\n", "mkdocs.yml: mkdocs_macros_runbook is missing"),
    ],
)
def test_a_configuration_without_the_plugin(tmp_path: Path, config: str, expected: str) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text(config)
    result = check(tmp_path / "mkdocs.yml")
    assert result.returncode == 1
    assert expected in result.stderr
    assert "Traceback" not in result.stderr


def test_usage(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["chek"], ["check", "-f", "nowhere.yml"]):
        with pytest.raises(SystemExit) as stopped:
            main(arguments)
        assert stopped.value.code == 2
    assert "there is no nowhere.yml; name the file with --config-file" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out.startswith("mkdocs-macros-runbook 0.")


def test_one_place_in_the_configuration_changes_the_default(tmp_path: Path) -> None:
    declaration = DECLARATION.replace("default: Basel", "default: Chur")
    config_file = write_site(tmp_path, {"index.md": GOOD}, declaration=declaration)
    assert sites.run_generator("mkdocs", config_file).returncode == 0
    assert "https://chur.corp.example/health" in (tmp_path / "site" / "index.html").read_text()
