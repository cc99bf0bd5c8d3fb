"""The browser of the tests: whichever Chrome or Chromium the machine has.

As a program (`make test` runs it first) it installs Debian's package where it may, and else says
in one line what to install.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

# The first is Chromium without a window to draw: the same engine in two thirds of the CPU time.
_PACKAGE = "chromium-headless-shell"
_NAMES = (
    _PACKAGE,
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
)
_MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"

#: without these a headless Chromium asks its maker's hosts for this and that
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-ipc-flooding-protection",  # which ignores a fragment after many in a row
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # less work for the same pages
    "--in-process-gpu",
    "--js-flags=--max-lazy",
]


class NoBrowserError(Exception):
    """There is no browser; the message says what to do."""


def find(*, with_window: bool = False) -> str:
    """Return the path of the browser, or of one that can show a window; raises `NoBrowserError`."""
    named = os.environ.get("CHROMIUM")
    if named:
        path = shutil.which(named)
        if not path:
            message = f"CHROMIUM is {named!r}, which is not a program"
            raise NoBrowserError(f"{message}; set it to a Chrome or Chromium")
        return path
    names = [name for name in (*_NAMES, _MAC) if not with_window or name != _PACKAGE]
    for name in names:
        if path := shutil.which(name):
            return path
    raise NoBrowserError(
        "no Chrome or Chromium found; install one (Debian: sudo apt-get install chromium),"
        " or name one with CHROMIUM="
    )


def main() -> int:
    """Make sure that there is a browser; return 0 where there is."""
    is_installable = not os.environ.get("CHROMIUM") and _may_install()
    if is_installable and not shutil.which(_PACKAGE):
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(["apt-get", "install", "-y", "-qq", _PACKAGE], check=False)
    try:
        find()
    except NoBrowserError as error:
        print(f"chromium: {error}", file=sys.stderr)
        return 1
    return 0


def _may_install() -> bool:
    debian = Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None
    return debian and os.geteuid() == 0


if __name__ == "__main__":
    raise SystemExit(main())
