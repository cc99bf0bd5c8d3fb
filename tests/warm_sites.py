"""For a warm server that builds sites: what MkDocs would find out anew in each build.

The theme's templates are compiled once for all builds of a run: that takes half of a small site's
time. mkdocs-macros calls git twelve times, for a variable that no site of the tests shows.
"""

import os

import mkdocs_macros.context
from jinja2 import Environment, FileSystemBytecodeCache
from mkdocs.theme import Theme

_get_env = Theme.get_env


def _with_compiled_templates(theme: Theme) -> Environment:
    environment: Environment = _get_env(theme)
    environment.bytecode_cache = FileSystemBytecodeCache(_COMPILED)
    return environment


_COMPILED = os.environ.get("GUIDE_TESTS_SHARED")  # or where Jinja keeps it
Theme.get_env = _with_compiled_templates  # type: ignore[method-assign, assignment]
mkdocs_macros.context.get_git_info = lambda: {"status": False, "date": None}
