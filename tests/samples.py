"""Small sites for the tests: a `mkdocs.yml` and pages, written where a test wants them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

CONFIG = """\
site_name: Sample
site_url: https://example.com/
theme:
  name: {theme}
  font: false
plugins:
  - search
  - macros:
      modules: [mkdocs_macros_runbook]
      j2_extensions: [mkdocs_macros_runbook.PageSource]
      on_undefined: strict
      on_error_fail: true
markdown_extensions:
  - mkdocs_macros_runbook
  - tables
  - pymdownx.superfences
"""

DECLARATION = """\
extra:
  runbook:
    parameters:
      city:
        help: Letters.
        default: Basel
        pattern: "[A-Za-z]{1,20}"
      network:
        default: office
        options:
          office: { suffix: corp.example }
          lab: { suffix: lab.example }
      host:
        default: "{city|slug}.{network.suffix}"
        pattern: "[a-z0-9.-]+"
      rack:
        default: "{network}-1"
        pattern: "{network}-[0-9]+"
    derived:
      health_url: "https://{host}/health"
"""


#: tabs of other names than a route's: a route takes the first that runs, In Python
TABS_OF_LANGUAGES = """\
=== "On paper"

    ```text
    a drawing
    ```

=== "By mail"

    ```python exempt="nobody sends letters in tests"
    send()
    ```

=== "In Python"

    ```python
    print("a rack")
    ```

=== "In a shell"

    ```bash
    echo "a rack"
    ```
"""

#: what is said of these sites, which have neither the script nor its style
NO_FORM = (
    "mkdocs_macros_runbook: warning: there is no form: add live.js to extra_javascript,"
    " and live.css to extra_css\n"
)


def write_site(
    folder: Path,
    pages: Mapping[str, str],
    declaration: str = DECLARATION,
    config: str = CONFIG,
    theme: str = "material",
) -> Path:
    """Write a site into `folder` and return its configuration file."""
    for name, text in pages.items():
        file = folder / "docs" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    config_file = folder / "mkdocs.yml"
    config_file.write_text(declaration + config.format(theme=theme), encoding="utf-8")
    return config_file
