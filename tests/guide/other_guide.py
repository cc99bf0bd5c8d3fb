"""The other guide that the pages about the plugin speak of: made of what they show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

BASE = {
    "site_name": "Other",
    "theme": {"name": "material", "font": False},
    "plugins": [],
    "markdown_extensions": ["pymdownx.superfences"],
}
PAGE = """\
# Other

```bash
test -d docs || mkdir docs
```

```python
print(1 + 1)
#> 2
```
"""
#: what every guide needs for the plugin, and two parameters
PLUGIN = """\
plugins:
  - macros:
      modules: [mkdocs_macros_runbook]
      j2_extensions: [mkdocs_macros_runbook.PageSource]
      on_undefined: strict
      on_error_fail: true
markdown_extensions: [mkdocs_macros_runbook]
extra:
  runbook:
    parameters:
      city: { default: Basel, pattern: "[A-Za-z]+" }
      network: { default: office, options: [office, lab] }
      user_id: { default: ada, pattern: "[a-z]+" }
      client_id: { default: abc, pattern: "[a-z]+" }
"""
#: its world: a script of the reader's
WORLD = """\
from contextlib import contextmanager

import pytest

@pytest.fixture(scope="session")
def runbook_world():
    @contextmanager
    def world(walkthrough):
        script = walkthrough.folder / "create.sh"
        script.touch(0o755)
        script.write_text('''\
#!/bin/sh
case $1 in
  "") echo '{"user_id": "grace", "ClientId": "def"}' ;;
  --help) echo "usage: create.sh" ;;
  *) exit 2 ;;
esac
''')
        yield {}
    return world
"""
#: the script that the page shows a part of
SCRIPT = "# --8<-- [start:plan]\nprint('plan')\n# --8<-- [end:plan]\n"
#: a page with a problem in line 41 and one in line 52
MISTAKEN = "\n" * 40 + "{{ helth_url }}\n" + "\n" * 10 + "{% if network == 'lab' %}x{% endif %}\n"


def begin(site: Path) -> None:
    """Begin the other guide in the folder `site`."""
    (site / "docs").mkdir(parents=True)
    (site / "docs" / "index.md").write_text(PAGE, encoding="utf-8")
    (site / "scripts").mkdir()
    (site / "scripts" / "create.py").write_text(SCRIPT, encoding="utf-8")
    _write(site, BASE)
    (site / "mistaken.md").write_text(MISTAKEN, encoding="utf-8")


def add(site: Path, fragment: str) -> bool:
    """Add a part of `mkdocs.yml` that a page shows; say whether parameters are declared by now."""
    config = yaml.safe_load((site / "mkdocs.yml").read_text(encoding="utf-8"))
    config = merged(config, yaml.safe_load(fragment))
    _write(site, config)
    return "runbook" in config.get("extra", {})


def _write(site: Path, config: dict[str, Any]) -> None:
    text = yaml.safe_dump(config, sort_keys=False)
    (site / "mkdocs.yml").write_text(text, encoding="utf-8")


def merged(one: Any, other: Any) -> Any:
    """Return a configuration with a part of another."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one | {name: merged(one.get(name), value) for name, value in other.items()}
    if isinstance(one, list) and isinstance(other, list):
        return one + [value for value in other if value not in one]
    return other
