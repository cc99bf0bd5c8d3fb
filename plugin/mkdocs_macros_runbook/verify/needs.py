"""What blocks need: an operating system, or commands."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Mapping

_SYSTEMS = {"linux": "linux", "macos": "darwin", "windows": "win32"}


def unmet_need(needs: Iterable[str], environment: Mapping[str, str]) -> str:
    """Return why a block cannot run here; empty if it can.

    Each of `needs` is an operating system or a command, which `environment` has to find.
    """
    for name in needs:
        if name in _SYSTEMS:
            if sys.platform != _SYSTEMS[name]:
                return f"the block needs {name}"
        elif shutil.which(name, path=environment.get("PATH")) is None:
            return f"the block needs {name}, which is not installed here"
    return ""
