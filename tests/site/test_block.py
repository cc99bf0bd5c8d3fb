"""Every way in which a page can carry a fence: what is one is read, what is none is not."""

from __future__ import annotations

from pathlib import Path

import pytest

import fences as corpus
import sites
from fences import (
    CONFIG,
    ELSEWHERE,
    FENCES,
    MACROS,
    NO_FENCES,
    RAISES,
    WITHOUT_LANGUAGE,
    count_blocks,
    line_of,
)
from mkdocs_macros_runbook.page.fence import fences, without_own_attributes
from mkdocs_macros_runbook.page.markup import markup_problems
from mkdocs_macros_runbook.page.verification_build import VERIFYING
from mkdocs_macros_runbook.verify.block import Block
from mkdocs_macros_runbook.verify.site.built_page import BuiltPage, read_page
from samples import CONFIG as SITE
from samples import DECLARATION, write_site

Pages = dict[str, tuple[BuiltPage, str]]
EXTENSIONS: dict[str, dict[str, str]] = {"pymdownx.superfences": {}, "pymdownx.tabbed": {}}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """One site with a page for each form, by the name of the form."""
    folder = tmp_path_factory.mktemp("fences")
    names = corpus.write(folder, RAISES, DECLARATION)
    config_file = folder / "mkdocs.yml"
    values = {VERIFYING: str(config_file)}
    result = sites.run_generator("mkdocs", config_file, folder / "site", values)
    assert result.returncode == 0, result.stderr
    pages = {}
    for name, page in names.items():
        html = (folder / "site" / page / "index.html").read_text(encoding="utf-8")
        pages[name] = (read_page(html), html)
    return pages


@pytest.mark.one_generator
@pytest.mark.parametrize("generator", sites.GENERATORS)
def test_readers_see_as_many_blocks_as_are_verified(generator: str, tmp_path: Path) -> None:
    names = corpus.write(tmp_path, RAISES, DECLARATION)
    counts = []
    config_file = tmp_path / "mkdocs.yml"
    for values in ({}, {VERIFYING: str(config_file)}):
        result = sites.run_generator(generator, config_file, values=values)
        assert result.returncode == 0, result.stdout + result.stderr
        counts.append(
            {
                name: count_blocks((tmp_path / "site" / page / "index.html").read_text())
                for name, page in names.items()
            }
        )
    as_read, as_verified = counts
    assert as_verified == as_read
    assert all(as_read[name] for name in FENCES)


@pytest.mark.parametrize("name", FENCES)
def test_a_fence_is_read(name: str, pages: Pages) -> None:
    page, html = pages[name]
    block = page.blocks[-1]
    assert RAISES in block.text
    assert block.language == ("" if name in WITHOUT_LANGUAGE else "python")
    assert page.unrendered == []
    assert count_blocks(html) == len(page.blocks)
    assert page.fence_count == page.read_count
    if name not in ELSEWHERE:
        assert block.place.endswith(f".md:{line_of(name)}")
        assert block.place.startswith("docs/page-")


@pytest.mark.parametrize("name", NO_FENCES)
def test_what_is_no_fence_is_not_read(name: str, pages: Pages) -> None:
    page, html = pages[name]
    assert [block for block in page.blocks if block.language == "python"] == []
    assert page.unrendered == []
    assert count_blocks(html) == len(page.blocks)
    assert page.fence_count == page.read_count


def one_block(text: str, folder: Path, generator: str = "mkdocs") -> Block:
    page = built_page(text, folder, generator)
    assert len(page.blocks) == 1
    return page.blocks[0]


def built_page(text: str, folder: Path, generator: str = "mkdocs") -> BuiltPage:
    config_file = write_site(folder, {"index.md": text}, declaration=DECLARATION, config=CONFIG)
    (folder / "blocks.py").write_text(MACROS)
    result = sites.run_generator(generator, config_file, values={VERIFYING: str(config_file)})
    assert result.returncode == 0, result.stdout + result.stderr
    return read_page((folder / "site" / "index.html").read_text(encoding="utf-8"))


