"""A verifier for each family of languages, without an author's doing."""

from __future__ import annotations

from ..verifier import Verifier
from .data.data import verifier_of
from .data.formats import FORMATS
from .diff import verify_diff
from .javascript import verify_javascript
from .pycon import verify_pycon
from .python import verify_python
from .shell import verify_bash, verify_console
from .text import verify_text
from .typescript import verify_typescript

BUILT_IN = {
    "bash": Verifier(verify_bash),
    "console": Verifier(verify_console),
    "diff": Verifier(verify_diff, shows_output=True),
    "javascript": Verifier(verify_javascript),
    "pycon": Verifier(verify_pycon),
    "python": Verifier(verify_python),
    "text": Verifier(verify_text, readers_execute=False),
    "typescript": Verifier(verify_typescript, standalone=True),
    **{name: Verifier(verifier_of(name), standalone=True, shows_output=True) for name in FORMATS},
}
