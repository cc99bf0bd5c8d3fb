"""Excerpts of scripts in built pages, by both site generators."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

import sites
from samples import write_site

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
