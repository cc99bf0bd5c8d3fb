"""Pictures of the guide, wide and narrow, light and dark: `make screenshots` takes them."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import chromium
from sites import PROJECT, build, serve

OUT = PROJECT / ".screenshots"
PAGES = [
    "",
    "using-aws-cognito/",
    "regions/",
    "troubleshooting/",
    "costs-and-permissions/",
    "verification/",
    "plugin/",
]


def main(pages: list[str]) -> int:
    """Take the pictures of `pages`, or of all; return 0."""
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = build("mkdocs", Path(folder) / "site")
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.QUIET)
        with serve(site) as address:
            for page_path in pages or PAGES:
                for width in (1280, 390):
                    for scheme in ("light", "dark"):
                        page = browser.new_page(
                            viewport={"width": width, "height": 900},
                            color_scheme="dark" if scheme == "dark" else "light",
                        )
                        page.goto(address + page_path, wait_until="networkidle")
                        name = page_path.strip("/").replace("/", "-") or "start"
                        file = OUT / f"{name}-{width}-{scheme}.png"
                        page.screenshot(path=file, full_page=True)
                        print(file.relative_to(PROJECT))
                        page.close()
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
