"""What the plugin adds to a site's build: `.venv/bin/python tests/benchmarks/build.py`.

Two sites of 200 pages with the same text and the guide's own values: one has them from the plugin,
live, the other as plain variables of mkdocs-macros. Both are built in turn; the ratio of user CPU
time is taken pair by pair, and again for the second site against itself, which is the noise.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from mkdocs.utils.yaml import get_yaml_loader, yaml_load

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from sites import PROJECT, environment

PAGES, PAIRS = 200, 10

PAGE = """\
# Chapter {number} for {{{{ APPLICATION_NAME }}}}

{{{{ APPLICATION_NAME }}}} is in {{{{ region_name }}}}, `{{{{ region }}}}`; the user pool is
`{{{{ user_pool_id }}}}`, and its app client `{{{{ client_id }}}}`. Its
[console]({{{{ console_url }}}}) shows both. Nothing of this chapter differs from the others but
its number, {number}.

## Create {{{{ user_pool_name }}}}

1.  Open the console and choose **Create user pool**.
2.  Enter `{{{{ app_client_name }}}}` and save. Whatever the page says then, it is the right page.

```bash
python3 create_user_pool.py \\
  --region "{{{{ region }}}}" \\
  --user-pool-name "{{{{ user_pool_name }}}}" \\
  --app-client-name "{{{{ app_client_name }}}}" \\
  --domain-prefix "{{{{ domain_prefix }}}}"
```

!!! note "What it costs"

    For up to 10,000 users a month nothing, in the commercial Regions. Above that, look it up: a
    price that stands in a guide is a price of the past.

## Connect

| Constant | Value |
| --- | --- |
| `OIDC_URL` | `{{{{ oidc_url }}}}` |
| `OIDC_CLIENT_NAME` | `{{{{ client_id }}}}` |
| callback | <{{{{ callback_url }}}}> |

```python
import json

settings = json.loads('{{"region": "{{{{ region }}}}", "client": "{{{{ client_id }}}}"}}')
print(settings["region"])
```

The rest is prose, as most of a page is. It goes on for a few lines, so that a page of this site is
about as long as a page of a guide, and a value in it is one word among many. Whoever reads it will
find nothing to do in it, and that is the point: a build spends its time on sentences like these.
"""


def write(folder: Path, with_plugin: bool) -> Path:
    """Write one of the two sites; return its configuration file."""
    config = {
        "site_name": "Benchmark",
        "theme": {"name": "material", "font": False},
        "plugins": ["search", {"macros": {"on_undefined": "strict", "on_error_fail": True}}],
        "markdown_extensions": ["admonition", "tables", "pymdownx.superfences"],
    }
    if with_plugin:
        modules = {
            "modules": ["mkdocs_macros_runbook"],
            "j2_extensions": ["mkdocs_macros_runbook.PageSource"],
        }
        config["plugins"][1]["macros"].update(modules)  # type: ignore[index]
        config["markdown_extensions"].append("mkdocs_macros_runbook")  # type: ignore[attr-defined]
        config["extra_javascript"] = ["assets/live.js"]
        config["extra_css"] = ["assets/live.css"]
        config["extra"] = {"runbook": declaration()}
    else:
        config["extra"] = values()
    docs = folder / "docs"
    docs.mkdir(parents=True)
    for number in range(PAGES):
        name = "index.md" if number == 0 else f"chapter-{number}.md"
        (docs / name).write_text(PAGE.format(number=number), encoding="utf-8")
    config_file = folder / "mkdocs.yml"
    config_file.write_text(yaml.safe_dump(config), encoding="utf-8")
    return config_file


def declaration() -> dict[str, Any]:
    """Return what the guide declares, before its name, as parameters and derived values."""
    text = (PROJECT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nsite_name:")[0]
    section = yaml_load(text, get_yaml_loader())["extra"]["runbook"]
    return {name: section[name] for name in ("parameters", "derived")}


def values() -> dict[str, str]:
    """Return the guide's own values, as plain variables."""
    from mkdocs_macros_runbook.values.resolution import resolve
    from mkdocs_macros_runbook.values.runbook_section import read

    return dict(resolve(read(declaration(), PROJECT, lambda keys: "mkdocs.yml"), {}).by_name)


def builder(config_file: Path) -> Callable[[], float]:
    """Return a function that builds a site and returns its user CPU time in seconds."""
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--quiet",
        "--config-file",
        str(config_file),
    ]

    def build() -> float:
        before = os.times().children_user
        subprocess.run(command, check=True, env=environment(), stdout=subprocess.DEVNULL)
        return os.times().children_user - before

    return build


def ratios(one: Callable[[], float], other: Callable[[], float]) -> list[float]:
    """Return the ratios of `one` to `other`, in turn, sorted."""
    return sorted(one() / other() for _ in range(PAIRS))


def main() -> None:
    """Print both ratios."""
    with tempfile.TemporaryDirectory() as folder:
        plugin = builder(write(Path(folder) / "plugin", True))
        macros = builder(write(Path(folder) / "macros", False))
        plugin(), macros()  # what is read and compiled once
        for name, results in (
            ("with the plugin / macros alone", ratios(plugin, macros)),
            ("macros alone / macros alone   ", ratios(macros, macros)),
        ):
            middle = statistics.median(results)
            print(f"{name}: {middle:.3f} ({results[0]:.3f} to {results[-1]:.3f}, {PAIRS} pairs)")


if __name__ == "__main__":
    main()
