"""The languages that have a verifier without an author's doing."""

from __future__ import annotations

from ..verifier import Verifier
from .data import verify_json, verify_yaml
from .javascript import verify_javascript, verify_typescript
from .python import verify_python
from .shell import verify_bash, verify_console
from .text import verify_text

BUILT_IN = {
    "bash": Verifier(verify_bash),
    "console": Verifier(verify_console),
    "javascript": Verifier(verify_javascript),
    "json": Verifier(verify_json, standalone=True),
    "python": Verifier(verify_python),
    "text": Verifier(verify_text, executes=False),
    "typescript": Verifier(verify_typescript, standalone=True),
    "yaml": Verifier(verify_yaml, standalone=True),
}