@pytest.mark.parametrize("generator", sites.GENERATORS)
def test_what_a_fence_says_is_read_and_not_shown(generator: str, tmp_path: Path) -> None:
    text = (
        "# Start\n\n"
        '=== "One"\n\n    Text.\n\n=== "Two {{ network }}"\n\n'
        '    ```bash title="{{ city }}.sh" exempt="needs {{ city }} itself"'
        ' sets="city=place rack"\n'
        '    curl "{{ health_url }}" {{ value_of("host", network="lab") }}\n    ```\n'
    )
    page = built_page(text, tmp_path, generator)
    (block,) = page.blocks
    assert page.path == "index.md"
    assert block.place == "docs/index.md:9"
    assert block.parts == (
        'curl "',
        ("health_url", "https://basel.corp.example/health"),
        '" ',
        ("host?network=lab", "basel.lab.example"),
        "\n",
    )
    assert block.tabs == ((1, "Two office"),)
    assert (block.language, block.title) == ("bash", "Basel.sh")
    assert block.exemption == "needs Basel itself"
    assert block.sets == {"city": "place", "rack": "rack"}
    result = sites.run_generator(generator, tmp_path / "mkdocs.yml")
    assert result.returncode == 0
    html = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "exempt=" not in html and "itself" not in html
    assert "runbook-page" not in html
    assert "runbook-fence" not in html
    (plain_block,) = read_page(html).blocks
    assert plain_block.parts == block.parts


@pytest.mark.parametrize("generator", sites.GENERATORS)
def test_a_fence_without_a_language_has_the_default(generator: str, tmp_path: Path) -> None:
    config = SITE + "  - pymdownx.highlight: {{ default_lang: bash, pygments_lang_class: true }}\n"
    infos = ["", ' exempt="nobody sends mail"', '{title="a.sh"}', ' hl_lines="1"', "python"]
    text = "# Start\n" + "".join(f"\n```{info}\ntrue\n```\n" for info in infos)
    config_file = write_site(tmp_path, {"index.md": text}, config=config)
    file = tmp_path / "site" / "index.html"
    result = sites.run_generator(generator, config_file, values={VERIFYING: str(config_file)})
    assert result.returncode == 0, result.stdout + result.stderr
    blocks = read_page(file.read_text(encoding="utf-8")).blocks
    assert [(block.language, block.place) for block in blocks] == [
        *(("bash", f"docs/index.md:{line}") for line in (3, 7, 11, 15)),
        ("python", "docs/index.md:19"),
    ]
    assert blocks[1].exemption == "nobody sends mail" and blocks[2].title == "a.sh"
    assert sites.run_generator(generator, config_file).returncode == 0
    html = file.read_text(encoding="utf-8")
    assert (html.count("language-bash"), html.count("live-exempt")) == (4, 1)


@pytest.mark.one_generator
@pytest.mark.parametrize("generator", sites.GENERATORS)
def test_a_build_stops_at_a_fence_that_is_left_as_text(generator: str, tmp_path: Path) -> None:
    page = '# Start\n\n```{.bash id="a"}\necho\n```\n\n> ```bash title="a"\n> echo\n> ```\n'
    write_site(tmp_path, {"index.md": page})
    result = sites.run_generator(generator, tmp_path / "mkdocs.yml")
    assert result.returncode == 0, result.stdout + result.stderr
    fence = '\n- One\n\n    ```bash run="{{ city }}"\n    echo\n    ```\n'
    plain = SITE.replace("superfences\n", "superfences\n  - pymdownx.highlight: {}\n")
    plain = plain.replace("{}", "{{ use_pygments: false }}")  # which has no options at all
    write_site(tmp_path, {"index.md": f"# Start\n{fence}"}, config=plain)
    result = sites.run_generator(generator, tmp_path / "mkdocs.yml")
    assert result.returncode != 0
    printed = result.stdout + result.stderr
    assert "docs/index.md:5: readers see this fence as text: its options 'bash run=" in printed
    assert "remove them, or `use_pygments: false` from the settings" in printed


