"""Excerpts of scripts in built pages, by both site generators."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

import sites
from samples import write_site
from test_check import check

SCRIPT = """\
# --8<-- [start:plan]
def plan(n):
    return f"{{{n}}} {n}"
# --8<-- [end:plan]
"""


@pytest.mark.parametrize("generator", sites.GENERATORS)
def test_a_page_shows_the_part_or_says_what_is_wrong_with_the_script(
    tmp_path: Path, generator: str
) -> None:
    page = '# {{ city }}\n\n1. Run:\n\n    ```python script="make.py#plan"\n    ```\n'
    config_file = write_site(tmp_path, {"index.md": page})
    script = tmp_path / "scripts" / "make.py"
    script.parent.mkdir()
    script.write_text(SCRIPT)
    result = sites.run_generator(generator, config_file)
    assert result.returncode == 0, result.stdout + result.stderr
    html = (tmp_path / "site" / "index.html").read_text()
    code = BeautifulSoup(html, "html.parser").select_one("article pre code")
    assert code
    assert code.get_text() == 'def plan(n):\n    return f"{{{n}}} {n}"\n'
    script.write_text(SCRIPT.replace("[start:plan]", "[start:paln]"))
    result = sites.run_generator(generator, config_file)
    assert result.returncode != 0
    assert "docs/index.md:5: scripts/make.py:" in result.stdout + result.stderr


@pytest.mark.parametrize("generator", sites.GENERATORS)
def test_a_script_about_jinja_is_shown_as_it_is(tmp_path: Path, generator: str) -> None:
    script = 'TEMPLATE = "{% raw %}{{ city }}{%- endraw %}{% endraw %}{# x #}"\n'
    config_file = write_site(tmp_path, {"index.md": '# A\n\n```python script="a.py"\n```\n'})
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "a.py").write_text(script)
    result = sites.run_generator(generator, config_file)
    assert result.returncode == 0, result.stdout + result.stderr
    html = (tmp_path / "site" / "index.html").read_text()
    code = BeautifulSoup(html, "html.parser").select_one("article pre code")
    assert code and code.get_text() == script


BELOW = {
    "macro.md": '# A\n\n```python script="long.py"\n```\n\n{{ value_of("ctiy") }}\n',
    "error.md": '# A\n\n```python script="long.py"\n```\n\n{{ fail() }}\n',
    "list.md": "# {{ $params.city }}\n\n1. A\n\n   1. B\n\n      1. C\n\n{{ fail() }}\n",
    "latin.md": '# A\n\n```python script="latin.py"\n```\n',
}
OWN = "def define_env(env):\n    @env.macro\n    def fail():\n        raise ValueError('no')\n"
EXPECTED = [
    "docs/macro.md:6: 'ctiy' is not a parameter or derived value (did you mean 'city'?)",
    "docs/error.md:6: ValueError: no",
    "docs/list.md:9: ValueError: no",
    "docs/latin.md:3: scripts/latin.py is not UTF-8 text",
]


def test_the_line_of_a_macro_is_that_of_the_page(tmp_path: Path) -> None:
    """A template is longer than its page: scripts are filled in, lists are taken apart."""
    config_file = write_site(tmp_path, BELOW)
    (tmp_path / "main.py").write_text(OWN)
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "long.py").write_text("print()\n" * 20)
    (tmp_path / "scripts" / "latin.py").write_bytes(b"# \xe9\n")
    result = check(config_file)
    assert result.returncode == 1
    assert all(expected in result.stderr for expected in EXPECTED), result.stderr
