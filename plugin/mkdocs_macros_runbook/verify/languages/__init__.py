"""A verifier for each family of languages, without an author's doing."""

from __future__ import annotations

from ..walkthrough.verifier import Verifier
from .data.data import check_data, verify_data
from .data.formats import FORMATS
from .diff import verify_diff
from .javascript import verify_javascript
from .pycon import statements_of, verify_pycon
from .python import check_python, verify_python
from .shell import check_bash, console_commands, verify_bash, verify_console
from .text import verify_text
from .typescript import verify_typescript

BUILT_IN = {
    "bash": Verifier(verify_bash, check=check_bash),
    "console": Verifier(verify_console, check=console_commands),
    "diff": Verifier(verify_diff, shows_output=True),
    "javascript": Verifier(verify_javascript),
    "pycon": Verifier(verify_pycon, check=statements_of),
    "python": Verifier(verify_python, check=check_python),
    "text": Verifier(verify_text, readers_execute=False),
    "typescript": Verifier(verify_typescript, standalone=True),
    **dict.fromkeys(
        FORMATS, Verifier(verify_data, standalone=True, shows_output=True, check=check_data)
    ),
}
