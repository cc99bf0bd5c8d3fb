"""Guides that readers run with their own values: the pluglet for mkdocs-macros.

`mkdocs.yml` names this package under `modules`, `PageSource` under `j2_extensions`, and the
package again under `markdown_extensions`.
"""

from .jinja import PageSource
from .pluglet import define_env

__all__ = ["PageSource", "define_env"]