def test_an_exemption_of_a_macro_is_read(tmp_path: Path) -> None:
    block = one_block("# Start\n\n{{ exempt_block('1') }}\n", tmp_path)
    assert block.exemption == "made by a macro, and excused"
    assert block.place == "docs/index.md:3"


def test_a_fence_of_a_macro_that_superfences_does_not_take_is_found(tmp_path: Path) -> None:
    page = built_page("# Start\n\n{{ '```python foo=bar\\n1\\n```' | trim }}\n", tmp_path)
    assert page.blocks == []
    assert page.unrendered == ["docs/index.md:3"]


@pytest.mark.parametrize(
    ("info", "message"),
    [
        ('bash exempt=""', "needs a reason"),
        ('bash exempt=" "', "needs a reason"),
        ('bash exempt="later"', "at least three words, not 'later'"),
        ('{.bash exempt="to do"}', "at least three words, not 'to do'"),
        ('bash sets=""', "`sets` is empty"),
        ('bash exemt="needs a real inbox"', "no attribute 'exemt' (did you mean 'exempt'?)"),
        ('bash exit="2"', "no attribute 'exit' (did you mean 'exits'?)"),
        ('bash riases="x"', "no attribute 'riases' (did you mean 'raises'?)"),
        ("python continue", "no attribute 'continue' (did you mean 'continues'?)"),
        ("{.json inputs}", "no attribute 'inputs' (did you mean 'input'?)"),
        ('json input="yes"', "`input` takes no value"),
        ('bash exits="0"', "`exits` must be the exit code of a failure, not '0'"),
        ('bash exits="two"', "`exits` must be the exit code of a failure, not 'two'"),
        ('python raises=""', "`raises` is empty"),
        ("bash exempt", "needs a reason"),
        ('bash needs="Linux"', "`needs` has 'Linux', which is not the name of a system"),
        ('bash needs="git darwin"', "`needs` has 'darwin'"),
        ('bash needs="linux or macos"', "`needs` has 'or'"),
        ('bash needs="python3>=3.8"', "`needs` has 'python3>=3.8'"),
    ],
)
def test_what_a_fence_says_amiss_is_found(info: str, message: str) -> None:
    (problem,) = markup_problems(f"One\n\n```{info}\nx\n```\n", EXTENSIONS)
    assert problem.line == 3
    assert message in problem.message


@pytest.mark.parametrize(
    "info",
    [
        'bash exempt="needs a real inbox"',
        'bash needs="linux, docker g++ ./run.sh {{ tool | lower }}"',
        '{.bash title="x" data-exempted=""}',
        'python hl_lines="1"',
        'python exec="on" session="a" source="above" result="ansi" tabs="a|b"',
        'python execute="yes" tests="a" example="b" except="c" expects="d"',
        "json linenums title",
        '{.python continues raises="ValueError" title="it continues here"}',
        'bash exits="2" needs="docker linux"',
    ],
)
def test_what_a_fence_says_rightly_is_not(info: str) -> None:
    for source in (f"```{info}\nx\n```\n", f'````\n```{info} exempt=""\nx\n```\n````\n'):
        assert [*markup_problems(source, EXTENSIONS)] == []


def test_a_word_alone_is_taken_off_and_what_looks_like_one_is_kept() -> None:
    info = '{.python #x continues data-exits="1" title="input continues here" exits="2"}'
    assert without_own_attributes(info) == (
        '{.python .live-apart #x data-exits="1" title="input continues here"}'
    )
    assert without_own_attributes("input") == "input"  # a language
    assert without_own_attributes('zsh exits="1"') == "{.zsh .live-apart}"
    (fence,) = fences(f"```{info}\n```")
    assert fence.attributes == {
        "continues": "",
        "data-exits": "1",
        "title": "input continues here",
        "exits": "2",
    }
